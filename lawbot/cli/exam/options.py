"""What the exam commands share: their options, and how they show an exam."""

from typing import Annotated, Any

import typer

from lawbot.cli.actor import named
from lawbot.cli.house import show_json
from lawcore.clock import local_text
from lawcore.exams import office
from lawcore.exams.model import EXAM_STATE_WORDS, Exam, Progress
from lawcore.ids import ExamId
from lawcore.storage import Books

group = typer.Typer(
    no_args_is_help=True, help="季度考法：创建、开始、结束、名单、补考、更正、分析。"
)

Key = Annotated[int, typer.Argument(metavar="编号", help="考试的编号，见 lawbot exam list。")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
Person = Annotated[str, typer.Option(help="工号。")]
Reason = Annotated[str, typer.Option(help="原因，如 公出、病假、驻村。")]
Approver = Annotated[
    str, typer.Option("--by", callback=named, help="批准人，写姓名，记入操作记录和报表。")
]


def with_progress(books: Books, key: ExamId) -> tuple[Exam, Progress]:
    return office.get(books, key), books.exams.progress(key)


def show(exam: Exam, now: Progress, json_: bool, done: str) -> None:
    """Print an exam after something was done to it."""
    if json_:
        show_json(as_json(exam, now))
        return
    typer.echo(f"考试 {exam.id}“{exam.title}”{done or EXAM_STATE_WORDS[exam.state]}。")
    typer.echo(
        f"  {local_text(exam.opens_at)} 至 {local_text(exam.closes_at)}，{exam.minutes} 分钟"
    )
    typer.echo(f"  {exam.length} 题，满分 {exam.total}，合格线 {exam.pass_mark}，种子 {exam.seed}")
    typer.echo(f"  {exam.scoring.label}；成绩和答案 {local_text(exam.reveals_at)} 公布")
    typer.echo(
        f"  名单 {now.candidates} 人，免考 {now.exempt} 人，已交 {now.finished} 人，"
        f"答题中 {now.running} 人，未绑定 {now.without_account} 人"
    )


def as_json(exam: Exam, now: Progress) -> dict[str, Any]:
    return {
        "id": exam.id,
        "title": exam.title,
        "blueprint": exam.blueprint,
        "state": exam.state.value,
        "opens_at": exam.opens_at.isoformat(),
        "closes_at": exam.closes_at.isoformat(),
        "reveals_at": exam.reveals_at.isoformat(),
        "revealed": exam.revealed,
        "minutes": exam.minutes,
        "questions": exam.length,
        "total": str(exam.total),
        "pass_mark": str(exam.pass_mark),
        "scoring": exam.scoring.value,
        "seed": exam.seed,
        "owner": exam.owner,
        "makeup_of": exam.makeup_of,
        "candidates": now.candidates,
        "exempt": now.exempt,
        "without_account": now.without_account,
        "running": now.running,
        "finished": now.finished,
    }
