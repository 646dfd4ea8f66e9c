"""No path gives a key away before the reveal: every kind of paper, every door, every error."""

import dataclasses
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl
import pytest

from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.clock import StillClock
from lawcore.content import Pack
from lawcore.errors import WrongState
from lawcore.exams import makeup, office, studies
from lawcore.ids import ExamId
from lawcore.people.model import Role, Roster
from lawcore.questions.blueprint import Blueprint, Common, PaperKind
from lawcore.questions.question import QuestionKind
from lawcore.reports.scores import collect_scores
from tests import stage as staging
from tests.stage import (
    PATIENCE,
    Stage,
    ask,
    begin,
    choose,
    data_of,
    forge,
    is_card,
    local,
    press,
    running,
    shipped,
    short_plan,
    sit,
)

OPENS, CLOSES, REVEAL = "2026-12-08T09:00", "2026-12-15T18:00", "2026-12-17T09:00"
TELLING = ("得分 ", "正确答案：", "解析：", "没有合格", "依据：")
"""Words that only a result or a page has."""


def plan_of(kind: PaperKind) -> Blueprint:
    """The short plan; the fixed one names five questions of the real bank."""
    plan = short_plan(kind)
    if kind is not PaperKind.FIXED:
        return plan
    bank = sorted(shipped().questions.values(), key=lambda q: q.id)
    wanted = (
        (QuestionKind.SINGLE, 2, 3),
        (QuestionKind.MULTIPLE, 2, 1.5),
        (QuestionKind.JUDGE, 1, 1),
    )
    common = tuple(
        Common(question.id, Decimal(str(marks)))
        for of, count, marks in wanted
        for question in [q for q in bank if q.kind is of][:count]
    )
    return dataclasses.replace(plan, sections=(), common=common)


def gives_nothing_away(calls: Iterable[Any]) -> int:
    """Look through everything that left; the number of payloads."""
    bank = shipped().questions.values()
    looked = 0
    for call in calls:
        words = json.dumps(dict(call.payload), ensure_ascii=False, default=str)
        assert not [word for word in TELLING if word in words], words
        for question in bank:
            assert question.explanation not in words
            assert question.id not in words
        looked += 1
    return looked


async def create(stage: Stage, plan: Blueprint) -> ExamId:
    bank = tuple(stage.house.pack.questions.values())
    return await stage.act(
        lambda books, at: office.create(
            books,
            plan,
            bank,
            title="考法",
            opens_at=local(OPENS),
            closes_at=local(CLOSES),
            reveal_at=local(REVEAL),
            minutes=None,
            seed=5,
            actor="console",
            at=at,
        )
    )


async def knock(phone: VirtualPerson, token: str) -> set[str]:
    """Try every door that opens after the reveal, and some that never do."""
    pressed = [f"w:{token}:0", f"W:{token}", f"o:{token}:0", "O:1", f"w:{token}:999", "w::", "o:x"]
    return {(await forge(phone, data)).text for data in pressed}


@pytest.mark.parametrize("kind", PaperKind)
async def test_nothing_that_leaves_before_the_reveal_gives_a_key_away(
    logged: Callable[[], str], stage: Stage, kind: PaperKind
) -> None:
    good, half, late = [
        await stage.appoint(name, Role.CADRE, number)
        for name, number in (("王一", "001"), ("李二", "002"), ("张三", "003"))
    ]
    admin = await stage.appoint("管理员", Role.ADMIN)
    key = await create(stage, plan_of(kind))
    await stage.move_to(OPENS)
    for phone in (good, half, late):
        await phone.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    await sit(good, right=5)
    await sit(half, right=2, blank=2, hand_in=False)
    await ask(half, "/exam")  # resumed on a new card
    tokens = [
        token for (token,) in await stage.rows("SELECT token FROM attempts ORDER BY cadre_id")
    ]
    said = await knock(good, tokens[0]) | await knock(half, tokens[0])
    assert "成绩和答案在 2026-12-17 09:00 公布后才能看。" in said
    with pytest.raises(WrongState):
        await stage.act(lambda b, at: studies.analysis_of(b, key))
    with pytest.raises(WrongState):
        await stage.act(lambda b, at: collect_scores(b, "镇", key, at))
    await stage.move_to("2026-12-12T18:30")
    await stage.move_to("2026-12-15T16:30")
    await begin(late)
    await stage.move_to(CLOSES)
    await stage.move_to("2026-12-16T12:00")
    for phone, token in ((good, tokens[0]), (half, tokens[1])):
        await ask(phone, "/exam")
        await knock(phone, token)
    await ask(admin, "/admin")
    assert gives_nothing_away(stage.box.sent) > 60
    cards = [c for c in stage.box.calls("sendMessage") if "题 ·" in str(c.payload)]
    assert all(c.payload.get("protect_content") in ("true", True) for c in cards)
    words = logged()
    assert not any(q.explanation in words for q in shipped().questions.values())
    before = len(stage.box.sent)
    await stage.move_to(REVEAL)
    results = [c for c in stage.box.sent[before:] if "得分 " in str(c.payload.get("text"))]
    assert {int(c.payload["chat_id"]) for c in results} == {p.user_id for p in (good, half, late)}


async def test_a_make_up_gives_nothing_away_before_its_own_end(stage: Stage) -> None:
    phone = await stage.appoint("王一", Role.CADRE, "001")
    await stage.exam(OPENS, CLOSES)
    await stage.move_to(OPENS)
    await phone.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    await sit(phone, right=0)
    await stage.move_to("2026-12-16T09:00")
    bank = tuple(stage.house.pack.questions.values())

    def create_(books: Any, at: datetime) -> ExamId:
        return makeup.create(
            books, ExamId(1), bank, opens_at=at, closes_at=at + timedelta(days=1),
            seed=3, actor="console", at=at,
        )  # fmt: skip

    await stage.act(create_)
    before = len(stage.box.sent)
    await stage.rest()
    letter = await phone.wait_for(lambda m: "（补考）" in m.text and bool(m.labels), PATIENCE)
    card = await press(phone, "开始答题", is_card, letter)
    token = data_of(card, "交卷").split(":")[1]
    said = await knock(phone, token)
    assert "成绩和答案在 2026-12-17 09:00 公布后才能看。" in said
    await ask(phone, "/exam")
    assert gives_nothing_away(stage.box.sent[before:]) > 5


async def test_the_table_that_an_admin_may_take_meanwhile_holds_no_key_and_no_score(
    stage: Stage,
) -> None:
    admin = await stage.appoint("管理员", Role.ADMIN)
    phone = await stage.appoint("王一", Role.CADRE, "001")
    await create(stage, short_plan())
    await stage.move_to(OPENS)
    await phone.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    await sit(phone, right=5)
    await ask(admin, "/admin")
    await press(admin, "参与情况表", lambda m: "本季度" in m.labels)
    letter = await press(admin, "本季度", lambda m: m.document is not None)
    assert letter.document is not None
    words = "".join(texts(letter.document))
    assert "考法" in words
    assert not [word for word in TELLING if word in words]
    gives_nothing_away(c for c in stage.box.sent if c.method != "sendDocument")
    assert {int(c.payload["chat_id"]) for c in stage.box.calls("sendDocument")} == {admin.user_id}


def texts(xlsx: bytes) -> Iterator[str]:
    """All cells of a file."""
    for sheet in openpyxl.load_workbook(BytesIO(xlsx)):
        for row in sheet.iter_rows(values_only=True):
            yield from (str(cell) for cell in row if cell is not None)


def other_keys() -> Pack:
    """The shipped content with another key and explanation for every question, the same words."""
    pack = shipped()
    turned = {
        key: dataclasses.replace(
            question,
            key=frozenset((own + 1) % len(question.options) for own in question.key),
            explanation=f"另一种解析{place}",
        )
        for place, (key, question) in enumerate(pack.questions.items())
    }
    return dataclasses.replace(pack, questions=MappingProxyType(turned))


async def everything_told(at: datetime, url: str, town: Roster) -> tuple[list[str], list[str]]:
    """What leaves before and after the reveal while one person presses the same places."""
    async with (
        Sandbox(StillClock(at), rate=None, per_chat=None) as box,
        running(box, url) as stage,
    ):
        await stage.act(lambda books, now: books.people.save_roster(town, now))
        phone = await stage.appoint("王一", Role.CADRE, "001")
        await create(stage, short_plan())
        await stage.move_to(OPENS)
        await phone.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
        card = await begin(phone)
        for letter in "BACB":
            await choose(phone, letter)
            card = await press(phone, "下一题", is_card)
        card = await choose(phone, "A")
        await ask(phone, "/exam")
        await knock(phone, data_of(card, "交卷").split(":")[1])
        await press(phone, "交卷", lambda m: "要交卷吗" in m.text)
        await press(phone, "确认交卷", lambda m: "已交卷" in m.text)
        await ask(phone, "/exam")
        await stage.move_to(CLOSES)
        await stage.move_to("2026-12-16T12:00")
        await ask(phone, "/exam")
        sealed = len(stage.box.sent)
        await stage.move_to(REVEAL)
        result = await phone.wait_for(lambda m: "得分 " in m.text, PATIENCE)
        await press(phone, "逐题查看", lambda m: "第 1/5 题" in m.text, result)
        told = [plainly(call.payload) for call in stage.box.sent]
        return told[:sealed], told[sealed:]


def plainly(payload: Any) -> str:
    """A request without what differs between any two runs: the token of the attempt, the press."""
    kept = {name: value for name, value in dict(payload).items() if name != "callback_query_id"}
    words = json.dumps(kept, ensure_ascii=False, default=str, sort_keys=True)
    return re.sub(r"(?<=[a-zA-Z]:)[\w-]{12}(?![\w-])", "token", words)


async def test_with_other_keys_all_that_leaves_before_the_reveal_is_word_for_word_the_same(
    tmp_path: Path,
    migrated_sqlite: Path,
    clock: StillClock,
    small_town: Roster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing that cannot tell two keys apart can give one away: texts, buttons, order, numbers."""
    runs = []
    for name, pack in (("one", shipped()), ("two", other_keys())):
        shutil.copyfile(migrated_sqlite, tmp_path / f"{name}.db")
        monkeypatch.setattr(staging, "shipped", lambda pack=pack: pack)
        url = f"sqlite:///{tmp_path / name}.db"
        runs.append(await everything_told(clock.now(), url, small_town))
    (before, after), (before_other, after_other) = runs
    assert len(before) > 40
    assert sorted(before) == sorted(before_other)
    assert after != after_other, "the keys did differ"
