"""What people call who did something: the one place for chat, pages, files and commands.

The ledger names who acts by a key (``account:7``, ``cadre:3``) or a word (``lawbot``), or by the
name that was typed at the command line. An address of a chat is never part of a name.
"""

from lawcore.ids import AccountId, CadreId
from lawcore.people.book import PeopleBook
from lawcore.people.model import DESK, ROLE_WORDS, Account, Role

ACTOR_WORDS = {"lawbot": "程序", "console": "命令行", "web": "网页"}
"""Who acts without an account."""
CHANNEL_WORDS = {"telegram": "Telegram"}
_BY_WEIGHT = (Role.ADMIN, Role.APPROVER, Role.EDITOR, Role.UNIT_ADMIN, Role.CADRE)
"""Which of several roles an account without a name is called by."""


def account_called(account: Account, cadre: str | None) -> str:
    """The name of the cadre, or at the desk; else what is known, and a number to tell apart.

    ``未登记工号的管理员（Telegram，账号 7）``.
    """
    if cadre is not None:
        return cadre
    if account.forgotten:
        return f"已删除的账号 {account.id}"
    channel, name = account.address.channel, account.address.value
    if channel == DESK:
        return name
    return f"{_known_as(account)}（{CHANNEL_WORDS.get(channel, channel)}，账号 {account.id}）"


def called(people: PeopleBook, account: Account) -> str:
    """What people call the owner of an account."""
    cadre = people.cadre(account.cadre) if account.cadre is not None else None
    return account_called(account, cadre.name if cadre else None)


def actor_called(people: PeopleBook, actor: str) -> str:
    """What people call who is written down as `actor`."""
    if (number := number_of(actor, "account")) is not None:
        account = people.account_by_id(AccountId(number))
        return called(people, account) if account else unknown(number)
    if (number := number_of(actor, "cadre")) is not None:
        cadre = people.cadre(CadreId(number))
        return cadre.name if cadre else actor
    return ACTOR_WORDS.get(actor, actor)


def number_of(actor: str, of: str) -> int | None:
    """7 for ``account:7`` of ``account``; None for anything else."""
    what, _, number = actor.partition(":")
    return int(number) if what == of and number.isdecimal() else None


def unknown(number: int) -> str:
    """An account that this database does not know."""
    return f"没有登记的账号 {number}"


def _known_as(account: Account) -> str:
    role = next((role for role in _BY_WEIGHT if role in account.roles), None)
    if role is not None:
        return f"未登记工号的{ROLE_WORDS[role]}"
    return "居民" if account.village is not None else "未登记身份的人"
