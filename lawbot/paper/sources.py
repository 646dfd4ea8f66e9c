"""Where a script or a leaflet comes from: an approved campaign, or the content pack.

What comes from the pack has passed the checker but no second person: the paper says so and leaves
room for a signature.
"""

import re
from datetime import date
from typing import NamedTuple

from lawbot.paper.leaflet import Handout
from lawbot.paper.loudspeaker import Script
from lawcore.calendar.observance import Notice, Occasion, occasions
from lawcore.campaigns.leaflet import Point
from lawcore.campaigns.message import HERE, fill, for_village
from lawcore.campaigns.model import CAMPAIGN_STATE_WORDS, STOPPED, Campaign, CampaignState
from lawcore.campaigns.spoken import phones, sentences
from lawcore.content import Pack
from lawcore.errors import BadInput, WrongState
from lawcore.ids import ObservanceKey

UNSEEN = "稿子来自内容包，使用前请审核。审核人：　　　　　　日期："
_SEE = "编号用 lawbot calendar --json 查看，例如 constitution-day。"
_HEADING = re.compile(r"【(.+?)】\s*(.*)")
_PRINTABLE = frozenset(
    {CampaignState.APPROVED, CampaignState.SENDING, CampaignState.PAUSED, CampaignState.DONE}
)
_WITHDRAWN = STOPPED | {CampaignState.HELD}


class Office(NamedTuple):
    """What is needed to word a text of the pack."""

    pack: Pack
    township: str
    notices: tuple[Notice, ...]
    day: date


def script_of(campaign: Campaign, office: Office) -> Script:
    """The approved text, to be read aloud. Raises WrongState before the approval."""
    text = _approved(campaign)
    lines = sentences(text, office.pack.hotlines)
    return Script(campaign.title, office.township, lines, _origin(campaign), approved=True)


def script_for(key: str, office: Office) -> Script:
    """The script of the pack for the next occasion. Raises BadInput if there is none."""
    script = office.pack.loudspeaker.get(ObservanceKey(key))
    if script is None:
        raise BadInput(f"内容包里没有“{key}”的广播稿。{_SEE}")
    occasion = _next(key, office)
    text = fill(script.text, script.nth_from, township=office.township, occasion=occasion)
    lines = sentences(for_village(text, HERE), office.pack.hotlines)
    return Script(occasion.observance.title, office.township, lines, UNSEEN, approved=False)


def handout_of(campaign: Campaign, office: Office) -> Handout:
    """The approved text as a leaflet. Raises WrongState before the approval."""
    text = _approved(campaign)
    first, *rest = (line.strip() for line in text.splitlines() if line.strip())
    heading = _HEADING.fullmatch(first)
    title, subtitle = heading.groups() if heading else (campaign.title, "")
    numbers = phones(text, office.pack.hotlines)
    return Handout(
        title,
        subtitle,
        office.township,
        tuple(rest) if heading else (first, *rest),
        (),
        tuple(office.pack.hotlines[number] for number in numbers),
        _origin(campaign),
        approved=True,
    )


def handout_for(key: str, office: Office) -> Handout:
    """The leaflet of the pack for the next occasion. Raises BadInput if there is none."""
    leaflet = office.pack.leaflets.get(ObservanceKey(key))
    if leaflet is None:
        raise BadInput(f"内容包里没有“{key}”的明白纸。{_SEE}")
    occasion = _next(key, office)

    def worded(text: str) -> str:
        filled = fill(text, None, township=office.township, occasion=occasion)
        return for_village(filled, HERE)

    return Handout(
        worded(leaflet.title),
        "",
        office.township,
        tuple(worded(line) for line in leaflet.text.splitlines() if line.strip()),
        tuple(Point(worded(point.question), worded(point.answer)) for point in leaflet.points),
        tuple(
            office.pack.hotlines[number]
            for number in leaflet.hotlines
            if number in office.pack.hotlines
        ),
        "",
        approved=False,
    )


def _approved(campaign: Campaign) -> str:
    if campaign.state in _WITHDRAWN:
        word = CAMPAIGN_STATE_WORDS[campaign.state]
        raise WrongState(f"“{campaign.title}”{word}，不能印、不能念。")
    if campaign.state not in _PRINTABLE:
        raise WrongState(f"“{campaign.title}”的文稿还没有批准，不能印、不能念。")
    return for_village(campaign.text, HERE)


def _origin(campaign: Campaign) -> str:
    return f"宣传任务 {campaign.id} 第 {campaign.version} 版，已批准"


def _next(key: str, office: Office) -> Occasion:
    """The occasion that is running or comes next; one without a date if nothing is known."""
    observance = office.pack.observances.get(ObservanceKey(key))
    if observance is None:
        raise BadInput(f"没有“{key}”这个普法日。{_SEE}")
    years = (office.day.year - 1, office.day.year, office.day.year + 1)
    found = [one for year in years for one in occasions([observance], office.notices, year)]
    coming = (one for one in found if one.end is not None and one.end >= office.day)
    return next(coming, found[-1])
