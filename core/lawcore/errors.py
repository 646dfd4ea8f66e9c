"""Every error that is raised on purpose. ``str(error)`` is one clear sentence for a person."""

from collections.abc import Sequence
from dataclasses import dataclass


class LawbotError(Exception):
    """Something a person can understand and put right."""


class BadInput(LawbotError):
    """What was given cannot be used; nothing was changed. The command line exits with 2."""


class NotFound(BadInput):
    """No such thing, or not yours: the two are told apart nowhere."""


class NotAllowed(LawbotError):
    """This person may not do this."""


class WrongState(LawbotError):
    """The thing is no longer, or not yet, in a state where this can be done."""


class StorageTooNew(BadInput):
    """The database was written by a newer program."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a file: where it stands, what is wrong and what to do about it."""

    where: str
    """``观察日/12-04.toml 第 7 行`` or ``名册.xlsx “人员”表 第 5 行 C 列``"""
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}：{self.reason}" + (f"（{self.remedy}）" if self.remedy else "")


class FaultyFile(BadInput):
    """A file with faults, all of them at once."""

    def __init__(self, summary: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([summary, *(f"  {fault}" for fault in self.faults)]))
