"""The day on which a law changes: what cites its old text is neither approved, sent nor asked."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lawcore.campaigns import launching, office
from lawcore.campaigns.model import Campaign, CampaignState, Draft, Recipients
from lawcore.clock import moment
from lawcore.content import Inspection, Pack, fitting, held_back, read_pack
from lawcore.content.impact import impact
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput, WrongState
from lawcore.exams import office as exams
from lawcore.exams import tending
from lawcore.ids import ExamId, LawKey, ObservanceKey, QuestionKey
from lawcore.people.model import Role

from .conftest import Town, blueprint, question, small_bank

EVE = date(2026, 12, 4)
CHANGE = date(2026, 12, 6)
OURS = LawKey("本镇条例")
LAW = """
[[law]]
key = "本镇条例"
name = "本镇条例"
level = "地方性法规"
issuer = "某市人大常委会"
checked = 2026-11-24

[[law.version]]
adopted = 2020-01-01
effective = 2020-06-01
articles = 9
source = "公报"

[[law.version]]
adopted = 2026-11-20
effective = 2026-12-06
articles = 12
source = "公报"
"""
QUESTION = """
[[question]]
id = "zhen-001"
kind = "single"
stem = "镇上的题？"
options = ["甲", "乙"]
answer = ["B"]
explanation = "说明。"
cites = [{ law = "本镇条例", article = 3 }]
topic = "governance"
audience = ["village"]
difficulty = 1
checked = 2026-11-24
"""
MESSAGE = """
checked = 2026-11-24
cites = [{ law = "本镇条例", article = 3 }]
text = '''
【国家宪法日】12月4日

《本镇条例》第三条管着这件事。
'''
"""
TEXT = "【国家宪法日】\n《本镇条例》第三条管着这件事。"


def laid_over(**files: str) -> Pack:
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name.replace("__", "/").replace("_", "-")
            path.parent.mkdir(exist_ok=True)
            path.with_suffix(".toml").write_text(text, encoding="utf-8")
        return read_pack(Path(folder))


@cache
def pack() -> Pack:
    return laid_over(laws__ours=LAW, questions__zhen=QUESTION, messages__constitution_day=MESSAGE)


@cache
def inspection() -> Inspection:
    return Inspection(pack(), None)


async def written(town: Town, text: str = TEXT, by: str = "account:5") -> Campaign:
    """A campaign for the eve, with a text that `by` wrote."""
    draft = Draft(
        ObservanceKey("constitution-day"),
        2026,
        "国家宪法日",
        EVE,
        EVE + timedelta(days=7),
        text,
        Recipients.RESIDENTS,
        moment(EVE, time(9, 0)),
    )
    return await town.act(lambda books, at: books.campaigns.add(draft, by, at))


async def approve(town: Town, campaign: Campaign) -> Campaign:
    return await town.act(
        lambda books, at: office.approve(
            books, campaign.id, None, faults_of=inspection().faults, actor="account:6", at=at
        )
    )


async def launch(town: Town) -> list[Campaign]:
    def job(books: object, at: datetime) -> tuple[Campaign, ...]:
        objection = launching.objections(inspection().faults, at)
        return launching.launch(books, at=at, objection=objection)  # type: ignore[arg-type]

    return list(await town.act(job))


async def now(town: Town, campaign: Campaign) -> Campaign:
    return await town.look(lambda books: office.get(books, campaign.id))


async def test_a_text_with_faults_is_not_approved(town: Town) -> None:
    campaign = await written(town, "学习婚姻法。")
    with pytest.raises(WrongState, match="不能批准：《婚姻法》自2021-01-01起已废止"):
        await approve(town, campaign)
    assert (await now(town, campaign)).state is CampaignState.SUBMITTED
    assert "approved" not in await town.ledger()


async def test_the_law_is_that_of_the_day_of_sending(town: Town) -> None:
    """Article 12 exists only from the change on, two days after the day of sending."""
    campaign = await written(town, "《本镇条例》第十二条。")
    with pytest.raises(WrongState, match="没有第12条"):
        await approve(town, campaign)
    later = replace(campaign, due_at=moment(CHANGE, time(9, 0)))
    assert inspection().faults(later, CHANGE) == ()


async def test_what_is_still_waiting_when_the_law_changes_is_held_and_the_approvers_are_told(
    town: Town,
) -> None:
    await town.appoint(1, Role.APPROVER)
    campaign = await approve(town, await written(town))
    town.clock.move_to(moment(CHANGE, time(9, 0)))
    assert await launch(town) == []
    held = await now(town, campaign)
    assert held.state is CampaignState.HELD
    assert held.reason == "《本镇条例》2026-12-06起施行新的文本，条号和内容要重新核对"
    told = await town.rows("SELECT count(*) FROM deliveries WHERE kind = 'stopped'")
    assert told == [(1,)]
    assert "held" in await town.ledger()


async def test_a_text_written_anew_after_the_change_goes_out(town: Town) -> None:
    campaign = await approve(town, await written(town))
    town.clock.move_to(moment(CHANGE, time(9, 0)))
    await launch(town)
    await town.act(
        lambda books, at: office.revise(books, campaign.id, TEXT, actor="account:5", at=at)
    )
    await approve(town, campaign)
    assert [one.id for one in await launch(town)] == [campaign.id]


async def test_what_is_being_sent_stops_when_the_law_changes_and_does_not_go_on(
    town: Town,
) -> None:
    await town.start(9, "V1")
    campaign = await approve(town, await written(town))
    town.clock.move_to(moment(EVE, time(9, 0)))
    assert [one.id for one in await launch(town)] == [campaign.id]
    assert await launch(town) == []
    assert (await now(town, campaign)).state is CampaignState.SENDING
    town.clock.move_to(moment(CHANGE, time(9, 0)))
    await launch(town)
    paused = await now(town, campaign)
    assert (paused.state, paused.reason) == (
        CampaignState.PAUSED,
        "《本镇条例》2026-12-06起施行新的文本，条号和内容要重新核对",
    )
    with pytest.raises(WrongState, match="不能继续发"):
        await town.act(
            lambda books, at: office.resume(
                books, campaign.id, faults_of=inspection().faults, actor="x", at=at
            )
        )
    assert (await now(town, campaign)).state is CampaignState.PAUSED
    tally = await town.look(
        lambda books: books.deliveries.tally(DeliveryKind.CAMPAIGN, campaign.id)
    )
    assert (tally.queued, tally.sent) == (1, 0)


async def test_a_text_of_the_program_falls_with_its_message(town: Town) -> None:
    campaign = await written(town, by="lawbot")
    assert inspection().faults(campaign, EVE) == ()
    (fault,) = inspection().faults(campaign, CHANGE)
    assert fault.where.endswith("messages/constitution-day.toml 第 3 行")
    stale = inspection().faults(campaign, date(2027, 12, 4))
    assert any("十二个月" in each.reason for each in stale)


def test_a_law_adopted_after_the_check_was_not_before_who_checked() -> None:
    """Even where it binds on the planned day already."""
    newer = LAW.replace("adopted = 2026-11-20", "adopted = 2026-11-30").replace(
        "effective = 2026-12-06", "effective = 2026-12-03"
    )
    changed = laid_over(laws__ours=newer, messages__constitution_day=MESSAGE)
    (item,) = [i for i in impact(changed, OURS, EVE) if i.room == "messages"]
    assert item.reasons == ("《本镇条例》2026-12-03起施行新的文本，条号和内容要重新核对",)


def test_the_impact_of_a_law_names_everything_that_cites_it() -> None:
    before, after = (impact(pack(), OURS, day) for day in (EVE, CHANGE))
    assert [(item.room, item.key) for item in after] == [
        ("messages", "constitution-day"),
        ("questions", "zhen-001"),
    ]
    assert [bool(item.reasons) for item in before] == [False, False]
    # The message is sent next on the next 国家宪法日, and was not read for that.
    assert [bool(item.reasons) for item in after] == [True, True]
    assert {item.key for item in held_back(pack(), CHANGE)} == {"constitution-day", "zhen-001"}
    assert held_back(pack(), EVE) == ()


def test_a_repealed_law_stops_all_that_names_it() -> None:
    ended = LAW.partition("[[law.version]]\nadopted = 2026")[0] + (
        'ended = 2026-12-06\nended_by = "新条例第9条"\n'
    )
    changed = laid_over(
        laws__ours=ended, questions__zhen=QUESTION, messages__constitution_day=MESSAGE
    )
    items = impact(changed, OURS, CHANGE)
    assert [item.reasons[0] for item in items] == [
        "《本镇条例》自2026-12-06起已废止（新条例第9条）"
    ] * 2
    campaign_day = fitting(changed.questions.values(), changed.registry, EVE)
    assert QuestionKey("zhen-001") in {each.id for each in campaign_day}
    assert QuestionKey("zhen-001") not in {
        each.id for each in fitting(changed.questions.values(), changed.registry, EVE, CHANGE)
    }


async def exam_of(town: Town, opens_at: datetime, closes_at: datetime) -> ExamId:
    bank = (*small_bank(), question("zhen-001", law=OURS))
    return await town.act(
        lambda books, at: exams.create(
            books,
            blueprint(),
            bank,
            title="季度考法",
            opens_at=opens_at,
            closes_at=closes_at,
            minutes=60,
            seed=7,
            actor="console",
            at=at,
        )
    )


@pytest.mark.parametrize("last", [CHANGE - timedelta(days=1), CHANGE])
async def test_a_question_whose_law_changes_before_the_end_is_not_drawn(
    town: Town, last: date
) -> None:
    """Whatever was frozen when the exam was created."""
    closes_at = moment(last, time(18, 0))
    await exam_of(town, moment(EVE, time(9, 0)), closes_at)
    town.clock.move_to(moment(EVE, time(9, 0)))
    await town.act(lambda books, at: tending.tend(books, fits=inspection().fits, at=at))
    papers = await town.rows("SELECT paper FROM candidates")
    asked = any("zhen-001" in paper for (paper,) in papers)
    assert papers
    assert not asked or last < CHANGE


async def test_an_exam_that_the_change_leaves_short_says_so(town: Town) -> None:
    bank = tuple(question(f"s{n}", law=OURS) for n in range(20))
    plan = replace(blueprint(), sections=blueprint().sections[:1])
    key = await town.act(
        lambda books, at: exams.create(
            books,
            plan,
            bank,
            title="季度考法",
            opens_at=moment(CHANGE, time(9, 0)),
            closes_at=moment(CHANGE, time(18, 0)),
            minutes=60,
            seed=7,
            actor="console",
            at=at,
        )
    )
    town.clock.move_to(datetime(2026, 12, 6, 2, 0, tzinfo=UTC))
    with pytest.raises(BadInput, match="题库不够"):
        await town.act(
            lambda books, at: exams.open_exam(
                books, key, fits=inspection().fits, actor="console", at=at
            )
        )
