"""宣传: what is to go out, what went out, and what may be done with it."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit, counted
from lawbot.web.words import NO_SUCH_PAGE, Said
from lawcore.access.model import Remit
from lawcore.campaigns import correction, office, own
from lawcore.campaigns.model import (
    CAMPAIGN_STATE_WORDS,
    CORRECTABLE,
    UNSENT,
    Audience,
    Campaign,
    CampaignState,
    Recipients,
)
from lawcore.campaigns.overview import Overview, UnitLine, overview
from lawcore.delivery.model import DeliveryKind, Tally
from lawcore.delivery.progress import remaining_text
from lawcore.errors import BadInput, Fault, LawbotError, NotFound
from lawcore.ids import CampaignId, UnitId
from lawcore.people.model import RESIDENT_GROUP_WORDS, ROLE_WORDS, ResidentGroup, Role, Unit
from lawcore.people.tree import under
from lawcore.storage import Books

A_PAGE = 40
"""Campaigns on one page of the list."""
_S = CampaignState
STOPPABLE = frozenset({_S.SENDING, _S.APPROVED})
LIVING = frozenset(_S) - {_S.DONE, _S.MISSED, _S.CANCELLED, _S.CORRECTED}

FIELDS = ("title", "text", "first", "last", "hour", "recipients")

Act = Callable[[Books, CampaignId, datetime], object]


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
        shown = newest[(place - 1) * A_PAGE : place * A_PAGE]
        kind = DeliveryKind.CAMPAIGN
        rows = [(one, books.deliveries.tally(kind, one.id)) for one in shown]
        return rows, len(newest) > place * A_PAGE

    rows, more = await visit.look(job)
    return visit.page(
        "campaigns.html", rows=rows, more=more, place=place, wanted=wanted,
        states=CAMPAIGN_STATE_WORDS,
    )  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """One campaign."""
    return await _shown(visit)


async def live(visit: Visit) -> web.Response:
    """How far it is, for the page that looks again by itself."""
    values = await _values(visit)
    sending = values["campaign"].state is CampaignState.SENDING
    return visit.fragment("campaign_progress.html", more=sending, **values)


async def write(visit: Visit) -> web.Response:
    """An empty form for a text beyond the calendar."""
    return visit.page("campaign_new.html", typed=dict.fromkeys(FIELDS, ""))


async def written(visit: Visit) -> web.Response:
    """Take the new text as a draft; nothing typed is lost where it cannot be taken."""

    def job(books: Books, at: datetime) -> Campaign:
        return own.write(
            books,
            visit.typed("title"),
            visit.typed("text"),
            visit.typed_day("first", "哪一天发"),
            visit.typed_day("last", "最晚哪一天"),
            _hour(visit.typed("hour")),
            _recipients(visit.typed("recipients")),
            actor=visit.actor,
            at=at,
        )

    try:
        made = await visit.act(job)
    except LawbotError as error:
        typed = {name: visit.typed(name) for name in FIELDS}
        return visit.page("campaign_new.html", status=400, problem=str(error), typed=typed)
    return visit.done(Said.DRAFTED, f"/campaigns/{made.id}")


async def approve(visit: Visit) -> web.Response:
    """Approve the version that the page showed."""
    version = visit.typed_number("version")
    return await _done(
        visit,
        Said.APPROVED,
        lambda books, key, at: office.approve(
            books,
            key,
            version,
            faults_of=visit.house.inspection.knowing(books.notices.all()),
            actor=visit.actor,
            at=at,
        ),
    )


async def send_back(visit: Visit) -> web.Response:
    """Return the version that the page showed, with the reason."""
    version, reason = visit.typed_number("version"), visit.typed("reason")
    return await _done(
        visit,
        Said.SENT_BACK,
        lambda books, key, at: office.send_back(
            books,
            key,
            version,
            reason,
            actor=visit.actor,
            at=at,
        ),
    )


async def revise(visit: Visit) -> web.Response:
    """A new text: a new version, the approval void."""
    version, text = visit.typed_number("version"), visit.typed("text")
    return await _done(
        visit,
        Said.REVISED,
        lambda books, key, at: office.revise(
            books, key, text, version=version, actor=visit.actor, at=at
        ),
    )


async def aim(visit: Visit) -> web.Response:
    """Another audience: a new version, the approval void."""
    version = visit.typed_number("version")
    return await _done(
        visit,
        Said.REVISED,
        lambda books, key, at: office.aim(
            books, key, _audience(visit), version=version, actor=visit.actor, at=at
        ),
    )


async def submit(visit: Visit) -> web.Response:
    """Hand a draft in."""
    return await _done(
        visit,
        Said.SUBMITTED,
        lambda books, key, at: own.submit(books, key, actor=visit.actor, at=at),
    )


async def pause(visit: Visit) -> web.Response:
    """Stop sending what is not sent yet."""
    return await _done(
        visit,
        Said.PAUSED,
        lambda books, key, at: office.pause(books, key, actor=visit.actor, at=at),
    )


async def resume(visit: Visit) -> web.Response:
    """Go on with the remainder."""
    return await _done(
        visit,
        Said.RESUMED,
        lambda books, key, at: office.resume(
            books,
            key,
            faults_of=visit.house.inspection.knowing(books.notices.all()),
            actor=visit.actor,
            at=at,
        ),
    )


async def cancel(visit: Visit) -> web.Response:
    """End it by hand."""
    reason = visit.typed("reason")
    return await _done(
        visit,
        Said.CANCELLED,
        lambda books, key, at: office.cancel(books, key, reason, actor=visit.actor, at=at),
    )


async def recall(visit: Visit) -> web.Response:
    """Take back what the service allows to take back."""
    reason = visit.typed("reason")
    return await _done(
        visit,
        Said.RECALLING,
        lambda books, key, at: correction.recall(books, key, reason, actor=visit.actor, at=at),
    )


async def correct(visit: Visit) -> web.Response:
    """Write the correction; it is a campaign of its own."""
    key, text = CampaignId(visit.number("key")), visit.typed("text")
    try:
        made = await visit.act(
            lambda books, at: correction.correct(books, key, text, actor=visit.actor, at=at)
        )
    except LawbotError as error:
        return await _shown(visit, str(error))
    return visit.done(Said.CORRECTION, f"/campaigns/{made.id}")


async def _done(visit: Visit, said: Said, act: Act) -> web.Response:
    """Do `act`; where it is refused, the page says why and keeps what was typed."""
    key = CampaignId(visit.number("key"))
    try:
        await visit.act(lambda books, at: act(books, key, at))
    except LawbotError as error:
        return await _shown(visit, str(error))
    return visit.done(said, f"/campaigns/{key}")


async def _shown(visit: Visit, problem: str = "") -> web.Response:
    """The page; with a `problem`, each form of it keeps what was typed into it."""
    values = await _values(visit)
    typed = {"act": visit.request.path.rpartition("/")[2] if problem else ""}
    typed |= {name: visit.typed(name) for name in ("text", "reason")}
    status = 409 if problem else 200
    return visit.page("campaign.html", status=status, problem=problem, typed=typed, **values)


async def _values(visit: Visit) -> dict[str, Any]:
    """What the page of a campaign shows, to the extent that this person may see it."""
    key = CampaignId(visit.number("key"))

    def job(books: Books, at: datetime) -> tuple[Overview, tuple[Fault, ...], tuple[Unit, ...]]:
        kept = books.live.campaign(key).units
        lines = [UnitLine(row.unit, row.unit_name, row.counts) for row in kept]
        seen = overview(books, key, at=at, counted=lines)
        if not _concerns(seen.campaign, visit.remit, books.people.units()):
            raise NotFound(NO_SUCH_PAGE)
        faults: tuple[Fault, ...] = ()
        if seen.campaign.state in UNSENT:
            day = office.sending_day(seen.campaign, at)
            faults = visit.house.inspection.knowing(books.notices.all())(seen.campaign, day)
        return seen, faults, books.people.units()

    seen, faults, units = await visit.look(job)
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
        "left": remaining_text(seen.remaining, at) if seen.remaining and whole else "",
        "units": units,
        "groups": RESIDENT_GROUP_WORDS,
        "roles": ROLE_WORDS,
        "mine": visit.actor in seen.authors,
        "stoppable": seen.campaign.state in STOPPABLE,
        "living": seen.campaign.state in LIVING,
        "correctable": seen.campaign.state in CORRECTABLE and seen.tally.sent > 0,
        "unsent": seen.campaign.state in UNSENT,
    }


def _concerns(campaign: Campaign, remit: Remit, units: tuple[Unit, ...]) -> bool:
    """Whether a unit's admin has to do with it: it goes to everybody, or to some of theirs."""
    aimed = campaign.audience.units
    return remit.units is None or not aimed or bool(under(units, aimed) & remit.units)


def _audience(visit: Visit) -> Audience:
    """What was ticked: units, groups, roles. Raises BadInput for what is not in the lists."""
    try:
        return Audience(
            tuple(_unit(each) for each in visit.ticked("unit")),
            tuple(ResidentGroup(each) for each in visit.ticked("group")),
            tuple(Role(each) for each in visit.ticked("role")),
        )
    except ValueError:
        raise BadInput("请从表里选择单位、群体或身份。") from None


def _unit(written: str) -> UnitId:
    found = counted(written)
    if found is None:
        raise ValueError(written)
    return UnitId(found)


def _recipients(written: str) -> Recipients:
    try:
        return Recipients(written)
    except ValueError:
        raise BadInput("请选择发给居民还是干部。") from None


def _hour(written: str) -> time:
    try:
        return datetime.strptime(written, "%H:%M").time()  # noqa: DTZ007 - an hour of no day
    except ValueError:
        raise BadInput("“几点发”要写成 09:00 这样的时间。") from None


ROUTES: tuple[Route, ...] = (
    get("/campaigns", index, Circle.LOGGED_IN),
    get("/campaigns/new", write, Circle.EDITORS),
    post("/campaigns/new", written, Circle.EDITORS),
    get("/campaigns/{key}", show, Circle.LOGGED_IN),
    get("/campaigns/{key}/live", live, Circle.LOGGED_IN),
    post("/campaigns/{key}/approve", approve, Circle.APPROVERS),
    post("/campaigns/{key}/return", send_back, Circle.APPROVERS),
    post("/campaigns/{key}/revise", revise, Circle.EDITORS),
    post("/campaigns/{key}/audience", aim, Circle.EDITORS),
    post("/campaigns/{key}/submit", submit, Circle.EDITORS),
    post("/campaigns/{key}/pause", pause, Circle.ADMINS),
    post("/campaigns/{key}/resume", resume, Circle.ADMINS),
    post("/campaigns/{key}/cancel", cancel, Circle.ADMINS),
    post("/campaigns/{key}/recall", recall, Circle.ADMINS),
    post("/campaigns/{key}/correct", correct, Circle.ADMINS),
)
