"""Two persons at one console: each command that changes something says who used it."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lawbot.cli.app import DOORS
from lawcore.people.model import Roster
from lawcore.people.roster_file import write_roster
from lawcore.storage import open_store
from tests.conftest import MORNING
from tests.program import lawbot

GIVEN = {
    "database_url": "sqlite:///lawbot.db",
    "telegram_api_url": "http://127.0.0.1:1",
    "clock_start": "2026-11-24T10:00:00+08:00",
}
CHANGES_NOTHING = frozenset(
    {
        *("run", "doctor", "demo", "calendar"),
        *("notice list", "campaign list", "campaign show", "groups list"),
        *("paper poster", "paper loudspeaker", "paper leaflet"),
        *("exam list", "exam show", "exam appeals", "exam analyse", "exam items"),
        *("activity template", "activity list", "activity due"),
        *("report participation", "report exam", "report ledger", "report annual"),
        *("report explain", "roster template", "roster export", "db check"),
        *("content check", "content impact", "content export", "content import"),
        "content schema",
    }
)
"""Commands that write no row by a person's wish: they show, or write a file of their own."""


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str, small_town: Roster) -> Path:
    """A folder with the database of the small town and its roster as a file."""

    async def work() -> None:
        store = await open_store(sqlite_url)
        await store.write(lambda books: books.people.save_roster(small_town, MORNING))
        await store.close()

    asyncio.run(work())
    write_roster(small_town, tmp_path / "名册.xlsx")
    return tmp_path


def last(folder: Path, database: str = "lawbot.db") -> tuple[str, str]:
    """The newest line of the ledger: what was done, and by whom."""
    with closing(sqlite3.connect(folder / database)) as opened:
        found = opened.execute("SELECT kind, actor FROM entries ORDER BY id DESC").fetchone()
    return found[0], found[1]


def test_each_command_says_who_used_it_or_changes_nothing() -> None:
    silent = set()
    for door in DOORS:
        inner = getattr(door.behind, "commands", {"": door.behind})
        for name, command in inner.items():
            if not any("--by" in one.opts for one in command.params):
                silent.add(f"{door.name} {name}".strip())
    assert silent == CHANGES_NOTHING


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("roster", "roster import 名册.xlsx"),
        ("invited", "invite --role editor"),
        ("link-made", "login-link --new --role admin --name 张三"),
        (
            "notice",
            "notice add --observance constitution-week --year 2026 --start 2026-12-01 "
            "--end 2026-12-07 --document 文号",
        ),
        ("activity-filed", "activity add --date 2026-11-20 --name 宣讲 --unit 东河村"),
        (
            "duty-planned",
            "activity plan --observance 国家宪法日 --unit 司法所 --date 2026-12-04 --what 宣传",
        ),
        ("maintained", "backup 备份.db"),
    ],
)
def test_what_was_done_stands_under_the_name_that_was_given(
    folder: Path, kind: str, command: str
) -> None:
    done = lawbot(folder, *command.split(), "--by", "王所长", **GIVEN)
    assert done.code == 0, done.err
    assert last(folder) == (kind, "王所长")


def test_a_notice_taken_back_an_event_reviewed_and_a_copy_restored_have_their_names(
    folder: Path,
) -> None:
    def done(words: str, **settings: str) -> tuple[str, str]:
        ended = lawbot(folder, *words.split(), **GIVEN | settings)
        assert ended.code == 0, ended.err
        return last(folder, settings.get("database_url", "sqlite:///lawbot.db").split("/")[-1])

    year = "--observance constitution-week --year 2026"
    done(f"notice add {year} --start 2026-12-01 --end 2026-12-07 --document 文号 --by 王所长")
    assert done(f"notice remove {year} --by 小李") == ("notice-withdrawn", "小李")
    done("activity add --date 2026-11-20 --name 宣讲 --unit 东河村 --by 王所长")
    assert done("activity review H1 --by 小李") == ("activity-reviewed", "小李")
    correct = done("activity correct H1 --by 王所长 --attendances 30 --reason 数错了")
    assert correct == ("activity-corrected", "王所长")
    done("backup 备份.db")
    assert last(folder) == ("maintained", "console")
    restored = done("restore 备份.db --by 小李", database_url="sqlite:///new.db")
    assert restored == ("maintained", "小李")


@pytest.mark.parametrize(
    "name", ["", "  ", "account:1", "cadre:2", "lawbot", "web", "程序", "命令行", "长" * 41]
)
def test_nobody_acts_under_the_name_of_an_account_or_of_the_program(
    folder: Path, name: str
) -> None:
    done = lawbot(folder, "invite", "--role", "editor", "--by", name, **GIVEN)
    assert done.code == 2
    assert "--by" in done.err
    assert "姓名" in done.err


@pytest.mark.parametrize("option", ["--desk", "--account"])
def test_an_account_of_the_desk_is_forgotten_by_whoever_was_asked(
    folder: Path, option: str
) -> None:
    words = ("login-link", "--new", "--role", "editor", "--name", "赵钱孙李", "--json")
    account = json.loads(lawbot(folder, *words, **GIVEN).out)["account"]
    whom = {"--desk": "赵钱孙李", "--account": str(account)}[option]
    done = lawbot(folder, "people", "forget", option, whom, "--by", "小李", **GIVEN)
    assert (done.code, done.err) == (0, "")
    assert last(folder) == ("forgotten", "小李")
    for file in folder.glob("lawbot.db*"):
        assert "赵钱孙李".encode() not in file.read_bytes()
    again = lawbot(folder, "people", "forget", option, whom, **GIVEN)
    assert (again.code, again.err) == (2, "没有这个人的登记，没有可删除的。\n")


@pytest.mark.parametrize("words", [(), ("--person", "001", "--desk", "张三")])
def test_one_person_is_named_to_be_forgotten(folder: Path, words: tuple[str, ...]) -> None:
    done = lawbot(folder, "people", "forget", *words, **GIVEN)
    assert done.code == 2
    assert "里写一个" in done.err
