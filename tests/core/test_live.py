"""Live pages: whatever happens, what they show is what a recount finds."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from importlib import import_module
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lawcore.campaigns.model import Draft, Recipients
from lawcore.delivery.model import DeliveryKind, DeliveryState, Recorded, Residents, Tally
from lawcore.exams import office
from lawcore.exams.model import AttemptState
from lawcore.exams.review_book import Change
from lawcore.ids import AccountId, CampaignId, ExamId, ObservanceKey, QuestionKey
from lawcore.participation import activity as ledger
from lawcore.participation import enrol
from lawcore.people.model import AccountState
from lawcore.reports.catalogue import find
from lawcore.reports.figure import Figure, Scope
from lawcore.reports.ledger import Held, add_up
from lawcore.storage import Books
from lawcore.storage.sqlite import SqliteStore

from .conftest import Town, blueprint, phone, small_bank
from .ledger_year import activity, some_activity

PEOPLE = range(501, 507)
YEAR = Scope(date(2026, 1, 1), date(2026, 12, 31))

_subjects = count(1)


def send(books: Books, rnd: random.Random, at: datetime) -> None:
    """One step of the way of a message, or of several at once."""
    book = books.deliveries
    match rnd.choice(
        ("freeze", "claim", "record", "sweep", "release", "cancel", "requeue", "late")
    ):
        case "freeze":
            book.freeze(next(_subjects), 1, residents(books), "h", at)
        case "claim":
            book.claim(rnd.randint(1, 4), at)
        case "record":
            states = list(DeliveryState)
            outcomes = [
                Recorded(key, account, rnd.choice(states), "", None, at, 1)
                for key, account in some_rows(books, rnd)
            ]
            book.record(outcomes)
        case "sweep":
            book.sweep(at + timedelta(minutes=1), frozenset(), at)
        case "release":
            book.release([key for key, _ in some_rows(books, rnd)])
        case "cancel":
            book.cancel(DeliveryKind.CAMPAIGN, rnd.choice(subjects(books)), "撤回", at)
        case "requeue":
            book.requeue([key for key, _ in some_rows(books, rnd)], at)
        case _:
            book.queue(
                DeliveryKind.CAMPAIGN, rnd.choice(subjects(books)), 2, some_accounts(books, rnd), at
            )


def residents(books: Books) -> Residents:
    return Residents(tuple(unit.id for unit in books.people.units() if unit.code[0] == "V"))


def some_rows(books: Books, rnd: random.Random) -> list[tuple[Any, AccountId]]:
    found = books._sql.exec_driver_sql("SELECT id, account_id FROM deliveries ORDER BY id").all()
    return [(row.id, AccountId(row.account_id)) for row in rnd.sample(found, min(3, len(found)))]


def subjects(books: Books) -> list[int]:
    found = books._sql.exec_driver_sql("SELECT DISTINCT subject FROM deliveries ORDER BY 1")
    return list(found.scalars()) or [0]


def some_accounts(books: Books, rnd: random.Random) -> list[AccountId]:
    known = (books.people.account(phone(number)) for number in PEOPLE)
    return [account.id for account in known if account is not None and rnd.random() < 0.5]


def come_and_go(books: Books, rnd: random.Random, at: datetime) -> None:
    """Somebody chooses a village, stops the bot, comes back, leaves or is forgotten."""
    number = rnd.choice(PEOPLE)
    account = enrol.start(books.people, books.ledger, phone(number), "", at=at).account
    villages = [unit.id for unit in books.people.units() if unit.code[0] == "V"]
    match rnd.choice(("village", "state", "forget")):
        case "village":
            books.people.set_village(account.id, rnd.choice([*villages, None]), at)
        case "state":
            books.people.set_state(account.id, rnd.choice(list(AccountState)), at)
        case _:
            books.forgetting.forget(account.id, at)


def hold(books: Books, rnd: random.Random, at: datetime) -> None:
    """An event is filed, corrected or withdrawn."""
    units = [unit.id for unit in books.people.units()]
    standing = [found.id for found in books.listing.activities(YEAR)]
    match rnd.choice(("file", "correct", "withdraw")) if standing else "file":
        case "file":
            ledger.record(books.activities, some_activity(rnd, units), at=at)
        case "correct":
            better = some_activity(rnd, units)
            ledger.correct(books.activities, rnd.choice(standing), better, at=at)
        case _:
            ledger.withdraw(books.activities, rnd.choice(standing), "李四", at=at)


def examine(books: Books, rnd: random.Random, at: datetime) -> None:
    """A roster changes, somebody sits, a key is corrected."""
    exams = [exam.id for exam in books.exams.exams()] or [new_exam(books, at)]
    exam, cadre = rnd.choice(exams), rnd.choice(books.people.cadres()).id
    candidate = books.exams.candidate(exam, cadre)
    if candidate is None:
        books.exams.add_candidates(exam, [(cadre, books.people.units()[2].id, ())], at)
        return
    attempt = books.exams.attempt(exam, cadre)
    match rnd.choice(("exempt", "move", "gone", "sit", "sit", "sit", "regrade", "due")):
        case "exempt":
            books.exams.exempt(exam, cadre, "病假", "王所长", at)
        case "due":
            books.rosters.end_exemption(exam, cadre)
        case "move":
            books.rosters.move(exam, cadre, rnd.choice(books.people.units()).id)
        case "gone":
            books.rosters.withdraw(exam, cadre)
        case "sit" if attempt is None:
            books.exams.start(exam, cadre, f"t{exam}-{cadre}", 1, at, at)
        case "sit" if attempt is not None:
            state = rnd.choice((AttemptState.SUBMITTED, AttemptState.OVERDUE))
            score, passed = Decimal(rnd.randint(0, 10)), rnd.random() < 0.5
            books.exams.finish(attempt.id, state, score, passed, rnd.randint(0, 2), at)
        case _:
            key = books.reviews.propose(exam, QuestionKey("s1"), {0}, "李四", at)
            changes = [
                Change(
                    one.id, one.cadre, Decimal(1), bool(one.passed), Decimal(2), rnd.random() < 0.5
                )
                for one in books.rosters.closed_attempts(exam)
            ]
            books.reviews.apply(key, changes, "王五", at)


def new_exam(books: Books, at: datetime) -> ExamId:
    return office.create(
        books,
        blueprint(),
        small_bank(),
        title="第四季度考法",
        opens_at=at,
        closes_at=at + timedelta(days=1),
        minutes=60,
        seed=7,
        actor="console",
        at=at,
    )


ACTS: dict[str, Callable[[Books, random.Random, datetime], None]] = {
    "send": send,
    "come": come_and_go,
    "hold": hold,
    "examine": examine,
}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=40), seed=st.integers(0, 9999)
)
async def test_after_anything_the_tallies_are_what_a_recount_finds(
    town: Town, acts: Sequence[str], seed: int
) -> None:
    rnd = random.Random(seed)  # noqa: S311 - acts of a test, repeatable

    def job(books: Books, at: datetime) -> None:
        for name in acts:
            ACTS[name](books, rnd, at)

    await town.act(job)
    assert await town.look(lambda books: books.tallies.differences()) == ()
    await town.look(as_the_reports_say)


def as_the_reports_say(books: Books) -> None:
    """The pages show what the reports count."""
    for subject in subjects(books):
        shown = books.live.campaign(CampaignId(subject))
        assert shown.total == books.deliveries.tally(DeliveryKind.CAMPAIGN, subject)
        by_unit = {row.unit: row.counts for row in shown.units}
        assert by_unit == books.deliveries.by_unit(DeliveryKind.CAMPAIGN, subject)
    for exam in books.exams.exams():
        table = books.figures.exam_table(exam.id)
        assert books.live.exam(exam.id).units == (table.units if table else ())
    held = {row.unit: row.held for row in books.tables.by_unit(YEAR) if row.held.events}
    assert {row.unit: row.held for row in books.live.units(2026) if row.held.events} == held
    year = books.live.months(2026)
    assert year.held == add_up(held.values())
    quarters = {row.quarter % 10: row.held for row in books.tables.by_quarter(YEAR)}
    for quarter in range(1, 5):
        months = year.months[3 * quarter - 3 : 3 * quarter]
        assert add_up(month.held for month in months) == quarters.get(quarter, Held())
    receiving = sum(village.receiving for village in books.live.residents())
    assert receiving == books.figures.residents()


async def test_a_tally_that_was_spoilt_is_found_and_counted_anew(town: Town) -> None:
    village = await town.unit("V1")
    await town.act(lambda books, at: ledger.record(books.activities, activity(village), at=at))

    def spoil(books: Books, _: datetime) -> None:
        spoilt = "UPDATE tallies SET n = n + 5 WHERE kind = 'activity' AND what = 'attendances'"
        books._sql.exec_driver_sql(spoilt)

    await town.act(spoil)
    (found,) = await town.look(lambda books: books.tallies.differences())
    assert (found.subject, found.unit, found.what) == (202611, village, "attendances")
    assert (found.kept, found.counted) == (65, 60)
    await town.act(lambda books, _: books.tallies.rebuild())
    assert await town.look(lambda books: books.tallies.differences()) == ()
    november = (await town.look(lambda books: books.live.months(2026))).months[10]
    assert (november.month, november.held.attendances) == (11, 60)


async def test_messages_stand_in_the_month_in_which_they_were_due(town: Town) -> None:
    for number in PEOPLE:
        await town.start(number, "V1")

    def job(books: Books, at: datetime) -> None:
        when = datetime(2026, 9, 30, 17, tzinfo=UTC)  # October already, in the township
        draft = Draft(
            ObservanceKey("natl-day"),
            2026,
            "国庆",
            date(2026, 10, 1),
            date(2026, 10, 1),
            "学宪法。",
            Recipients.RESIDENTS,
            when,
        )
        campaign = books.campaigns.add(draft, "李四", at)
        books.deliveries.freeze(campaign.id, 1, residents(books), "h", at)
        first, second, *_ = books.deliveries.claim(3, at)
        outcomes = [
            Recorded(first.id, first.account, DeliveryState.SENT, "", 7, at, 1),
            Recorded(second.id, second.account, DeliveryState.FAILED, "不在了", None, at, 1),
        ]
        books.deliveries.record(outcomes)

    await town.act(job)
    year = await town.look(lambda books: books.live.months(2026))
    assert year.months[9].deliveries == Tally(queued=3, sending=1, sent=1, failed=1)
    assert year.deliveries == year.months[9].deliveries
    for words, number in (
        ("G1/month/2026-10", 6),
        ("G2/month/2026-10", 1),
        ("G1/month/2026-09", 0),
    ):
        figure, scope = find(words, YEAR, ())
        assert await town.look(partial(added_up, figure, scope)) == number, words
    other = await town.look(lambda books: books.live.months(2025))
    assert other.deliveries == Tally()


def added_up(figure: Figure, scope: Scope, books: Books) -> int:
    return sum(row.value for row in books.counts.evidence(figure, scope))


async def test_no_migration_loses_a_trigger(town: Town) -> None:
    """SQLite drops a table's triggers when a migration makes it anew."""
    made = import_module("lawcore.storage.migrations.versions.0008_tallies")
    on_sqlite = isinstance(town.store, SqliteStore)
    wanted = {trigger.name for trigger in made.TRIGGERS}
    wanted |= {one[0] for one in made.AT_ONCE} if not on_sqlite else set()
    wanted |= {trigger.name for trigger in made.ROW_BY_ROW} if on_sqlite else set()
    asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    rows = await town.rows(asked if on_sqlite else "SELECT tgname FROM pg_trigger")
    names = {str(name) for (name,) in rows}
    assert {f"tally_{name}" for name in wanted} == {n for n in names if n.startswith("tally_")}
