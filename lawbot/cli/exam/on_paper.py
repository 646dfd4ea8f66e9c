"""``lawbot exam print`` and ``enter``: for those without a phone."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.exam.options import Json, Key
from lawbot.cli.house import read, show_json, write
from lawbot.cli.progress import working
from lawbot.settings import read_settings
from lawcore.errors import BadInput
from lawcore.exams import entering, keyed, on_paper
from lawcore.exams.on_paper import PrintedPaper
from lawcore.ids import ExamId
from lawcore.storage import Books

People = Annotated[
    list[str] | None, typer.Option("--person", help="工号，或扫码读出的卷号；可多次写。")
]


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("print")(print_)
    group.command("enter")(enter)


def print_(
    key: Key,
    out: Annotated[Path, typer.Option(help="文件名，结尾是 .docx。")],
    person: People = None,
    all_unbound: Annotated[
        bool, typer.Option("--all-unbound", help="名单里还要考、没绑定聊天账号的人，每人一份。")
    ] = False,
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """印纸质卷：每人自己的卷子和一张带二维码的答题纸，没有答案。

    例：lawbot exam print 1 --all-unbound --out 试卷.docx
    """
    from lawbot.paper.exam_paper import write_papers  # noqa: PLC0415 - slow to import

    if bool(person) == all_unbound:
        raise BadInput("要写 --person 工号（可多次写）或 --all-unbound，两样选一样。")
    if out.suffix.lower() != ".docx":
        raise BadInput(f"“{out.name}”的结尾要是 .docx。")
    exam = ExamId(key)

    def job(books: Books, at: datetime) -> tuple[tuple[PrintedPaper, ...], datetime]:
        people = person or on_paper.unbound(books, exam)
        return on_paper.print_papers(books, exam, people, actor=by, at=at), at

    papers, at = write(job)
    with working(f"正在写 {len(papers)} 份卷…"):
        write_papers(papers, read_settings().township, out, at)
    if json_:
        shown = [{"person": one.cadre.number, "paper": one.number} for one in papers]
        show_json({"file": str(out), "papers": shown})
    else:
        typer.echo(f"已写好“{out}”：{len(papers)} 人的卷子和答题纸。")
        typer.echo("每人的卷子不一样，请按姓名发；考前妥善保管，考完收回。")


def enter(
    key: Key,
    person: People = None,
    answers: Annotated[
        str | None, typer.Option(help="答案，如 “1A 2BD 3正确”；没答的不写。")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="填好的答案表（xlsx）。")] = None,
    template: Annotated[
        Path | None, typer.Option(help="写一份空答案表（xlsx）：没绑定的人，或 --person 的人。")
    ] = None,
    late: Annotated[str, typer.Option(help="考试结束后补录的原因。")] = "",
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """录入纸质答卷：和在手机上答一样评分、一样统计；录入后不能改。

    例：lawbot exam enter 1 --person G007 --answers "1A 2BD 3正确" --by 小周
    例：lawbot exam enter 1 --template 答案.xlsx，填好后 lawbot exam enter 1 --file 答案.xlsx
    """
    if sum(one is not None for one in (answers, file, template)) != 1:
        raise BadInput("要写 --answers、--file、--template，三样选一样。")
    exam, people = ExamId(key), person or []
    if template is not None:
        _template(exam, people, template, json_)
    elif file is not None:
        if people:
            raise BadInput("用 --file 时不写 --person：答案表里有卷号。")
        _from_file(exam, file, late, by, json_)
    else:
        _typed(exam, people, answers or "", late, by, json_)


def _typed(
    exam: ExamId, people: Sequence[str], answers: str, late: str, by: str, json_: bool
) -> None:
    if len(people) != 1:
        raise BadInput("用 --answers 时要写一个 --person 工号，一次录一个人。")

    def job(books: Books, at: datetime) -> list[tuple[str, str, int]]:
        found = on_paper.opened(books, exam)
        cadre = on_paper.whose(books, found, people[0])
        paper = on_paper.printed(books, found, cadre)
        choices = keyed.answers_of(answers, paper.questions)
        entering.enter(books, exam, cadre, choices, late=late, actor=by, at=at)
        return [(cadre.number, cadre.name, len(choices))]

    _tell(exam, write(job), json_)


def _from_file(exam: ExamId, file: Path, late: str, by: str, json_: bool) -> None:
    from lawcore.exams.answers_file import read_answers  # noqa: PLC0415 - slow to import

    with working("正在检查答案表…"):
        papers = read(lambda books, _: entering.papers_by_number(books, exam))
        found = read_answers(file, papers)

    def job(books: Books, at: datetime) -> list[tuple[str, str, int]]:
        for cadre, choices in found:
            entering.enter(books, exam, cadre, choices, late=late, actor=by, at=at)
        return [(one.cadre.number, one.cadre.name, len(one.choices)) for one in found]

    _tell(exam, write(job), json_)


def _template(exam: ExamId, people: Sequence[str], file: Path, json_: bool) -> None:
    from lawcore.exams.answers_file import write_template  # noqa: PLC0415 - slow to import

    if file.suffix.lower() != ".xlsx":
        raise BadInput(f"“{file.name}”的结尾要是 .xlsx。")
    if file.exists():
        raise BadInput(f"“{file}”已经有了。为免盖掉填好的答案，请换一个文件名。")

    def job(books: Books, _at: datetime) -> list[PrintedPaper]:
        found = on_paper.opened(books, exam)
        cadres = [
            on_paper.whose(books, found, one) for one in people or on_paper.unbound(books, exam)
        ]
        return [on_paper.printed(books, found, cadre) for cadre in cadres]

    papers = read(job)
    write_template(papers, file)
    if json_:
        show_json({"file": str(file), "papers": [paper.number for paper in papers]})
    else:
        typer.echo(f"已写好空答案表“{file}”：{len(papers)} 人。照着答题纸填“答案”一列。")


def _tell(exam: ExamId, entered: Sequence[tuple[str, str, int]], json_: bool) -> None:
    """Say what was entered; no score before it is told to everybody."""
    if json_:
        shown = [{"person": number, "answered": count} for number, _, count in entered]
        show_json({"exam": exam, "entered": shown})
        return
    for number, name, count in entered:
        typer.echo(f"  {number} {name}：答了 {count} 题")
    typer.echo(f"已录入 {len(entered)} 份答卷，按考试的规则评好了分，公布时一起告诉。")
