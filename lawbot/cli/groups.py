"""``lawbot groups``: the groups of the settings, and posting to one of them again."""

from datetime import datetime
from typing import Annotated

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.house import read, show_json, write
from lawbot.settings import read_settings
from lawbot.wiring import groups_of, inspection_of
from lawcore.campaigns.groups import retry as retry_post
from lawcore.delivery.groups import GROUP_STATE_WORDS, GroupLine
from lawcore.errors import BadInput
from lawcore.ids import CampaignId
from lawcore.storage import Books

group = typer.Typer(no_args_is_help=True, help="工作群：查看群文件，重发一个群。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="groups")


@group.command("list")
def list_(json_: Json = False) -> None:
    """检查群文件（LAWBOT_GROUPS），列出各群；不显示地址和密钥。

    例：LAWBOT_GROUPS=群.toml lawbot groups list
    """
    from lawbot.groups.model import KIND_WORDS  # noqa: PLC0415 - only this command needs it

    settings = read_settings()
    if settings.groups is None:
        raise BadInput("没有设置群文件：请把 LAWBOT_GROUPS 写成群文件的路径。")
    entries = groups_of(settings).groups.values()
    names = read(lambda books, _: {unit.code: unit.name for unit in books.people.units()})
    if json_:
        show_json(
            [
                {
                    "name": entry.name,
                    "kind": entry.kind.value,
                    "unit": entry.unit,
                    "unit_name": names.get(entry.unit),
                }
                for entry in entries
            ]
        )
        return
    for entry in entries:
        unit = names.get(entry.unit, f"名册里没有编码为 {entry.unit} 的单位，不会发到这个群")
        typer.echo(f"{entry.name}  {KIND_WORDS[entry.kind]}  {unit}")
    if not entries:
        typer.echo("群文件里还没有群。")


@group.command("retry")
def retry(
    key: Annotated[
        int, typer.Argument(metavar="编号", help="宣传任务的编号，见 lawbot campaign list。")
    ],
    name: Annotated[str, typer.Argument(metavar="群名", help="群文件里写的名字。")],
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """重发一个没有发成的群。“不确定”的，先到群里看过再重发。

    例：lawbot groups retry 3 镇工作群
    """
    inspection = inspection_of(read_settings())

    def job(books: Books, at: datetime) -> GroupLine:
        faults_of = inspection.knowing(books.notices.all())
        return retry_post(books, CampaignId(key), name, faults_of=faults_of, actor=by, at=at)

    line = write(job)
    if json_:
        show_json({"campaign": key, "group": line.group, "state": line.state.value})
    else:
        typer.echo(f"“{line.group}”{GROUP_STATE_WORDS[line.state]}，机器人运行时就会重发。")
