"""``lawbot exam items``: how often the questions of the bank have been seen."""

from datetime import datetime
from typing import Annotated

import typer

from lawbot.cli.exam.options import Json
from lawbot.cli.house import read, show_json
from lawbot.settings import read_settings
from lawcore.content import read_pack
from lawcore.exams import exposure
from lawcore.exams.exposure import Seen
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

    例：lawbot exam items --exposure
    """
    bank = read_pack(read_settings().content).questions.values()

    def job(books: Books, _at: datetime) -> tuple[Seen, ...]:
        found = exposure.seen(books, bank)
        return exposure.to_retire(books, found, limit) if exposed else found

    found = read(job)
    if json_:
        show_json(
            [
                {
                    "question": one.question.id,
                    "papers": one.exposure.papers,
                    "exams": one.exposure.exams,
                }
                for one in found
            ]
        )
        return
    if exposed:
        typer.echo(f"建议停用 {len(found)} 道：")
    for one in found[:SHOWN]:
        typer.echo(f"  {one.question.id}：{one.exposure.papers} 份卷，{one.exposure.exams} 场考试")
    if len(found) > SHOWN:
        typer.echo(f"  共 {len(found)} 道，用 --json 看全部。")
