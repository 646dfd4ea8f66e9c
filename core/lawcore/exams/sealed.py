"""What a person must not be told yet: keys of questions that an exam still asks them.

The same question may stand in two exams. Who has one of the first in the paper of the other is told
no key of the first until the other is revealed too: which of the questions it is, would tell more.
"""

from collections.abc import Set as AbstractSet
from typing import Protocol

from lawcore.exams.book import ExamBook
from lawcore.exams.model import Exam
from lawcore.exams.roster_book import RosterBook
from lawcore.ids import CadreId, ExamId, QuestionKey


class Papers(Protocol):
    """The books that say what somebody is asked."""

    @property
    def exams(self) -> ExamBook: ...

    @property
    def rosters(self) -> RosterBook: ...


def sealed_by(papers: Papers, cadre: CadreId, questions: AbstractSet[QuestionKey]) -> Exam | None:
    """An exam not yet revealed that has one of `questions` in this cadre's paper; None without."""
    for key in papers.exams.sittings(cadre):
        exam = papers.exams.exam(key)
        if exam is None or exam.revealed:
            continue
        if any(item.question in questions for item in papers.rosters.paper(key, cadre)):
            return exam
    return None


def still_sits(papers: Papers, cadre: CadreId, besides: ExamId) -> Exam | None:
    """An exam that is not revealed and has a paper for this cadre, other than `besides`.

    Who looks after exams and sits one too is told no keys of any until then.
    """
    for key in papers.exams.sittings(cadre):
        exam = papers.exams.exam(key)
        if exam is not None and exam.id != besides and not exam.revealed:
            return exam
    return None
