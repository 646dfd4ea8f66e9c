"""The figures chapter: every number can be traced, and what has no record is said to have none."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from lawcore.content.replay import Replay, file_replay, read_replay
from lawcore.errors import BadInput, FaultyFile, WrongState
from lawcore.ids import ActivityId, ObservanceKey, UnitId
from lawcore.participation import activity as ledger
from lawcore.participation.registers import Register, RegisterRow
from lawcore.people.model import Role
from lawcore.reports.annual import Annual, Cited, about, collect_annual
from lawcore.reports.annual_file import annual_docx, annual_json, write_annual
from lawcore.reports.annual_words import sections
from lawcore.reports.cannot_say import cannot_say
from lawcore.reports.catalogue import find
from lawcore.reports.claims import Recounted, hold_against
from lawcore.reports.collect import collect
from lawcore.reports.figure import Evidence, Figure, Scope
from lawcore.reports.files import as_json
from lawcore.reports.participation import Rate
from lawcore.reports.table import exam_table
from lawcore.storage import Books, Store

from .conftest import Town, occasion
from .exam_day import close_exam, open_exam, sit
from .ledger_year import activity

SECURITY = ObservanceKey("natl-security-day")
CUT_OFF = datetime(2023, 12, 10, 4, tzinfo=UTC)
TITLES = {ObservanceKey("constitution-day"): "国家宪法日", SECURITY: "全民国家安全教育日"}


@pytest.fixture(scope="module")
def replay() -> Replay:
    return read_replay()


@pytest.fixture
async def replayed(store: Store, replay: Replay) -> Annual:
    await store.write(lambda books: file_replay(books, replay, CUT_OFF))
    return await store.read(
        lambda books: collect_annual(books, replay.township, replay.year, TITLES, CUT_OFF)
    )


def held(annual: Annual, replay: Replay) -> Recounted:
    right = occasion(date(2023, 4, 15), key="natl-security-day", title="全民国家安全教育日")
    return hold_against(annual, replay.claims, {SECURITY: right})


def paragraphs(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs]


# A report replayed: 14 villages; 80 + 40 events; 20000 + 8000 materials; 30000 attendances.


async def test_the_sample_gives_exactly_the_figures_of_its_report(
    replayed: Annual, replay: Replay
) -> None:
    villages = [unit for unit in replay.roster.units if unit.kind.value == "village"]
    assert len(villages) == 14
    value = replayed.now.value
    assert (value("A11"), value("A21"), value("A1")) == (80, 40, 120)
    assert (value("A13"), value("A23"), value("A3")) == (20000, 8000, 28000)
    assert (value("A12"), value("A2")) == (30000, 30000)
    assert (value("D1"), value("D2")) == (294, 200)
    assert all(checked.equal for checked in held(replayed, replay).numbers)
    assert [(rate.percent, rate.due) for rate in replay.claims.rates] == [("100%", None)] * 4


@pytest.mark.parametrize(
    "words",
    [
        "同一个日子写了两个日期：第（三）部分写4.15国家安全日，第（五）部分写4.25国家安全日",
        "正好是80＋40：这样就没有一场是联合举办的",
        "参考率没有分子和分母：第一季度考法（100%）",
        "人次只有镇、村的80场有（30000人次）；部门的40场没有人次",
        "带“余”的数没有准确数",
    ],
)
async def test_what_does_not_agree_in_the_report_is_flagged(
    replayed: Annual, replay: Replay, words: str
) -> None:
    found = held(replayed, replay).findings
    assert sum(words in sentence for sentence in found) == 1
    assert any(words in paragraph for paragraph in paragraphs(_docx(replayed, replay)))


async def test_a_number_that_the_ledger_does_not_give_is_flagged(
    replayed: Annual, replay: Replay
) -> None:
    wrong = next(claim for claim in replay.claims.numbers if claim.figure == "A1")
    claims = type(replay.claims)((replace(wrong, value=130),), (), ())
    found = hold_against(replayed, claims, {})
    assert not found.numbers[0].equal
    assert found.findings[0].startswith("数对不上：合计写“120余场次”，台账是120")


async def test_a_sample_with_a_fault_says_where(tmp_path: Path) -> None:
    path = tmp_path / "ledger.toml"
    path.write_text('township = "示范镇"\nyear = 1823\ncut_off = 2023-12-10\n', "utf-8")
    with pytest.raises(FaultyFile, match="year"):
        read_replay(path)
    with pytest.raises(BadInput, match="没有"):
        read_replay(tmp_path / "none.toml")


def _docx(annual: Annual, replay: Replay) -> bytes:
    return annual_docx(annual, held(annual, replay))


# Sentences and tables.


@given(st.integers(0, 10**7))
def test_a_number_is_never_rounded_up_and_exact_when_it_is_small_or_round(number: int) -> None:
    words = about(number)
    stated = int(words.removesuffix("余"))
    assert stated <= number
    assert words.endswith("余") == (stated != number)
    if number < 1000:
        assert words == f"{number}"
    assert (number - stated) * 10 <= number


async def test_every_number_of_a_sentence_stands_exactly_in_the_table_it_names(
    replayed: Annual,
) -> None:
    found = annual_json(replayed)
    exact = {row[0]: row[3] for row in found["tables"][0]["rows"]}
    cited = [
        piece
        for section in sections(replayed)
        for paragraph in section.paragraphs
        for piece in paragraph
        if isinstance(piece, Cited)
    ]
    assert len(cited) > 15
    for piece in cited:
        assert piece.table == 1
        assert about(int(exact[piece.figure])) == piece.words
    for section in sections(replayed):
        for paragraph in section.paragraphs:
            bare = "".join(piece for piece in paragraph if isinstance(piece, str))
            assert not re.search(r"\d+(余|场|份|人|次|件|个)", bare)


async def test_no_record_is_not_nought_and_is_listed(replayed: Annual) -> None:
    found = annual_json(replayed)
    exact = {row[0]: row[3] for row in found["tables"][0]["rows"]}
    assert exact["E1"] == "—"
    assert exact["A22"] == "—"
    assert exact["C3"] == "2"
    listed = "\n".join(cannot_say(replayed))
    for words in (
        "收到普法提示",
        "部门活动参与",
        "有40场活动没有统计人次",
        "2022年没有台账",
        "数据截至12月10日",
        "受教育的有多少人，没有记录",
        "没有考试的名单",
    ):
        assert words in listed


async def test_attendances_that_nobody_counted_are_not_said_to_be_nought(town: Town) -> None:
    what = activity(await town.unit("V1"), attendances=None)
    await town.act(lambda books, at: ledger.record(books.activities, what, at=at))
    found = await town.act(lambda books, at: collect_annual(books, "示范镇", 2026, TITLES, at))
    text = "\n".join(paragraphs(annual_docx(found)))
    assert "0［表1·A2］" not in text
    assert "开展法治宣传活动1［表1·A1］场次，都没有统计人次，发放资料120［表1·A3］份" in text
    assert not any("参与人次只是另外0场" in sentence for sentence in cannot_say(found))


async def test_a_joint_event_that_both_have_filed_is_pointed_out(town: Town) -> None:
    first, second = await town.unit("V1"), await town.unit("D1")

    def fill(books: Books, at: datetime) -> None:
        def file(unit: UnitId, *partners: UnitId, **changes: Any) -> ActivityId:
            what = activity(unit, partners=partners, **changes)
            return ledger.record(books.activities, what, at=at)

        file(first, second, name="集市宣传")
        file(second, first, name="宪法进集市")
        file(second, first, name="另一天", day=date(2026, 11, 19))
        file(first, second, name="普法电影", day=date(2026, 3, 1))
        gone = file(second, name="普法电影", day=date(2026, 3, 1))
        file(first, name="各办各的", day=date(2026, 4, 1))
        file(second, name="各办各的", day=date(2026, 4, 1))
        ledger.withdraw(books.activities, gone, "李四", at=at)
        file(second, name="普法电影", day=date(2026, 3, 1))

    await town.act(fill)
    found = await town.act(lambda books, at: collect_annual(books, "示范镇", 2026, TITLES, at))
    assert found.doubles == (("H1", "H2"), ("H4", "H9"))
    sentence = next(one for one in cannot_say(found) if "记了两次" in one)
    assert "有2对记录同一天、至少一方写了另一方参与" in sentence
    assert "H1和H2，H4和H9" in sentence


async def test_households_that_nobody_registered_are_not_nought_beside_heads(town: Town) -> None:
    """The register of both is kept; of the one there is no row, of the other a row that says 0."""
    village, other = await town.unit("V1"), await town.unit("V2")

    def fill(books: Books, at: datetime) -> None:
        row = RegisterRow(Register.PEOPLE, date(2026, 5, 1), "张三", village, "法律明白人", 0)
        books.activities.add_row(row, at)
        row = RegisterRow(Register.STUDY, date(2026, 5, 1), "张三", other, "会前学法")
        books.activities.add_row(row, at)

    await town.act(fill)
    found = await town.act(lambda books, at: collect_annual(books, "示范镇", 2026, TITLES, at))
    assert [found.of(key).now for key in ("D1", "D2", "B1", "B2", "B3")] == [0, None, 1, 0, None]
    listed = next(sentence for sentence in cannot_say(found) if "没有登记的" in sentence)
    assert "“学法用法示范户”" in listed
    assert "“法律明白人”" not in listed
    (said,) = next(part.paragraphs for part in sections(found) if "法治骨干" in part.title)
    assert "示范户" not in "".join(piece if isinstance(piece, str) else "" for piece in said)


async def test_the_year_is_compared_with_the_same_days_of_the_year_before(town: Town) -> None:
    village = await town.unit("V1")

    def fill(books: Books, at: datetime) -> None:
        for day in (date(2025, 3, 1), date(2025, 12, 30), date(2026, 3, 1), date(2026, 5, 1)):
            ledger.record(books.activities, activity(village, day), at=at)
        row = RegisterRow(Register.STUDY, date(2026, 3, 1), "张三", village, "会前学法")
        books.activities.add_row(row, at)

    await town.act(fill)
    found = await town.act(lambda books, at: collect_annual(books, "示范镇", 2026, TITLES, at))
    assert (found.before_word, found.last_day) == ("上年同期", date(2026, 11, 24))
    assert (found.of("A1").now, found.of("A1").before, found.of("A1").change) == (2, 1, 1)
    assert (found.of("B1").now, found.of("B1").before, found.of("B1").change) == (1, None, None)
    assert found.of("B3").now is None
    text = "\n".join(paragraphs(annual_docx(found)))
    assert "活动场次比上年同期增加1［表1·A1］场次" in text
    with pytest.raises(BadInput, match="还没有开始"):
        await town.act(lambda books, at: collect_annual(books, "示范镇", 2027, TITLES, at))


async def test_an_exam_stands_with_numerator_and_denominator_and_opens_into_its_people(
    town: Town,
) -> None:
    await town.appoint(1, Role.CADRE, "001")
    exam = await open_exam(town)
    await sit(town, exam, 1, 7)
    await close_exam(town, exam)
    found = await town.act(lambda books, at: collect_annual(books, "示范镇", 2026, TITLES, at))
    (row,) = annual_json(found)["tables"][-1]["rows"]
    assert row[2:] == ["6", "1", "5", "1", "20.0%", "1", "100.0%", "20.0%"]
    (said,) = next(part.paragraphs for part in sections(found) if part.title == "法律知识考试")
    for piece in said:
        if isinstance(piece, Cited) and not piece.words.endswith("%"):
            figure, scope = find(piece.figure, found.now.scope, ())
            rows = await town.look(partial(evidence, figure, scope))
            assert len(rows) == int(piece.words)
    text = "".join(piece if isinstance(piece, str) else piece.words for piece in said)
    assert "应考5人、实考1人，参考率20.0%" in text
    assert [piece.words for piece in said if isinstance(piece, Cited)][-1] == "1", "免考"


async def test_while_an_exam_runs_nobody_is_told_who_or_how_many_have_passed(
    town: Town,
) -> None:
    await town.appoint(1, Role.CADRE, "001")
    exam = await open_exam(town)
    await sit(town, exam, 1, 7)
    found = await town.act(lambda books, at: collect_annual(books, "示范镇", 2026, TITLES, at))
    (row,) = annual_json(found)["tables"][-1]["rows"]
    assert row[2:] == ["6", "1", "5", "1", "20.0%", "—", "—", "—"]
    scope = found.now.scope
    report = await town.act(
        lambda books, at: collect(books.figures, "示范镇", scope.first, scope.last, None, at)
    )
    told = as_json(report)["exams"][0]
    assert {one["passed"] for one in (*told["units"], told["total"])} == {None}
    assert told["total"]["passed_of_due"] is None
    (*_, total) = exam_table(report).rows
    assert total.cells[4:] == (6, 1, 5, 1, 4, "—", Rate(1, 5), "1÷5", *"————")
    figure, part = find(f"F3/exam/{exam}", scope, ())
    with pytest.raises(WrongState, match="还在进行"):
        await town.look(partial(evidence, figure, part))
    await close_exam(town, exam)
    assert len(await town.look(partial(evidence, figure, part))) == 1


def evidence(figure: Figure, scope: Scope, books: Books) -> list[Evidence]:
    return list(books.counts.evidence(figure, scope))


# The paper.


async def test_the_paper_has_the_layout_of_the_standard(replayed: Annual, replay: Replay) -> None:
    document = docx.Document(BytesIO(_docx(replayed, replay)))
    page = document.sections[0]
    lengths = (
        (page.page_width, 210),
        (page.page_height, 297),
        (page.top_margin, 37),
        (page.bottom_margin, 35),
        (page.left_margin, 28),
        (page.right_margin, 26),
    )
    for length, wanted in lengths:
        assert length is not None
        assert round(length.mm, 1) == wanted
    pitch = int(page._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")))
    text_height = (297 - 37 - 35) / 25.4 * 72 * 20
    assert text_height // pitch == 22
    title, body = document.paragraphs[0], document.paragraphs[4]
    faces = [run._element.xpath("./w:rPr/w:rFonts")[0] for run in (title.runs[0], body.runs[0])]
    fonts = [face.get(qn("w:eastAsia")) for face in faces]
    assert fonts == ["方正小标宋简体", "仿宋_GB2312"]
    assert (title.runs[0].font.size, body.runs[0].font.size) == (279400, 203200)
    assert document.settings.odd_and_even_pages_header_footer
    assert "—" in page.footer.paragraphs[0].text


async def test_the_same_year_gives_the_same_text_and_no_time_of_the_run(replayed: Annual) -> None:
    first, second = annual_docx(replayed), annual_docx(replayed)
    assert paragraphs(first) == paragraphs(second)
    properties = docx.Document(BytesIO(first)).core_properties
    assert (properties.author, f"{properties.created:%Y-%m-%d}") == ("", "2023-12-10")


async def test_only_a_docx_is_written(replayed: Annual, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.docx"):
        write_annual(replayed, tmp_path / "out" / "a.doc")
    (tmp_path / "out").mkdir()
    write_annual(replayed, tmp_path / "out" / "a.docx")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.docx"]
