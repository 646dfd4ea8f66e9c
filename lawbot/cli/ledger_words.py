"""The ledger at the command line: what words name, and how a row is shown."""

import re
from datetime import date
from typing import Any

from lawbot.settings import read_settings
from lawcore.content import read_calendar, read_categories
from lawcore.errors import BadInput, NotFound
from lawcore.ids import LawKey
from lawcore.participation.activity import FORM_WORDS, Recorded, materials_text
from lawcore.participation.known import Known
from lawcore.storage import Books

YEARS = range(2000, 2100)


def known_of(books: Books) -> Known:
    """Units of the roster; observances, laws and categories of the content."""
    content = read_settings().content
    pack = read_calendar(content)

    def law(name: str) -> LawKey | None:
        found = pack.registry.find(name)
        return found.key if found else None

    return Known(books.people.units(), pack.observances.values(), law, read_categories(content))


def a_day(text: str, option: str) -> date:
    """A date. Raises BadInput naming the option."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise BadInput(f"{option} 要写成 2026-12-31 这样的日期，不能是“{text}”。")
    return day


def key_of(words: str) -> tuple[str, int]:
    """``H12`` or ``D5``. Raises NotFound for anything else."""
    found = re.fullmatch(r"([HDhd])([0-9]{1,9})", words.strip())
    if found is None:
        raise NotFound(f"没有编号 {words}：编号是 H 或 D 加数字，见 lawbot activity list。")
    return found[1].upper(), int(found[2])


def as_json(found: Recorded, known: Known) -> dict[str, Any]:
    """A row as JSON, with the names of what it points at."""
    one = found.activity
    units = {unit.id: unit for unit in known.units}
    titles = {observance.key: observance.title for observance in known.observances}
    return {
        "number": found.number,
        "date": f"{one.day}",
        "name": one.name,
        "observance": one.observance,
        "observance_title": titles.get(one.observance, one.observance) if one.observance else None,
        "topic": one.topic,
        "laws": list(one.laws),
        "place": one.place,
        "unit": units[one.organiser].code,
        "unit_name": units[one.organiser].name,
        "with": [units[unit].name for unit in one.partners],
        "form": FORM_WORDS[one.form],
        "category": one.category,
        "audience": one.audience,
        "attendances": one.attendances,
        "copies": one.copies,
        "materials": materials_text(one.materials),
        "pushes": one.pushes,
        "cost": None if one.cost is None else f"{one.cost:.2f}",
        "evidence": list(one.evidence),
        "filed_by": one.filed_by,
        "reviewed_by": found.reviewed_by,
        "corrects": f"H{one.corrects}" if one.corrects else None,
        "corrected_by": f"H{found.corrected_by}" if found.corrected_by else None,
        "withdrawn": one.withdrawn,
        "reason": one.reason or None,
    }


def line(row: dict[str, Any]) -> str:
    """A row as people read it in a list."""
    crowd = "人次未统计" if row["attendances"] is None else f"{row['attendances']} 人次"
    shared = f"（与{'、'.join(row['with'])}）" if row["with"] else ""
    marks = [
        "撤销记录" if row["withdrawn"] else "",
        f"更正 {row['corrects']}" if row["corrects"] and not row["withdrawn"] else "",
        f"原因：{row['reason']}" if row["reason"] else "",
        f"已由 {row['corrected_by']} 更正" if row["corrected_by"] else "",
        "" if row["reviewed_by"] or row["withdrawn"] else "未审核",
    ]
    tail = "，".join(mark for mark in marks if mark)
    return (
        f"{row['number']}  {row['date']}  {row['name']}  {row['unit_name']}{shared}  "
        f"{crowd}，{row['copies']} 份" + (f"  [{tail}]" if tail else "")
    )
