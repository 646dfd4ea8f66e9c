"""What people call who did something: a name where one is known, never an address of a chat."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.access import people as roles
from lawcore.errors import BadInput
from lawcore.ids import AccountId, UnitId
from lawcore.participation.forget import forget_address
from lawcore.people.model import DESK, GONE, Account, AccountState, Address, Role
from lawcore.people.naming import account_called, actor_called
from lawcore.storage import Books
from tests.conftest import MORNING

from .conftest import Town, phone


def account(
    address: Address, given: frozenset[Role] = frozenset(), village: int | None = None
) -> Account:
    unit = UnitId(village) if village is not None else None
    return Account(AccountId(7), address, AccountState.ACTIVE, unit, None, given, None, MORNING)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (account(phone(55), frozenset({Role.ADMIN})), "未登记工号的管理员（Telegram，账号 7）"),
        (
            account(phone(55), frozenset({Role.EDITOR, Role.APPROVER})),
            "未登记工号的审批人（Telegram，账号 7）",
        ),
        (account(phone(55), village=3), "居民（Telegram，账号 7）"),
        (account(phone(55)), "未登记身份的人（Telegram，账号 7）"),
        (account(Address(DESK, "张三"), frozenset({Role.ADMIN})), "张三"),
        (account(Address(DESK, f"{GONE}7")), "已删除的账号 7"),
        (account(Address("telegram", f"{GONE}7")), "已删除的账号 7"),
    ],
)
def test_who_is_not_on_the_roster_is_called_by_what_is_known(one: Account, words: str) -> None:
    assert account_called(one, None) == words
    assert account_called(one, "王一") == "王一", "the name of the cadre comes first"


@given(
    number=st.integers(min_value=10**6, max_value=10**10).map(str),
    given=st.frozensets(st.sampled_from(list(Role))),
    village=st.none() | st.just(3),
)
def test_no_address_of_a_chat_is_part_of_a_name(
    number: str, given: frozenset[Role], village: int | None
) -> None:
    words = account_called(account(Address("telegram", number), given, village), None)
    assert number not in words
    assert "账号 7" in words, "two without a name can be told apart"


async def test_who_is_written_down_is_called_the_same_everywhere(town: Town) -> None:
    bound = await town.appoint(1, Role.ADMIN, "001")
    plain = await town.appoint(2, Role.ADMIN)
    cadre = await town.look(lambda books: books.people.cadre_by_number("003"))
    assert cadre is not None
    called = {
        f"account:{bound.id}": "王一",
        f"account:{plain.id}": f"未登记工号的管理员（Telegram，账号 {plain.id}）",
        f"cadre:{cadre.id}": "张三",
        "lawbot": "程序",
        "console": "命令行",
        "王所长": "王所长",
    }
    for actor, words in called.items():
        assert await town.look(partial(_called, actor)) == words
    await town.act(lambda b, at: forget_address(b.forgetting, b.ledger, phone(1), at=at))
    gone = await town.look(lambda b: actor_called(b.people, f"account:{bound.id}"))
    assert gone == f"已删除的账号 {bound.id}"


def _called(actor: str, books: Books) -> str:
    return actor_called(books.people, actor)


async def test_nobody_takes_the_name_of_who_was_forgotten(town: Town) -> None:
    with pytest.raises(BadInput, match="1 到 40"):
        await town.act(
            lambda b, at: roles.add_desk_account(
                b, f"{GONE}7", Role.ADMIN, None, actor="console", at=at
            )
        )
