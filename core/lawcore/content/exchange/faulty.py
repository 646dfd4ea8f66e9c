"""Faults of a text of questions: each with its line, all of a file at once."""

import re
from collections.abc import Iterable
from pathlib import Path

from lawcore.content.exchange.tables import Raw
from lawcore.errors import Fault, FaultyFile

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class FaultsOfText:
    """Collects the faults of a file of questions; `close` raises them all."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._faults: list[Fault] = []

    def at(self, line: int, reason: str, remedy: str) -> None:
        """Note a fault of a line, counted from 1."""
        self._faults.append(Fault(f"{self.file} 第 {line} 行", reason, remedy))

    def close(self, questions: Iterable[tuple[int, Raw]], ends: str) -> tuple[Raw, ...]:
        """Give the questions, each with the line it begins on. Raises FaultyFile with all faults.

        Two with one id are a fault; so is a file without a question, where `ends` tells how one
        ends.
        """
        found = list(questions)
        first: dict[str, int] = {}
        for line, raw in found:
            if first.setdefault(raw["id"], line) != line:
                reason = f"编号“{raw['id']}”和第 {first[raw['id']]} 行的重复"
                self.at(line, reason, "改掉一个编号，或者删去一题")
        if not found and not self._faults:
            self._faults.append(Fault(self.file, "没有题目", ends))
        if self._faults:
            count = len(self._faults)
            faults = sorted(self._faults, key=_line)
            raise FaultyFile(f"{self.file} 有 {count} 处错误，没有导入任何内容：", faults)
        return tuple(raw for _, raw in found)


def prefix_of(file: str, otherwise: str) -> str:
    """What the ids of questions without one begin with: the name of their file, if it can."""
    stem = Path(file).stem.casefold()
    return stem if _SLUG.fullmatch(stem) else otherwise


def _line(fault: Fault) -> int:
    found = re.search(r"第 (\d+) 行$", fault.where)
    return int(found[1]) if found else 0
