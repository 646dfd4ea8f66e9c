"""``lawbot exam`` from the roster of an open exam to make-up, correction, analysis and hints."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lawcore.content import Inspection
from lawcore.content.sample import read_sample
from lawcore.exams import appeals, hall
from lawcore.exams.model import Card
from lawcore.ids import ExamId, QuestionKey
from lawcore.participation import enrol
from lawcore.people.model import Address, Role
from lawcore.people.roster_file import write_roster
from lawcore.storage import Books, open_store
from tests.program import Ended, lawbot
from tests.stage import local, shipped

GIVEN = {
    "database_url": "sqlite:///lawbot.db",
    "clock_start": "2026-12-08T10:00:00+08:00",
    "telegram_api_url": "http://127.0.0.1:9",
}
AFTER = GIVEN | {"clock_start": "2026-12-16T10:00:00+08:00"}
PLAN = """
title = "短卷"
minutes = 20
pass_mark = 6
paper = "per-exam"
scoring = "partial"
exclude_last = 1
[[section]]
kind = "single"
count = 5
marks = 2
"""
CREATE = ("exam", "create", "--blueprint", "short.toml", "--title", "短卷考试", "--seed", "3",
          "--opens", "2026-12-08T09:00", "--closes", "2026-12-15T18:00",
          "--category", "village", "--by", "王所长")  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str) -> Path:
    """A folder whose database holds the sample roster and a blueprint file."""
    assert sqlite_url.endswith("lawbot.db")
    write_roster(read_sample(), tmp_path / "名册.xlsx")
    (tmp_path / "short.toml").write_text(PLAN, encoding="utf-8")
    assert lawbot(tmp_path, "roster", "import", "名册.xlsx", **GIVEN).code == 0
    return tmp_path


def shown(done: Ended) -> Any:
    assert done.code == 0, done
    return json.loads(done.out)


def village() -> list[str]:
    return [row.number for row in read_sample().cadres if row.category.value == "village"]


def others() -> list[str]:
    return [row.number for row in read_sample().cadres if row.category.value != "village"]


def sit(folder: Path, answers: dict[str, list[bool]]) -> None:
    """These people answer rightly or wrongly, question by question, and hand in."""

    async def work() -> None:
        store = await open_store(f"sqlite:///{folder / 'lawbot.db'}")

        def job(books: Books) -> None:
            at = local("2026-12-08T10:00")
            for number, rightly in answers.items():
                _sit(books, number, rightly, at)

        await store.write(job)
        await store.close()

    asyncio.run(work())


def _sit(books: Books, number: str, rightly: list[bool], at: datetime) -> None:
    address, code = Address("telegram", number[1:]), enrol.new_code()
    enrol.invite(books.people, Role.CADRE, number, code, at=at)
    enrol.start(books.people, books.ledger, address, code, at=at)
    card = hall.begin(books, ExamId(1), address, 1, at=at)
    assert isinstance(card, Card)
    pool, token = books.exams.pool(ExamId(1)), card.attempt.token
    for place, right in enumerate(rightly):
        item = card.attempt.paper[place]
        own = next(own for own in item.order if (own in pool[item.question].key) is right)
        hall.choose(books, token, address, place, item.order.index(own), True, 1, at=at)
    hall.submit(books, token, address, 1, at=at)


def held(folder: Path) -> dict[str, list[bool]]:
    """The exam is over: two passed, two failed on the first question, the others were absent."""
    assert lawbot(folder, *CREATE, **GIVEN).code == 0
    assert lawbot(folder, "exam", "open", "1", **GIVEN).code == 0
    one, two, three, four = village()[:4]
    answers = {
        one: [True] * 5,
        two: [False, True, True, True, True],
        three: [False, True, True, False, False],
        four: [False, False, False, False, False],
    }
    sit(folder, answers)
    closed = lawbot(folder, "exam", "close", "1", **AFTER)
    assert f"该补考 {len(village()) - 2} 人" in closed.out
    return answers


def test_who_sits_and_what_is_told_when_is_part_of_the_creation(folder: Path) -> None:
    made = shown(lawbot(folder, *CREATE, "--reveal", "2026-12-16T09:00", "--json", **GIVEN))
    assert made["scoring"] == "partial"
    assert made["owner"] == "王所长"
    assert made["reveals_at"].startswith("2026-12-16T01:00")
    opened = shown(lawbot(folder, "exam", "open", "1", "--json", **GIVEN))
    assert opened["candidates"] == len(village())
    early = lawbot(folder, *CREATE, "--reveal", "2026-12-15T09:00", **GIVEN)
    assert (early.code, early.err.strip()) == (2, "公布时间不能早于考试结束。")


def test_what_keeps_an_exam_from_opening_stands_in_list_and_show(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lawbot(folder, *CREATE, **GIVEN).code == 0
    monkeypatch.setattr(Inspection, "fits", lambda *_: False)
    why = "题库不够：单选题要 5 道，可用 0 道"
    assert f"还开不了：{why}" in lawbot(folder, "exam", "list", **GIVEN).out
    assert f"还开不了：{why}" in lawbot(folder, "exam", "show", "1", **GIVEN).out
    assert shown(lawbot(folder, "exam", "list", "--json", **GIVEN))[0]["obstacle"].startswith(why)
    refused = lawbot(folder, "exam", "open", "1", **GIVEN)
    assert (refused.code, why in refused.err) == (2, True)


def test_the_roster_of_an_open_exam_is_changed_with_reason_and_approver(folder: Path) -> None:
    assert lawbot(folder, *CREATE, **GIVEN).code == 0
    assert lawbot(folder, "exam", "open", "1", **GIVEN).code == 0
    one, two, three, four = village()[:4]
    unit = next(u.code for u in read_sample().units if u.kind.value == "department")
    by = ("--by", "李镇长")
    steps = (
        ("exempt", one, "--reason", "病假", "--evidence", "诊断证明"),
        ("add", others()[0], "--reason", "自愿参加"),
        ("transfer", two, "--reason", "调任", "--to", unit),
        ("transfer", three, "--reason", "调离"),
        ("extra", four, "--reason", "视力障碍", "--minutes", "15"),
    )
    for act, person, *rest in steps:
        done = lawbot(folder, "exam", act, "1", "--person", person, *rest, *by, **GIVEN)
        assert done.code == 0, done
        assert person in done.out
    now = shown(lawbot(folder, "exam", "show", "1", "--json", **GIVEN))
    assert (now["candidates"], now["exempt"]) == (len(village()), 1)
    undo = ("exam", "exempt", "1", "--person", one, "--undo", *by)
    ended = lawbot(folder, *undo, "--reason", "提前回来", **GIVEN)
    assert f"工号 {one} 的免考已取消" in ended.out
    assert shown(lawbot(folder, "exam", "show", "1", "--json", **GIVEN))["exempt"] == 0
    again = lawbot(folder, *undo, "--reason", "提前回来", **GIVEN)
    assert (again.code, "没有免考" in again.err) == (1, True)
    proof = lawbot(folder, *undo, "--reason", "提前回来", "--evidence", "文件", **GIVEN)
    assert (proof.code, "--evidence" in proof.err) == (2, True)
    missing = lawbot(folder, "exam", "transfer", "1", "--person", four, "--reason", "调任",
                     "--to", "nowhere", **GIVEN)  # fmt: skip
    assert (missing.code, "nowhere" in missing.err) == (2, True)


def test_the_make_up_is_proposed_listed_and_created(folder: Path) -> None:
    held(folder)
    due = shown(lawbot(folder, "exam", "makeup", "1", "--json", **AFTER))
    assert {one["number"] for one in due["due"]} == set(village()) - set(village()[:2])
    half = lawbot(folder, "exam", "makeup", "1", "--opens", "2026-12-17T09:00", **AFTER)
    assert (half.code, half.err.strip()) == (2, "补考要同时写 --opens 和 --closes。")
    made = shown(
        lawbot(
            folder,
            "exam",
            "makeup",
            "1",
            "--opens",
            "2026-12-17T09:00",
            "--closes",
            "2026-12-18T18:00",
            "--json",
            **AFTER,
        )
    )
    assert (made["makeup_of"], made["title"]) == (1, "短卷考试（补考）")
    opened = shown(lawbot(folder, "exam", "open", "2", "--json", **AFTER))
    assert opened["candidates"] == len(village()) - 2
    again = lawbot(folder, "exam", "makeup", "1", "--opens", "2026-12-17T09:00",
                   "--closes", "2026-12-18T18:00", **AFTER)  # fmt: skip
    assert (again.code, "已有一场补考" in again.err) == (1, True)


def first_question(folder: Path) -> QuestionKey:
    """The first question of the paper that all have."""

    async def work() -> QuestionKey:
        store = await open_store(f"sqlite:///{folder / 'lawbot.db'}")
        found = await store.read(lambda books: books.rosters.sat(ExamId(1))[0].paper[0].question)
        await store.close()
        return found

    return asyncio.run(work())


def test_a_wrong_key_is_tried_proposed_and_applied_by_a_second_person(folder: Path) -> None:
    held(folder)
    question = first_question(folder)
    words = ("exam", "regrade", "1", "--question", question, "--key", "ABCD")
    tried = lawbot(folder, *words, **AFTER)
    assert tried.code == 0, tried
    assert "得分变高 3 人；按新答案会变低 0 人，保持原分。" in tried.out
    assert "这是试算，什么也没有改。" in tried.out
    unproposed = lawbot(folder, *words, "--apply", "--by", "王五", **AFTER)
    assert (unproposed.code, "还没有人提议" in unproposed.err) == (1, True)
    proposed = shown(lawbot(folder, *words, "--by", "李四", "--json", **AFTER))
    assert [change["by_default"] for change in proposed["changes"]] == [True] * 3
    alone = lawbot(folder, *words, "--apply", "--by", "李四", **AFTER)
    assert (alone.code, "要由另一个人确认" in alone.err) == (1, True)
    nameless = lawbot(folder, *words, "--apply", **AFTER)
    assert (nameless.code, "--by" in nameless.err) == (2, True)
    applied = shown(lawbot(folder, *words, "--apply", "--by", "王五", "--json", **AFTER))
    assert applied["changed"] == 3
    due = shown(lawbot(folder, "exam", "makeup", "1", "--json", **AFTER))
    assert {one["number"] for one in due["due"]} == set(village()) - set(village()[:3])


def test_a_dry_run_says_who_keeps_the_score_and_with_which_numbers(folder: Path) -> None:
    """Two were right by the old key; nobody loses by default."""
    held(folder)
    question = first_question(folder)
    right = shipped().questions[question].key_letters
    wrong = next(letter for letter in "ABCD" if letter not in right)
    words = ("exam", "regrade", "1", "--question", question, "--key", wrong)
    tried = lawbot(folder, *words, **AFTER).out
    assert "按新答案会变低 1 人，保持原分。" in tried
    assert "保持原分 10 合格（按新答案是 8 合格）" in tried
    listed = shown(lawbot(folder, *words, "--json", **AFTER))["changes"]
    assert ("10.00", "8.00", "10.00") in {
        (f"{float(one['score_before']):.2f}", one["score"], f"{float(one['counts']):.2f}")
        for one in listed
    }
    lower = lawbot(folder, *words, "--allow-lower", **AFTER).out
    assert "按新答案会变低 1 人，也改。" in lower
    assert "10 合格 → 8 合格" in lower


def test_a_correction_says_what_still_holds_the_old_key_and_reaches_it(folder: Path) -> None:
    held(folder)
    question = first_question(folder)
    plan = folder / "short.toml"
    plan.write_text(PLAN.replace("exclude_last = 1", "exclude_last = 0"), encoding="utf-8")
    assert lawbot(folder, *_later(CREATE), **AFTER).code == 0
    right = shipped().questions[question].key_letters
    wrong = next(letter for letter in "ABCD" if letter not in right)
    words = ("exam", "regrade", "1", "--question", question, "--key", wrong)
    proposed = lawbot(folder, *words, "--by", "李四", **AFTER)
    assert "考试 2“第二场”还用着旧答案（还没抽卷）。" in proposed.out
    applied = lawbot(folder, *words, "--apply", "--by", "王五", **AFTER)
    where = str(shipped().places["questions", question])
    assert f'题库还是旧答案：{where}，请把 answer 改成 ["{wrong}"]' in applied.out
    more = lawbot(folder, *words, "--elsewhere", "--by", "李四", **AFTER)
    assert more.out == "考试 2“第二场”：已提议更正。\n请另一人加 --apply --by 姓名 确认。\n"
    done = lawbot(folder, *words, "--elsewhere", "--apply", "--by", "王五", **AFTER)
    assert done.out == "考试 2“第二场”：已更正。\n"
    items = lawbot(folder, "exam", "items", "--exposure", **AFTER).out
    assert "答案更正过，先不出的 1 道：" in items
    assert f"{question}（考试" in items
    listed = shown(lawbot(folder, "exam", "items", "--json", **AFTER))
    assert [one["question"] for one in listed if one["held"]] == [question]


def _later(create: tuple[str, ...]) -> list[str]:
    """The same exam in the days after."""
    moved = {"短卷考试": "第二场", "2026-12-08T09:00": "2026-12-18T09:00",
             "2026-12-15T18:00": "2026-12-25T18:00"}  # fmt: skip
    return [moved.get(word, word) for word in create]


def test_the_analysis_says_when_there_are_too_few(folder: Path) -> None:
    held(folder)
    found = shown(lawbot(folder, "exam", "analyse", "1", "--json", **AFTER))
    assert (found["people"], found["enough"], found["totals"]) == (4, False, None)
    assert sorted(item["facility"] for item in found["items"]) == [25.0, 50.0, 50.0, 75.0, 75.0]
    said = lawbot(folder, "exam", "analyse", "1", **AFTER)
    assert "样本不足：不足 30 人，只给得分率。" in said.out
    assert "没有特别要看的题。" in said.out
    assert "每道题的得分率在表里：lawbot report exam 1 --out 文件.xlsx" in said.out


def test_hints_are_for_the_owner_alone_and_say_what_they_are(folder: Path) -> None:
    held(folder)
    refused = lawbot(folder, "exam", "hints", "1", **AFTER)
    assert (refused.code, "线索只给创建这场考试的人看" in refused.err) == (1, True)
    said = lawbot(folder, "exam", "hints", "1", "--by", "王所长", **AFTER)
    assert (said.code, "以下只是线索" in said.out) == (0, True)
    assert "像得出奇的 0 对" in said.out


def test_over_exposed_questions_are_proposed(folder: Path) -> None:
    held(folder)
    everything = shown(lawbot(folder, "exam", "items", "--json", **AFTER))
    assert len(everything) == len(shipped().questions)
    assert {one["papers"] for one in everything} == {len(village()), 0}
    words = ("exam", "items", "--exposure", "--limit", f"{len(village())}", "--json")
    assert len(shown(lawbot(folder, *words, **AFTER))) == 5
    assert shown(lawbot(folder, "exam", "items", "--exposure", "--json", **AFTER)) == []
    assert lawbot(folder, "exam", "items", "--exposure", **AFTER).out == "没有建议停用的题。\n"


def test_doubts_are_listed_and_answered(folder: Path) -> None:
    held(folder)
    assert "没有人提出疑问" in lawbot(folder, "exam", "appeals", "1", **AFTER).out

    async def ask() -> None:
        store = await open_store(f"sqlite:///{folder / 'lawbot.db'}")

        def job(books: Books) -> None:
            address = Address("telegram", village()[0][1:])
            attempt = books.exams.attempt(ExamId(1), books.rosters.sat(ExamId(1))[0].cadre)
            assert attempt is not None
            appeals.ask(books, attempt.token, address, 0, at=local("2026-12-16T10:00"))

        await store.write(job)
        await store.close()

    asyncio.run(ask())
    listed = shown(lawbot(folder, "exam", "appeals", "1", "--json", **AFTER))
    assert [one["answer"] for one in listed] == [None]
    done = lawbot(folder, "exam", "answer", "1", "--text", "答案不变。", "--by", "王所长", **AFTER)
    assert (done.code, done.out.strip()) == (0, "已答复疑问 1，会告诉考生。")
    assert "答案不变。" in lawbot(folder, "exam", "appeals", "1", **AFTER).out


def test_the_workbook_of_the_exam_has_all_its_sheets(folder: Path) -> None:
    held(folder)
    assert lawbot(folder, "report", "exam", "1", "--out", "成绩.xlsx", **AFTER).code == 0
    sheets = openpyxl.load_workbook(folder / "成绩.xlsx").sheetnames
    assert sheets == ["说明", "成绩", "各单位", "名单变动", "题目分析"]
