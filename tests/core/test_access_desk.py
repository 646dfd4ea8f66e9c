"""Who has no chat; and what is forgotten of a log-in."""

from datetime import datetime, timedelta

import pytest

from lawcore.access.model import Session
from lawcore.campaigns import office
from lawcore.delivery.model import Cadres, DeliveryKind
from lawcore.errors import BadInput, NotFound
from lawcore.ids import CadreId
from lawcore.participation.forget import KEEP_LEFT, forget_address, purge
from lawcore.people.model import DESK, Address, Role
from lawcore.storage import Books

from .conftest import Town, phone
from .entering import (
    NAME,
    begun,
    desk_account,
    grant,
    link_of,
    log_in,
    revoke,
    running,
    with_password,
)


async def test_who_has_no_chat_logs_in_by_a_link_all_the_same(town: Town) -> None:
    account = await desk_account(town)
    session = await begun(town, account)
    assert session.account.address == Address(DESK, "张三")
    assert session.remit.may_approve
    with pytest.raises(BadInput, match="已经有"):
        await desk_account(town, " 张三 ")


async def test_nothing_is_ever_queued_for_who_has_no_chat(town: Town) -> None:
    account = await desk_account(town)
    editor = await desk_account(town, "李四", Role.EDITOR)
    chatting = await town.appoint(1, Role.ADMIN)
    keys = [account.id, editor.id, chatting.id]
    queued = await town.act(
        lambda books, at: books.deliveries.queue(DeliveryKind.APPROVAL, 1, 1, keys, at)
    )
    assert queued == 1
    await town.act(lambda books, at: office.tell_admins(books, DeliveryKind.INTERRUPTED, 0, at))
    assert await town.rows("SELECT DISTINCT channel FROM deliveries") == [("telegram",)]


async def test_a_cadre_bound_at_the_desk_is_neither_counted_nor_sent_anything(town: Town) -> None:
    account = await desk_account(town)
    everybody = Cadres(None, ())

    def bind(books: Books, _at: datetime) -> CadreId:
        cadre = books.people.cadre_by_number("001")
        assert cadre is not None
        books.people.bind_cadre(account.id, cadre.id)
        return cadre.id

    cadre = await town.act(bind)
    assert await town.look(lambda books: books.deliveries.count(everybody)) == 0
    assert await town.act(lambda b, at: b.deliveries.freeze(1, 1, everybody, "hash", at)) == 0
    assert (
        await town.act(
            lambda b, at: b.deliveries.queue_cadres(DeliveryKind.EXAM_OPEN, 1, [cadre], at)
        )
        == 0
    )


async def test_forgetting_takes_the_log_in_the_links_and_the_sessions(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN)
    await with_password(town, admin)
    session = await begun(town, admin)
    await link_of(town, admin)
    await town.act(lambda b, at: forget_address(b.forgetting, b.ledger, phone(1), at=at))
    assert await running(town, session.token) is None
    for table in ("logins", "login_links", "sessions"):
        assert await town.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - ours
    assert NAME not in str(await town.rows("SELECT * FROM entries"))


async def test_with_the_last_role_goes_the_log_in_and_in_time_the_name(town: Town) -> None:
    """A log-in is kept as long as its role; the manual says so."""
    await desk_account(town)
    account = await desk_account(town, "李四", Role.EDITOR)
    await with_password(town, account)
    await grant(town, account, Role.APPROVER)
    await revoke(town, account, Role.EDITOR)
    assert await town.rows("SELECT count(*) FROM logins") == [(1,)], "one role is left"
    await revoke(town, account, Role.APPROVER)
    for table in ("logins", "sessions"):
        assert await town.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - ours
    town.clock.pass_time(KEEP_LEFT + timedelta(days=1))
    purged = await town.act(lambda b, at: purge(b.forgetting, b.ledger, at=at))
    assert purged.accounts == 1
    assert "李四" not in str(await town.rows("SELECT * FROM accounts"))
    assert "张三" in str(await town.rows("SELECT * FROM accounts"))


async def test_who_gets_a_role_again_in_time_is_not_forgotten(town: Town) -> None:
    account = await desk_account(town, "李四", Role.EDITOR)
    await revoke(town, account, Role.EDITOR)
    await grant(town, account, Role.APPROVER)
    town.clock.pass_time(KEEP_LEFT + timedelta(days=1))
    purged = await town.act(lambda b, at: purge(b.forgetting, b.ledger, at=at))
    assert purged.accounts == 0


async def test_who_is_forgotten_gets_no_role_any_more(town: Town) -> None:
    """Nobody could log in with it, and it would count as one more admin."""
    account = await desk_account(town, "李四", Role.EDITOR)
    address = Address(DESK, "李四")
    await town.act(lambda b, at: forget_address(b.forgetting, b.ledger, address, at=at))
    with pytest.raises(NotFound, match="已经删除"):
        await grant(town, account, Role.ADMIN)
    assert await town.rows("SELECT count(*) FROM grants") == [(0,)]


async def test_who_has_a_password_and_left_the_chat_is_not_forgotten_with_it(town: Town) -> None:
    await with_password(town, await town.appoint(1, Role.ADMIN))
    await town.appoint(2, Role.EDITOR)
    for number in (1, 2):
        await town.leave(number)
    town.clock.pass_time(KEEP_LEFT + timedelta(days=1))
    purged = await town.act(lambda b, at: purge(b.forgetting, b.ledger, at=at))
    assert purged.accounts == 1
    assert isinstance(await log_in(town), Session)
