"""``lawbot report``: who took part, and how an exam went."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from lawbot.cli.house import read, show_json
from lawbot.cli.progress import working
from lawbot.settings import read_settings
from lawcore.errors import BadInput
from lawcore.ids import ExamId
from lawcore.reports.collect import collect, place_of
from lawcore.reports.participation import Participation
from lawcore.reports.scores import ExamReport, collect_scores
from lawcore.storage import Books

group = typer.Typer(no_args_is_help=True, help="报表：参与情况、考试成绩。")

YEARS = range(2000, 2100)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="report")


@group.command("participation")
def participation(
    from_: Annotated[str, typer.Option("--from", help="第一天，如 2026-10-01。")],
    to: Annotated[str, typer.Option(help="最后一天（算在内），如 2026-12-31。")],
    out: Annotated[Path, typer.Option(help="文件名，结尾是 .xlsx、.csv 或 .json。")],
    unit: Annotated[str | None, typer.Option(help="只要这个单位（编码）和它下面的。")] = None,
    public: Annotated[bool, typer.Option("--public", help="公开版：少于 5 的人数不写。")] = False,
    json_: Json = False,
) -> None:
    """写参与情况表：各场考试和各条消息，按单位列出人数、人次和比率。

    例：lawbot report participation --from 2026-10-01 --to 2026-12-31 --out 参与情况.xlsx
    """
    from lawcore.reports.files import (  # noqa: PLC0415 - when asked
        as_json,
        public_json,
        write_participation,
    )

    first, last = _day(from_, "--from"), _day(to, "--to")
    township = read_settings().township

    def job(books: Books, at: datetime) -> Participation:
        found = books.people.unit_by_code(unit) if unit else None
        if unit and found is None:
            raise BadInput(f"名册里没有编码为 {unit} 的单位，请检查 --unit。")
        place = place_of(township, found)
        return collect(books.figures, place, first, last, found.id if found else None, at)

    with working("正在统计…"):
        report = read(job)
        write_participation(report, out, public=public)
    if json_:
        show_json((public_json(report) if public else as_json(report)) | {"file": str(out)})
        return
    typer.echo(f"已写入“{out}”：{len(report.exams)} 场考试，{len(report.campaigns)} 条消息。")
    if public:
        typer.echo("  公开版：少于 5 的人数和能推算出它的数都不写，这里也不写。")
        return
    for exam in report.exams:
        total = exam.total
        state = "（进行中）" if exam.open else ""
        typer.echo(f"  {exam.title}{state}：参考率 {total.attendance}，免考 {total.exempt} 人")
    for makeup in report.makeups:
        after = makeup.total.passed_after_of_due
        state = "（进行中）" if makeup.open else ""
        typer.echo(f"  {makeup.title}补考{state}：补考后合格率（应考）{after}")


@group.command("exam")
def exam(
    key: Annotated[int, typer.Argument(metavar="EXAM", help="考试的编号，见 lawbot exam list。")],
    out: Annotated[Path, typer.Option(help="文件名，结尾是 .xlsx。")],
    json_: Json = False,
) -> None:
    """写一场考试的成绩：每人一行，另有各单位的比率。考试结束后才能导出。

    例：lawbot report exam 1 --out 成绩.xlsx
    """
    from lawcore.reports.exam_sheet import write_exam  # noqa: PLC0415 - slow to import

    township = read_settings().township

    def job(books: Books, at: datetime) -> ExamReport:
        return collect_scores(books, township, ExamId(key), at)

    with working("正在写成绩…"):
        report = read(job)
        write_exam(report, out)
    total = report.units.total
    if json_:
        counts = {"candidates": total.candidates, "exempt": total.exempt}
        counts |= {"attended": total.attended, "passed": total.passed}
        show_json({"exam": key, "title": report.exam.title, "file": str(out), **counts})
        return
    typer.echo(f"已写入“{out}”：{report.exam.title}，{len(report.people)} 人。")
    typer.echo(f"  参考率 {total.attendance}，免考 {total.exempt} 人")
    typer.echo(f"  合格率（实考）{total.passed_of_attended}，（应考）{total.passed_of_due}")
    typer.echo("  文件含个人成绩，只供内部使用。")


def _day(text: str, option: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise BadInput(f"{option} 要写成 2026-12-31 这样的日期，不能是“{text}”。")
    return day
