"""宣传: what may be done: a text written, approved, aimed, stopped, corrected."""

from collections.abc import Callable
from datetime import datetime, time
from functools import partial

from aiohttp import web

from lawbot.web.acts import acted
from lawbot.web.circle import Circle
from lawbot.web.pages.campaigns import shown
from lawbot.web.route import Route, get, post
from lawbot.web.visit import Visit, counted
from lawbot.web.words import Said
from lawcore.campaigns import correction, office, own
from lawcore.campaigns.groups import retry
from lawcore.campaigns.model import Audience, Campaign, Recipients
from lawcore.errors import BadInput
from lawcore.ids import CampaignId, LanguageCode, UnitId
from lawcore.people.model import ResidentGroup, Role
from lawcore.storage import Books

FIELDS = ("title", "text", "first", "last", "hour", "recipients")

Act = Callable[[Books, CampaignId, datetime], object]


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

    async def again(problem: str) -> web.Response:
        typed = {name: visit.typed(name) for name in FIELDS}
        return visit.page("campaign_new.html", status=400, problem=problem, typed=typed)

    return await acted(visit, job, Said.DRAFTED, _page_of, again)


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


async def repost(visit: Visit) -> web.Response:
    """Post again to one group, after somebody has looked into it."""
    group = visit.typed("group")
    return await _done(
        visit,
        Said.REPOSTED,
        lambda books, key, at: retry(
            books,
            key,
            group,
            faults_of=visit.house.inspection.knowing(books.notices.all()),
            actor=visit.actor,
            at=at,
        ),
    )


async def correct(visit: Visit) -> web.Response:
    """Write the correction; it is a campaign of its own."""
    key, text = CampaignId(visit.number("key")), visit.typed("text")

    def job(books: Books, at: datetime) -> Campaign:
        return correction.correct(books, key, text, actor=visit.actor, at=at)

    return await acted(visit, job, Said.CORRECTION, _page_of, partial(shown, visit))


async def _done(visit: Visit, said: Said, act: Act) -> web.Response:
    """Do `act`; where it is refused, the page says why and keeps what was typed."""
    key = CampaignId(visit.number("key"))

    def job(books: Books, at: datetime) -> None:
        act(books, key, at)

    return await acted(visit, job, said, lambda _: f"/campaigns/{key}", partial(shown, visit))


def _page_of(made: Campaign) -> str:
    return f"/campaigns/{made.id}"


def _audience(visit: Visit) -> Audience:
    """What was ticked: units, groups, roles, languages.

    Raises BadInput for what is not in the lists.
    """
    try:
        return Audience(
            tuple(_unit(each) for each in visit.ticked("unit")),
            tuple(ResidentGroup(each) for each in visit.ticked("group")),
            tuple(Role(each) for each in visit.ticked("role")),
            tuple(_language(visit, each) for each in visit.ticked("language")),
        )
    except ValueError:
        raise BadInput("请从表里选择单位、群体、身份或语言。") from None


def _unit(written: str) -> UnitId:
    found = counted(written)
    if found is None:
        raise ValueError(written)
    return UnitId(found)


def _language(visit: Visit, written: str) -> LanguageCode:
    if written not in visit.house.pack.consent.names:
        raise ValueError(written)
    return LanguageCode(written)


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
    get("/campaigns/new", write, Circle.EDITORS),
    post("/campaigns/new", written, Circle.EDITORS),
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
    post("/campaigns/{key}/repost", repost, Circle.ADMINS),
)
