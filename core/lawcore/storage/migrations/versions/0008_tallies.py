"""Tallies for live pages, kept by triggers: whoever writes a row has counted it.

A later migration that makes one of these tables anew (a batch on SQLite) loses its triggers and
has to make them again; a test asks for each of them.
"""

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ADD = "INSERT INTO tallies (kind, subject, unit_id, what, n) "
ON_TOP = " ON CONFLICT (kind, subject, unit_id, what) DO UPDATE SET n = tallies.n + excluded.n"

ATTENDED = "a.state <> 'running' AND a.answered > 0"
PASSED = (
    "coalesce((SELECT r.passed FROM regraded_scores r WHERE r.attempt_id = a.id"
    " ORDER BY r.regrade_id DESC LIMIT 1), a.passed)"
)
SITTING = (
    "SELECT 'exam' AS kind, c.exam_id AS subject, "  # noqa: S608 - made of fixed words
    "c.unit_id AS unit_id, w.what AS what, {n} AS n"
    " FROM candidates c"
    " LEFT JOIN attempts a ON a.exam_id = c.exam_id AND a.cadre_id = c.cadre_id"
    " CROSS JOIN (SELECT 'candidates' AS what UNION ALL SELECT 'exempt'"
    " UNION ALL SELECT 'attended' UNION ALL SELECT 'passed') w"
    " WHERE {which} AND CASE w.what WHEN 'candidates' THEN true"
    " WHEN 'exempt' THEN c.exempt_reason IS NOT NULL"
    f" WHEN 'attended' THEN {ATTENDED} ELSE {ATTENDED} AND {PASSED}"
    " END"
)
"""What candidates count for; `n` is 1, or -1 to take it back."""

MONTH = "CAST(substr(CAST(h.day AS text), 1, 4) || substr(CAST(h.day AS text), 6, 2) AS integer)"
JOINT = "CASE WHEN EXISTS (SELECT 1 FROM activity_partners p WHERE p.activity_id = h.id) THEN 1 END"
HELD = (
    "SELECT kind, subject, unit_id, what, n FROM ("  # noqa: S608 - made of fixed words
    f"SELECT 'activity' AS kind, {MONTH} AS subject, h.organiser_id AS unit_id, w.what AS what,"
    " {n} * CASE w.what WHEN 'events' THEN 1 WHEN 'attendances' THEN h.attendances"
    " WHEN 'uncounted' THEN CASE WHEN h.attendances IS NULL THEN 1 END"
    f" WHEN 'copies' THEN h.copies WHEN 'pushes' THEN h.pushes ELSE {JOINT} END AS n"
    " FROM activities h CROSS JOIN (SELECT 'events' AS what UNION ALL SELECT 'attendances'"
    " UNION ALL SELECT 'uncounted' UNION ALL SELECT 'copies' UNION ALL SELECT 'pushes'"
    " UNION ALL SELECT 'joint') w WHERE {which} AND NOT h.withdrawn) held"
    " WHERE n <> 0"
)
"""What activities count for, by month and organiser."""
STANDS = "NOT EXISTS (SELECT 1 FROM activities newer WHERE newer.corrects = h.id)"
FIRST_PARTNER = (
    f"{ADD}SELECT 'activity', {MONTH}, "  # noqa: S608 - made of fixed words
    "h.organiser_id, 'joint', 1 FROM activities h"
    f" WHERE h.id = NEW.activity_id AND NOT h.withdrawn AND {STANDS}"
    f" AND NOT EXISTS (SELECT 1 FROM activity_partners p WHERE p.activity_id = h.id)"
    f"{ON_TOP}"
)

THEIRS = "c.exam_id = {0}.exam_id AND c.cadre_id = {0}.cadre_id"
REGRADED = (
    "(c.exam_id, c.cadre_id) IN"
    " (SELECT s.exam_id, s.cadre_id FROM attempts s WHERE s.id = NEW.attempt_id)"
)


def sitting(which: str, n: int) -> str:
    return ADD + SITTING.format(n=n, which=which) + ON_TOP


def held(which: str, n: int) -> str:
    return ADD + HELD.format(n=n, which=which) + ON_TOP


def delivery(row: str, what: str, n: int) -> str:
    unit = f"coalesce({row}.unit_id, 0)"
    return f"{ADD}VALUES ('delivery', {row}.subject, {unit}, {what}, {n}){ON_TOP}"


def resident(row: str, n: int) -> str:
    return f"{ADD}VALUES ('resident', 0, {row}.village_id, {row}.state, {n}){ON_TOP}"


class Trigger(NamedTuple):
    """What is added to the tallies for each row."""

    name: str
    when: str
    table: str
    statement: str
    only: str = "true"


MARKED = "UPDATE OF state, answered, passed"
PLACED = "UPDATE OF unit_id, exempt_reason"
MOVED = "UPDATE OF state, village_id"
OVER = "NEW.state <> 'running'"
TRIGGERS = (
    Trigger("resident_new", "AFTER INSERT", "accounts", resident("NEW", 1), "NEW.village_id > 0"),
    Trigger(
        "resident_was", f"AFTER {MOVED}", "accounts", resident("OLD", -1), "OLD.village_id > 0"
    ),
    Trigger("resident_is", f"AFTER {MOVED}", "accounts", resident("NEW", 1), "NEW.village_id > 0"),
    Trigger("activity_new", "AFTER INSERT", "activities", held("h.id = NEW.id", 1)),
    Trigger(
        "activity_old",
        "AFTER INSERT",
        "activities",
        held("h.id = NEW.corrects", -1),
        "NEW.corrects > 0",
    ),
    Trigger("activity_joint", "BEFORE INSERT", "activity_partners", FIRST_PARTNER),
    Trigger("candidate_new", "AFTER INSERT", "candidates", sitting(THEIRS.format("NEW"), 1)),
    Trigger("candidate_was", f"BEFORE {PLACED}", "candidates", sitting(THEIRS.format("OLD"), -1)),
    Trigger("candidate_is", f"AFTER {PLACED}", "candidates", sitting(THEIRS.format("NEW"), 1)),
    Trigger("candidate_gone", "BEFORE DELETE", "candidates", sitting(THEIRS.format("OLD"), -1)),
    Trigger("attempt_none", "BEFORE INSERT", "attempts", sitting(THEIRS.format("NEW"), -1), OVER),
    Trigger("attempt_new", "AFTER INSERT", "attempts", sitting(THEIRS.format("NEW"), 1), OVER),
    Trigger("attempt_was", f"BEFORE {MARKED}", "attempts", sitting(THEIRS.format("OLD"), -1)),
    Trigger("attempt_is", f"AFTER {MARKED}", "attempts", sitting(THEIRS.format("NEW"), 1)),
    Trigger("score_was", "BEFORE INSERT", "regraded_scores", sitting(REGRADED, -1)),
    Trigger("score_is", "AFTER INSERT", "regraded_scores", sitting(REGRADED, 1)),
)
CAMPAIGN = "{0}.kind = 'campaign'"
ENDED = "{0}.kind = 'campaign' AND {0}.ended_at IS NOT NULL"
ROW_BY_ROW = (
    Trigger(
        "delivery_new",
        "AFTER INSERT",
        "deliveries",
        delivery("NEW", "'intended'", 1),
        CAMPAIGN.format("NEW"),
    ),
    Trigger(
        "delivery_over",
        "AFTER INSERT",
        "deliveries",
        delivery("NEW", "NEW.state", 1),
        ENDED.format("NEW"),
    ),
    Trigger(
        "delivery_was",
        "AFTER UPDATE OF ended_at",
        "deliveries",
        delivery("OLD", "OLD.state", -1),
        ENDED.format("OLD"),
    ),
    Trigger(
        "delivery_is",
        "AFTER UPDATE OF ended_at",
        "deliveries",
        delivery("NEW", "NEW.state", 1),
        ENDED.format("NEW"),
    ),
)
"""Deliveries on SQLite. Only ends are counted, so claiming a row costs nothing."""

DELIVERIES = (
    "SELECT 'delivery' AS kind, subject, coalesce(unit_id, 0) AS unit_id, {what} AS what, {n} AS n"
    " FROM {rows} WHERE kind = 'campaign'"
)
OF_ENDS = DELIVERIES + " AND ended_at IS NOT NULL"
SUMMED = "SELECT kind, subject, unit_id, what, sum(n) FROM ({0}) counted GROUP BY 1, 2, 3, 4"
AT_ONCE = (
    ("delivery_new", "INSERT", "NEW TABLE AS fresh", ("fresh", 1, True), ("fresh", 1, False)),
    (
        "delivery_is",
        "UPDATE",
        "OLD TABLE AS former NEW TABLE AS fresh",
        ("former", -1, False),
        ("fresh", 1, False),
    ),
)
"""Deliveries on PostgreSQL, a statement at a time: it keeps every version of a tally until the
transaction ends, so that a row at a time a roster of 30,000 would be frozen in their square."""

FILL = (
    SITTING.format(n=1, which="true"),
    HELD.format(n=1, which=STANDS),
    DELIVERIES.format(rows="deliveries", n=1, what="'intended'"),
    OF_ENDS.format(rows="deliveries", n=1, what="state"),
    "SELECT 'resident' AS kind, 0 AS subject, village_id AS unit_id, state AS what, 1 AS n"
    " FROM accounts WHERE village_id > 0",
)


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "unit_id", "what", name=op.f("pk_tallies")),
        sqlite_with_rowid=False,
    )
    for rows in FILL:
        op.execute(ADD + SUMMED.format(rows))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in TRIGGERS:
        _make(trigger, on_sqlite)
    if on_sqlite:
        for trigger in ROW_BY_ROW:
            _make(trigger, on_sqlite)
    else:
        _make_at_once()


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    names = [(one.name, one.table) for one in TRIGGERS]
    names += [(one.name, one.table) for one in ROW_BY_ROW] if on_sqlite else []
    names += [] if on_sqlite else [(name, "deliveries") for name, *_ in AT_ONCE]
    for name, table in names:
        op.execute(f"DROP TRIGGER tally_{name}" + ("" if on_sqlite else f" ON {table}"))
        if not on_sqlite:
            op.execute(f"DROP FUNCTION tally_{name}()")
    op.drop_table("tallies")


def _make(trigger: Trigger, on_sqlite: bool) -> None:
    name, head = f"tally_{trigger.name}", f"{trigger.when} ON {trigger.table} FOR EACH ROW"
    if on_sqlite:
        op.execute(
            f"CREATE TRIGGER {name} {head} WHEN {trigger.only} BEGIN {trigger.statement}; END"
        )
        return
    gone = trigger.when.endswith("DELETE")
    _function(name, f"{trigger.statement}; RETURN {'OLD' if gone else 'NEW'};")
    op.execute(f"CREATE TRIGGER {name} {head} WHEN ({trigger.only}) EXECUTE FUNCTION {name}()")


def _make_at_once() -> None:
    for key, event, tables, *parts in AT_ONCE:
        counted = " UNION ALL ".join(
            DELIVERIES.format(rows=rows, n=n, what="'intended'")
            if whole
            else OF_ENDS.format(rows=rows, n=n, what="state")
            for rows, n, whole in parts
        )
        name = f"tally_{key}"
        summed = SUMMED.format(counted) + " HAVING sum(n) <> 0"
        _function(name, f"{ADD}{summed}{ON_TOP}; RETURN NULL;")
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON deliveries REFERENCING {tables}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def _function(name: str, body: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
    )
