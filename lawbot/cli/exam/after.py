"""``lawbot exam appeals``, ``answer`` and ``regrade``: doubts, and keys that were wrong."""

from datetime import datetime
from typing import Annotated, Any

import typer

from lawbot.cli.exam.options import CONSOLE, By, Json, Key
from lawbot.cli.house import read, show_json, write
from lawcore.exams import appeals, office, regrade
from lawcore.exams.regrade import Difference
from lawcore.exams.review_book import Appeal, Change
from lawcore.ids import AppealId, ExamId, QuestionKey
from lawcore.questions.question import LETTERS
from lawcore.storage import Books

SHOWN = 20


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("appeals")(appeals_)
    group.command("answer")(answer)
    group.command("regrade")(regrade_)


def appeals_(key: Key, json_: Json = False) -> None:
    """列出考生对题目的疑问和答复。

    例：lawbot exam appeals 1
    """

    def job(books: Books, _at: datetime) -> tuple[Appeal, ...]:
        office.get(books, ExamId(key))
        return books.reviews.appeals(ExamId(key))

    found = read(job)
    if json_:
        show_json(
            [
                {"id": a.id, "question": a.question, "at": a.at.isoformat(), "answer": a.answer}
                for a in found
            ]
        )
        return
    for one in found:
        typer.echo(f"{one.id:>4}  {one.question}  {one.answer or '待答复'}")
    if not found:
        typer.echo("没有人提出疑问。")


def answer(
    appeal: Annotated[int, typer.Argument(metavar="疑问", help="见 lawbot exam appeals。")],
    text: Annotated[str, typer.Option(help="答复的话，考生会收到原文。")],
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """答复一个疑问，考生会收到。

    例：lawbot exam answer 3 --text 题目依据民法典第1043条，答案不变。 --by 王所长
    """
    done = write(lambda books, at: appeals.answer(books, AppealId(appeal), text, actor=by, at=at))
    if json_:
        show_json({"id": done.id, "exam": done.exam, "question": done.question, "answer": text})
        return
    typer.echo(f"已答复疑问 {appeal}，会告诉考生。")


def regrade_(
    key: Key,
    question: Annotated[str, typer.Option(help="题号。")],
    letters: Annotated[
        str,
        typer.Option(
            "--key", help="正确答案，按题库里选项的顺序写字母，如 AC；单选写几个就是都算对。"
        ),
    ],
    apply: Annotated[bool, typer.Option("--apply", help="确认更正；要由提议以外的人。")] = False,
    allow_lower: Annotated[
        bool, typer.Option("--allow-lower", help="更正后低了的也改；不写就没有人吃亏。")
    ] = False,
    by: Annotated[str | None, typer.Option(help="谁提议或确认；不写只试算。")] = None,
    json_: Json = False,
) -> None:
    """更正一道题的答案：先试算，一人提议，另一人确认。前后两次得分都保留，有变化的会收到通知。

    例：lawbot exam regrade 1 --question minfadian-001 --key AC --by 李四
    """
    exam, item = ExamId(key), QuestionKey(question)
    if apply:
        who = by or ""
        changes = write(
            lambda books, at: regrade.apply(
                books, exam, item, letters, allow_lower=allow_lower, actor=who, at=at
            )
        )
        if json_:
            show_json({"exam": exam, "question": item, "changed": len(changes)})
            return
        typer.echo(f"已更正，{len(changes)} 人的得分改了，会告诉他们。")
        return
    if by is not None:
        found = write(
            lambda books, at: _named(
                books, regrade.propose(books, exam, item, letters, actor=by, at=at)
            )
        )
    else:
        found = read(lambda books, _: _named(books, regrade.preview(books, exam, item, letters)))
    if json_:
        show_json(_as_json(*found, by))
        return
    _show(*found, by)


def _named(books: Books, found: Difference) -> tuple[Difference, dict[int, str]]:
    names = {cadre.id: f"{cadre.number} {cadre.name}" for cadre in books.people.cadres()}
    return found, {change.cadre: names[change.cadre] for change in found.changes}


def _show(found: Difference, names: dict[int, str], by: str | None) -> None:
    key = "".join(LETTERS[place] for place in sorted(found.key))
    typer.echo(f"题目「{found.question.id}」{found.question.stem}")
    typer.echo(f"  答案由 {found.question.key_letters} 改为 {key}，{found.papers} 份卷有这道题。")
    typer.echo(f"  得分变高 {len(found.gains)} 人，变低 {len(found.losses)} 人（默认不降）。")
    for change in found.changes[:SHOWN]:
        typer.echo(f"  {names[change.cadre]}：{_scores(change)}")
    if len(found.changes) > SHOWN:
        typer.echo(f"  还有 {len(found.changes) - SHOWN} 人，用 --json 看全部。")
    if by is None:
        typer.echo("这是试算，什么也没有改。要提议请加 --by 姓名。")
    else:
        typer.echo(f"{by} 的提议已记下，得分还没有改。请另一人加 --apply --by 姓名 确认。")


def _scores(change: Change) -> str:
    words = {True: "合格", False: "不合格"}
    return (
        f"{change.score_before} {words[change.passed_before]}"
        f" → {change.score} {words[change.passed]}"
    )


def _as_json(found: Difference, names: dict[int, str], by: str | None) -> dict[str, Any]:
    return {
        "exam": found.exam.id,
        "question": found.question.id,
        "key_before": found.question.key_letters,
        "key": "".join(LETTERS[place] for place in sorted(found.key)),
        "papers": found.papers,
        "proposed_by": by,
        "changes": [
            {
                "person": names[change.cadre],
                "score_before": str(change.score_before),
                "passed_before": change.passed_before,
                "score": str(change.score),
                "passed": change.passed,
                "by_default": change.score > change.score_before,
            }
            for change in found.changes
        ],
    }
