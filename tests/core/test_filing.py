"""Each act on 活动台账 leaves a line that says who did it, in the same transaction."""

import json
from datetime import date

import pytest

from lawcore.errors import BadInput, WrongState
from lawcore.ids import ActivityId
from lawcore.participation import filing
from lawcore.participation.activity import Activity, Form
from lawcore.participation.registers import Register, RegisterRow

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
    new = await town.act(lambda b, at: filing.correct(b, key, better, actor="console", at=at))
    await town.act(lambda b, at: filing.review(b, new.id, "李四", actor="account:8", at=at))
    gone = await town.act(lambda b, at: filing.withdraw(b, new.id, "张三", actor="console", at=at))
    assert await lines(town) == [
        ("activity-filed", "account:7", unit, {"number": f"H{key}"}),
        ("activity-corrected", "console", unit, {"number": f"H{new.id}", "corrects": f"H{key}"}),
        ("activity-reviewed", "account:8", unit, {"number": f"H{new.id}"}),
        (
            "activity-withdrawn",
            "console",
            unit,
            {"number": f"H{gone.id}", "corrects": f"H{new.id}"},
        ),
    ]


async def test_what_is_refused_leaves_no_line(town: Town) -> None:
    key = await filed(town)
    await town.act(lambda b, at: filing.withdraw(b, key, "张三", actor="console", at=at))
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
        lambda b, at: filing.withdraw_row(b, key, "李四", actor="account:7", at=at)
    )
    assert await lines(town) == [
        ("register-withdrawn", "account:7", unit, {"number": f"D{new}", "corrects": f"D{key}"})
    ]
