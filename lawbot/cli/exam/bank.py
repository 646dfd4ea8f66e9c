"""``lawbot exam items``: how often the questions of the bank have been seen."""

from datetime import datetime
from typing import Annotated, Any

import typer

from lawbot.cli.exam.options import Json
from lawbot.cli.house import read, show_json
from lawbot.settings import read_settings
from lawcore import content
from lawcore.exams import correcting, exposure
from lawcore.exams.correcting import Held
from lawcore.exams.exposure import Seen
from lawcore.ids import QuestionKey
from lawcore.storage import Books

SHOWN = 20


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("items")(items)


def items(
    exposed: Annotated[
        bool, typer.Option("--exposure", help="只列建议停用的：出现得太多，等于人人见过。")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="出现在多少份卷里算太多；不写就是在岗干部人数。")
    ] = None,
    json_: Json = False,
) -> None:
    """列出题库里的题出现在多少份试卷里，最多的在前；--exposure 列建议停用的。

    答案更正过、题库还没改的题，新卷先不出，一并列出。

    例：lawbot exam items --exposure
    """
    pack = content.read_pack(read_settings().content)
    bank = tuple(pack.questions.values())

    def job(books: Books, _at: datetime) -> tuple[tuple[Seen, ...], dict[QuestionKey, Held]]:
        found = exposure.seen(books, bank)
        held = {one.question.id: one for one in correcting.held(books, bank)}
        return exposure.to_retire(books, found, limit) if exposed else found, held

    found, held = read(job)
    if json_:
        show_json([_row(one, held) for one in found])
        return
    if exposed:
        typer.echo(f"建议停用 {len(found)} 道：" if found else "没有建议停用的题。")
    for one in found[:SHOWN]:
        typer.echo(f"  {one.question.id}：{one.exposure.papers} 份卷，{one.exposure.exams} 场考试")
    if len(found) > SHOWN:
        typer.echo(f"  共 {len(found)} 道，用 --json 看全部。")
    if held:
        typer.echo(f"答案更正过，先不出的 {len(held)} 道：")
    for key, one_held in held.items():
        where = str(pack.places["questions", key])
        typer.echo(f"  {key}（考试 {one_held.exam} 更正）：{one_held.remedy(where)}")


def _row(one: Seen, held: dict[QuestionKey, Held]) -> dict[str, Any]:
    wrong = held.get(one.question.id)
    return {
        "question": one.question.id,
        "papers": one.exposure.papers,
        "exams": one.exposure.exams,
        "held": wrong is not None,
        "corrected_key": wrong.letters if wrong else None,
    }
