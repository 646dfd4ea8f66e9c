"""Exams: owner, scoring rule, reveal, make-ups; appeals and regrades."""

import sqlalchemy as sa
from alembic import op

from lawcore.storage.types import Marks, Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_exam_columns()
    op.execute("UPDATE exams SET revealed = true WHERE state = 'closed'")
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("cadre_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=60), nullable=True),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_appeals_exam_id")),
        sa.ForeignKeyConstraint(["cadre_id"], ["cadres.id"], name=op.f("fk_appeals_cadre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint(
            "exam_id", "cadre_id", "question", name=op.f("uq_appeals_exam_id_cadre_id_question")
        ),
    )
    op.create_table(
        "regrades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.String(length=60), nullable=False),
        sa.Column("proposed_at", Utc(), nullable=False),
        sa.Column("applied_by", sa.String(length=60), nullable=True),
        sa.Column("applied_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_regrades_exam_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_index(op.f("ix_regrades_exam_id"), "regrades", ["exam_id"], unique=False)
    create_regraded_scores()


def create_regraded_scores() -> None:
    op.create_table(
        "regraded_scores",
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("score_before", Marks(), nullable=False),
        sa.Column("passed_before", sa.Boolean(), nullable=False),
        sa.Column("score", Marks(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["regrade_id"], ["regrades.id"], name=op.f("fk_regraded_scores_regrade_id")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_regraded_scores_attempt_id")
        ),
        sa.PrimaryKeyConstraint("regrade_id", "attempt_id", name=op.f("pk_regraded_scores")),
    )
    op.create_index("ix_regraded_scores_attempt", "regraded_scores", ["attempt_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER regraded_scores_no_{act.lower()} BEFORE {act} ON regraded_scores "
                "BEGIN SELECT RAISE(ABORT, 'regraded_scores is append-only'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER regraded_scores_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON regraded_scores FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def add_exam_columns() -> None:
    for column in (
        sa.Column("owner", sa.String(length=60), server_default="console", nullable=False),
        sa.Column("scoring", sa.String(length=20), server_default="all", nullable=False),
        sa.Column("posts", sa.JSON(), nullable=True),
        sa.Column("reveal_at", Utc(), nullable=True),
        sa.Column("revealed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("makeup_of", sa.Integer(), nullable=True),
    ):
        op.add_column("exams", column)


def downgrade() -> None:
    for table in ("regraded_scores", "regrades", "appeals"):
        op.drop_table(table)
    for column in ("makeup_of", "revealed", "reveal_at", "posts", "scoring", "owner"):
        op.drop_column("exams", column)
