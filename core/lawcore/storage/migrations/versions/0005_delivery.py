"""Delivery: audiences and chosen groups, corrections, doubts that can be cleared, a shared pace."""

import sqlalchemy as sa
from alembic import op

from lawcore.storage.types import Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("audience", sa.JSON(), nullable=True))
    op.add_column("campaigns", sa.Column("corrects", sa.Integer(), nullable=True))
    op.add_column("campaigns", sa.Column("corrects_version", sa.Integer(), nullable=True))
    op.add_column("deliveries", sa.Column("after_message", sa.Integer(), nullable=True))
    op.add_column("deliveries", sa.Column("looked_at", Utc(), nullable=True))
    op.create_table(
        "account_groups",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=12), nullable=False),
        sa.Column("chosen_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_groups_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_account_groups")),
    )
    op.create_index("ix_account_groups_name", "account_groups", ["name"], unique=False)
    op.create_table(
        "paces",
        sa.Column("bot", sa.String(length=40), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("bot", name=op.f("pk_paces")),
    )


def downgrade() -> None:
    op.drop_table("paces")
    op.drop_index("ix_account_groups_name", table_name="account_groups")
    op.drop_table("account_groups")
    with op.batch_alter_table("deliveries") as table:
        table.drop_column("looked_at")
        table.drop_column("after_message")
    with op.batch_alter_table("campaigns") as table:
        table.drop_column("corrects_version")
        table.drop_column("corrects")
        table.drop_column("audience")
