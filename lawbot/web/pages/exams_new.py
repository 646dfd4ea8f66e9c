"""新建考试 and 补考: first tried, then created."""

import secrets
from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.exams import (
    LARGEST_SEED,
    bank_for,
    exam_of,
    minutes_typed,
    moment_typed,
    plan_typed,
)
from lawbot.web.pages.exams import exam_page
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit
from lawbot.web.words import Said
from lawcore.errors import BadInput, LawbotError
from lawcore.exams import makeup, office
from lawcore.exams.forecast import Forecast, forecast
from lawcore.ids import ExamId, UnitId
from lawcore.people.model import CADRE_CATEGORY_WORDS, CadreCategory, Unit
from lawcore.questions.blueprint import Blueprint, PaperKind
from lawcore.questions.question import QuestionKind
from lawcore.storage import Books

FIELDS = ("blueprint", "title", "opens", "closes", "minutes", "reveal")
MAKEUP_FIELDS = ("blueprint", "opens", "closes", "reveal")
TICKS = ("category", "unit", "post")
PAPER_WORDS = {
    PaperKind.FIXED: "人人同一份固定卷",
    PaperKind.PER_EXAM: "抽一次题，人人同题",
    PaperKind.PER_PERSON: "每人各抽各的题",
}


class Wanted(NamedTuple):
    """An exam as the form describes it."""

    plan: Blueprint
    title: str
    opens_at: datetime
    closes_at: datetime
    minutes: int | None
    reveal_at: datetime | None
    categories: frozenset[str] | None
    units: frozenset[UnitId]
    posts: frozenset[str]


async def write(visit: Visit) -> web.Response:
    """An empty form."""
    return await _form(visit)


async def written(visit: Visit) -> web.Response:
    """Try it or create it; nothing typed is lost where it cannot be done."""
    seed = secrets.randbelow(LARGEST_SEED)
    try:
        wanted = _wanted(visit)
        bank = bank_for(visit.house, wanted.opens_at, wanted.closes_at)
        if visit.typed("act") == "try":
            plan, categories = wanted.plan, wanted.categories
            found = await visit.look(
                lambda books, _: forecast(
                    books, plan, bank, seed=seed, units=wanted.units, posts=wanted.posts,
                    categories=plan.categories if categories is None else categories,
                )
            )  # fmt: skip
            return await _form(visit, tried=found)
        key = await visit.act(
            lambda books, at: office.create(
                books, wanted.plan, bank, seed=seed, actor=visit.actor, at=at,
                **{k: v for k, v in wanted._asdict().items() if k != "plan"},
            )
        )  # fmt: skip
    except LawbotError as error:
        return await _form(visit, problem=str(error))
    return visit.done(Said.EXAM_CREATED, f"/exams/{key}")


async def make_up(visit: Visit) -> web.Response:
    """Create the 补考 of an exam."""
    seed = secrets.randbelow(LARGEST_SEED)
    try:
        opens_at = moment_typed(visit, "opens", "补考开始")
        closes_at = moment_typed(visit, "closes", "补考结束")
        reveal_at = moment_typed(visit, "reveal", "公布时间") if visit.typed("reveal") else None
        plan = plan_typed(visit) if visit.typed("blueprint") else None
        bank = bank_for(visit.house, opens_at, closes_at)

        def job(books: Books, at: datetime) -> ExamId:
            return makeup.create(
                books,
                exam_of(books, visit).id,
                bank,
                opens_at=opens_at,
                closes_at=closes_at,
                plan=plan,
                reveal_at=reveal_at,
                seed=seed,
                actor=visit.actor,
                at=at,
            )

        key = await visit.act(job)
    except LawbotError as error:
        fields = {name: visit.typed(name) for name in MAKEUP_FIELDS}
        return await exam_page(visit, problem=str(error), **fields)
    return visit.done(Said.MAKEUP_CREATED, f"/exams/{key}")


def _wanted(visit: Visit) -> Wanted:
    """Raises BadInput for what cannot be read."""
    categories = frozenset(visit.ticked("category"))
    if categories - {one.value for one in CadreCategory}:
        raise BadInput("请从表里选择人员类别。")
    units = visit.ticked("unit")
    if not all(each.isascii() and each.isdigit() and len(each) < 19 for each in units):
        raise BadInput("请从表里选择单位。")
    return Wanted(
        plan_typed(visit),
        visit.typed("title"),
        moment_typed(visit, "opens", "开始"),
        moment_typed(visit, "closes", "结束"),
        minutes_typed(visit, "minutes", "答题分钟数") if visit.typed("minutes") else None,
        moment_typed(visit, "reveal", "公布时间") if visit.typed("reveal") else None,
        categories or None,
        frozenset(UnitId(int(each)) for each in units),
        frozenset(visit.ticked("post")),
    )


def _contents(plan: Blueprint) -> str:
    """What a paper holds: ``单选题 40 道、每道 1 分；多选题 20 道、每道 2 分``."""
    counts: Counter[tuple[QuestionKind, Decimal]] = Counter()
    for section in plan.sections:
        counts[section.kind, section.marks] += section.count
    drawn = [f"{kind.label} {n} 道、每道 {marks:f} 分" for (kind, marks), n in counts.items()]
    common = [f"固定题 {len(plan.common)} 道"] if plan.common else []
    return "；".join([*common, *drawn])


async def _form(visit: Visit, problem: str = "", tried: Forecast | None = None) -> web.Response:
    def job(books: Books, _: datetime) -> tuple[tuple[Unit, ...], list[str]]:
        posts = {one.post for one in books.people.cadres() if one.active and one.post}
        return books.people.units(), sorted(posts)

    units, posts = await visit.look(job)
    return visit.page(
        "exam_new.html",
        status=400 if problem else 200,
        problem=problem,
        tried=tried,
        typed={name: visit.typed(name) for name in FIELDS},
        ticked={name: visit.ticked(name) for name in TICKS},
        plans=visit.house.pack.blueprints.values(),
        contents={plan.id: _contents(plan) for plan in visit.house.pack.blueprints.values()},
        papers=PAPER_WORDS,
        categories=CADRE_CATEGORY_WORDS,
        units=units,
        posts=posts,
    )


ROUTES: tuple[Route, ...] = (
    get("/exams/new", write, Circle.ADMINS),
    post("/exams/new", written, Circle.ADMINS),
    post("/exams/{key}/makeup", make_up, Circle.ADMINS),
)
