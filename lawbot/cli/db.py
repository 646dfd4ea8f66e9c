"""``lawbot db``: migrations."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.house import maintained, show_json, write
from lawbot.cli.progress import working
from lawbot.settings import read_settings
from lawcore.delivery.model import STATE_WORDS
from lawcore.reports.live import Difference
from lawcore.storage import Books
from lawcore.storage.opening import Fit, check, upgrade

group = typer.Typer(no_args_is_help=True, help="数据库：升级、检查版本、核对汇总数。")

FIT_WORDS = {
    Fit.EMPTY: "空库：首次使用时自动建表",
    Fit.FITS: "版本正确",
    Fit.OLD: "版本较旧：请先用原来的程序备份，再运行 lawbot db upgrade",
    Fit.NEW: "数据库由更新的程序写成：请先升级程序",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="db")


@group.command("upgrade")
def upgrade_(by: By = CONSOLE) -> None:
    """把数据库升级到本程序的版本（先备份）。

    例：lawbot db upgrade
    """
    address = read_settings().database_url
    before = asyncio.run(check(address))
    asyncio.run(upgrade(address))
    if before is Fit.OLD:
        maintained("upgrade", by)
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


@group.command("recount")
def recount(
    by: By = CONSOLE,
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """把网页上用的汇总数和原始记录重新核对；不一致就按记录改正，退出码为 1。

    例：lawbot db recount
    """

    def job(books: Books, _at: datetime) -> tuple[tuple[Difference, ...], dict[int, str]]:
        found = books.tallies.differences()
        if found:
            books.tallies.rebuild()
        return found, {unit.id: unit.name for unit in books.people.units()}

    with working("正在重新核对…"):
        found, names = write(job)
        if found:
            maintained("recount", by)
    if json_:
        show_json([asdict(one) for one in found])
    elif found:
        for one in found:
            unit = names.get(one.unit, "没有单位的")
            number = f"原来是 {one.kept}，按记录应是 {one.counted}"
            typer.echo(f"  {_subject(one)}，{unit}，{WORDS[one.kind][one.what]}：{number}")
        typer.echo(f"有 {len(found)} 个汇总数和记录不一致，已经按记录改正。")
    else:
        typer.echo("汇总数和记录完全一致。")
    if found:
        raise typer.Exit(1)


WORDS: dict[str, dict[str, str]] = {
    "delivery": {"intended": "应发"} | {str(key): word for key, word in STATE_WORDS.items()},
    "exam": {"candidates": "名单", "exempt": "免考", "attended": "实考", "passed": "合格"},
    "activity": {
        "events": "场次",
        "attendances": "人次",
        "uncounted": "没有统计人次的场次",
        "copies": "资料",
        "pushes": "推送",
        "joint": "联合活动",
    },
    "resident": {"active": "正在接收", "blocked": "已停用机器人", "left": "已退出"},
}


def _subject(one: Difference) -> str:
    match one.kind:
        case "delivery":
            return f"宣传任务 {one.subject}"
        case "exam":
            return f"考试 {one.subject}"
        case "activity":
            return f"{one.subject // 100} 年 {one.subject % 100} 月的活动"
    return "居民"
