"""A correction keeps its reason; those that stood only in the audit log are taken over."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CORRECTING = {
    "activities": ("activity-corrected", "activity-withdrawn"),
    "register_rows": ("register-corrected", "register-withdrawn"),
}
"""The tables, with the entries of the audit log that tell why a row of them was filed."""
ENTRIES = sa.table("entries", sa.column("kind", sa.String), sa.column("detail", sa.JSON))


def upgrade() -> None:
    for table, kinds in CORRECTING.items():
        op.add_column(
            table,
            sa.Column(
                "reason", sa.String(length=200), nullable=False, server_default=sa.text("''")
            ),
        )
        told = op.get_bind().execute(sa.select(ENTRIES.c.detail).where(ENTRIES.c.kind.in_(kinds)))
        reasons = {d["number"]: d["reason"] for (d,) in told if d.get("reason")}
        if reasons:
            _fill(table, reasons)


def _fill(table: str, reasons: dict[str, str]) -> None:
    """Write the reasons into rows that nobody else may change; by numbers such as ``H12``."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        op.execute(f"DROP TRIGGER {table}_no_update")
    else:
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
    rows = sa.table(table, sa.column("id", sa.Integer), sa.column("reason", sa.String))
    for number, reason in reasons.items():
        op.execute(rows.update().where(rows.c.id == int(number[1:])).values(reason=reason))
    if on_sqlite:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")


def downgrade() -> None:
    for table in CORRECTING:
        op.drop_column(table, "reason")
