"""``lawbot exam analyse`` and ``hints``: what the answers say of the questions, and of pairs."""

from datetime import datetime
from typing import Any

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.exam.options import Json, Key
from lawbot.cli.house import read, show_json, write
from lawcore.exams import studies
from lawcore.exams.analysis import ENOUGH, TOO_FEW, Analysis, ItemFigures
from lawcore.exams.hints import CAUTION, Hint, Hints
from lawcore.exams.model import Exam
from lawcore.ids import ExamId
from lawcore.storage import Books


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("analyse")(analyse)
    group.command("hints")(hints)


def analyse(key: Key, json_: Json = False) -> None:
    """分析题目：得分率、区分度，列出该看一看的题和原因。结束后才能分析。

    例：lawbot exam analyse 1
    """
    exam, found = read(lambda books, _: studies.analysis_of(books, ExamId(key)))
    if json_:
        show_json(_as_json(exam, found))
        return
    typer.echo(f"考试 {exam.id}“{exam.title}”：实考 {found.people} 人，{len(found.items)} 道题。")
    if not found.enough:
        typer.echo(f"  {TOO_FEW}：不足 {ENOUGH} 人，只给得分率。")
    if found.totals is not None:
        typer.echo(
            f"  平均 {found.totals.mean:.2f} 分，中位数 {found.totals.median:.2f} 分，"
            f"标准差 {found.totals.deviation:.2f} 分"
        )
    if (block := found.reliability) is not None:
        error = "—" if block.standard_error is None else f"{block.standard_error:.2f} 分"
        typer.echo(
            f"  人人都答的 {block.questions} 道题：α 系数 {block.alpha:.1f}%，标准误 {error}"
        )
    for unit in found.units:
        typer.echo(f"  {unit.name}：{unit.people} 人，平均得分率 {unit.mean:.1f}%")
    if found.to_look_at:
        typer.echo(f"该看一看的题 {len(found.to_look_at)} 道：")
    else:
        typer.echo("没有特别要看的题。")
    for item in found.to_look_at:
        typer.echo(f"  {item.question.id}：{'；'.join(item.reasons)}")
    more = "、区分度和各选项人数" if found.enough else ""
    typer.echo(f"每道题的得分率{more}在表里：lawbot report exam {exam.id} --out 文件.xlsx")


def hints(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """同单位两人错得特别像的线索，只给创建考试的人看。只是线索，不是结论，程序不据此做任何事。

    例：lawbot exam hints 1
    """

    def job(books: Books, at: datetime) -> tuple[Hints, dict[int, str], dict[int, str]]:
        found = studies.hints_of(books, ExamId(key), actor=by, at=at)
        names = {cadre.id: f"{cadre.number} {cadre.name}" for cadre in books.people.cadres()}
        units = {unit.id: unit.name for unit in books.people.units()}
        return found, {int(k): v for k, v in names.items()}, {int(k): v for k, v in units.items()}

    found, names, units = write(job)
    if json_:
        show_json([_hint(one, names, units) for one in found.found])
        return
    typer.echo(CAUTION)
    shown = len(found.found)
    typer.echo(f"同一个单位的人两两比较，一共 {found.compared} 对，像得出奇的 {shown} 对。")
    for one in found.found:
        typer.echo(
            f"  {units[one.unit]}：{names[one.one]} 和 {names[one.two]}，共同的题 {one.common} 道，"
            f"都错 {one.both_wrong} 道，其中 {one.same} 道错得一样；按大家的错法估计应有"
            f" {one.expected:.1f} 道（高出 {one.sigmas:.1f} 个标准差）"
        )


def _hint(one: Hint, names: dict[int, str], units: dict[int, str]) -> dict[str, Any]:
    return {
        "unit": units[one.unit],
        "people": [names[one.one], names[one.two]],
        "common": one.common,
        "both_wrong": one.both_wrong,
        "same": one.same,
        "expected": round(one.expected, 2),
        "sigmas": round(one.sigmas, 2),
    }


def _as_json(exam: Exam, found: Analysis) -> dict[str, Any]:
    totals, block = found.totals, found.reliability
    return {
        "exam": exam.id,
        "title": exam.title,
        "people": found.people,
        "enough": found.enough,
        "totals": None
        if totals is None
        else {
            "mean": totals.mean,
            "median": totals.median,
            "deviation": totals.deviation,
            "skewness": totals.skewness,
            "kurtosis": totals.kurtosis,
        },
        "reliability": None
        if block is None
        else {
            "questions": block.questions,
            "alpha": block.alpha,
            "error_ratio": block.error_ratio,
            "standard_error": block.standard_error,
        },
        "units": [{"unit": u.name, "people": u.people, "mean": u.mean} for u in found.units],
        "items": [_item(item) for item in found.items],
    }


def _item(item: ItemFigures) -> dict[str, Any]:
    return {
        "question": item.question.id,
        "people": item.people,
        "facility": item.facility,
        "discrimination": item.discrimination,
        "efficiency": item.efficiency,
        "options": [
            {"letter": o.letter, "right": o.right, "chosen": o.chosen, "rest": o.rest}
            for o in item.options
        ],
        "reasons": list(item.reasons),
    }
