"""``lawbot notice``: what the year's documents say of the dates; recorded, listed, withdrawn."""

from datetime import date
from typing import Annotated, Any

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.house import read, show_json, write
from lawbot.settings import read_settings
from lawcore.calendar.observance import Notice, Observance, occasions
from lawcore.campaigns import notices
from lawcore.content import read_calendar
from lawcore.errors import BadInput
from lawcore.ids import ObservanceKey

Which = Annotated[str, typer.Option("--observance", help="节点，例如 constitution-week。")]
Year = Annotated[int, typer.Option(help="哪一年的。")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]

group = typer.Typer(no_args_is_help=True, help="每年发文确定的节点：录入、查看、撤回通知。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="notice")


@group.command("add")
def add(
    key: Which,
    year: Year,
    start: Annotated[str, typer.Option(help="开始日期，例如 2026-12-01。")],
    end: Annotated[str, typer.Option(help="结束日期。")],
    document: Annotated[str, typer.Option(help="文号或通知名称。")],
    theme: Annotated[str, typer.Option(help="今年的主题。")] = "",
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """录入当年的通知；同一节点再次录入即为更正。

    例：lawbot notice add --observance constitution-week --year 2026 --start 2026-12-01
    --end 2026-12-07 --document 皖法宣办〔2026〕17号 --theme 宪法进万家
    """
    found = _observance(key)
    notice = Notice(
        observance=found.key,
        year=year,
        start=_day(start, "--start"),
        end=_day(end, "--end"),
        document=document,
        theme=theme,
    )
    write(lambda books, at: notices.record(books, found, notice, actor=by, at=at))
    if json_:
        show_json(as_json(notice))
    else:
        typer.echo(f"已录入：{found.title}，{start} 至 {end}，{document}。")


@group.command("remove")
def remove(key: Which, year: Year, by: By = CONSOLE, json_: Json = False) -> None:
    """撤回录错的通知：这一年的日期回到没有通知时的样子，没发的稿子随后重新起草或退回。

    例：lawbot notice remove --observance constitution-week --year 2026
    """
    found = _observance(key)
    gone = write(lambda books, at: notices.withdraw(books, found, year, actor=by, at=at))
    if json_:
        show_json(as_json(gone))
        return
    typer.echo(f"已撤回：{found.title} {year} 年的通知（{gone.document}）。")
    for now in occasions([found], (), year):
        known = now.date_text if now.start else "还不知道"
        typer.echo(f"日期现在是：{known}" + (f"（{now.state_text}）" if now.state_text else ""))


@group.command("list")
def list_(json_: Json = False) -> None:
    """列出录入的通知；撤回的不列。

    例：lawbot notice list
    """
    found = read(lambda books, _: books.notices.all())
    if json_:
        show_json([as_json(notice) for notice in found])
        return
    for notice in found:
        theme = f"，主题：{notice.theme}" if notice.theme else ""
        typer.echo(
            f"{notice.year} {notice.observance}：{notice.start} 至 {notice.end}，"
            f"{notice.document}{theme}"
        )
    if not found:
        typer.echo("还没有录入通知。")


def as_json(notice: Notice) -> dict[str, Any]:
    """A notice as data."""
    return {
        "observance": notice.observance,
        "year": notice.year,
        "start": notice.start,
        "end": notice.end,
        "document": notice.document,
        "theme": notice.theme,
    }


def _observance(key: str) -> Observance:
    found = read_calendar(read_settings().content).observances.get(ObservanceKey(key))
    if found is None:
        raise BadInput(f"没有“{key}”这个节点，用 lawbot calendar --json 查看全部节点。")
    return found


def _day(written: str, option: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadInput(f"{option} 要写成 2026-12-01 这样的日期，不能是“{written}”。") from None
