"""Each act on 活动台账 leaves a line that says who did it, in the same transaction."""

import json
from datetime import date

import pytest
from alembic import command
from sqlalchemy import Connection, text

from lawcore.clock import StillClock
from lawcore.errors import BadInput, WrongState
from lawcore.ids import ActivityId
from lawcore.participation import filing
from lawcore.participation.activity import Activity, Form
from lawcore.participation.registers import Register, RegisterRow
from lawcore.people.model import Roster
from lawcore.storage.migrations.running import config, run_migrations
from lawcore.storage.opening import on_connection, open_store

from .conftest import Town

DAY = date(2026, 11, 20)


async def filed(town: Town) -> ActivityId:
    unit = await town.unit("V1")
    what = Activity(DAY, "民法典进乡村", unit, Form.OFFLINE, "张三")
    done = await town.act(lambda b, at: filing.record(b, what, actor="account:7", at=at))
    return done.id


async def lines(town: Town) -> list[tuple[str, str, int, dict[str, str]]]:
    found = await town.rows("SELECT kind, actor, unit_id, detail FROM entries ORDER BY id")
    return [
        (kind, actor, unit, told if isinstance(told, dict) else json.loads(told))
        for kind, actor, unit, told in found
    ]


async def test_what_is_filed_corrected_reviewed_and_withdrawn_is_all_written_down(
    town: Town,
) -> None:
    key, unit = await filed(town), await town.unit("V1")
    better = Activity(DAY, "民法典进乡村", unit, Form.OFFLINE, "张三", attendances=60)
    new = await town.act(
        lambda b, at: filing.correct(b, key, better, actor="console", at=at, reason="数错了")
    )
    await town.act(lambda b, at: filing.review(b, new.id, "李四", actor="account:8", at=at))
    gone = await town.act(
        lambda b, at: filing.withdraw(b, new.id, "张三", actor="console", at=at, reason="记重了")
    )
    assert await lines(town) == [
        ("activity-filed", "account:7", unit, {"number": f"H{key}"}),
        (
            "activity-corrected",
            "console",
            unit,
            {"number": f"H{new.id}", "corrects": f"H{key}", "reason": "数错了"},
        ),
        ("activity-reviewed", "account:8", unit, {"number": f"H{new.id}"}),
        (
            "activity-withdrawn",
            "console",
            unit,
            {"number": f"H{gone.id}", "corrects": f"H{new.id}", "reason": "记重了"},
        ),
    ]


async def test_what_is_refused_leaves_no_line(town: Town) -> None:
    key = await filed(town)
    await town.act(
        lambda b, at: filing.withdraw(b, key, "张三", actor="console", at=at, reason="记重了")
    )
    before = await lines(town)
    with pytest.raises(WrongState):
        await town.act(lambda b, at: filing.review(b, key, "李四", actor="console", at=at))
    other = await filed(town)
    with pytest.raises(BadInput):
        await town.act(lambda b, at: filing.review(b, other, "张三", actor="console", at=at))
    assert len(await lines(town)) == len(before) + 1


async def test_a_row_of_a_register_that_is_withdrawn_is_written_down(town: Town) -> None:
    unit = await town.unit("V1")
    row = RegisterRow(Register.PEOPLE, DAY, "张三", unit, "法律明白人", 3)
    key = await town.act(lambda b, at: b.activities.add_row(row, at))
    new = await town.act(
        lambda b, at: filing.withdraw_row(b, key, "李四", actor="account:7", at=at, reason="记重了")
    )
    assert await lines(town) == [
        (
            "register-withdrawn",
            "account:7",
            unit,
            {"number": f"D{new}", "corrects": f"D{key}", "reason": "记重了"},
        )
    ]


async def test_reasons_that_stood_in_the_audit_log_alone_are_taken_over(
    database_url: str, small_town: Roster, clock: StillClock
) -> None:
    """As on the day when rows began to keep them; nobody may change a row afterwards either."""
    store = await open_store(database_url)
    town = Town(store, clock)
    await town.act(lambda b, at: b.people.save_roster(small_town, at))
    await corrected_and_withdrawn(town)
    await store.close()

    def before(connection: Connection) -> None:
        command.downgrade(config(connection), "0012")

    def after(connection: Connection) -> list[tuple[str, ...]]:
        run_migrations(connection)
        rows = text("SELECT reason FROM activities UNION ALL SELECT reason FROM register_rows")
        return [tuple(row) for row in connection.execute(rows)]

    def change(connection: Connection) -> None:
        connection.execute(text("UPDATE activities SET reason = ''"))

    await on_connection(database_url, before)
    found = await on_connection(database_url, after)
    assert sorted(reason for (reason,) in found) == ["", "", "数错了", "记重了"]
    with pytest.raises(BadInput):
        await on_connection(database_url, change)


async def corrected_and_withdrawn(town: Town) -> None:
    """An event that was corrected, a row of a register that was withdrawn."""
    key, unit = await filed(town), await town.unit("V1")
    better = Activity(DAY, "民法典进乡村", unit, Form.OFFLINE, "张三", attendances=60)
    await town.act(
        lambda b, at: filing.correct(b, key, better, actor="console", at=at, reason="数错了")
    )
    row = RegisterRow(Register.PEOPLE, DAY, "张三", unit, "法律明白人", 3)
    old = await town.act(lambda b, at: filing.record_row(b, row, actor="console", at=at))
    await town.act(
        lambda b, at: filing.withdraw_row(b, old, "李四", actor="console", at=at, reason="记重了")
    )
