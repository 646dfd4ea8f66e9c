"""``lawbot report ledger``: the ledger as a file."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lawbot.cli.house import read, show_json
from lawbot.cli.ledger_words import a_day, known_of
from lawbot.cli.progress import counting
from lawbot.cli.report import group
from lawbot.settings import read_settings
from lawcore.reports.collect import place_of
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import LedgerReport, collect_ledger
from lawcore.storage import Books

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("ledger")(ledger)


def ledger(
    from_: Annotated[str, typer.Option("--from", help="第一天，如 2026-01-01。")],
    to: Annotated[str, typer.Option(help="最后一天（算在内），如 2026-12-31。")],
    out: Annotated[Path, typer.Option(help="文件名，结尾是 .xlsx、.csv 或 .json。")],
    unit: Annotated[str | None, typer.Option(help="只要这个单位（编码）和它下面的。")] = None,
    public: Annotated[
        bool, typer.Option("--public", help="公开版：只有汇总，少于 5 的人次不写。")
    ] = False,
    json_: Json = False,
) -> None:
    """写活动台账：汇总、图表、逐条记录和各登记簿。

    例：lawbot report ledger --from 2026-01-01 --to 2026-12-31 --out 活动台账.xlsx
    """
    from lawcore.reports.ledger_export import (  # noqa: PLC0415 - when asked
        public_json,
        write_ledger,
    )
    from lawcore.reports.ledger_tables import Names  # noqa: PLC0415 - when asked

    first, last = a_day(from_, "--from"), a_day(to, "--to")
    township = read_settings().township

    def job(books: Books, at: datetime) -> LedgerReport:
        known = known_of(books)
        scope = Scope(first, last, known.unit(unit) if unit else None)
        about = next((one for one in known.units if one.id == scope.unit), None)
        report = collect_ledger(books, place_of(township, about), scope, at)
        names = Names(
            {one.id: one.name for one in known.units},
            {one.key: one.title for one in known.observances},
        )
        with counting() as watch:
            write_ledger(report, books.listing, names, out, watch, public=public)
        return report

    report = read(job)
    total = report.total
    if json_ and public:
        show_json({"file": str(out), **public_json(report)})
        return
    if json_:
        figures = {stated.figure.id: stated.value for stated in report.figures}
        show_json({"file": str(out), "cut_off": f"{report.cut_off}", "figures": figures})
        return
    typer.echo(f"已写入“{out}”：{total.events} 场活动，{total.copies} 份资料，")
    if public:
        typer.echo("  公开版：只有汇总，少于 5 的人次和能推算出它的数都不写，这里也不写。")
        return
    typer.echo(f"  {total.attendances} 人次（另有 {total.uncounted} 场没有统计人次）。")
