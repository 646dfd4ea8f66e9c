"""Live pages: whatever happens, what they show is what a recount finds."""

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lawcore.delivery.model import DeliveryKind, DeliveryState, Recorded, Residents
from lawcore.ids import AccountId
from lawcore.participation import activity as ledger
from lawcore.participation import enrol
from lawcore.people.model import AccountState
from lawcore.reports.figure import Scope
from lawcore.storage import Books

from .conftest import Town, phone
from .ledger_year import some_activity

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
            villages = tuple(unit.id for unit in books.people.units() if unit.code[0] == "V")
            book.freeze(next(_subjects), 1, Residents(villages), "h", at)
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


ACTS: dict[str, Callable[[Books, random.Random, datetime], None]] = {
    "send": send,
    "come": come_and_go,
    "hold": hold,
}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=25), seed=st.integers(0, 9999)
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
