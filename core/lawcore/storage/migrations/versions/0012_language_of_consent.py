"""The language of consent; who had joined before was told and agreed in Chinese."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "accounts",
        sa.Column("language", sa.String(length=12), nullable=False, server_default="zh-Hans"),
    )


def downgrade() -> None:
    op.drop_column("accounts", "language")
