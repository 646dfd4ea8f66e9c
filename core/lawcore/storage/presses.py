"""What a press on the card of an exam runs; an exam begins with everybody pressing at once."""

from sqlalchemy import bindparam, insert, select, update

from lawcore.storage import exam_rows
from lawcore.storage.direct import Direct
from lawcore.storage.tables import accounts, attempts, exam_questions, exams, steps

EXAM = Direct(exam_rows.EXAM.where(exams.c.id == bindparam("exam")))
BODY = Direct(
    select(exam_questions.c.body).where(
        exam_questions.c.exam_id == bindparam("exam"),
        exam_questions.c.question == bindparam("question"),
    )
)
SITTING = Direct(
    exam_rows.SITTING.join(accounts, accounts.c.cadre_id == attempts.c.cadre_id).where(
        attempts.c.token == bindparam("token"),
        accounts.c.channel == bindparam("channel"),
        accounts.c.address == bindparam("address"),
    )
)
ATTEMPT = Direct(
    exam_rows.ATTEMPT.where(
        attempts.c.exam_id == bindparam("exam"), attempts.c.cadre_id == bindparam("cadre")
    )
)
STEPS = Direct(
    select(steps.c.place, steps.c.choice)
    .where(steps.c.attempt_id == bindparam("attempt"))
    .order_by(steps.c.id)
)
ADD_STEP = Direct(
    insert(steps)
    .values(
        attempt_id=bindparam("attempt"),
        place=bindparam("shown"),
        choice=bindparam("chosen"),
        at=bindparam("moment"),
    )
    .inline()
)
MOVE = Direct(
    update(attempts)
    .where(attempts.c.id == bindparam("attempt"))
    .values(cursor=bindparam("place"), card=bindparam("message"))
)
