"""明白纸: one sheet of paper that is handed out and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lawcore.campaigns.leaflet import Point
from lawcore.clock import local_day
from lawcore.content import Hotline
from lawcore.errors import BadInput

if TYPE_CHECKING:
    from lawbot.paper.sheet import Sheet

_NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Handout:
    """What is printed on the sheet."""

    title: str
    township: str
    paragraphs: tuple[str, ...]
    points: tuple[Point, ...]
    hotlines: tuple[Hotline, ...]
    source: str


def write_handout(handout: Handout, path: Path, at: datetime) -> None:
    """Write the sheet as .docx. Raises BadInput for another ending."""
    from lawbot.paper.sheet import Font, Look, Sheet  # noqa: PLC0415 - docx is slow to import

    if path.suffix.lower() != ".docx":
        raise BadInput(f"「{path.name}」的结尾要是 .docx。")
    sheet = Sheet(handout.title, handout.township, at, margin=2)
    sheet.line(handout.title, Look(26, Font.HEAVY, red=True, centred=True, spacing=1.2))
    sheet.rule()
    for paragraph in handout.paragraphs:
        sheet.line(paragraph, Look(15, indent=True, after=4))
    for number, point in zip(_NUMBERS, handout.points, strict=False):
        sheet.line(f"{number}、{point.question}", Look(17, Font.HEAVY, with_next=True))
        sheet.line(point.answer, Look(15, indent=True, after=6))
    if handout.hotlines:
        _hotlines(sheet, handout.hotlines)
    day = local_day(at)
    foot = f"{handout.township}　{day.year}年{day.month}月　{handout.source}"
    sheet.line(foot, Look(11, Font.BRUSH, centred=True))
    sheet.save(path)


def _hotlines(sheet: "Sheet", hotlines: Sequence[Hotline]) -> None:
    from lawbot.paper.sheet import Font, Look, write  # noqa: PLC0415

    table = sheet.document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for hotline in hotlines:
        number, use = table.add_row().cells
        write(number.paragraphs[0], hotline.number, Look(22, Font.HEAVY, centred=True))
        write(use.paragraphs[0], f"{hotline.name}：{hotline.use}", Look(13))
    sheet.line("", Look(6))
