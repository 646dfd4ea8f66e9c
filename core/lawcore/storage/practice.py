"""The book of practice in SQL."""

from collections.abc import Iterator

from sqlalchemy import Connection, and_, insert, select, update

from lawcore.exams.model import ExamState
from lawcore.exams.practice import Practised
from lawcore.ids import AccountId, ExamId, QuestionKey
from lawcore.questions.blueprint import PaperKind
from lawcore.questions.spacing import Spaced
from lawcore.storage.exam_rows import questions_of
from lawcore.storage.exams import SqlExamBook
from lawcore.storage.tables import candidates, exam_questions, exams, practice


class SqlPracticeBook:
    """Practised questions of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def practised(self, account: AccountId) -> tuple[Practised, ...]:
        found = select(practice).where(practice.c.account_id == account)
        return tuple(
            Practised(QuestionKey(row.question), Spaced(row.state, row.due_at))
            for row in self._sql.execute(found)
        )

    def put(self, account: AccountId, question: QuestionKey, spaced: Spaced) -> None:
        same = and_(practice.c.account_id == account, practice.c.question == question)
        values = {"state": spaced.state, "due_at": spaced.due_at}
        if self._sql.execute(update(practice).where(same).values(**values)).rowcount == 0:
            values |= {"account_id": account, "question": question}
            self._sql.execute(insert(practice).values(**values))

    def withheld(self) -> frozenset[QuestionKey]:
        """Questions that stand in an exam that has not been revealed.

        Those of the papers, once they are drawn. Before that, the questions that all will get; what
        each will be drawn for themselves, nobody knows yet.
        """
        papers = (
            select(candidates.c.paper)
            .join(exams, exams.c.id == candidates.c.exam_id)
            .where(exams.c.revealed.is_(False))
        )
        drawn = (questions_of(text) for text in self._sql.execute(papers).scalars())
        return frozenset().union(*drawn, *self._fixed())

    def _fixed(self) -> Iterator[frozenset[QuestionKey]]:
        waiting = select(exams.c.id).where(
            exams.c.revealed.is_(False), exams.c.state == ExamState.SCHEDULED.value
        )
        for key in self._sql.execute(waiting).scalars().all():
            plan = SqlExamBook(self._sql).plan(ExamId(key))
            yield frozenset(one.question for one in plan.common)
            if plan.paper is not PaperKind.PER_PERSON:
                pool = select(exam_questions.c.question).where(exam_questions.c.exam_id == key)
                yield frozenset(map(QuestionKey, self._sql.execute(pool).scalars()))
