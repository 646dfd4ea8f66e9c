"""``lawbot exam create`` and ``makeup``."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.exam.options import Json, Key, show, with_progress
from lawbot.cli.house import a_moment, read, show_json, write
from lawbot.settings import read_settings
from lawcore import content
from lawcore.clock import local_day
from lawcore.errors import BadInput
from lawcore.exams import makeup, office
from lawcore.exams.model import Exam, ExamState, Progress
from lawcore.ids import BlueprintKey, ExamId, UnitId
from lawcore.people.model import Cadre, CadreCategory
from lawcore.questions.blueprint import Blueprint
from lawcore.questions.question import Question
from lawcore.storage import Books

LARGEST_SEED = 2**31
Plan = Annotated[str, typer.Option(help="试卷方案的编号或 .toml 文件，如 quarterly。")]
Opens = Annotated[str, typer.Option(help="开始时间，如 2026-12-08T09:00。")]
Closes = Annotated[str, typer.Option(help="结束时间，如 2026-12-15T18:00。")]
Minutes = Annotated[int | None, typer.Option(help="答题分钟数；不写用方案里的。")]
Seed = Annotated[int | None, typer.Option(help="抽题种子；同一种子抽同一份卷。")]
Reveal = Annotated[
    str | None, typer.Option(help="公布成绩和答案的时间，如 2026-12-16T09:00；不写就是考试结束时。")
]


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("create")(create)
    group.command("makeup")(make_up)


def create(
    blueprint: Plan,
    title: Annotated[str, typer.Option(help="考试名称。")],
    opens: Opens,
    closes: Closes,
    minutes: Minutes = None,
    seed: Seed = None,
    unit: Annotated[list[str] | None, typer.Option(help="只考这些单位（编码），可多次写。")] = None,
    category: Annotated[
        list[CadreCategory] | None, typer.Option(help="只考这些人员类别，可多次写。")
    ] = None,
    post: Annotated[list[str] | None, typer.Option(help="只考这些职务，可多次写。")] = None,
    reveal: Reveal = None,
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """创建考试：题库和方案此时固定；到开始时间自动开始，名单那时确定。

    例：lawbot exam create --blueprint quarterly --title 第四季度考法
    --opens 2026-12-08T09:00 --closes 2026-12-15T18:00
    """
    pack = content.read_pack(read_settings().content)
    plan = _plan(pack, blueprint)
    opens_at, closes_at = a_moment(opens, "--opens"), a_moment(closes, "--closes")
    reveal_at = a_moment(reveal, "--reveal") if reveal else None
    chosen = secrets.randbelow(LARGEST_SEED) if seed is None else seed

    def job(books: Books, at: datetime) -> tuple[Exam, Progress]:
        key = office.create(
            books,
            plan,
            _bank(pack, opens_at, closes_at),
            title=title,
            opens_at=opens_at,
            closes_at=closes_at,
            minutes=minutes,
            seed=chosen,
            units=_units(books, unit or []),
            categories=frozenset(one.value for one in category) if category else None,
            posts=frozenset(one.strip() for one in post or ()),
            reveal_at=reveal_at,
            actor=by,
            at=at,
        )
        return with_progress(books, key)

    show(*write(job), json_, "已创建")


def _bank(pack: "content.Pack", opens_at: datetime, closes_at: datetime) -> tuple[Question, ...]:
    """The questions whose law binds unchanged from the beginning to the end."""
    days = (local_day(opens_at), local_day(closes_at))
    return content.fitting(pack.questions.values(), pack.registry, *days)


def make_up(
    key: Key,
    opens: Annotated[str | None, typer.Option(help="补考开始时间；不写只列名单。")] = None,
    closes: Annotated[str | None, typer.Option(help="补考结束时间。")] = None,
    blueprint: Annotated[str | None, typer.Option(help="另用一份方案；不写用首考的。")] = None,
    minutes: Minutes = None,
    seed: Seed = None,
    reveal: Reveal = None,
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """列出该补考的人：没合格的，加上缺考而没有免考的；写明时间就创建补考，另出新卷。

    首考成绩不变。名单到补考开始时按那时的成绩确定。

    例：lawbot exam makeup 1 --opens 2026-12-22T09:00 --closes 2026-12-24T18:00
    """
    first = ExamId(key)
    if opens is None or closes is None:
        if opens or closes:
            raise BadInput("补考要同时写 --opens 和 --closes。")
        _list(first, json_)
        return
    pack = content.read_pack(read_settings().content)
    plan = _plan(pack, blueprint) if blueprint else None
    opens_at, closes_at = a_moment(opens, "--opens"), a_moment(closes, "--closes")
    reveal_at = a_moment(reveal, "--reveal") if reveal else None
    chosen = secrets.randbelow(LARGEST_SEED) if seed is None else seed

    def job(books: Books, at: datetime) -> tuple[Exam, Progress, int]:
        new = makeup.create(
            books,
            first,
            _bank(pack, opens_at, closes_at),
            opens_at=opens_at,
            closes_at=closes_at,
            plan=plan,
            minutes=minutes,
            reveal_at=reveal_at,
            seed=chosen,
            actor=by,
            at=at,
        )
        return (*with_progress(books, new), len(office.makeup_due(books, first)))

    exam, now, people = write(job)
    show(exam, now, json_, "已创建")
    if not json_:
        typer.echo(f"  现在该补考的有 {people} 人；名单在补考开始时确定")


def _list(first: ExamId, json_: bool) -> None:
    def job(books: Books, _at: datetime) -> list[Cadre]:
        exam = office.get(books, first)
        if exam.state is not ExamState.CLOSED:
            raise BadInput(f"考试 {first} 还没有结束，结束后才有补考名单。")
        owing = set(office.makeup_due(books, first))
        return [cadre for cadre in books.people.cadres() if cadre.id in owing]

    found = read(job)
    if json_:
        people: list[dict[str, Any]] = [{"number": c.number, "name": c.name} for c in found]
        show_json({"exam": first, "due": people})
        return
    typer.echo(f"考试 {first} 该补考的有 {len(found)} 人。")
    for cadre in found:
        typer.echo(f"  {cadre.number}  {cadre.name}")


def _plan(pack: "content.Pack", blueprint: str) -> Blueprint:
    if blueprint.endswith(".toml"):
        return content.read_blueprint(Path(blueprint), pack.registry)
    found = pack.blueprints.get(BlueprintKey(blueprint))
    if found is None:
        known = "、".join(sorted(pack.blueprints))
        raise BadInput(f"没有“{blueprint}”这个试卷方案。现有：{known}。")
    return found


def _units(books: Books, codes: list[str]) -> frozenset[UnitId]:
    found = []
    for code in codes:
        unit = books.people.unit_by_code(code)
        if unit is None:
            raise BadInput(f"名册里没有编码为 {code} 的单位，请检查 --unit。")
        found.append(unit.id)
    return frozenset(found)
