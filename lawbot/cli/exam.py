"""``lawbot exam``: create, open, close, look, excuse."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lawbot.cli.house import a_moment, read, show_json, write
from lawbot.settings import read_settings
from lawcore.clock import local_text
from lawcore.errors import BadInput
from lawcore.exams import office
from lawcore.exams.model import EXAM_STATE_WORDS, Exam, Progress
from lawcore.ids import BlueprintKey, ExamId, UnitId
from lawcore.storage import Books

group = typer.Typer(no_args_is_help=True, help="季度考法：创建、开始、结束、查看、免考。")

CONSOLE = "console"
LARGEST_SEED = 2**31
Key = Annotated[int, typer.Argument(metavar="编号", help="考试的编号，见 lawbot exam list。")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
By = Annotated[str, typer.Option(help="谁在操作，记入台账。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="exam")


@group.command("create")
def create(
    blueprint: Annotated[str, typer.Option(help="试卷方案的编号或 .toml 文件，如 quarterly。")],
    title: Annotated[str, typer.Option(help="考试名称。")],
    opens: Annotated[str, typer.Option(help="开始时间，如 2026-12-08T09:00。")],
    closes: Annotated[str, typer.Option(help="结束时间，如 2026-12-15T18:00。")],
    minutes: Annotated[int | None, typer.Option(help="答题分钟数；不写用方案里的。")] = None,
    seed: Annotated[int | None, typer.Option(help="抽题种子；同一种子抽同一份卷。")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="只考这些单位（编码），可多次写。")] = None,
    json_: Json = False,
) -> None:
    """创建考试：题库和方案此时固定；到开始时间自动开始，名单那时确定。

    例：lawbot exam create --blueprint quarterly --title 第四季度考法
    --opens 2026-12-08T09:00 --closes 2026-12-15T18:00
    """
    from lawcore.content import read_blueprint, read_pack  # noqa: PLC0415 - reads the whole bank

    pack = read_pack(read_settings().content)
    if blueprint.endswith(".toml"):
        plan = read_blueprint(Path(blueprint), pack.registry)
    else:
        found = pack.blueprints.get(BlueprintKey(blueprint))
        if found is None:
            known = "、".join(sorted(pack.blueprints))
            raise BadInput(f"没有「{blueprint}」这个试卷方案。现有：{known}。")
        plan = found
    opens_at, closes_at = a_moment(opens, "--opens"), a_moment(closes, "--closes")
    chosen = secrets.randbelow(LARGEST_SEED) if seed is None else seed

    def job(books: Books, at: datetime) -> tuple[Exam, Progress]:
        key = office.create(
            books,
            plan,
            tuple(pack.questions.values()),
            title=title,
            opens_at=opens_at,
            closes_at=closes_at,
            minutes=minutes,
            seed=chosen,
            units=_units(books, unit or []),
            actor=CONSOLE,
            at=at,
        )
        return _with_progress(books, key)

    _show(*write(job), json_, "已创建")


@group.command("open")
def open_(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """现在就开始：确定名单、抽好试卷、通知考生。

    例：lawbot exam open 1
    """

    def job(books: Books, at: datetime) -> tuple[Exam, Progress]:
        office.open_exam(books, ExamId(key), actor=by, at=at)
        return _with_progress(books, ExamId(key))

    _show(*write(job), json_, "已开始")


@group.command("close")
def close(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """现在就结束：没交的按已保存的答案评分。

    例：lawbot exam close 1
    """

    def job(books: Books, at: datetime) -> tuple[Exam, Progress]:
        office.close_exam(books, ExamId(key), actor=by, at=at)
        return _with_progress(books, ExamId(key))

    _show(*write(job), json_, "已结束")


@group.command("exempt")
def exempt(
    key: Key,
    person: Annotated[str, typer.Option(help="工号。")],
    reason: Annotated[str, typer.Option(help="原因，如 公出、病假。")],
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """批准一名考生免考，写明原因和批准人。

    例：lawbot exam exempt 1 --person G007 --reason 病假 --by 王所长
    """

    def job(books: Books, at: datetime) -> tuple[Exam, Progress]:
        office.exempt(books, ExamId(key), person, reason, actor=by, at=at)
        return _with_progress(books, ExamId(key))

    _show(*write(job), json_, f"工号 {person} 已免考")


@group.command("list")
def list_(json_: Json = False) -> None:
    """列出考试。

    例：lawbot exam list
    """
    found = read(lambda books, _: [_with_progress(books, e.id) for e in books.exams.exams()])
    if json_:
        show_json([_as_json(exam, now) for exam, now in found])
        return
    for exam, _now in found:
        typer.echo(f"{exam.id:>4}  {EXAM_STATE_WORDS[exam.state]}  {exam.title}")
    if not found:
        typer.echo("还没有考试。用 lawbot exam create 创建。")


@group.command("show")
def show(key: Key, json_: Json = False) -> None:
    """看一场考试：时间、名单人数、进度。

    例：lawbot exam show 1
    """
    _show(*read(lambda books, _: _with_progress(books, ExamId(key))), json_, "")


def _units(books: Books, codes: list[str]) -> frozenset[UnitId]:
    found = []
    for code in codes:
        unit = books.people.unit_by_code(code)
        if unit is None:
            raise BadInput(f"名册里没有编码为 {code} 的单位，请检查 --unit。")
        found.append(unit.id)
    return frozenset(found)


def _with_progress(books: Books, key: ExamId) -> tuple[Exam, Progress]:
    return office.get(books, key), books.exams.progress(key)


def _show(exam: Exam, now: Progress, json_: bool, done: str) -> None:
    if json_:
        show_json(_as_json(exam, now))
        return
    typer.echo(f"考试 {exam.id}「{exam.title}」{done or EXAM_STATE_WORDS[exam.state]}。")
    typer.echo(
        f"  {local_text(exam.opens_at)} 至 {local_text(exam.closes_at)}，{exam.minutes} 分钟"
    )
    typer.echo(f"  {exam.length} 题，满分 {exam.total}，合格线 {exam.pass_mark}，种子 {exam.seed}")
    typer.echo(
        f"  名单 {now.candidates} 人，免考 {now.exempt} 人，已交 {now.finished} 人，"
        f"答题中 {now.running} 人，未绑定 {now.without_account} 人"
    )


def _as_json(exam: Exam, now: Progress) -> dict[str, Any]:
    return {
        "id": exam.id,
        "title": exam.title,
        "blueprint": exam.blueprint,
        "state": exam.state.value,
        "opens_at": exam.opens_at.isoformat(),
        "closes_at": exam.closes_at.isoformat(),
        "minutes": exam.minutes,
        "questions": exam.length,
        "total": str(exam.total),
        "pass_mark": str(exam.pass_mark),
        "seed": exam.seed,
        "candidates": now.candidates,
        "exempt": now.exempt,
        "without_account": now.without_account,
        "running": now.running,
        "finished": now.finished,
    }
