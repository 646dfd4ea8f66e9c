"""The figures chapter as docx and as JSON."""

from pathlib import Path
from typing import Any

from lawcore.errors import BadInput
from lawcore.reports.annual import Annual, Cited, Paragraph
from lawcore.reports.annual_tables import PaperTable, claims_table, tables
from lawcore.reports.annual_words import sections
from lawcore.reports.cannot_say import cannot_say
from lawcore.reports.claims import Recounted
from lawcore.sheets.whole_file import write_whole

_NUMERALS = "一二三四五六七八九十"


def write_annual(annual: Annual, path: Path, recounted: Recounted | None = None) -> None:
    """Write the chapter to `path`, whole or not at all; `recounted` is of a replayed report.

    Raises BadInput for an ending other than .docx, or if it cannot be written there.
    """
    if path.suffix.lower() != ".docx":
        raise BadInput(f"“{path.name}”的结尾要是 .docx。")
    write_whole(path, annual_docx(annual, recounted))


def annual_docx(annual: Annual, recounted: Recounted | None = None) -> bytes:
    """Make the docx."""
    from lawcore.reports.official import OfficialPaper  # noqa: PLC0415 - slow to import

    paper = OfficialPaper(title(annual), annual.cut_off)
    paper.heading("一、普法工作数据")
    for number, section in enumerate(sections(annual)):
        paper.second(f"（{_NUMERALS[number]}）{section.title}")
        for paragraph in section.paragraphs:
            paper.paragraph(_pieces(paragraph))
    paper.heading("二、不能说明的事项")
    for number, sentence in enumerate(cannot_say(annual), start=1):
        paper.paragraph([(f"{number}．{sentence}", False)])
    if recounted:
        paper.heading("三、原报告与台账核对")
        for number, sentence in enumerate(recounted.findings, start=1):
            paper.paragraph([(f"{number}．{sentence}", False)])
    paper.heading(f"{_NUMERALS[3 if recounted else 2]}、数据表")
    paper.paragraph([(_about(annual), False)])
    for table in _tables(annual, recounted):
        paper.table(table.caption, table.headings, table.rows, table.widths)
        paper.note(table.note)
    return paper.content()


def title(annual: Annual) -> str:
    """The title of the chapter."""
    return f"{annual.township}{annual.year}年普法工作数据"


def annual_json(annual: Annual, recounted: Recounted | None = None) -> dict[str, Any]:
    """Give the chapter as JSON: figures, sentences, tables. It holds dates only."""
    return {
        "title": title(annual),
        "township": annual.township,
        "year": annual.year,
        "from": f"{annual.now.scope.first}",
        "to": f"{annual.last_day}",
        "cut_off": f"{annual.cut_off}",
        "figures": [
            {
                "id": one.figure.id,
                "title": one.figure.title,
                "measure": one.figure.measure,
                "value": one.now,
                "before": one.before,
                "meaning": one.figure.meaning,
            }
            for one in annual.compared
        ],
        "sections": [
            {
                "title": section.title,
                "sentences": [_text(paragraph) for paragraph in section.paragraphs],
            }
            for section in sections(annual)
        ],
        "tables": [
            {
                "number": table.number,
                "title": table.title,
                "headings": [heading.replace("\n", "") for heading in table.headings],
                "rows": [list(row) for row in table.rows],
            }
            for table in _tables(annual, recounted)
        ],
        "cannot_say": list(cannot_say(annual)),
        "claims": [
            {
                "where": checked.claim.where,
                "words": checked.claim.words,
                "figure": checked.claim.figure,
                "stated": checked.claim.value,
                "counted": checked.counted,
                "equal": checked.equal,
            }
            for checked in (recounted.numbers if recounted else ())
        ],
        "findings": list(recounted.findings if recounted else ()),
    }


def _tables(annual: Annual, recounted: Recounted | None) -> tuple[PaperTable, ...]:
    more = (claims_table(recounted),) if recounted else ()
    return tables(annual) + more


def _pieces(paragraph: Paragraph) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    for piece in paragraph:
        if isinstance(piece, Cited):
            found += [(piece.words, False), (f"［{piece.source}］", True)]
        else:
            found.append((piece, False))
    return found


def _text(paragraph: Paragraph) -> str:
    return "".join(
        f"{piece.words}［{piece.source}］" if isinstance(piece, Cited) else piece
        for piece in paragraph
    )


def _about(annual: Annual) -> str:
    first, last = annual.now.scope.first, annual.last_day
    return (
        f"统计时段{first}至{last}，首尾两天都算；数据截至{annual.cut_off}。"
        "每个数后面的［表1·A1］是它所在的表和编号；"
        "在管理页面的“年度报告”里点这个数，或者运行 "
        f"lawbot report explain A1 --from {first} --to {last}，可以列出它由哪些记录加起来。"
    )
