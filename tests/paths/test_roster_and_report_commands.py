"""The roster, invitations and reports at the command line, as a clerk meets them."""

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import openpyxl
import pytest

from lawbot.cli.app import main
from lawbot.wiring import BOT_USERNAME
from lawcore.content.sample import read_sample
from lawcore.participation import enrol
from lawcore.people.model import Address, Role, Roster
from lawcore.people.roster_file import read_roster, write_roster
from lawcore.storage import Books, open_store

T = TypeVar("T")


class Done(NamedTuple):
    code: int
    out: str
    err: str


class Desk:
    """A clerk's terminal: a folder, a database, commands."""

    def __init__(
        self, url: str, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        self._url, self._patch, self._capture = url, patch, capture

    def run(self, *words: str) -> Done:
        self._patch.setattr(sys, "argv", ["lawbot", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = self._capture.readouterr()
        return Done(int(ended.value.code or 0), captured.out, captured.err)

    def write(self, job: Callable[[Books], T]) -> T:
        async def work() -> T:
            store = await open_store(self._url)
            try:
                return await store.write(job)
            finally:
                await store.close()

        return asyncio.run(work())

    def roster(self) -> Roster:
        return self.write(lambda books: books.people.roster())

    def ledger(self) -> list[str]:
        statement = "SELECT kind FROM entries ORDER BY id"
        return self.write(
            lambda books: [row[0] for row in books._sql.exec_driver_sql(statement).all()]
        )


@pytest.fixture
def desk(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Desk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAWBOT_DATABASE_URL", database_url)
    return Desk(database_url, monkeypatch, capsys)


def test_a_roster_goes_in_and_comes_out_the_same(desk: Desk) -> None:
    sample = read_sample()
    write_roster(sample, Path("名册.xlsx"))
    done = desk.run("roster", "import", "名册.xlsx")
    assert done.code == 0
    assert "24 个单位，40 人" in done.out
    assert desk.ledger() == ["roster"]
    assert desk.run("roster", "export", "导出.xlsx").code == 0
    assert read_roster(Path("导出.xlsx")) == sample
    again = json.loads(desk.run("roster", "import", "导出.xlsx", "--json").out)
    assert again["cadres"] == 40
    assert again["new_cadres"] == again["changed_cadres"] == again["changed_units"] == 0


def test_a_faulty_roster_changes_nothing_and_names_every_fault(desk: Desk) -> None:
    write_roster(read_sample(), Path("名册.xlsx"))
    workbook = openpyxl.load_workbook("名册.xlsx")
    workbook["单位"]["C4"], workbook["人员"]["B2"] = "寨", None
    workbook.save("名册.xlsx")
    done = desk.run("roster", "import", "名册.xlsx")
    assert done.code == 2
    assert "有 2 处错误，没有导入任何内容" in done.err
    assert "“单位”表 第 4 行 C 列（类别）" in done.err
    assert "“人员”表 第 2 行 B 列（姓名）" in done.err
    assert desk.roster() == Roster((), ())
    assert desk.ledger() == []


def test_a_template_never_replaces_a_file_that_is_there(desk: Desk) -> None:
    assert desk.run("roster", "template", "名册.xlsx").code == 0
    before = Path("名册.xlsx").read_bytes()
    done = desk.run("roster", "template", "名册.xlsx")
    assert (done.code, Path("名册.xlsx").read_bytes()) == (2, before)
    assert "已经有了" in done.err
    assert desk.run("roster", "template", "名册.xls").code == 2


def test_an_invitation_gives_a_code_that_works(desk: Desk) -> None:
    first = desk.run("invite", "--role", "admin")
    assert first.code == 0
    assert "机器人运行过一次" in first.out
    desk.write(lambda books: books.facts.put(BOT_USERNAME, "shifan_pufa_bot"))
    done = json.loads(desk.run("invite", "--role", "admin", "--json").out)
    assert done["link"] == f"https://t.me/shifan_pufa_bot?start={done['code']}"
    at = datetime(2026, 11, 24, tzinfo=UTC)
    somebody = Address("telegram", "7")
    enrolled = desk.write(
        lambda books: enrol.start(books.people, books.ledger, somebody, done["code"], at=at)
    )
    assert enrolled.account.roles == frozenset({Role.ADMIN})


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--role", "boss"], "--role 只能是 admin、editor、approver、cadre"),
        (["--role", "cadre"], "加上 --person 工号"),
        (["--role", "cadre", "--person", "G999"], "名册里没有工号 G999"),
    ],
)
def test_an_impossible_invitation_is_refused(desk: Desk, words: list[str], sentence: str) -> None:
    done = desk.run("invite", *words)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err


PERIOD = ("--from", "2026-10-01", "--to", "2026-12-31")


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json"])
def test_a_participation_report_is_written(desk: Desk, ending: str) -> None:
    done = desk.run("report", "participation", *PERIOD, "--out", f"参与.{ending}")
    assert done.code == 0
    assert "0 场考试，0 条消息" in done.out
    assert Path(f"参与.{ending}").stat().st_size > 100


def test_a_report_of_one_unit_names_it(desk: Desk) -> None:
    desk.write(
        lambda books: books.people.save_roster(read_sample(), datetime(2026, 11, 24, tzinfo=UTC))
    )
    done = desk.run("report", "participation", *PERIOD, "--unit", "C01", "--out", "r.json")
    assert done.code == 0
    assert json.loads(Path("r.json").read_text("utf-8"))["township"] == "示范镇 青石村"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "2026-13-01", "--to", "2026-12-31"], "--from 要写成"),
        (["--from", "2026-10-01", "--to", "9999-12-31"], "--to 要写成"),
        (["--from", "2026-12-31", "--to", "2026-10-01"], "请对调"),
        ([*PERIOD, "--unit", "NO"], "没有编码为 NO 的单位"),
    ],
)
def test_an_impossible_report_is_refused_and_not_written(
    desk: Desk, words: list[str], sentence: str
) -> None:
    done = desk.run("report", "participation", *words, "--out", "r.csv")
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert not Path("r.csv").exists()


def test_the_result_of_an_unknown_exam_is_refused(desk: Desk) -> None:
    done = desk.run("report", "exam", "9", "--out", "成绩.xlsx")
    assert (done.code, done.out) == (2, "")
    assert "没有编号 9 的考试" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("roster", "template"),
        ("roster", "import"),
        ("roster", "export"),
        ("invite",),
        ("report", "participation"),
        ("report", "exam"),
    ],
)
def test_every_command_explains_itself_with_an_example(desk: Desk, words: tuple[str, ...]) -> None:
    done = desk.run(*words, "--help")
    assert done.code == 0
    assert f"例：lawbot {' '.join(words)}" in done.out
