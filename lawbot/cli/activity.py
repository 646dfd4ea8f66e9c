"""``lawbot activity``: 活动台账, by command or by a filled-in file."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lawbot.cli.activity_fields import Fields, better_of, given, said, with_fields
from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.house import read, show_json, write
from lawbot.cli.ledger_words import a_day, as_json, key_of, known_of, line
from lawbot.cli.progress import working
from lawbot.settings import read_settings
from lawcore.clock import local_day
from lawcore.content import read_categories
from lawcore.errors import BadInput
from lawcore.ids import ActivityId, RegisterRowId
from lawcore.participation import activity as ledger
from lawcore.participation import filing
from lawcore.participation.activity import Activity, Recorded
from lawcore.reports.figure import Scope
from lawcore.storage import Books

group = typer.Typer(no_args_is_help=True, help="活动台账：记录、导入、审核、更正活动。")

File = Annotated[Path, typer.Argument(metavar="FILE", help="xlsx 文件名。")]
Key = Annotated[str, typer.Argument(metavar="编号", help="如 H12，见 activity list。")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="activity")


@group.command("template")
def template(file: File, json_: Json = False) -> None:
    """写一份空的台账，带填写说明；填好后用 activity import 导入。

    例：lawbot activity template 活动台账.xlsx
    """
    from lawcore.participation.ledger_file import write_template  # noqa: PLC0415 - slow to import

    if file.suffix.lower() != ".xlsx":
        raise BadInput(f"“{file.name}”的结尾要是 .xlsx。")
    if file.exists():
        raise BadInput(f"“{file}”已经有了。为免盖掉填好的台账，请换一个文件名。")
    write_template(read_categories(read_settings().content), file)
    if json_:
        show_json({"file": str(file)})
    else:
        typer.echo(f"已写好空台账“{file}”。先看“说明”表，再填“活动台账”和各登记簿。")


@group.command("import")
def import_(file: File, by: By = CONSOLE, json_: Json = False) -> None:
    """导入填好的台账。有一处错误就什么都不导入，并列出全部错误。

    例：lawbot activity import 活动台账.xlsx
    """
    from lawcore.participation.intake import take_in  # noqa: PLC0415 - slow to import
    from lawcore.participation.ledger_file import read_ledger  # noqa: PLC0415 - slow to import

    with working("正在检查台账…"):
        known, today = read(lambda books, at: (known_of(books), local_day(at)))
        found = read_ledger(file, known, today)

    def job(books: Books, at: datetime) -> None:
        take_in(books.activities, books.ledger, found, file.name, by, at=at)

    with working(f"正在导入 {len(found.activities)} 场活动、{len(found.rows)} 条登记…"):
        write(job)
    if json_:
        show_json({"activities": len(found.activities), "rows": len(found.rows)})
        return
    reviewed = sum(1 for filed in found.activities if filed.reviewer)
    typer.echo(f"已导入：{len(found.activities)} 场活动（{reviewed} 场已审核），")
    typer.echo(f"  登记簿 {len(found.rows)} 条。")


@group.command("add")
@with_fields
def add(
    *,
    date: Annotated[str, typer.Option(help="活动日期，如 2026-11-20。")],
    name: Annotated[str, typer.Option(help="活动名称。")],
    unit: Annotated[str, typer.Option(help="主办单位的名称或编码；联合活动只写一个。")],
    by: By,
    fields: Fields,
    json_: Json = False,
) -> None:
    """记一场活动。联合活动只记一次，写在主办单位名下。

    例：lawbot activity add --date 2026-11-20 --name 民法典进乡村 --unit 青石村 --by 张三
    --attendances 60 --materials "民法典读本 100"
    """

    def job(books: Books, at: datetime) -> Recorded:
        known = known_of(books)
        blank = Activity(
            a_day(date, "--date"), name, said("--unit", known.unit, unit), ledger.Form.OFFLINE, by
        )
        return filing.record(books, replace(blank, **given(known, fields)), actor=by, at=at)

    _show(write(job), "已记下", json_)


@group.command("correct")
@with_fields
def correct(
    *,
    key: Key,
    by: By,
    reason: Annotated[str, typer.Option(help="为什么更正或撤销，和新的一条一起留着。")],
    withdraw: Annotated[bool, typer.Option(help="这一条记错了，不再计数。")] = False,
    date: Annotated[str | None, typer.Option(help="活动日期。")] = None,
    name: Annotated[str | None, typer.Option(help="活动名称。")] = None,
    unit: Annotated[str | None, typer.Option(help="主办单位。")] = None,
    fields: Fields,
    json_: Json = False,
) -> None:
    """更正一条记录：旧的保留，不再计数；新的一条指向它，要重新审核。登记簿的（D5）只能撤销。

    例：lawbot activity correct H12 --by 张三 --attendances 320 --reason 名单漏数一页
    """
    about = {"date": date, "name": name, "unit": unit}
    if withdraw == bool(fields or any(value is not None for value in about.values())):
        raise BadInput("写明要改什么（如 --attendances 320），或者写 --withdraw 撤销，只能选一种。")
    letter, number = key_of(key)
    if letter == "D":
        if not withdraw:
            raise BadInput(
                "登记簿的记录用 --withdraw 撤销；要改内容，就在台账文件里填“更正编号”再导入。"
            )
        _withdraw_row(RegisterRowId(number), by, reason, json_)
        return

    def job(books: Books, at: datetime) -> Recorded:
        old = ActivityId(number)
        if withdraw:
            return filing.withdraw(books, old, by, actor=by, at=at, reason=reason)
        now = ledger.get(books.activities, old).activity
        better = replace(better_of(now, known_of(books), about, fields), filed_by=by)
        return filing.correct(books, old, better, actor=by, at=at, reason=reason)

    _show(write(job), "已撤销" if withdraw else "已更正", json_)


@group.command("review")
def review(key: Key, by: By, json_: Json = False) -> None:
    """审核一条记录；审核人和填报人不能是同一个人。

    例：lawbot activity review H12 --by 李四
    """
    letter, number = key_of(key)
    if letter != "H":
        raise BadInput("登记簿的记录不用审核，这里只审核活动，如 H12。")
    row = ActivityId(number)
    found = write(lambda books, at: filing.review(books, row, by, actor=by, at=at))
    _show(found, "已审核", json_)


@group.command("list")
def list_(
    from_: Annotated[str | None, typer.Option("--from", help="第一天，默认今年元旦。")] = None,
    to: Annotated[str | None, typer.Option(help="最后一天，默认今天。")] = None,
    unit: Annotated[str | None, typer.Option(help="只要这个单位（编码）和它下面的。")] = None,
    all_: Annotated[bool, typer.Option("--all", help="连同已更正、已撤销的。")] = False,
    json_: Json = False,
) -> None:
    """列出台账里的活动。

    例：lawbot activity list --from 2026-10-01 --to 2026-12-31
    """

    def job(books: Books, at: datetime) -> list[dict[str, Any]]:
        today = local_day(at)
        first = a_day(from_, "--from") if from_ else today.replace(month=1, day=1)
        scope = Scope(first, a_day(to, "--to") if to else today)
        if unit:
            scope = replace(scope, unit=known_of(books).unit(unit))
        known = known_of(books)
        return [as_json(one, known) for one in books.listing.activities(scope, all_=all_)]

    found = read(job)
    if json_:
        show_json(found)
        return
    for one in found:
        typer.echo(line(one))
    typer.echo(f"共 {len(found)} 场。" if found else "这段时间台账里没有活动。")


def _withdraw_row(key: RegisterRowId, by: str, reason: str, json_: bool) -> None:
    def job(books: Books, at: datetime) -> RegisterRowId:
        return filing.withdraw_row(books, key, by, actor=by, at=at, reason=reason)

    new = write(job)
    if json_:
        show_json({"number": f"D{new}", "withdraws": f"D{key}"})
    else:
        typer.echo(f"已撤销 D{key}，不再计数。")


def _show(found: Recorded, done: str, json_: bool) -> None:
    shown = read(lambda books, _: as_json(found, known_of(books)))
    if json_:
        show_json(shown)
        return
    typer.echo(f"{done} {line(shown)}")
