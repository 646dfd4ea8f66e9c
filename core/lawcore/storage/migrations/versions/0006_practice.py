"""Practice: when a question comes again, to whom."""

import sqlalchemy as sa
from alembic import op

from lawcore.storage.types import Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practice",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_practice_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "question", name=op.f("pk_practice")),
    )


def downgrade() -> None:
    op.drop_table("practice")
