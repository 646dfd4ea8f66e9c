"""Rows of the exam tables as the core knows them, and the JSON text that they hold."""

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, and_, select

from lawcore.exams.model import Attempt, AttemptState, Candidate, Exam, ExamState
from lawcore.ids import AttemptId, BlueprintKey, CadreId, ExamId, QuestionKey, UnitId
from lawcore.questions.blueprint import Scoring
from lawcore.questions.draw import PaperItem
from lawcore.questions.question import Question
from lawcore.storage.tables import attempts, candidates

_QUESTION = TypeAdapter(Question)
ATTEMPT = select(attempts, candidates.c.paper).join(
    candidates,
    and_(candidates.c.exam_id == attempts.c.exam_id, candidates.c.cadre_id == attempts.c.cadre_id),
)
"""Attempts with the papers of their candidates."""


def attempts_with_papers(
    connection: Connection, *where: ColumnElement[bool]
) -> tuple[Attempt, ...]:
    """The attempts that fit, with the papers of their candidates."""
    found = ATTEMPT.where(*where).order_by(attempts.c.id)
    return tuple(attempt_of(row) for row in connection.execute(found))


@lru_cache(maxsize=4096)
def question_of(body: str) -> Question:
    """The question that a row of `exam_questions` holds."""
    return _QUESTION.validate_json(body)


@lru_cache(maxsize=2048)
def paper_of(text: str) -> tuple[PaperItem, ...]:
    """The paper that a row of `candidates` holds."""
    return tuple(
        PaperItem(QuestionKey(key), tuple(order), Decimal(marks))
        for key, order, marks in json.loads(text)
    )


@lru_cache(maxsize=2048)
def questions_of(text: str) -> frozenset[QuestionKey]:
    """The questions of the paper that a row of `candidates` holds."""
    return frozenset(QuestionKey(key) for key, _order, _marks in json.loads(text))


def question_text(question: Question) -> str:
    """What `question_of` reads."""
    return _QUESTION.dump_json(question).decode()


def paper_text(paper: Sequence[PaperItem]) -> str:
    """What `paper_of` reads."""
    return json.dumps([[item.question, item.order, str(item.marks)] for item in paper])


def exam_of(row: Row[Any]) -> Exam:
    """A row of `exams`."""
    return Exam(
        ExamId(row.id),
        row.title,
        BlueprintKey(row.blueprint),
        row.opens_at,
        row.closes_at,
        row.minutes,
        row.pass_mark,
        row.total,
        row.length,
        row.seed,
        frozenset(row.categories),
        frozenset(row.units),
        frozenset(row.posts or ()),
        Scoring(row.scoring),
        ExamState(row.state),
        row.owner,
        row.reveal_at,
        row.revealed,
        row.makeup_of,
    )


def candidate_of(row: Row[Any]) -> Candidate:
    """A row of `candidates`."""
    return Candidate(
        ExamId(row.exam_id),
        CadreId(row.cadre_id),
        UnitId(row.unit_id),
        row.exempt_reason,
        row.extra_minutes,
    )


def attempt_of(row: Row[Any]) -> Attempt:
    """A row of `ATTEMPT`."""
    return Attempt(
        AttemptId(row.id),
        ExamId(row.exam_id),
        CadreId(row.cadre_id),
        row.token,
        row.started_at,
        row.deadline_at,
        row.cursor,
        row.card,
        AttemptState(row.state),
        paper_of(row.paper),
        row.score,
        row.passed,
    )
