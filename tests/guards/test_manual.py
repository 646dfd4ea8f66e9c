"""The manual and the READMEs: their commands, pictures and links are what the program has."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lawbot.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / name
    for name in ("README.md", "README.zh-CN.md", "docs/manual.zh-CN.md")
    if (ROOT / name).exists()
]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
GLOBAL = {"--help", "--version"}


def _commands(text: str) -> Iterator[list[str]]:
    """Every `lawbot …` of the page: in code spans and on the lines of code blocks."""
    blocks = re.findall(r"^ *```.*?\n(.*?)^ *```", text, re.M | re.S)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S))
    for line in [*spans, *(line for block in blocks for line in block.splitlines())]:
        words = shlex.split(line.strip(), comments=True)
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words.pop(0)
        if words[:1] == ["lawbot"]:
            yield words[1:]


def _faults(words: list[str]) -> Iterator[str]:
    """What in this line the program does not have."""
    command: Any = app
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        inner = command.commands.get(words[0])
        if inner is None:
            yield f"没有命令 {words[0]}"
            return
        command, words = getattr(inner, "behind", inner), words[1:]
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | GLOBAL
    yield from (
        f"没有选项 {word}"
        for word in words
        if word.startswith("-") and word.partition("=")[0] not in known
    )


def _slug(heading: str) -> str:
    """The name that the forge gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_on_the_page_exists_with_its_options(name: str) -> None:
    commands = list(_commands((ROOT / name).read_text("utf-8")))
    assert commands
    wrong = {" ".join(words): found for words in commands if (found := list(_faults(words)))}
    assert wrong == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_and_link_of_the_page_leads_somewhere(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if "://" in target:
            continue
        path, _, place = target.partition("#")
        found = page.parent / path if path else page
        assert found.exists(), target
        if place:
            headings = re.findall(r"^#+ (.*)$", found.read_text("utf-8"), re.M)
            assert place in map(_slug, headings), target


def test_a_command_that_the_program_lacks_is_found() -> None:
    text = "`lawbot fly` and\n```\nlawbot exam show 1 --loud\nlawbot exam show 1 --json\n```\n"
    assert [list(_faults(words)) for words in _commands(text)] == [
        ["没有命令 fly"],
        ["没有选项 --loud"],
        [],
    ]


def test_the_manual_has_no_path_of_anybodys_machine() -> None:
    manual = (ROOT / "docs/manual.zh-CN.md").read_text("utf-8")
    assert not re.search(r"(?<![\w.:/])/(home|root|tmp|work|Users)/", manual)
