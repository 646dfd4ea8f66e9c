"""``lawbot roster`` and ``lawbot invite``: the roster file and one-time codes."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.house import read, show_json, with_store, write
from lawbot.cli.progress import working
from lawbot.settings import Settings
from lawbot.wiring import BOT_USERNAME
from lawcore.access import people as roles
from lawcore.access.people import invite as record_invite
from lawcore.clock import Clock, local_text
from lawcore.errors import BadInput, NotFound
from lawcore.ids import AccountId
from lawcore.participation.enlist import enlist
from lawcore.participation.enrol import INVITE_LIFE, new_code
from lawcore.participation.forget import forget_address, forget_cadre
from lawcore.people.model import DESK, ROLE_WORDS, Address, Role
from lawcore.people.roster_change import RosterChange
from lawcore.storage import Books, Store

group = typer.Typer(no_args_is_help=True, help="名册：单位和干部，用 xlsx 文件导入导出。")

people_group = typer.Typer(no_args_is_help=True, help="人：删除个人数据。")

File = Annotated[Path, typer.Argument(metavar="FILE", help="xlsx 文件名。")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="roster")
    app.command("invite")(invite)
    app.add_typer(people_group, name="people")


@group.command("template")
def template(file: File, json_: Json = False) -> None:
    """写一份空名册，带填写说明；填好后用 roster import 导入。

    例：lawbot roster template 名册.xlsx
    """
    from lawcore.people.roster_file import write_template  # noqa: PLC0415 - slow to import

    _must_be_xlsx(file)
    if file.exists():
        raise BadInput(f"“{file}”已经有了。为免盖掉填好的名册，请换一个文件名。")
    write_template(file)
    if json_:
        show_json({"file": str(file)})
    else:
        typer.echo(f"已写好空名册“{file}”。先看“说明”表，再填“单位”和“人员”。")


@group.command("import")
def import_(file: File, by: By = CONSOLE, json_: Json = False) -> None:
    """导入名册。有一处错误就什么都不导入，并列出全部错误。

    例：lawbot roster import 名册.xlsx
    """
    from lawcore.people.roster_file import read_roster  # noqa: PLC0415 - slow to import

    with working("正在检查名册…"):
        known = read(lambda books, _: books.people.roster().units)
        roster = read_roster(file, known)

    def job(books: Books, at: datetime) -> RosterChange:
        return enlist(books, roster, file.name, actor=by, at=at)

    with working(f"正在导入 {len(roster.units)} 个单位、{len(roster.cadres)} 人…"):
        change = write(job)
    if json_:
        show_json({"units": len(roster.units), "cadres": len(roster.cadres), **asdict(change)})
        return
    typer.echo(f"已导入：{len(roster.units)} 个单位，{len(roster.cadres)} 人。")
    typer.echo(f"  单位：新增 {change.new_units}，改动 {change.changed_units}。")
    typer.echo(f"  人员：新增 {change.new_cadres}，改动 {change.changed_cadres}。")


@group.command("export")
def export(file: File, json_: Json = False) -> None:
    """导出名册，格式和导入的一样，改好可以再导入。

    例：lawbot roster export 名册-备份.xlsx
    """
    from lawcore.people.roster_file import write_roster  # noqa: PLC0415 - slow to import

    _must_be_xlsx(file)
    with working("正在导出名册…"):
        roster = read(lambda books, _: books.people.roster())
        write_roster(roster, file)
    if json_:
        show_json({"file": str(file), "units": len(roster.units), "cadres": len(roster.cadres)})
    else:
        typer.echo(
            f"已导出 {len(roster.units)} 个单位、{len(roster.cadres)} 人到“{file}”。"
            "文件含个人信息，请妥善保存。"
        )


def invite(
    role: Annotated[
        str,
        typer.Option(
            help="admin 管理员，editor 编辑，approver 审批人，cadre 干部，unit-admin 村级管理员。"
        ),
    ],
    person: Annotated[str | None, typer.Option(help="工号；邀请干部必须写。")] = None,
    unit: Annotated[
        str | None, typer.Option(help="村级管理员管的单位（编码），连同它下面的。")
    ] = None,
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """生成一次性邀请码，7 天内有效，用过即废。

    例：lawbot invite --role cadre --person G001
    """
    wanted = role_of(role)
    code = new_code()

    def job(books: Books, at: datetime) -> tuple[str | None, datetime]:
        record_invite(books, wanted, person, unit, code, actor=by, at=at)
        return books.facts.get(BOT_USERNAME), at + INVITE_LIFE

    bot, expires_at = write(job)
    link = f"https://t.me/{bot}?start={code}" if bot else None
    if json_:
        who = {"role": wanted.value, "person": person, "unit": unit}
        shown = who | {"code": code, "link": link}
        show_json(shown | {"expires_at": expires_at.isoformat()})
        return
    named = [f"工号 {person}"] if person else []
    named += [f"单位 {unit}"] if unit else []
    whose = f"（{'，'.join(named)}）" if named else ""
    typer.echo(f"{ROLE_WORDS[wanted]}邀请码{whose}：{code}")
    if link:
        typer.echo(f"  链接：{link}")
    else:
        typer.echo("  机器人运行过一次（lawbot run）后，这里才会显示链接。")
    typer.echo(f"  打不开链接时，给机器人发送 /start {code} 也一样。")
    typer.echo(f"  有效到 {local_text(expires_at)}，只能用一次；请只发给本人。")


def role_of(word: str) -> Role:
    """The role that is called so. Raises BadInput."""
    try:
        return Role(word)
    except ValueError:
        known = "、".join(role.value for role in Role)
        raise BadInput(f"--role 只能是 {known}，不能是“{word}”。") from None


def _must_be_xlsx(file: Path) -> None:
    if file.suffix.lower() != ".xlsx":
        raise BadInput(f"“{file.name}”的结尾要是 .xlsx。")


@people_group.command("forget")
def forget(
    person: Annotated[str | None, typer.Option(help="干部的工号。")] = None,
    telegram: Annotated[str | None, typer.Option(help="聊天的编号（数字）。")] = None,
    desk: Annotated[str | None, typer.Option(help="只用网页的人的名字。")] = None,
    account: Annotated[int | None, typer.Option(help="账号编号。")] = None,
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """删除一个人的账号：聊天编号或名字、所在村、身份、网页登录；台账里的条数不变。

    例：lawbot people forget --telegram 123456789

    例：lawbot people forget --desk 张三
    """
    if sum(word is not None for word in (person, telegram, desk, account)) != 1:
        raise BadInput("请在 --person 工号、--telegram 编号、--desk 名字、--account 编号里写一个。")

    def job(books: Books, at: datetime) -> None:
        if person is not None:
            forget_cadre(books.forgetting, books.ledger, person, actor=by, at=at)
            return
        where = _address(books, telegram, desk, account)
        if not forget_address(books.forgetting, books.ledger, where, at=at, actor=by):
            raise NotFound("没有这个人的登记，没有可删除的。")

    async def work(store: Store, clock: Clock, _settings: Settings) -> None:
        await store.write(lambda books: job(books, clock.now()))
        await store.wipe()

    with_store(work)
    if json_:
        show_json({"forgotten": True})
    else:
        typer.echo("已删除。旧的备份里还有，请按备份的保存期限一并清理。")


def _address(books: Books, telegram: str | None, desk: str | None, account: int | None) -> Address:
    """Where the person is, by the one of the three that was written."""
    if telegram is not None:
        return Address("telegram", telegram)
    if desk is not None:
        return Address(DESK, desk.strip())
    return roles.get(books, AccountId(account or 0)).address
