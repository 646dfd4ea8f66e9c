"""``lawbot content``: the checker of the content pack and of any text."""

import re
from collections import Counter
from dataclasses import dataclass, replace
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
from lawcore.content import Item, Pack, check_pack, read_calendar, read_pack
from lawcore.content.impact import ROOM_WORDS, impact
from lawcore.content.overdue import overdue
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
    strict: Annotated[
        bool, typer.Option("--strict", help="要留意的也算问题：该重新核对的、将来会变的。")
    ] = False,
    as_json: Json = False,
) -> None:
    """检查法律、日期、文稿和题目，逐条列出文件和行号；有问题时退出码为 2。

    核对后超过十二个月的只列出来，不算问题；加 --strict 才算。

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
            seen = _of_text(text, overlay, day, statutes, asked=on is not None)
        else:
            pack = read_pack(overlay)
            seen = _Seen(check_pack(pack, day, statutes), overdue(pack, day), day, _summary(pack))
    except FaultyFile as unreadable:
        seen = _Seen(unreadable.faults, (), day, "")
    if strict:
        seen = replace(seen, faults=(*seen.faults, *seen.notes), notes=())
    if as_json:
        show_json(_report(seen, statutes, note))
    elif seen.notes:
        typer.echo(_notes(seen.notes, whole=text is not None))
    if seen.faults:
        summary = f"内容检查发现 {len(seen.faults)} 处问题（{note}）："
        raise FaultyFile(summary, seen.faults)
    if not as_json:
        typer.echo(f"内容检查通过：{seen.done}。{note}。")


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


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a check found; `notes` are to be looked at and make nothing wrong."""

    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    day: date
    done: str


def _notes(notes: tuple[Fault, ...], *, whole: bool) -> str:
    """The notes of a draft one by one, those of a pack counted by file."""
    if whole:
        return "\n".join((f"要留意 {len(notes)} 处：", *(f"  {note}" for note in notes)))
    files = Counter(_plain(note)["file"] for note in notes)
    return "\n".join(
        (
            f"要重新核对 {len(notes)} 项，核对后已超过十二个月（逐项和行号：--json）：",
            *(f"  {file}：{count} 项" for file, count in files.items()),
        )
    )


def _of_text(
    path: Path, overlay: Path | None, day: date, statutes: Statutes | None, *, asked: bool
) -> _Seen:
    """Check a draft. One that is signed for a day to come is judged by the law of that day.

    An older one is not: what was right then may not be sent today. It is told how to ask.
    """
    from lawcore.content.prose import (  # noqa: PLC0415 - docx is slow
        check_prose,
        read_prose,
        remarks,
        signed_on,
    )

    lines = read_prose(path)
    signed = signed_on(lines)
    notes: tuple[Fault, ...] = ()
    if signed and not asked and signed[1] < day:
        reason = f"落款是 {signed[1]}，下面按 {day} 有效的法律核对"
        notes = (Fault(signed[0].where, reason, f"要按落款那天核对，加 --on {signed[1]}"),)
    elif signed and not asked:
        day = signed[1]
    pack = read_calendar(overlay)
    faults = check_prose(lines, pack, day, statutes)
    notes += remarks(lines, pack, day, statutes)
    return _Seen(
        tuple(replace(fault, where=f"{path.name} {fault.where}") for fault in faults),
        tuple(replace(fault, where=f"{path.name} {fault.where}") for fault in notes),
        day,
        f"{path.name}，{len(lines)} 段，按 {day} 有效的法律",
    )


def _summary(pack: Pack) -> str:
    return (
        f"{len(pack.registry)} 部法律法规，{len(pack.observances)} 个节点，"
        f"{len(pack.messages)} 篇文稿，{len(pack.loudspeaker)} 份广播稿，"
        f"{len(pack.leaflets)} 份明白纸，{len(pack.questions)} 道题，"
        f"{len(pack.blueprints)} 份试卷方案，{len(pack.hotlines)} 个电话"
    )


def _report(seen: _Seen, statutes: Statutes | None, note: str) -> dict[str, Any]:
    return {
        "ok": not seen.faults,
        "day": seen.day,
        "statutes": statutes is not None,
        "note": note,
        "faults": [_plain(fault) for fault in seen.faults],
        "notes": [_plain(fault) for fault in seen.notes],
    }


def _plain(fault: Fault) -> dict[str, Any]:
    place = _PLACE.match(fault.where)
    return {
        "where": fault.where,
        "file": place["file"] if place else fault.where.split(" ")[0],
        "line": int(place["line"]) if place else None,
        "reason": fault.reason,
        "remedy": fault.remedy,
    }
