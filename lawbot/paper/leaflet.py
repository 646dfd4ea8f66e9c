"""明白纸: one sheet of paper that is handed out and kept."""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lawcore.campaigns.leaflet import Point
from lawcore.clock import local_day
from lawcore.content import Hotline
from lawcore.errors import BadInput

_NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Handout:
    """What is printed on the sheet."""

    title: str
    subtitle: str
    township: str
    paragraphs: tuple[str, ...]
    points: tuple[Point, ...]
    hotlines: tuple[Hotline, ...]
    source: str
    approved: bool


SAMPLE = "样张：审核签字后，删去这一行再印。审核人：　　　　　日期："
_SIZES = ((320, 18), (450, 15), (sys.maxsize, 13))
"""Up to so many characters, this size: as large as one side of A4 can take."""


def write_handout(handout: Handout, path: Path, at: datetime) -> None:
    """Write the sheet as .docx. Raises BadInput for another ending."""
    from lawbot.paper.sheet import Font, Look, Sheet  # noqa: PLC0415 - docx is slow to import

    if path.suffix.lower() != ".docx":
        raise BadInput(f"“{path.name}”的结尾要是 .docx。")
    sheet = Sheet(handout.title, handout.township, at, margin=2)
    if not handout.approved:
        sheet.header(SAMPLE)
    size = _size(handout)
    sheet.line(handout.title, Look(28, Font.HEAVY, red=True, centred=True))
    if handout.subtitle:
        sheet.line(handout.subtitle, Look(15, Font.BRUSH, centred=True))
    sheet.rule()
    for paragraph in handout.paragraphs:
        sheet.line(paragraph, Look(size, indent=True, after=4))
    for number, point in zip(_NUMBERS, handout.points, strict=False):
        question = Look(size + 2, Font.HEAVY, before=4, with_next=True)
        sheet.line(f"{number}、{point.question}", question)
        sheet.line(point.answer, Look(size, indent=True))
    if handout.hotlines:
        sheet.line("有事打电话", Look(size + 2, Font.HEAVY, before=4, with_next=True))
        rows = [(one.number, f"{one.name}：{one.use}") for one in handout.hotlines]
        sheet.grid(rows, Look(20, Font.HEAVY, centred=True), Look(13), left=3.2)
    day = local_day(at)
    foot = f"{handout.township}　{day.year}年{day.month}月　{handout.source}"
    sheet.line(foot, Look(11, Font.BRUSH, centred=True, before=6))
    sheet.save(path)


def _size(handout: Handout) -> int:
    points = sum(len(point.question) + len(point.answer) for point in handout.points)
    length = points + sum(len(paragraph) for paragraph in handout.paragraphs)
    return next(size for most, size in _SIZES if length <= most)
