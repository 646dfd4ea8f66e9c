"""``lawbot exam open``, ``close``, ``list`` and ``show``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.exam.options import Json, Key, as_json, show, with_progress
from lawbot.cli.house import read, show_json, write
from lawbot.settings import read_settings
from lawbot.wiring import inspection_of
from lawcore.exams import office, tending
from lawcore.exams.model import EXAM_STATE_WORDS, Exam, ExamState, Progress
from lawcore.ids import ExamId
from lawcore.storage import Books


class Ahead(NamedTuple):
    """What is known of an exam before it opens."""

    exempt_ahead: int
    obstacle: str | None
    """Why it could not open now."""


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("open")(open_)
    group.command("close")(close)
    group.command("list")(list_)
    group.command("show")(show_)


def open_(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """现在就开始：确定名单、抽好试卷、通知考生。

    例：lawbot exam open 1
    """
    fits = inspection_of(read_settings()).fits

    def job(books: Books, at: datetime) -> tuple[Exam, Progress]:
        office.open_exam(books, ExamId(key), fits=fits, actor=by, at=at)
        return with_progress(books, ExamId(key))

    show(*write(job), json_, "已开始")


def close(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """现在就结束：没交的按已保存的答案评分。

    例：lawbot exam close 1
    """

    def job(books: Books, at: datetime) -> tuple[Exam, Progress]:
        office.close_exam(books, ExamId(key), actor=by, at=at)
        return with_progress(books, ExamId(key))

    exam, now = write(job)
    show(exam, now, json_, "已结束")
    if not json_ and exam.makeup_of is None:
        _propose(exam.id)


def list_(json_: Json = False) -> None:
    """列出考试。

    例：lawbot exam list
    """
    found = read(lambda books, _: [with_progress(books, e.id) for e in books.exams.exams()])
    ahead = _ahead([exam for exam, _ in found])
    if json_:
        show_json([as_json(exam, now) | _more(ahead.get(exam.id)) for exam, now in found])
        return
    for exam, _now in found:
        typer.echo(f"{exam.id:>4}  {EXAM_STATE_WORDS[exam.state]}  {exam.title}")
        if exam.id in ahead and (why := ahead[exam.id].obstacle):
            typer.echo(f"      还开不了：{why}")
    if not found:
        typer.echo("还没有考试。用 lawbot exam create 创建。")


def show_(key: Key, json_: Json = False) -> None:
    """看一场考试：时间、名单人数、进度；结束后还有该补考的人数。

    例：lawbot exam show 1
    """
    exam, now = read(lambda books, _: with_progress(books, ExamId(key)))
    ahead = _ahead([exam]).get(exam.id)
    if json_:
        show_json(as_json(exam, now) | _more(ahead))
        return
    show(exam, now, False, "")
    if ahead and ahead.exempt_ahead:
        typer.echo(f"  已批准免考 {ahead.exempt_ahead} 人，开始时生效")
    if ahead and ahead.obstacle:
        typer.echo(f"  还开不了：{ahead.obstacle}")
    if exam.state is ExamState.CLOSED and exam.makeup_of is None:
        _propose(exam.id)


def _more(ahead: Ahead | None) -> dict[str, Any]:
    return ahead._asdict() if ahead else {}


def _ahead(exams: Sequence[Exam]) -> dict[ExamId, Ahead]:
    """What there is to say of exams that have not opened yet."""
    waiting = [exam for exam in exams if exam.state is ExamState.SCHEDULED]
    if not waiting:
        return {}
    fits = inspection_of(read_settings()).fits

    def job(books: Books, at: datetime) -> dict[ExamId, Ahead]:
        return {
            exam.id: Ahead(
                len(books.rosters.exempt_ahead(exam.id)), tending.obstacle(books, exam, fits, at)
            )
            for exam in waiting
        }

    return read(job)


def _propose(key: ExamId) -> None:
    due = read(lambda books, _: len(office.makeup_due(books, key)))
    if due:
        typer.echo(f"  该补考 {due} 人，名单见 lawbot exam makeup {key}")
