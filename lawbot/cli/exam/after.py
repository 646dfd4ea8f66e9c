"""``lawbot exam appeals``, ``answer`` and ``regrade``: doubts, and keys that were wrong."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import typer

from lawbot.cli.actor import CONSOLE, By, named
from lawbot.cli.exam.options import Json, Key
from lawbot.cli.house import read, show_json, write
from lawbot.settings import read_settings
from lawcore import content
from lawcore.errors import BadInput
from lawcore.exams import appeals, correcting, office, regrade
from lawcore.exams.correcting import Elsewhere, letters_of
from lawcore.exams.model import ExamState
from lawcore.exams.regrade import Difference
from lawcore.exams.review_book import Appeal, Change
from lawcore.ids import AppealId, ExamId, QuestionKey
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
                {
                    "id": one.id,
                    "question": one.question,
                    "at": one.at.isoformat(),
                    "text": one.text,
                    "answer": one.answer,
                }
                for one in found
            ]
        )
        return
    for one in found:
        typer.echo(f"{one.id:>4}  {one.question}  {one.answer or '待答复'}")
        if one.text:
            typer.echo(f"      考生说：{one.text}")
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
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="改的是用着同一道题旧答案的其他考试。")
    ] = False,
    by: Annotated[
        str | None, typer.Option("--by", callback=named, help="谁提议或确认，写姓名；不写只试算。")
    ] = None,
    json_: Json = False,
) -> None:
    """更正一道题的答案：先试算，一人提议，另一人确认。前后两次得分都保留，有变化的会收到通知。

    考试没结束也可以更正，结束时生效。别的考试、题库里还是旧答案的，会一并列出。

    例：lawbot exam regrade 1 --question minfadian-001 --key AC --by 李四
    """
    if by is None and (apply or elsewhere):
        raise BadInput("要写明是谁，请用 --by 写姓名。")
    exam, item = ExamId(key), QuestionKey(question)
    if elsewhere:
        _elsewhere(exam, item, letters, by or "", json_, apply=apply)
        return
    if apply:
        who = by or ""
        changes = write(
            lambda books, at: regrade.apply(
                books, exam, item, letters, allow_lower=allow_lower, actor=who, at=at
            )
        )
        found = read(lambda books, _: regrade.preview(books, exam, item, letters))
        _say_applied(found, changes, json_)
        return
    if by is not None:
        tried = write(
            lambda books, at: _named(
                books, regrade.propose(books, exam, item, letters, actor=by, at=at)
            )
        )
    else:
        tried = read(lambda books, _: _named(books, regrade.preview(books, exam, item, letters)))
    if json_:
        show_json(_as_json(*tried, by, lower=allow_lower))
        return
    _show(*tried, by, lower=allow_lower)


def _elsewhere(
    exam: ExamId, item: QuestionKey, letters: str, who: str, json_: bool, *, apply: bool
) -> None:
    """The same correction in every other exam that asks the question with the old key."""
    job = regrade.apply_elsewhere if apply else regrade.propose_elsewhere
    others = write(lambda books, at: job(books, exam, item, letters, actor=who, at=at))
    if json_:
        show_json([_other(one) for one in others])
        return
    for one in others:
        typer.echo(f"考试 {one.exam.id}“{one.exam.title}”：{'已更正' if apply else '已提议更正'}。")
    if not others:
        typer.echo("没有要确认的。" if apply else "没有别的考试用着旧答案。")
    elif not apply:
        typer.echo("请另一人加 --apply --by 姓名 确认。")


def _say_applied(found: Difference, changes: tuple[Change, ...], json_: bool) -> None:
    if json_:
        others = [_other(one) for one in found.elsewhere]
        show_json(
            {
                "exam": found.exam.id,
                "question": found.question.id,
                "changed": len(changes),
                "elsewhere": others,
            }
        )
        return
    if found.exam.state is ExamState.CLOSED:
        told = f"{len(changes)} 人的得分改了，会告诉他们" if changes else "没有人的得分改变"
        typer.echo(f"已更正，{told}。")
    else:
        typer.echo("已更正。考试还没有结束，结束时按新答案加分，没有人降分。")
    _say_elsewhere(found)
    pack = content.read_pack(read_settings().content)
    known = pack.questions.get(found.question.id)
    for one in read(lambda books, _: correcting.held(books, [known] if known else [])):
        typer.echo(one.remedy(str(pack.places["questions", one.question.id])))


def _say_elsewhere(found: Difference) -> None:
    for one in found.elsewhere:
        where = f"{one.papers} 份卷有这道题" if one.papers else "还没抽卷"
        waiting = "，已提议，待确认" if one.proposed else ""
        typer.echo(f"  考试 {one.exam.id}“{one.exam.title}”还用着旧答案（{where}{waiting}）。")
    if found.elsewhere:
        typer.echo("  要一起更正，同一条命令加 --elsewhere --by 姓名 提议，另一人再加 --apply。")


def _named(books: Books, found: Difference) -> tuple[Difference, dict[int, str]]:
    names = {cadre.id: f"{cadre.number} {cadre.name}" for cadre in books.people.cadres()}
    return found, {change.cadre: names[change.cadre] for change in found.changes}


def _show(found: Difference, names: dict[int, str], by: str | None, *, lower: bool) -> None:
    key = letters_of(found.key)
    typer.echo(f"题目“{found.question.id}”{found.question.stem}")
    typer.echo(f"  答案由 {found.question.key_letters} 改为 {key}，{found.papers} 份卷有这道题。")
    losses = "也改" if lower else "保持原分"
    typer.echo(
        f"  得分变高 {len(found.gains)} 人；按新答案会变低 {len(found.losses)} 人，{losses}。"
    )
    if found.exam.state is not ExamState.CLOSED:
        typer.echo("  考试还没有结束：更正在结束时生效，只加分。现在不列个人得分。")
    else:
        for change in found.changes[:SHOWN]:
            typer.echo(f"  {names[change.cadre]}：{_scores(change, lower=lower)}")
        if len(found.changes) > SHOWN:
            typer.echo(f"  还有 {len(found.changes) - SHOWN} 人，用 --json 看全部。")
    _say_elsewhere(found)
    if by is None:
        typer.echo("这是试算，什么也没有改。要提议请加 --by 姓名。")
    else:
        typer.echo(f"{by} 的提议已记下，得分还没有改。请另一人加 --apply --by 姓名 确认。")


def _scores(change: Change, *, lower: bool) -> str:
    before = f"{_plain(change.score_before)} {_verdict(change.passed_before)}"
    after = f"{_plain(change.score)} {_verdict(change.passed)}"
    if change.score < change.score_before and not lower:
        return f"保持原分 {before}（按新答案是 {after}）"
    return f"{before} → {after}"


def _plain(marks: Decimal) -> str:
    text = f"{marks:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _verdict(passed: bool) -> str:
    return "合格" if passed else "不合格"


def _as_json(
    found: Difference, names: dict[int, str], by: str | None, *, lower: bool
) -> dict[str, Any]:
    over = found.exam.state is ExamState.CLOSED
    return {
        "exam": found.exam.id,
        "question": found.question.id,
        "key_before": found.question.key_letters,
        "key": letters_of(found.key),
        "papers": found.papers,
        "proposed_by": by,
        "gains": len(found.gains),
        "losses": len(found.losses),
        "elsewhere": [_other(one) for one in found.elsewhere],
        "changes": [_change(one, names, lower=lower) for one in found.changes if over],
    }


def _change(change: Change, names: dict[int, str], *, lower: bool) -> dict[str, Any]:
    """`score` is by the new key, `counts` is what will count."""
    applies = lower or change.score > change.score_before
    return {
        "person": names[change.cadre],
        "score_before": str(change.score_before),
        "passed_before": change.passed_before,
        "score": str(change.score),
        "passed": change.passed,
        "counts": str(change.score if applies else change.score_before),
        "by_default": change.score > change.score_before,
    }


def _other(one: Elsewhere) -> dict[str, Any]:
    return {
        "exam": one.exam.id,
        "title": one.exam.title,
        "state": one.exam.state.value,
        "papers": one.papers,
        "key": one.letters,
        "proposed": one.proposed,
    }
