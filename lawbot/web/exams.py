"""What the pages of 考法 share: which exam, in whose sight, and what a form says of it."""

from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from lawbot.house import House
from lawbot.web.acts import Refused, acted
from lawbot.web.visit import Visit
from lawbot.web.words import NO_SUCH_PAGE, Said
from lawcore.clock import TOWNSHIP_ZONE, local_day
from lawcore.content import fitting
from lawcore.errors import BadInput, NotFound
from lawcore.exams import office
from lawcore.exams.model import Exam, ExamState
from lawcore.exams.sealed import still_sits
from lawcore.exams.words import not_yet
from lawcore.ids import BlueprintKey, ExamId
from lawcore.questions.blueprint import Blueprint
from lawcore.questions.question import Question
from lawcore.reports.participation import UnitSitting
from lawcore.storage import Books

LARGEST_SEED = 2**31
"""Seeds of draws are whole numbers below this."""


def exam_of(books: Books, visit: Visit) -> Exam:
    """The exam of the address. Raises NotFound for none, and for one that is not this person's."""
    exam = books.exams.exam(ExamId(visit.number("key")))
    if exam is None or not concerns(books, visit, exam):
        raise NotFound(NO_SUCH_PAGE)
    return exam


def concerns(books: Books, visit: Visit, exam: Exam) -> bool:
    """Whether somebody in this person's sight sits the exam, or would if it opened now."""
    if visit.remit.units is None:
        return True
    if exam.state is ExamState.SCHEDULED:
        return any(visit.remit.sees(cadre.unit) for cadre in office.roster(books, exam))
    return bool(own_lines(books, visit, exam.id))


def hidden(books: Books, visit: Visit, exam: Exam) -> str:
    """Why this person may not see the keys of an exam yet; nothing if they may."""
    if exam.state is not ExamState.CLOSED or not exam.revealed:
        return not_yet(exam)
    cadre = visit.session.account.cadre
    other = still_sits(books, cadre, exam.id) if cadre is not None else None
    if other is None:
        return ""
    return f"您自己是《{other.title}》的考生，它公布以前，别的考试的题目和答案也先不显示。"


def barred(books: Books, visit: Visit, exam: Exam) -> str:
    """Why this person may correct no key of an exam before its reveal; nothing if they may.

    Who sits this exam, or another one that is not revealed, is kept from all that is said of keys:
    that a key is refused says something of it too.
    """
    if exam.revealed:
        return "成绩已经公布，请在“题目疑问和分析”里更正。"
    cadre = visit.session.account.cadre
    if cadre is None:
        return ""
    scheduled = exam.state is ExamState.SCHEDULED
    will_sit = scheduled and any(one.id == cadre for one in office.roster(books, exam))
    if will_sit or exam.id in books.exams.sittings(cadre):
        return "您自己是这场考试的考生，公布以前不能更正它的答案。"
    other = still_sits(books, cadre, exam.id)
    return f"您自己是《{other.title}》的考生，它公布以前不能更正答案。" if other else ""


ExamAct = Callable[[Books, ExamId, datetime], object]


async def exam_acted(
    visit: Visit, said: Said, act: ExamAct, refused: Refused, page: str = ""
) -> web.Response:
    """Do `act` to the exam of the address and go on to its page, or to the one called `page`."""

    def job(books: Books, at: datetime) -> ExamId:
        key = exam_of(books, visit).id
        act(books, key, at)
        return key

    return await acted(visit, job, said, lambda key: f"/exams/{key}{page}", refused)


def own_lines(books: Books, visit: Visit, exam: ExamId) -> tuple[UnitSitting, ...]:
    """The counts of the units in this person's sight."""
    return tuple(row for row in books.live.exam(exam).units if visit.remit.sees(row.unit))


def bank_for(house: House, opens_at: datetime, closes_at: datetime) -> tuple[Question, ...]:
    """The questions whose law binds unchanged from the beginning to the end."""
    days = (local_day(opens_at), local_day(closes_at))
    return fitting(house.pack.questions.values(), house.pack.registry, *days)


def plan_typed(visit: Visit) -> Blueprint:
    """The blueprint that was chosen. Raises BadInput for none of ours."""
    found = visit.house.pack.blueprints.get(BlueprintKey(visit.typed("blueprint")))
    if found is None:
        raise BadInput("请从表里选择试卷方案。")
    return found


def moment_typed(visit: Visit, name: str, label: str) -> datetime:
    """A local time of the form. Raises BadInput that names its label."""
    try:
        found = datetime.fromisoformat(visit.typed(name)).replace(tzinfo=TOWNSHIP_ZONE)
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(f"“{label}”要填日期和时间，例如 2026-12-08 09:00。") from None
    return found


def minutes_typed(visit: Visit, name: str, label: str) -> int:
    """A number of minutes. Raises BadInput that names its label."""
    written = visit.typed(name)
    if not (written.isascii() and written.isdigit() and len(written) < 6):
        raise BadInput(f"“{label}”要填整数，例如 60。")
    return int(written)
