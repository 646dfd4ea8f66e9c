"""Practice: what is asked next, to whom, and what is kept of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.clock import local_day, local_text
from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.exams import entering, keyed, office, on_paper, practice, regrade, tending
from lawcore.exams.practice import Asked, Explained, NothingDue, Weak
from lawcore.ids import CadreId, Citation, ExamId, QuestionKey
from lawcore.participation.forget import forget_address
from lawcore.people.model import Role
from lawcore.questions.blueprint import PaperKind
from lawcore.questions.question import Audience, Question, QuestionKind
from lawcore.questions.spacing import answered, known

from .conftest import CIVIL_CODE, CONSTITUTION, Town, blueprint, phone, question, small_bank
from .exam_day import close_exam, open_exam, sit

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

RESIDENT = frozenset({Audience.RESIDENT})
VILLAGE = frozenset({Audience.VILLAGE})


def bank(*questions: Question) -> dict[QuestionKey, Question]:
    return {one.id: one for one in questions}


def one(
    key: str, audience: frozenset[Audience] = RESIDENT, article: int = 1, **changes: Any
) -> Question:
    asked = question(key, **changes)
    return replace(asked, audience=audience, cites=(Citation(asked.cites[0].law, article),))


async def following(
    town: Town, number: int, questions: dict[QuestionKey, Question]
) -> Asked | NothingDue:
    def job(books: Any, at: datetime) -> Asked | NothingDue:
        return practice.next_question(books, questions, phone(number), at=at)

    return await town.act(job)


async def asked_now(town: Town, number: int, questions: dict[QuestionKey, Question]) -> str:
    """The stem of the question that comes next."""
    found = await following(town, number, questions)
    assert isinstance(found, Asked)
    return found.stem


async def reply(
    town: Town, number: int, questions: dict[QuestionKey, Question], *, rightly: bool
) -> Explained:
    """Answer what comes next."""
    found = await following(town, number, questions)
    assert isinstance(found, Asked)
    key = next(q.key for q in questions.values() if q.stem == found.stem)
    picked = key if rightly else frozenset({max(set(range(4)) - key)})
    told = await pressed(town, number, questions, found.name, picked)
    assert isinstance(told, Explained)
    return told


async def pressed(
    town: Town,
    number: int,
    questions: dict[QuestionKey, Question],
    name: str,
    picked: frozenset[int],
) -> Explained | Asked | NothingDue:
    def job(books: Any, at: datetime) -> Explained | Asked | NothingDue:
        return practice.answer(books, questions, phone(number), name, picked, at=at)

    return await town.act(job)


# -- when a question comes again -----------------------------------------------------------------


def test_a_wrong_answer_comes_again_tomorrow_and_right_ones_ever_later() -> None:
    spaced = answered(None, right=False, at=MORNING)
    assert local_text(spaced.due_at) == "2026-11-25 00:00"
    gaps = []
    for _ in range(4):
        at = spaced.due_at
        spaced = answered(spaced.state, right=True, at=at)
        gaps.append((spaced.due_at - at).days)
    assert gaps == sorted(gaps)
    assert gaps[-1] > 14
    again = answered(spaced.state, right=False, at=spaced.due_at)
    assert again.due_at - spaced.due_at == timedelta(days=1)


def test_what_was_wrong_last_is_not_known() -> None:
    wrong = answered(None, right=False, at=MORNING)
    right = answered(wrong.state, right=True, at=wrong.due_at)
    lapsed = answered(right.state, right=False, at=right.due_at)
    assert [known(spaced.state) for spaced in (wrong, right, lapsed)] == [False, True, False]


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(0, 60 * 24))
def test_a_question_never_comes_again_on_the_same_day(rights: list[bool], minute: int) -> None:
    at, state = MORNING + timedelta(minutes=minute), None
    for right in rights:
        spaced = answered(state, right=right, at=at)
        assert local_day(spaced.due_at) > local_day(at)
        assert json.loads(spaced.state)["card_id"] == 1, "nothing of the machine's clock"
        state, at = spaced.state, spaced.due_at + timedelta(minutes=minute % 1440)


# -- who is asked what ---------------------------------------------------------------------------


async def test_each_is_asked_the_questions_written_for_them(town: Town) -> None:
    questions = bank(*(one(audience.value, frozenset({audience})) for audience in Audience))
    await town.start(9, "V1")
    assert await asked_now(town, 9, questions) == "resident？"
    for phone_number, number, stem in ((1, "001", "leading？"), (3, "003", "enforcement？")):
        await town.appoint(phone_number, Role.CADRE, number)
        assert await asked_now(town, phone_number, questions) == stem
    await town.appoint(5, Role.CADRE, "005")
    assert await asked_now(town, 5, questions) == "village？"
    assert practice.audience_of(None) == RESIDENT


async def test_the_question_carries_no_key_and_a_name_that_says_nothing(town: Town) -> None:
    await town.start(9, "V1")
    found = await following(town, 9, bank(one("xianfa-001")))
    assert isinstance(found, Asked)
    assert not {"key", "explanation", "cites"} & set(Asked.__dataclass_fields__)
    assert len(found.name) == 12
    assert "xianfa" not in found.name


async def test_the_key_the_explanation_and_the_article_come_with_the_answer(town: Town) -> None:
    await town.start(9, "V1")
    questions = bank(one("a"))
    told = await reply(town, 9, questions, rightly=False)
    assert not told.right
    assert told.question == questions[QuestionKey("a")]


async def test_due_first_then_new_on_weak_articles_then_the_rest(town: Town) -> None:
    await town.start(9, "V1")
    known_one, weak_one = one("k", law=CIVIL_CODE, article=7), one("w", article=3)
    await reply(town, 9, bank(weak_one), rightly=False)
    await reply(town, 9, bank(known_one), rightly=True)
    others = [one(f"o{n}", law=CIVIL_CODE, article=9) for n in range(5)]
    same_law, same_article = one("l", article=5), one("s", article=3)
    questions = bank(known_one, *others, same_law, same_article, weak_one)
    assert await asked_now(town, 9, questions) == "s？"
    town.clock.pass_time(timedelta(days=1))
    order = []
    for _ in range(4):
        order.append(await asked_now(town, 9, questions))
        await reply(town, 9, questions, rightly=True)
    assert order[0] == "w？", "what was wrong yesterday is due"
    assert order[1] in {f"o{n}？" for n in range(5)}, "known now, so no longer weak"
    town.clock.pass_time(timedelta(days=1))
    assert await asked_now(town, 9, questions) == "k？"


async def test_new_questions_come_to_each_in_an_order_of_their_own(town: Town) -> None:
    questions = bank(*(one(f"q{n}") for n in range(30)))
    firsts = set()
    for number in range(20, 28):
        await town.start(number, "V1")
        first = await asked_now(town, number, questions)
        assert await asked_now(town, number, questions) == first, "asking changes nothing"
        firsts.add(first)
    assert len(firsts) > 1


async def test_all_of_the_bank_comes_before_anything_comes_twice(town: Town) -> None:
    await town.start(9, "V1")
    questions = bank(*(one(f"q{n}") for n in range(12)))
    told = [(await reply(town, 9, questions, rightly=n % 2 == 0)).question.id for n in range(12)]
    assert len(set(told)) == 12
    assert await following(town, 9, questions) == NothingDue(None)


async def test_the_same_press_twice_is_one_answer(town: Town) -> None:
    await town.start(9, "V1")
    questions = bank(one("a"))
    found = await following(town, 9, questions)
    assert isinstance(found, Asked)

    await pressed(town, 9, questions, found.name, frozenset({1}))
    kept = await town.rows("SELECT state, due_at FROM practice")
    await pressed(town, 9, questions, found.name, frozenset({1}))
    told = await pressed(town, 9, questions, found.name, frozenset({0}))
    assert isinstance(told, Explained)
    assert told.right, "the card still explains what was pressed"
    assert await town.rows("SELECT state, due_at FROM practice") == kept


async def test_an_answer_that_is_none_is_refused(town: Town) -> None:
    await town.start(9, "V1")
    questions = bank(one("a"))
    found = await following(town, 9, questions)
    assert isinstance(found, Asked)
    for name, picked, error in (
        (found.name, frozenset[int](), BadInput),
        (found.name, frozenset({0, 1}), BadInput),
        (found.name, frozenset({7}), BadInput),
        ("nothing", frozenset({0}), NotFound),
    ):
        with pytest.raises(error):
            await pressed(town, 9, questions, name, picked)
    assert await town.rows("SELECT count(*) FROM practice") == [(0,)]


# -- no leak -------------------------------------------------------------------------------------


def everyone() -> dict[QuestionKey, Question]:
    return bank(*(replace(q, audience=frozenset(Audience)) for q in small_bank()))


async def all_asked(town: Town, number: int, questions: dict[QuestionKey, Question]) -> set[str]:
    """Everything that somebody who has just joined is asked, to the end."""
    await town.start(number, "V1")
    stems: set[str] = set()
    while isinstance(await following(town, number, questions), Asked):
        stems.add((await reply(town, number, questions, rightly=True)).question.stem)
    return stems


async def on_papers(town: Town, exam: ExamId) -> set[str]:
    found = await town.rows("SELECT paper FROM candidates WHERE exam_id = :exam", exam=exam)
    return {f"{key}？" for (paper,) in found for key, _order, _marks in json.loads(paper)}


async def test_nothing_of_an_exam_is_practised_by_anybody_until_its_reveal(town: Town) -> None:
    questions = everyone()
    exam = await open_exam(town)
    standing = await on_papers(town, exam)
    assert standing
    assert await all_asked(town, 8, questions) == {q.stem for q in questions.values()} - standing
    await close_exam(town, exam)
    assert await all_asked(town, 9, questions) == {q.stem for q in questions.values()}


async def test_closed_and_waiting_for_its_reveal_is_still_withheld(town: Town) -> None:
    questions = everyone()
    exam = await town.act(lambda b, at: _create(b, at, PaperKind.PER_EXAM, timedelta(days=3)))
    await town.act(lambda b, at: office.open_exam(b, exam, actor="console", at=at))
    standing = await on_papers(town, exam)
    assert len(standing) == 7
    await close_exam(town, exam)
    assert not await all_asked(town, 8, questions) & standing
    town.clock.pass_time(timedelta(days=5))
    await town.act(lambda b, at: tending.tend(b, at=at))
    assert await all_asked(town, 9, questions) >= standing


async def test_what_all_will_be_asked_is_withheld_before_the_opening(town: Town) -> None:
    await town.start(9, "V1")
    await town.act(lambda b, at: _create(b, at, PaperKind.PER_EXAM, None))
    found = await following(town, 9, everyone())
    assert found == NothingDue(until=town.clock.now() + timedelta(days=1, hours=1))


async def test_while_an_exam_takes_all_that_is_for_a_cadre_the_residents_questions_are_left(
    town: Town,
) -> None:
    """A quarter of 300 cadres takes nearly every question that is written for cadres."""
    theirs = {q.id: replace(q, audience=VILLAGE) for q in small_bank()}
    residents = bank(*(one(f"r{n}") for n in range(3)))
    await town.appoint(5, Role.CADRE, "005")
    assert not (await first_asked(town, 5, theirs | residents)).lent
    exam = await town.act(lambda b, at: _create(b, at, PaperKind.PER_EXAM, None))
    await town.act(lambda b, at: office.open_exam(b, exam, actor="console", at=at))
    used = await town.look(lambda books: books.practice.withheld())
    cadres = {key: q for key, q in theirs.items() if key in used}
    assert cadres
    found = await first_asked(town, 5, cadres | residents)
    assert (found.stem[0], found.lent) == ("r", True)
    for _ in residents:
        await reply(town, 5, cadres | residents, rightly=True)
    assert await following(town, 5, cadres | residents) == NothingDue(
        until=(await town.look(lambda books: office.get(books, exam))).closes_at
    )
    await town.act(lambda books, at: office.close_exam(books, exam, actor="console", at=at))
    assert not (await first_asked(town, 5, cadres | residents)).lent


async def first_asked(town: Town, number: int, questions: dict[QuestionKey, Question]) -> Asked:
    found = await following(town, number, questions)
    assert isinstance(found, Asked)
    return found


async def test_a_question_that_an_exam_has_come_to_use_is_not_answered(town: Town) -> None:
    questions = everyone()
    await town.start(9, "V1")
    found = await following(town, 9, questions)
    assert isinstance(found, Asked)
    await town.act(lambda b, at: _create(b, at, PaperKind.PER_EXAM, None))
    told = await pressed(town, 9, questions, found.name, frozenset({0}))
    assert isinstance(told, NothingDue)
    assert told.until is not None
    assert await town.rows("SELECT count(*) FROM practice") == [(0,)]


def _create(books: Any, at: datetime, paper: PaperKind, reveal: timedelta | None) -> ExamId:
    begin = at + timedelta(hours=1)
    closes = begin + timedelta(days=1)
    return office.create(
        books,
        blueprint(paper),
        small_bank(),
        title="考法",
        opens_at=begin,
        closes_at=closes,
        minutes=60,
        seed=7,
        reveal_at=closes + reveal if reveal else None,
        actor="console",
        at=at,
    )


async def test_a_question_whose_key_was_wrong_is_not_practised_until_the_bank_agrees(
    town: Town,
) -> None:
    """Else it would teach what an exam has found to be wrong."""
    questions = everyone()
    exam = await open_exam(town)
    await close_exam(town, exam)
    wrong = QuestionKey("j1")

    def correct(books: Any, at: datetime) -> None:
        regrade.propose(books, exam, wrong, "B", actor="李四", at=at)
        regrade.apply(books, exam, wrong, "B", allow_lower=False, actor="王五", at=at)

    await town.start(9, "V1")
    await town.act(correct)
    stems = {one.stem for key, one in questions.items() if key != wrong}
    assert await all_asked(town, 9, questions) == stems
    told = await pressed(town, 9, questions, practice._name(wrong), frozenset({0}))
    assert not isinstance(told, Explained)
    right = questions | {wrong: replace(questions[wrong], key=frozenset({1}))}
    assert await asked_now(town, 9, right) == "j1？"


# -- weak points ---------------------------------------------------------------------------------


async def test_wrong_answers_of_a_revealed_exam_are_practised_and_name_the_weak_laws(
    town: Town,
) -> None:
    questions = bank(*(replace(q, audience=VILLAGE) for q in small_bank()))
    exam = await open_exam(town)
    await town.appoint(6, Role.CADRE, "006")
    await sit(town, exam, 6, 5)
    assert await weak_of(town, 6, questions) == (), "not before the reveal"
    await close_exam(town, exam)
    last_two = (await town.look(lambda b: b.rosters.paper(exam, CadreId(6))))[5:]
    missed = {f"{item.question}？" for item in last_two}
    assert await weak_of(town, 6, questions) == (Weak(CONSTITUTION, (1,)),)
    for _ in range(2):
        told = await reply(town, 6, questions, rightly=True)
        assert told.question.stem in missed
    assert await weak_of(town, 6, questions) == ()


async def test_a_paper_keyed_in_by_hand_counts_for_its_candidate(town: Town) -> None:
    questions = bank(*(replace(q, audience=VILLAGE) for q in small_bank()))
    exam = await open_exam(town)

    def job(books: Any, at: datetime) -> None:
        found = on_paper.opened(books, exam)
        cadre = on_paper.whose(books, found, "006")
        paper = on_paper.printed(books, found, cadre)
        choices = keyed.answers_of("7A", paper.questions)
        entering.enter(books, exam, cadre, choices, late="", actor="小周", at=at)

    await town.act(job)
    await close_exam(town, exam)
    await town.appoint(6, Role.CADRE, "006")
    weak = await weak_of(town, 6, questions)
    assert {one.law for one in weak} <= {CONSTITUTION, CIVIL_CODE}
    assert weak


async def test_weak_laws_are_ones_own_and_nobody_elses(town: Town) -> None:
    questions = bank(one("a", VILLAGE), one("b", VILLAGE, law=CIVIL_CODE, article=7))
    for number, cadre in ((5, "005"), (6, "006")):
        await town.appoint(number, Role.CADRE, cadre)
    for _ in range(2):
        await reply(town, 5, questions, rightly=False)
    assert set(await weak_of(town, 5, questions)) == {
        Weak(CIVIL_CODE, (7,)),
        Weak(CONSTITUTION, (1,)),
    }
    assert await weak_of(town, 6, questions) == ()
    with pytest.raises(NotFound):
        await weak_of(town, 99, questions)


async def weak_of(
    town: Town, number: int, questions: dict[QuestionKey, Question]
) -> tuple[Weak, ...]:
    return await town.look(lambda b: practice.weak_points(b, questions, phone(number)))


# -- what is kept --------------------------------------------------------------------------------


async def test_only_when_a_question_comes_again_is_kept_and_no_line_is_written(town: Town) -> None:
    await town.start(9, "V1")
    before = await town.ledger()
    await reply(town, 9, bank(one("a")), rightly=True)
    assert await town.ledger() == before
    (kept,) = await town.rows("SELECT * FROM practice")
    assert len(kept) == 4


async def test_who_has_left_or_never_joined_does_not_practise(town: Town) -> None:
    questions = bank(one("a"))
    with pytest.raises(NotFound):
        await following(town, 9, questions)
    await town.start(9, "V1")
    await town.leave(9)
    with pytest.raises(WrongState, match="已经退出"):
        await following(town, 9, questions)
    await town.start(9)
    assert await asked_now(town, 9, questions) == "a？"


async def test_forgetting_a_person_takes_the_practice_along(town: Town) -> None:
    questions = bank(one("a"), one("m", kind=QuestionKind.MULTIPLE, right=frozenset({0, 2})))
    for number in (8, 9):
        await town.start(number, "V1")
        await reply(town, number, questions, rightly=False)
    await town.act(lambda b, at: forget_address(b.forgetting, b.ledger, phone(9), at=at))
    assert await town.rows("SELECT count(*) FROM practice") == [(1,)]
    assert (await town.account(8)).village is not None
