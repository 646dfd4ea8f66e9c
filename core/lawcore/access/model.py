"""A log-in, a session, and how far the person in it may see.

A person who logs in is always an `Account`: who acts on a page and who acts in the chat are the
same ``account:7``, so that a rule of two persons holds across both.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lawcore.ids import AccountId, UnitId
from lawcore.people.model import MAY_APPROVE, MAY_EDIT, MAY_REPORT, Account, Role, Unit
from lawcore.people.tree import under

LINK_LIFE = timedelta(minutes=10)
IDLE = timedelta(minutes=30)
"""A session in which nothing happens for so long is over."""
LONGEST = timedelta(hours=12)
"""No session lasts longer, whatever happens in it."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was last seen: reading pages is no writing."""
MOST_FAILURES = 5
"""In a row; then the name rests."""
REST = timedelta(minutes=15)

FRESH = timedelta(minutes=15)
"""So long after a one-time link opened a session, the link proves who is there."""

TOWNSHIP_WIDE = frozenset({Role.ADMIN, Role.APPROVER, Role.EDITOR})
MAY_LOG_IN = TOWNSHIP_WIDE | {Role.UNIT_ADMIN}


@dataclass(frozen=True, slots=True)
class Login:
    """The name and the proofs of an account that may log in without the chat."""

    account: AccountId
    name: str
    password_hash: str
    totp_secret: str | None
    """Base32. Without one the password opens nothing."""
    totp_last_step: int
    """The last time step whose code was used: no code is used twice."""
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a password was worth against one hash; `fresh` is a stronger hash of it to keep."""

    right: bool
    against: str = ""
    fresh: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A log-in that did not succeed: one sentence, the same whatever was wrong."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Remit:
    """What the roles of a person open: the whole township, or a unit with all below it."""

    roles: frozenset[Role]
    unit: UnitId | None
    """The unit of a `UNIT_ADMIN`; None for the whole township."""
    units: frozenset[UnitId] | None
    """`unit` and all below it; None for the whole township."""

    @property
    def may_approve(self) -> bool:
        return bool(self.roles & MAY_APPROVE)

    @property
    def may_edit(self) -> bool:
        return bool(self.roles & MAY_EDIT)

    @property
    def may_report(self) -> bool:
        return bool(self.roles & MAY_REPORT)

    def sees(self, unit: UnitId | None) -> bool:
        """Whether what belongs to `unit` may be shown; None is what belongs to the township."""
        return self.units is None or unit in self.units


def remit_of(account: Account, own: UnitId | None, units: Iterable[Unit]) -> Remit:
    """The remit of an account whose grant as a unit's admin is for `own`.

    A unit's admin whose grant names no unit sees nothing.
    """
    if account.may(TOWNSHIP_WIDE):
        return Remit(account.roles, None, None)
    tops = [own] if own is not None and Role.UNIT_ADMIN in account.roles else []
    return Remit(account.roles, own, under(tuple(units), tops))


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as it is kept: by the hash of its token."""

    account: AccountId
    seen_at: datetime
    expires_at: datetime

    def runs(self, at: datetime) -> bool:
        return at < self.expires_at and at < self.seen_at + IDLE


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is logged in."""

    token: str
    """Plain only where it was just made, to be given to the browser; else empty."""
    account: Account
    remit: Remit
    expires_at: datetime
    """The end that comes whatever happens."""
    stale: bool = False
    """Last seen a minute ago or longer: `doors.touch` is to be called."""

    @property
    def actor(self) -> str:
        """The person as the ledger names them."""
        return f"account:{self.account.id}"

    @property
    def csrf(self) -> str:
        """The word that a form of this session carries; only where the token is known."""
        return csrf_of(self.token)


def csrf_of(token: str) -> str:
    """The word that each form of the session with this token carries."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def hash_of(secret: str) -> str:
    """What is kept of a token or code. They are random and long: no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
