"""A township with very many rows, each table filled by one INSERT … SELECT.

Triggers and indexes are put away meanwhile and nothing is written twice; then all is built once.
"""

# ruff: noqa: S608 - every word of these statements stands in this file

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from lawcore.storage import open_store

CAMPAIGNS = EXAMS = 32
UNITS = 26

_COUNT = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < {rows}) "
_PUT_AWAY = (
    "SELECT type, name, sql FROM sqlite_master"
    " WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type"
)
_AT = "'2026-01-01 00:00:00.000000'"
_LATER = "strftime('%Y-%m-%d 01:00:00.000000', '2026-01-01', '+' || ({0} * 11) || ' days')"
_FILLS = (
    # 1 is the county, 2 the town, 3 to 16 are villages, 17 to 26 departments
    (
        UNITS,
        "INSERT INTO units (id, code, name, kind, parent_id) SELECT i, printf('U%02d', i),"
        " '单位' || i, CASE WHEN i = 1 THEN 'county' WHEN i = 2 THEN 'town' WHEN i < 17"
        " THEN 'village' ELSE 'department' END, CASE WHEN i = 1 THEN NULL WHEN i = 2 THEN 1"
        " ELSE 2 END FROM r",
    ),
    (
        1.0,
        "INSERT INTO activities (id, day, name, observance, topic, laws, place, organiser_id, form,"
        " category, audience, attendances, copies, pushes, evidence, filed_by, filed_at, corrects,"
        " withdrawn) SELECT i, date('2026-01-01', '+' || (i * 7 % 365) || ' days'), '法治宣传',"
        " CASE WHEN i % 3 = 0 THEN NULL ELSE 'day-' || (i % 60) END, '', '[]', '广场', 3 + i % 24,"
        " 'offline', '进乡村', '村民', CASE WHEN i % 11 = 0 THEN NULL ELSE i % 300 END, i % 97, 0,"
        f" '[]', '张三', {_AT}, CASE WHEN i % 101 = 0 THEN i - 50 END, i % 997 = 0 FROM r",
    ),
    (
        0.05,
        "INSERT INTO activity_partners (activity_id, unit_id) SELECT i * 20, 3 + i * 5 % 24 FROM r",
    ),
    (
        CAMPAIGNS,
        "INSERT INTO campaigns (id, unit_id, observance, year, title, starts_on, ends_on, state,"
        " version, recipients, due_at, created_at) SELECT i, 2, 'day-' || i, 2026, '消息' || i,"
        " '2026-01-01', '2026-12-31', 'done', 1, 'residents',"
        f" {_LATER.format('i')}, {_AT} FROM r",
    ),
    (
        1 / CAMPAIGNS,
        "INSERT INTO accounts (id, channel, address, state, village_id, joined_at, changed_at)"
        f" SELECT i, 'telegram', i, 'active', 3 + i % 14, {_AT}, {_AT} FROM r",
    ),
    (
        1.0,
        "INSERT INTO deliveries (kind, subject, version, account_id, channel, unit_id, state,"
        " due_at, ended_at) SELECT 'campaign', 1 + (i - 1) / ({rows} / 32), 1,"
        " 1 + (i - 1) % ({rows} / 32), 'telegram', 3 + (1 + (i - 1) % ({rows} / 32)) % 14,"
        f" CASE i % 50 WHEN 0 THEN 'failed' WHEN 1 THEN 'blocked' ELSE 'sent' END, {_AT}, {_AT}"
        " FROM r",
    ),
    (
        EXAMS,
        "INSERT INTO exams (id, title, blueprint, plan, opens_at, closes_at, minutes, pass_mark,"
        " total, length, seed, categories, units, state, created_at) SELECT i, '考试' || i, 'q',"
        f" '{{{{}}}}', {_LATER.format('i')}, {_LATER.format('i')}, 60, 6000, 10000, 50, 1, '[]',"
        f" '[]', 'closed', {_AT} FROM r",
    ),
    (
        1 / EXAMS,
        "INSERT INTO cadres (id, number, name, unit_id, post, category, added_at)"
        f" SELECT i, i, '干部', 3 + i % 24, '', 'staff', {_AT} FROM r",
    ),
    (
        1.0,
        "INSERT INTO candidates (exam_id, cadre_id, unit_id, paper, exempt_reason, added_at)"
        " SELECT 1 + (i - 1) / ({rows} / 32), 1 + (i - 1) % ({rows} / 32),"
        " 3 + (1 + (i - 1) % ({rows} / 32)) % 24, '[]', CASE WHEN i % 40 = 0 THEN '病假' END,"
        f" {_AT} FROM r",
    ),
    (
        0.9,
        "INSERT INTO attempts (exam_id, cadre_id, token, started_at, deadline_at, cursor, card,"
        " state, finished_at, score, passed, answered) SELECT 1 + (i - 1) / ({rows} / 32),"
        f" 1 + (i - 1) % ({{rows}} / 32), i, {_AT}, {_AT}, 0, 1, 'submitted', {_AT}, 8000,"
        " i % 10 > 0, 50 FROM r WHERE i % 40 > 0",
    ),
)


def town(folder: Path, rows: int) -> str:
    """The address of a database with `rows` activities, deliveries and candidates each."""
    path = folder / f"{rows}.db"
    asyncio.run(_migrated(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}")
        put_away = connection.execute(_PUT_AWAY).fetchall()
        for kind, name, _ in put_away:
            connection.execute(f"DROP {kind} {name}")
        for share, fill in _FILLS:
            many = share if isinstance(share, int) else int(rows * share)
            connection.execute(_COUNT.format(rows=many) + fill.format(rows=rows))
        for _, _, made in put_away:
            connection.execute(made)
    asyncio.run(_tallied(path))
    return f"sqlite:///{path}"


async def _migrated(path: Path) -> None:
    await (await open_store(f"sqlite:///{path}")).close()


async def _tallied(path: Path) -> None:
    store = await open_store(f"sqlite:///{path}")
    await store.write(lambda books: books.tallies.rebuild())
    await store.close()
