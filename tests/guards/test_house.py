"""Rules of the house that a machine can hold: names, the wheel, migrations, words."""

import ast
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from hatchling.builders.wheel import WheelBuilder

from lawcore.storage.migrations import running
from lawcore.storage.opening import HEAD

ROOT = Path(__file__).parents[2]
PACKAGES = (ROOT / "lawbot", ROOT / "core" / "lawcore", ROOT / "content" / "lawcontent")

EMPTY_NAMES = frozenset(
    [
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "manager",
        "managers",
        "service",
        "services",
        "misc",
    ]
)
"""Names that say nothing about what is in the room."""

FORMALISM = ("积分", "排名", "排行", "打卡", "签到", "连续天数")
"""法治宣传教育法 art. 53: nothing here counts points, ranks people or keeps streaks."""
ALLOWED = {
    "core/lawcore/reports/exam_sheet.py": "不排名",  # says that there is none
    "content/lawcontent/questions/fazhi-xuanchuan.toml": "打卡",  # asks what is formalism
    "content/lawcontent/questions/fazhi-sixiang.toml": "排名",  # a wrong answer
}


def sources(*suffixes: str) -> Iterator[Path]:
    """The files of the three packages that end so."""
    for package in PACKAGES:
        yield from sorted(path for path in package.rglob("*") if path.suffix in suffixes)


def words_of(path: Path) -> Iterator[str]:
    """What a person could read of a file: the strings of code and data, a page as a whole."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from python_words(ast.parse(text))
    elif path.suffix == ".toml":
        yield from values(tomllib.loads(text))
    else:
        yield text


def python_words(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def values(data: Any) -> Iterator[str]:
    match data:
        case str():
            yield data
        case list():
            for item in data:
                yield from values(item)
        case dict():
            for item in data.values():
                yield from values(item)


def test_nothing_a_person_reads_counts_points_or_ranks_anybody() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {text[:60]}"
        for path in sources(".py", ".toml", ".html", ".js")
        for text in words_of(path)
        for word in FORMALISM
        if word in text.replace(ALLOWED.get(str(path.relative_to(ROOT)), word * 9), "")
    ]
    assert found == []


def test_every_exception_to_that_is_still_needed() -> None:
    for name, allowed in ALLOWED.items():
        assert any(allowed in text for text in words_of(ROOT / name)), name


def test_every_room_is_named_by_what_is_in_it() -> None:
    names = {
        part.removesuffix(".py") for path in sources(".py") for part in path.relative_to(ROOT).parts
    }
    assert names & EMPTY_NAMES == set()


def test_the_program_knows_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(Path(running.__file__).parent))
    assert scripts.get_heads() == [HEAD]


def test_migrations_follow_each_other_by_number_and_are_called_by_it() -> None:
    scripts = ScriptDirectory(str(Path(running.__file__).parent))
    found = list(scripts.walk_revisions())[::-1]
    assert [one.revision for one in found] == [f"{n:04}" for n in range(1, len(found) + 1)]
    assert [one.down_revision for one in found] == [None, *(one.revision for one in found[:-1])]
    for one in found:
        assert Path(one.path).name.startswith(f"{one.revision}_")
        assert one.doc


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The names of the files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(built) as opened:
        return frozenset(opened.namelist())


def test_the_wheel_holds_exactly_the_three_packages(wheel: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "lawbot",
        "lawcore",
        "lawcontent",
    }


def test_the_wheel_holds_every_file_of_the_packages(wheel: frozenset[str]) -> None:
    wanted = {
        str(path.relative_to(package.parent))
        for package in PACKAGES
        for path in package.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert wanted - wheel == set()
    for name in (
        "lawbot/py.typed",
        "lawcore/py.typed",
        "lawcore/storage/migrations/env.py",
        "lawcore/storage/migrations/versions/0001_initial_tables.py",
        "lawcontent/laws/statutes.toml",
        "lawcontent/observances/constitution-day.toml",
        "lawcontent/messages/constitution-day.toml",
        "lawcontent/exams/quarterly.toml",
        "lawcontent/hotlines.toml",
    ):
        assert name in wheel
