"""Doubts of every kind: what can be recognised in a chat is found, and nothing is spoilt."""

from datetime import timedelta

from sqlalchemy import update

from lawcore.campaigns.trouble import tell_of_crash
from lawcore.people.model import Role
from lawcore.storage.tables import deliveries
from tests.stage import PATIENCE, Stage, begin, is_card, press


async def in_doubt(stage: Stage, kind: str) -> None:
    """As if the answer to each message of this kind had been lost; a later one closes the gap."""
    lost = (
        update(deliveries)
        .where(deliveries.c.kind == kind)
        .values(state="unknown", message=None, ended_at=deliveries.c.claimed_at)
    )
    await stage.act(lambda books, _: books._sql.execute(lost).rowcount)
    await stage.wait(timedelta(seconds=2))
    await stage.act(lambda books, at: tell_of_crash(books, at=at))
    await stage.rest()


async def states(stage: Stage, kind: str) -> list[tuple[str, bool]]:
    """State, and whether a person has to look into it."""
    statement = "SELECT state, looked_at FROM deliveries WHERE kind = :kind"
    return [(state, looked is not None) for state, looked in await stage.rows(statement, kind=kind)]


async def test_a_returned_draft_is_recognised_even_after_its_button_was_pressed(
    stage: Stage,
) -> None:
    await stage.appoint("王所长", Role.ADMIN)
    approver = await stage.appoint("李主任", Role.APPROVER)
    editor = await stage.appoint("小王", Role.EDITOR)
    await stage.rest()
    draft = await approver.wait_for(lambda m: "退回" in m.labels, PATIENCE)
    await press(approver, "内容不准确", message=await press(approver, "退回", message=draft))
    await stage.rest()
    letter = await editor.wait_for(lambda m: "稿子被退回" in m.text, PATIENCE)
    await press(editor, "修改文字", message=letter)
    await in_doubt(stage, "returned")
    assert set(await states(stage, "returned")) == {("sent", False)}
    assert sum("稿子被退回" in m.text for m in editor.chat) == 1
    assert letter.labels == ["修改文字"]


async def test_the_card_of_who_has_begun_is_left_alone(stage: Stage) -> None:
    await stage.appoint("王所长", Role.ADMIN)
    cadre = await stage.appoint("赵一", Role.CADRE, "001")
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00")
    await stage.move_to("2026-12-08T09:00")
    card = await begin(cadre)
    await in_doubt(stage, "exam-open")
    assert await states(stage, "exam-open") == [("unknown", True)]
    now = next(m for m in reversed(cadre.chat) if is_card(m))
    assert now.labels == card.labels
    assert sum("考试开始了" in m.text for m in cadre.chat) == 0, "it is the card now"


async def test_a_notice_that_nobody_has_pressed_is_recognised(stage: Stage) -> None:
    await stage.appoint("王所长", Role.ADMIN)
    cadre = await stage.appoint("赵一", Role.CADRE, "001")
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00")
    await stage.move_to("2026-12-08T09:00")
    await in_doubt(stage, "exam-open")
    assert await states(stage, "exam-open") == [("sent", False)]
    assert sum("考试开始了" in m.text for m in cadre.chat) == 1
