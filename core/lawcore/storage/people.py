"""The book of people in SQL."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from lawcore.ids import AccountId, CadreId, LanguageCode, UnitId
from lawcore.people.model import (
    Account,
    AccountState,
    Address,
    Cadre,
    CadreCategory,
    CadreRow,
    Invite,
    ResidentGroup,
    Role,
    Roster,
    Unit,
    UnitKind,
    UnitRow,
)
from lawcore.storage.tables import account_groups, accounts, cadres, grants, invites, units

_ACCOUNT = (
    select(
        accounts.c.id,
        accounts.c.channel,
        accounts.c.address,
        accounts.c.state,
        accounts.c.village_id,
        accounts.c.cadre_id,
        accounts.c.pending,
        accounts.c.joined_at,
        accounts.c.language,
        grants.c.role,
    )
    .select_from(accounts.outerjoin(grants, grants.c.account_id == accounts.c.id))
    .order_by(accounts.c.id)
)


class SqlPeopleBook:
    """Units, cadres, accounts, grants and invites of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def units(self) -> tuple[Unit, ...]:
        return tuple(_unit(row) for row in self._sql.execute(select(units).order_by(units.c.id)))

    def unit(self, unit: UnitId) -> Unit | None:
        row = self._sql.execute(select(units).where(units.c.id == unit)).one_or_none()
        return _unit(row) if row else None

    def unit_by_code(self, code: str) -> Unit | None:
        row = self._sql.execute(select(units).where(units.c.code == code)).one_or_none()
        return _unit(row) if row else None

    def cadres(self) -> tuple[Cadre, ...]:
        found = self._sql.execute(select(cadres).order_by(cadres.c.number))
        return tuple(_cadre(row) for row in found)

    def cadre(self, cadre: CadreId) -> Cadre | None:
        row = self._sql.execute(select(cadres).where(cadres.c.id == cadre)).one_or_none()
        return _cadre(row) if row else None

    def cadre_by_number(self, number: str) -> Cadre | None:
        row = self._sql.execute(select(cadres).where(cadres.c.number == number)).one_or_none()
        return _cadre(row) if row else None

    def roster(self) -> Roster:
        by_id = {unit.id: unit for unit in self.units()}
        return Roster(
            tuple(
                UnitRow(u.code, u.name, u.kind, by_id[u.parent].code if u.parent else None)
                for u in by_id.values()
            ),
            tuple(
                CadreRow(c.number, c.name, by_id[c.unit].code, c.post, c.category, c.active)
                for c in self.cadres()
            ),
        )

    def save_roster(self, roster: Roster, at: datetime) -> None:
        """Add what is new and change what differs, by unit code and cadre number."""
        known = {unit.code: unit.id for unit in self.units()}
        for row in roster.units:
            named = {"name": row.name, "kind": row.kind.value}
            if row.code in known:
                self._sql.execute(update(units).where(units.c.code == row.code).values(**named))
            else:
                added = insert(units).values(code=row.code, **named).returning(units.c.id)
                known[row.code] = UnitId(self._sql.execute(added).scalar_one())
        for row in roster.units:
            parent = known[row.parent_code] if row.parent_code else None
            self._sql.execute(
                update(units).where(units.c.code == row.code).values(parent_id=parent)
            )
        numbers = set(self._sql.execute(select(cadres.c.number)).scalars())
        for person in roster.cadres:
            values: dict[str, object] = {
                "name": person.name,
                "unit_id": known[person.unit_code],
                "post": person.post,
                "category": person.category.value,
                "active": person.active,
            }
            if person.number in numbers:
                where = cadres.c.number == person.number
                self._sql.execute(update(cadres).where(where).values(**values))
            else:
                self._sql.execute(
                    insert(cadres).values(number=person.number, added_at=at, **values)
                )

    def account(self, address: Address) -> Account | None:
        where = (accounts.c.channel == address.channel) & (accounts.c.address == address.value)
        return _first(_accounts(self._sql.execute(_ACCOUNT.where(where))))

    def account_by_id(self, account: AccountId) -> Account | None:
        return _first(_accounts(self._sql.execute(_ACCOUNT.where(accounts.c.id == account))))

    def accounts_by_id(self, keys: Iterable[int]) -> tuple[Account, ...]:
        """The accounts with these numbers, by one question."""
        return tuple(_accounts(self._sql.execute(_ACCOUNT.where(accounts.c.id.in_(sorted(keys))))))

    def account_of(self, cadre: CadreId) -> Account | None:
        return _first(_accounts(self._sql.execute(_ACCOUNT.where(accounts.c.cadre_id == cadre))))

    def accounts_with(self, roles: Iterable[Role]) -> tuple[Account, ...]:
        holders = select(grants.c.account_id).where(grants.c.role.in_([r.value for r in roles]))
        return tuple(_accounts(self._sql.execute(_ACCOUNT.where(accounts.c.id.in_(holders)))))

    def cadres_reached(self) -> int:
        """Cadres in post whose account receives."""
        counted = (
            select(func.count())
            .select_from(accounts.join(cadres, cadres.c.id == accounts.c.cadre_id))
            .where(cadres.c.active, accounts.c.state == AccountState.ACTIVE.value)
        )
        return self._sql.execute(counted).scalar_one()

    def add_account(self, address: Address, at: datetime) -> Account:
        row = self._sql.execute(
            insert(accounts)
            .values(
                channel=address.channel,
                address=address.value,
                state=AccountState.ACTIVE.value,
                joined_at=at,
                changed_at=at,
            )
            .returning(accounts.c.id)
        )
        key = AccountId(row.scalar_one())
        return Account(key, address, AccountState.ACTIVE, None, None, frozenset(), None, at)

    def set_state(self, account: AccountId, state: AccountState, at: datetime) -> None:
        self._set(account, state=state.value, changed_at=at)

    def set_village(self, account: AccountId, village: UnitId | None, at: datetime) -> None:
        self._set(account, village_id=village, changed_at=at)

    def set_language(self, account: AccountId, language: LanguageCode) -> None:
        """Keep the language in which the person has agreed."""
        self._set(account, language=language)

    def bind_cadre(self, account: AccountId, cadre: CadreId) -> None:
        """A cadre has one account: an earlier one is unbound and loses its roles."""
        earlier = (accounts.c.cadre_id == cadre) & (accounts.c.id != account)
        lost = select(accounts.c.id).where(earlier)
        self._sql.execute(delete(grants).where(grants.c.account_id.in_(lost)))
        self._sql.execute(update(accounts).where(earlier).values(cadre_id=None))
        self._set(account, cadre_id=cadre)

    def grant(
        self, account: AccountId, role: Role, at: datetime, unit: UnitId | None = None
    ) -> None:
        """Give a role, or another unit to who is a unit's admin already."""
        mine = _granted(account, role)
        if self._sql.execute(update(grants).where(mine).values(unit_id=unit)).rowcount == 0:
            row = {"account_id": account, "role": role.value, "granted_at": at, "unit_id": unit}
            self._sql.execute(insert(grants).values(**row))

    def revoke(self, account: AccountId, role: Role) -> None:
        self._sql.execute(delete(grants).where(_granted(account, role)))

    def admin_unit(self, account: AccountId) -> UnitId | None:
        """The unit of an account that is a unit's admin."""
        mine = _granted(account, Role.UNIT_ADMIN)
        return self._sql.execute(select(grants.c.unit_id).where(mine)).scalar_one_or_none()

    def set_pending(self, account: AccountId, pending: str | None) -> None:
        self._set(account, pending=pending)

    def groups_of(self, account: AccountId) -> frozenset[ResidentGroup]:
        """The groups that a resident has chosen."""
        found = select(account_groups.c.name).where(account_groups.c.account_id == account)
        return frozenset(ResidentGroup(name) for name in self._sql.execute(found).scalars())

    def set_group(
        self, account: AccountId, group: ResidentGroup, *, chosen: bool, at: datetime
    ) -> None:
        """Choose a group, or leave it."""
        mine = (account_groups.c.account_id == account) & (account_groups.c.name == group.value)
        self._sql.execute(delete(account_groups).where(mine))
        if chosen:
            row = insert(account_groups).values(account_id=account, name=group.value, chosen_at=at)
            self._sql.execute(row)

    def add_invite(
        self,
        code_hash: str,
        role: Role,
        cadre: CadreId | None,
        at: datetime,
        expires_at: datetime,
        unit: UnitId | None = None,
    ) -> None:
        self._sql.execute(
            insert(invites).values(
                code_hash=code_hash,
                role=role.value,
                cadre_id=cadre,
                unit_id=unit,
                created_at=at,
                expires_at=expires_at,
            )
        )

    def invite(self, code_hash: str) -> Invite | None:
        row = self._sql.execute(
            select(invites).where(invites.c.code_hash == code_hash)
        ).one_or_none()
        if row is None:
            return None
        used = row.used_at is not None
        return Invite(Role(row.role), row.cadre_id, row.expires_at, used, row.unit_id)

    def use_invite(self, code_hash: str, account: AccountId, at: datetime) -> bool:
        """True for the one caller who used it first."""
        unused = (invites.c.code_hash == code_hash) & invites.c.used_at.is_(None)
        done = self._sql.execute(update(invites).where(unused).values(used_at=at, used_by=account))
        return done.rowcount == 1

    def _set(self, account: AccountId, **values: object) -> None:
        self._sql.execute(update(accounts).where(accounts.c.id == account).values(**values))


def _granted(account: AccountId, role: Role) -> ColumnElement[bool]:
    return (grants.c.account_id == account) & (grants.c.role == role.value)


def _unit(row: Row[Any]) -> Unit:
    return Unit(UnitId(row.id), row.code, row.name, UnitKind(row.kind), row.parent_id)


def _cadre(row: Row[Any]) -> Cadre:
    return Cadre(
        CadreId(row.id),
        row.number,
        row.name,
        UnitId(row.unit_id),
        row.post,
        CadreCategory(row.category),
        row.active,
    )


def _accounts(rows: Iterable[Row[Any]]) -> list[Account]:
    """One account of its rows, which differ in the role granted."""
    found: dict[int, tuple[Row[Any], set[Role]]] = {}
    for row in rows:
        roles = found.setdefault(row.id, (row, set()))[1]
        if row.role:
            roles.add(Role(row.role))
    return [
        Account(
            AccountId(row.id),
            Address(row.channel, row.address),
            AccountState(row.state),
            row.village_id,
            row.cadre_id,
            frozenset(roles),
            row.pending,
            row.joined_at,
            LanguageCode(row.language),
        )
        for row, roles in found.values()
    ]


def _first(found: list[Account]) -> Account | None:
    return found[0] if found else None
