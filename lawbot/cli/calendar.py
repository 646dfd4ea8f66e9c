"""``lawbot calendar``: the year's occasions, for the eye at 80 columns, for a pipe, as a file."""

import re
import shutil
import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lawbot.cli.house import read, show_json
from lawbot.cli.notice import as_json as notice_as_json
from lawbot.settings import read_settings
from lawcore.calendar.observance import Notice, Occasion, occasions
from lawcore.clock import local_day
from lawcore.content import CalendarPack, commencements, is_stale, read_calendar
from lawcore.errors import BadInput

DATES = 20
"""Columns that dates take; a Chinese character takes two."""

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("calendar")(show_calendar)


def show_calendar(
    year: Annotated[int | None, typer.Option(help="年份，默认今年。")] = None,
    as_json: Json = False,
    ics: Annotated[Path | None, typer.Option(help="写成日历文件，可导入手机或电脑日历。")] = None,
) -> None:
    """列出一年的普法节点：日期、依据、部门，以及还在待通知的。

    例：lawbot calendar --year 2027 --ics cal.ics
    """
    if year is not None and not 1900 <= year < 2200:
        raise BadInput(f"--year 要在 1900 到 2199 之间，不能是 {year}。")
    pack = read_calendar(read_settings().content)
    notices, at = read(lambda books, at: (books.notices.all(), at))
    wanted = local_day(at).year if year is None else year
    found = _of_year(pack, notices, wanted)
    if ics:
        _write_ics(ics, found, at, pack)
    if as_json:
        told = [_plain(occasion, local_day(at)) for occasion in found]
        show_json({"year": wanted, "occasions": told})
    else:
        _show(found, wanted, local_day(at))
        if ics:
            typer.echo(f"已写入 {ics}")


def _of_year(pack: CalendarPack, notices: Iterable[Notice], year: int) -> tuple[Occasion, ...]:
    kept = occasions(pack.observances.values(), notices, year)
    found = (*kept, *commencements(pack.registry, year))
    return tuple(sorted(found, key=lambda occasion: occasion.start or date.max))


def _write_ics(path: Path, found: tuple[Occasion, ...], at: datetime, pack: CalendarPack) -> None:
    from lawcore.calendar.ical import write_calendar  # noqa: PLC0415 - slow to import

    try:
        path.write_bytes(write_calendar(found, at=at, law_names=pack.law_names))
    except OSError:
        raise BadInput(f"写不进 {path}，请检查文件夹是否存在、能否写入。") from None


def _show(found: tuple[Occasion, ...], year: int, today: date) -> None:
    typer.echo(f"{year} 年普法日历\n")
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for occasion in found:
        typer.echo("\n".join(told(occasion, width)))
    typer.echo("")
    stale = [each.observance.title for each in found if is_stale(each.observance.checked, today)]
    if stale:
        typer.echo(f"{len(stale)} 个节点核对后已超过十二个月，要重新核对：{'、'.join(stale)}。")
    awaiting = sum(occasion.awaiting_notice for occasion in found)
    typer.echo(
        f"共 {len(found)} 个节点，其中 {awaiting} 个待通知。收到文件后用 lawbot notice add 录入。"
    )


def told(occasion: Occasion, width: int | None) -> list[str]:
    """The dates and the title; below it what they rest on and who acts. None: nothing is folded."""
    from rich.cells import cell_len  # noqa: PLC0415 - only people who read need it

    observance = occasion.observance
    state = f"  [{occasion.state_text}]" if occasion.state_text else ""
    title = observance.title + ("（可选）" if observance.optional else "") + state
    dates = occasion.date_text
    gap = " " * max(DATES - cell_len(dates), 2)
    parts = [f"日期依据：{observance.verification.label}"]
    if observance.basis:
        parts.append(f"法条：{'、'.join(str(cite) for cite in observance.basis)}")
    if observance.departments:
        parts.append(f"部门：{'、'.join(observance.departments)}")
    lines = [f"{dates}{gap}{title}"]
    for piece in re.findall("[^、；]+[、；]?", "；".join(parts)):
        last = lines[-1]
        if len(lines) > 1 and (width is None or cell_len(last + piece) <= width):
            lines[-1] = last + piece
        else:
            lines.append(" " * DATES + piece)
    return lines


def _plain(occasion: Occasion, today: date) -> dict[str, Any]:
    observance = occasion.observance
    return {
        "observance": observance.key,
        "title": observance.title,
        "start": occasion.start,
        "end": occasion.end,
        "awaiting_notice": occasion.awaiting_notice,
        "state": occasion.state_text,
        "notice": notice_as_json(occasion.notice) if occasion.notice else None,
        "verification": observance.verification,
        "source": observance.source,
        "basis": [cite._asdict() for cite in observance.basis],
        "laws": observance.laws,
        "departments": observance.departments,
        "audience": observance.audience,
        "lead_days": observance.lead_days,
        "optional": observance.optional,
        "checked": observance.checked,
        "stale": is_stale(observance.checked, today),
        "note": observance.note,
    }
