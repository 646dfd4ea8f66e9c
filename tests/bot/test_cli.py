"""The commands beside the bot: exams, campaigns, invitations, the doctor."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest

from lawbot.cli.app import DOORS, Door, app
from lawbot.house import House
from lawbot.rounds import plan
from lawbot.sandbox import Sandbox
from lawbot.wiring import BOT_USERNAME
from lawcore.clock import StillClock
from lawcore.content import Inspection
from lawcore.content.sample import read_sample
from lawcore.people.roster_file import write_roster
from lawcore.storage import open_store
from tests.program import Ended, environment, lawbot, process
from tests.stage import ask, local, running, shipped

NOW = {"clock_start": "2026-11-24T10:00:00+08:00", "telegram_api_url": "http://127.0.0.1:9"}
GIVEN = {"database_url": "sqlite:///lawbot.db", **NOW}
CREATE = ("create", "--blueprint", "quarterly", "--title", "考试")
WINDOW = ("--opens", "2026-12-08T09:00", "--closes", "2026-12-15T18:00")


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str) -> Path:
    """A folder whose database holds the sample roster."""
    assert sqlite_url.endswith("lawbot.db")
    write_roster(read_sample(), tmp_path / "名册.xlsx")
    assert lawbot(tmp_path, "roster", "import", "名册.xlsx", **GIVEN).code == 0
    return tmp_path


def shown(done: Ended) -> Any:
    """What a command that succeeded printed as JSON."""
    assert done.code == 0, done
    assert done.err == ""
    return json.loads(done.out)


def commands() -> list[tuple[str, click.Command]]:
    """Every command with its words."""
    found = []

    def walk(words: str, command: Any) -> None:
        command = getattr(command, "behind", command)
        if hasattr(command, "commands"):
            for name, one in command.commands.items():
                walk(f"{words} {name}", one)
        else:
            found.append((words, command))

    walk("lawbot", app)
    return found


@pytest.mark.parametrize(("words", "command"), commands(), ids=str)
def test_every_command_has_help_with_an_example_of_itself(
    words: str, command: click.Command
) -> None:
    assert command.help
    _, _, example = command.help.partition("例：")
    assert words in example
    assert all(getattr(one, "help", None) for one in command.params)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_the_list_of_commands_says_of_each_what_it_says_of_itself(door: Door) -> None:
    assert (door.help, door.name) == (door.behind.help.split("\n")[0], door.behind.name)


def test_help_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = process(tmp_path, "exam", "create", "--help")
    assert (done.code, done.err) == (0, "")
    assert "例：lawbot exam create --blueprint quarterly" in done.out
    bare = lawbot(tmp_path)
    assert "季度考法" in bare.out + bare.err


@pytest.mark.parametrize(
    "words",
    [
        ["exam", "list"],
        ["calendar", "--year", "2027", "--json"],
        ["invite", "--role", "admin"],
        ["doctor"],
        [
            "report",
            "participation",
            "--from",
            "2026-10-01",
            "--to",
            "2026-12-31",
            "--out",
            "a.json",
        ],
    ],
    ids=" ".join,
)
def test_a_command_beside_the_bot_loads_nothing_of_it(tmp_path: Path, words: list[str]) -> None:
    assert loaded(tmp_path, words, {"aiogram", "apscheduler", "aiohttp"}) == set()


def test_the_list_of_commands_opens_no_database_and_reads_no_settings(tmp_path: Path) -> None:
    slow = {"aiogram", "sqlalchemy", "pydantic", "rich", "lawcore.content", "lawbot.cli.calendar"}
    assert loaded(tmp_path, ["--help"], slow) == set()


def test_the_calendar_loads_neither_the_checker_nor_another_command(tmp_path: Path) -> None:
    slow = {"lawcore.content.check", "lawcore.content.prose", "lawbot.cli.exam", "lawcore.exams"}
    assert loaded(tmp_path, ["calendar", "--json"], slow) == set()


def loaded(folder: Path, words: list[str], slow: set[str]) -> set[str]:
    """Which of `slow` a command has imported by its end."""
    script = (
        f"import sys; sys.argv = ['lawbot', *{words!r}]\n"
        "from lawbot.cli.app import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print('LOADED', *sorted({slow!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environment(GIVEN),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_an_exam_from_its_creation_to_its_end(folder: Path) -> None:
    create = ("exam", "create", "--blueprint", "quarterly", "--title", "第四季度考法", *WINDOW)
    made = shown(lawbot(folder, *create, "--seed", "7", "--json", **GIVEN))
    assert (made["id"], made["state"], made["seed"]) == (1, "scheduled", 7)
    assert (made["questions"], made["total"], made["pass_mark"]) == (80, "100", "80")
    assert made["minutes"] == 60
    assert made["opens_at"] == "2026-12-08T01:00:00+00:00"
    said = lawbot(folder, "exam", "list", **GIVEN)
    assert "未开始  第四季度考法" in said.out
    ahead = ("exam", "exempt", "1", "--person", "G008", "--reason", "驻村", "--by", "王所长")
    early = lawbot(folder, *ahead, **GIVEN)
    assert early.code == 0, "a leave is approved when it is asked for, not on the day of the exam"
    assert "工号 G008 的免考已记下，考试开始时生效。" in early.out
    assert "已批准免考 1 人，开始时生效" in lawbot(folder, "exam", "show", "1", **GIVEN).out
    known = shown(lawbot(folder, "exam", "show", "1", "--json", **GIVEN))
    assert (known["exempt_ahead"], known["obstacle"]) == (1, None)
    opened = shown(lawbot(folder, "exam", "open", "1", "--json", **GIVEN))
    assert (opened["state"], opened["candidates"], opened["without_account"]) == ("open", 40, 40)
    assert opened["opens_at"].startswith("2026-11-24T02:00"), "opened before its time"
    excused = lawbot(folder, *EXEMPT, **GIVEN)
    assert "工号 G007 已免考" in excused.out
    assert "免考 2 人" in excused.out
    again = lawbot(folder, "exam", "open", "1", **GIVEN)
    assert (again.code, again.out) == (1, "")
    assert "已经开始或结束，不能再开始" in again.err
    closed = shown(lawbot(folder, "exam", "close", "1", "--json", **GIVEN))
    assert (closed["state"], closed["exempt"], closed["finished"]) == ("closed", 2, 0)
    assert shown(lawbot(folder, "exam", "show", "1", "--json", **GIVEN)) == closed
    assert shown(lawbot(folder, "exam", "list", "--json", **GIVEN)) == [closed]


EXEMPT = ("exam", "exempt", "1", "--person", "G007", "--reason", "病假", "--by", "王所长")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["show", "9"], "没有编号 9 的考试。用 lawbot exam list 查看。"),
        (["close", "9"], "没有编号 9 的考试。"),
        (
            ["create", "--blueprint", "no", "--title", "x", *WINDOW],
            "没有“no”这个试卷方案。现有：",
        ),
        (
            ["create", "--blueprint", "no.toml", "--title", "x", *WINDOW],
            "没有“no.toml”这个文件。",
        ),
        (
            [*CREATE, "--opens", "明天", "--closes", "2026-12-15T18:00"],
            "--opens 要写成 2026-12-08T09:00 这样的时间，不能是“明天”。",
        ),
        (
            [*CREATE, "--opens", "2026-12-15T18:00", "--closes", "2026-12-08T09:00"],
            "考试结束时间要晚于开始时间",
        ),
        (
            [*CREATE, "--opens", "2026-11-01T09:00", "--closes", "2026-11-02T09:00"],
            "考试结束时间已经过去",
        ),
        (
            [*CREATE, *WINDOW, "--unit", "V99"],
            "名册里没有编码为 V99 的单位，请检查 --unit。",
        ),
        (
            [*CREATE, *WINDOW, "--minutes", "0"],
            "答题时间至少 1 分钟",
        ),
    ],
)
def test_an_exam_that_cannot_be_is_one_sentence(
    tmp_path: Path, words: list[str], sentence: str
) -> None:
    done = lawbot(tmp_path, "exam", *words, **GIVEN)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert shown(lawbot(tmp_path, "exam", "list", "--json", **GIVEN)) == []


def test_a_campaign_is_listed_shown_and_approved(folder: Path) -> None:
    assert "还没有宣传任务" in lawbot(folder, "campaign", "list", **GIVEN).out
    asyncio.run(draft(folder))
    listed = shown(lawbot(folder, "campaign", "list", "--json", **GIVEN))
    one = next(found for found in listed if found["observance"] == "constitution-day")
    assert (one["state"], one["drafted_by"], one["version"]) == ("submitted", "lawbot", 1)
    key = str(one["id"])
    said = lawbot(folder, "campaign", "show", key, **GIVEN)
    assert "国家宪法日（2026-12-04 至 2026-12-04）第 1 版" in said.out
    assert said.out.rstrip().endswith(one["text"].rstrip())
    approve = ("campaign", "approve", key, "--by", "王所长")
    assert "“国家宪法日”已批准，待发送。" in lawbot(folder, *approve, **GIVEN).out
    after = shown(lawbot(folder, "campaign", "show", key, "--json", **GIVEN))
    assert (after["state"], after["approved_by"]) == ("approved", "王所长")
    assert set(after["deliveries"].values()) == {0}
    again = lawbot(folder, *approve, **GIVEN)
    assert (again.code, again.out) == (1, "")
    assert "已经是“已批准，待发送”了" in again.err
    returned = lawbot(folder, "campaign", "return", key, "--reason", "日期不对", **GIVEN)
    assert "“国家宪法日”已退回。" in returned.out
    missing = lawbot(folder, "campaign", "show", "999", **GIVEN)
    assert missing.code == 2
    assert "没有编号 999 的宣传任务" in missing.err


async def draft(folder: Path) -> None:
    """What the bot's round drafts on that day."""
    store = await open_store(f"sqlite:///{folder / 'lawbot.db'}")
    clock, inspection = StillClock(local("2026-11-24T10:00")), Inspection(shipped(), None)
    await plan(House(store, shipped(), clock, "示范镇", inspection))
    await store.close()


def test_an_invitation_is_a_code_and_a_link(folder: Path) -> None:
    first = lawbot(folder, "invite", "--role", "admin", **GIVEN)
    assert "管理员邀请码：" in first.out
    assert "机器人运行过一次" in first.out
    asyncio.run(remember_the_bot(folder))
    made = shown(lawbot(folder, "invite", "--role", "cadre", "--person", "G001", "--json", **GIVEN))
    assert made["link"] == f"https://t.me/township_law_bot?start={made['code']}"
    assert made["expires_at"].startswith("2026-12-01T02:00")
    for words, sentence in (
        (
            ["--role", "king"],
            "--role 只能是 admin、editor、approver、cadre、unit-admin，不能是“king”。",
        ),
        (["--role", "cadre"], "邀请干部要写工号：加上 --person 工号。"),
        (["--role", "cadre", "--person", "X9"], "名册里没有工号 X9。"),
    ):
        done = lawbot(folder, "invite", *words, **GIVEN)
        assert (done.code, done.out) == (2, "")
        assert sentence in done.err


async def remember_the_bot(folder: Path) -> None:
    store = await open_store(f"sqlite:///{folder / 'lawbot.db'}")
    await store.write(lambda books: books.facts.put(BOT_USERNAME, "township_law_bot"))
    await store.close()


async def test_the_code_of_the_command_line_makes_the_first_admin(
    box: Sandbox, folder: Path, sqlite_url: str
) -> None:
    ours = {"database_url": sqlite_url, "clock_start": NOW["clock_start"]}
    ours |= {"telegram_api_url": box.url, "telegram_token": box.token}
    done = await asyncio.to_thread(lawbot, folder, "doctor", **ours)
    assert done.code == 1
    assert "[注意] 管理员：还没有管理员：lawbot invite --role admin" in done.out
    async with running(box, sqlite_url):
        words = ("invite", "--role", "admin", "--json")
        made = await asyncio.to_thread(lawbot, folder, *words, **ours)
        said = await ask(box.person("王所长"), f"/start {shown(made)['code']}")
        assert "您的身份是管理员" in said.text
    done = await asyncio.to_thread(lawbot, folder, "doctor", "--json", **ours)
    findings = json.loads(done.out)
    assert {one["name"]: one["ok"] for one in findings if one["name"] != "备份"} == dict.fromkeys(
        ("时钟", "令牌", "内容", "数据库", "名册", "管理员", "待批准", "待通知", "历法"), True
    )
    assert box.token not in done.out + done.err


def test_the_doctor_names_every_trouble_and_no_secret(tmp_path: Path) -> None:
    secret = "123456:AAnobody-may-read-this-token-anywhere"
    done = lawbot(tmp_path, "doctor", telegram_token=secret, **GIVEN)
    assert done.code == 1
    assert "[注意] 令牌：连不上消息服务" in done.out
    assert "[注意] 名册：还没有名册" in done.out
    assert "[正常] 数据库" in done.out
    assert "AAnobody" not in done.out + done.err


def test_the_doctor_sees_that_the_clock_was_set_back(tmp_path: Path) -> None:
    write_roster(read_sample(), tmp_path / "名册.xlsx")
    ahead = GIVEN | {"clock_start": "2126-11-24T10:00:00+08:00"}
    assert lawbot(tmp_path, "roster", "import", "名册.xlsx", **ahead).code == 0
    now = {name: value for name, value in GIVEN.items() if name != "clock_start"}
    said = lawbot(tmp_path, "doctor", **now).out
    assert "[注意] 时钟：" in said
    assert "比最后一笔记录（2126-11-24 10:00）还早：时钟错了" in said


def test_the_doctor_knows_how_old_the_last_backup_is(tmp_path: Path) -> None:
    assert "[注意] 备份：还没有备份过" in lawbot(tmp_path, "doctor", **GIVEN).out
    assert lawbot(tmp_path, "backup", "备份.db", **GIVEN).code == 0
    assert "[正常] 备份：最近一次是 2026-11-24 10:00\n" in lawbot(tmp_path, "doctor", **GIVEN).out
    later = GIVEN | {"clock_start": "2026-12-06T10:00:00+08:00"}
    assert "[注意] 备份：最近一次是 2026-11-24 10:00，12 天前" in (
        lawbot(tmp_path, "doctor", **later).out
    )


def test_the_doctor_counts_what_waits_for_a_notice_and_reckons_the_next_spring_festival(
    tmp_path: Path,
) -> None:
    said = lawbot(tmp_path, "doctor", **GIVEN).out
    assert "快到了的：宪法宣传周。收到文件后用 lawbot notice add 录入" in said
    assert "[正常] 历法：2027 年的农历和节气能算，春节是 2月6日" in said


def test_totals_that_were_spoilt_are_put_right_and_told(tmp_path: Path) -> None:
    assert lawbot(tmp_path, "db", "recount", **GIVEN).out == "汇总数和记录完全一致。\n"
    path = tmp_path / GIVEN["database_url"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO tallies VALUES ('resident', 0, 7, 'active', 3)")
    told = lawbot(tmp_path, "db", "recount", **GIVEN)
    assert told.code == 1
    assert "居民，没有单位的，正在接收：原来是 3，按记录应是 0" in told.out
    assert lawbot(tmp_path, "db", "recount", "--json", **GIVEN).out == "[]\n"


def test_the_database_is_checked_and_set_up(tmp_path: Path) -> None:
    assert shown(lawbot(tmp_path, "db", "check", "--json", **GIVEN)) == {"fit": "empty"}
    assert lawbot(tmp_path, "db", "upgrade", **GIVEN).out == "数据库已是最新版本。\n"
    assert shown(lawbot(tmp_path, "db", "check", "--json", **GIVEN)) == {"fit": "fits"}
    assert lawbot(tmp_path, "db", "upgrade", **GIVEN).code == 0, "twice is once"
