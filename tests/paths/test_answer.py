"""An answer from the blueprint to the report: drawn, sat, saved, closed, graded, counted."""

import asyncio
import dataclasses
import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.exams import office
from lawcore.people.model import CadreCategory, CadreRow, Role, Roster
from tests.program import lawbot
from tests.stage import (
    PATIENCE,
    Stage,
    answer,
    ask,
    begin,
    is_card,
    place_of,
    press,
    running,
    shipped,
    sit,
)

from .conftest import sheet

TITLE = "第四季度考法"
OPENS, CLOSES = "2026-12-08T09:00", "2026-12-15T18:00"
UNITS = {"D1": "司法所", "D2": "综合执法队", "V1": "东河村", "V2": "西山村"}
MARKS = {"single": Decimal(3), "multiple": Decimal("1.5"), "judge": Decimal(1)}
"""What the short plan gives for a question."""
RATES = {
    "attendance": ("attended", "due"),
    "passed_of_attended": ("passed", "attended"),
    "passed_of_due": ("passed", "due"),
}


def nine_cadres(town: Roster) -> Roster:
    """The small town with two more village cadres; one of the nine is retired."""
    more = (
        CadreRow("008", "吴八", "V1", "村委委员", CadreCategory.VILLAGE),
        CadreRow("009", "郑九", "V2", "村委委员", CadreCategory.VILLAGE),
    )
    return dataclasses.replace(town, cadres=(*town.cadres, *more))


@dataclass
class Sat:
    """What is known of a candidate without asking the bot."""

    unit: str
    exempt: bool = False
    score: Decimal | None = None


async def test_an_answer_from_the_blueprint_to_the_report(
    box: Sandbox, small_town: Roster, database_url: str, tmp_path: Path
) -> None:
    town = nine_cadres(small_town)
    async with running(box, database_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(town, at))
        admin = await stage.appoint("王所长", Role.ADMIN)
        phones = {
            row.number: await stage.appoint(row.name, Role.CADRE, row.number)
            for row in town.cadres
            if row.active and row.number != "009"
        }
        exam = await stage.exam(OPENS, CLOSES)
        await stage.move_to(OPENS)
        told = [p for p in phones.values() if any("考试开始了" in m.text for m in p.chat)]
        assert told == list(phones.values()), "all in post who have bound; nobody else"
        await stage.act(
            lambda books, at: office.exempt(books, exam, "005", "病假", actor="王所长", at=at)
        )
        await sit(phones["001"], right=5)
        await sit(phones["002"], right=3, blank=2)
        await sit(phones["003"], right=0)
        card = await begin(phones["004"])
        for _ in range(2):
            await answer(phones["004"], card, rightly=True)
            card = await press(phones["004"], "下一题", is_card)
        await begin(phones["008"])
    async with running(box, database_url) as stage:
        assert place_of(await ask(phones["004"], "/exam")).now == 3, "where the restart found it"
        await press(phones["004"], "上一题", is_card)
        await stage.move_to("2026-12-08T09:30")
        assert "到时间了" in (await ask(phones["004"], "/exam")).text
        await stage.move_to("2026-12-12T18:30")
        await stage.move_to("2026-12-15T16:30")
        reminded = {n for n, p in phones.items() if any("您还没有交卷" in m.text for m in p.chat)}
        assert reminded == {"006"}, "who is exempt, has handed in or whose time is up is left alone"
        await stage.move_to("2026-12-15T17:59")
        assert not any("得分" in m.text for p in phones.values() for m in p.chat)
        await stage.move_to(CLOSES)

        expected = await marked_by_hand(stage)
        scores = {n: f"{one.score:f}" for n, one in expected.items() if one.score is not None}
        assert scores == {"001": "10.0", "002": "7.5", "003": "0", "004": "6"}
        for number, score in scores.items():
            result = await phones[number].wait_for(lambda m: "得分" in m.text, PATIENCE)
            assert f"得分 {score.removesuffix('.0')} / 10，合格线 6" in result.text
        await report_in_chat(admin, expected)
    await asyncio.to_thread(report_at_the_desk, database_url, tmp_path, expected)


async def marked_by_hand(stage: Stage) -> dict[str, Sat]:
    """Read the papers and the steps, and mark them without the program's own grading."""
    found = {}
    people = await stage.rows(
        "SELECT c.cadre_id, p.number, u.name, c.paper, c.exempt_reason FROM candidates c"
        " JOIN cadres p ON p.id = c.cadre_id JOIN units u ON u.id = c.unit_id"
    )
    for cadre, number, unit, paper, reason in people:
        one = found[number] = Sat(unit, exempt=reason is not None)
        steps = await stage.rows(
            "SELECT s.place, s.choice FROM steps s JOIN attempts t ON t.id = s.attempt_id"
            " WHERE t.cadre_id = :cadre ORDER BY s.id",
            cadre=cadre,
        )
        last = dict(steps)
        if any(last.values()):
            one.score = sum(
                (marks(item, last.get(place, 0)) for place, item in enumerate(json.loads(paper))),
                Decimal(0),
            )
    return found


def marks(item: list[Any], choice: int) -> Decimal:
    key, order, _ = item
    question = shipped().questions[key]
    chosen = {question.options[own] for place, own in enumerate(order) if choice >> place & 1}
    right = {question.options[own] for own in question.key}
    return MARKS[question.kind.value] if chosen and chosen == right else Decimal(0)


def table_of(expected: dict[str, Sat]) -> dict[str, dict[str, int]]:
    """N, X, A and P by unit and in all, counted from the people one by one."""
    units: dict[str, dict[str, int]] = defaultdict(
        lambda: {"candidates": 0, "exempt": 0, "attended": 0, "passed": 0}
    )
    for one in expected.values():
        for name in (one.unit, "合计"):
            units[name]["candidates"] += 1
            units[name]["exempt"] += one.exempt
            units[name]["attended"] += one.score is not None
            units[name]["passed"] += one.score is not None and one.score >= 6
    for counts in units.values():
        counts["due"] = counts["candidates"] - counts["exempt"]
        counts["absent"] = counts["due"] - counts["attended"]
    return dict(units)


async def report_in_chat(admin: VirtualPerson, expected: dict[str, Sat]) -> None:
    """The admin sees how it went and gets the table as a document."""
    menu = await ask(admin, "/admin")
    progress = await press(admin, "考试进度", message=menu)
    assert f"{TITLE} · 已结束" in progress.text
    assert "名单 8 人，免考 1，已交 5，答题中 0，未绑定 1" in progress.text
    await press(admin, "返回")
    await press(admin, "参与情况表")
    since = await admin.press("本季度")
    message = await admin.wait_for(lambda m: m.document, PATIENCE, since)
    table = sheet(message.document or b"", "考试", "考试")
    headings = {
        "candidates": "名单（人）",
        "exempt": "免考（人）",
        "due": "应考（人）",
        "attended": "实考（人）",
        "absent": "缺考（人）",
        "passed": "合格（人）",
    }
    for unit, counts in table_of(expected).items():
        row = table[TITLE, unit]
        assert {name: row[heading] for name, heading in headings.items()} == counts
    assert table[TITLE, "合计"]["实考÷应考"] == "4÷7"
    assert table[TITLE, "合计"]["合格÷实考"] == "3÷4"
    assert table[TITLE, "合计"]["合格÷应考"] == "3÷7"


def report_at_the_desk(url: str, folder: Path, expected: dict[str, Sat]) -> None:
    """``lawbot report participation`` writes the same figures as JSON, with the rates."""
    now = {"clock_start": "2026-12-16T09:00:00+08:00", "telegram_api_url": "http://127.0.0.1:9"}
    period = ("--from", "2026-10-01", "--to", "2026-12-31", "--out", "table.json")
    done = lawbot(folder, "report", "participation", *period, database_url=url, **now)
    assert done.code == 0, done
    (exam,) = json.loads((folder / "table.json").read_text())["exams"]
    assert (exam["title"], exam["open"]) == (TITLE, False)
    counted = table_of(expected)
    rows = {one["unit"]: one for one in exam["units"]} | {"合计": exam["total"]}
    assert set(rows) == set(counted) == {*UNITS.values(), "合计"}
    for unit, counts in counted.items():
        row = rows[unit]
        assert {name: row[name] for name in counts} == counts
        for rate, (part, whole) in RATES.items():
            shown = row[rate]
            assert (shown["numerator"], shown["denominator"]) == (counts[part], counts[whole])
            if counts[whole] == 0:
                assert shown["percent"] is None
            else:
                exact = 100 * counts[part] / counts[whole]
                assert abs(shown["percent"] - exact) <= 0.05 + 1e-9
