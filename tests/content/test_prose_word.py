"""A Word file is read wherever something stands in it, and the place is one that a person finds."""

import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Word
from docx.oxml import parse_xml

from lawcore.content import Pack, read_pack
from lawcore.content.prose import check_prose, read_prose

TODAY = date(2026, 11, 24)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
WRONG = "学习环境保护法。"


@cache
def pack() -> Pack:
    return read_pack()


Places = Callable[[Word], list[str]]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Where the checker finds faults in a document."""

    def of(document: Word) -> list[str]:
        path = tmp_path / "报告.docx"
        document.save(str(path))
        return [fault.where for fault in check_prose(read_prose(path), pack(), TODAY)]

    return of


def test_headers_and_footers_are_read(places: Places) -> None:
    document = Document()
    document.add_paragraph("一、做法")
    section = document.sections[0]
    section.header.paragraphs[0].text = WRONG
    section.footer.paragraphs[0].text = "国土所编印"
    assert places(document) == ["页眉", "页脚"]


def test_of_several_headers_each_has_a_number(places: Places) -> None:
    document = Document()
    first = document.sections[0]
    first.different_first_page_header_footer = True
    first.header.paragraphs[0].text = "某某镇"
    first.first_page_header.paragraphs[0].text = WRONG
    (where,) = places(document)
    assert where in {"页眉1", "页眉2"}


def test_tables_are_read_by_row_also_one_in_another(places: Places) -> None:
    document = Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "无"
    table = document.add_table(rows=3, cols=2)
    table.cell(2, 1).text = WRONG
    inner = table.cell(1, 0).add_table(rows=2, cols=1)
    inner.cell(1, 0).text = "婚姻法"
    assert places(document) == ["表2第2行里的表1第2行", "表2第3行"]


def test_text_boxes_are_read_once(places: Places) -> None:
    document = Document()
    box = f"<w:txbxContent><w:p><w:r><w:t>{WRONG}</w:t></w:r></w:p></w:txbxContent>"
    document.add_paragraph("下面有框")._p.append(
        parse_xml(
            f"<w:r {W} {MC}><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    assert places(document) == ["文本框1"]
    assert places(document) == ["文本框1"]


def test_notes_and_comments_are_read_and_separators_are_not(tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    document = Document()
    document.add_paragraph("正文。")
    document.save(str(path))
    notes = (
        f"<w:footnotes {W}><w:footnote w:type='separator' w:id='-1'><w:p/></w:footnote>"
        "<w:footnote w:id='1'><w:p><w:r><w:t>见民法典。</w:t></w:r></w:p></w:footnote>"
        f"<w:footnote w:id='2'><w:p><w:r><w:t>{WRONG}</w:t></w:r></w:p></w:footnote>"
        "</w:footnotes>"
    )
    with_part(path, "footnotes", notes)
    assert [fault.where for fault in check_prose(read_prose(path), pack(), TODAY)] == ["脚注2"]


def with_part(path: Path, name: str, content: str) -> None:
    """Write a part into a document as a word processor would."""
    with zipfile.ZipFile(path) as book:
        parts = {each: book.read(each) for each in book.namelist()}
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{name}+xml"
    types, relations = "[Content_Types].xml", "word/_rels/document.xml.rels"
    parts[f"word/{name}.xml"] = content.encode()
    for part, end, entry in (
        (types, b"</Types>", f'<Override PartName="/word/{name}.xml" ContentType="{kind}"/>'),
        (
            relations,
            b"</Relationships>",
            f'<Relationship Id="rId99" Type="{base}/{name}" Target="{name}.xml"/>',
        ),
    ):
        parts[part] = parts[part].replace(end, entry.encode() + end)
    with zipfile.ZipFile(path, "w") as book:
        for each, text in parts.items():
            book.writestr(each, text)


def test_what_is_inserted_or_linked_is_read_and_what_is_struck_out_is_not(places: Places) -> None:
    document = Document()
    paragraph = document.add_paragraph("学习")._p
    paragraph.append(parse_xml(f"<w:del {W}><w:r><w:delText>宪法</w:delText></w:r></w:del>"))
    paragraph.append(parse_xml(f"<w:ins {W}><w:r><w:t>婚姻</w:t></w:r></w:ins>"))
    paragraph.append(parse_xml(f"<w:hyperlink {W}><w:r><w:t>法。</w:t></w:r></w:hyperlink>"))
    document.add_paragraph("好。")._p.append(
        parse_xml(f"<w:del {W}><w:r><w:t>{WRONG}</w:t></w:r></w:del>")
    )
    assert places(document) == ["第 1 段"]


def test_a_content_control_is_read(places: Places) -> None:
    document = Document()
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>{WRONG}</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    assert places(document) == ["第 1 段"]


def test_a_signature_is_found_though_a_footer_has_a_date(places: Places) -> None:
    document = Document()
    document.add_paragraph("全年开展宣传120场。")
    document.add_paragraph("2026年12月10日")
    document.sections[0].footer.paragraphs[0].text = "2027年1月1日"
    assert places(document) == ["第 2 段"]
