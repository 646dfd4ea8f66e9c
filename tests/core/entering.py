"""Coming to the desk in the small town, by link or by password, and who may."""

from datetime import timedelta

import pyotp

from lawcore.access import doors, own_login, passwords
from lawcore.access import people as roles
from lawcore.access.model import Checked, Refused, Session
from lawcore.ids import UnitId
from lawcore.participation import enrol
from lawcore.people.model import Account, Role

from .conftest import Town

NAME, PASSWORD = "王一", "河边的柳树又绿了一回"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECOND = timedelta(seconds=1)
HASHED = passwords.hash_of(PASSWORD)


async def link_of(town: Town, account: Account) -> str:
    return await town.act(lambda books, at: doors.make_link(books, account.id, at=at))


async def open_(town: Town, code: str) -> Session:
    return await town.act(lambda books, at: doors.open_link(books, code, at=at))


async def begun(town: Town, account: Account) -> Session:
    """A session of this account, begun by a link."""
    return await open_(town, await link_of(town, account))


async def running(town: Town, token: str) -> Session | None:
    at = town.clock.now()
    return await town.look(lambda books: doors.session(books, token, at=at))


def code_at(town: Town, secret: str = SECRET) -> str:
    """What the phone shows now."""
    return pyotp.TOTP(secret).at(town.clock.now())


async def set_up(
    town: Town,
    session: Session,
    present: str = "",
    *,
    name: str = NAME,
    hashed: str = HASHED,
    secret: str = SECRET,
    code: str | None = None,
) -> Refused | None:
    """What the page of the settings does: the present password is checked, then all is set."""
    login = await town.look(lambda books: books.access.login(session.account.id))
    given = passwords.verify(login, present) if present else Checked(right=False)
    shown = code_at(town, secret) if code is None else code
    return await town.act(
        lambda books, at: own_login.set_up(
            books, session.token, given, name, hashed, secret, shown, at=at
        )
    )


async def with_password(
    town: Town, account: Account, name: str = NAME, hashed: str = HASHED
) -> Session:
    """The log-in by password, set up from the session that is returned; its first code is spent."""
    session = await begun(town, account)
    assert await set_up(town, session, name=name, hashed=hashed) is None
    town.clock.pass_time(timedelta(minutes=1))
    return session


async def log_in(
    town: Town, name: str = NAME, password: str = PASSWORD, code: str | None = None
) -> Session | Refused:
    """The three steps, as the page does them."""
    login = await town.look(lambda books: doors.look_up(books, name))
    checked = passwords.verify(login, password)
    shown = code_at(town) if code is None else code
    return await town.act(lambda books, at: doors.settle(books, name, checked, shown, at=at))


async def unit_admin(town: Town, number: int, unit: str) -> Account:
    """A unit's admin who has accepted the invitation."""
    code = enrol.new_code()
    await town.act(
        lambda books, at: roles.invite(
            books, Role.UNIT_ADMIN, None, unit, code, actor="console", at=at
        )
    )
    return (await town.start(number, code)).account


async def grant(town: Town, account: Account, role: Role, unit: UnitId | None = None) -> None:
    await town.act(
        lambda books, at: roles.grant(books, account.id, role, unit, actor="account:99", at=at)
    )


async def revoke(town: Town, account: Account, role: Role) -> None:
    await town.act(
        lambda books, at: roles.revoke(books, account.id, role, actor="account:99", at=at)
    )


async def desk_account(town: Town, name: str = "张三", role: Role = Role.ADMIN) -> Account:
    return await town.act(
        lambda books, at: roles.add_desk_account(books, name, role, None, actor="console", at=at)
    )
