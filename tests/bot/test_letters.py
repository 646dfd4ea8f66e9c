"""The wording of a delivery at the moment it is sent."""

from datetime import date, datetime, time, timedelta

from lawbot.telegram.letters import Desk
from lawcore.campaigns import audience, office
from lawcore.campaigns.model import CampaignState, Draft, Recipients
from lawcore.clock import StillClock, moment
from lawcore.content import Inspection
from lawcore.delivery.model import DeliveryState, Letter, Recorded
from lawcore.ids import ObservanceKey
from lawcore.participation import enrol
from lawcore.people.model import Address, Roster
from lawcore.storage import Books, Store
from tests.stage import shipped

DAY = date(2026, 11, 24)
TEXT = "【防汛提醒】\n\n{village}的乡亲：这两天有大雨，请不要下河。"


async def test_each_resident_reads_the_name_of_their_own_village(
    store: Store, clock: StillClock, roster: Roster
) -> None:
    assert roster.units
    inspection = Inspection(shipped(), None)
    draft = Draft(
        ObservanceKey("own-1"), 2026, "防汛提醒", DAY, DAY, TEXT, Recipients.RESIDENTS,
        moment(DAY, time(9)),
    )  # fmt: skip

    def job(books: Books, at: datetime) -> dict[str, str]:
        for number, code in enumerate(("V1", "V2", "V1")):
            enrol.start(books.people, books.ledger, Address("telegram", str(number)), code, at=at)
        campaign = books.campaigns.add(draft, "account:1", at)
        audience.freeze(books, campaign, at)
        desk = Desk(books, inspection, DAY)
        letters = {}
        for delivery in books.deliveries.claim(9, at):
            letter = desk.letter(delivery)
            assert letter is not None
            letters[delivery.address.value] = letter.html
        return letters

    letters = await store.write(lambda books: job(books, clock.now()))
    assert "东河村的乡亲" in letters["0"]
    assert "西山村的乡亲" in letters["1"]
    assert letters["2"] == letters["0"]


async def test_what_comes_back_to_the_queue_after_a_cancellation_does_not_leave(
    store: Store, clock: StillClock, roster: Roster
) -> None:
    """The service asked to wait, or a doubt was found not sent, while somebody cancelled."""
    assert roster.units
    inspection = Inspection(shipped(), None)
    draft = Draft(
        ObservanceKey("own-1"), 2026, "防汛提醒", DAY, DAY, TEXT, Recipients.RESIDENTS,
        moment(DAY, time(9)),
    )  # fmt: skip

    def job(books: Books, at: datetime) -> tuple[Letter | None, Letter | None, Letter | None]:
        enrol.start(books.people, books.ledger, Address("telegram", "1"), "V1", at=at)
        campaign = books.campaigns.add(draft, "account:1", at)
        audience.freeze(books, campaign, at)
        (first,) = books.deliveries.claim(9, at)
        office.cancel(books, campaign.id, "写错了", actor="a", at=at)
        back = Recorded(first.id, first.account, DeliveryState.QUEUED, "", None, at, 1, at)
        books.deliveries.record([back])
        (again,) = books.deliveries.claim(9, at)
        desk = Desk(books, inspection, DAY)
        books.campaigns.move(campaign.id, CampaignState.SENDING)
        over = Desk(books, inspection, DAY + timedelta(days=1)).letter(again)
        books.campaigns.move(campaign.id, CampaignState.CANCELLED)
        return desk.letter(again), over, desk.as_it_stands(again)

    now, over, as_sent = await store.write(lambda books: job(books, clock.now()))
    assert now is None
    assert over is None, "its last day is over"
    assert as_sent is not None, "it can still be found out whether it had been sent"
