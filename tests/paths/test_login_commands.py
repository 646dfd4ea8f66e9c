"""``lawbot invite`` for a unit's admin and ``lawbot login-link``: the way in without the chat."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from lawcore.access import doors
from lawcore.access.model import Session
from lawcore.clock import StillClock
from lawcore.participation import enrol
from lawcore.people.model import Address, Role, Roster
from lawcore.storage import Books, open_store
from tests.conftest import MORNING
from tests.program import Ended, lawbot

GIVEN = {
    "database_url": "sqlite:///lawbot.db",
    "telegram_api_url": "http://127.0.0.1:1",
    "clock_start": "2026-11-24T10:00:00+08:00",
}


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str, small_town: Roster) -> Path:
    """A folder with the database of the small town; cadre 001 is an admin with a chat."""

    def fill(books: Books) -> None:
        books.people.save_roster(small_town, MORNING)
        enrol.invite(books.people, Role.ADMIN, "001", "CODE", at=MORNING)
        enrol.start(books.people, books.ledger, Address("telegram", "1"), "CODE", at=MORNING)

    async def work() -> None:
        store = await open_store(sqlite_url)
        await store.write(fill)
        await store.close()

    asyncio.run(work())
    return tmp_path


def run(folder: Path, *words: str, **settings: str) -> Ended:
    return lawbot(folder, *words, **GIVEN | settings)


def open_(folder: Path, code: str) -> Session:
    async def work() -> Session:
        store = await open_store(f"sqlite:///{folder / 'lawbot.db'}")
        at = StillClock(MORNING).now()
        done = await store.write(lambda books: doors.open_link(books, code, at=at))
        await store.close()
        return done

    return asyncio.run(work())


def rows(folder: Path, statement: str) -> list[Any]:
    with sqlite3.connect(folder / "lawbot.db") as opened:
        return opened.execute(statement).fetchall()


def test_a_bound_cadre_gets_a_link_by_number(folder: Path) -> None:
    done = run(folder, "login-link", "--person", "001")
    assert done.code == 0, done.err
    assert "http://127.0.0.1:8080/login?code=" in done.out
    assert "只能用一次；请只给本人" in done.out
    code = done.out.split("code=")[1].split()[0]
    session = open_(folder, code)
    assert session.remit.may_report
    assert rows(folder, "SELECT actor FROM entries WHERE kind = 'link-made'") == [("console",)]
    assert code not in str(rows(folder, "SELECT * FROM entries"))


def test_the_link_stands_at_the_address_of_the_setting(folder: Path) -> None:
    done = run(folder, "login-link", "--account", "1", "--json", web_url="https://law.example.cn/")
    made = json.loads(done.out)
    assert made["link"].startswith("https://law.example.cn/login?code=")
    assert made["account"] == 1
    assert made["expires_at"].startswith("2026-11-24T02:10")


def test_a_township_without_the_chat_opens_an_account_and_comes_in(folder: Path) -> None:
    words = ("login-link", "--new", "--role", "admin", "--name", "张三", "--json")
    made = json.loads(run(folder, *words).out)
    session = open_(folder, made["link"].partition("code=")[2])
    assert session.account.id == made["account"]
    assert session.account.roles == frozenset({Role.ADMIN})
    kinds = rows(folder, "SELECT kind FROM entries ORDER BY id DESC LIMIT 3")
    assert kinds == [("logged-in",), ("link-made",), ("role-granted",)]
    again = run(folder, "login-link", "--account", str(made["account"]), "--json")
    assert json.loads(again.out)["account"] == made["account"]


def test_a_units_admin_is_opened_for_the_unit(folder: Path) -> None:
    words = ("--new", "--role", "unit-admin", "--unit", "V1", "--name", "李四", "--json")
    made = json.loads(run(folder, "login-link", *words).out)
    remit = open_(folder, made["link"].partition("code=")[2]).remit
    (village,) = rows(folder, "SELECT id FROM units WHERE code = 'V1'")[0]
    assert remit.units == frozenset({village})


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ([], 2, "里写一个"),
        (["--person", "001", "--account", "1"], 2, "里写一个"),
        (["--person", "999"], 2, "名册里没有工号 999"),
        (["--person", "002"], 2, "没有绑定聊天账号"),
        (["--account", "77"], 2, "没有编号 77 的账号"),
        (["--account", "1", "--name", "张三"], 2, "只和 --new 一起写"),
        (["--new", "--name", "张三"], 2, "--role"),
        (["--new", "--role", "admin"], 2, "--name"),
        (["--new", "--role", "king", "--name", "张三"], 2, "不能是“king”"),
        (["--new", "--role", "cadre", "--name", "张三"], 2, "绑定工号"),
        (["--new", "--role", "unit-admin", "--name", "张三"], 2, "--unit"),
        (["--new", "--role", "editor", "--unit", "V1", "--name", "张三"], 2, "去掉 --unit"),
        (["--new", "--role", "admin", "--name", "  "], 2, "1 到 40 个字"),
    ],
)
def test_what_cannot_be_given_a_link_is_said_in_one_sentence(
    folder: Path, words: list[str], code: int, sentence: str
) -> None:
    before = rows(folder, "SELECT count(*) FROM accounts")
    done = run(folder, "login-link", *words)
    assert (done.code, done.out) == (code, "")
    assert sentence in done.err
    assert rows(folder, "SELECT count(*) FROM accounts") == before
    assert rows(folder, "SELECT count(*) FROM login_links") == [(0,)]


def test_who_may_not_log_in_gets_no_link_and_exit_1(folder: Path) -> None:
    async def join() -> None:
        store = await open_store(f"sqlite:///{folder / 'lawbot.db'}")
        address = Address("telegram", "2")
        await store.write(lambda b: enrol.start(b.people, b.ledger, address, "V1", at=MORNING))
        await store.close()

    asyncio.run(join())
    done = run(folder, "login-link", "--account", "2")
    assert (done.code, done.out, done.err.strip()) == (1, "", doors.NOT_ALLOWED)


def test_a_units_admin_is_invited_with_the_unit(folder: Path) -> None:
    done = run(folder, "invite", "--role", "unit-admin", "--unit", "V1", "--person", "005")
    assert done.code == 0, done.err
    assert "村级管理员邀请码（工号 005，单位 V1）：" in done.out
    assert rows(
        folder, "SELECT i.role, u.code FROM invites i JOIN units u ON u.id = i.unit_id"
    ) == [("unit-admin", "V1")]
    assert rows(folder, "SELECT count(*) FROM entries WHERE kind = 'invited'") == [(1,)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--role", "unit-admin"], "加上 --unit 单位编码"),
        (["--role", "editor", "--unit", "V1"], "请去掉 --unit"),
        (["--role", "unit-admin", "--unit", "X"], "名册里没有编码 X 的单位"),
    ],
)
def test_a_unit_goes_with_a_units_admin_alone(
    folder: Path, words: list[str], sentence: str
) -> None:
    done = run(folder, "invite", *words)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
