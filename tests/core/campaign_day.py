"""A campaign of a small town through its days: the acts and looks that tests of it share."""

from datetime import date

from lawcore.calendar.observance import Occasion
from lawcore.campaigns import launching, office, planning
from lawcore.campaigns.message import Message
from lawcore.campaigns.model import Campaign, CampaignState
from lawcore.delivery.model import DeliveryKind, Tally
from lawcore.ids import CampaignId

from .conftest import Town, message, occasion

S = CampaignState
EVE = date(2026, 12, 4)
"""国家宪法日, a Friday; drafts are due from 11-24 on."""


async def plan(
    town: Town, *occasions: Occasion, wording: Message | None = None
) -> tuple[Campaign, ...]:
    found = wording or message()
    outlook = occasions or (occasion(),)
    return await town.act(
        lambda books, at: planning.plan(books, outlook, {found.observance: found}, "示范镇", at=at)
    )


async def draft(town: Town) -> Campaign:
    """A draft that waits for an approver."""
    (campaign,) = await plan(town)
    return campaign


async def get(town: Town, campaign: Campaign) -> Campaign:
    return await town.look(lambda books: office.get(books, campaign.id))


async def approve(
    town: Town, campaign: Campaign, actor: str = "account:6", version: int | None = None
) -> Campaign:
    return await town.act(
        lambda books, at: office.approve(
            books, campaign.id, version, faults_of=lambda *_: (), actor=actor, at=at
        )
    )


async def send_back(town: Town, campaign: Campaign, reason: str = "缺少电话") -> Campaign:
    return await town.act(
        lambda books, at: office.send_back(
            books, campaign.id, None, reason, actor="account:6", at=at
        )
    )


async def revise(town: Town, campaign: Campaign, text: str, actor: str = "account:5") -> Campaign:
    return await town.act(
        lambda books, at: office.revise(books, campaign.id, text, actor=actor, at=at)
    )


async def launch(town: Town) -> list[CampaignId]:
    done = await town.act(lambda books, at: launching.launch(books, at=at))
    return [campaign.id for campaign in done]


async def settle(town: Town) -> list[CampaignId]:
    done = await town.act(lambda books, at: launching.settle(books, at=at))
    return [campaign.id for campaign in done]


async def tally(town: Town, campaign: Campaign) -> Tally:
    kind = DeliveryKind.CAMPAIGN
    return await town.look(lambda books: books.deliveries.tally(kind, campaign.id))


async def approved(town: Town) -> Campaign:
    for number, village in ((1, "V1"), (2, "V1"), (3, "V2")):
        await town.start(number, village)
    await town.start(4)
    return await approve(town, await draft(town))


async def pause(town: Town, campaign: Campaign) -> Campaign:
    return await town.act(lambda books, at: office.pause(books, campaign.id, actor="x", at=at))
