"""Exemptions approved before the opening; the words of a doubt."""

import sqlalchemy as sa
from alembic import op

from lawcore.storage.types import Utc

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exempt_ahead",
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("cadre_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("approver", sa.String(length=60), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_exempt_ahead_exam_id")),
        sa.ForeignKeyConstraint(["cadre_id"], ["cadres.id"], name=op.f("fk_exempt_ahead_cadre_id")),
        sa.PrimaryKeyConstraint("exam_id", "cadre_id", name=op.f("pk_exempt_ahead")),
    )
    op.add_column("appeals", sa.Column("text", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("appeals", "text")
    op.drop_table("exempt_ahead")
