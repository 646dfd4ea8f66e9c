"""谁执法谁普法: who makes which day known, what came of it, and who is reminded when."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from lawcore.campaigns import duties as office
from lawcore.campaigns.duties import Duty, DutyLine, DutyState, Plan, duties_of, lines, stage_of
from lawcore.clock import moment
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, NotFound
from lawcore.ids import ObservanceKey
from lawcore.participation import activity as ledger
from lawcore.people.model import Role
from lawcore.storage import Books

from .conftest import Town, occasion
from .ledger_year import activity

DAY = date(2026, 12, 4)
CONSTITUTION = ObservanceKey("constitution-day")


async def listed(town: Town, *names: str, day: date = DAY) -> tuple[Duty, ...]:
    """The duties of 国家宪法日 for the departments `names`."""
    units = await town.look(lambda books: books.people.units())
    return duties_of([occasion(day, departments=names or ("司法所",))], units)


async def seen(town: Town, duties: tuple[Duty, ...]) -> tuple[DutyLine, ...]:
    known = await town.look(lambda books: books.duties.evidence(2026))
    return lines(duties, known, town.clock.now().date())


async def remind(town: Town, duties: tuple[Duty, ...]) -> int:
    return await town.act(lambda books, at: office.remind(books, duties, at=at))


async def test_the_list_is_the_calendar_times_its_departments(town: Town) -> None:
    found = await listed(town, "司法所", "各村", "派出所", "司法所")
    assert [(duty.department, duty.unit is not None) for duty in found] == [
        ("司法所", True),
        ("东河村", True),
        ("西山村", True),
        ("南塘村", True),
        ("派出所", False),
    ]
    assert {duty.date_text for duty in found} == {"12月4日"}
    assert await listed(town, "各站所") != ()


async def test_a_day_that_may_be_left_out_is_nobodys_duty(town: Town) -> None:
    units = await town.look(lambda books: books.people.units())
    assert duties_of([occasion(DAY, optional=True)], units) == ()


async def test_an_event_is_evidence_for_its_organiser_and_its_partners(town: Town) -> None:
    office_, force = await town.unit("D1"), await town.unit("D2")
    held = activity(office_, partners=(force,), observance=CONSTITUTION)
    key = await town.act(lambda books, at: ledger.record(books.activities, held, at=at))
    first, second, third = await seen(town, await listed(town, "司法所", "综合执法队", "东河村"))
    for line in (first, second):
        assert line.state is DutyState.HELD
        assert [proof.number for proof in line.held] == [f"H{key}"]
    assert third.state is DutyState.AHEAD


async def test_a_season_over_new_year_has_its_evidence_in_both_years(town: Town) -> None:
    """治理欠薪冬季行动 runs from November to the Spring Festival."""
    town.clock.move_to(moment(date(2027, 2, 20), time(9)))
    held = activity(await town.unit("D1"), date(2027, 1, 10), observance=CONSTITUTION)
    await town.act(lambda books, at: ledger.record(books.activities, held, at=at))
    units = await town.look(lambda books: books.people.units())
    for first, last, state in (
        (date(2026, 11, 1), date(2027, 2, 5), DutyState.HELD),
        (date(2026, 11, 1), date(2026, 11, 30), DutyState.OVERDUE),
    ):
        season = replace(occasion(first, departments=("司法所",)), end=last)
        (line,) = await seen(town, duties_of([season], units))
        assert line.state is state


async def test_what_was_taken_back_is_no_evidence(town: Town) -> None:
    held = activity(await town.unit("D1"), observance=CONSTITUTION)
    key = await town.act(lambda books, at: ledger.record(books.activities, held, at=at))
    await town.act(lambda books, at: ledger.withdraw(books.activities, key, "李四", at=at))
    (line,) = await seen(town, await listed(town))
    assert line.held == ()


async def test_what_is_over_without_a_record_is_overdue_and_a_plan_does_not_hide_it(
    town: Town,
) -> None:
    duties = await listed(town, day=date(2026, 11, 20))
    (line,) = await seen(town, duties)
    assert line.state is DutyState.OVERDUE
    where = (CONSTITUTION, await town.unit("D1"))
    plan = Plan("广场宣传", date(2026, 11, 20), "张三")
    await town.act(
        lambda books, at: office.make_plan(books, duties, where, plan, actor="account:1", at=at)
    )
    (line,) = await seen(town, duties)
    assert (line.state, line.plan) == (DutyState.OVERDUE, plan)
    assert await town.rows("SELECT kind, actor, unit_id FROM entries") == [
        ("duty-planned", "account:1", where[1])
    ]


async def test_the_contact_of_the_department_is_reminded_15_7_and_1_days_ahead(town: Town) -> None:
    mine = await town.appoint(1, Role.EDITOR, "001")
    await town.appoint(2, Role.EDITOR, "003")  # of another department
    await town.appoint(3, Role.CADRE, "002")  # of the department, but no editor
    duties = await listed(town)
    sent: list[date] = []
    day = date(2026, 11, 15)
    while day < date(2026, 12, 8):
        town.clock.move_to(moment(day, time(9)))
        if await remind(town, duties):
            sent.append(day)
        assert await remind(town, duties) == 0
        day += timedelta(days=1)
    assert sent == [date(2026, 11, 19), date(2026, 11, 27), date(2026, 12, 3)]
    rows = await town.rows("SELECT account_id, kind, version FROM deliveries ORDER BY id")
    assert rows == [(mine.id, "duty", days) for days in (15, 7, 1)]
    assert DeliveryKind("duty")


async def test_a_plan_ends_the_reminders(town: Town) -> None:
    await town.appoint(1, Role.ADMIN, "001")
    duties, where = await listed(town), (CONSTITUTION, await town.unit("D1"))
    plan = Plan("广场宣传", DAY, "张三")
    await town.act(
        lambda books, at: office.make_plan(books, duties, where, plan, actor="account:1", at=at)
    )
    assert await remind(town, duties) == 0
    (line,) = await seen(town, duties)
    assert line.state is DutyState.PLANNED


@pytest.mark.parametrize(
    ("left", "stage"),
    [(16, None), (15, 15), (8, 15), (7, 7), (2, 7), (1, 1), (0, None), (-1, None)],
)
async def test_a_reminder_that_was_missed_is_caught_up_once(
    town: Town, left: int, stage: int | None
) -> None:
    (line,) = await seen(town, await listed(town))
    assert stage_of(line, DAY - timedelta(days=left)) == stage


async def test_a_department_without_contact_is_shown_as_such(town: Town) -> None:
    duties = await listed(town, "司法所", "派出所")
    assert [line.contacts for line in await seen(town, duties)] == [0, 0]
    assert await remind(town, duties) == 0


async def test_a_plan_for_what_is_no_duty_is_refused(town: Town) -> None:
    duties, village = await listed(town), await town.unit("V1")
    plan = Plan("广场宣传", DAY, "张三")

    def job(books: Books, at: datetime) -> None:
        office.make_plan(books, duties, (CONSTITUTION, village), plan, actor="account:1", at=at)

    with pytest.raises(NotFound, match="责任清单里没有"):
        await town.act(job)
    with pytest.raises(BadInput, match="安排了什么"):
        await town.act(
            lambda books, at: office.make_plan(
                books,
                duties,
                (CONSTITUTION, duties[0].unit or village),
                Plan(" ", DAY, "张三"),
                actor="account:1",
                at=at,
            )
        )
