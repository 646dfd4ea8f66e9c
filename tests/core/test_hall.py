"""Sitting an exam: every tap is kept, the clock is the server's, a paper is its owner's."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lawcore.errors import NotFound, WrongState
from lawcore.exams import hall, office, standing, tending
from lawcore.exams.grading import mark
from lawcore.exams.model import AttemptState, Card, Finished, Invitation, Sheet, Standing
from lawcore.ids import ExamId
from lawcore.people.model import Role
from lawcore.questions.blueprint import PaperKind
from lawcore.storage import Books, open_store

from .conftest import Town, blueprint, phone, small_bank

OPENS = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 20, 10, 0, tzinfo=UTC)
PERSON, OTHER = 1, 2
SINGLE, MULTIPLE, JUDGE = 0, 3, 5
"""Places of the first question of each kind; the paper has seven."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One candidate at the exam of the small town, on a message of the chat."""

    town: Town
    exam: ExamId
    number: int = PERSON

    async def begin(self, card: int = 10) -> Card | Finished:
        return await self.town.act(
            lambda books, at: hall.begin(books, self.exam, phone(self.number), card, at=at)
        )

    async def choose(
        self, token: str, place: int, option: int, on: bool = True, card: int = 10
    ) -> Card | Finished:
        return await self.town.act(
            lambda books, at: hall.choose(
                books, token, phone(self.number), place, option, on, card, at=at
            )
        )

    async def turn(self, token: str, place: int, card: int = 10) -> Card | Finished:
        return await self.town.act(
            lambda books, at: hall.turn(books, token, phone(self.number), place, card, at=at)
        )

    async def sheet(self, token: str, card: int = 10) -> Sheet | Finished:
        return await self.town.act(
            lambda books, at: hall.sheet(books, token, phone(self.number), card, at=at)
        )

    async def submit(self, token: str, card: int = 10) -> Finished:
        return await self.town.act(
            lambda books, at: hall.submit(books, token, phone(self.number), card, at=at)
        )

    async def resume(self) -> Card | Finished | None:
        cadre = (await self.town.account(self.number)).cadre
        assert cadre is not None
        return await self.town.act(lambda books, at: hall.resume(books, self.exam, cadre, at=at))

    async def invitations(self) -> tuple[Invitation, ...]:
        cadre = (await self.town.account(self.number)).cadre
        assert cadre is not None
        at = self.town.clock.now()
        return await self.town.look(lambda books: standing.invitations(books, cadre, at=at))

    async def steps(self) -> list[tuple[int, int]]:
        """Place and choice of every step in order."""
        rows = await self.town.rows("SELECT place, choice FROM steps ORDER BY id")
        return [(place, choice) for place, choice in rows]


@pytest.fixture
async def seat(town: Town) -> Seat:
    """The exam is open; 001 is at phone 1 and 002 at phone 2."""
    await town.appoint(PERSON, Role.CADRE, "001")
    await town.appoint(OTHER, Role.CADRE, "002")
    key = await town.act(
        lambda books, at: office.create(
            books,
            blueprint(PaperKind.PER_EXAM),
            small_bank(),
            title="四季度考法",
            opens_at=OPENS,
            closes_at=CLOSES,
            minutes=None,
            seed=7,
            actor="console",
            at=at,
        )
    )
    town.clock.move_to(OPENS)
    await town.act(lambda books, at: tending.tend(books, at=at))
    return Seat(town, key)


def card_of(shown: Card | Finished | Sheet | None) -> Card:
    assert isinstance(shown, Card)
    return shown


def finished(shown: Card | Finished | Sheet | None) -> Finished:
    assert isinstance(shown, Finished)
    return shown


async def started(seat: Seat) -> str:
    """The token of a running attempt."""
    return card_of(await seat.begin()).attempt.token


# Starting


async def test_beginning_starts_the_clock_and_shows_the_first_question(seat: Seat) -> None:
    card = card_of(await seat.begin())
    assert card.attempt.cursor == 0
    assert card.left == timedelta(minutes=60)
    assert (card.choice, card.answered) == (0, frozenset())
    assert len(card.attempt.paper) == 7
    assert (await seat.town.ledger())[-1] == "attempt-started"


async def test_a_card_holds_nothing_of_the_answer(seat: Seat) -> None:
    token = await started(seat)
    for place in range(7):
        card = card_of(await seat.turn(token, place))
        assert card.question.key == frozenset()
        assert (card.question.explanation, card.question.cites) == ("", ())
        assert card.question.stem
        assert card.question.options


async def test_beginning_twice_is_beginning_once(seat: Seat) -> None:
    first = card_of(await seat.begin())
    seat.town.clock.pass_time(timedelta(minutes=5))
    second = card_of(await seat.begin())
    assert second.attempt == first.attempt
    assert second.left == timedelta(minutes=55)
    assert (await seat.town.ledger()).count("attempt-started") == 1


async def test_beginning_at_once_from_two_processes_is_beginning_once(
    seat: Seat, database_url: str
) -> None:
    other = Town(await open_store(database_url), seat.town.clock)
    shown = await asyncio.gather(seat.begin(), Seat(other, seat.exam).begin())
    await other.store.close()
    assert card_of(shown[0]).attempt.token == card_of(shown[1]).attempt.token
    assert len(await seat.town.rows("SELECT * FROM attempts")) == 1


@pytest.mark.parametrize(
    ("at", "word"), [(OPENS - timedelta(seconds=1), "还没开始"), (CLOSES, "已经结束")]
)
async def test_it_can_be_begun_only_within_the_window(seat: Seat, at: datetime, word: str) -> None:
    seat.town.clock.move_to(at)
    with pytest.raises(WrongState, match=word):
        await seat.begin()
    assert await seat.town.rows("SELECT * FROM attempts") == []


@pytest.mark.parametrize("number", [3, 4])
async def test_who_is_no_candidate_finds_no_exam(seat: Seat, number: int) -> None:
    await seat.town.start(3, "V1")
    with pytest.raises(NotFound, match="没有找到这份试卷"):
        await Seat(seat.town, seat.exam, number).begin()
    with pytest.raises(NotFound, match="没有找到这份试卷"):
        await Seat(seat.town, ExamId(99)).begin()


async def test_who_begins_late_has_only_until_the_end_of_the_window(seat: Seat) -> None:
    seat.town.clock.move_to(CLOSES - timedelta(minutes=10))
    assert card_of(await seat.begin()).left == timedelta(minutes=10)


# Answering


@pytest.mark.parametrize("place", [SINGLE, JUDGE])
async def test_a_second_choice_replaces_the_first_where_one_is_right(
    seat: Seat, place: int
) -> None:
    token = await started(seat)
    await seat.turn(token, place)
    assert card_of(await seat.choose(token, place, 0)).choice == 0b01
    card = card_of(await seat.choose(token, place, 1))
    assert card.choice == 0b10
    assert card.answered == {place}


async def test_where_several_are_right_they_add_up_and_can_be_taken_back(seat: Seat) -> None:
    token = await started(seat)
    await seat.turn(token, MULTIPLE)
    await seat.choose(token, MULTIPLE, 0)
    assert card_of(await seat.choose(token, MULTIPLE, 2)).choice == 0b101
    assert card_of(await seat.choose(token, MULTIPLE, 0, on=False)).choice == 0b100
    card = card_of(await seat.choose(token, MULTIPLE, 2, on=False))
    assert card.choice == 0
    assert card.answered == frozenset()


async def test_the_same_tap_again_adds_nothing(seat: Seat) -> None:
    token = await started(seat)
    for _ in range(3):
        await seat.choose(token, SINGLE, 1)
    for _ in range(3):
        await seat.choose(token, MULTIPLE, 1)
    assert await seat.steps() == [(SINGLE, 0b10), (MULTIPLE, 0b10)]


async def test_a_tap_is_on_disk_when_it_is_acknowledged(seat: Seat, database_url: str) -> None:
    token = await started(seat)
    await seat.choose(token, SINGLE, 1)
    other = await open_store(database_url)
    cadre = (await seat.town.account(PERSON)).cadre
    assert cadre is not None
    attempt = await other.read(lambda books: books.exams.attempt(seat.exam, cadre))
    assert attempt is not None
    assert await other.read(lambda books: books.exams.choices(attempt.id)) == {SINGLE: 0b10}
    await other.close()


async def test_two_taps_at_once_are_both_kept(seat: Seat, database_url: str) -> None:
    token = await started(seat)
    other = Town(await open_store(database_url), seat.town.clock)
    await asyncio.gather(
        seat.choose(token, MULTIPLE, 0),
        Seat(other, seat.exam).choose(token, MULTIPLE, 1),
        seat.choose(token, MULTIPLE, 2),
        Seat(other, seat.exam).choose(token, MULTIPLE, 3),
    )
    await other.store.close()
    assert card_of(await seat.turn(token, MULTIPLE)).choice == 0b1111


async def test_a_tap_for_another_question_than_the_one_shown_is_kept_for_its_own(
    seat: Seat,
) -> None:
    """The card was turned before a slow tap on the question before arrived."""
    token = await started(seat)
    await seat.turn(token, 1)
    card = card_of(await seat.choose(token, 0, 2))
    assert card.attempt.cursor == 1
    assert card.choice == 0
    assert card.answered == {0}


@pytest.mark.parametrize(("place", "option"), [(-1, 0), (7, 0), (0, -1), (0, 4), (JUDGE, 2)])
async def test_a_tap_on_what_the_paper_does_not_have_changes_nothing(
    seat: Seat, place: int, option: int
) -> None:
    token = await started(seat)
    with pytest.raises(NotFound):
        await seat.choose(token, place, option)
    assert await seat.steps() == []


async def test_turning_stops_at_the_first_and_the_last_question(seat: Seat) -> None:
    token = await started(seat)
    assert card_of(await seat.turn(token, -1)).attempt.cursor == 0
    assert card_of(await seat.turn(token, 7)).attempt.cursor == 6


async def test_the_answer_sheet_shows_what_is_answered(seat: Seat) -> None:
    token = await started(seat)
    await seat.choose(token, SINGLE, 1)
    await seat.choose(token, MULTIPLE, 1)
    await seat.choose(token, MULTIPLE, 1, on=False)
    shown = await seat.sheet(token)
    assert isinstance(shown, Sheet)
    assert shown.answered == {SINGLE}
    assert shown.left == timedelta(minutes=60)


async def test_a_tap_reads_the_exam_and_the_attempt_as_everybody_else_does(seat: Seat) -> None:
    """One query for both, past the column types, is no other truth than one for each."""
    token = await started(seat)
    await seat.choose(token, SINGLE, 1)
    where = phone(PERSON)

    def both(books: Books) -> None:
        sitting = books.exams.sitting(token, where.channel, where.value)
        assert sitting is not None
        assert sitting.exam == books.exams.exam(seat.exam) == books.exams.exams()[0]
        assert sitting.attempt == books.exams.attempt(seat.exam, sitting.attempt.cadre)
        assert (sitting.exam.opens_at, sitting.exam.closes_at) == (OPENS, CLOSES)
        assert sitting.attempt.started_at == OPENS
        assert sitting.exam.pass_mark == blueprint(PaperKind.PER_EXAM).pass_mark

    await seat.town.look(both)
    await seat.submit(token)
    await seat.town.look(both)


async def test_a_tap_sees_what_became_of_the_exam_since_the_one_before(seat: Seat) -> None:
    token = await started(seat)
    before = card_of(await seat.choose(token, SINGLE, 1)).exam
    later = CLOSES + timedelta(days=1)
    await seat.town.act(lambda books, _: books.exams.set_window(seat.exam, OPENS, later))
    after = card_of(await seat.choose(token, SINGLE, 2)).exam
    assert (before.closes_at, after.closes_at) == (CLOSES, later)


# Cards


async def test_a_tap_on_an_old_card_changes_nothing_and_says_so(seat: Seat) -> None:
    token = await started(seat)
    await seat.begin(card=20)
    for old in (
        seat.choose(token, SINGLE, 1, card=10),
        seat.turn(token, 3, card=10),
        seat.sheet(token, card=10),
        seat.submit(token, card=10),
    ):
        with pytest.raises(WrongState, match="旧卡片"):
            await old
    assert await seat.steps() == []
    assert card_of(await seat.begin(card=20)).attempt.state is AttemptState.RUNNING


async def test_a_newer_card_takes_over_with_its_first_tap(seat: Seat) -> None:
    token = await started(seat)
    assert card_of(await seat.choose(token, SINGLE, 1, card=20)).attempt.card == 20
    assert card_of(await seat.turn(token, 1, card=30)).attempt.card == 30
    with pytest.raises(WrongState, match="旧卡片"):
        await seat.choose(token, SINGLE, 2, card=20)


async def test_going_on_by_the_button_of_an_older_message_makes_it_the_card_again(
    seat: Seat,
) -> None:
    """The reminder's own button works although /exam sent a newer card meanwhile."""
    token = await started(seat)
    await seat.begin(card=30)
    assert card_of(await seat.begin(card=20)).attempt.card == 20
    assert card_of(await seat.choose(token, SINGLE, 1, card=20)).choice == 0b10


async def test_after_a_restart_the_same_question_the_same_choice_and_the_same_clock_come_back(
    seat: Seat, database_url: str
) -> None:
    token = await started(seat)
    await seat.turn(token, 4)
    before = card_of(await seat.choose(token, 4, 2))
    seat.town.clock.pass_time(timedelta(minutes=12))

    restarted = Seat(Town(await open_store(database_url), seat.town.clock), seat.exam)
    after = card_of(await restarted.resume())
    assert after.attempt == before.attempt
    assert (after.question, after.item, after.choice) == (
        before.question,
        before.item,
        before.choice,
    )
    assert after.left == timedelta(minutes=48)
    cadre = (await restarted.town.account(PERSON)).cadre
    assert cadre is not None
    await restarted.town.act(lambda books, _: hall.adopt_card(books, seat.exam, cadre, 50))
    assert card_of(await restarted.turn(token, 5, card=50)).attempt.cursor == 5
    await restarted.town.store.close()


async def test_a_new_phone_goes_on_where_the_old_one_stopped(seat: Seat) -> None:
    token = await started(seat)
    await seat.turn(token, 4)
    await seat.choose(token, 4, 2)
    await seat.town.appoint(9, Role.CADRE, "001")
    new = Seat(seat.town, seat.exam, 9)
    card = card_of(await new.begin(card=3))
    assert (card.attempt.cursor, card.choice) == (4, 0b100)
    assert card_of(await new.choose(token, 4, 1, card=3)).choice == 0b110
    with pytest.raises(NotFound):
        await seat.choose(token, 4, 0)


async def test_without_an_attempt_there_is_nothing_to_resume(seat: Seat) -> None:
    assert await seat.resume() is None


# Somebody else's


async def test_another_persons_attempt_is_as_good_as_none(seat: Seat) -> None:
    token = await started(seat)
    await seat.choose(token, SINGLE, 1)
    stranger = Seat(seat.town, seat.exam, OTHER)
    await stranger.begin()
    said = []
    for of in (token, "no-such-token", ""):
        for act in (
            stranger.choose(of, SINGLE, 2),
            stranger.turn(of, 3),
            stranger.sheet(of),
            stranger.submit(of),
        ):
            with pytest.raises(NotFound) as refused:
                await act
            said.append(str(refused.value))
    assert len(set(said)) == 1
    assert await seat.steps() == [(SINGLE, 0b10)]
    running = await seat.town.rows("SELECT state FROM attempts")
    assert running == [("running",), ("running",)]


# Finishing


async def test_handing_in_grades_and_writes_one_line(seat: Seat) -> None:
    token = await started(seat)
    done = await seat.submit(token)
    assert done.attempt.state is AttemptState.SUBMITTED
    assert (done.attempt.score, done.attempt.passed, done.answered) == (Decimal(0), False, 0)
    again = await seat.submit(token)
    assert again.attempt == done.attempt
    assert (await seat.town.ledger()).count("attempt-finished") == 1


async def test_handing_in_twice_at_once_is_handing_in_once(seat: Seat, database_url: str) -> None:
    token = await started(seat)
    other = Town(await open_store(database_url), seat.town.clock)
    done = await asyncio.gather(
        seat.submit(token), Seat(other, seat.exam).submit(token), seat.submit(token)
    )
    await other.store.close()
    assert len({one.attempt.score for one in done}) == 1
    assert (await seat.town.ledger()).count("attempt-finished") == 1


async def test_what_is_answered_rightly_earns_the_full_mark(seat: Seat) -> None:
    token = await started(seat)
    bank = {asked.id: asked for asked in small_bank()}
    for place in range(7):
        item = card_of(await seat.turn(token, place)).item
        for own in bank[item.question].key:
            await seat.choose(token, place, item.order.index(own))
    done = await seat.submit(token)
    assert (done.attempt.score, done.attempt.passed, done.answered) == (Decimal(10), True, 7)


async def test_after_handing_in_nothing_can_be_changed(seat: Seat) -> None:
    token = await started(seat)
    await seat.choose(token, SINGLE, 1)
    await seat.submit(token)
    for act in (seat.choose(token, SINGLE, 2), seat.turn(token, 3), seat.sheet(token)):
        assert finished(await act).answered == 1
    assert finished(await seat.begin(card=40)).attempt.state is AttemptState.SUBMITTED
    assert await seat.steps() == [(SINGLE, 0b10)]


async def test_an_answer_at_the_last_second_counts_and_one_at_the_deadline_does_not(
    seat: Seat,
) -> None:
    token = await started(seat)
    seat.town.clock.pass_time(timedelta(minutes=60) - timedelta(microseconds=1))
    assert card_of(await seat.choose(token, SINGLE, 1)).answered == {SINGLE}
    seat.town.clock.pass_time(timedelta(microseconds=1))
    late = finished(await seat.choose(token, SINGLE, 2))
    assert late.attempt.state is AttemptState.OVERDUE
    assert late.answered == 1
    assert await seat.steps() == [(SINGLE, 0b10)]
    assert (await seat.town.ledger())[-1] == "attempt-finished"


@pytest.mark.parametrize("act", ["turn", "sheet", "submit", "resume", "begin"])
async def test_after_the_deadline_every_way_in_finds_the_paper_closed(seat: Seat, act: str) -> None:
    token = await started(seat)
    seat.town.clock.pass_time(timedelta(minutes=60))
    ways = {
        "turn": lambda: seat.turn(token, 1),
        "sheet": lambda: seat.sheet(token),
        "submit": lambda: seat.submit(token),
        "resume": seat.resume,
        "begin": seat.begin,
    }
    assert finished(await ways[act]()).attempt.state is AttemptState.OVERDUE
    assert (await seat.town.ledger()).count("attempt-finished") == 1


async def test_what_nobody_comes_back_to_is_closed_by_the_round(seat: Seat) -> None:
    token = await started(seat)
    await seat.choose(token, SINGLE, 1)
    seat.town.clock.pass_time(timedelta(minutes=59))
    await seat.town.act(lambda books, at: tending.tend(books, at=at))
    assert await seat.town.rows("SELECT state FROM attempts") == [("running",)]
    seat.town.clock.pass_time(timedelta(minutes=1))
    await seat.town.act(lambda books, at: tending.tend(books, at=at))
    assert await seat.town.rows("SELECT state, answered FROM attempts") == [("overdue", 1)]
    actors = await seat.town.rows("SELECT actor FROM entries WHERE kind = 'attempt-finished'")
    assert actors == [("lawbot",)]


# Where a cadre stands


async def test_an_invitation_says_where_the_cadre_stands(seat: Seat) -> None:
    async def standing() -> Standing:
        (one,) = await seat.invitations()
        return one.standing

    seat.town.clock.move_to(OPENS - timedelta(minutes=1))
    assert await standing() is Standing.WAITING
    seat.town.clock.move_to(OPENS)
    assert await standing() is Standing.READY
    token = await started(seat)
    assert await standing() is Standing.RUNNING
    seat.town.clock.pass_time(timedelta(minutes=60))
    assert await standing() is Standing.FINISHED
    await seat.submit(token)
    assert await standing() is Standing.FINISHED


async def test_an_invitation_counts_only_what_is_answered(seat: Seat) -> None:
    token = await started(seat)
    await seat.choose(token, SINGLE, 1)
    await seat.choose(token, MULTIPLE, 1)
    await seat.choose(token, MULTIPLE, 1, on=False)
    (one,) = await seat.invitations()
    assert one.answered == 1


async def test_who_did_not_come_was_absent_and_who_is_exempt_is_not(seat: Seat) -> None:
    await seat.town.act(
        lambda books, at: office.exempt(books, seat.exam, "002", "公出", actor="x", at=at)
    )
    (exempt,) = await Seat(seat.town, seat.exam, OTHER).invitations()
    assert exempt.standing is Standing.EXEMPT
    seat.town.clock.move_to(CLOSES)
    (absent,) = await seat.invitations()
    assert absent.standing is Standing.ABSENT


# Everything at once


presses = st.lists(
    st.tuples(
        st.sampled_from(["choose", "unchoose", "turn", "begin"]),
        st.integers(0, 6),
        st.integers(0, 3),
    ),
    max_size=30,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses)
async def test_whatever_is_pressed_the_last_choice_of_each_place_is_what_counts(
    seat: Seat, presses: Sequence[tuple[str, int, int]]
) -> None:
    token = await started(seat)
    await seat.town.act(lambda books, at: press_all(books, at, seat.exam, token, presses))


def press_all(
    books: Books,
    at: datetime,
    exam: ExamId,
    token: str,
    presses: Sequence[tuple[str, int, int]],
) -> None:
    me = phone(PERSON)
    attempt = card_of(hall.begin(books, exam, me, 10, at=at)).attempt
    kept = dict(books.exams.choices(attempt.id))
    for act, place, option in presses:
        if act == "turn":
            assert card_of(hall.turn(books, token, me, place, 10, at=at)).attempt.cursor == place
        elif act == "begin":
            hall.begin(books, exam, me, 10, at=at)
        elif option < len(attempt.paper[place].order):
            on = act == "choose"
            hall.choose(books, token, me, place, option, on, 10, at=at)
            bit = 1 << option
            if MULTIPLE <= place < JUDGE:
                kept[place] = kept.get(place, 0) | bit if on else kept.get(place, 0) & ~bit
            else:
                kept[place] = bit
        shown = card_of(hall.resume(books, exam, attempt.cadre, at=at))
        assert shown.choice == kept.get(shown.attempt.cursor, 0)
        assert shown.answered == {place for place, choice in kept.items() if choice}


late = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 3), st.booleans(), st.integers(1, 3)), max_size=20
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(late, st.randoms(use_true_random=False))
async def test_whatever_comes_twice_or_late_or_from_two_phones_is_one_attempt_and_one_score(
    seat: Seat, presses: Sequence[tuple[int, int, bool, int]], shuffle: Random
) -> None:
    """Each press comes up to three times, in any order, among beginnings and handings-in."""
    updates = [press[:3] for press in presses for _ in range(press[3])]
    shuffle.shuffle(updates)
    await seat.town.act(lambda books, at: twice_and_late(books, seat.exam, updates, at))


def twice_and_late(
    books: Books, exam: ExamId, updates: Sequence[tuple[int, int, bool]], at: datetime
) -> None:
    me, spare = phone(PERSON), books._sql.begin_nested()
    token = card_of(hall.begin(books, exam, me, 10, at=at)).attempt.token
    for place, option, on in updates:
        assert card_of(hall.begin(books, exam, me, 10, at=at)).attempt.token == token
        with suppress(NotFound):  # a true-or-false question has no third option
            hall.choose(books, token, me, place, option, on, 10, at=at)
    attempts = "SELECT count(*), sum(score) FROM attempts"
    stored = "SELECT place, choice FROM steps ORDER BY id"
    last = {row[0]: row[1] for row in books._sql.exec_driver_sql(stored)}
    done = [hall.submit(books, token, me, 10, at=at) for _ in range(2)]
    for place, option, on in updates:
        assert finished(hall.choose(books, token, me, place, option, on, 10, at=at)) == done[0]
    attempt = done[0].attempt
    marked = mark(attempt.paper, books.exams.pool(exam), last)
    assert done[0] == done[1]
    assert done[0].answered == marked.answered
    count, score = books._sql.exec_driver_sql(attempts).one()
    assert (count, Decimal(score) / 100) == (1, marked.score)
    spare.rollback()
