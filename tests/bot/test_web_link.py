"""From the chat to the pages: who gets a link, what it opens, and that it is kept nowhere."""

import re
from datetime import timedelta

import pyotp
import pytest

from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.access import doors, own_login, passwords
from lawcore.access import people as roles
from lawcore.access.model import Checked, Session
from lawcore.errors import NotAllowed
from lawcore.participation import enrol
from lawcore.people.model import Role
from tests.stage import Stage, ask, press, running

LINK = re.compile(r"http://127\.0\.0\.1:8080/login\?code=([\w-]+)")


def code_in(words: str) -> str:
    found = LINK.search(words)
    assert found is not None, words
    return found[1]


async def open_(stage: Stage, code: str) -> Session:
    return await stage.act(lambda books, at: doors.open_link(books, code, at=at))


async def unit_admin(stage: Stage) -> VirtualPerson:
    code = enrol.new_code()
    await stage.act(
        lambda books, at: roles.invite(
            books, Role.UNIT_ADMIN, None, "V1", code, actor="console", at=at
        )
    )
    phone = stage.box.person("村级管理员")
    assert "绑定成功" in (await ask(phone, f"/start {code}")).text
    return phone


async def test_the_menu_of_an_admin_gives_a_link_that_opens_once(stage: Stage) -> None:
    admin = await stage.appoint("王一", Role.ADMIN)
    menu = await ask(admin, "/admin")
    said = await press(admin, "打开网页", lambda m: "登录网页" in m.text, menu)
    assert said.message_id != menu.message_id
    assert said.protected, "a key is not to be forwarded"
    assert "10 分钟" in said.text
    session = await open_(stage, code_in(said.text))
    assert session.remit.may_report
    with pytest.raises(NotAllowed):
        await open_(stage, code_in(said.text))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.APPROVER, Role.EDITOR])
async def test_web_gives_a_link_to_who_works_at_the_desk(stage: Stage, role: Role) -> None:
    phone = await stage.appoint("李二", role)
    assert "/web" in (await ask(phone, "/help")).text
    said = await ask(phone, "/web")
    assert said.protected
    assert (await open_(stage, code_in(said.text))).account.roles == frozenset({role})


async def test_a_new_link_makes_the_one_before_it_void_and_time_both(stage: Stage) -> None:
    phone = await stage.appoint("李二", Role.EDITOR)
    first, second = [code_in((await ask(phone, "/web")).text) for _ in range(2)]
    with pytest.raises(NotAllowed):
        await open_(stage, first)
    await stage.wait(timedelta(minutes=10))
    with pytest.raises(NotAllowed):
        await open_(stage, second)


async def test_a_units_admin_is_told_which_unit_and_gets_a_link(stage: Stage) -> None:
    phone = await unit_admin(stage)
    assert "您的身份是村级管理员" in phone.last.text
    assert "您管东河村的事。发 /web 打开网页。" in phone.last.text
    assert "身份：村级管理员（东河村）" in (await ask(phone, "/me")).text
    remit = (await open_(stage, code_in((await ask(phone, "/web")).text))).remit
    village = await stage.look(lambda books: books.people.unit_by_code("V1"))
    assert village is not None
    assert remit.units == frozenset({village.id})


async def test_a_units_admin_gets_nothing_of_the_whole_township_in_the_chat(stage: Stage) -> None:
    phone = await unit_admin(stage)
    assert "只对管理员开放" in (await ask(phone, "/admin")).text
    assert "/admin" not in (await ask(phone, "/help")).text
    await stage.rest()
    assert not any("待批准" in message.text for message in phone.chat)


async def test_residents_and_cadres_get_no_link(stage: Stage) -> None:
    cadre = await stage.appoint("张三", Role.CADRE, "003")
    resident = await stage.resident("村民")
    stranger = stage.box.person("路人")
    for phone in (cadre, resident, stranger):
        assert (await ask(phone, "/web")).text == doors.NOT_ALLOWED
        assert "/web" not in (await ask(phone, "/help")).text
    assert await stage.count("SELECT count(*) FROM login_links") == 0


async def test_the_code_is_neither_in_the_ledger_nor_in_the_log(
    stage: Stage, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    phone = await stage.appoint("王一", Role.ADMIN)
    code = code_in((await ask(phone, "/web")).text)
    await open_(stage, code)
    assert code not in str(await stage.rows("SELECT * FROM entries"))
    assert code not in str(await stage.rows("SELECT * FROM login_links"))
    printed = capfd.readouterr()
    assert code not in printed.out + printed.err
    assert code not in caplog.text


async def test_the_link_leads_where_the_township_opens_the_pages(
    box: Sandbox, sqlite_url: str
) -> None:
    async with running(box, sqlite_url, web_url="https://law.example.cn") as stage:
        admin = await stage.appoint("王一", Role.ADMIN)
        assert "https://law.example.cn/login?code=" in (await ask(admin, "/web")).text


async def test_who_deletes_their_data_in_chat_deletes_the_way_into_the_pages(stage: Stage) -> None:
    phone = await stage.appoint("李二", Role.EDITOR)
    session = await open_(stage, code_in((await ask(phone, "/web")).text))
    secret = passwords.new_secret()
    number = pyotp.TOTP(secret).at(stage.house.clock.now())
    hashed, given = passwords.hash_of("门前的老槐树又开花了吗"), Checked(right=False)
    await stage.act(
        lambda books, at: own_login.set_up(
            books, session.token, given, "小李", hashed, secret, number, at=at
        )
    )
    waiting = code_in((await ask(phone, "/web")).text)
    assert "网页登录：登录名 小李" in (await ask(phone, "/me")).text
    await press(phone, "删除我的数据", lambda m: "网页登录" in m.text)
    await press(phone, "确认删除", lambda m: "已删除您的数据" in m.text)
    for table in ("logins", "login_links", "sessions"):
        assert await stage.count(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - ours
    with pytest.raises(NotAllowed):
        await open_(stage, waiting)
