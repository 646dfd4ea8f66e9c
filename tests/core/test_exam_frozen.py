"""What is edited after the opening changes no paper and no score; what was asked is counted."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest

from lawcore.errors import NotAllowed, WrongState
from lawcore.exams import exposure, hall, office, studies
from lawcore.exams.model import Card
from lawcore.ids import ExamId, QuestionKey
from lawcore.people.model import CadreCategory, CadreRow, Role, Roster
from lawcore.questions.blueprint import PaperKind, Scoring

from .conftest import Town, blueprint, phone, small_bank
from .exam_day import close_exam, open_exam, sit

PAPERS = "SELECT cadre_id, paper FROM candidates WHERE exam_id = :key ORDER BY cadre_id"
SCORES = "SELECT cadre_id, score, passed FROM attempts WHERE exam_id = :key ORDER BY cadre_id"


async def test_editing_bank_plan_and_roster_after_the_opening_changes_no_paper_and_no_score(
    town: Town,
) -> None:
    """The same exam twice: one left alone, one with everything edited around it half-way."""
    scores = []
    for edited in (False, True):
        key = await open_exam(town)
        papers = await town.rows(PAPERS, key=key)
        for number in (1, 2, 3):
            await town.appoint(number, Role.CADRE, f"00{number}")
        await sit(town, key, 1, 7)
        await sit(town, key, 2, 4, hand_in=False)
        if edited:
            await edit_everything(town)
        await sit(town, key, 3, 3)
        await close_exam(town, key)
        assert await town.rows(PAPERS, key=key) == papers
        scores.append(await town.rows(SCORES, key=key))
    assert scores[0] == scores[1]
    assert [score for _, score, _ in scores[0]] == [1000, 750, 600]


async def edit_everything(town: Town) -> None:
    """New keys for all questions, a harsher plan of the same name, everybody moved and retired."""
    turned = tuple(dataclasses.replace(q, key=frozenset({1}), stem="改过") for q in small_bank())
    plan = blueprint(scoring=Scoring.HALF, pass_mark=blueprint().total, minutes=1)

    def job(books: Any, at: datetime) -> None:
        office.create(
            books,
            plan,
            turned,
            title="另一场",
            opens_at=at,
            closes_at=at + timedelta(days=9),
            minutes=None,
            seed=99,
            actor="console",
            at=at,
        )
        rows = tuple(
            CadreRow(one.number, f"{one.name}改", "D2", "调整", CadreCategory.STAFF, active=False)
            for one in books.people.cadres()
        )
        books.people.save_roster(Roster((), rows), at)

    await town.act(job)


async def test_the_rule_and_the_pass_mark_of_an_exam_are_those_of_its_creation(town: Town) -> None:
    plan = blueprint(scoring=Scoring.PARTIAL)

    def create(books: Any, at: datetime) -> ExamId:
        key = office.create(
            books,
            plan,
            small_bank(),
            title="考法",
            opens_at=at,
            closes_at=at + timedelta(days=1),
            minutes=None,
            seed=1,
            actor="console",
            at=at,
        )
        office.open_exam(books, key, actor="console", at=at)
        return key

    key = await town.act(create)
    exam = await town.look(lambda books: books.exams.exam(key))
    frozen = await town.look(lambda books: books.exams.plan(key))
    assert exam is not None
    assert (exam.scoring, frozen) == (Scoring.PARTIAL, plan)
    await town.appoint(1, Role.CADRE, "001")

    def one_of_two(books: Any, at: datetime) -> None:
        card = hall.begin(books, key, phone(1), 1, at=at)
        assert isinstance(card, Card)
        for place in (3, 4):
            shown = card.attempt.paper[place].order.index(2)
            hall.choose(books, card.attempt.token, phone(1), place, shown, True, 1, at=at)
        hall.submit(books, card.attempt.token, phone(1), 1, at=at)

    await town.act(one_of_two)
    assert [score for _, score, _ in await town.rows(SCORES, key=key)] == [150]


async def test_exposure_counts_the_papers_and_exams_a_question_stood_in(town: Town) -> None:
    for _ in range(2):
        await open_exam(town)
    counted = await town.look(lambda books: books.rosters.exposures())
    assert sum(one.papers for one in counted.values()) == 2 * 6 * 7
    found = await town.look(lambda books: exposure.seen(books, small_bank()))
    assert {one.question.id for one in found} == {q.id for q in small_bank()}
    papers = [one.exposure.papers for one in found]
    assert papers == sorted(papers, reverse=True)
    by_hand = await town.rows("SELECT paper FROM candidates")
    for one in found:
        assert one.exposure.papers == sum(f'"{one.question.id}"' in text for (text,) in by_hand)


async def test_what_as_many_papers_held_as_there_are_cadres_is_proposed_for_retirement(
    town: Town,
) -> None:
    def fixed(books: Any, at: datetime) -> None:
        key = office.create(
            books,
            blueprint(PaperKind.PER_EXAM),
            small_bank(),
            title="考法",
            opens_at=at,
            closes_at=at + timedelta(days=1),
            minutes=None,
            seed=1,
            actor="console",
            at=at,
        )
        office.open_exam(books, key, actor="console", at=at)

    def proposed(books: Any, limit: int | None = None) -> set[QuestionKey]:
        found = exposure.to_retire(books, exposure.seen(books, small_bank()), limit)
        return {one.question.id for one in found}

    assert await town.look(proposed) == set()
    await town.act(fixed)
    paper = (await town.rows("SELECT paper FROM candidates LIMIT 1"))[0][0]
    asked = {q.id for q in small_bank() if f'"{q.id}"' in paper}
    assert await town.look(proposed) == asked
    assert await town.look(lambda books: proposed(books, 7)) == set()


async def test_an_exam_is_analysed_when_it_is_over_and_hints_are_for_its_owner_alone(
    town: Town,
) -> None:
    key = await open_exam(town)
    await town.appoint(1, Role.CADRE, "001")
    await sit(town, key, 1, 5)
    with pytest.raises(WrongState, match="结束后才能分析"):
        await town.look(lambda books: studies.analysis_of(books, key))
    await close_exam(town, key)
    _, found = await town.look(lambda books: studies.analysis_of(books, key))
    assert (found.people, found.enough) == (1, False)
    assert [item.facility for item in found.items if item.facility] == [100.0] * 5
    with pytest.raises(NotAllowed, match="只给创建这场考试的人"):
        await town.act(lambda b, at: studies.hints_of(b, key, actor="别人", at=at))
    seen = await town.act(lambda b, at: studies.hints_of(b, key, actor="console", at=at))
    assert (seen.compared, seen.found) == (0, ())
    assert (await town.ledger())[-1] == "hints-seen"


async def test_hints_of_an_exam_made_at_the_console_are_for_admins_and_of_an_admins_for_that_one(
    town: Town,
) -> None:
    for number, role in ((1, Role.ADMIN), (2, Role.ADMIN), (3, Role.EDITOR)):
        await town.appoint(number, role)
    first, second, editor = [f"account:{(await town.account(n)).id}" for n in (1, 2, 3)]

    async def see(key: ExamId, actor: str) -> None:
        await town.act(lambda b, at: studies.hints_of(b, key, actor=actor, at=at))

    for owner, may, may_not in (("王所长", first, editor), (first, first, second)):
        key = await open_exam(town, owner=owner)
        await close_exam(town, key)
        await see(key, may)
        with pytest.raises(NotAllowed, match="只给创建这场考试的人"):
            await see(key, may_not)
