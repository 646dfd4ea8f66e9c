"""The ledger at the command line: from the empty file to the annual report and back to the rows."""

import csv
import json
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import docx
import openpyxl
import pytest

from lawbot.cli.app import main
from lawcore.content.sample import read_sample
from lawcore.people.roster_file import write_roster


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """A clerk's terminal on 2026-11-24, with the sample roster imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAWBOT_DATABASE_URL", database_url)
    monkeypatch.setenv("LAWBOT_TELEGRAM_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("LAWBOT_CLOCK_START", "2026-11-24T10:00:00+08:00")

    def command(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["lawbot", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Done(int(ended.value.code or 0), captured.out, captured.err)

    write_roster(read_sample(), Path("名册.xlsx"))
    assert command("roster", "import", "名册.xlsx").code == 0
    return command


PERIOD = ("--from", "2026-01-01", "--to", "2026-11-24")
ADD = (
    "activity", "add", "--date", "2026-11-20", "--name", "民法典进乡村", "--unit", "青石村",
    "--by", "张三", "--attendances", "60", "--materials", "民法典读本 100；反诈手册 20",
    "--with", "司法所、派出所", "--laws", "民法典", "--category", "进乡村",
)  # fmt: skip


def filled(path: str, sheet: str, row: dict[str, Any]) -> None:
    """Fill in a row of a template."""
    workbook = openpyxl.load_workbook(path)
    places = {cell.value: cell.column for cell in workbook[sheet][1]}
    for heading, value in row.items():
        workbook[sheet].cell(2, places[heading]).value = value
    workbook.save(path)


def test_a_file_goes_from_the_template_through_the_import_to_the_list(run: Run) -> None:
    assert run("activity", "template", "台账.xlsx").code == 0
    assert run("activity", "template", "台账.xlsx").code == 2
    row = {
        "日期": "2026-11-20",
        "活动名称": "反诈进社区",
        "主办单位": "派出所",
        "形式": "线下",
        "参与人次": 80,
        "填报人": "张三",
        "审核人": "李四",
    }
    filled("台账.xlsx", "活动台账", row | {"参与人次": "80余"})
    faulty = run("activity", "import", "台账.xlsx")
    assert faulty.code == 2
    assert "有 1 处错误，没有导入任何内容" in faulty.err
    assert run("activity", "list", "--json").json == []
    filled("台账.xlsx", "活动台账", row)
    assert run("activity", "import", "台账.xlsx", "--json").json == {"activities": 1, "rows": 0}
    (found,) = run("activity", "list", "--json").json
    assert (found["number"], found["attendances"], found["reviewed_by"]) == ("H1", 80, "李四")


def test_a_row_is_added_corrected_and_reviewed_by_two_people(run: Run) -> None:
    added = run(*ADD, "--json").json
    assert (added["number"], added["with"], added["copies"]) == ("H1", ["派出所", "司法所"], 120)
    correct, why = ("activity", "correct", "H1", "--by", "张三"), "签到表漏数一页"
    assert run(*correct, "--reason", why).code == 2
    assert run(*correct, "--attendances", "66").code == 2
    assert run(*correct, "--attendances", "66", "--reason", " ").err == "请写明原因。\n"
    better = run(*correct, "--attendances", "66", "--reason", why, "--json").json
    assert (better["number"], better["corrects"], better["attendances"]) == ("H2", "H1", 66)
    assert better["reason"] == why
    assert f"更正 H1，原因：{why}" in run("activity", "list").out
    refused = run("activity", "review", "H2", "--by", "张三")
    assert (refused.code, refused.err) == (2, "填报人和审核人不能是同一个人。\n")
    assert run("activity", "review", "H2", "--by", "李四").code == 0
    assert run("activity", "review", "H2", "--by", "李四").code == 1
    assert [row["number"] for row in run("activity", "list", "--json").json] == ["H2"]
    every = run("activity", "list", "--all", "--json").json
    assert [(row["number"], row["corrected_by"]) for row in every] == [("H1", "H2"), ("H2", None)]
    gone = run("activity", "correct", "H2", "--by", "李四", "--withdraw", "--reason", "记重了")
    assert gone.code == 0
    assert run("activity", "list").out == "这段时间台账里没有活动。\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--unit", "青石"), "--unit：名册里没有“青石”。"),
        (("--laws", "妇女权益保护法"), "--laws：法律登记里没有“妇女权益保护法”。"),
        (("--materials", "读本"), "--materials：“读本”没有写份数"),
        (("--date", "2026-11-25"), "2026-11-25 还没有到"),
        (("--date", "昨天"), "--date 要写成 2026-12-31 这样的日期"),
        (("--category", "进寺庙"), "--category：只能写进机关"),
        (("--form", "网上"), "--form：只能写线下或线上。"),
        (("--cost", "一百"), "--cost：只写数字"),
    ],
)
def test_a_word_that_cannot_be_is_one_sentence_and_files_nothing(
    run: Run, words: tuple[str, str], sentence: str
) -> None:
    done = run(*ADD, *words)
    assert done.code == 2
    assert done.err.startswith(sentence)
    assert run("activity", "list", "--json").json == []


def test_every_figure_of_the_annual_report_opens_into_its_rows(run: Run) -> None:
    assert run(*ADD).code == 0
    assert run(*ADD, "--unit", "司法所", "--with", "派出所", "--attendances", "1250").code == 0
    done = run("report", "annual", "--year", "2026", "--out", "年度.docx", "--json", "-")
    found = done.json
    for figure in found["figures"]:
        opened = run("report", "explain", figure["id"], *PERIOD, "--json").json
        assert sum(row["value"] for row in opened["rows"]) == opened["value"]
        assert figure["value"] in {opened["value"], None}
    codes = {unit.name: unit.code for unit in read_sample().units}
    for row in found["tables"][1]["rows"][:-1]:
        assert row[1] == codes[row[0]], "the table says by what a cell is asked"
        opened = run("report", "explain", f"A2/unit/{row[1]}", *PERIOD, "--json").json
        assert f"{opened['value']}" == row[3]
    text = "\n".join(paragraph.text for paragraph in docx.Document("年度.docx").paragraphs)
    assert "参与1300余［表1·A2］人次" in text
    assert "2025年没有台账" in text
    assert "共 2 条记录，加起来是 1310。" in run("report", "explain", "A2", *PERIOD).out


def test_the_sample_report_is_replayed_and_its_faults_are_told(run: Run) -> None:
    done = run(
        "report", "annual", "--replay", "sample", "--out", "重算.docx", "--json", "重算.json"
    )
    assert done.code == 0
    assert "核对：同一个日子写了两个日期" in done.out
    found = json.loads(Path("重算.json").read_text("utf-8"))
    stated = {claim["words"]: (claim["stated"], claim["counted"]) for claim in found["claims"]}
    assert stated["120余场次"] == (120, 120)
    assert stated["28000余份"] == (28000, 28000)
    assert stated["30000余人次"] == (30000, 30000)
    assert run("activity", "list", "--json").json == [], "the township's own ledger is not touched"
    assert run("report", "annual", "--out", "x.docx").code == 2
    assert run("report", "annual", "--replay", "无.toml", "--out", "x.docx").code == 2


def test_the_ledger_is_written_in_each_kind_of_file(run: Run) -> None:
    assert run(*ADD).code == 0
    done = run("report", "ledger", *PERIOD, "--out", "台账.xlsx", "--json").json
    assert (done["cut_off"], done["figures"]["A1"], done["figures"]["A3"]) == (
        "2026-11-24",
        1,
        120,
    )
    assert openpyxl.load_workbook("台账.xlsx")["活动台账"].max_row == 2
    assert run("report", "ledger", *PERIOD, "--out", "台账.csv", "--unit", "C01").code == 0
    (row,) = csv.DictReader(StringIO(Path("台账.csv").read_text("utf-8-sig"), newline=""))
    assert (row["参与单位"], row["资料名称"]) == ("派出所、司法所", "民法典读本 100；反诈手册 20")
    assert run("report", "ledger", *PERIOD, "--out", "台账.txt").code == 2
    assert run("report", "participation", *PERIOD, "--out", "公开.json", "--public").code == 0
    assert json.loads(Path("公开.json").read_text("utf-8"))["public"] is True


def test_the_ledger_of_one_unit_says_so_and_its_figures_open(run: Run) -> None:
    assert run(*ADD).code == 0
    assert run(*ADD[:7], "司法所", *ADD[8:10]).code == 0
    period = (*PERIOD, "--unit", "C01")
    done = run("report", "ledger", *period, "--out", "村.json", "--json").json
    assert json.loads(Path("村.json").read_text("utf-8"))["township"] == "示范镇 青石村"
    assert (done["figures"]["A1"], done["figures"]["A2"]) == (1, 60)
    assert run("report", "explain", "A2", *period, "--json").json["value"] == 60
    assert run("report", "explain", "A1", *PERIOD, "--json").json["value"] == 2
    assert run("report", "explain", "A2", *PERIOD, "--unit", "无").code == 2


def test_what_is_public_is_public_on_the_screen_too(run: Run) -> None:
    assert run(*ADD, "--attendances", "3").code == 0
    how = ("report", "ledger", *PERIOD, "--out", "公开.json", "--public")
    shown = run(*how, "--json").json
    assert shown.pop("file") == "公开.json"
    assert shown == json.loads(Path("公开.json").read_text("utf-8"))
    assert "figures" not in shown
    assert "人次" not in run(*how).out.replace("少于 5 的人次", "")
    how = ("report", "participation", *PERIOD, "--out", "参与.json", "--public")
    shown = run(*how, "--json").json
    assert shown.pop("file") == "参与.json"
    assert shown == json.loads(Path("参与.json").read_text("utf-8"))


def test_the_responsibility_list_shows_what_is_overdue_and_what_is_planned(run: Run) -> None:
    day, unit = ("--observance", "国家宪法日"), ("--unit", "司法所")
    plan = ("activity", "plan", *day, *unit, "--date", "2026-12-04", "--what", "广场宣传")
    assert run(*plan, "--by", "张三").code == 0
    found = run("activity", "due", "--all", "--json").json
    mine = next(
        one
        for one in found
        if (one["observance"], one["department"]) == ("constitution-day", "司法所")
    )
    assert (mine["state"], mine["plan"]["what"]) == ("planned", "广场宣传")
    security = [one for one in found if one["observance"] == "natl-security-day"]
    assert {one["state"] for one in security} == {"overdue"}
    held = ("--date", "2026-04-15", "--observance", "natl-security-day", "--unit", "司法所")
    assert run(*ADD, *held, "--with", "派出所").code == 0
    again = run("activity", "due", "--all", "--json").json
    proofs = {
        one["department"]: [proof["number"] for proof in one["held"]]
        for one in again
        if one["observance"] == "natl-security-day"
    }
    assert proofs["司法所"] == proofs["派出所"] == ["H1"]
    short = run("activity", "due").out
    assert "过期没有记录" in short
    assert run("activity", "plan", *day, "--unit", "青石村", "--date", "2026-12-04",
               "--what", "x", "--by", "张三").code == 2  # fmt: skip
