"""Logging in to the pages: names with their proofs, one-time links, sessions, a unit's admin."""

import sqlalchemy as sa
from alembic import op

from lawcore.storage.types import Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("grants", "invites"):
        with op.batch_alter_table(table) as altered:
            altered.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
            altered.create_foreign_key(op.f(f"fk_{table}_unit_id"), "units", ["unit_id"], ["id"])
    op.create_table(
        "logins",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", Utc(), nullable=True),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_logins_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_logins")),
        sa.UniqueConstraint("name", name=op.f("uq_logins_name")),
    )
    op.create_table(
        "login_links",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("used_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_login_links_account_id")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_login_links")),
    )
    op.create_index(op.f("ix_login_links_account_id"), "login_links", ["account_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_index("ix_entries_kind_id", "entries", ["kind", "id"], unique=False)
    op.create_index("ix_entries_actor_id", "entries", ["actor", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_entries_actor_id", table_name="entries")
    op.drop_index("ix_entries_kind_id", table_name="entries")
    op.drop_index(op.f("ix_sessions_account_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_login_links_account_id"), table_name="login_links")
    op.drop_table("login_links")
    op.drop_table("logins")
    for table in ("invites", "grants"):
        with op.batch_alter_table(table) as altered:
            altered.drop_constraint(op.f(f"fk_{table}_unit_id"), type_="foreignkey")
            altered.drop_column("unit_id")
