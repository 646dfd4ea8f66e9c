"""What became of the last sends of a campaign, counted over all senders."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "last_sends",
        sa.Column("campaign", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("troubles", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("campaign", name=op.f("pk_last_sends")),
    )


def downgrade() -> None:
    op.drop_table("last_sends")
