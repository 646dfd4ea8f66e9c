"""Every table. States and kinds are stored as the words of their enums."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from lawcore.people.model import CHINESE
from lawcore.storage.types import Marks, Utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

units = Table(
    "units",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("parent_id", ForeignKey("units.id")),
)

cadres = Table(
    "cadres",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("name", String(40), nullable=False),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("post", String(80), nullable=False),
    Column("category", String(12), nullable=False),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("added_at", Utc, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(12), nullable=False),
    Column("address", String(80), nullable=False),
    Column("state", String(8), nullable=False),
    Column("village_id", ForeignKey("units.id"), index=True),
    Column("cadre_id", ForeignKey("cadres.id"), unique=True),
    Column("pending", String(80)),
    Column("joined_at", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Column("language", String(12), nullable=False, server_default=CHINESE),
    UniqueConstraint("channel", "address"),
)

grants = Table(
    "grants",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("role", String(12), primary_key=True),
    Column("granted_at", Utc, nullable=False),
    Column("unit_id", ForeignKey("units.id")),
)

account_groups = Table(
    "account_groups",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("name", String(12), primary_key=True),
    Column("chosen_at", Utc, nullable=False),
    Index("ix_account_groups_name", "name"),
)

paces = Table(
    "paces",
    metadata,
    Column("bot", String(40), primary_key=True),
    Column("slots", JSON, nullable=False),
)

last_sends = Table(
    "last_sends",
    metadata,
    Column("campaign", Integer, primary_key=True, autoincrement=False),
    Column("troubles", String(100), nullable=False),
)
"""A row from the first trouble of a campaign on: a 1 for each send that was trouble, else a 0."""

invites = Table(
    "invites",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("role", String(12), nullable=False),
    Column("cadre_id", ForeignKey("cadres.id")),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
    Column("used_by", ForeignKey("accounts.id")),
    Column("unit_id", ForeignKey("units.id")),
)

logins = Table(
    "logins",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("totp_secret", String(64)),
    Column("totp_last_step", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Utc),
    Column("changed_at", Utc, nullable=False),
)

login_links = Table(
    "login_links",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("created_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("observance", String(60), nullable=False),
    Column("year", Integer, nullable=False, index=True),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("document", String(200), nullable=False),
    Column("theme", String(200), nullable=False),
    Column("recorded_at", Utc, nullable=False),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_id", ForeignKey("units.id")),
    Column("observance", String(60), nullable=False),
    Column("year", Integer, nullable=False),
    Column("title", String(120), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("recipients", String(12), nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("approved_by", String(60)),
    Column("reason", Text),
    Column("created_at", Utc, nullable=False),
    Column("audience", JSON(none_as_null=True)),
    Column("corrects", Integer),
    Column("corrects_version", Integer),
    UniqueConstraint("observance", "year"),
)

campaign_texts = Table(
    "campaign_texts",
    metadata,
    Column("campaign_id", ForeignKey("campaigns.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("drafted_by", String(60), nullable=False),
    Column("at", Utc, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("subject", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("unit_id", ForeignKey("units.id")),
    Column("state", String(8), nullable=False),
    Column("reason", String(200)),
    Column("text_hash", String(64)),
    Column("message", Integer),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due_at", Utc, nullable=False),
    Column("claimed_at", Utc),
    Column("ended_at", Utc),
    Column("after_message", Integer),
    Column("looked_at", Utc),
    UniqueConstraint("kind", "subject", "version", "account_id", "channel"),
    Index("ix_deliveries_state_due", "state", "due_at"),
)

group_posts = Table(
    "group_posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("group_name", String(40), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("unit_id", ForeignKey("units.id")),
    Column("state", String(8), nullable=False),
    Column("reason", String(200)),
    Column("text_hash", String(64), nullable=False),
    Column("parts", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due_at", Utc, nullable=False),
    Column("claimed_at", Utc),
    Column("at", Utc, nullable=False),
    UniqueConstraint("campaign_id", "version", "group_name"),
    Index("ix_group_posts_state_due", "state", "due_at"),
)

exams = Table(
    "exams",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_id", ForeignKey("units.id")),
    Column("title", String(120), nullable=False),
    Column("blueprint", String(60), nullable=False),
    Column("plan", Text, nullable=False),
    Column("opens_at", Utc, nullable=False),
    Column("closes_at", Utc, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("pass_mark", Marks, nullable=False),
    Column("total", Marks, nullable=False),
    Column("length", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("units", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("owner", String(60), nullable=False, server_default="console"),
    Column("scoring", String(20), nullable=False, server_default="all"),
    Column("posts", JSON),
    Column("reveal_at", Utc),
    Column("revealed", Boolean, nullable=False, server_default=false()),
    Column("makeup_of", Integer),
)

exam_questions = Table(
    "exam_questions",
    metadata,
    Column("exam_id", ForeignKey("exams.id"), primary_key=True),
    Column("question", String(60), primary_key=True),
    Column("body", Text, nullable=False),
)

candidates = Table(
    "candidates",
    metadata,
    Column("exam_id", ForeignKey("exams.id"), primary_key=True),
    Column("cadre_id", ForeignKey("cadres.id"), primary_key=True),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("paper", Text, nullable=False),
    Column("exempt_reason", String(200)),
    Column("exempted_by", String(60)),
    Column("exempted_at", Utc),
    Column("extra_minutes", Integer, nullable=False, server_default="0"),
    Column("added_at", Utc, nullable=False),
    Index("ix_candidates_cadre", "cadre_id"),
)

exempt_ahead = Table(
    "exempt_ahead",
    metadata,
    Column("exam_id", ForeignKey("exams.id"), primary_key=True),
    Column("cadre_id", ForeignKey("cadres.id"), primary_key=True),
    Column("reason", String(200), nullable=False),
    Column("approver", String(60), nullable=False),
    Column("at", Utc, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("exam_id", ForeignKey("exams.id"), nullable=False),
    Column("cadre_id", ForeignKey("cadres.id"), nullable=False),
    Column("token", String(24), nullable=False, unique=True),
    Column("started_at", Utc, nullable=False),
    Column("deadline_at", Utc, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("card", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("finished_at", Utc),
    Column("score", Marks),
    Column("passed", Boolean),
    Column("answered", Integer),
    UniqueConstraint("exam_id", "cadre_id"),
    Index("ix_attempts_state_deadline", "state", "deadline_at"),
)

steps = Table(
    "steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("attempt_id", ForeignKey("attempts.id"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("choice", Integer, nullable=False),
    Column("at", Utc, nullable=False),
)

appeals = Table(
    "appeals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("exam_id", ForeignKey("exams.id"), nullable=False),
    Column("cadre_id", ForeignKey("cadres.id"), nullable=False),
    Column("question", String(60), nullable=False),
    Column("at", Utc, nullable=False),
    Column("text", Text),
    Column("answer", Text),
    Column("answered_by", String(60)),
    Column("answered_at", Utc),
    UniqueConstraint("exam_id", "cadre_id", "question"),
)

regrades = Table(
    "regrades",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("exam_id", ForeignKey("exams.id"), nullable=False, index=True),
    Column("question", String(60), nullable=False),
    Column("key", JSON, nullable=False),
    Column("proposed_by", String(60), nullable=False),
    Column("proposed_at", Utc, nullable=False),
    Column("applied_by", String(60)),
    Column("applied_at", Utc),
)

regraded_scores = Table(
    "regraded_scores",
    metadata,
    Column("regrade_id", ForeignKey("regrades.id"), primary_key=True),
    Column("attempt_id", ForeignKey("attempts.id"), primary_key=True),
    Column("score_before", Marks, nullable=False),
    Column("passed_before", Boolean, nullable=False),
    Column("score", Marks, nullable=False),
    Column("passed", Boolean, nullable=False),
    Index("ix_regraded_scores_attempt", "attempt_id"),
)

practice = Table(
    "practice",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("question", String(60), primary_key=True),
    Column("state", Text, nullable=False),
    Column("due_at", Utc, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("actor", String(60), nullable=False),
    Column("unit_id", ForeignKey("units.id")),
    Column("account_id", Integer),
    Column("cadre_id", Integer),
    Column("campaign_id", Integer),
    Column("exam_id", Integer),
    Column("detail", JSON, nullable=False),
    Index("ix_entries_kind_id", "kind", "id"),
    Index("ix_entries_actor_id", "actor", "id"),
)

activities = Table(
    "activities",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False),
    Column("name", String(200), nullable=False),
    Column("observance", String(60)),
    Column("topic", String(200), nullable=False),
    Column("laws", JSON, nullable=False),
    Column("place", String(200), nullable=False),
    Column("organiser_id", ForeignKey("units.id"), nullable=False),
    Column("form", String(8), nullable=False),
    Column("category", String(40), nullable=False),
    Column("audience", String(200), nullable=False),
    Column("attendances", Integer),
    Column("copies", Integer, nullable=False),
    Column("pushes", Integer, nullable=False),
    Column("cost", Marks),
    Column("evidence", JSON, nullable=False),
    Column("filed_by", String(60), nullable=False),
    Column("filed_at", Utc, nullable=False),
    Column("corrects", ForeignKey("activities.id"), unique=True),
    Column("withdrawn", Boolean, nullable=False),
    Column("reason", String(200), nullable=False, server_default=text("''")),
    Index(
        "ix_activities_counted",
        "day",
        "organiser_id",
        "observance",
        "attendances",
        "copies",
        "pushes",
        "withdrawn",
        "id",
    ),
)

activity_partners = Table(
    "activity_partners",
    metadata,
    Column("activity_id", ForeignKey("activities.id"), primary_key=True),
    Column("unit_id", ForeignKey("units.id"), primary_key=True),
)

activity_materials = Table(
    "activity_materials",
    metadata,
    Column("activity_id", ForeignKey("activities.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("count", Integer, nullable=False),
)

activity_reviews = Table(
    "activity_reviews",
    metadata,
    Column("activity_id", ForeignKey("activities.id"), primary_key=True),
    Column("reviewed_by", String(60), nullable=False),
    Column("reviewed_at", Utc, nullable=False),
)

register_rows = Table(
    "register_rows",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("register", String(12), nullable=False),
    Column("day", Date, nullable=False),
    Column("unit_id", ForeignKey("units.id")),
    Column("kind", String(40), nullable=False),
    Column("count", Integer),
    Column("cells", JSON, nullable=False),
    Column("filed_by", String(60), nullable=False),
    Column("filed_at", Utc, nullable=False),
    Column("corrects", ForeignKey("register_rows.id"), unique=True),
    Column("withdrawn", Boolean, nullable=False),
    Column("reason", String(200), nullable=False, server_default=text("''")),
    Index("ix_register_rows_register_day", "register", "day"),
)

duties = Table(
    "duties",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("observance", String(60), nullable=False),
    Column("year", Integer, nullable=False),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    UniqueConstraint("observance", "year", "unit_id"),
)

duty_plans = Table(
    "duty_plans",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("duty_id", ForeignKey("duties.id"), nullable=False, index=True),
    Column("what", String(200), nullable=False),
    Column("planned_for", Date, nullable=False),
    Column("filed_by", String(60), nullable=False),
    Column("filed_at", Utc, nullable=False),
)

tallies = Table(
    "tallies",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("subject", Integer, primary_key=True, autoincrement=False),
    Column("unit_id", Integer, primary_key=True, autoincrement=False),
    Column("what", String(12), primary_key=True),
    Column("n", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Kept by triggers (migration 0008); nothing else writes it. `unit_id` 0 stands for no unit."""
