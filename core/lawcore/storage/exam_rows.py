"""Rows of the exam tables as the core knows them, and the JSON text that they hold."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Text,
    and_,
    cast,
    select,
    type_coerce,
)

from lawcore.exams.model import Attempt, AttemptState, Candidate, Exam, ExamState, Sitting
from lawcore.ids import AttemptId, BlueprintKey, CadreId, ExamId, QuestionKey, UnitId
from lawcore.questions.blueprint import Scoring
from lawcore.questions.draw import PaperItem
from lawcore.questions.question import Question
from lawcore.storage.tables import attempts, candidates, exams

_QUESTION = TypeAdapter(Question)

_ATTEMPT = (
    attempts.c.id,
    attempts.c.exam_id,
    attempts.c.cadre_id,
    attempts.c.token,
    attempts.c.started_at,
    attempts.c.deadline_at,
    attempts.c.cursor,
    attempts.c.card,
    attempts.c.state,
    candidates.c.paper,
    type_coerce(attempts.c.score, Integer).label("score"),
    attempts.c.passed,
)
_EXAM = (
    exams.c.id,
    exams.c.title,
    exams.c.blueprint,
    exams.c.opens_at,
    exams.c.closes_at,
    exams.c.minutes,
    type_coerce(exams.c.pass_mark, Integer),
    type_coerce(exams.c.total, Integer),
    exams.c.length,
    exams.c.seed,
    cast(exams.c.categories, Text),
    cast(exams.c.units, Text),
    cast(exams.c.posts, Text),
    exams.c.scoring,
    exams.c.state,
    exams.c.owner,
    exams.c.reveal_at,
    exams.c.revealed,
    exams.c.makeup_of,
)
_OF_CANDIDATE = and_(
    candidates.c.exam_id == attempts.c.exam_id, candidates.c.cadre_id == attempts.c.cadre_id
)

EXAM = select(*_EXAM)
"""Exams."""
ATTEMPT = select(*_ATTEMPT).join(candidates, _OF_CANDIDATE)
"""Attempts with the papers of their candidates."""
SITTING: Select[Any] = (
    select(*_ATTEMPT, *_EXAM)
    .select_from(attempts)
    .join(candidates, _OF_CANDIDATE)
    .join(exams, exams.c.id == attempts.c.exam_id)
)
"""Attempts with their papers and exams."""


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


def exam_of(row: Sequence[Any]) -> Exam:
    """A row of `EXAM`, by SQLAlchemy or as the driver gives it."""
    return _exam(tuple(row))


@lru_cache(maxsize=256)
def _exam(row: tuple[Any, ...]) -> Exam:
    """The same row is the same exam: every press reads it, few have changed it."""
    key, title, blueprint, opens_at, closes_at, minutes, pass_mark, total, length, seed = row[:10]
    categories, units, posts, scoring, state, owner, reveal_at, revealed, makeup_of = row[10:]
    return Exam(
        ExamId(key),
        title,
        BlueprintKey(blueprint),
        _moment(opens_at),
        _moment(closes_at),
        minutes,
        _marks(pass_mark),
        _marks(total),
        length,
        seed,
        frozenset(json.loads(categories)),
        frozenset(json.loads(units)),
        frozenset(json.loads(posts or "[]") or ()),
        Scoring(scoring),
        ExamState(state),
        owner,
        None if reveal_at is None else _moment(reveal_at),
        bool(revealed),
        makeup_of,
    )


def sitting_of(row: Sequence[Any]) -> Sitting:
    """A row of `SITTING`, as the driver gives it."""
    return Sitting(exam_of(row[len(_ATTEMPT) :]), attempt_of(row[: len(_ATTEMPT)]))


def candidate_of(row: Row[Any]) -> Candidate:
    """A row of `candidates`."""
    return Candidate(
        ExamId(row.exam_id),
        CadreId(row.cadre_id),
        UnitId(row.unit_id),
        row.exempt_reason,
        row.extra_minutes,
    )


def attempt_of(row: Sequence[Any]) -> Attempt:
    """A row of `ATTEMPT`, by SQLAlchemy or as the driver gives it."""
    (
        key,
        exam,
        cadre,
        token,
        started_at,
        deadline_at,
        cursor,
        card,
        state,
        paper,
        score,
        passed,
    ) = row
    return Attempt(
        AttemptId(key),
        ExamId(exam),
        CadreId(cadre),
        token,
        _moment(started_at),
        _moment(deadline_at),
        cursor,
        card,
        AttemptState(state),
        paper_of(paper),
        None if score is None else _marks(score),
        None if passed is None else bool(passed),
    )


def _moment(stored: str | datetime) -> datetime:
    """SQLite's driver gives text without a zone, the others a datetime."""
    if isinstance(stored, str):
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    return stored.astimezone(UTC)


def _marks(hundredths: int) -> Decimal:
    return Decimal(hundredths) / 100
