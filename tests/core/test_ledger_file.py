"""The ledger as a file: what clerks fill in, and that nothing is taken in while a cell is wrong."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lawcore.errors import BadInput, FaultyFile, NotFound, WrongState
from lawcore.ids import LawKey, ObservanceKey, UnitId
from lawcore.participation import ledger_paper as paper
from lawcore.participation.activity import Form, Material, materials_of
from lawcore.participation.intake import take_in
from lawcore.participation.known import Known
from lawcore.participation.ledger_file import (
    LedgerFile,
    read_ledger,
    write_template,
)
from lawcore.participation.registers import Register
from lawcore.people.model import Unit, UnitKind
from lawcore.reports.figure import Scope
from lawcore.reports.ledger import collect_ledger
from tests.conftest import MORNING

from .conftest import Town, observance

TODAY = date(2026, 11, 24)
CATEGORIES = ("进机关", "进乡村")
UNITS = (
    Unit(UnitId(1), "T", "示范镇", UnitKind.TOWN, None),
    Unit(UnitId(2), "V1", "东河村", UnitKind.VILLAGE, UnitId(1)),
    Unit(UnitId(3), "D1", "司法所", UnitKind.DEPARTMENT, UnitId(1)),
    Unit(UnitId(4), "D2", "派出所", UnitKind.DEPARTMENT, UnitId(1)),
    Unit(UnitId(5), "V8", "大王村", UnitKind.VILLAGE, UnitId(1)),
    Unit(UnitId(6), "V9", "大王村", UnitKind.VILLAGE, UnitId(1)),
)
LAWS = {"宪法": LawKey("宪法"), "民法典": LawKey("民法典")}
GOOD = {
    "日期": "2026-11-20",
    "活动名称": "宪法进乡村",
    "普法节点": "国家宪法日",
    "宣传法律": "宪法、《民法典》",
    "主办单位": "司法所",
    "参与单位": "派出所、V1",
    "形式": "线下",
    "六进类别": "进乡村",
    "参与人次": 320,
    "发放资料（份）": 500,
    "资料名称": "宪法读本 200；民法典折页 300份",
    "推送条数": 2,
    "费用（元）": 120.5,
    "佐证编号": "2026-031、2026-032",
    "填报人": "张三",
    "审核人": "李四",
}


def known(units: tuple[Unit, ...] = UNITS) -> Known:
    return Known(units, (observance(),), LAWS.get, CATEGORIES)


def filled(path: Path, rows: dict[str, list[dict[str, Any]]]) -> Path:
    """A template with `rows` by sheet and heading."""
    write_template(CATEGORIES, path)
    workbook = openpyxl.load_workbook(path)
    for title, lines in rows.items():
        sheet = workbook[title]
        places = {cell.value: cell.column for cell in sheet[1]}
        for number, line in enumerate(lines, start=2):
            for heading, value in line.items():
                sheet.cell(number, places[heading]).value = value
    workbook.save(path)
    return path


def read(path: Path, rows: dict[str, list[dict[str, Any]]]) -> LedgerFile:
    return read_ledger(filled(path, rows), known(), TODAY)


def faults(path: Path, **changes: Any) -> list[str]:
    """The faults of the good row with other cells."""
    with pytest.raises(FaultyFile) as caught:
        read(path, {paper.ACTIVITIES: [GOOD | changes]})
    return [str(fault) for fault in caught.value.faults]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "台账.xlsx"


def test_the_template_has_a_sheet_for_each_register_and_explains_every_column(path: Path) -> None:
    write_template(CATEGORIES, path)
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == [
        "说明",
        "活动台账",
        "会前学法和讲座",
        "法律顾问服务",
        "法律明白人和示范户",
        "普法提示",
        "法治文化阵地",
    ]
    guide = {str(cell.value) for row in workbook["说明"].rows for cell in row if cell.value}
    for sheet in workbook.worksheets[1:]:
        assert {cell.value for cell in sheet[1]} <= guide
        assert sheet.max_row == 1
    assert any("照片、截图都不是必须的" in sentence for sentence in guide)
    assert any("进机关、进乡村" in sentence for sentence in guide)


def test_a_row_is_read_with_everything_that_it_says(path: Path) -> None:
    (filed,) = read(path, {paper.ACTIVITIES: [GOOD]}).activities
    found = filed.activity
    assert filed.reviewer == "李四"
    assert (found.day, found.name, found.form) == (date(2026, 11, 20), "宪法进乡村", Form.OFFLINE)
    assert (found.organiser, found.partners) == (UnitId(3), (UnitId(4), UnitId(2)))
    assert (found.observance, found.laws) == (ObservanceKey("constitution-day"), ("宪法", "民法典"))
    assert found.materials == (Material("宪法读本", 200), Material("民法典折页", 300))
    assert (found.attendances, found.copies, found.pushes) == (320, 500, 2)
    assert f"{found.cost:.2f}" == "120.50"
    assert found.evidence == ("2026-031", "2026-032")


@pytest.mark.parametrize(
    "day", ["2026-11-20", "2026.11.20", "2026/11/20", "2026年11月20日", date(2026, 11, 20)]
)
def test_a_date_may_be_written_as_offices_write_it(path: Path, day: object) -> None:
    (filed,) = read(path, {paper.ACTIVITIES: [GOOD | {"日期": day}]}).activities
    assert filed.activity.day == date(2026, 11, 20)


def test_only_date_name_unit_form_and_filer_must_be_filled_in(path: Path) -> None:
    needed = ("日期", "活动名称", "主办单位", "形式", "填报人")
    row = {heading: GOOD[heading] for heading in needed}
    (filed,) = read(path, {paper.ACTIVITIES: [row]}).activities
    assert filed.activity.attendances is None
    assert (filed.activity.evidence, filed.reviewer) == ((), "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"日期": "昨天"}, "不是日期"),
        ({"日期": "2026-11-25"}, "还没有到"),
        ({"日期": "2026-02-30"}, "不是日期"),
        ({"参与人次": "300余"}, "不是整数（只写数字，不写“余”和单位"),
        ({"参与人次": 3.5}, "不是整数"),
        ({"参与人次": "=1+1"}, "是公式"),
        ({"费用（元）": "12.345"}, "不是金额"),
        ({"主办单位": "东合村"}, "名册里没有“东合村”"),
        ({"主办单位": "大王村"}, "名册里有 2 个“大王村”，请改写编码"),
        ({"参与单位": "司法所"}, "主办单位不用再写进参与单位"),
        ({"普法节点": "宪法日"}, "日历里没有“宪法日”"),
        ({"宣传法律": "婚姻法"}, "法律登记里没有“婚姻法”"),
        ({"六进类别": "进寺庙"}, "只能填：进机关、进乡村"),
        ({"资料名称": "宪法读本；民法典折页"}, "没有写份数"),
        ({"资料名称": "宪法读本 200"}, "写的是 500，各种资料加起来是 200"),
        ({"资料名称": None}, "没有写名称"),
        ({"审核人": "张三"}, "不能是同一个人"),
        ({"更正编号": "D3"}, "这张表的编号以 H 开头"),
    ],
)
def test_a_wrong_cell_is_named_with_its_place_and_remedy(
    path: Path, changes: dict[str, Any], reason: str
) -> None:
    (fault,) = faults(path, **changes)
    assert fault.startswith("台账.xlsx“活动台账”表 第 2 行")
    assert reason in fault


def test_all_faults_of_all_sheets_are_told_at_once(path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        paper.ACTIVITIES: [GOOD, GOOD | {"日期": "?", "主办单位": "无", "参与人次": "多"}],
        "法律顾问服务": [{"日期": "2026-05-01", "村": "东河村", "服务类型": "聊天"}],
        "普法提示": [
            {
                "收到日期": "2026-05-01",
                "发出单位": "县司法局",
                "事项": "加强宣传",
                "反馈日期": "2026-04-01",
                "填报人": "张三",
            }
        ],
    }
    with pytest.raises(FaultyFile, match="没有导入任何内容") as caught:
        read(path, rows)
    places = [str(fault).split("：")[0] for fault in caught.value.faults]
    assert len(places) == 3 + 4 + 1
    assert places == sorted(places, key=places.index)
    assert places[0].startswith("台账.xlsx“活动台账”表 第 3 行 A 列")


def test_one_title_alone_takes_its_number_from_the_column_of_copies(path: Path) -> None:
    row = GOOD | {"资料名称": "宪法读本", "发放资料（份）": 40}
    (filed,) = read(path, {paper.ACTIVITIES: [row]}).activities
    assert filed.activity.materials == (Material("宪法读本", 40),)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("民法典读本 200；反诈手册 300", (("民法典读本", 200), ("反诈手册", 300))),
        ("民法典读本×200份", (("民法典读本", 200),)),
        ("2026 年历：50张;", (("2026 年历", 50),)),
        ("", ()),
    ],
)
def test_materials_are_read_as_people_write_them(text: str, found: object) -> None:
    assert tuple((m.title, m.count) for m in materials_of(text)) == found


def test_a_part_without_a_number_is_refused() -> None:
    with pytest.raises(BadInput, match="没有写份数"):
        materials_of("民法典读本；反诈手册 300")


def test_an_empty_file_says_what_to_do(path: Path) -> None:
    with pytest.raises(FaultyFile, match="六张表都是空的"):
        read(path, {})


def test_registers_keep_their_cells_and_know_whether_a_prompt_was_answered(path: Path) -> None:
    prompt = {
        "收到日期": "2026-05-01",
        "发出单位": "县司法局",
        "事项": "加强反诈宣传",
        "填报人": "张三",
    }
    heads = {
        "统计日期": "2026-06-01",
        "村": "东河村",
        "类别": "法律明白人",
        "数量": 21,
        "填报人": "张三",
    }
    rows = read(
        path,
        {
            "普法提示": [prompt, prompt | {"反馈日期": "2026-05-10", "措施": "办了两场讲座"}],
            "法律明白人和示范户": [heads],
        },
    ).rows
    people, waiting, answered = rows
    assert (people.register, people.unit, people.count) == (Register.PEOPLE, UnitId(2), 21)
    assert (waiting.kind, answered.kind) == ("未反馈", "已反馈")
    assert answered.cells["措施"] == "办了两场讲座"
    assert "姓名" not in people.cells


def test_heads_are_counted_by_village(path: Path) -> None:
    row = {
        "统计日期": "2026-06-01",
        "村": "示范镇",
        "类别": "法律明白人",
        "数量": 294,
        "填报人": "张三",
    }
    with pytest.raises(FaultyFile) as caught:
        read(path, {"法律明白人和示范户": [row]})
    (fault,) = caught.value.faults
    assert "“示范镇”不是村，这里按村登记" in str(fault)


SERVICE = {
    "日期": "2026-05-01",
    "村": "东河村",
    "顾问": "王律师",
    "服务类型": "参与调解",
    "事项": "土地",
    "填报人": "张三",
}


async def taken_in(town: Town, path: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    units = await town.look(lambda books: books.people.units())
    found = read_ledger(filled(path, rows), known(units), TODAY)
    await town.act(
        lambda books, at: take_in(
            books.activities, books.ledger, found, path.name, "console", at=at
        )
    )


async def test_an_import_files_reviews_and_corrects_in_one_go(town: Town, path: Path) -> None:
    row = GOOD | {"参与单位": None, "主办单位": "司法所"}
    await taken_in(town, path, {paper.ACTIVITIES: [row]})
    again = row | {"参与人次": 300, "更正编号": "H1"}
    await taken_in(town, path, {paper.ACTIVITIES: [again]})
    year = Scope(date(2026, 1, 1), TODAY)
    found = await town.look(lambda books: collect_ledger(books, "示范镇", year, MORNING))
    assert (found.total.events, found.total.attendances) == (1, 300)
    assert found.value("A7") == 0
    assert await town.ledger() == ["activities", "activities"]


async def test_a_file_that_was_taken_in_before_is_not_counted_twice(town: Town, path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        paper.ACTIVITIES: [GOOD | {"参与单位": None}],
        "法律顾问服务": [SERVICE],
    }
    await taken_in(town, path, rows)
    with pytest.raises(WrongState, match="台账里已经有了，是 H1"):
        await taken_in(town, path, rows)
    with pytest.raises(WrongState, match="登记簿里已经有了，是 D1"):
        await taken_in(town, path, {"法律顾问服务": [SERVICE]})
    second = GOOD | {"参与单位": None, "活动名称": "宪法进乡村（第二场）"}
    other = SERVICE | {"事项": "宅基地"}
    await taken_in(town, path, {paper.ACTIVITIES: [second], "法律顾问服务": [other]})
    year = Scope(date(2026, 1, 1), TODAY)
    found = await town.look(lambda books: collect_ledger(books, "示范镇", year, MORNING))
    assert (found.value("A1"), found.value("C1")) == (2, 2)


async def test_a_joint_event_is_known_again_in_whatever_order_its_partners_are_written(
    town: Town, path: Path
) -> None:
    row = GOOD | {"参与单位": "东河村、V2"}
    await taken_in(town, path, {paper.ACTIVITIES: [row]})
    for partners in ("东河村、V2", "V2、东河村"):
        with pytest.raises(WrongState, match="台账里已经有了，是 H1"):
            await taken_in(town, path, {paper.ACTIVITIES: [row | {"参与单位": partners}]})


async def test_what_was_corrected_since_is_not_taken_in_again(town: Town, path: Path) -> None:
    row = GOOD | {"参与单位": None}
    await taken_in(town, path, {paper.ACTIVITIES: [row]})
    await taken_in(town, path, {paper.ACTIVITIES: [row | {"参与人次": 300, "更正编号": "H1"}]})
    with pytest.raises(WrongState, match="是 H1"):
        await taken_in(town, path, {paper.ACTIVITIES: [row]})


async def test_a_row_corrects_one_of_its_own_register(town: Town, path: Path) -> None:
    await taken_in(town, path, {"法律顾问服务": [SERVICE]})
    prompt = {
        "收到日期": "2026-05-01",
        "发出单位": "县司法局",
        "事项": "加强宣传",
        "填报人": "张三",
        "更正编号": "D1",
    }
    with pytest.raises(WrongState, match="D1 是“法律顾问服务”里的"):
        await taken_in(town, path, {"普法提示": [prompt]})


async def test_a_file_that_corrects_a_row_which_is_not_there_takes_nothing_in(
    town: Town, path: Path
) -> None:
    row = GOOD | {"参与单位": None}
    with pytest.raises(NotFound, match="没有编号 H7"):
        await taken_in(town, path, {paper.ACTIVITIES: [row, row | {"更正编号": "H7"}]})
    assert await town.rows("SELECT id FROM activities") == []
    assert await town.ledger() == []
