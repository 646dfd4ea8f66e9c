"""A person who asks to be forgotten is, on the disk too; the counts stay."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from lawcore.access import doors, own_login, passwords
from lawcore.access import people as roles
from lawcore.access.model import Checked, hash_of
from lawcore.clock import StillClock
from lawcore.delivery.model import DeliveryKind, DeliveryState, Recorded, Residents
from lawcore.errors import NotFound
from lawcore.ids import AccountId, UnitId
from lawcore.participation import enrol
from lawcore.participation.forget import (
    KEEP_LEFT,
    KEEP_MESSAGES,
    forget_address,
    forget_cadre,
    purge,
)
from lawcore.people.model import DESK, AccountState, Address, Role, Roster
from lawcore.storage import Books, Store, open_store

PERSON = Address("telegram", "7788991122")


def join_and_receive(books: Books, at: datetime) -> None:
    """The person joins a village and gets one message, number 987654."""
    enrol.start(books.people, books.ledger, PERSON, "V1", at=at)
    village = books.people.unit_by_code("V1")
    assert village is not None
    books.deliveries.freeze(1, 1, Residents((UnitId(village.id),)), "hash", at)
    for one in books.deliveries.claim(10, at):
        sent = Recorded(one.id, one.account, DeliveryState.SENT, "", 987654, at, 1)
        books.deliveries.record([sent])


async def test_nothing_leads_to_the_person_any_more_and_the_counts_stay(
    store: Store, roster: Roster, clock: StillClock
) -> None:
    await store.write(lambda b: join_and_receive(b, clock.now()))
    assert await store.write(
        lambda b: forget_address(b.forgetting, b.ledger, PERSON, at=clock.now())
    )
    assert await store.read(lambda b: b.people.account(PERSON)) is None
    tally = await store.read(lambda b: b.deliveries.tally(DeliveryKind.CAMPAIGN, 1))
    assert tally.sent == 1
    again = await store.write(
        lambda b: enrol.start(b.people, b.ledger, PERSON, "V2", at=clock.now())
    )
    assert again.welcome is enrol.Welcome.JOINED


async def test_a_search_of_the_database_files_finds_nothing(
    sqlite_url: str, small_town: Roster, clock: StillClock
) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    store = await open_store(sqlite_url)
    await store.write(lambda b: b.people.save_roster(small_town, clock.now()))
    await store.write(lambda b: join_and_receive(b, clock.now()))
    await store.wipe()
    assert PERSON.value.encode() in path.read_bytes()
    await store.write(lambda b: forget_address(b.forgetting, b.ledger, PERSON, at=clock.now()))
    await store.wipe()
    await store.close()
    for file in path.parent.glob(f"{path.name}*"):
        assert PERSON.value.encode() not in file.read_bytes()


async def test_who_has_left_is_forgotten_after_thirty_days(
    store: Store, roster: Roster, clock: StillClock
) -> None:
    await store.write(lambda b: join_and_receive(b, clock.now()))
    await store.write(lambda b: enrol.leave(b.people, b.ledger, PERSON, at=clock.now()))
    clock.pass_time(KEEP_LEFT - timedelta(hours=1))
    early = await store.write(lambda b: purge(b.forgetting, b.ledger, at=clock.now()))
    assert early.accounts == 0
    clock.pass_time(timedelta(hours=2))
    late = await store.write(lambda b: purge(b.forgetting, b.ledger, at=clock.now()))
    assert late.accounts == 1
    assert await store.read(lambda b: b.people.account(PERSON)) is None
    again = await store.write(lambda b: purge(b.forgetting, b.ledger, at=clock.now()))
    assert again.accounts == 0


async def test_message_numbers_go_after_thirty_days_and_the_person_stays(
    store: Store, roster: Roster, clock: StillClock
) -> None:
    await store.write(lambda b: join_and_receive(b, clock.now()))
    clock.pass_time(KEEP_MESSAGES + timedelta(hours=1))
    purged = await store.write(lambda b: purge(b.forgetting, b.ledger, at=clock.now()))
    assert purged.messages == 1
    account = await store.read(lambda b: b.people.account(PERSON))
    assert account is not None
    assert account.state is AccountState.ACTIVE


async def test_a_cadre_is_unbound_and_can_be_bound_anew(
    store: Store, roster: Roster, clock: StillClock
) -> None:
    def bind(books: Books, code: str) -> None:
        enrol.invite(books.people, Role.CADRE, "001", code, at=clock.now())
        enrol.start(books.people, books.ledger, PERSON, code, at=clock.now())

    await store.write(lambda b: bind(b, "FIRST23456"))
    await store.write(
        lambda b: forget_cadre(b.forgetting, b.ledger, "001", actor="console", at=clock.now())
    )
    with pytest.raises(NotFound):
        await store.write(
            lambda b: forget_cadre(b.forgetting, b.ledger, "001", actor="console", at=clock.now())
        )
    await store.write(lambda b: bind(b, "SECOND3456"))
    account = await store.read(lambda b: b.people.account(PERSON))
    assert account is not None
    assert account.roles == {Role.CADRE}


async def test_who_lets_the_bot_in_again_receives_again(
    store: Store, roster: Roster, clock: StillClock
) -> None:
    """Unblocking is returning; who said /stop has not asked to return by it."""
    person = Address("telegram", "77")

    def blocked_and_back(books: Books) -> AccountState:
        enrol.start(books.people, books.ledger, person, "V1", at=clock.now())
        enrol.stopped(books.people, books.ledger, person, at=clock.now())
        enrol.allowed_again(books.people, books.ledger, person, at=clock.now())
        return state(books)

    def left_and_unblocked(books: Books) -> AccountState:
        enrol.leave(books.people, books.ledger, person, at=clock.now())
        enrol.allowed_again(books.people, books.ledger, person, at=clock.now())
        return state(books)

    def state(books: Books) -> AccountState:
        account = books.people.account(person)
        assert account is not None
        return account.state

    assert await store.write(blocked_and_back) is AccountState.ACTIVE
    assert await store.write(left_and_unblocked) is AccountState.LEFT


async def test_a_search_finds_nothing_of_a_log_in_either(
    sqlite_url: str, small_town: Roster, clock: StillClock
) -> None:
    """Name, password, phone, links, sessions and failed tries of an account of the desk."""
    name, secret, path = "赵钱孙李", passwords.new_secret(), sqlite_url.removeprefix("sqlite:///")
    hashed = passwords.hash_of("河边的柳树又绿了一回")

    def log_in(books: Books, at: datetime) -> tuple[AccountId, list[str]]:
        account = roles.add_desk_account(books, name, Role.ADMIN, None, actor="console", at=at).id
        opened = doors.make_link(books, account, at=at)
        token = doors.open_link(books, opened, at=at).token
        code, given = pyotp.TOTP(secret).at(at), Checked(right=False)
        own_login.set_up(books, token, given, f"{name}2", hashed, secret, code, at=at)
        doors.settle(books, f"{name}2", Checked(right=False), "000000", at=at)
        waiting = doors.make_link(books, account, at=at)
        return account, [hash_of(one) for one in (opened, token, waiting)]

    def kept(wanted: list[str]) -> list[str]:
        files = [file.read_bytes() for file in Path(path).parent.glob(f"{Path(path).name}*")]
        return [one for one in wanted if any(one.encode() in file for file in files)]

    store = await open_store(sqlite_url)
    await store.write(lambda b: b.people.save_roster(small_town, clock.now()))
    account, hashes = await store.write(lambda b: log_in(b, clock.now()))
    await store.wipe()
    traces = [name, hashed, secret, *hashes]
    assert kept(traces) == traces
    await store.write(
        lambda b: forget_address(
            b.forgetting, b.ledger, Address(DESK, name), at=clock.now(), actor="小李"
        )
    )
    await store.wipe()
    (line,) = await store.read(lambda b: b.audit.page(None, 1))
    await store.close()
    assert kept(traces) == []
    assert (line.what, line.actor, line.person) == (
        "删除个人数据",
        "小李",
        f"已删除的账号 {account}",
    )


async def test_who_was_forgotten_is_not_forgotten_twice(
    store: Store, roster: Roster, clock: StillClock
) -> None:
    await store.write(lambda b: join_and_receive(b, clock.now()))
    account = await store.read(lambda b: b.people.account(PERSON))
    assert account is not None

    def forget(address: Address) -> Callable[[Books], bool]:
        return lambda b: forget_address(b.forgetting, b.ledger, address, at=clock.now())

    assert await store.write(forget(PERSON))
    gone = await store.read(lambda b: b.people.account_by_id(account.id))
    assert gone is not None
    assert gone.forgotten
    assert not await store.write(forget(gone.address))
