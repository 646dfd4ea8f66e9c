"""活动台账, registers, and who has to make which day known; ledger rows cannot be changed."""

import sqlalchemy as sa
from alembic import op

from lawcore.storage.types import Marks, Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "activities",
    "activity_partners",
    "activity_materials",
    "activity_reviews",
    "register_rows",
    "duty_plans",
)


def guard(table: str) -> None:
    """Make the database itself refuse to change or remove a row of `table`."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def upgrade() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("observance", sa.String(length=60), nullable=True),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("laws", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=200), nullable=False),
        sa.Column("attendances", sa.Integer(), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("pushes", sa.Integer(), nullable=False),
        sa.Column("cost", Marks(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("filed_by", sa.String(length=60), nullable=False),
        sa.Column("filed_at", Utc(), nullable=False),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["units.id"], name=op.f("fk_activities_organiser_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects"], ["activities.id"], name=op.f("fk_activities_corrects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        sa.UniqueConstraint("corrects", name=op.f("uq_activities_corrects")),
    )
    op.create_index(op.f("ix_activities_day"), "activities", ["day"], unique=False)

    op.create_table(
        "activity_partners",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_activity_partners_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_activity_partners_unit_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", "unit_id", name=op.f("pk_activity_partners")),
    )
    op.create_table(
        "activity_materials",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_activity_materials_activity_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", "place", name=op.f("pk_activity_materials")),
    )
    op.create_table(
        "activity_reviews",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_by", sa.String(length=60), nullable=False),
        sa.Column("reviewed_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_activity_reviews_activity_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_activity_reviews")),
    )
    op.create_table(
        "register_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("filed_by", sa.String(length=60), nullable=False),
        sa.Column("filed_at", Utc(), nullable=False),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_register_rows_unit_id")),
        sa.ForeignKeyConstraint(
            ["corrects"], ["register_rows.id"], name=op.f("fk_register_rows_corrects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_rows")),
        sa.UniqueConstraint("corrects", name=op.f("uq_register_rows_corrects")),
    )
    op.create_index(
        "ix_register_rows_register_day", "register_rows", ["register", "day"], unique=False
    )

    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("observance", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_duties_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sa.UniqueConstraint(
            "observance", "year", "unit_id", name=op.f("uq_duties_observance_year_unit_id")
        ),
    )
    op.create_table(
        "duty_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("planned_for", sa.Date(), nullable=False),
        sa.Column("filed_by", sa.String(length=60), nullable=False),
        sa.Column("filed_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name=op.f("fk_duty_plans_duty_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_plans")),
    )
    op.create_index(op.f("ix_duty_plans_duty_id"), "duty_plans", ["duty_id"], unique=False)
    for table in APPEND_ONLY:
        guard(table)


def downgrade() -> None:
    op.drop_index(op.f("ix_duty_plans_duty_id"), table_name="duty_plans")
    op.drop_table("duty_plans")
    op.drop_table("duties")
    op.drop_index("ix_register_rows_register_day", table_name="register_rows")
    op.drop_table("register_rows")
    op.drop_table("activity_reviews")
    op.drop_table("activity_materials")
    op.drop_table("activity_partners")
    op.drop_index(op.f("ix_activities_day"), table_name="activities")
    op.drop_table("activities")
