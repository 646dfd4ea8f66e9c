"""On the day on which a law changes the approvers are told what of the content needs a person."""

from datetime import time, timedelta

from lawbot.house import House
from lawbot.rounds import plan
from lawbot.telegram.letters import Desk
from lawcore.clock import StillClock, local_day, moment
from lawcore.delivery.model import Letter
from lawcore.people.model import Address, Role, Roster
from lawcore.storage import Books, Store
from tests.core.test_amendment_day import CHANGE, EVE, inspection, pack
from tests.stage import CATEGORIES

NINE = moment(EVE, time(9))


async def test_each_approver_is_told_once_what_a_changed_law_holds_back(
    store: Store, clock: StillClock, roster: Roster
) -> None:
    assert roster.units
    house = House(store, pack(), clock, "示范镇", inspection(), CATEGORIES)

    def appoint(books: Books) -> None:
        for number, role in enumerate((Role.APPROVER, Role.EDITOR)):
            account = books.people.add_account(Address("telegram", str(number)), clock.now())
            books.people.grant(account.id, role, clock.now())

    def letters(books: Books) -> list[tuple[str, Letter]]:
        desk = Desk(books, inspection(), local_day(clock.now()))
        found = []
        for delivery in books.deliveries.claim(99, clock.now()):
            letter = desk.letter(delivery)
            if letter is not None and "先不用" in letter.html:
                found.append((delivery.address.value, letter))
        return found

    await store.write(appoint)
    clock.move_to(NINE)
    await plan(house)
    assert await store.write(letters) == []
    clock.move_to(NINE + (CHANGE - EVE))
    await plan(house)
    ((who, letter),) = await store.write(letters)
    assert who == "0"
    assert "题目 zhen-001" in letter.html
    assert f"{len(inspection().held(CHANGE))} 条内容先不发" in letter.html
    clock.pass_time(timedelta(days=1))
    await plan(house)
    assert await store.write(letters) == []
