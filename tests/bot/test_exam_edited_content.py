"""The bank, the laws and the plans are edited and the bot restarted in the middle of an exam."""

import dataclasses
import re
from types import MappingProxyType

import pytest

from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.content import Pack
from lawcore.law.registry import Registry
from lawcore.people.model import Role, Roster
from tests import stage as staging
from tests.stage import PATIENCE, Stage, answer, ask, begin, press, running, shipped

OPENS, CLOSES = "2026-12-08T09:00", "2026-12-15T18:00"


def edited() -> Pack:
    """Every question has another key, wording and explanation; no law and no plan is left."""
    pack = shipped()
    questions = {
        key: dataclasses.replace(
            question,
            stem="改过的题干",
            key=frozenset({len(question.options) - 1}) - question.key or frozenset({0}),
            explanation="改过的解析",
            cites=(),
        )
        for key, question in pack.questions.items()
    }
    return dataclasses.replace(
        pack, questions=MappingProxyType(questions), registry=Registry(()), blueprints={}
    )


async def half_of_it(stage: Stage) -> VirtualPerson:
    phone = await stage.appoint("王一", Role.CADRE, "001")
    await stage.exam(OPENS, CLOSES)
    await stage.move_to(OPENS)
    await phone.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    card = await begin(phone)
    for number in range(2, 4):
        await answer(phone, card, rightly=True)
        card = await press(phone, "下一题", lambda m, n=number: f"第 {n}/5 题" in m.text)  # type: ignore[misc]
    return phone


async def test_editing_the_content_in_the_middle_changes_no_paper_no_score_and_no_page(
    box: Sandbox, sqlite_url: str, small_town: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(box, sqlite_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        phone = await half_of_it(stage)
        papers = await stage.rows("SELECT cadre_id, paper FROM candidates ORDER BY cadre_id")
        frozen = await stage.rows("SELECT question, body FROM exam_questions ORDER BY question")
    monkeypatch.setattr(staging, "shipped", edited)
    async with running(box, sqlite_url) as stage:
        monkeypatch.undo()
        card = await ask(phone, "/exam")
        for number in range(4, 6):
            assert "改过" not in card.text
            await answer(phone, card, rightly=True)
            card = await press(phone, "下一题", lambda m, n=number: f"第 {n}/5 题" in m.text)  # type: ignore[misc]
        await answer(phone, card, rightly=True)
        await press(phone, "交卷", lambda m: "要交卷吗" in m.text)
        await press(phone, "确认交卷", lambda m: "已交卷" in m.text)
        assert await stage.rows("SELECT score FROM attempts") == [(1000,)]
        assert (
            await stage.rows("SELECT cadre_id, paper FROM candidates ORDER BY cadre_id") == papers
        )
        kept = await stage.rows("SELECT question, body FROM exam_questions ORDER BY question")
        assert kept == frozen
        await stage.move_to(CLOSES)
        result = await phone.wait_for(lambda m: "得分 10 / 10" in m.text, PATIENCE)
        page = await press(phone, "逐题查看", lambda m: "第 1/5 题" in m.text, result)
        assert "改过" not in page.text
        assert re.search(r"依据：《\S+》第\d+条", page.text)
