"""``lawbot db``: migrations."""

import asyncio
from typing import Annotated

import typer

from lawbot.cli.house import show_json
from lawbot.settings import read_settings
from lawcore.storage.opening import Fit, check, upgrade

group = typer.Typer(no_args_is_help=True, help="数据库：升级、检查版本。")

FIT_WORDS = {
    Fit.EMPTY: "空库：首次使用时自动建表",
    Fit.FITS: "版本正确",
    Fit.OLD: "版本较旧：请先备份，再运行 lawbot db upgrade",
    Fit.NEW: "数据库由更新的程序写成：请先升级程序",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="db")


@group.command("upgrade")
def upgrade_() -> None:
    """把数据库升级到本程序的版本（先备份）。

    例：lawbot db upgrade
    """
    asyncio.run(upgrade(read_settings().database_url))
    typer.echo("数据库已是最新版本。")


@group.command("check")
def check_(
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """看数据库的版本是否合适；不合适时退出码为 1。

    例：lawbot db check
    """
    fit = asyncio.run(check(read_settings().database_url))
    if json_:
        show_json({"fit": fit.value})
    else:
        typer.echo(FIT_WORDS[fit])
    if fit in {Fit.OLD, Fit.NEW}:
        raise typer.Exit(2 if fit is Fit.NEW else 1)
