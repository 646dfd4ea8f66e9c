"""An exam on paper: each candidate's own frozen paper, to be printed for who has no phone.

A paper has a number, ``12-G001-7K3Q9X``: the exam, the 工号, and a code of what stands on it.
Nothing here holds a key: what is printed was never given one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.exams import office
from lawcore.exams.hall import Hall
from lawcore.exams.model import Exam, ExamState
from lawcore.ids import ExamId
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import Cadre
from lawcore.questions.draw import PaperItem
from lawcore.questions.question import QuestionKind

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""None of them looks like another."""
_CODE = 6


@dataclass(frozen=True, slots=True)
class PrintedQuestion:
    """A question as this person's paper asks it, options in this person's order."""

    kind: QuestionKind
    marks: Decimal
    stem: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintedPaper:
    """One candidate's paper. `number` is the 卷号."""

    exam: Exam
    number: str
    cadre: Cadre
    unit: str
    questions: tuple[PrintedQuestion, ...]


def paper_number(exam: ExamId, number: str, paper: Sequence[PaperItem]) -> str:
    """The 卷号 of a paper; another order of questions or options has another code."""
    items = ";".join(f"{item.question}{item.order}" for item in paper)
    digest = hashlib.sha256(f"{exam}:{number}:{items}".encode()).digest()
    rest, code = int.from_bytes(digest[:8]), ""
    for _ in range(_CODE):
        rest, sign = divmod(rest, len(_SIGNS))
        code += _SIGNS[sign]
    return f"{exam}-{number}-{code}"


def print_papers(
    hall: Hall, key: ExamId, people: Sequence[str], *, actor: str, at: datetime
) -> tuple[PrintedPaper, ...]:
    """The papers of the candidates with these 工号; each printing is a line of the ledger.

    Raises NotFound for somebody not on the roster, WrongState outside the window, or for a
    candidate who is exempt or has sat the exam.
    """
    exam = opened(hall, key)
    if over(exam, at):
        raise WrongState(f"考试 {key} 已经结束，不再印卷。")
    found = [whose(hall, exam, one) for one in dict.fromkeys(people)]
    for cadre in found:
        if (reason := obstacle(hall, exam, cadre)) is not None:
            raise WrongState(reason)
        hall.ledger.add(
            Entry(at, EntryKind.PAPER_PRINTED, actor, unit=cadre.unit, cadre=cadre.id, exam=key)
        )
    return tuple(printed(hall, exam, cadre) for cadre in found)


def unbound(hall: Hall, key: ExamId) -> tuple[str, ...]:
    """The 工号 of candidates who have to sit, have not, and are bound to no chat account.

    Raises NotFound, WrongState before the opening, BadInput if there is nobody.
    """
    exam = opened(hall, key)
    found = []
    for candidate in hall.exams.candidates(key):
        cadre = hall.people.cadre(candidate.cadre)
        if cadre is None or hall.people.account_of(candidate.cadre) is not None:
            continue
        if obstacle(hall, exam, cadre) is None:
            found.append(cadre.number)
    if not found:
        raise BadInput(f"考试 {key} 的名单里，没有还要考而没绑定聊天账号的人。")
    return tuple(found)


def printed(hall: Hall, exam: Exam, cadre: Cadre) -> PrintedPaper:
    """The paper of a candidate as it is printed: frozen wording, own order, no key."""
    paper, unit = hall.rosters.paper(exam.id, cadre.id), hall.people.unit(cadre.unit)
    questions = []
    for item in paper:
        asked = hall.exams.question(exam.id, item.question)
        options = tuple(asked.options[own] for own in item.order)
        questions.append(PrintedQuestion(asked.kind, item.marks, asked.stem, options))
    number = paper_number(exam.id, cadre.number, paper)
    return PrintedPaper(exam, number, cadre, unit.name if unit else "", tuple(questions))


def whose(hall: Hall, exam: Exam, named: str) -> Cadre:
    """The candidate with this 工号, or whose paper has this 卷号 (as a scanner reads it).

    Raises NotFound for somebody who is no candidate, and for a number of another paper.
    """
    cadre = hall.people.cadre_by_number(named)
    if cadre is None:
        number = named.removeprefix(f"{exam.id}-").rpartition("-")[0]
        cadre = hall.people.cadre_by_number(number)
        paper = hall.rosters.paper(exam.id, cadre.id) if cadre else ()
        if cadre is None or named != paper_number(exam.id, cadre.number, paper):
            raise NotFound(f"考试 {exam.id} 的名单里没有工号或卷号 {named}。")
    if hall.exams.candidate(exam.id, cadre.id) is None:
        raise NotFound(f"考试 {exam.id} 的名单里没有工号 {named}。")
    return cadre


def obstacle(hall: Hall, exam: Exam, cadre: Cadre) -> str | None:
    """Why this candidate cannot sit on paper, in a sentence; None if nothing is in the way."""
    candidate = hall.exams.candidate(exam.id, cadre.id)
    if candidate is not None and candidate.exempt_reason is not None:
        return f"工号 {cadre.number} 已获准免考（{candidate.exempt_reason}），不用答卷。"
    if hall.exams.attempt(exam.id, cadre.id) is not None:
        return f"工号 {cadre.number} 已经有答卷，一人只答一次。"
    return None


def opened(hall: Hall, key: ExamId) -> Exam:
    """The exam, once its papers are drawn. Raises NotFound, WrongState before the opening."""
    exam = office.get(hall, key)
    if exam.state is ExamState.SCHEDULED:
        raise WrongState(f"考试 {key} 还没开始，试卷在开始时抽好。可以用 lawbot exam open 开始。")
    return exam


def over(exam: Exam, at: datetime) -> bool:
    """Whether the window of the exam is past."""
    return exam.state is ExamState.CLOSED or at >= exam.closes_at
