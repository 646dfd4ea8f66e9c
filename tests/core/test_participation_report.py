"""The participation report: sums and rates hold, and every file says the same."""

import csv
import json
from dataclasses import astuple, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.campaigns.model import Draft, Recipients
from lawcore.delivery.model import Delivery, DeliveryState, Recorded, Residents, Tally
from lawcore.errors import BadInput
from lawcore.ids import CampaignId, ExamId, ObservanceKey, UnitId
from lawcore.people.model import AccountState, Role
from lawcore.reports.collect import collect
from lawcore.reports.files import as_json, participation_csv, write_participation
from lawcore.reports.participation import (
    CampaignTable,
    ExamTable,
    Participation,
    Rate,
    Sitting,
    UnitDeliveries,
    UnitSitting,
)

from .conftest import Town
from .exam_day import open_exam, sit

OPENS = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)

counts = st.integers(0, 500)


@st.composite
def sittings(draw: st.DrawFn) -> Sitting:
    candidates = draw(counts)
    exempt = draw(st.integers(0, candidates))
    attended = draw(st.integers(0, candidates - exempt))
    return Sitting(candidates, exempt, attended, draw(st.integers(0, attended)))


tallies = st.builds(Tally, *[counts] * 7)


def report_of(
    rows: list[Sitting], sent: list[Tally], *, name: str = "东河村", title: str = "第四季度考法"
) -> Participation:
    """A report with one exam and one campaign over units called `name` 1, 2, …"""
    units = tuple(UnitSitting(UnitId(n), f"{name}{n}", row) for n, row in enumerate(rows))
    letters = tuple(UnitDeliveries(UnitId(n), f"{name}{n}", row) for n, row in enumerate(sent))
    constitution = date(2026, 12, 4)
    return Participation(
        "示范镇",
        date(2026, 10, 1),
        date(2026, 12, 31),
        date(2026, 12, 8),
        (ExamTable(ExamId(1), title, OPENS, CLOSES, False, units),),
        (CampaignTable(CampaignId(1), title, 2026, constitution, constitution, letters),),
        300,
    )


def csv_rows(report: Participation) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(participation_csv(report), newline="")))


def xlsx_rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    heading, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


# Rates and sums.


@given(sittings())
def test_everybody_on_the_list_is_exactly_one_of_exempt_present_absent(row: Sitting) -> None:
    assert row.exempt + row.attended + row.absent == row.candidates
    assert row.absent >= 0
    assert row.due == row.candidates - row.exempt


@given(counts, counts)
def test_a_rate_is_rounded_half_up_and_never_made_up(part: int, whole: int) -> None:
    percent = Rate(part, whole).percent
    if whole == 0:
        assert percent is None
        assert str(Rate(part, whole)) == "—"
    else:
        assert percent is not None
        off = percent * whole - part * 100
        assert abs(off) * 20 <= whole
        assert percent == percent.quantize(Decimal("0.1"))


def test_a_rate_stands_beside_its_fraction() -> None:
    assert str(Rate(1, 16)) == "6.3%（1/16）"
    assert str(Rate(0, 7)) == "0.0%（0/7）"


@given(st.lists(sittings(), max_size=6), st.lists(tallies, max_size=6))
def test_the_units_add_up_to_the_total_in_every_column(
    rows: list[Sitting], sent: list[Tally]
) -> None:
    found = as_json(report_of(rows, sent))
    for table in (found["exams"][0], found["campaigns"][0]):
        for column, total in table["total"].items():
            if not isinstance(total, dict):
                assert total == sum(unit[column] for unit in table["units"])


@given(tallies)
def test_what_was_intended_is_always_accounted_for(tally: Tally) -> None:
    row = as_json(report_of([], [tally]))["campaigns"][0]["units"][0]
    ends = ("sent", "blocked", "failed", "unknown", "skipped", "under_way")
    assert row["intended"] == sum(row[end] for end in ends) == sum(astuple(tally))


# The files.

ROWS = [Sitting(10, 1, 8, 6), Sitting(3, 3, 0, 0), Sitting(4, 0, 3, 1)]
SENT = [Tally(0, 0, 90, 4, 1, 2, 3), Tally(5, 1, 20, 0, 0, 0, 0)]


def test_the_xlsx_shows_each_unit_the_total_and_the_fractions(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_participation(report_of(ROWS, SENT), path)
    first, exempted, _, total = xlsx_rows(path, "考试")
    assert first == {
        "考试": "第四季度考法",
        "起止": "2026-11-24 至 2026-11-30",
        "状态": "已结束",
        "单位": "东河村0",
        "名单（人）": 10,
        "免考（人）": 1,
        "应考（人）": 9,
        "实考（人）": 8,
        "缺考（人）": 1,
        "合格（人）": 6,
        "参考率": 88.9,
        "实考÷应考": "8÷9",
        "合格率（实考）": 75,
        "合格÷实考": "6÷8",
        "合格率（应考）": 66.7,
        "合格÷应考": "6÷9",
    }
    assert exempted["参考率"] == exempted["合格率（实考）"] == exempted["合格率（应考）"] == "—"
    assert (total["单位"], total["名单（人）"], total["参考率"]) == ("合计", 17, 84.6)
    assert total["实考÷应考"] == "11÷13"
    *_, sum_sent = xlsx_rows(path, "消息")
    assert list(sum_sent.values()) == [
        "第四季度考法 2026", "2026-12-04", "合计", 126, 110, 4, 1, 2, 3, 6,
    ]  # fmt: skip


def test_the_xlsx_is_ready_to_read_and_to_print(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_participation(report_of(ROWS, SENT), path)
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == ["说明", "图表", "考试", "消息"]
    assert len(workbook["图表"]._charts) == 1, "参考率 by unit"
    for name in ("考试", "消息"):
        sheet = workbook[name]
        assert sheet.freeze_panes[1:] == "2"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$1:$1"
    assert workbook["考试"]["K2"].number_format == '0.0"%"'


def test_the_xlsx_explains_its_words_and_its_period(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_participation(report_of(ROWS, SENT), path)
    notes = dict(row for row in openpyxl.load_workbook(path)["说明"].iter_rows(values_only=True))
    assert notes["范围"] == "示范镇"
    assert notes["统计时段"].startswith("2026-10-01 至 2026-12-31")
    assert notes["数据截至"] == "2026-12-08"
    assert "已发出不等于已读" in notes["已发出（人次）"]
    assert "不能相加" in notes["人和人次"]
    assert notes["登记居民"].startswith("300 人")
    headings = {*xlsx_rows(path, "考试")[0], *xlsx_rows(path, "消息")[0]}
    assert {heading for heading in headings if "人" in heading} <= set(notes)


HOSTILE = ['=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    report = report_of(ROWS, SENT, name=text, title=text)
    path = tmp_path / "r.xlsx"
    write_participation(report, path)
    workbook = openpyxl.load_workbook(path)
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    for row in csv_rows(report):
        assert row["名称"].startswith(f"'{text}")
        assert row["单位"].startswith(f"'{text}") or row["单位"] == "合计"


def test_the_csv_opens_in_a_spreadsheet_and_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write_participation(report_of(ROWS, SENT), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    first, exempted, _, total, *_, sum_sent = rows
    assert first["范围"] == "示范镇"
    assert (first["统计开始"], first["数据截至"]) == ("2026-10-01", "2026-12-08")
    assert (first["类别"], first["单位"]) == ("考试", "东河村0")
    assert (first["参考率"], first["实考÷应考"]) == ("88.9%", "8÷9")
    assert first["应发（人次）"] == ""
    assert exempted["参考率"] == "—"
    assert (total["单位"], total["名单（人）"]) == ("合计", "17")
    assert (sum_sent["类别"], sum_sent["应发（人次）"], sum_sent["名单（人）"]) == (
        "消息",
        "126",
        "",
    )


def test_the_json_holds_numbers_and_no_time_of_the_run(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    write_participation(report_of(ROWS, SENT), path)
    found = json.loads(path.read_text("utf-8"))
    assert found["cut_off"] == "2026-12-08"
    assert found["exams"][0]["opens_on"] == "2026-11-24"
    assert found["exams"][0]["total"]["attendance"] == {
        "numerator": 11,
        "denominator": 13,
        "percent": 84.6,
    }
    assert found["exams"][0]["units"][1]["attendance"]["percent"] is None
    assert "T" not in "".join(value for value in found.values() if isinstance(value, str))


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".json"])
def test_the_same_report_makes_the_same_file(tmp_path: Path, ending: str) -> None:
    for name in ("a", "b"):
        write_participation(report_of(ROWS, SENT), tmp_path / f"{name}{ending}")
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


def test_the_public_table_tells_of_no_few_who_did_not_pass() -> None:
    rows = [Sitting(20, 0, 20, 18), Sitting(30, 0, 30, 20), Sitting(40, 0, 40, 30)]
    text = participation_csv(replace(report_of(rows, []), campaigns=()), public=True)
    shown = list(csv.DictReader(StringIO(text, newline="")))
    assert [row["合格（人）"] for row in shown] == ["不公开", "不公开", "30", "68"]
    assert [row["合格÷实考"] for row in shown] == ["不公开", "不公开", "30÷40", "68÷90"]


def test_an_empty_period_is_said_in_words(tmp_path: Path) -> None:
    empty = replace(report_of([], []), exams=(), campaigns=())
    path = tmp_path / "r.xlsx"
    write_participation(empty, path)
    workbook = openpyxl.load_workbook(path)
    assert workbook["考试"]["A2"].value == "这段时间没有开始的考试。"
    assert workbook["消息"]["A2"].value == "这段时间没有发送的消息。"
    assert csv_rows(empty) == []


def test_another_ending_is_refused_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.xlsx、\.csv 或 \.json"):
        write_participation(report_of([], []), tmp_path / "r.pdf")
    assert list(tmp_path.iterdir()) == []


# What the database counts.


async def gathered(
    town: Town, first: date, last: date, unit: UnitId | None = None
) -> Participation:
    return await town.act(lambda books, at: collect(books.figures, "示范镇", first, last, unit, at))


async def test_an_exam_is_counted_by_people_and_by_unit(town: Town) -> None:
    """Of six one is exempt, one hands in, one hands in nothing, one is still at it."""
    for number, person in ((1, "001"), (2, "002"), (3, "003")):
        await town.appoint(number, Role.CADRE, person)
    exam = await open_exam(town)
    await sit(town, exam, 1, answers=7)
    await sit(town, exam, 2, answers=0)
    await sit(town, exam, 3, answers=3, hand_in=False)
    day = date(2026, 11, 24)
    found = (await gathered(town, day, day)).exams[0]
    assert found.open
    assert [(row.unit_name, row.counts.candidates) for row in found.units] == [
        ("司法所", 2),
        ("综合执法队", 2),
        ("东河村", 1),
        ("西山村", 1),
    ]
    total = found.total
    assert total == Sitting(candidates=6, exempt=1, attended=1, passed=1)
    assert total.absent == 4
    village = await gathered(town, day, day, await town.unit("V1"))
    assert village.exams[0].total == Sitting(1, 1, 0, 0)


async def test_the_days_of_the_period_are_those_of_the_township(town: Town) -> None:
    """00:30 in the township is still the day before in UTC."""
    await open_exam(town, datetime(2026, 11, 30, 16, 30, tzinfo=UTC))
    assert len((await gathered(town, date(2026, 12, 1), date(2026, 12, 1))).exams) == 1
    assert len((await gathered(town, date(2026, 11, 1), date(2026, 11, 30))).exams) == 0


async def test_deliveries_are_counted_by_the_unit_that_was_frozen(town: Town) -> None:
    for number, code in ((1, "V1"), (2, "V1"), (3, "V1"), (4, "V2")):
        await town.start(number, code)
    villages = [await town.unit("V1"), await town.unit("V2")]

    def send(books: Any, at: datetime) -> None:
        day = date(2026, 12, 4)
        key = ObservanceKey("constitution-day")
        draft = Draft(key, 2026, "国家宪法日", day, day, "学宪法", Recipients.RESIDENTS, at)
        campaign = books.campaigns.add(draft, "lawbot", at)
        books.deliveries.freeze(campaign.id, 1, Residents(tuple(villages)), "0" * 64, at)
        first, second, *_ = books.deliveries.claim(3, at)
        books.deliveries.record(
            [
                ended(first, DeliveryState.SENT, at),
                ended(second, DeliveryState.BLOCKED, at),
            ]
        )

    await town.act(send)
    await town.leave(4)
    day = date(2026, 11, 24)
    report = await gathered(town, day, day)
    found = {row.unit_name: row.counts for row in report.campaigns[0].units}
    assert found == {"东河村": Tally(sending=1, sent=1, blocked=1), "西山村": Tally(queued=1)}
    total = report.campaigns[0].total
    assert (total.intended, total.under_way) == (4, 2)
    assert report.residents == 2
    assert (await town.account(2)).state is AccountState.BLOCKED


def ended(delivery: Delivery, state: DeliveryState, at: datetime) -> Recorded:
    return Recorded(delivery.id, delivery.account, state, "", None, at, 1)


async def test_a_period_that_ends_before_it_begins_is_refused(town: Town) -> None:
    with pytest.raises(BadInput, match="请对调"):
        await gathered(town, date(2026, 12, 2), date(2026, 12, 1))
