"""The exam office: created and frozen, opened, told, reminded, closed, and the results told."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lawcore.clock import TOWNSHIP_ZONE, local_text
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, LawbotError, NotFound, WrongState
from lawcore.exams import candidates, hall, office, tending
from lawcore.exams.hall import close_attempt
from lawcore.exams.model import AttemptState, Exam, ExamState
from lawcore.exams.papers import always
from lawcore.ids import ExamId, QuestionKey
from lawcore.people.model import Role, Roster
from lawcore.questions.blueprint import Blueprint, PaperKind
from lawcore.questions.question import Question
from lawcore.storage import Books

from .conftest import Town, blueprint, phone, question, small_bank

OPENS = datetime(2026, 12, 10, 9, 0, tzinfo=TOWNSHIP_ZONE)
CLOSES = datetime(2026, 12, 20, 18, 0, tzinfo=TOWNSHIP_ZONE)
SITTING = ("001", "002", "003", "004", "005", "006")
"""Those in post; 007 is retired."""


async def create(
    town: Town,
    plan: Blueprint | None = None,
    bank: Sequence[Question] | None = None,
    **changes: Any,
) -> ExamId:
    standard: dict[str, Any] = {
        "title": "四季度考法",
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "minutes": None,
        "seed": 7,
        "actor": "console",
    }
    return await town.act(
        lambda books, at: office.create(
            books, plan or blueprint(), bank or small_bank(), **standard | changes, at=at
        )
    )


async def tend(town: Town, at: datetime | None = None) -> None:
    if at is not None:
        town.clock.move_to(at)
    await town.act(lambda books, at: tending.tend(books, at=at))


async def get(town: Town, key: ExamId) -> Exam:
    return await town.look(lambda books: office.get(books, key))


async def begin(town: Town, key: ExamId, number: int) -> object:
    return await town.act(lambda books, at: hall.begin(books, key, phone(number), 1, at=at))


async def exempt(town: Town, key: ExamId, person: str, reason: str = "公出") -> None:
    await town.act(
        lambda books, at: office.exempt(books, key, person, reason, actor="account:9", at=at)
    )


async def told(town: Town, kind: DeliveryKind) -> list[str]:
    """The addresses that a notice is queued for."""
    rows = await town.rows(
        "SELECT address FROM deliveries JOIN accounts ON accounts.id = account_id"
        " WHERE kind = :kind ORDER BY address",
        kind=kind.value,
    )
    return [address for (address,) in rows]


# Creating


async def test_an_exam_is_created_with_its_plan_and_its_wording_frozen(town: Town) -> None:
    key = await create(town)
    exam = await get(town, key)
    assert exam.state is ExamState.SCHEDULED
    assert (exam.total, exam.pass_mark) == (Decimal(10), Decimal(6))
    assert (exam.length, exam.minutes) == (7, 60)
    plan = await town.look(lambda books: books.exams.plan(key))
    pool = await town.look(lambda books: books.exams.pool(key))
    assert plan == blueprint()
    assert pool == {asked.id: asked for asked in small_bank()}
    assert await town.ledger() == ["exam-created"]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"closes_at": OPENS}, "结束时间要晚于开始时间"),
        ({"closes_at": OPENS - timedelta(days=1)}, "结束时间要晚于开始时间"),
        (
            {"opens_at": OPENS - timedelta(days=99), "closes_at": OPENS - timedelta(days=98)},
            "结束时间已经过去",
        ),
        ({"minutes": 0}, "答题时间"),
        ({"seed": -1}, "种子"),
        ({"seed": 2**31}, "种子"),
        ({"title": "  "}, "考试名称"),
        ({"title": "长" * 121}, "考试名称"),
        ({"plan": blueprint(sections=())}, "没有题"),
        ({"bank": [question("s1")]}, "题库不够"),
    ],
)
async def test_an_exam_that_cannot_be_held_is_refused_in_a_sentence_and_not_created(
    town: Town, changes: dict[str, Any], word: str
) -> None:
    with pytest.raises(BadInput, match=word):
        await create(town, **changes)
    assert await town.rows("SELECT * FROM exams") == []
    assert await town.ledger() == []


# Opening


async def test_it_opens_at_its_time_with_everybody_in_post_and_a_paper_each(town: Town) -> None:
    key = await create(town)
    await tend(town, OPENS - timedelta(seconds=1))
    assert (await get(town, key)).state is ExamState.SCHEDULED
    await tend(town, OPENS)
    assert (await get(town, key)).state is ExamState.OPEN
    rows = await town.rows(
        "SELECT number FROM candidates JOIN cadres ON cadres.id = cadre_id ORDER BY number"
    )
    assert tuple(number for (number,) in rows) == SITTING


async def test_opening_again_is_refused_and_tending_again_does_nothing(town: Town) -> None:
    key = await create(town)
    await tend(town, OPENS)
    with pytest.raises(WrongState):
        await town.act(lambda books, at: office.open_exam(books, key, actor="x", at=at))
    await tend(town)
    await tend(town)
    assert await town.ledger() == ["exam-created", "exam-opened"]


async def test_who_joins_the_roster_later_is_not_on_this_exam(town: Town) -> None:
    key = await create(town)
    await tend(town, OPENS)
    await town.act(
        lambda books, _: books._sql.exec_driver_sql(
            "UPDATE cadres SET active = true WHERE number = '007'"
        )
    )
    await tend(town)
    assert len(await town.look(lambda books: books.exams.candidates(key))) == len(SITTING)


async def test_an_exam_for_some_categories_and_units_has_only_those(town: Town) -> None:
    villages = await town.unit("D2")
    key = await create(
        town,
        blueprint(categories=frozenset({"enforcement", "leading"})),
        units=frozenset({villages}),
    )
    await tend(town, OPENS)
    rows = await town.rows(
        "SELECT number FROM candidates JOIN cadres ON cadres.id = cadre_id ORDER BY number"
    )
    assert rows == [("003",), ("004",)]
    assert key


async def test_an_exam_of_the_town_has_the_cadres_of_all_units_below_it(town: Town) -> None:
    await create(town, units=frozenset({await town.unit("T")}))
    await tend(town, OPENS)
    assert len(await town.rows("SELECT * FROM candidates")) == len(SITTING)


async def test_with_nobody_to_sit_it_waits_and_opens_when_somebody_is_there(town: Town) -> None:
    key = await create(town, blueprint(categories=frozenset({"nobody"})))
    with pytest.raises(BadInput, match="没有人符合"):
        await town.act(lambda books, at: office.open_exam(books, key, actor="x", at=at))
    await tend(town, OPENS)
    assert (await get(town, key)).state is ExamState.SCHEDULED


async def test_an_exam_opened_early_by_hand_opens_now(town: Town) -> None:
    key = await create(town)
    await town.act(lambda books, at: office.open_exam(books, key, actor="x", at=at))
    exam = await get(town, key)
    assert exam.opens_at == town.clock.now()
    assert exam.closes_at == CLOSES


async def test_an_exam_whose_window_is_over_cannot_be_opened(town: Town) -> None:
    key = await create(town)
    town.clock.move_to(CLOSES)
    with pytest.raises(WrongState, match="已经过"):
        await town.act(lambda books, at: office.open_exam(books, key, actor="x", at=at))
    assert await town.rows("SELECT * FROM candidates") == []


async def test_an_exam_that_was_never_opened_is_closed_visibly_without_candidates(
    town: Town,
) -> None:
    """The service was off through the whole window: nobody is absent from what was not held."""
    key = await create(town)
    await tend(town, CLOSES)
    await tend(town, CLOSES + timedelta(days=1))
    assert (await get(town, key)).state is ExamState.CLOSED
    assert await town.rows("SELECT * FROM candidates") == []
    assert await town.ledger() == ["exam-created", "exam-closed"]


@pytest.mark.parametrize("paper", PaperKind)
async def test_the_same_seed_gives_everybody_the_same_paper_again(
    town: Town, paper: PaperKind
) -> None:
    keys = [await create(town, blueprint(paper)) for _ in range(2)]
    await tend(town, OPENS)
    papers = [
        await town.rows(
            "SELECT cadre_id, paper FROM candidates WHERE exam_id = :e ORDER BY cadre_id", e=key
        )
        for key in keys
    ]
    assert papers[0] == papers[1]
    assert len({text for _, text in papers[0]}) > 1


async def test_one_draw_for_all_gives_all_the_same_questions(town: Town) -> None:
    key = await create(town, blueprint(PaperKind.PER_EXAM))
    await tend(town, OPENS)
    for number, person in enumerate(SITTING):
        await town.appoint(number, Role.CADRE, person)
        await begin(town, key, number)

    def papers(books: Books) -> set[tuple[QuestionKey, ...]]:
        sitting = [books.exams.attempt(key, c.cadre) for c in books.exams.candidates(key)]
        return {tuple(item.question for item in one.paper) for one in sitting if one}

    assert len(await town.look(papers)) == 1


# Telling and reminding


async def test_candidates_are_told_once_and_who_binds_later_is_told_then(town: Town) -> None:
    await town.appoint(1, Role.CADRE, "001")
    await create(town)
    await tend(town, OPENS)
    assert await told(town, DeliveryKind.EXAM_OPEN) == ["1"]
    await town.appoint(2, Role.CADRE, "002")
    await tend(town)
    await tend(town)
    assert await told(town, DeliveryKind.EXAM_OPEN) == ["1", "2"]


async def test_an_exam_that_opens_at_midnight_is_told_in_the_morning(town: Town) -> None:
    await town.appoint(1, Role.CADRE, "001")
    await create(town, opens_at=OPENS.replace(hour=0))
    await tend(town, OPENS.replace(hour=0))
    due = await town.act(lambda books, at: books.deliveries.claim(9, at))
    assert due == ()
    town.clock.move_to(OPENS.replace(hour=7, minute=30))
    assert len(await town.act(lambda books, at: books.deliveries.claim(9, at))) == 1


async def test_reminders_go_to_the_unfinished_three_days_and_two_hours_before_the_end_once(
    town: Town,
) -> None:
    for number, person in ((1, "001"), (2, "002"), (3, "003")):
        await town.appoint(number, Role.CADRE, person)
    key = await create(town)
    await tend(town, OPENS)
    await exempt(town, key, "003")
    soon, last = DeliveryKind.EXAM_SOON, DeliveryKind.EXAM_LAST

    await tend(town, CLOSES - timedelta(days=3, seconds=1))
    assert await told(town, soon) == []
    await tend(town, CLOSES - timedelta(days=3))
    assert await told(town, soon) == ["1", "2"]

    await begin(town, key, 1)
    attempt = (await town.rows("SELECT token FROM attempts"))[0][0]
    await town.act(lambda books, at: hall.submit(books, attempt, phone(1), 1, at=at))
    await tend(town, CLOSES - timedelta(hours=2, seconds=1))
    assert await told(town, last) == []
    for _ in range(3):
        await tend(town, CLOSES - timedelta(hours=2))
    assert await told(town, last) == ["2"]
    assert await told(town, soon) == ["1", "2"]


async def test_who_binds_in_the_last_hour_is_not_told_that_three_days_remain(town: Town) -> None:
    await create(town)
    await tend(town, OPENS)
    await tend(town, CLOSES - timedelta(hours=1))
    await town.appoint(1, Role.CADRE, "001")
    await tend(town)
    kinds = await town.rows("SELECT kind FROM deliveries ORDER BY kind")
    assert kinds == [("exam-last",), ("exam-open",)]


async def test_a_short_exam_is_not_reminded_of_before_it_began(town: Town) -> None:
    await town.appoint(1, Role.CADRE, "001")
    await create(town, closes_at=OPENS + timedelta(hours=2))
    await tend(town, OPENS)
    await tend(town, OPENS + timedelta(hours=1))
    assert await town.rows("SELECT kind FROM deliveries") == [("exam-open",)]


@pytest.mark.parametrize(
    ("closes", "reminded"),
    [
        ("2026-12-20 18:00", "2026-12-20 16:00"),
        ("2026-12-20 22:30", "2026-12-20 20:30"),
        ("2026-12-20 22:59", "2026-12-20 20:30"),
        ("2026-12-20 23:59", "2026-12-20 20:30"),
        ("2026-12-21 00:00", "2026-12-20 20:30"),
        ("2026-12-21 07:00", "2026-12-20 20:30"),
        ("2026-12-21 08:00", "2026-12-21 07:30"),
    ],
)
async def test_the_last_reminder_comes_before_the_end_even_when_the_exam_ends_at_night(
    town: Town, closes: str, reminded: str
) -> None:
    await town.appoint(1, Role.CADRE, "001")
    end = datetime.fromisoformat(closes).replace(tzinfo=TOWNSHIP_ZONE)
    await create(town, closes_at=end)
    await tend(town, OPENS)
    at = end - timedelta(hours=16)
    while at < end:
        await tend(town, at)
        at += timedelta(minutes=30) - timedelta(minutes=at.minute % 30)
    rows = await town.look(
        lambda books: books._sql.exec_driver_sql(
            "SELECT id FROM deliveries WHERE kind = 'exam-last'"
        ).all()
    )
    assert len(rows) == 1
    moment = datetime.fromisoformat(reminded).replace(tzinfo=TOWNSHIP_ZONE)
    before = await town.act(
        lambda books, _: books.deliveries.claim(9, moment - timedelta(minutes=31))
    )
    assert DeliveryKind.EXAM_LAST not in {row.kind for row in before}
    due = await town.act(lambda books, _: books.deliveries.claim(9, moment + timedelta(minutes=1)))
    assert [row.kind for row in due] == [DeliveryKind.EXAM_LAST]


# Exempting


async def test_an_exempted_candidate_is_on_the_roster_with_reason_and_approver(
    town: Town,
) -> None:
    key = await create(town)
    await tend(town, OPENS)
    await exempt(town, key, "001", " 病假 ")
    rows = await town.rows(
        "SELECT exempt_reason, exempted_by FROM candidates WHERE exempt_reason IS NOT NULL"
    )
    assert rows == [("病假", "account:9")]
    assert (await town.ledger())[-1] == "exempted"
    unfinished = await town.look(lambda books: books.exams.unfinished(key))
    assert len(unfinished) == len(SITTING) - 1


async def test_an_exemption_before_the_opening_takes_effect_when_the_roster_is_frozen(
    town: Town,
) -> None:
    """A leave is approved when it is asked for, not on the day of the exam."""
    key = await create(town)
    await exempt(town, key, "001", " 驻村 ")
    assert (await town.ledger())[-1] == "exempted"
    assert await town.rows("SELECT count(*) FROM candidates") == [(0,)]
    with pytest.raises(WrongState, match="已经记下"):
        await exempt(town, key, "001")
    with pytest.raises(NotFound, match="不在考试 1 的范围里"):
        await exempt(town, key, "007")
    await tend(town, OPENS)
    rows = await town.rows(
        "SELECT number, exempt_reason, exempted_by FROM candidates"
        " JOIN cadres ON cadres.id = cadre_id WHERE exempt_reason IS NOT NULL"
    )
    assert rows == [("001", "驻村", "account:9")]
    assert (await town.ledger()).count("exempted") == 1
    assert len(await town.look(lambda books: books.exams.unfinished(key))) == len(SITTING) - 1


async def test_an_exemption_of_somebody_who_leaves_before_the_opening_exempts_nobody(
    town: Town, small_town: Roster
) -> None:
    key = await create(town)
    await exempt(town, key, "001")
    left = [replace(one, active=one.number != "001" and one.active) for one in small_town.cadres]
    roster = replace(small_town, cadres=tuple(left))
    await town.act(lambda books, at: books.people.save_roster(roster, at))
    await tend(town, OPENS)
    assert await town.rows("SELECT count(exempt_reason), count(*) FROM candidates") == [
        (0, len(SITTING) - 1)
    ]


async def test_an_exam_that_cannot_open_tells_the_admins_once_and_opens_when_repaired(
    town: Town,
) -> None:
    """Its law has changed since it was created: too few questions fit."""
    await town.appoint(9, Role.ADMIN)
    key = await create(town)

    def few(asked: Question, _day: date) -> bool:
        return asked.id not in {"s1", "s2", "s3", "s4"}

    town.clock.move_to(OPENS)
    for _ in range(3):
        await town.act(lambda books, at: tending.tend(books, fits=few, at=at))
    assert (await get(town, key)).state is ExamState.SCHEDULED
    assert await told(town, DeliveryKind.EXAM_STUCK) == ["9"]
    exam = await get(town, key)
    why = await town.look(lambda books: tending.obstacle(books, exam, few, OPENS))
    assert why is not None
    assert "题库不够：单选题要" in why
    assert await town.look(lambda b: tending.obstacle(b, exam, always, OPENS)) is None
    await tend(town)
    assert (await get(town, key)).state is ExamState.OPEN
    assert "exam-opened" in await town.ledger()


async def test_who_is_exempted_cannot_be_by_no_reason_a_wrong_number_or_too_late(
    town: Town,
) -> None:
    await town.appoint(1, Role.CADRE, "001")
    key = await create(town)
    await tend(town, OPENS)
    for person, reason, error in (
        ("001", "  ", BadInput),
        ("001", "长" * 201, BadInput),
        ("999", "公出", NotFound),
        ("007", "公出", NotFound),
    ):
        with pytest.raises(error):
            await exempt(town, key, person, reason)
    await begin(town, key, 1)
    with pytest.raises(WrongState, match="已经开始答题"):
        await exempt(town, key, "001")
    await tend(town, CLOSES)
    with pytest.raises(WrongState, match="已经结束"):
        await exempt(town, key, "002")
    assert "exempted" not in await town.ledger()


async def readmit(town: Town, key: ExamId, person: str, reason: str = "提前回来") -> None:
    await town.act(
        lambda books, at: candidates.readmit(books, key, person, reason, actor="李镇长", at=at)
    )


async def test_an_exemption_is_taken_back_with_reason_and_approver_and_the_person_sits(
    town: Town,
) -> None:
    await town.appoint(1, Role.CADRE, "001")
    key = await create(town)
    await tend(town, OPENS)
    await exempt(town, key, "001", "公出")
    await readmit(town, key, "001", " 提前回来 ")
    progress = await town.look(lambda books: books.exams.progress(key))
    assert progress.exempt == 0
    assert await town.rows(
        "SELECT exempt_reason, exempted_by, exempted_at FROM candidates WHERE exempt_reason"
        " IS NOT NULL OR exempted_by IS NOT NULL OR exempted_at IS NOT NULL"
    ) == []  # fmt: skip
    assert (await town.ledger())[-2:] == ["exempted", "exemption-ended"]
    line = await town.rows("SELECT actor, detail FROM entries WHERE kind = 'exemption-ended'")
    assert line[0][0] == "李镇长"
    assert "提前回来" in str(json.loads(line[0][1]) if isinstance(line[0][1], str) else line[0][1])
    await begin(town, key, 1)


async def test_who_was_told_of_the_exam_is_told_again_when_the_exemption_ends(town: Town) -> None:
    await town.appoint(1, Role.CADRE, "001")
    await town.appoint(2, Role.CADRE, "002")
    key = await create(town)
    await exempt(town, key, "002")
    await tend(town, OPENS)
    assert await told(town, DeliveryKind.EXAM_OPEN) == ["1"]
    for person in ("001", "002"):
        if person == "001":
            await exempt(town, key, person)
        await readmit(town, key, person)
    await tend(town)
    versions = await town.rows(
        "SELECT address, version FROM deliveries JOIN accounts ON accounts.id = account_id"
        " WHERE kind = 'exam-open' ORDER BY address, version"
    )
    assert versions == [("1", 0), ("1", 1), ("2", 0)], "each once for each time they are due"


async def test_an_exemption_of_a_waiting_exam_is_taken_back_before_it_counts(town: Town) -> None:
    key = await create(town)
    await exempt(town, key, "001")
    await readmit(town, key, "001")
    with pytest.raises(WrongState, match="没有免考"):
        await readmit(town, key, "001")
    await tend(town, OPENS)
    assert await town.rows("SELECT count(exempt_reason) FROM candidates") == [(0,)]


async def test_an_exemption_that_is_none_or_too_late_cannot_be_taken_back(town: Town) -> None:
    key = await create(town)
    await tend(town, OPENS)
    await exempt(town, key, "001")
    with pytest.raises(WrongState, match="已经免考"):
        await exempt(town, key, "001", "病假")
    for person, reason, error in (
        ("001", " ", BadInput),
        ("002", "回来了", WrongState),
        ("999", "回来了", NotFound),
        ("007", "回来了", NotFound),
    ):
        with pytest.raises(error):
            await readmit(town, key, person, reason)
    town.clock.move_to(CLOSES)
    with pytest.raises(WrongState, match="已经结束"):
        await readmit(town, key, "001")
    assert "exemption-ended" not in await town.ledger()


async def test_who_is_exempted_cannot_sit(town: Town) -> None:
    await town.appoint(1, Role.CADRE, "001")
    key = await create(town)
    await tend(town, OPENS)
    await exempt(town, key, "001")
    with pytest.raises(WrongState, match="免考（公出）"):
        await begin(town, key, 1)
    assert await town.rows("SELECT * FROM attempts") == []


# Closing


async def test_it_closes_at_its_time_grades_what_was_saved_and_tells_who_sat(
    town: Town,
) -> None:
    for number, person in ((1, "001"), (2, "002")):
        await town.appoint(number, Role.CADRE, person)
    key = await create(town)
    await tend(town, OPENS)
    town.clock.move_to(CLOSES - timedelta(minutes=10))
    await begin(town, key, 1)
    await tend(town, CLOSES - timedelta(seconds=1))
    assert (await get(town, key)).state is ExamState.OPEN
    assert await told(town, DeliveryKind.EXAM_RESULT) == []
    await tend(town, CLOSES)
    assert (await get(town, key)).state is ExamState.CLOSED
    assert await town.rows("SELECT state, score, answered FROM attempts") == [("overdue", 0, 0)]
    assert await told(town, DeliveryKind.EXAM_RESULT) == ["1"]
    await tend(town, CLOSES + timedelta(days=1))
    assert await told(town, DeliveryKind.EXAM_RESULT) == ["1"]
    closing = ["attempt-started", "attempt-finished", "exam-closed"]
    assert [kind for kind in await town.ledger() if kind in closing] == closing


async def test_nobody_is_told_a_result_before_the_exam_is_closed(town: Town) -> None:
    await town.appoint(1, Role.CADRE, "001")
    key = await create(town)
    await tend(town, OPENS)
    await begin(town, key, 1)
    token = (await town.rows("SELECT token FROM attempts"))[0][0]
    await town.act(lambda books, at: hall.submit(books, token, phone(1), 1, at=at))
    await tend(town)
    assert await told(town, DeliveryKind.EXAM_RESULT) == []
    await town.act(lambda books, at: office.close_exam(books, key, actor="x", at=at))
    assert await told(town, DeliveryKind.EXAM_RESULT) == ["1"]


async def test_an_exam_closed_early_by_hand_ends_now_and_cannot_be_closed_again(
    town: Town,
) -> None:
    key = await create(town)
    with pytest.raises(WrongState):
        await town.act(lambda books, at: office.close_exam(books, key, actor="x", at=at))
    await tend(town, OPENS + timedelta(hours=1))
    await town.act(lambda books, at: office.close_exam(books, key, actor="x", at=at))
    assert local_text((await get(town, key)).closes_at) == "2026-12-10 10:00"
    with pytest.raises(WrongState):
        await town.act(lambda books, at: office.close_exam(books, key, actor="x", at=at))


async def test_who_was_given_extra_minutes_has_them_beyond_the_end_of_the_window(
    town: Town,
) -> None:
    await town.appoint(1, Role.CADRE, "001")
    key = await create(town)
    await tend(town, OPENS)
    await town.act(
        lambda books, _: books._sql.exec_driver_sql("UPDATE candidates SET extra_minutes = 30")
    )
    town.clock.move_to(CLOSES - timedelta(minutes=5))
    await begin(town, key, 1)
    await tend(town, CLOSES + timedelta(minutes=29))
    assert await town.rows("SELECT state FROM attempts") == [("running",)]
    await tend(town, CLOSES + timedelta(minutes=30))
    assert await town.rows("SELECT state FROM attempts") == [("overdue",)]
    assert (await get(town, key)).state is ExamState.CLOSED


async def test_an_attempt_is_closed_once_and_written_down_once(town: Town) -> None:
    await town.appoint(1, Role.CADRE, "001")
    key = await create(town)
    await tend(town, OPENS)
    await begin(town, key, 1)
    cadre = (await town.account(1)).cadre
    assert cadre is not None
    attempt = await town.look(lambda books: books.exams.attempt(key, cadre))
    assert attempt is not None

    def close_twice(books: Books, at: datetime) -> None:
        for state in (AttemptState.SUBMITTED, AttemptState.OVERDUE):
            close_attempt(books, attempt, state, at)

    await town.act(close_twice)
    assert await town.rows("SELECT state FROM attempts") == [("submitted",)]
    assert (await town.ledger()).count("attempt-finished") == 1


async def test_progress_counts_people(town: Town) -> None:
    for number, person in ((1, "001"), (2, "002")):
        await town.appoint(number, Role.CADRE, person)
    key = await create(town)
    await tend(town, OPENS)
    await exempt(town, key, "003")
    for number in (1, 2):
        await begin(town, key, number)
    tokens = await town.rows("SELECT token FROM attempts ORDER BY id")
    await town.act(lambda books, at: hall.submit(books, tokens[0][0], phone(1), 1, at=at))
    progress = await town.look(lambda books: books.exams.progress(key))
    assert (progress.candidates, progress.exempt, progress.without_account) == (6, 1, 4)
    assert (progress.running, progress.finished) == (1, 1)


@pytest.mark.parametrize("act", ["open_exam", "close_exam"])
async def test_an_exam_that_is_not_there_is_not_found(town: Town, act: str) -> None:
    with pytest.raises(LawbotError, match="没有编号 99"):
        await town.act(lambda books, at: getattr(office, act)(books, ExamId(99), actor="x", at=at))
