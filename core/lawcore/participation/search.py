"""What a list of the ledger is to show."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lawcore.errors import BadInput
from lawcore.ids import UnitId
from lawcore.participation.activity import Form


class Standing(StrEnum):
    """Whether a row counts, and whether it waits."""

    COUNTS = "counts"
    WAITING = "waiting"
    """It counts, and nobody has reviewed it."""
    VOID = "void"
    """It counts no more: corrected or withdrawn, or the record of a withdrawal."""


STANDING_WORDS = {
    Standing.COUNTS: "计数的",
    Standing.WAITING: "等审核的",
    Standing.VOID: "已更正或撤销的",
}


@dataclass(frozen=True, slots=True)
class Search:
    """Activities of the days [first, last], both included."""

    first: date
    last: date
    units: frozenset[UnitId] | None = None
    """Units that organised or took part; None: all."""
    form: Form | None = None
    category: str = ""
    standing: Standing = Standing.COUNTS

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise BadInput(f"时段的开始 {self.first} 晚于结束 {self.last}，请对调。")
