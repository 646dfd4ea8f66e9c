"""The roster file: what clerks fill in, what they are told, and that nothing is lost on the way."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lawcore.content.sample import read_sample
from lawcore.errors import BadInput, FaultyFile
from lawcore.people.model import CadreCategory, CadreRow, Roster, UnitKind, UnitRow
from lawcore.people.roster_change import compare
from lawcore.people.roster_file import read_roster, write_roster, write_template
from lawcore.sheets.whole_file import write_whole

TOWN = UnitRow("SFZ", "示范镇", UnitKind.TOWN, None)
VILLAGE = UnitRow("001", "青石村", UnitKind.VILLAGE, "SFZ")
CHIEF = CadreRow("0007", "张三", "001", "村委会主任", CadreCategory.VILLAGE)
GOOD = Roster((TOWN, VILLAGE), (CHIEF,))


def edited(path: Path, edit: Callable[[Any], None], roster: Roster = GOOD) -> Path:
    """A roster file after `edit` had its way with the open workbook."""
    write_roster(roster, path)
    workbook = openpyxl.load_workbook(path)
    edit(workbook)
    workbook.save(path)
    return path


def put(sheet: str, **cells: Any) -> Callable[[Any], None]:
    """Write cells of one sheet: ``put("单位", A3="X")``."""

    def edit(workbook: Any) -> None:
        for place, value in cells.items():
            workbook[sheet][place] = value

    return edit


def faults_of(path: Path, known: tuple[UnitRow, ...] = ()) -> list[str]:
    with pytest.raises(FaultyFile) as caught:
        read_roster(path, known)
    return [str(fault) for fault in caught.value.faults]


# The file that the clerk gets.


def test_the_template_explains_every_column_and_holds_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    write_template(path)
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == ["说明", "单位", "人员"]
    assert [[c.value for c in row] for row in workbook["单位"].rows] == [
        ["编码", "名称", "类别", "上级编码"]
    ]
    assert [[c.value for c in row] for row in workbook["人员"].rows] == [
        ["工号", "姓名", "单位编码", "职务", "人员类别", "状态"]
    ]
    guide = {str(cell.value) for row in workbook["说明"].rows for cell in row if cell.value}
    for sheet in ("单位", "人员"):
        assert {cell.value for cell in workbook[sheet][1]} <= guide
    for words in ("县、镇、村、部门", "领导干部、行政执法人员、村干部、一般干部", "在岗或离任"):
        assert any(words in sentence for sentence in guide)


def test_the_template_offers_the_words_and_keeps_codes_as_text(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    write_template(path)
    workbook = openpyxl.load_workbook(path)
    offered = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for sheet in ("单位", "人员")
        for rule in workbook[sheet].data_validations.dataValidation
    }
    assert offered == {
        "C2": '"县,镇,村,部门"',
        "E2": '"领导干部,行政执法人员,村干部,一般干部"',
        "F2": '"在岗,离任"',
    }
    for sheet in ("单位", "人员"):
        assert workbook[sheet].freeze_panes == "A2"
        assert workbook[sheet].column_dimensions["A"].number_format == "@"


def test_an_untouched_template_imports_nothing_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    write_template(path)
    assert faults_of(path) == ["名册.xlsx：两张表都是空的（先填“单位”表，再填“人员”表）"]


# Out and in again.

LETTER = st.characters(exclude_categories=["C", "Z"])
WORDS = st.builds(
    "{}{}".format, st.sampled_from(["", "=", "+", "-", "@", "0", "'"]), st.text(LETTER, min_size=1)
)
CODE = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    codes = draw(st.lists(CODE, min_size=3, max_size=8, unique_by=str.casefold))
    name = WORDS.map(lambda text: text[:40])
    county, town, *others = codes
    units = [
        UnitRow(county, draw(name), UnitKind.COUNTY, None),
        UnitRow(town, draw(name), UnitKind.TOWN, draw(st.sampled_from([county, None]))),
        *(
            UnitRow(code, draw(name), draw(st.sampled_from(list(UnitKind)[2:])), town)
            for code in others
        ),
    ]
    numbers = draw(st.lists(CODE, max_size=6, unique_by=str.casefold))
    people = [
        CadreRow(
            number,
            draw(name),
            draw(st.sampled_from(codes)),
            draw(st.just("") | name),
            draw(st.sampled_from(CadreCategory)),
            draw(st.booleans()),
        )
        for number in numbers
    ]
    return Roster(tuple(draw(st.permutations(units))), tuple(people))


@settings(max_examples=60, deadline=None)
@given(rosters())
def test_what_was_exported_imports_the_same(
    tmp_path_factory: pytest.TempPathFactory, roster: Roster
) -> None:
    path = tmp_path_factory.getbasetemp() / "roster.xlsx"
    write_roster(roster, path)
    assert read_roster(path) == roster


def test_no_cell_of_an_export_is_a_formula(tmp_path: Path) -> None:
    names = ['=HYPERLINK("http://x","y")', "+1+1", "-1", "@SUM(A1)", "{=1}", "http://x.cn"]
    units = tuple(UnitRow(f"C{n}", name, UnitKind.VILLAGE, "SFZ") for n, name in enumerate(names))
    path = tmp_path / "名册.xlsx"
    write_roster(Roster((TOWN, *units), ()), path)
    workbook = openpyxl.load_workbook(path)
    cells = [cell for sheet in workbook for row in sheet.rows for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [workbook["单位"][f"B{row}"].value for row in range(3, 9)] == names
    assert not any(cell.hyperlink for cell in cells)


def test_the_sample_township_is_a_roster_like_any_other(tmp_path: Path) -> None:
    sample = read_sample()
    path = tmp_path / "名册.xlsx"
    write_roster(sample, path)
    assert read_roster(path) == sample
    kinds = [unit.kind for unit in sample.units]
    assert (kinds.count(UnitKind.TOWN), kinds.count(UnitKind.VILLAGE)) == (1, 14)
    assert len(sample.cadres) == 40
    assert {cadre.category for cadre in sample.cadres} == set(CadreCategory)


# What is read generously.


def test_codes_typed_as_numbers_are_read_as_the_clerk_sees_them(tmp_path: Path) -> None:
    def edit(workbook: Any) -> None:
        workbook["单位"].append([2, "柳河村", "村", "SFZ"])
        workbook["单位"].append([3.0, "王桥村", "村", "SFZ"])
        workbook["单位"].append([4, "李集村", "村", "SFZ"])
        workbook["单位"]["A6"].number_format = "000"

    roster = read_roster(edited(tmp_path / "a.xlsx", edit))
    assert [unit.code for unit in roster.units] == ["SFZ", "001", "2", "3", "004"]


def test_blank_rows_own_columns_and_another_order_do_not_matter(tmp_path: Path) -> None:
    def edit(workbook: Any) -> None:
        sheet = workbook["人员"]
        sheet.insert_rows(2, 3)
        sheet["B3"] = "　 "
        sheet.insert_cols(1)
        sheet["A1"], sheet["A5"] = "备注", "=1+1"
        sheet["E5"] = "  副主任　"
        workbook.create_sheet("草稿")["A1"] = "随便写"

    roster = read_roster(edited(tmp_path / "a.xlsx", edit))
    assert roster.units == GOOD.units
    assert [cadre.post for cadre in roster.cadres] == ["副主任"]


def test_an_empty_state_means_in_post(tmp_path: Path) -> None:
    path = edited(tmp_path / "a.xlsx", put("人员", F2=None))
    assert read_roster(path).cadres == GOOD.cadres


def test_units_imported_before_may_be_pointed_at(tmp_path: Path) -> None:
    people_only = Roster((), (CHIEF,))
    path = tmp_path / "a.xlsx"
    write_roster(people_only, path)
    assert read_roster(path, GOOD.units) == people_only
    assert faults_of(path) == [
        "a.xlsx“人员”表 第 2 行 C 列（单位编码）：没有编码是“001”的单位"
        "（先在“单位”表里加上它，或改成已有的编码）"
    ]


# What is refused, each with its place.

NEW_UNIT = {"A4": "C2", "B4": "柳河村", "C4": "村", "D4": "SFZ"}
NEW_PERSON = {"A3": "8", "B3": "李四", "C3": "001", "D3": "", "E3": "村干部", "F3": "在岗"}


@pytest.mark.parametrize(
    ("sheet", "cells", "place", "reason"),
    [
        ("单位", {"A4": None}, "第 4 行 A 列（编码）", "没有填"),
        ("单位", {"B4": " 　"}, "第 4 行 B 列（名称）", "没有填"),
        ("单位", {"C4": None}, "第 4 行 C 列（类别）", "没有填"),
        ("单位", {"C4": "乡"}, "第 4 行 C 列（类别）", "不认识“乡”（只能填：县、镇、村、部门）"),
        ("单位", {"A4": "001"}, "第 4 行 A 列（编码）", "“001”与第 3 行重复"),
        ("单位", {"A4": "sfz"}, "第 4 行 A 列（编码）", "“sfz”与第 2 行只差大小写"),
        ("单位", {"A4": "青石"}, "第 4 行 A 列（编码）", "“青石”写法不对"),
        ("单位", {"A4": "C 2"}, "第 4 行 A 列（编码）", "“C 2”写法不对"),
        ("单位", {"A4": "C" * 33}, "第 4 行 A 列（编码）", "有 33 个字，太长"),
        ("单位", {"B4": "村" * 41}, "第 4 行 B 列（名称）", "有 41 个字，太长（最多 40 个字）"),
        ("单位", {"D4": "NO"}, "第 4 行 D 列（上级编码）", "没有编码是“NO”的单位"),
        ("单位", {"D4": None}, "第 4 行 D 列（上级编码）", "村的上级里没有镇"),
        ("单位", {"D4": "C2"}, "第 4 行 D 列（上级编码）", "上级绕成了圈：C2 → C2"),
        ("单位", {"C4": "镇"}, "第 4 行 C 列（类别）", "已经有镇 SFZ 了"),
        ("单位", {"B4": '=HYPERLINK("x")'}, "第 4 行 B 列（名称）", "是公式"),
        ("单位", {"B4": "柳\n河村"}, "第 4 行 B 列（名称）", "含有换行或看不见的字符"),
        ("单位", {"B4": "柳\u202e河村"}, "第 4 行 B 列（名称）", "含有换行或看不见的字符"),
        ("单位", {"B4": "柳\u200b河村"}, "第 4 行 B 列（名称）", "含有换行或看不见的字符"),
        ("单位", {"A4": 1.5}, "第 4 行 A 列（编码）", "是日期、小数或是非值"),
        ("单位", {"A4": True}, "第 4 行 A 列（编码）", "是日期、小数或是非值"),
        ("单位", {"A4": "#N/A"}, "第 4 行 A 列（编码）", "是错误值"),
        ("人员", {"A3": None}, "第 3 行 A 列（工号）", "没有填"),
        ("人员", {"B3": None}, "第 3 行 B 列（姓名）", "没有填"),
        ("人员", {"B3": "李" * 41}, "第 3 行 B 列（姓名）", "有 41 个字，太长"),
        ("人员", {"C3": None}, "第 3 行 C 列（单位编码）", "没有填"),
        ("人员", {"C3": "1"}, "第 3 行 C 列（单位编码）", "没有编码是“1”的单位"),
        ("人员", {"E3": "老师"}, "第 3 行 E 列（人员类别）", "不认识“老师”"),
        ("人员", {"F3": "退休"}, "第 3 行 F 列（状态）", "不认识“退休”（只能填：在岗、离任）"),
        ("人员", {"A3": "0007"}, "第 3 行 A 列（工号）", "“0007”与第 2 行重复"),
        ("人员", {"A3": "8 9"}, "第 3 行 A 列（工号）", "“8 9”写法不对"),
        ("人员", {"A3": 10**15}, "第 3 行 A 列（工号）", "数字超过 15 位"),
    ],
)
def test_a_fault_is_named_with_its_place_and_its_remedy(
    tmp_path: Path, sheet: str, cells: dict[str, Any], place: str, reason: str
) -> None:
    standard = NEW_UNIT if sheet == "单位" else NEW_PERSON
    found = faults_of(edited(tmp_path / "a.xlsx", put(sheet, **standard | cells)))
    assert len(found) == 1
    assert found[0].startswith(f"a.xlsx“{sheet}”表 {place}：{reason}")
    assert found[0].endswith("）")


def test_all_faults_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    def edit(workbook: Any) -> None:
        workbook["单位"]["B2"] = None
        workbook["单位"]["C3"] = "庄"
        workbook["人员"]["E2"] = "老师"
        workbook["人员"]["B2"] = "=A1"
        workbook["人员"]["F1"] = "在不在"

    found = faults_of(edited(tmp_path / "a.xlsx", edit))
    assert [fault.split("：")[0] for fault in found] == [
        "a.xlsx“单位”表 第 2 行 B 列（名称）",
        "a.xlsx“单位”表 第 3 行 C 列（类别）",
        "a.xlsx“人员”表",
        "a.xlsx“人员”表 第 2 行 B 列（姓名）",
        "a.xlsx“人员”表 第 2 行 E 列（人员类别）",
    ]
    assert "第 1 行没有“状态”列" in found[2]


def test_a_missing_sheet_is_one_fault_not_one_for_each_person(tmp_path: Path) -> None:
    path = edited(tmp_path / "a.xlsx", lambda workbook: workbook.remove(workbook["单位"]))
    found = faults_of(path)
    assert len(found) == 1
    assert "没有这张表" in found[0]


def test_a_circle_is_reported_once_and_not_blamed_on_those_below(tmp_path: Path) -> None:
    rows = [["A", "甲", "部门", "B"], ["B", "乙", "部门", "A"], ["C", "丙村", "村", "A"]]

    def edit(workbook: Any) -> None:
        for row in rows:
            workbook["单位"].append(row)

    found = faults_of(edited(tmp_path / "a.xlsx", edit))
    assert len(found) == 1
    assert "第 4 行 D 列（上级编码）：上级绕成了圈：A → B → A" in found[0]


def test_a_second_town_is_refused_beside_one_imported_before(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_roster(Roster((UnitRow("T2", "另一镇", UnitKind.TOWN, None),), ()), path)
    assert "已经有镇 SFZ 了" in faults_of(path, GOOD.units)[0]


def test_a_town_cannot_be_taken_from_over_villages_imported_before(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_roster(Roster((UnitRow("SFZ", "示范镇", UnitKind.DEPARTMENT, None),), ()), path)
    assert "村“青石村”（001）上面没有镇了" in faults_of(path, GOOD.units)[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是 xlsx 文件"),
        ("工号,姓名\n1,张三\n".encode("gbk"), "不是 xlsx 文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "有密码，或是旧的 .xls 格式"),
    ],
)
def test_a_file_that_is_no_xlsx_gets_one_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=words) as caught:
        read_roster(path)
    assert "\n" not in str(caught.value)


def test_a_damaged_xlsx_gets_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    write_template(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput, match="不是 xlsx 文件"):
        read_roster(path)
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("word/document.xml", "<a/>")
    with pytest.raises(BadInput, match="不是完整的 xlsx 文件"):
        read_roster(path)


def test_a_missing_file_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有这个文件"):
        read_roster(tmp_path / "nothing.xlsx")


# Writing.


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(BadInput, match="它是文件夹"):
        write_template(tmp_path / "folder.xlsx")
    with pytest.raises(BadInput, match="没有这个文件夹"):
        write_template(tmp_path / "no" / "a.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.xlsx"]


def test_a_write_that_breaks_off_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def full_disk(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(BadInput, match=r"写不了“.*a\.xlsx”"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_an_import_changes_is_counted() -> None:
    moved = CadreRow("0007", "张三", "SFZ", "副镇长", CadreCategory.LEADING)
    new = CadreRow("0008", "李四", "001", "", CadreCategory.VILLAGE)
    change = compare(GOOD, Roster((VILLAGE,), (moved, new)))
    assert (change.new_units, change.changed_units) == (0, 0)
    assert (change.new_cadres, change.changed_cadres) == (1, 1)
