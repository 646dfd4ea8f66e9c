"""Before the end no message, no button and no log holds a key, an explanation or a score."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from lawbot.sandbox import VirtualPerson
from lawcore.people.model import Role
from tests.stage import PATIENCE, Stage, ask, shipped, sit

OPENS, CLOSES = "2026-12-08T09:00", "2026-12-15T18:00"
PRESS = {
    "x": re.compile(r"x:[A-Za-z0-9_-]{12}:\d+:(\d):[01]"),
    "b": re.compile(r"b:\d+"),
    "t": re.compile(r"t:[A-Za-z0-9_-]{12}:\d+"),
    "s": re.compile(r"s:[A-Za-z0-9_-]{12}:\d+"),
    "h": re.compile(r"h:[A-Za-z0-9_-]{12}"),
    "H": re.compile(r"H:[A-Za-z0-9_-]{12}"),
    "l": re.compile(r"l"),
}


async def examined(stage: Stage) -> list[VirtualPerson]:
    """Three cadres sit the exam: one well, one badly, one stops half-way and comes back."""
    phones = [
        await stage.appoint(name, Role.CADRE, number)
        for name, number in (("王一", "001"), ("李二", "002"), ("张三", "003"))
    ]
    await stage.exam(OPENS, CLOSES)
    await stage.move_to(OPENS)
    for phone in phones:
        await phone.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    await sit(phones[0], right=5)
    await sit(phones[1], right=0)
    await sit(phones[2], right=2, blank=2, hand_in=False)
    for phone in phones:
        await ask(phone, "/exam")
    await stage.move_to("2026-12-12T18:30")
    await stage.move_to("2026-12-15T16:30")
    return phones


def buttons(payload: Any) -> Iterator[tuple[int, dict[str, str]]]:
    """The buttons of a request with the place of their row."""
    markup = payload.get("reply_markup") or {"inline_keyboard": []}
    read = json.loads(markup) if isinstance(markup, str) else markup
    for place, row in enumerate(read["inline_keyboard"]):
        for one in row:
            yield place, one


async def test_nothing_that_leaves_before_the_end_gives_an_answer_away(
    logged: Callable[[], str], stage: Stage
) -> None:
    await examined(stage)
    sent = list(stage.box.sent)
    assert len(sent) > 60
    bank = shipped().questions.values()
    asked_ = [q for q in bank if any(q.stem in str(call.payload.get("text")) for call in sent)]
    assert len(asked_) >= 5
    for call in sent:
        words = json.dumps(dict(call.payload), ensure_ascii=False, default=str)
        for question in bank:
            assert question.explanation not in words
            assert question.id not in words
        assert "得分" not in words
        assert "没有合格" not in words
    logged_ = logged()
    for question in asked_:
        assert question.explanation not in logged_
        assert question.stem not in logged_
    assert stage.box.token not in logged_


async def test_a_button_says_only_where_its_option_stands(stage: Stage) -> None:
    await examined(stage)
    pressed = 0
    for call in stage.box.sent:
        for place, button in buttons(call.payload):
            data = button["callback_data"]
            act = data.split(":")[0]
            found = PRESS[act].fullmatch(data)
            assert found, data
            if act == "x":
                pressed += 1
                assert int(found[1]) == place, "the option is named by its row alone"
                assert button["text"].removeprefix("✓ ")[0] == "ABCDEFGH"[place]
    assert pressed > 60


async def test_right_and_wrong_are_answered_alike(stage: Stage) -> None:
    phones = await examined(stage)
    well, badly = ({alert.text for alert in phone.alerts} for phone in phones[:2])
    assert well == badly == {"", "已保存", "已交卷"}


async def test_the_score_is_told_to_the_person_alone_after_the_end(stage: Stage) -> None:
    phones = await examined(stage)
    before = len(stage.box.sent)
    await stage.move_to(CLOSES)
    told = {
        call.payload["chat_id"]: call.payload["text"]
        for call in stage.box.sent[before:]
        if "得分" in str(call.payload.get("text"))
    }
    assert {int(chat) for chat in told} == {phone.user_id for phone in phones}
    scores = [re.search(r"得分 (\S+) / 10", phone.last.text) for phone in phones]
    assert [found[1] for found in scores if found] == ["10", "0", "6"]
