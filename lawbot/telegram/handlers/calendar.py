"""What day it is in law: today, and the months around."""

from datetime import timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from lawbot.house import House
from lawbot.telegram import cards
from lawbot.telegram.views import residents as views
from lawcore.calendar.observance import Occasion
from lawcore.campaigns.model import CampaignState
from lawcore.delivery.model import Letter
from lawcore.storage import Books

SOON_DAYS = 14


async def today(message: Message, house: House) -> None:
    await cards.send(message, await house.look(lambda books, _: _today(books, house)))


async def calendar(message: Message, house: House) -> None:
    day = house.today()
    notices = await house.look(lambda books, _: books.notices.all())
    months = [
        (first, house.around(notices, first, length)) for first, length in views.months_from(day)
    ]
    await cards.send(message, views.calendar(months))


def _today(books: Books, house: House) -> Letter:
    day = house.today()
    notices = books.notices.all()
    now = house.around(notices, day, 1)
    later = house.around(notices, day + timedelta(days=1), SOON_DAYS)
    soon = [occasion for occasion in later if occasion not in now]
    return views.today(day, now, soon, _sent_today(books, now))


def _sent_today(books: Books, now: tuple[Occasion, ...]) -> str:
    """The text of the shortest occasion of today that was sent: only approved words are shown."""
    sent = (CampaignState.SENDING, CampaignState.DONE)
    for occasion in sorted(now, key=_length):
        campaign = books.campaigns.of(occasion.observance.key, occasion.year)
        if campaign is not None and campaign.state in sent:
            return campaign.text
    return ""


def _length(occasion: Occasion) -> timedelta:
    if occasion.start is None or occasion.end is None:
        return timedelta.max
    return occasion.end - occasion.start


def make_router() -> Router:
    """Which update goes to which handler."""
    router = Router(name="calendar")
    router.message.register(today, Command("today"))
    router.message.register(calendar, Command("calendar"))
    return router
