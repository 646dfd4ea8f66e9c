"""The book of people: what this room needs of storage."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from lawcore.ids import AccountId, CadreId, LanguageCode, UnitId
from lawcore.people.model import (
    Account,
    AccountState,
    Address,
    Cadre,
    Invite,
    ResidentGroup,
    Role,
    Roster,
    Unit,
)


class PeopleBook(Protocol):
    """Units, cadres, accounts, grants and invites."""

    def units(self) -> tuple[Unit, ...]: ...

    def unit(self, unit: UnitId) -> Unit | None: ...

    def unit_by_code(self, code: str) -> Unit | None: ...

    def cadres(self) -> tuple[Cadre, ...]: ...

    def cadre(self, cadre: CadreId) -> Cadre | None: ...

    def cadre_by_number(self, number: str) -> Cadre | None: ...

    def roster(self) -> Roster: ...

    def save_roster(self, roster: Roster, at: datetime) -> None:
        """Add what is new and change what differs, by unit code and cadre number."""
        ...

    def account(self, address: Address) -> Account | None: ...

    def account_by_id(self, account: AccountId) -> Account | None: ...

    def add_account(self, address: Address, at: datetime) -> Account: ...

    def set_state(self, account: AccountId, state: AccountState, at: datetime) -> None: ...

    def set_village(self, account: AccountId, village: UnitId | None, at: datetime) -> None: ...

    def set_language(self, account: AccountId, language: LanguageCode) -> None:
        """Keep the language in which the person has agreed."""
        ...

    def bind_cadre(self, account: AccountId, cadre: CadreId) -> None:
        """A cadre has one account: an earlier one is unbound and loses its roles."""
        ...

    def grant(
        self, account: AccountId, role: Role, at: datetime, unit: UnitId | None = None
    ) -> None:
        """Give a role, or another unit to who is a unit's admin already."""
        ...

    def revoke(self, account: AccountId, role: Role) -> None: ...

    def admin_unit(self, account: AccountId) -> UnitId | None:
        """The unit of an account that is a unit's admin."""
        ...

    def set_pending(self, account: AccountId, pending: str | None) -> None: ...

    def accounts_with(self, roles: Iterable[Role]) -> tuple[Account, ...]: ...

    def account_of(self, cadre: CadreId) -> Account | None: ...

    def groups_of(self, account: AccountId) -> frozenset[ResidentGroup]:
        """The groups that a resident has chosen."""
        ...

    def set_group(
        self, account: AccountId, group: ResidentGroup, *, chosen: bool, at: datetime
    ) -> None:
        """Choose a group, or leave it."""
        ...

    def add_invite(
        self,
        code_hash: str,
        role: Role,
        cadre: CadreId | None,
        at: datetime,
        expires_at: datetime,
        unit: UnitId | None = None,
    ) -> None: ...

    def invite(self, code_hash: str) -> Invite | None: ...

    def use_invite(self, code_hash: str, account: AccountId, at: datetime) -> bool:
        """True for the one caller who used it first."""
        ...
