"""``lawbot exam exempt``, ``add``, ``transfer`` and ``extra``: who sits."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from lawbot.cli.actor import CONSOLE
from lawbot.cli.exam.options import (
    Approver,
    Json,
    Key,
    Person,
    Reason,
    show,
    with_progress,
)
from lawbot.cli.house import write
from lawbot.settings import read_settings
from lawbot.wiring import inspection_of
from lawcore.errors import BadInput
from lawcore.exams import candidates, office
from lawcore.exams.model import Exam, ExamState, Progress
from lawcore.ids import ExamId
from lawcore.storage import Books


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("exempt")(exempt)
    group.command("add")(add)
    group.command("transfer")(transfer)
    group.command("extra")(extra)


def exempt(
    key: Key,
    person: Person,
    reason: Reason,
    undo: Annotated[bool, typer.Option("--undo", help="取消免考，也要写原因。")] = False,
    evidence: Annotated[str, typer.Option(help="证明材料，如 请假条、派出文件的文号。")] = "",
    by: Approver = CONSOLE,
    json_: Json = False,
) -> None:
    """批准一名考生免考，写明原因、证明材料和批准人。考试没开始也可以批，开始时生效。

    批错了或者人提前回来了，考试结束前可以用 --undo 取消，免考和取消都留在台账里。

    例：lawbot exam exempt 1 --person G007 --reason 病假 --evidence 县医院诊断证明 --by 王所长
    """
    if undo:
        if evidence:
            raise BadInput("取消免考不用写 --evidence，写 --reason 就行。")
        _do(
            key,
            json_,
            f"工号 {person} 的免考已取消",
            lambda books, at: candidates.readmit(
                books, ExamId(key), person, reason, actor=by, at=at
            ),
        )
        return

    def job(books: Books, at: datetime) -> tuple[Exam, Progress]:
        office.exempt(books, ExamId(key), person, reason, evidence, actor=by, at=at)
        return with_progress(books, ExamId(key))

    exam, now = write(job)
    ahead = exam.state is ExamState.SCHEDULED
    show(exam, now, json_, f"工号 {person} {'的免考已记下，考试开始时生效' if ahead else '已免考'}")


def add(
    key: Key, person: Person, reason: Reason, by: Approver = CONSOLE, json_: Json = False
) -> None:
    """把名册里的一名干部补进已经开始的考试，另抽一份卷。

    例：lawbot exam add 1 --person G120 --reason 新调入 --by 王所长
    """
    fits = inspection_of(read_settings()).fits
    _do(
        key,
        json_,
        f"工号 {person} 已加入名单",
        lambda books, at: candidates.add(
            books, ExamId(key), person, reason, fits=fits, actor=by, at=at
        ),
    )


def transfer(
    key: Key,
    person: Person,
    reason: Reason,
    to: Annotated[str | None, typer.Option(help="调到哪个单位（编码）；不写就是调出名单。")] = None,
    by: Approver = CONSOLE,
    json_: Json = False,
) -> None:
    """考生调动：调到镇内别的单位，或者调出名单（还没开始答题的）。

    例：lawbot exam transfer 1 --person G007 --to D02 --reason 调任 --by 王所长
    """

    def job(books: Books, at: datetime) -> None:
        if to is None:
            candidates.withdraw(books, ExamId(key), person, reason, actor=by, at=at)
            return
        unit = books.people.unit_by_code(to)
        if unit is None:
            raise BadInput(f"名册里没有编码为 {to} 的单位，请检查 --to。")
        candidates.move(books, ExamId(key), person, unit, reason, actor=by, at=at)

    _do(key, json_, f"工号 {person} 的调动已记下", job)


def extra(
    key: Key,
    person: Person,
    minutes: Annotated[int, typer.Option(help="比别人多几分钟。")],
    reason: Reason,
    by: Approver = CONSOLE,
    json_: Json = False,
) -> None:
    """给一名考生加时，写明原因和批准人；正在答题的马上生效。

    例：lawbot exam extra 1 --person G007 --minutes 15 --reason 视力障碍 --by 王所长
    """
    _do(
        key,
        json_,
        f"工号 {person} 加时 {minutes} 分钟",
        lambda books, at: candidates.allow(
            books, ExamId(key), person, minutes, reason, actor=by, at=at
        ),
    )


def _do(key: int, json_: bool, done: str, work: Callable[[Books, datetime], None]) -> None:
    def job(books: Books, at: datetime) -> tuple[Exam, Progress]:
        work(books, at)
        return with_progress(books, ExamId(key))

    show(*write(job), json_, done)
