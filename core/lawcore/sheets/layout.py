"""What a sheet to be filled in looks like: columns, the words they take, how they are explained."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Takes(StrEnum):
    """What the cells of a column hold; each arrives as text."""

    TEXT = "text"
    DAY = "day"
    """A date, as a date of the spreadsheet or written out; arrives as ``2026-12-04``."""
    WHOLE = "whole"
    """A whole number from 0; arrives as digits."""
    MONEY = "money"
    """Yuan with at most two decimals; arrives as ``120.50``."""


class Column(NamedTuple):
    """A column: at most `longest` characters, one of `words` if there are any."""

    heading: str
    width: int
    longest: int
    meaning: str
    required: bool = True
    words: tuple[str, ...] = ()
    pattern: str = ""
    remedy: str = ""
    takes: Takes = Takes.TEXT


class Layout(NamedTuple):
    """A sheet of rows below one line of headings."""

    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole file to be filled in: its sheets and what its reader is told."""

    name: str
    """``名册``, ``活动台账``: what a fault calls the file."""
    layouts: tuple[Layout, ...]
    guide: tuple[str, ...]
    example: Mapping[str, tuple[tuple[str, ...], ...]]
    """By sheet; shown on the sheet of instructions only."""
    template_command: str
    """The command that writes it empty."""

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(layout.title for layout in self.layouts)


GUIDE_TITLE = "说明"
