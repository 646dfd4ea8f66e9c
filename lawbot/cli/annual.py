"""``lawbot report annual`` and ``report explain``: a year in figures, and the rows behind each."""

import asyncio
import json
import tempfile
from collections.abc import Mapping
from datetime import datetime, time
from itertools import islice
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from lawbot.cli.house import read, show_json
from lawbot.cli.ledger_words import YEARS, a_day
from lawbot.cli.progress import working
from lawbot.cli.report import group
from lawbot.settings import read_settings
from lawcore.calendar.observance import occasions
from lawcore.clock import local_day, moment
from lawcore.content import read_calendar
from lawcore.errors import BadInput
from lawcore.ids import ObservanceKey
from lawcore.reports.annual import Annual, collect_annual
from lawcore.reports.catalogue import find
from lawcore.reports.claims import Recounted, hold_against
from lawcore.reports.figure import Evidence, Figure, Scope
from lawcore.storage import Books, open_store

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]

NOON = time(12)
SHOWN = 50
"""Rows shown at once; a figure may stand on a hundred thousand."""


class Explained(NamedTuple):
    """A figure with the first of its rows."""

    figure: Figure
    scope: Scope
    value: int
    rows: list[Evidence]
    all_rows: int


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("annual")(annual)
    group.command("explain")(explain)


def annual(
    out: Annotated[Path, typer.Option(help="文件名，结尾是 .docx。")],
    year: Annotated[int | None, typer.Option(help="年份，如 2026。")] = None,
    json_: Annotated[
        Path | None, typer.Option("--json", help="再写一份 JSON，- 表示输出到屏幕。")
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(help="重算一份原报告（TOML，sample 表示自带的样例），列出对不上和说不清的。"),
    ] = None,
) -> None:
    """写年度报告的数据部分：句子、数据表、不能说明的事项、和上年比较，公文版式。

    例：lawbot report annual --year 2026 --out 年度数据.docx
    """
    from lawcore.reports.annual_file import annual_json, write_annual  # noqa: PLC0415 - when asked

    if (year is None) == (replay is None):
        raise BadInput("写明 --year 年份，或者 --replay 文件，只能选一种。")
    if year is not None and year not in YEARS:
        raise BadInput(f"--year 要写成 2026 这样的年份，不能是 {year}。")
    doubts: Recounted | None = None
    with working("正在统计…"):
        if replay is not None:
            found, doubts = _replayed(replay)
        else:
            found = _counted(year or 0)
        write_annual(found, out, doubts)
    content = annual_json(found, doubts)
    if json_ is not None and f"{json_}" != "-":
        _write_json(content, json_)
    if json_ is not None and f"{json_}" == "-":
        show_json(content | {"file": str(out)})
        return
    typer.echo(f"已写入“{out}”：{content['title']}，数据截至 {found.cut_off}。")
    for sentence in content["cannot_say"]:
        typer.echo(f"  不能说明：{sentence}")
    for sentence in doubts.findings if doubts else ():
        typer.echo(f"  核对：{sentence}")


def explain(
    figure: Annotated[str, typer.Argument(metavar="编号", help="报告里数旁边的编号，如 A1。")],
    from_: Annotated[str | None, typer.Option("--from", help="第一天，默认今年元旦。")] = None,
    to: Annotated[str | None, typer.Option(help="最后一天，默认今天。")] = None,
    unit: Annotated[str | None, typer.Option(help="只要这个单位（编码）和它下面的。")] = None,
    all_: Annotated[bool, typer.Option("--all", help=f"列出全部，不只前 {SHOWN} 条。")] = False,
    json_: Json = False,
) -> None:
    """列出一个数是由哪些记录加起来的。

    例：lawbot report explain A2/unit/C01 --from 2026-01-01 --to 2026-12-31
    """

    def job(books: Books, at: datetime) -> Explained:
        today = local_day(at)
        first = a_day(from_, "--from") if from_ else today.replace(month=1, day=1)
        units = books.people.units()
        whole = next((one.id for one in units if one.code == unit), None)
        if unit and whole is None:
            raise BadInput(f"名册里没有编码为 {unit} 的单位，请检查 --unit。")
        asked = Scope(first, a_day(to, "--to") if to else today, whole)
        wanted, scope = find(figure, asked, units)
        rows = books.counts.evidence(wanted, scope)
        shown = list(rows) if all_ or json_ else list(islice(rows, SHOWN))
        rest = sum(1 for _ in rows)
        value = books.counts.count(wanted, scope)
        return Explained(wanted, scope, value, shown, len(shown) + rest)

    _show(figure, read(job), json_)


def _show(words: str, found: Explained, json_: bool) -> None:
    figure, scope = found.figure, found.scope
    if json_:
        rows = [row_of(row) for row in found.rows]
        about = {"id": words, "title": figure.title, "measure": figure.measure}
        period = {"from": f"{scope.first}", "to": f"{scope.last}"}
        show_json(about | period | {"value": found.value, "meaning": figure.meaning, "rows": rows})
        return
    typer.echo(f"{words} {figure.title}：{found.value} {figure.measure}")
    days = "" if scope.exam else f"{scope.first} 至 {scope.last}。"
    typer.echo(f"  {days}{figure.meaning}")
    for row in found.rows:
        note = f"（{row.note}）" if row.note else ""
        unit = f"  {row.unit}" if row.unit else ""
        typer.echo(f"  {row.number}  {row.day}  {row.what}{note}{unit}  {row.value}")
    left = found.all_rows - len(found.rows)
    more = f"，还有 {left} 条没有列出，用 --all 全部列出" if left else ""
    typer.echo(f"  共 {found.all_rows} 条记录，加起来是 {found.value}{more}。")


def row_of(row: Evidence) -> dict[str, object]:
    """A row as JSON."""
    return {
        "number": row.number,
        "date": f"{row.day}",
        "what": row.what,
        "unit": row.unit,
        "value": row.value,
        "note": row.note,
    }


def _counted(year: int) -> Annual:
    settings = read_settings()
    titles = _titles(settings.content)

    def job(books: Books, at: datetime) -> Annual:
        return collect_annual(books, settings.township, year, titles, at)

    return read(job)


def _replayed(path: Path) -> tuple[Annual, Recounted]:
    """File the ledger of a report in a database of its own and count it like any other."""
    from lawcore.content.replay import file_replay, read_replay  # noqa: PLC0415 - when asked

    replay = read_replay(None if f"{path}" == "sample" else path)
    content = read_settings().content
    pack = read_calendar(content)
    at = moment(replay.cut_off, NOON)

    async def counted() -> Annual:
        with tempfile.TemporaryDirectory() as folder:
            store = await open_store(f"sqlite:///{folder}/replay.db")
            try:
                await store.write(lambda books: file_replay(books, replay, at))
                return await store.read(
                    lambda books: collect_annual(
                        books, replay.township, replay.year, _titles(content), at
                    )
                )
            finally:
                await store.close()

    found = asyncio.run(counted())
    days = occasions(pack.observances.values(), (), replay.year)
    return found, hold_against(found, replay.claims, {day.observance.key: day for day in days})


def _titles(content: Path | None) -> Mapping[ObservanceKey, str]:
    return {key: one.title for key, one in read_calendar(content).observances.items()}


def _write_json(content: Mapping[str, object], path: Path) -> None:
    from lawcore.sheets.whole_file import write_whole  # noqa: PLC0415 - when asked

    text = json.dumps(content, ensure_ascii=False, indent=2)
    write_whole(path, f"{text}\n".encode())
