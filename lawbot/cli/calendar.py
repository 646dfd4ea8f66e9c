"""``lawbot calendar`` and ``lawbot notice``: the year's occasions and what its documents say."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lawbot.cli.house import read, show_json, write
from lawbot.settings import read_settings
from lawcore.calendar.observance import Notice, Occasion, check_against_law, occasions
from lawcore.clock import local_day
from lawcore.content import CalendarPack, commencements, is_stale, read_calendar
from lawcore.errors import BadInput
from lawcore.ids import ObservanceKey
from lawcore.storage import Books

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("calendar")(show_calendar)
    notice = typer.Typer(no_args_is_help=True, help="每年发文确定的节点：录入和查看通知。")
    notice.command("add")(add_notice)
    notice.command("list")(list_notices)
    app.add_typer(notice, name="notice")


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


def add_notice(
    observance: Annotated[str, typer.Option(help="节点，例如 constitution-week。")],
    year: Annotated[int, typer.Option(help="哪一年的。")],
    start: Annotated[str, typer.Option(help="开始日期，例如 2026-12-01。")],
    end: Annotated[str, typer.Option(help="结束日期。")],
    document: Annotated[str, typer.Option(help="文号或通知名称。")],
    theme: Annotated[str, typer.Option(help="今年的主题。")] = "",
    as_json: Json = False,
) -> None:
    """录入当年的通知；同一节点再次录入即为更正。

    例：lawbot notice add --observance constitution-week --year 2026 --start 2026-12-01
    --end 2026-12-07 --document 皖法宣办〔2026〕17号 --theme 宪法进万家
    """
    pack = read_calendar(read_settings().content)
    found = pack.observances.get(ObservanceKey(observance))
    if found is None:
        raise BadInput(f"没有「{observance}」这个节点，用 lawbot calendar --json 查看全部节点。")
    notice = Notice(
        observance=found.key,
        year=year,
        start=_day(start, "--start"),
        end=_day(end, "--end"),
        document=document,
        theme=theme,
    )

    check_against_law(found, notice)

    def record(books: Books, at: datetime) -> None:
        books.notices.add(notice, at)

    write(record)
    if as_json:
        show_json(_plain_notice(notice))
    else:
        typer.echo(f"已录入：{found.title}，{start} 至 {end}，{document}。")


def list_notices(as_json: Json = False) -> None:
    """列出录入过的通知。

    例：lawbot notice list
    """
    notices = read(lambda books, _: books.notices.all())
    if as_json:
        show_json([_plain_notice(notice) for notice in notices])
        return
    for notice in notices:
        theme = f"，主题：{notice.theme}" if notice.theme else ""
        typer.echo(
            f"{notice.year} {notice.observance}：{notice.start} 至 {notice.end}，"
            f"{notice.document}{theme}"
        )
    if not notices:
        typer.echo("还没有录入通知。")


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
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=f"{year} 年普法日历", show_lines=False)
    for heading in ("日期", "节点", "日期依据和法条", "部门", "状态"):
        table.add_column(heading, overflow="fold")
    for occasion in found:
        observance = occasion.observance
        basis = "\n".join(str(cite) for cite in observance.basis)
        table.add_row(
            occasion.date_text,
            observance.title + ("（可选）" if observance.optional else ""),
            f"{observance.verification.label}\n{basis}".strip(),
            "、".join(observance.departments),
            occasion.state_text,
        )
    Console().print(table)
    stale = [each.observance.title for each in found if is_stale(each.observance.checked, today)]
    if stale:
        typer.echo(f"{len(stale)} 个节点核对后已超过十二个月，要重新核对：{'、'.join(stale)}。")
    awaiting = sum(occasion.awaiting_notice for occasion in found)
    typer.echo(
        f"共 {len(found)} 个节点，其中 {awaiting} 个待通知。收到文件后用 lawbot notice add 录入。"
    )


def _plain(occasion: Occasion, today: date) -> dict[str, Any]:
    observance = occasion.observance
    return {
        "observance": observance.key,
        "title": observance.title,
        "start": occasion.start,
        "end": occasion.end,
        "awaiting_notice": occasion.awaiting_notice,
        "state": occasion.state_text,
        "notice": _plain_notice(occasion.notice) if occasion.notice else None,
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


def _plain_notice(notice: Notice) -> dict[str, Any]:
    return {
        "observance": notice.observance,
        "year": notice.year,
        "start": notice.start,
        "end": notice.end,
        "document": notice.document,
        "theme": notice.theme,
    }


def _day(written: str, option: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadInput(f"{option} 要写成 2026-12-01 这样的日期，不能是「{written}」。") from None
