"""``lawbot activity due`` and ``activity plan``: 谁执法谁普法, the responsibility list."""

from datetime import date, datetime
from typing import Annotated, Any

import typer

from lawbot.cli.activity import group
from lawbot.cli.activity_fields import said
from lawbot.cli.actor import By
from lawbot.cli.house import read, show_json, write
from lawbot.cli.ledger_words import YEARS, a_day, known_of
from lawbot.settings import read_settings
from lawcore.calendar.observance import occasions
from lawcore.campaigns.duties import (
    DUTY_STATE_WORDS,
    Duty,
    DutyLine,
    DutyState,
    Plan,
    duties_of,
    lines,
    make_plan,
)
from lawcore.clock import local_day
from lawcore.content import read_calendar
from lawcore.errors import BadInput
from lawcore.storage import Books

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
NEAR_DAYS = 30
"""Duties of the next days that the short view shows."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("due")(due)
    group.command("plan")(plan)


def due(
    year: Annotated[int | None, typer.Option(help="年份，默认今年。")] = None,
    all_: Annotated[bool, typer.Option("--all", help="列出整张责任清单。")] = False,
    json_: Json = False,
) -> None:
    """谁执法谁普法：过期没有记录的，和 30 天内还没有安排的。

    例：lawbot activity due --year 2026
    """

    def job(books: Books, at: datetime) -> tuple[tuple[DutyLine, ...], date]:
        today = local_day(at)
        wanted = _year(year, today)
        known = books.duties.evidence(wanted)
        return lines(_duties(books, wanted), known, today), today

    found, today = read(job)
    shown = found if all_ else tuple(line for line in found if _presses(line, today))
    if json_:
        show_json([_as_json(line) for line in shown])
        return
    for line in shown:
        typer.echo(_said(line))
    overdue = sum(line.state is DutyState.OVERDUE for line in found)
    typer.echo(f"责任清单共 {len(found)} 项，过期没有记录的 {overdue} 项。")
    if not all_:
        typer.echo("这里只列过期的和 30 天内没有安排的；用 --all 看整张清单。")


def plan(
    observance: Annotated[str, typer.Option(help="普法节点的名称或编号。")],
    unit: Annotated[str, typer.Option(help="责任单位的名称或编码。")],
    date: Annotated[str, typer.Option(help="打算哪一天办，如 2026-12-04。")],
    what: Annotated[str, typer.Option(help="打算做什么。")],
    by: By,
    json_: Json = False,
) -> None:
    """记下一个单位对一个普法日的安排；有了安排就不再提醒。

    例：lawbot activity plan --observance 国家宪法日 --unit 司法所 --date 2026-12-04
    --what 广场宣传 --by 张三
    """
    planned_for = a_day(date, "--date")

    def job(books: Books, at: datetime) -> Duty:
        known = known_of(books)
        key = said("--observance", known.observance, observance)
        owner = said("--unit", known.unit, unit)
        duties = _duties(books, planned_for.year)
        given = Plan(what, planned_for, by)
        return make_plan(books, duties, (key, owner), given, actor=by, at=at)

    duty = write(job)
    if json_:
        show_json({"observance": duty.observance, "unit": duty.department, "what": what})
    else:
        typer.echo(f"已记下：{duty.department}，{duty.title}（{duty.date_text}）：{what}。")


def _duties(books: Books, year: int) -> tuple[Duty, ...]:
    pack = read_calendar(read_settings().content)
    found = occasions(pack.observances.values(), books.notices.all(), year)
    return duties_of(found, books.people.units())


def _presses(line: DutyLine, today: date) -> bool:
    """Whether the short view shows it."""
    if line.state is DutyState.OVERDUE:
        return True
    start = line.duty.start
    near = start is not None and (start - today).days <= NEAR_DAYS
    return line.state is DutyState.AHEAD and near


def _said(line: DutyLine) -> str:
    duty = line.duty
    parts = [f"{duty.date_text}  {duty.title}  {duty.department}  {DUTY_STATE_WORDS[line.state]}"]
    if line.held:
        parts.append("、".join(f"{proof.number} {proof.name}" for proof in line.held))
    if line.sent:
        parts.append(f"消息已发出 {line.sent.sent} 人次")
    if line.plan:
        parts.append(f"{line.plan.planned_for} {line.plan.what}")
    if duty.unit is None:
        parts.append("名册里没有这个单位")
    elif not line.contacts and line.state is DutyState.AHEAD:
        parts.append("没有可提醒的联系人")
    return "  ".join(parts)


def _as_json(line: DutyLine) -> dict[str, Any]:
    duty = line.duty
    return {
        "observance": duty.observance,
        "title": duty.title,
        "start": duty.start and f"{duty.start}",
        "end": duty.end and f"{duty.end}",
        "department": duty.department,
        "on_roster": duty.unit is not None,
        "state": line.state.value,
        "held": [{"number": p.number, "date": f"{p.day}", "name": p.name} for p in line.held],
        "sent": line.sent and {"campaign": line.sent.campaign, "sent": line.sent.sent},
        "plan": line.plan and {"what": line.plan.what, "date": f"{line.plan.planned_for}"},
        "contacts": line.contacts,
    }


def _year(year: int | None, today: date) -> int:
    if year is not None and year not in YEARS:
        raise BadInput(f"--year 要写成 2026 这样的年份，不能是 {year}。")
    return year or today.year
