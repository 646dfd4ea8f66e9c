"""The wording of a delivery at the moment it is sent."""

from datetime import date, datetime, time

from lawbot.telegram.letters import Desk
from lawcore.campaigns import audience
from lawcore.campaigns.model import Draft, Recipients
from lawcore.clock import StillClock, moment
from lawcore.content import Inspection
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
        desk = Desk(books, inspection)
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
