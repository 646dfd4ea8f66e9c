"""The fields of an activity as options of a command."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

from lawbot.cli.ledger_words import a_day
from lawcore.errors import BadInput
from lawcore.participation.activity import FORM_WORDS, Activity, materials_of
from lawcore.participation.known import Known, several

Fields = Mapping[str, Any]
"""Options of FIELDS that were written, by name."""
FIELDS: Mapping[str, Any] = {
    "observance": Annotated[str | None, typer.Option(help="普法节点的名称或编号，如 国家宪法日。")],
    "topic": Annotated[str | None, typer.Option(help="主题。")],
    "laws": Annotated[str | None, typer.Option(help="宣传的法律，用顿号分开。")],
    "place": Annotated[str | None, typer.Option(help="地点。")],
    "with_": Annotated[str | None, typer.Option("--with", help="参与单位，用顿号分开。")],
    "form": Annotated[str | None, typer.Option(help="线下（默认）或线上。")],
    "category": Annotated[str | None, typer.Option(help="六进类别，如 进乡村。")],
    "audience": Annotated[str | None, typer.Option(help="受众类别。")],
    "attendances": Annotated[int | None, typer.Option(help="参与人次；没有统计就不写。")],
    "materials": Annotated[str | None, typer.Option(help="如 民法典读本 200；反诈手册 300。")],
    "pushes": Annotated[int | None, typer.Option(help="线上推送条数。")],
    "cost": Annotated[str | None, typer.Option(help="费用，元。")],
    "evidence": Annotated[str | None, typer.Option(help="佐证编号，用顿号分开；可以没有。")],
}
"""The options of what need not be said of an activity."""

_FORMS = {word: form for form, word in FORM_WORDS.items()}


def with_fields(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of FIELDS; those that were written come in its `fields`.

    They stand before the last of its own, which is how it shows what it did.
    """
    *own, last = [p for p in signature(command).parameters.values() if p.name != "fields"]
    more = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=option)
        for name, option in FIELDS.items()
    ]

    @wraps(command)
    def asked(**words: Any) -> None:
        fields = {name: words.pop(name) for name in FIELDS}
        command(**words, fields={name: one for name, one in fields.items() if one is not None})

    asked.__signature__ = Signature([*own, *more, last])  # type: ignore[attr-defined] # typer reads it
    return asked


def given(known: Known, asked: Fields) -> dict[str, Any]:
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
    }


def better_of(
    old: Activity, known: Known, about: Mapping[str, str | None], changes: Fields
) -> Activity:
    """`old` with what is to be different. Raises BadInput naming the option."""
    fresh = given(known, changes)
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
