"""Forgetting in SQL."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from lawcore.ids import AccountId
from lawcore.people.model import CHINESE, GONE, Account, AccountState, Address
from lawcore.storage.people import SqlPeopleBook
from lawcore.storage.tables import (
    account_groups,
    accounts,
    cadres,
    deliveries,
    grants,
    login_links,
    logins,
    practice,
    sessions,
)


class SqlForgettingBook:
    """Takes away what leads to a person. Overwritten cells are wiped (secure_delete)."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection
        self._people = SqlPeopleBook(connection)

    def account(self, address: Address) -> Account | None:
        return self._people.account(address)

    def account_of_number(self, number: str) -> Account | None:
        """The account that is bound to the cadre with this 工号."""
        found = self._sql.execute(
            select(accounts.c.id)
            .join(cadres, cadres.c.id == accounts.c.cadre_id)
            .where(cadres.c.number == number)
        ).scalar_one_or_none()
        return None if found is None else self._people.account_by_id(AccountId(found))

    def forget(self, account: AccountId, at: datetime) -> None:
        """Remove address, village, cadre, roles, groups, language, practice, log-in, questions."""
        for table in (grants, account_groups, practice, logins, login_links, sessions):
            self._sql.execute(delete(table).where(table.c.account_id == account))
        self._sql.execute(
            update(accounts)
            .where(accounts.c.id == account)
            .values(
                address=f"{GONE}{account}",
                state=AccountState.LEFT.value,
                village_id=None,
                cadre_id=None,
                pending=None,
                language=CHINESE,
                changed_at=at,
            )
        )
        self._sql.execute(
            update(deliveries).where(deliveries.c.account_id == account).values(message=None)
        )

    def gone_since(self, before: datetime) -> tuple[Account, ...]:
        """Accounts that left before `before` and still have their address.

        Who logs in to the pages by a password has only left the chat.
        """
        found = self._sql.execute(
            select(accounts.c.id)
            .where(
                accounts.c.state == AccountState.LEFT.value,
                accounts.c.changed_at < before,
                accounts.c.address.not_like(f"{GONE}%"),
                accounts.c.id.not_in(select(logins.c.account_id)),
            )
            .order_by(accounts.c.id)
        ).scalars()
        gone = (self._people.account_by_id(AccountId(key)) for key in found.all())
        return tuple(account for account in gone if account is not None)

    def forget_messages(self, before: datetime) -> int:
        """Remove the message numbers of deliveries that ended before `before`; rows changed."""
        old = update(deliveries).where(
            deliveries.c.ended_at < before, deliveries.c.message.is_not(None)
        )
        return self._sql.execute(old.values(message=None)).rowcount
