"""``lawbot login-link``: a one-time link to the pages, where no bot is at hand to give one."""

from datetime import datetime
from typing import Annotated

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.house import show_json, with_store
from lawbot.cli.people import role_of
from lawbot.settings import Settings
from lawcore.access import doors
from lawcore.access import people as roles
from lawcore.access.model import LINK_LIFE
from lawcore.clock import Clock, local_text
from lawcore.errors import BadInput, NotFound
from lawcore.ids import AccountId
from lawcore.people.model import ROLE_WORDS, Account
from lawcore.storage import Books, Store


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("login-link")(login_link)


def login_link(
    person: Annotated[str | None, typer.Option(help="工号：已绑定聊天账号的干部。")] = None,
    account: Annotated[int | None, typer.Option(help="账号编号。")] = None,
    new: Annotated[bool, typer.Option("--new", help="给不用聊天的人新开一个账号。")] = False,
    name: Annotated[str | None, typer.Option(help="新账号的名字，和 --new 一起写。")] = None,
    role: Annotated[
        str | None,
        typer.Option(help="新账号的身份：admin、editor、approver、unit-admin。"),
    ] = None,
    unit: Annotated[str | None, typer.Option(help="村级管理员管的单位（编码）。")] = None,
    by: By = CONSOLE,
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """打开管理页面的一次性链接，10 分钟内有效。

    例：lawbot login-link --person 001
    例：lawbot login-link --new --role admin --name 张三
    """
    if [person is not None, account is not None, new].count(True) != 1:
        raise BadInput("请在 --person 工号、--account 编号、--new 里写一个。")
    if not new and any(word is not None for word in (name, role, unit)):
        raise BadInput("--name、--role、--unit 只和 --new 一起写。")

    def job(books: Books, at: datetime) -> tuple[Account, str]:
        if new:
            found = _new(books, name, role, unit, by, at)
        elif person is not None:
            found = _of_person(books, person)
        else:
            found = roles.get(books, AccountId(account or 0))
        return found, doors.make_link(books, found.id, at=at, actor=by)

    async def work(
        store: Store, clock: Clock, settings: Settings
    ) -> tuple[Account, str, datetime, str]:
        at = clock.now()
        found, code = await store.write(lambda books: job(books, at))
        return found, doors.link(settings.web_address, code), at + LINK_LIFE, settings.web_address

    found, link, until, address = with_store(work)
    if json_:
        show_json({"account": found.id, "link": link, "expires_at": until.isoformat()})
        return
    words = "、".join(ROLE_WORDS[one] for one in found.roles)
    typer.echo(f"账号 {found.id}（{words}）的登录链接：\n  {link}")
    typer.echo(f"  有效到 {local_text(until)}，只能用一次；请只给本人。")
    typer.echo(f"  打不开时，请核对 {address} 能否访问（LAWBOT_WEB_URL）。")


def _of_person(books: Books, number: str) -> Account:
    cadre = books.people.cadre_by_number(number)
    if cadre is None:
        raise NotFound(f"名册里没有工号 {number}。")
    found = books.people.account_of(cadre.id)
    if found is None:
        raise NotFound(f"工号 {number} 没有绑定聊天账号；不用聊天的人请用 --new 开一个账号。")
    return found


def _new(
    books: Books, name: str | None, role: str | None, unit: str | None, by: str, at: datetime
) -> Account:
    if name is None or role is None:
        raise BadInput("新开账号要写 --name 名字 和 --role 身份。")
    return roles.add_desk_account(books, name, role_of(role), unit, actor=by, at=at)
