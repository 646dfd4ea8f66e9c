"""Forgetting: what ties an account to a person goes, the counts stay.

A person may ask for deletion at any time (个人信息保护法 47), and nothing is kept longer than it is
needed (个人信息保护法 19): who has left is forgotten after `KEEP_LEFT`, and the numbers of messages
that were sent after `KEEP_MESSAGES`. The lines of the ledger name accounts by a number of ours,
which then leads to nobody.
"""

from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from lawcore.errors import NotFound
from lawcore.ids import AccountId
from lawcore.participation.entry import Entry, EntryKind, Ledger
from lawcore.people.model import Account, Address

KEEP_LEFT = timedelta(days=30)
KEEP_MESSAGES = timedelta(days=30)


class ForgettingBook(Protocol):
    """What this act needs of storage."""

    def account(self, address: Address) -> Account | None: ...

    def account_of_number(self, number: str) -> Account | None:
        """The account that is bound to the cadre with this 工号."""
        ...

    def forget(self, account: AccountId, at: datetime) -> None:
        """Remove address, village, cadre, roles, groups, language, practice, log-in, questions."""
        ...

    def gone_since(self, before: datetime) -> tuple[Account, ...]:
        """Accounts that left before `before` and still have their address.

        Who logs in to the pages by a password has only left the chat.
        """
        ...

    def forget_messages(self, before: datetime) -> int:
        """Remove the message numbers of deliveries that ended before `before`; rows changed."""
        ...


class Purged(NamedTuple):
    """What a purge took away."""

    accounts: int
    messages: int


def forget_address(
    book: ForgettingBook,
    ledger: Ledger,
    address: Address,
    *,
    at: datetime,
    actor: str | None = None,
) -> bool:
    """Forget the account at `address`; False if there is none, or nothing of it is left.

    `actor` is who does it for the person (None: the person).
    """
    account = book.account(address)
    if account is None or account.forgotten:
        return False
    _forget(book, ledger, account, actor or f"account:{account.id}", at)
    return True


def forget_cadre(
    book: ForgettingBook, ledger: Ledger, number: str, *, actor: str, at: datetime
) -> None:
    """Forget the chat account of a cadre; the roster and the exams are the township's records.

    Raises NotFound if no account is bound to this 工号.
    """
    account = book.account_of_number(number)
    if account is None:
        raise NotFound(f"工号 {number} 没有绑定聊天账号，没有可删除的。")
    _forget(book, ledger, account, actor, at)


def purge(book: ForgettingBook, ledger: Ledger, *, at: datetime) -> Purged:
    """One round: forget whose time has come."""
    gone = book.gone_since(at - KEEP_LEFT)
    for account in gone:
        _forget(book, ledger, account, "lawbot", at)
    return Purged(len(gone), book.forget_messages(at - KEEP_MESSAGES))


def _forget(
    book: ForgettingBook, ledger: Ledger, account: Account, actor: str, at: datetime
) -> None:
    book.forget(account.id, at)
    ledger.add(Entry(at, EntryKind.FORGOTTEN, actor, account=account.id))
