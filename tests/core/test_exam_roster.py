"""Changes to the roster after the opening: each with reason and approver, each in the report."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from lawcore.errors import BadInput, LawbotError, NotFound, WrongState
from lawcore.exams import candidates, hall, office, standing
from lawcore.exams.model import Card, Standing
from lawcore.ids import ExamId
from lawcore.people.model import CadreCategory, CadreRow, Role, Roster
from lawcore.questions.blueprint import PaperKind, Section
from lawcore.questions.question import Question, QuestionKind
from lawcore.reports.exam_sheet import write_exam
from lawcore.reports.participation import Sitting
from lawcore.reports.scores import collect_scores
from lawcore.storage import Books

from .conftest import Town, blueprint, phone, small_bank
from .exam_day import close_exam, open_exam, sit

NEW = CadreRow("008", "吴八", "D1", "科员", CadreCategory.STAFF)


async def table(town: Town, key: ExamId) -> Sitting:
    found = await town.look(lambda books: books.figures.exam_table(key))
    assert found is not None
    return found.total


async def join_roster(town: Town, row: CadreRow = NEW) -> None:
    await town.act(lambda books, at: books.people.save_roster(Roster((), (row,)), at))


async def add(town: Town, key: ExamId, number: str, reason: str = "新调入") -> None:
    await town.act(
        lambda books, at: candidates.add(books, key, number, reason, actor="王所长", at=at)
    )


async def withdraw(town: Town, key: ExamId, number: str) -> None:
    await town.act(
        lambda books, at: candidates.withdraw(books, key, number, "调离", actor="王所长", at=at)
    )


async def move(town: Town, key: ExamId, number: str, code: str) -> None:
    def job(books: Any, at: datetime) -> None:
        unit = books.people.unit_by_code(code)
        candidates.move(books, key, number, unit, "轮岗", actor="王所长", at=at)

    await town.act(job)


async def allow(town: Town, key: ExamId, number: str, minutes: int) -> None:
    await town.act(
        lambda books, at: candidates.allow(
            books, key, number, minutes, "视力障碍", actor="王所长", at=at
        )
    )


async def test_who_is_added_later_gets_a_paper_like_the_others_and_can_sit(town: Town) -> None:
    key = await open_exam(town)
    await join_roster(town)
    await add(town, key, "008")
    assert (await table(town, key)).candidates == 7
    await town.appoint(8, Role.CADRE, "008")
    await sit(town, key, 8, 7)
    rows = await town.rows("SELECT answered, passed FROM attempts")
    assert [(answered, bool(passed)) for answered, passed in rows] == [(7, True)]
    assert "candidate-added" in await town.ledger()


async def test_the_paper_of_a_late_candidate_is_the_one_the_seed_gives_at_the_opening(
    town: Town,
) -> None:
    late = await open_exam(town)
    await join_roster(town)
    await add(town, late, "008")
    early = await open_exam(town)
    cadre = await town.look(lambda books: books.people.cadre_by_number("008"))
    assert cadre is not None
    papers = [
        await town.look(lambda books, key=key: books.rosters.paper(key, cadre.id))  # type: ignore[misc]
        for key in (late, early)
    ]
    assert papers[0] == papers[1]


async def test_who_is_transferred_within_the_town_is_counted_in_the_new_unit(town: Town) -> None:
    key = await open_exam(town)
    await move(town, key, "002", "D2")
    report = await town.look(lambda books: books.figures.exam_table(key))
    assert report is not None
    assert {u.unit_name: u.counts.candidates for u in report.units} == {
        "司法所": 1,
        "综合执法队": 3,
        "东河村": 1,
        "西山村": 1,
    }


async def test_who_leaves_the_town_leaves_the_roster_and_the_ledger_remembers(town: Town) -> None:
    key = await open_exam(town)
    await withdraw(town, key, "006")
    counts = await table(town, key)
    assert (counts.candidates, counts.due) == (5, 4)
    await town.appoint(6, Role.CADRE, "006")
    with pytest.raises(NotFound):
        await town.act(lambda books, at: hall.begin(books, key, phone(6), 1, at=at))
    detail = await town.rows("SELECT actor, detail FROM entries WHERE kind = 'candidate-left'")
    assert detail[0][0] == "王所长"


async def test_who_has_begun_cannot_be_taken_off(town: Town) -> None:
    key = await open_exam(town)
    await town.appoint(1, Role.CADRE, "001")
    await sit(town, key, 1, 2, hand_in=False)
    with pytest.raises(WrongState, match="已经开始答题"):
        await withdraw(town, key, "001")


@pytest.mark.parametrize(
    ("number", "reason", "error"),
    [
        ("001", "新调入", WrongState),
        ("999", "新调入", NotFound),
        ("007", "新调入", WrongState),
        ("008", " ", BadInput),
        ("008", "长" * 201, BadInput),
    ],
)
async def test_an_addition_that_cannot_be_is_refused_and_nothing_changes(
    town: Town, number: str, reason: str, error: type[LawbotError]
) -> None:
    key = await open_exam(town)
    await join_roster(town)
    before = await town.ledger()
    with pytest.raises(error):
        await add(town, key, number, reason)
    assert (await table(town, key)).candidates == 6
    assert await town.ledger() == before


async def test_a_closed_exam_keeps_its_roster(town: Town) -> None:
    key = await open_exam(town)
    await join_roster(town)
    await close_exam(town, key)
    for change in (
        add(town, key, "008"),
        withdraw(town, key, "001"),
        move(town, key, "001", "D2"),
        allow(town, key, "001", 5),
    ):
        with pytest.raises(WrongState, match="已经结束"):
            await change


async def test_extra_minutes_reach_a_paper_that_is_running_and_one_that_is_not(
    town: Town,
) -> None:
    key = await open_exam(town)
    for number in (1, 2):
        await town.appoint(number, Role.CADRE, f"00{number}")
    await sit(town, key, 1, 1, hand_in=False)
    await allow(town, key, "001", 20)
    await allow(town, key, "001", 15)
    await allow(town, key, "002", 10)
    await sit(town, key, 2, 1, hand_in=False)
    left = {}
    for number in (1, 2):
        card = await town.act(
            lambda books, at, number=number: hall.begin(books, key, phone(number), 1, at=at)  # type: ignore[misc]
        )
        assert isinstance(card, Card)
        left[number] = card.left
    assert left == {1: timedelta(minutes=75), 2: timedelta(minutes=70)}


async def test_who_is_added_gets_the_paper_of_all_also_when_its_law_has_changed_meanwhile(
    town: Town,
) -> None:
    """One draw for all: who joins late is asked what the others are asked."""
    key = await town.act(
        lambda books, at: office.create(
            books,
            blueprint(PaperKind.PER_EXAM),
            small_bank(),
            title="一卷",
            opens_at=at,
            closes_at=at + timedelta(days=1),
            minutes=60,
            seed=7,
            actor="console",
            at=at,
        )
    )
    await town.act(lambda books, at: office.open_exam(books, key, actor="console", at=at))
    await join_roster(town)

    def questions(books: Books) -> list[set[str]]:
        papers = (books.rosters.paper(key, one.cadre) for one in books.exams.candidates(key))
        return [{item.question for item in paper} for paper in papers]

    theirs = (await town.look(questions))[0]

    def changed(asked: Question, _day: date) -> bool:
        return asked.id not in theirs or asked.kind is not QuestionKind.SINGLE

    await town.act(
        lambda books, at: candidates.add(
            books, key, "008", "新调入", fits=changed, actor="王所长", at=at
        )
    )
    assert (await town.look(questions))[-1] == theirs


async def test_before_the_opening_extra_minutes_are_refused_saying_when_they_can_be_given(
    town: Town,
) -> None:
    key = await town.act(
        lambda books, at: office.create(
            books,
            blueprint(),
            small_bank(),
            title="考法",
            opens_at=at + timedelta(days=1),
            closes_at=at + timedelta(days=2),
            minutes=None,
            seed=1,
            actor="console",
            at=at,
        )
    )
    with pytest.raises(WrongState, match="开始以后再加时，正在答题的也马上生效"):
        await allow(town, key, "001", 15)
    with pytest.raises(WrongState, match="现在请改名册"):
        await add(town, key, "008")


@pytest.mark.parametrize("minutes", [0, -5, 24 * 60 + 1])
async def test_extra_minutes_that_are_none_are_refused(town: Town, minutes: int) -> None:
    key = await open_exam(town)
    with pytest.raises(BadInput, match="加时要在"):
        await allow(town, key, "001", minutes)


async def test_every_change_stands_in_the_report_with_reason_evidence_and_approver(
    town: Town, tmp_path: Any
) -> None:
    key = await open_exam(town)
    await join_roster(town)
    await add(town, key, "008")
    await move(town, key, "002", "D2")
    await withdraw(town, key, "006")
    await allow(town, key, "003", 15)
    await town.act(
        lambda books, at: office.exempt(
            books, key, "004", "驻村", "镇党委派驻文件", actor="李镇长", at=at
        )
    )
    admin = await town.appoint(99, Role.ADMIN)
    await town.act(
        lambda books, at: candidates.readmit(
            books, key, "004", "驻村推迟", actor=f"account:{admin.id}", at=at
        )
    )
    await close_exam(town, key)
    unnamed = f"未登记工号的管理员（Telegram，账号 {admin.id}）"
    report = await town.act(lambda books, at: collect_scores(books, "示范镇", key, at))
    path = tmp_path / "exam.xlsx"
    write_exam(report, path)
    sheet = openpyxl.load_workbook(path)["名单变动"]
    rows = [
        tuple(cell or "" for cell in row[1:9])
        for row in sheet.iter_rows(min_row=2, values_only=True)
    ]
    assert rows == [
        ("免考", "005", "钱五", "东河村", "", "病假", "", "王所长"),
        ("加入名单", "008", "吴八", "司法所", "", "新调入", "", "王所长"),
        ("调换单位", "002", "李二", "司法所", "司法所 → 综合执法队", "轮岗", "", "王所长"),
        ("调出名单", "006", "孙六", "西山村", "原在西山村", "调离", "", "王所长"),
        ("加时", "003", "张三", "综合执法队", "加 15 分钟", "视力障碍", "", "王所长"),
        ("免考", "004", "赵四", "综合执法队", "", "驻村", "镇党委派驻文件", "李镇长"),
        ("取消免考", "004", "赵四", "综合执法队", "", "驻村推迟", "", unnamed),
    ]


async def test_two_exams_at_once_have_rosters_of_their_own_and_who_is_in_both_sees_both(
    town: Town,
) -> None:
    def create(books: Any, at: datetime, title: str, **who: Any) -> ExamId:
        kind = QuestionKind.JUDGE if title == "执法人员考法" else QuestionKind.SINGLE
        key = office.create(
            books,
            blueprint(sections=(Section(kind, 4, Decimal(2)),)),
            small_bank(),
            title=title,
            opens_at=at,
            closes_at=at + timedelta(days=1),
            minutes=None,
            seed=5,
            actor="console",
            at=at,
            **who,
        )
        office.open_exam(books, key, actor="console", at=at)
        return key

    leading = frozenset({"leading", "enforcement"})
    first = await town.act(lambda b, at: create(b, at, "领导干部考法", categories=leading))
    second = await town.act(
        lambda b, at: create(b, at, "执法人员考法", categories=frozenset({"enforcement"}))
    )
    third = await town.act(lambda b, at: create(b, at, "村主任考法", posts=frozenset({"村主任"})))
    sizes = [(await table(town, key)).candidates for key in (first, second, third)]
    assert sizes == [3, 2, 2]
    for number, keys in (("001", [first]), ("003", [second, first]), ("006", [third])):
        account = await town.appoint(int(number), Role.CADRE, number)
        assert account.cadre is not None
        seen = await town.act(
            lambda b, at, cadre=account.cadre: standing.invitations(b, cadre, at=at)  # type: ignore[misc]
        )
        assert [one.exam.id for one in seen] == keys
        assert all(one.standing is Standing.READY for one in seen)
    account = await town.account(3)
    assert account.cadre is not None
    both = [
        await town.look(lambda b, k=key: b.rosters.paper(k, account.cadre))  # type: ignore[misc]
        for key in (first, second)
    ]
    assert [{item.question[0] for item in paper} for paper in both] == [{"s"}, {"j"}]
    await sit(town, first, 3, 4)
    assert (await table(town, second)).attended == 0
    assert (await table(town, first)).attended == 1
