"""``lawbot campaign``: texts of one's own, for whom, and what is put right after."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from lawcore.campaigns.launching import launch
from lawcore.content.sample import read_sample
from lawcore.ids import LanguageCode
from lawcore.participation import enrol
from lawcore.people.model import Address
from lawcore.people.roster_file import write_roster
from lawcore.storage import Books, open_store
from tests.program import Ended, lawbot
from tests.stage import local

GIVEN = {
    "database_url": "sqlite:///lawbot.db",
    "clock_start": "2026-12-10T10:00:00+08:00",
    "telegram_api_url": "http://127.0.0.1:9",
}
LONG = "长" * 201


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Path:
    """A folder with a roster in the database, and texts."""
    assert sqlite_url.endswith("lawbot.db")
    write_roster(read_sample(), tmp_path / "名册.xlsx")
    assert lawbot(tmp_path, "roster", "import", "名册.xlsx", **GIVEN).code == 0
    (tmp_path / "防汛.txt").write_text("汛期将至，请检查房前屋后的排水沟。\n", encoding="utf-8")
    (tmp_path / "更正.txt").write_text("排水沟由村里统一检查。", encoding="utf-8")
    (tmp_path / "空.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "图.txt").write_bytes(b"\xff\xfe\x00\xd8")
    return tmp_path


def campaign(desk: Path, *words: str) -> Ended:
    return lawbot(desk, "campaign", *words, **GIVEN)


def shown(done: Ended) -> Any:
    """What a command that succeeded printed as JSON."""
    assert (done.code, done.err) == (0, ""), done
    return json.loads(done.out)


def new(desk: Path, *words: str, by: str = "小李") -> Any:
    done = campaign(
        desk,
        *("new", "--title", "防汛提醒", "--text", "防汛.txt", "--day", "2026-12-10"),
        *("--hour", "10:30", "--by", by, "--json", *words),
    )
    return shown(done)


def see(desk: Path) -> Any:
    return shown(campaign(desk, "show", "1", "--json"))


async def _send(folder: Path) -> None:
    """Two residents join, it goes out, and the service takes both messages."""
    store = await open_store(f"sqlite:///{folder / 'lawbot.db'}")
    at = local("2026-12-10T10:30")

    def work(books: Books) -> None:
        village = next(unit.code for unit in books.people.units() if unit.kind.value == "village")
        for number in ("1", "2"):
            enrol.start(books.people, books.ledger, Address("telegram", number), village, at=at)
        (gone,) = launch(books, at=at)
        sent = text(
            "UPDATE deliveries SET state = 'sent', message = 40 + id WHERE kind = 'campaign'"
        )
        books._sql.execute(sent)
        books._sql.execute(
            text("UPDATE campaigns SET state = 'done' WHERE id = :id"), {"id": gone.id}
        )

    try:
        await store.write(work)
    finally:
        await store.close()


@pytest.fixture
def sent(desk: Path) -> Path:
    """Campaign 1 has reached two residents."""
    new(desk)
    for words in (("submit", "1"), ("approve", "1", "--by", "王所长")):
        assert campaign(desk, *words).code == 0
    asyncio.run(_send(desk))
    return desk


def test_a_text_of_ones_own_is_a_draft_until_it_is_submitted_and_another_approves(
    desk: Path,
) -> None:
    made = new(desk)
    assert (made["state"], made["version"], made["drafted_by"]) == ("draft", 1, "小李")
    assert made["text"] == "汛期将至，请检查房前屋后的排水沟。"
    assert made["due_at"] == "2026-12-10T02:30:00+00:00"
    assert (made["starts_on"], made["ends_on"]) == ("2026-12-10", "2026-12-10")
    early = campaign(desk, "approve", "1", "--by", "王所长")
    assert (early.code, early.out) == (1, "")
    assert "现在是“起草中”" in early.err
    assert campaign(desk, "submit", "1", "--by", "小张").out == "“防汛提醒”待批准。\n"
    for one in ("小李", "小张"):
        own = campaign(desk, "approve", "1", "--by", one)
        assert (own.code, own.out) == (1, "")
        assert "您起草的" in own.err
    assert campaign(desk, "approve", "1", "--by", "王所长").out == "“防汛提醒”已批准，待发送。\n"


def test_a_text_for_cadres_over_some_days(desk: Path) -> None:
    made = new(desk, "--to", "cadres", "--until", "2026-12-12")
    assert made["ends_on"] == "2026-12-12"
    assert "干部" in see(desk)["whom"]


def test_a_submitted_text_is_not_submitted_again(desk: Path) -> None:
    new(desk)
    assert shown(campaign(desk, "submit", "1", "--json"))["state"] == "submitted"
    again = campaign(desk, "submit", "1")
    assert (again.code, again.out) == (1, "")
    assert "不在起草中，不用再提交" in again.err


def test_an_audience_is_chosen_and_shown(desk: Path) -> None:
    new(desk)
    campaign(desk, "submit", "1", "--by", "小李")
    village = next(unit for unit in read_sample().units if unit.kind.value == "village")
    aimed = campaign(desk, "audience", "1", "--unit", village.code, "--group", "老年人", "--json")
    assert (shown(aimed)["state"], shown(aimed)["version"]) == ("submitted", 2)
    whom = see(desk)["whom"]
    assert village.name in whom
    assert "老年人" in whom
    assert campaign(desk, "audience", "1").out == "“防汛提醒”待批准。\n"
    assert see(desk)["version"] == 3
    assert village.name not in see(desk)["whom"]


def test_an_audience_is_chosen_by_the_language_of_consent(desk: Path) -> None:
    new(desk)
    aimed = shown(campaign(desk, "audience", "1", "--language", "en", "--json"))
    assert (aimed["state"], aimed["version"]) == ("submitted", 2)
    asyncio.run(_join(desk, {"1": "zh-Hans", "2": "en", "3": "en"}))
    assert (see(desk)["whom"], see(desk)["reach"]) == ("用英文同意的居民", 2)
    campaign(desk, "audience", "1", "--language", "en", "--language", "zh-Hans")
    assert (see(desk)["whom"], see(desk)["reach"]) == ("用英文、中文同意的居民", 3)


async def _join(folder: Path, languages: dict[str, str]) -> None:
    """Residents join a village, each under the notice in their language."""
    store = await open_store(f"sqlite:///{folder / 'lawbot.db'}")
    at = local("2026-12-10T10:00")

    def work(books: Books) -> None:
        village = next(unit.id for unit in books.people.units() if unit.kind.value == "village")
        for number, code in languages.items():
            enrol.join(
                books.people,
                books.ledger,
                Address("telegram", number),
                village,
                language=LanguageCode(code),
                at=at,
            )

    try:
        await store.write(work)
    finally:
        await store.close()


def test_a_campaign_is_cancelled_with_its_reason_and_only_once(desk: Path) -> None:
    new(desk)
    gone = shown(campaign(desk, "cancel", "1", "--reason", " 活动改期 ", "--json"))
    assert (gone["state"], gone["reason"]) == ("cancelled", "活动改期")
    again = campaign(desk, "cancel", "1", "--reason", "再说一次")
    assert (again.code, again.out) == (1, "")
    assert "已经是“已取消”" in again.err


def test_a_correction_waits_for_another_person_and_is_for_those_who_were_reached(
    sent: Path,
) -> None:
    written = campaign(sent, "correct", "1", "--text", "更正.txt", "--by", "小李", "--json")
    made = shown(written)
    assert (made["state"], made["corrects"], made["text"][:3]) == ("submitted", 1, "更正：")
    assert see(sent)["correction"] == made["id"]
    again = shown(campaign(sent, "correct", "1", "--text", "更正.txt", "--json"))
    assert (again["id"], again["version"]) == (made["id"], 2)


def test_what_was_sent_is_recalled_once(sent: Path) -> None:
    reason = ("--reason", "日期写错")
    assert shown(campaign(sent, "recall", "1", *reason, "--json")) == {
        "campaign": 1,
        "recalling": 2,
    }
    again = campaign(sent, "recall", "1", *reason)
    assert (again.code, again.out) == (1, "")
    assert "已经撤回过" in again.err


def test_a_recall_says_where_its_result_is(sent: Path) -> None:
    said = campaign(sent, "recall", "1", "--reason", "日期写错")
    assert said.out == "正在撤回 2 条，结果见 lawbot campaign show 1。\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("correct", "1", "--text", "更正.txt"), "还没有发完：先暂停、取消，再更正"),
        (("recall", "1", "--reason", "写错"), "没有可以撤回的消息"),
        (("resume", "1"), "没有暂停，不用继续"),
        (("pause", "1"), "现在是“起草中”"),
        (("audience", "9", "--unit", "X"), "名册里没有编码为 X 的单位"),
    ],
)
def test_in_the_wrong_state_nothing_is_done(
    desk: Path, words: tuple[str, ...], sentence: str
) -> None:
    new(desk)
    before = see(desk)
    done = campaign(desk, *words)
    assert (done.code, done.out) == (2 if words[0] == "audience" else 1, "")
    assert sentence in done.err
    assert see(desk) == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--text", "没有.txt"), "读不了“没有.txt”：要是一个 UTF-8 的文本文件。"),
        (("--text", "图.txt"), "读不了“图.txt”"),
        (("--text", "空.txt"), "文字是空的"),
        (("--title", " "), "标题要写 1 到"),
        (("--day", "12月10日"), "--day 要写成 2026-12-10 这样的日期，不能是“12月10日”。"),
        (("--until", "明天"), "--until 要写成"),
        (("--until", "2026-12-09"), "结束日期不能早于开始日期"),
        (("--day", "2026-12-01"), "也不能已经过去"),
        (("--hour", "九点"), "--hour 要写成 09:00 这样的时间，不能是“九点”。"),
        (("--to", "everyone"), "--to 写得不对"),
    ],
)
def test_a_text_that_cannot_be_is_one_sentence_and_no_draft(
    desk: Path, words: tuple[str, ...], sentence: str
) -> None:
    given = {"--title": "防汛提醒", "--text": "防汛.txt", "--day": "2026-12-10"}
    given[words[0]] = words[1]
    done = campaign(desk, "new", *(word for pair in given.items() for word in pair))
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert shown(campaign(desk, "list", "--json")) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("audience", "1", "--unit", "X9"), "名册里没有编码为 X9 的单位。"),
        (("audience", "1", "--group", "青年"), "没有“青年”，只有：老年人"),
        (("audience", "1", "--role", "村长"), "没有“村长”，只有："),
        (("audience", "1", "--role", "审批人"), "发给居民的消息不能按工作身份挑人"),
        (
            ("audience", "1", "--language", "fr"),
            "--language 没有“fr”，只有：zh-Hans（中文）、en（英文）。",
        ),
        (("return", "1", "--reason", LONG), "原因太长（201 字），请压缩到 200 字以内。"),
        (("cancel", "1", "--reason", LONG), "原因太长"),
        (("recall", "1", "--reason", LONG), "原因太长"),
        (("return", "1", "--reason", " "), "退回要写明原因"),
        (("cancel", "1", "--reason", " "), "取消要写明原因"),
        (("recall", "1", "--reason", " "), "撤回要写明原因"),
        (("cancel", "1"), "缺少 --reason"),
        (("cancel", "一", "--reason", "x"), "编号 写得不对"),
        (("submit", "9"), "没有编号 9 的宣传任务"),
        (("cancel", "9", "--reason", "x"), "没有编号 9 的宣传任务"),
        (("correct", "9", "--text", "更正.txt"), "没有编号 9 的宣传任务"),
        (("recall", "9", "--reason", "x"), "没有编号 9 的宣传任务"),
        (("correct", "1", "--text", "没有.txt"), "读不了“没有.txt”"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    desk: Path, words: tuple[str, ...], sentence: str
) -> None:
    new(desk)
    before = see(desk)
    done = campaign(desk, *words)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert see(desk) == before
