"""The fields of an activity as options of a command."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from lawbot.cli.ledger_words import a_day
from lawcore.errors import BadInput
from lawcore.participation.activity import FORM_WORDS, Activity, materials_of
from lawcore.participation.known import Known, several

Observance = Annotated[str | None, typer.Option(help="普法节点的名称或编号，如 国家宪法日。")]
Topic = Annotated[str | None, typer.Option(help="主题。")]
Laws = Annotated[str | None, typer.Option(help="宣传的法律，用顿号分开。")]
Place = Annotated[str | None, typer.Option(help="地点。")]
With = Annotated[str | None, typer.Option("--with", help="参与单位，用顿号分开。")]
Form = Annotated[str | None, typer.Option(help="线下（默认）或线上。")]
Category = Annotated[str | None, typer.Option(help="六进类别，如 进乡村。")]
Audience = Annotated[str | None, typer.Option(help="受众类别。")]
Attendances = Annotated[int | None, typer.Option(help="参与人次；没有统计就不写。")]
Materials = Annotated[str | None, typer.Option(help="如 民法典读本 200；反诈手册 300。")]
Pushes = Annotated[int | None, typer.Option(help="线上推送条数。")]
Cost = Annotated[str | None, typer.Option(help="费用，元。")]
Evidence = Annotated[str | None, typer.Option(help="佐证编号，用顿号分开；可以没有。")]

_FORMS = {word: form for form, word in FORM_WORDS.items()}


def given(known: Known, **asked: Any) -> dict[str, Any]:
    """What was asked for as the fields of an activity. Raises BadInput naming the option."""
    makers = {
        "observance": known.observance,
        "laws": known.laws,
        "with_": known.several_units,
        "form": _form,
        "category": lambda words: _category(words, known),
        "materials": materials_of,
        "cost": _cost,
        "evidence": several,
    }
    fields = {"with_": "partners"}
    return {
        fields.get(name, name): said(f"--{name.rstrip('_')}", makers.get(name), value)
        for name, value in asked.items()
        if value is not None
    }


def better_of(
    old: Activity, known: Known, about: dict[str, str | None], changes: dict[str, Any]
) -> Activity:
    """`old` with what is to be different. Raises BadInput naming the option."""
    fresh = given(known, **changes)
    if about["date"] is not None:
        fresh["day"] = a_day(about["date"], "--date")
    if about["name"] is not None:
        fresh["name"] = about["name"]
    if about["unit"] is not None:
        fresh["organiser"] = said("--unit", known.unit, about["unit"])
    return replace(old, **fresh)


def said(option: str, make: Callable[[Any], Any] | None, value: Any) -> Any:
    """What `make` makes of `value`. Raises BadInput naming the option."""
    if make is None:
        return value
    try:
        return make(value)
    except BadInput as wrong:
        raise BadInput(f"{option}：{str(wrong).rstrip('。')}。") from None


def _form(words: str) -> Any:
    if words not in _FORMS:
        raise BadInput(f"只能写{'或'.join(_FORMS)}")
    return _FORMS[words]


def _category(words: str, known: Known) -> str:
    if words and words not in known.categories:
        raise BadInput(f"只能写{'、'.join(known.categories)}")
    return words


def _cost(words: str) -> Decimal:
    try:
        cost = Decimal(words)
    except InvalidOperation:
        raise BadInput("只写数字，单位元") from None
    if not cost.is_finite() or round(cost, 2) != cost:
        raise BadInput("最多两位小数")
    return cost
