"""One index holds what reports count of an activity: the rows themselves need not be read."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COUNTED = ["day", "organiser_id", "observance", "attendances", "copies", "pushes", "withdrawn"]


def upgrade() -> None:
    op.drop_index("ix_activities_day", table_name="activities")
    op.create_index("ix_activities_counted", "activities", [*COUNTED, "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_activities_counted", table_name="activities")
    op.create_index("ix_activities_day", "activities", ["day"], unique=False)
