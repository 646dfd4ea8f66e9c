"""A row of 台账 typed into a form is read as a row of the file is, and found again."""

from datetime import date

import pytest

from lawcore.errors import BadInput
from lawcore.ids import ActivityId, LawKey
from lawcore.participation import filing
from lawcore.participation.activity import Form, Material, chain
from lawcore.participation.known import Known
from lawcore.participation.registers import BY_REGISTER, SHEETS, Register, row_chain
from lawcore.participation.search import Search, Standing
from lawcore.participation.typed import activity_of, columns_of, row_of, typed_of

from .conftest import Town

TODAY = date(2026, 11, 20)
EVENT = {
    "日期": "2026-11-19",
    "活动名称": "民法典进乡村",
    "主办单位": "V1",
    "参与单位": "D1、综合执法队",
    "形式": "线下",
    "宣传法律": "民法典",
    "六进类别": "进乡村",
    "资料名称": "读本 200\n折页 300",
    "费用（元）": "12.50",
    "佐证编号": "2026-1、2026-2",
}


async def known(town: Town) -> Known:
    units = await town.look(lambda b: b.people.units())
    return Known(
        units, (), lambda name: LawKey("民法典") if name == "民法典" else None, ("进乡村",)
    )


async def test_a_typed_event_is_read_with_its_materials_and_without_a_count(town: Town) -> None:
    found = activity_of(EVENT, await known(town), TODAY, "张三")
    assert (found.day, found.form, found.attendances) == (date(2026, 11, 19), Form.OFFLINE, None)
    assert found.partners == (await town.unit("D1"), await town.unit("D2"))
    assert found.materials == (Material("读本", 200), Material("折页", 300))
    assert (found.laws, found.copies, f"{found.cost}") == ((LawKey("民法典"),), 500, "12.50")
    assert found.evidence == ("2026-1", "2026-2")


async def test_a_form_that_is_filled_with_an_event_reads_as_the_same_event(town: Town) -> None:
    told = await known(town)
    found = activity_of(EVENT | {"参与人次": "60", "推送条数": "2"}, told, TODAY, "张三")
    codes = {unit.id: unit.code for unit in told.units}
    assert activity_of(typed_of(found, codes), told, TODAY, "张三") == found


async def test_all_that_is_wrong_with_a_typed_event_is_said_at_once(town: Town) -> None:
    bad = EVENT | {
        "日期": "2026-11-21",
        "活动名称": "",
        "主办单位": "没有的单位",
        "形式": "空中",
        "参与人次": "30余",
        "费用（元）": "1.234",
        "资料名称": "传单",
        "地点": "长" * 201,
        "受众类别": "村\x00民",
    }
    with pytest.raises(BadInput) as wrong:
        activity_of(bad, await known(town), TODAY, "张三")
    said = f"{wrong.value}".splitlines()
    for heading in bad.keys() - EVENT.keys() | {"日期", "活动名称", "主办单位", "形式"}:
        assert sum(line.startswith(f"“{heading}”：") for line in said) == 1, heading


async def test_every_register_takes_a_typed_row(town: Town) -> None:
    told = await known(town)
    for sheet in SHEETS:
        typed = {c.heading: c.words[0] if c.words else "3" for c in columns_of(sheet)}
        days = {c.heading for c in columns_of(sheet) if c.takes.value == "day"}
        typed |= dict.fromkeys(days, "2026-11-19")
        if sheet.unit:
            typed[sheet.unit.heading] = "V1"
        row = row_of(sheet, typed, told, TODAY, "张三")
        assert (row.day, row.filed_by) == (date(2026, 11, 19), "张三")
        assert row.unit == (await town.unit("V1") if sheet.unit else None)
        assert row.cells == typed


async def test_an_answer_before_the_prompt_is_refused_once(town: Town) -> None:
    sheet = BY_REGISTER[Register.PROMPT]
    typed = {"收到日期": "2026-11-19", "反馈日期": "2026-11-18", "发出单位": "县局", "事项": "甲"}
    with pytest.raises(BadInput, match=r"^“反馈日期”：反馈日期早于收到日期。$"):
        row_of(sheet, typed, await known(town), TODAY, "张三")
    row = row_of(sheet, typed | {"反馈日期": ""}, await known(town), TODAY, "张三")
    assert row.kind == "未反馈"


async def test_an_account_does_not_review_what_it_filed_under_another_name(town: Town) -> None:
    event = activity_of(EVENT, await known(town), TODAY, "张三")
    done = await town.act(lambda b, at: filing.record(b, event, actor="account:7", at=at))
    with pytest.raises(BadInput, match="请另一个人审核"):
        await town.act(lambda b, at: filing.review(b, done.id, "李四", actor="account:7", at=at))
    await town.act(lambda b, at: filing.review(b, done.id, "李四", actor="account:8", at=at))


async def chained(town: Town, key: ActivityId) -> list[int]:
    found = await town.look(lambda b: chain(b.activities, key))
    return [one.id for one in found]


async def test_a_correction_keeps_its_chain_and_its_reason(town: Town) -> None:
    event = activity_of(EVENT, await known(town), TODAY, "张三")
    first = await town.act(lambda b, at: filing.record(b, event, actor="account:7", at=at))
    second = await town.act(
        lambda b, at: filing.correct(
            b, first.id, event, actor="account:7", at=at, reason="日期写错了"
        )
    )
    third = await town.act(
        lambda b, at: filing.withdraw(
            b, second.id, "李四", actor="account:8", at=at, reason="记重了"
        )
    )
    for key in (first.id, second.id, third.id):
        assert await chained(town, key) == [first.id, second.id, third.id]
    told = await town.look(lambda b: b.audit.of_row(second.number, second.filed_at))
    assert told is not None
    assert (told.actor, told.detail["reason"]) == ("account:7", "日期写错了")
    rows = await town.look(lambda b: chain(b.activities, first.id))
    assert [row.activity.reason for row in rows] == ["", "日期写错了", "记重了"]
    with pytest.raises(BadInput, match="太长"):
        await town.act(
            lambda b, at: filing.withdraw(
                b, third.id, "李四", actor="account:8", at=at, reason="长" * 201
            )
        )


async def test_a_row_of_a_register_is_corrected_by_a_new_one(town: Town) -> None:
    sheet = BY_REGISTER[Register.PEOPLE]
    typed = {"统计日期": "2026-11-19", "村": "V1", "类别": "法律明白人", "数量": "3"}
    row = row_of(sheet, typed, await known(town), TODAY, "张三")
    more = row_of(sheet, typed | {"数量": "4"}, await known(town), TODAY, "张三")
    old = await town.act(lambda b, at: filing.record_row(b, row, actor="account:7", at=at))
    new = await town.act(
        lambda b, at: filing.correct_row(b, old, more, actor="account:7", at=at, reason="又来一位")
    )
    lines = await town.look(lambda b: b.listing.newest_rows(Register.PEOPLE, None, 0, 9))
    assert [(line.id, line.row.count, line.row.reason) for line in lines] == [(new, 4, "又来一位")]
    assert [one.id for one in await town.look(lambda b: row_chain(b.activities, old))] == [old, new]
    kinds = await town.rows("SELECT kind FROM entries ORDER BY id")
    assert [kind for (kind,) in kinds] == ["register-filed", "register-corrected"]


async def test_a_search_finds_partners_and_adds_a_joint_event_once(town: Town) -> None:
    told = await known(town)
    joint = activity_of(EVENT | {"参与人次": "60"}, told, TODAY, "张三")
    alone = activity_of(
        EVENT | {"主办单位": "V2", "参与单位": "", "形式": "线上", "推送条数": "2"},
        told,
        TODAY,
        "张三",
    )
    kept = await town.act(lambda b, at: filing.record(b, joint, actor="account:7", at=at))
    other = await town.act(lambda b, at: filing.record(b, alone, actor="account:7", at=at))
    v1, v2, d1 = [await town.unit(code) for code in ("V1", "V2", "D1")]
    first, last = date(2026, 1, 1), TODAY

    async def ids(search: Search) -> list[int]:
        found = await town.look(lambda b: b.listing.found(search, 0, 9))
        return [one.id for one in found]

    assert await ids(Search(first, last)) == [other.id, kept.id]
    assert await ids(Search(first, last, frozenset({d1}))) == [kept.id]
    assert await ids(Search(first, last, frozenset({v1, d1}))) == [kept.id]
    assert await ids(Search(first, last, frozenset())) == []
    assert await ids(Search(first, last, form=Form.ONLINE)) == [other.id]
    held = await town.look(lambda b: b.listing.held(Search(first, last, frozenset({v1, d1}))))
    assert (held.events, held.joint, held.attendances, held.uncounted) == (1, 1, 60, 0)
    both = await town.look(lambda b: b.listing.held(Search(first, last)))
    assert (both.events, both.copies, both.pushes, both.uncounted) == (2, 1000, 2, 1)
    await town.act(lambda b, at: filing.review(b, kept.id, "李四", actor="account:8", at=at))
    waiting = Search(first, last, standing=Standing.WAITING)
    assert await ids(waiting) == [other.id]
    gone = await town.act(
        lambda b, at: filing.withdraw(
            b, other.id, "张三", actor="account:7", at=at, reason="没有办"
        )
    )
    assert await ids(waiting) == []
    assert await ids(Search(first, last, frozenset({v2}), standing=Standing.VOID)) == [
        gone.id,
        other.id,
    ]
