"""Reading a closed exam for its analysis and its hints: all papers, marked by the keys in force."""

from collections import Counter
from datetime import datetime

from lawcore.errors import NotAllowed, WrongState
from lawcore.exams import office
from lawcore.exams.analysis import Analysis, Answered, Reply, analyse
from lawcore.exams.grading import chosen, earned, ticked
from lawcore.exams.hall import Hall
from lawcore.exams.hints import Hints, Sitter, hints
from lawcore.exams.model import Exam, ExamState, Pool
from lawcore.exams.review import pool_in_force
from lawcore.exams.roster_book import Sat
from lawcore.ids import CadreId, ExamId, QuestionKey
from lawcore.participation import Entry, EntryKind
from lawcore.people.model import MAY_REPORT
from lawcore.questions.blueprint import PaperKind


def analysis_of(hall: Hall, key: ExamId) -> tuple[Exam, Analysis]:
    """Analyse a closed exam. Raises NotFound, or WrongState before it is closed."""
    exam = closed(hall, key)
    pool, plan = pool_in_force(hall, key, {}), hall.exams.plan(key)
    papers = [answered(exam, pool, one) for one in hall.rosters.sat(key)]
    shared = frozenset(one.question for one in plan.common)
    if plan.paper is not PaperKind.PER_PERSON and papers:
        shared = frozenset(papers[0].replies)
    doubts: Counter[QuestionKey] = Counter(one.question for one in hall.reviews.appeals(key))
    return exam, analyse(papers, pool, exam.total, shared=shared, doubts=doubts)


def closed(hall: Hall, key: ExamId) -> Exam:
    """The exam, when it is over. Raises NotFound, WrongState."""
    exam = office.get(hall, key)
    if exam.state is not ExamState.CLOSED:
        raise WrongState(f"考试 {key} 还没有结束，结束后才能分析。")
    return exam


def answered(exam: Exam, pool: Pool, sat: Sat) -> Answered:
    """A paper as the analysis takes it."""
    replies = {}
    for place, item in enumerate(sat.paper):
        question = pool[item.question]
        picked = chosen(item, sat.choices.get(place, 0))
        tick = ticked(question.kind, question.key, picked)
        points = earned(exam.scoring, question.kind, tick, item.marks)
        replies[item.question] = Reply(item.marks, points, picked)
    return Answered(sat.unit_name, replies)


def hints_of(
    hall: Hall, key: ExamId, *, cadre: CadreId | None = None, actor: str, at: datetime
) -> Hints:
    """The hints of a closed exam, for its owner; that they were seen is written down.

    An exam whose owner is no admin (the command line made it) is in the hands of all admins.
    Nobody sees a hint about themselves: `cadre` is who looks.

    Raises NotFound, WrongState before it is closed, NotAllowed to anybody else.
    """
    exam = closed(hall, key)
    if not _may_see(hall, exam, actor.strip()):
        raise NotAllowed("线索只给创建这场考试的人看。")
    pool = pool_in_force(hall, key, {})
    found = hints([_sitter(pool, one) for one in hall.rosters.sat(key)], cadre)
    detail: dict[str, str | int] = {"pairs": len(found.found)}
    hall.ledger.add(Entry(at, EntryKind.HINTS_SEEN, actor.strip(), exam=key, detail=detail))
    return found


def _may_see(hall: Hall, exam: Exam, actor: str) -> bool:
    admins = {f"account:{one.id}" for one in hall.people.accounts_with(MAY_REPORT)}
    return actor == exam.owner or (actor in admins and exam.owner not in admins)


def _sitter(pool: Pool, sat: Sat) -> Sitter:
    wrong = {}
    for place, item in enumerate(sat.paper):
        question = pool[item.question]
        picked = chosen(item, sat.choices.get(place, 0))
        if picked and not ticked(question.kind, question.key, picked).right:
            wrong[item.question] = picked
    return Sitter(sat.cadre, sat.unit, frozenset(item.question for item in sat.paper), wrong)
