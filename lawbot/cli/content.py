"""``lawbot content``: the checker of the content pack and of any text."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from lawbot.cli import exchange
from lawbot.cli.house import show_json
from lawbot.cli.ledger_words import a_day
from lawbot.settings import read_settings
from lawbot.wiring import clock_of
from lawcore.clock import local_day
from lawcore.content import Item, Pack, check_pack, impact, read_calendar, read_pack
from lawcore.content.impact import ROOM_WORDS
from lawcore.errors import BadInput, Fault, FaultyFile
from lawcore.law.statutes import Statutes, find_statutes

content = typer.Typer(no_args_is_help=True, help="内容包：法律、节点、文稿、题目、试卷方案。")

WITH_TEXTS = "数字和引文已和条文库核对"
WITHOUT_TEXTS = "未装条文库，数字未核对"
_PLACE = re.compile(r"(?P<file>.*?)\s*第 (?P<line>\d+) [行段]$")

Folder = Annotated[
    Path | None,
    typer.Argument(metavar="文件夹", help="叠加的内容文件夹；不写就用设置里的 LAWBOT_CONTENT。"),
]
On = Annotated[
    str | None, typer.Option("--on", help="按哪一天有效的法律核对，如 2027-01-01；默认今天。")
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    exchange.register(content)
    app.add_typer(content, name="content")


@content.command("check")
def check(
    folder: Folder = None,
    text: Annotated[
        Path | None, typer.Option(help="只检查这一份稿子：.docx、.md 或 .txt。")
    ] = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """检查法律、日期、文稿和题目，逐条列出文件和行号；有问题时退出码为 2。

    例：lawbot content check 我的内容
    例：lawbot content check --text 年度报告.docx --on 2026-12-31
    """
    settings = read_settings()
    day = a_day(on, "--on") if on else local_day(clock_of(settings).now())
    statutes = find_statutes()
    overlay = folder or settings.content
    note = WITH_TEXTS if statutes else WITHOUT_TEXTS
    try:
        if text is not None:
            faults, done = _of_text(text, overlay, day, statutes)
        else:
            pack = read_pack(overlay)
            faults, done = check_pack(pack, day, statutes), _summary(pack)
        if faults:
            raise FaultyFile(f"内容检查发现 {len(faults)} 处问题（{note}）：", faults)
    except FaultyFile as found:
        if as_json:
            show_json(_report(day, statutes, note, found.faults))
        raise
    if as_json:
        show_json(_report(day, statutes, note, ()))
    else:
        typer.echo(f"内容检查通过：{done}。{note}。")


@content.command("impact")
def show_impact(
    law: Annotated[str, typer.Argument(metavar="法律", help="法律的名称，如 农业法。")],
    folder: Folder = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """法律要改或者废止时：哪些节点、文稿和题目引用了它，那一天起哪些要停用、由人重新核对。

    例：lawbot content impact 农业法 --on 2027-01-01
    """
    settings = read_settings()
    day = a_day(on, "--on") if on else local_day(clock_of(settings).now())
    pack = read_pack(folder or settings.content)
    found = pack.registry.find(law)
    if found is None:
        near = "、".join(f"《{key}》" for key in pack.registry.near(law))
        raise BadInput(f"法律登记表里没有《{law}》。" + (f"是不是{near}？" if near else ""))
    items = impact(pack, found.key, day)
    if as_json:
        show_json({"law": found.key, "day": day, "items": [_item(item) for item in items]})
        return
    for item in items:
        cites = "、".join(str(cite) for cite in item.cites)
        held = f"　停用：{'；'.join(item.reasons)}" if item.reasons else ""
        typer.echo(f"{ROOM_WORDS[item.room]} {item.key}（{item.where}）{cites}{held}")
    held_back = sum(bool(item.reasons) for item in items)
    typer.echo(f"《{found.key}》在 {day}：{len(items)} 项引用了它，{held_back} 项停用，等人核对。")


def _item(item: Item) -> dict[str, Any]:
    return {
        "room": item.room,
        "id": item.key,
        "title": item.title,
        "citations": [cite._asdict() for cite in item.cites],
        "where": item.where,
        "held": bool(item.reasons),
        "reasons": item.reasons,
    }


def _of_text(
    path: Path, overlay: Path | None, day: date, statutes: Statutes | None
) -> tuple[tuple[Fault, ...], str]:
    from lawcore.content.prose import check_prose, read_prose  # noqa: PLC0415 - docx is slow

    lines = read_prose(path)
    faults = check_prose(lines, read_calendar(overlay), day, statutes)
    named = tuple(replace(fault, where=f"{path.name} {fault.where}") for fault in faults)
    return named, f"{path.name}，{len(lines)} 段，按 {day} 有效的法律"


def _summary(pack: Pack) -> str:
    return (
        f"{len(pack.registry)} 部法律法规，{len(pack.observances)} 个节点，"
        f"{len(pack.messages)} 篇文稿，{len(pack.loudspeaker)} 份广播稿，"
        f"{len(pack.leaflets)} 份明白纸，{len(pack.questions)} 道题，"
        f"{len(pack.blueprints)} 份试卷方案，{len(pack.hotlines)} 个电话"
    )


def _report(
    day: date, statutes: Statutes | None, note: str, faults: tuple[Fault, ...]
) -> dict[str, Any]:
    return {
        "ok": not faults,
        "day": day,
        "statutes": statutes is not None,
        "note": note,
        "faults": [_plain(fault) for fault in faults],
    }


def _plain(fault: Fault) -> dict[str, Any]:
    place = _PLACE.match(fault.where)
    return {
        "where": fault.where,
        "file": place["file"] if place else fault.where,
        "line": int(place["line"]) if place else None,
        "reason": fault.reason,
        "remedy": fault.remedy,
    }
