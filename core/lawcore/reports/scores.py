"""The result of one exam, person by person: shapes, and what is asked of storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from lawcore.clock import local_day
from lawcore.errors import NotFound, WrongState
from lawcore.exams.analysis import Analysis
from lawcore.exams.hall import Hall
from lawcore.exams.model import Exam, ExamState
from lawcore.exams.studies import analysis_of
from lawcore.ids import ExamId, UnitId
from lawcore.participation import EntryKind
from lawcore.people.naming import actor_called
from lawcore.reports.participation import ExamTable, MakeupTable


class Presence(StrEnum):
    """How a candidate met the exam; each is exactly one of them, so N = A + X + absent."""

    ATTENDED = "attended"
    EXEMPT = "exempt"
    ABSENT = "absent"


PRESENCE_WORDS = {
    Presence.ATTENDED: "已交",
    Presence.EXEMPT: "免考",
    Presence.ABSENT: "缺考",
}


@dataclass(frozen=True, slots=True)
class CandidateScore:
    """One candidate. `score` and `passed` are None unless the candidate attended."""

    number: str
    name: str
    unit_name: str
    presence: Presence
    note: str
    """The reason of an exemption, or what else is to be known."""
    score: Decimal | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class RosterChange:
    """An exemption, an addition, a transfer or extra minutes, as the ledger has it."""

    at: datetime
    kind: EntryKind
    number: str
    name: str
    unit_name: str
    detail: Mapping[str, str | int]
    approver: str


@dataclass(frozen=True, slots=True)
class ExamReport:
    """A closed exam: its people by unit and number, and its counts by unit."""

    township: str
    exam: Exam
    people: tuple[CandidateScore, ...]
    units: ExamTable
    cut_off: date
    changes: tuple[RosterChange, ...]
    makeup: MakeupTable | None
    analysis: Analysis


class ScoreFigures(Protocol):
    """What this room asks of storage."""

    def candidate_scores(self, exam: ExamId) -> tuple[CandidateScore, ...]: ...

    def exam_table(self, exam: ExamId) -> ExamTable | None: ...

    def makeup_tables(
        self, of: Sequence[ExamId], unit: UnitId | None
    ) -> tuple[MakeupTable, ...]: ...

    def roster_changes(self, exam: ExamId) -> tuple[RosterChange, ...]: ...


class ScoreBooks(Hall, Protocol):
    """The books that a report of scores needs, in one transaction."""

    @property
    def figures(self) -> ScoreFigures: ...


def collect_scores(books: ScoreBooks, township: str, key: ExamId, at: datetime) -> ExamReport:
    """Gather the result of a closed exam.

    Raises NotFound if there is no such exam, WrongState before it is closed: a score is told to
    nobody while others still sit.
    """
    exam = books.exams.exam(key)
    if exam is None:
        raise NotFound(f"没有编号 {key} 的考试。用 lawbot exam list 查看。")
    table = books.figures.exam_table(key)
    if exam.state is not ExamState.CLOSED or table is None:
        raise WrongState(f"考试 {key}“{exam.title}”还没有结束，结束后才能导出成绩。")
    makeups = books.figures.makeup_tables([key], None)
    return ExamReport(
        township,
        exam,
        books.figures.candidate_scores(key),
        table,
        local_day(at),
        changes_named(books, key),
        makeups[0] if makeups else None,
        analysis_of(books, key)[1],
    )


def changes_named(books: ScoreBooks, key: ExamId) -> tuple[RosterChange, ...]:
    """The changes of an exam's roster, each with its approver as people read it."""
    return tuple(
        replace(one, approver=actor_called(books.people, one.approver))
        for one in books.figures.roster_changes(key)
    )
