"""A quarter of a township of 300 cadres in 14 units, from the creation of the exam to the tables.

Everybody sits in chat, over HTTP. Every figure is computed a second time, here, from what the
phones pressed, and compared with what the files say.
"""

import asyncio
import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest

from lawbot.sandbox import Message, Sandbox, VirtualPerson
from lawcore.exams import makeup, office
from lawcore.ids import BlueprintKey, ExamId
from lawcore.participation import enrol
from lawcore.people.model import CadreCategory, CadreRow, Role, Roster, UnitKind, UnitRow
from lawcore.questions.blueprint import Blueprint, PaperKind, Scoring, Section
from lawcore.questions.question import Question, QuestionKind
from lawcore.reports.collect import collect
from lawcore.reports.exam_sheet import exam_xlsx
from lawcore.reports.scores import collect_scores
from lawcore.reports.sheet import participation_xlsx
from tests.stage import Stage, is_card, local, options_of, place_of, running, shipped

PATIENCE = 60.0
AT_ONCE = 16
CADRES, EXEMPT, ABSENT, FAILING = 300, 7, 12, 20
AGAIN_PASS, AGAIN_FAIL = 24, 3
"""Of the 32 who owe the make-up: so many sit and pass, sit and fail; five stay away again."""
OPENS, CLOSES = "2026-12-08T09:00", "2026-12-15T18:00"
AGAIN_OPENS, AGAIN_CLOSES = "2026-12-21T09:00", "2026-12-23T18:00"
UNITS = (
    *(f"{name}村" for name in "东西南北中上下前后"),
    "司法所",
    "综合执法队",
    "党政办",
    "农业农村办",
    "财政所",
)
PLAN = Blueprint(
    BlueprintKey("quarter"),
    "季度考法",
    40,
    Decimal(60),
    PaperKind.PER_PERSON,
    frozenset(),
    (
        Section(QuestionKind.SINGLE, 12, Decimal(5)),
        Section(QuestionKind.MULTIPLE, 2, Decimal(5)),
        Section(QuestionKind.JUDGE, 6, Decimal(5)),
    ),
    scoring=Scoring.PARTIAL,
)
STEMS = {question.stem: question for question in shipped().questions.values()}


@dataclass
class Person:
    """A cadre, and what their phone pressed: marks by exam, exactly."""

    number: str
    unit: str
    phone: VirtualPerson | None = None
    earned: dict[str, Fraction] = field(default_factory=dict)

    def score(self, exam: str) -> Decimal | None:
        """Half up to 0.01, computed here."""
        if exam not in self.earned:
            return None
        exact = self.earned[exam]
        return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )

    def passed(self, exam: str) -> bool:
        return self.earned.get(exam, Fraction(0)) >= 60


@pytest.fixture
async def stage(box: Sandbox, sqlite_url: str) -> AsyncIterator[Stage]:
    async with running(box, sqlite_url) as stage:
        yield stage


def people() -> list[Person]:
    return [Person(f"G{n:03d}", UNITS[n % len(UNITS)]) for n in range(1, CADRES + 1)]


def roster(cadres: Iterable[Person]) -> Roster:
    units = [
        UnitRow("C", "示范县", UnitKind.COUNTY, None),
        UnitRow("T", "示范镇", UnitKind.TOWN, "C"),
        *(
            UnitRow(
                f"U{n:02d}",
                name,
                UnitKind.VILLAGE if name.endswith("村") else UnitKind.DEPARTMENT,
                "T",
            )
            for n, name in enumerate(UNITS)
        ),
    ]
    code = {name: f"U{n:02d}" for n, name in enumerate(UNITS)}
    rows = tuple(
        CadreRow(p.number, f"干部{p.number}", code[p.unit], "干部", CadreCategory.STAFF)
        for p in cadres
    )
    return Roster(tuple(units), rows)


async def together(jobs: Iterable[Callable[[], Awaitable[None]]]) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(job: Callable[[], Awaitable[None]]) -> None:
        async with room:
            await job()

    await asyncio.gather(*(one(job) for job in jobs))


async def bind_all(stage: Stage, cadres: Iterable[Person]) -> None:
    codes = {person.number: enrol.new_code() for person in cadres}
    await stage.act(
        lambda books, at: [
            enrol.invite(books.people, Role.CADRE, number, code, at=at)
            for number, code in codes.items()
        ]
    )

    async def bind(person: Person) -> None:
        person.phone = stage.box.person(f"干部{person.number}")
        await person.phone.say(f"/start {codes[person.number]}")
        await person.phone.wait_for(lambda m: "绑定成功" in m.text, PATIENCE)

    await together([lambda p=p: bind(p) for p in cadres])  # type: ignore[misc]


def question_on(card: Message) -> Question:
    return next(STEMS[part] for part in card.text.split("\n\n") if part in STEMS)


def picks(question: Question, shown: dict[str, str], how: str) -> tuple[list[str], Fraction]:
    """The letters to press, and what they earn by the rule 少选按比例, five marks each."""
    right = [
        letter
        for letter, label in shown.items()
        if label.split(". ", 1)[1] in {question.options[own] for own in question.key}
    ]
    wrong = [letter for letter in shown if letter not in right]
    if how == "wrong" and wrong:
        return wrong[:1], Fraction(0)
    if how == "part" and len(right) > 1:
        return right[:1], Fraction(5, len(right))
    return right, Fraction(5)


async def sit(person: Person, exam: str, wrong: int) -> None:
    """The whole paper: the last `wrong` places wrongly, one multiple-choice question in part."""
    phone = person.phone
    assert phone is not None
    since = await phone.press("开始答题")
    card = await phone.wait_for(is_card, PATIENCE, since)
    total, length = Fraction(0), place_of(card).of
    for place in range(1, length + 1):
        how = "wrong" if place > length - wrong else "part" if place == 13 else "right"
        letters, earned = picks(question_on(card), options_of(card), how)
        total += earned
        for letter in letters:
            label = options_of(card)[letter]
            since = await phone.press(label, card)
            card = await phone.wait_for(lambda m, w=f"✓ {label}": w in m.labels, PATIENCE, since)  # type: ignore[misc]
        if place < length:
            since = await phone.press("下一题", card)
            card = await phone.wait_for(
                lambda m, p=place + 1: f"第 {p}/" in m.text,  # type: ignore[misc]
                PATIENCE,
                since,
            )
    since = await phone.press("交卷", card)
    await phone.wait_for(lambda m: "要交卷吗" in m.text, PATIENCE, since)
    since = await phone.press("确认交卷")
    await phone.wait_for(lambda m: "已交卷" in m.text, PATIENCE, since)
    person.earned[exam] = total


async def first_exam(stage: Stage, cadres: list[Person]) -> dict[str, list[Person]]:
    """Create, open, exempt, sit, close; who belongs to which group."""
    bank = tuple(stage.house.pack.questions.values())
    await stage.act(
        lambda books, at: office.create(
            books,
            PLAN,
            bank,
            title="第四季度考法",
            opens_at=local(OPENS),
            closes_at=local(CLOSES),
            minutes=None,
            seed=2026,
            actor="王所长",
            at=at,
        )
    )
    await stage.move_to(OPENS)
    edges = (EXEMPT, EXEMPT + ABSENT, EXEMPT + ABSENT + FAILING)
    order = sorted(cadres, key=lambda p: (int(p.number[1:]) * 7919) % 301)
    groups = {
        "exempt": order[: edges[0]],
        "absent": order[edges[0] : edges[1]],
        "failing": order[edges[1] : edges[2]],
        "passing": order[edges[2] :],
    }
    for person in groups["exempt"]:
        await stage.act(
            lambda books, at, p=person: office.exempt(  # type: ignore[misc]
                books, ExamId(1), p.number, "驻村", "派驻通知", actor="李镇长", at=at
            )
        )
    await together(
        [lambda p=p: sit(p, "first", 12) for p in groups["failing"]]
        + [lambda p=p: sit(p, "first", int(p.number[1:]) % 4) for p in groups["passing"]]
    )
    await stage.move_to(CLOSES)
    return groups


async def make_up(stage: Stage, groups: dict[str, list[Person]]) -> list[Person]:
    """Hold the make-up; give back who was on its roster."""
    bank = tuple(stage.house.pack.questions.values())
    await stage.act(
        lambda books, at: makeup.create(
            books,
            ExamId(1),
            bank,
            opens_at=local(AGAIN_OPENS),
            closes_at=local(AGAIN_CLOSES),
            seed=2027,
            actor="王所长",
            at=at,
        )
    )
    await stage.move_to(AGAIN_OPENS)
    owing = [*groups["failing"], *groups["absent"]]
    await together(
        [lambda p=p: sit(p, "again", 2) for p in owing[:AGAIN_PASS]]
        + [lambda p=p: sit(p, "again", 15) for p in owing[AGAIN_PASS : AGAIN_PASS + AGAIN_FAIL]]
    )
    await stage.move_to(AGAIN_CLOSES)
    return owing


def rate(part: int, whole: int) -> Decimal | str:
    """In percent to 0.1, half up; — for nothing."""
    if whole == 0:
        return "—"
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def rows_of(document: bytes, name: str) -> list[dict[str, Any]]:
    listed = list(openpyxl.load_workbook(io.BytesIO(document))[name].iter_rows(values_only=True))
    headings = [str(cell) for cell in listed[0]]
    return [dict(zip(headings, row, strict=True)) for row in listed[1:]]


def same(found: object, computed: object) -> bool:
    if isinstance(computed, Decimal):
        return Decimal(str(found)) == computed
    return found == computed


def check_sitting(row: dict[str, Any], own: list[Person], exempt: set[str]) -> None:
    """All twelve columns of a unit or of the total."""
    n = len(own)
    x = sum(p.number in exempt for p in own)
    a = sum("first" in p.earned for p in own)
    passed = sum(p.passed("first") for p in own)
    computed = {
        "名单（人）": n,
        "免考（人）": x,
        "应考（人）": n - x,
        "实考（人）": a,
        "缺考（人）": n - x - a,
        "合格（人）": passed,
        "参考率": rate(a, n - x),
        "实考÷应考": f"{a}÷{n - x}",
        "合格率（实考）": rate(passed, a),
        "合格÷实考": f"{passed}÷{a}",
        "合格率（应考）": rate(passed, n - x),
        "合格÷应考": f"{passed}÷{n - x}",
    }
    for heading, figure in computed.items():
        assert same(row[heading], figure), (row["单位"], heading, row[heading], figure)


def check_makeup(row: dict[str, Any], own: list[Person], exempt: set[str], owing: set[str]) -> None:
    due = sum(p.number not in exempt for p in own)
    seated = [p for p in own if p.number in owing]
    sat = [p for p in seated if "again" in p.earned]
    after = sum(p.passed("first") or p.passed("again") for p in own)
    computed = {
        "首考应考（人）": due,
        "首考合格（人）": sum(p.passed("first") for p in own),
        "补考名单（人）": len(seated),
        "补考免考（人）": 0,
        "补考实考（人）": len(sat),
        "补考缺考（人）": len(seated) - len(sat),
        "补考合格（人）": sum(p.passed("again") for p in sat),
        "补考后合格（人）": after,
        "补考后合格率（应考）": rate(after, due),
        "补考后合格÷首考应考": f"{after}÷{due}",
    }
    for heading, figure in computed.items():
        assert same(row[heading], figure), (row["单位"], heading, row[heading], figure)


def check_people(rows: list[dict[str, Any]], cadres: list[Person], exempt: set[str]) -> None:
    by_number = {person.number: person for person in cadres}
    assert {row["工号"] for row in rows} == set(by_number)
    for row in rows:
        person = by_number[row["工号"]]
        score = person.score("first")
        presence = "免考" if person.number in exempt else "缺考" if score is None else "已交"
        assert (row["单位"], row["状态"]) == (person.unit, presence)
        if score is None:
            assert (row["成绩"] or "", row["是否合格"] or "") == ("", "")
        else:
            assert Decimal(str(row["成绩"])) == score
            assert row["是否合格"] == ("合格" if person.passed("first") else "不合格")


def by_unit(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found = {str(row["单位"]): row for row in rows}
    assert set(found) == {*UNITS, "合计"}
    return found


async def test_a_quarter_of_three_hundred_cadres_from_the_creation_to_the_tables(
    stage: Stage,
) -> None:
    cadres = people()
    await stage.act(lambda books, at: books.people.save_roster(roster(cadres), at))
    await bind_all(stage, cadres)
    groups = await first_exam(stage, cadres)
    exempt = {person.number for person in groups["exempt"]}
    scores_before = await stage.rows("SELECT id, score, passed FROM attempts ORDER BY id")
    assert len(scores_before) == CADRES - EXEMPT - ABSENT == 281
    assert sum(not p.passed("first") for p in cadres if "first" in p.earned) == FAILING

    owing = {person.number for person in await make_up(stage, groups)}
    seated = await stage.rows(
        "SELECT number FROM candidates JOIN cadres ON cadres.id = cadre_id WHERE exam_id = 2"
    )
    assert {number for (number,) in seated} == owing
    assert len(owing) == FAILING + ABSENT == 32
    kept = await stage.rows("SELECT id, score, passed FROM attempts WHERE exam_id = 1 ORDER BY id")
    assert kept == scores_before

    report = await stage.act(lambda books, at: collect_scores(books, "示范镇", ExamId(1), at))
    document = exam_xlsx(report)
    check_people(rows_of(document, "成绩"), cadres, exempt)
    again = {p.number: p.score("again") for p in cadres if "again" in p.earned}
    second = await stage.act(lambda books, at: collect_scores(books, "示范镇", ExamId(2), at))
    assert {p.number: p.score for p in second.people if p.score is not None} == again
    changes = Counter(row["事项"] for row in rows_of(document, "名单变动"))
    assert changes == {"免考": EXEMPT}

    gathered = await stage.act(
        lambda books, at: collect(
            books.figures, "示范镇", date(2026, 10, 1), date(2026, 12, 31), None, at
        )
    )
    year = participation_xlsx(gathered)
    exams = rows_of(year, "考试")
    assert {row["考试"] for row in exams} == {"第四季度考法"}, "the make-up stands apart"
    for table in (rows_of(document, "各单位"), exams):
        for unit, row in by_unit(table).items():
            own = [p for p in cadres if unit in ("合计", p.unit)]
            check_sitting(row, own, exempt)
    for table in (rows_of(document, "补考"), rows_of(year, "补考")):
        for unit, row in by_unit(table).items():
            own = [p for p in cadres if unit in ("合计", p.unit)]
            check_makeup(row, own, exempt, owing)

    check_items(rows_of(document, "题目分析"), await facilities(stage))
    told = Counter(
        person.number
        for person in cadres
        if person.phone and any("得分 " in message.text for message in person.phone.chat)
    )
    assert set(told) == {p.number for p in cadres if p.earned}


async def facilities(stage: Stage) -> dict[str, tuple[int, Fraction]]:
    """People and mean marks of every question, from the rows of the answers alone."""
    last: dict[tuple[int, int], int] = {}
    for attempt, place, choice in await stage.rows(
        "SELECT attempt_id, place, choice FROM steps ORDER BY id"
    ):
        last[attempt, place] = choice
    found: dict[str, list[Fraction]] = {}
    for attempt, paper in await stage.rows(
        "SELECT attempts.id, paper FROM attempts JOIN candidates USING (exam_id, cadre_id)"
        " WHERE exam_id = 1"
    ):
        for place, (key, order, _marks) in enumerate(json.loads(paper)):
            question = shipped().questions[key]
            mask = last.get((attempt, place), 0)
            chosen = {own for shown, own in enumerate(order) if mask >> shown & 1}
            marks = Fraction(0)
            if chosen and chosen <= question.key:
                marks = Fraction(len(chosen), len(question.key))
            found.setdefault(key, []).append(marks)
    return {key: (len(marks), sum(marks, Fraction(0)) / len(marks)) for key, marks in found.items()}


def check_items(rows: list[dict[str, Any]], computed: dict[str, tuple[int, Fraction]]) -> None:
    assert {row["题号"] for row in rows} == set(computed)
    for row in rows:
        count, facility = computed[row["题号"]]
        assert row["作答（人）"] == count
        assert abs(float(row["得分率%"]) - 100 * float(facility)) < 0.051
        assert (row["区分度%"] == "样本不足") == (count < 30)
