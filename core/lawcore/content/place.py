"""Where something stands in a TOML file, found only when a fault has to name it."""

import re
from dataclasses import dataclass, field

_HEADER = re.compile(r"\s*\[")
_FENCE = re.compile(r"'''|\"\"\"")


@dataclass(frozen=True, slots=True)
class Place:
    """A table of a file: the whole file, or the n-th ``[[name]]``."""

    file: str
    text: str = field(repr=False)
    path: tuple[str | int, ...] = ()
    """Keys and indexes from the root: ``("question", 12)``."""

    def __str__(self) -> str:
        return self.at()

    def at(self, *keys: str | int) -> str:
        """Name the line of a key of this table: ``questions/xianfa.toml 第 7 行``."""
        return f"{self.file} 第 {self._line(*self.path, *keys) + 1} 行"

    def near(self, words: str) -> str:
        """Name the first line of this table that holds `words`, or else its own line."""
        lines = self.text.splitlines()
        first = self._line(*self.path)
        header = lines[first].strip() if self.path and lines else None
        for index in range(first, len(lines)):
            if index > first and header and lines[index].strip() == header:
                break
            if words in lines[index]:
                return f"{self.file} 第 {index + 1} 行"
        return self.at()

    def _line(self, *path: str | int) -> int:
        lines = _outside_long_strings(self.text)
        line, tables, rest = 0, "", list(path)
        while rest:
            name = str(rest.pop(0))
            tables = f"{tables}.{name}".lstrip(".")
            index = rest.pop(0) if rest and isinstance(rest[0], int) else None
            if index is not None:
                found = _header(lines, f"[[{tables}]]", line, index)
            else:
                found = _header(lines, f"[{tables}]", line, 0)
            if found is None:
                found = _key(lines, name, line)
                return line if found is None else found
            line = found
        return line


def _header(lines: list[str], header: str, after: int, index: int | str) -> int | None:
    """Find the `index`-th `header` from the line `after` on."""
    found = [number for number in range(after, len(lines)) if lines[number].strip() == header]
    return found[int(index)] if int(index) < len(found) else None


def _key(lines: list[str], name: str, after: int) -> int | None:
    """Find ``name =`` between the line `after` and the next header."""
    wanted = re.compile(rf"\s*{re.escape(name)}\s*=")
    for number in range(after, len(lines)):
        if wanted.match(lines[number]):
            return number
        if number > after and _HEADER.match(lines[number]):
            return None
    return None


def _outside_long_strings(text: str) -> list[str]:
    """Give the lines, those inside a multi-line string emptied."""
    lines, inside = [], False
    for line in text.splitlines():
        lines.append("" if inside else line)
        if len(_FENCE.findall(line)) % 2:
            inside = not inside
    return lines
