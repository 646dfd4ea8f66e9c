"""宣传: what is to go out, and what went out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.route import Route, get
from lawbot.web.visit import Visit
from lawbot.web.words import NO_SUCH_PAGE
from lawcore.access.model import Remit
from lawcore.campaigns import office
from lawcore.campaigns.model import (
    CAMPAIGN_STATE_WORDS,
    UNSENT,
    Campaign,
    CampaignState,
)
from lawcore.campaigns.overview import Overview, UnitLine, overview, recall_text
from lawcore.delivery.groups import GROUP_STATE_WORDS, GroupLine
from lawcore.delivery.model import DeliveryKind, DeliveryState, Tally
from lawcore.delivery.progress import remaining_text
from lawcore.errors import Fault, NotFound
from lawcore.ids import CampaignId, LanguageCode
from lawcore.participation.consent import Consent
from lawcore.people.model import RESIDENT_GROUP_WORDS, ROLE_WORDS, Unit
from lawcore.people.naming import actor_called
from lawcore.people.tree import under
from lawcore.storage import Books

A_PAGE = 40
"""Campaigns on one page of the list."""
_S = CampaignState
STOPPABLE = frozenset({_S.SENDING, _S.APPROVED})
UNPOSTED = frozenset({DeliveryState.BLOCKED, DeliveryState.FAILED, DeliveryState.UNKNOWN})
"""Posts to a group that a person may have tried again."""
LIVING = frozenset(_S) - {_S.DONE, _S.MISSED, _S.CANCELLED, _S.CORRECTED}


async def index(visit: Visit) -> web.Response:
    """All campaigns, the latest first."""
    wanted, page = visit.asked("state"), visit.asked("page", "1")
    states = [CampaignState(wanted)] if wanted in set(CampaignState) else []
    place = max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 6 else 1

    def job(books: Books, _: datetime) -> tuple[list[tuple[Campaign, Tally]], bool]:
        units = books.people.units()
        found = [
            one for one in books.campaigns.in_states(*states) if _concerns(one, visit.remit, units)
        ]
        newest = sorted(found, key=lambda one: (one.due_at, one.id), reverse=True)
        here = newest[(place - 1) * A_PAGE : place * A_PAGE]
        kind = DeliveryKind.CAMPAIGN
        rows = [(one, books.deliveries.tally(kind, one.id)) for one in here]
        return rows, len(newest) > place * A_PAGE

    rows, more = await visit.look(job)
    return visit.page(
        "campaigns.html", rows=rows, more=more, place=place, wanted=wanted,
        states=CAMPAIGN_STATE_WORDS,
    )  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """One campaign."""
    return await shown(visit)


async def live(visit: Visit) -> web.Response:
    """How far it is, for the page that looks again by itself."""
    values = await _values(visit)
    sending = values["campaign"].state is CampaignState.SENDING
    return visit.fragment("campaign_progress.html", more=sending, **values)


async def shown(visit: Visit, problem: str = "") -> web.Response:
    """The page; with a `problem`, each form of it keeps what was typed into it."""
    values = await _values(visit)
    typed = {"act": visit.request.path.rpartition("/")[2] if problem else ""}
    typed |= {name: visit.typed(name) for name in ("text", "reason")}
    status = 409 if problem else 200
    return visit.page("campaign.html", status=status, problem=problem, typed=typed, **values)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the whole township's people see beside the counts: who did it, and the groups."""

    drafter: str
    approver: str
    """Empty where nobody has approved it yet."""
    posts: tuple[GroupLine, ...]
    """Posts to groups of this version."""


def _beside(books: Books, campaign: Campaign) -> Beside:
    by = campaign.approved_by
    return Beside(
        actor_called(books.people, campaign.drafted_by),
        actor_called(books.people, by) if by else "",
        tuple(
            post
            for post in books.group_posts.lines(campaign.id)
            if post.version == campaign.version
        ),
    )


async def _values(visit: Visit) -> dict[str, Any]:
    """What the page of a campaign shows, to the extent that this person may see it."""
    key, consent = CampaignId(visit.number("key")), visit.house.pack.consent

    def job(
        books: Books, at: datetime
    ) -> tuple[Overview, tuple[Fault, ...], tuple[Unit, ...], Beside]:
        kept = books.live.campaign(key).units
        lines = [UnitLine(row.unit, row.unit_name, row.counts) for row in kept]
        seen = overview(books, key, at=at, languages=consent.names, counted=lines)
        if not _concerns(seen.campaign, visit.remit, books.people.units()):
            raise NotFound(NO_SUCH_PAGE)
        faults: tuple[Fault, ...] = ()
        if seen.campaign.state in UNSENT:
            day = office.sending_day(seen.campaign, at)
            faults = visit.house.inspection.knowing(books.notices.all())(seen.campaign, day)
        return seen, faults, books.people.units(), _beside(books, seen.campaign)

    seen, faults, units, beside = await visit.look(job)
    at = visit.house.clock.now()
    remit = visit.remit
    lines = [line for line in seen.units if remit.units is None or remit.sees(line.unit)]
    whole = remit.units is None
    return {
        "seen": seen,
        "campaign": seen.campaign,
        "faults": faults,
        "lines": lines,
        "whole": whole,
        "beside": beside,
        "post_states": GROUP_STATE_WORDS,
        "unposted": UNPOSTED,
        "recalled": recall_text(seen) if seen.recalled.intended else "",
        "left": remaining_text(seen.remaining, at) if seen.remaining and whole else "",
        "units": units,
        "groups": RESIDENT_GROUP_WORDS,
        "roles": ROLE_WORDS,
        "languages": _languages(consent, seen.campaign),
        "mine": visit.actor in seen.authors,
        "stoppable": seen.campaign.state in STOPPABLE,
        "living": seen.campaign.state in LIVING,
        "unsent": seen.campaign.state in UNSENT,
    }


def _languages(consent: Consent, campaign: Campaign) -> dict[LanguageCode, str]:
    """The languages to tick; none where everybody is told in Chinese."""
    offered = {notice.language for notice in consent.offered}
    meant = offered.union(campaign.audience.languages)
    return {code: name for code, name in consent.names.items() if code in meant and len(meant) > 1}


def _concerns(campaign: Campaign, remit: Remit, units: tuple[Unit, ...]) -> bool:
    """Whether a unit's admin has to do with it: it goes to everybody, or to some of theirs."""
    aimed = campaign.audience.units
    return remit.units is None or not aimed or bool(under(units, aimed) & remit.units)


ROUTES: tuple[Route, ...] = (
    get("/campaigns", index, Circle.LOGGED_IN),
    get("/campaigns/{key}", show, Circle.LOGGED_IN),
    get("/campaigns/{key}/live", live, Circle.LOGGED_IN),
)
