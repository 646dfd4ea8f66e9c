"""The audit log: the ledger page by page, newest first, in words, and never to be changed."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lawcore.access import people as roles
from lawcore.access.audit import AuditLine
from lawcore.campaigns.model import Draft, Recipients
from lawcore.ids import CampaignId, ObservanceKey
from lawcore.participation import ENTRY_WORDS, Entry, EntryKind
from lawcore.participation.forget import forget_address
from lawcore.people.model import DESK, Address, Role
from lawcore.storage import Books
from tests.conftest import MORNING

from .conftest import Town, phone


async def page(
    town: Town,
    before: int | None = None,
    limit: int = 50,
    kind: EntryKind | None = None,
    actor: str | None = None,
) -> tuple[AuditLine, ...]:
    return await town.look(lambda books: books.audit.page(before, limit, kind, actor))


async def written(town: Town, *entries: Entry) -> None:
    def job(books: Books, _at: datetime) -> None:
        for entry in entries:
            books.ledger.add(entry)

    await town.act(job)


async def forgotten(town: Town, address: Address) -> None:
    await town.act(lambda b, at: forget_address(b.forgetting, b.ledger, address, at=at))


async def done(town: Town, statement: str) -> None:
    """Something done past the books."""
    await town.act(lambda books, _: books._sql.execute(text(statement)))


def test_every_act_has_its_words() -> None:
    assert set(ENTRY_WORDS) == set(EntryKind)
    assert len(set(ENTRY_WORDS.values())) == len(EntryKind), "no two acts are called the same"
    assert all(ENTRY_WORDS.values())


def test_every_word_of_an_act_fits_its_column() -> None:
    assert max(map(len, EntryKind)) <= 20


async def test_lines_come_newest_first_and_page_by_page_without_a_gap(town: Town) -> None:
    await written(town, *(Entry(MORNING, EntryKind.NOTICE, f"console-{n}") for n in range(7)))
    first = await page(town, limit=3)
    second = await page(town, before=first[-1].id, limit=3)
    third = await page(town, before=second[-1].id, limit=3)
    assert [line.actor for line in (*first, *second, *third)] == [
        f"console-{n}" for n in range(6, -1, -1)
    ]
    assert await page(town, before=third[-1].id) == ()


async def test_lines_are_found_by_what_was_done_and_by_who_did_it(town: Town) -> None:
    await written(
        town,
        Entry(MORNING, EntryKind.NOTICE, "console"),
        Entry(MORNING, EntryKind.ROSTER, "account:7"),
        Entry(MORNING, EntryKind.NOTICE, "account:7"),
    )
    assert [one.actor for one in await page(town, kind=EntryKind.NOTICE)] == [
        "account:7",
        "console",
    ]
    assert [one.kind for one in await page(town, actor="account:7")] == ["notice", "roster"]
    both = await page(town, kind=EntryKind.ROSTER, actor="account:7")
    assert [one.what for one in both] == ["导入名册"]
    newest = (await page(town))[0].id
    assert len(await page(town, before=newest, kind=EntryKind.NOTICE)) == 1


async def test_a_line_says_who_did_what_to_whom_where(town: Town) -> None:
    admin = await town.appoint(1, Role.ADMIN, "001")
    plain = (await town.start(2, "V1")).account
    await town.act(
        lambda b, at: roles.grant(
            b, plain.id, Role.EDITOR, None, actor=f"account:{admin.id}", at=at
        )
    )
    granted, joined, bound = await page(town)
    unnamed = f"未登记工号的编辑（Telegram，账号 {plain.id}）"
    assert (granted.what, granted.who, granted.person) == ("给予身份", "王一", unnamed)
    assert granted.detail == {"role": "editor"}
    assert granted.at == MORNING
    assert (joined.what, joined.who, joined.unit) == ("加入村", unnamed, "东河村")
    assert (bound.what, bound.who, bound.person) == ("绑定身份", "王一", "王一")


async def test_campaigns_and_cadres_are_called_by_their_names(town: Town) -> None:
    def job(books: Books, at: datetime) -> CampaignId:
        draft = Draft(
            ObservanceKey("constitution-day"),
            2026,
            "国家宪法日",
            MORNING.date(),
            MORNING.date(),
            "学宪法。",
            Recipients.RESIDENTS,
            at,
        )
        return books.campaigns.add(draft, "lawbot", at).id

    campaign = await town.act(job)
    cadre = await town.look(lambda books: books.people.cadre_by_number("003"))
    assert cadre is not None
    await written(
        town,
        Entry(MORNING, EntryKind.APPROVED, "lawbot", campaign=campaign),
        Entry(MORNING, EntryKind.APPEALED, f"cadre:{cadre.id}", cadre=cadre.id),
        Entry(MORNING, EntryKind.EXAM_CREATED, "王所长"),
        Entry(MORNING, EntryKind.LOGIN_REFUSED, "web"),
    )
    web, typed, appealed, approved = await page(town)
    assert (approved.who, approved.campaign) == ("程序", "国家宪法日")
    assert (appealed.who, appealed.person) == ("张三", "张三")
    assert (typed.who, typed.exam, typed.person) == ("王所长（命令行）", None, None)
    assert (web.who, web.what) == ("网页", "登录失败")


async def test_who_was_forgotten_is_a_number_and_nothing_more(town: Town) -> None:
    account = await town.act(
        lambda b, at: roles.add_desk_account(b, "张三", Role.ADMIN, None, actor="console", at=at)
    )
    assert (await page(town))[0].person == "张三"
    await town.appoint(1, Role.ADMIN, "001")
    await forgotten(town, Address(DESK, "张三"))
    await forgotten(town, phone(1))
    told = {line.person for line in await page(town) if line.kind is EntryKind.FORGOTTEN}
    assert f"已删除的账号 {account.id}" in told
    assert not any("张三" in f"{line.who}{line.person}" for line in await page(town))


async def test_a_name_that_looks_like_a_number_is_left_as_it_is(town: Town) -> None:
    for actor in ("account:x", "account:", "account:９", "cadre:999999", ":", "account:99999"):
        await written(town, Entry(MORNING, EntryKind.NOTICE, actor))
    assert [line.who for line in await page(town)] == [
        "没有登记的账号 99999",
        ":（命令行）",
        "cadre:999999",
        "没有登记的账号 9",
        "account:（命令行）",
        "account:x（命令行）",
    ]


async def test_no_line_can_be_changed_or_removed(town: Town) -> None:
    await written(town, Entry(MORNING, EntryKind.LOGGED_IN, "account:1"))
    for statement in ("UPDATE entries SET actor = 'x'", "DELETE FROM entries"):
        with pytest.raises(DBAPIError):
            await done(town, statement)
    assert [line.actor for line in await page(town)] == ["account:1"]


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("kind = 'notice'", "ix_entries_kind_id"),
        ("actor = 'console'", "ix_entries_actor_id"),
    ],
)
async def test_a_search_goes_by_its_index(
    town: Town, where: str, index: str, request: pytest.FixtureRequest
) -> None:
    asked = f"SELECT * FROM entries WHERE {where} AND id < 900 ORDER BY id DESC LIMIT 50"  # noqa: S608 - ours
    explain = "EXPLAIN QUERY PLAN " if "sqlite" in request.node.callspec.id else "EXPLAIN "
    assert index in str(await town.rows(explain + asked))
