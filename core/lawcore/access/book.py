"""The book of access: what this room needs of storage."""

from datetime import datetime
from typing import Protocol

from lawcore.access.model import Login, SessionRow
from lawcore.ids import AccountId
from lawcore.participation import Ledger
from lawcore.people.book import PeopleBook


class AccessBook(Protocol):
    """Log-ins, one-time links and sessions."""

    def login(self, account: AccountId) -> Login | None: ...

    def login_named(self, name: str) -> Login | None: ...

    def put_login(self, account: AccountId, name: str, password_hash: str, at: datetime) -> None:
        """Add a log-in or change its name and password; nothing else of it changes."""
        ...

    def set_totp(self, account: AccountId, secret: str | None, last_step: int) -> None: ...

    def set_password_hash(self, account: AccountId, password_hash: str) -> None: ...

    def spend_step(self, account: AccountId, step: int) -> bool:
        """Note the time step of a code; False if it, or a later one, was spent before."""
        ...

    def add_failure(self, account: AccountId) -> int:
        """Count a failure; how many they are now in a row."""
        ...

    def clear_failures(self, account: AccountId, locked_until: datetime | None) -> None:
        """Begin to count anew; the name rests until `locked_until`, if one is given."""
        ...

    def add_link(
        self, code_hash: str, account: AccountId, at: datetime, expires_at: datetime
    ) -> None:
        """Add a link; earlier unused ones of the account open nothing any more."""
        ...

    def use_link(self, code_hash: str, at: datetime) -> AccountId | None:
        """The account of an unused link that holds at `at`, for the one who comes first."""
        ...

    def add_session(
        self, token_hash: str, account: AccountId, at: datetime, expires_at: datetime
    ) -> None:
        """Add a session; those that are over are removed."""
        ...

    def session(self, token_hash: str) -> SessionRow | None: ...

    def see(self, token_hash: str, at: datetime) -> None: ...

    def close(self, token_hash: str) -> None: ...

    def came_by_link(self, token_hash: str, since: datetime) -> bool:
        """Whether a one-time link opened this session, not before `since`."""
        ...

    def close_others(self, account: AccountId, token_hash: str) -> int:
        """Remove the unused links of an account and its sessions but one; sessions removed."""
        ...

    def drop_login(self, account: AccountId) -> None:
        """Remove name, password and second factor of an account, if it has them."""
        ...

    def close_all(self, account: AccountId) -> None:
        """Remove the sessions and the unused links of an account."""
        ...

    def unknown_since(self, since: datetime) -> bool:
        """Whether a log-in with an unknown name was written down after `since`."""
        ...


class AccessDesk(Protocol):
    """The books that access needs, in one transaction."""

    @property
    def people(self) -> PeopleBook: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def access(self) -> AccessBook: ...
