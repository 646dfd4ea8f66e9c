"""Rules for what is read over the loudspeaker or handed out on paper."""

import re
from collections.abc import Iterator
from datetime import date

from lawcore.campaigns.leaflet import Leaflet
from lawcore.campaigns.message import PLACEHOLDER, Message
from lawcore.campaigns.spoken import SAID, said
from lawcore.content.check_messages import checked_text, written_hotlines
from lawcore.content.pack import Pack
from lawcore.content.place import Place
from lawcore.errors import Fault
from lawcore.law.statutes import Statutes

LONGEST_SCRIPT = 500
"""Characters: about three minutes, longer than anybody listens in the street."""
LONGEST_LEAFLET = 500
"""Characters: one side of A4 in a size that old people can read."""
LONGEST_TITLE = 24
MOST_POINTS = 6

_UNSAYABLE = re.compile(r"[0-9A-Za-z《》【】%]")
_DIGITS = "".join(SAID.values())
_SAID_NUMBER = re.compile(rf"(?<![{_DIGITS}])[{_DIGITS}]{{3,6}}(?![{_DIGITS}年])")


def check_paper(pack: Pack, day: date, statutes: Statutes | None) -> Iterator[Fault]:
    """Check every loudspeaker script and every leaflet."""
    for key, script in pack.loudspeaker.items():
        place = pack.places["loudspeaker", key]
        yield from checked_text(script, pack, day, place, statutes)
        yield from _script(script, pack, place)
    for key, leaflet in pack.leaflets.items():
        place = pack.places["leaflets", key]
        printed = _printed(leaflet)
        yield from checked_text(printed, pack, day, place, statutes)
        yield from written_hotlines(printed, pack, place)
        yield from _sheet(leaflet, place)


def _printed(leaflet: Leaflet) -> Message:
    return Message(
        leaflet.observance, leaflet.wording, leaflet.cites, leaflet.hotlines, leaflet.checked
    )


def _script(script: Message, pack: Pack, place: Place) -> Iterator[Fault]:
    if len(script.text) > LONGEST_SCRIPT:
        yield Fault(
            place.at("text"),
            f"稿子有 {len(script.text)} 字，念着太长",
            f"压缩到 {LONGEST_SCRIPT} 字以内",
        )
    for line in script.text.splitlines():
        if found := _UNSAYABLE.search(PLACEHOLDER.sub("", line)):
            yield Fault(
                place.near(line[:20]),
                f"稿子是念的，不能有“{found[0]}”",
                "数字、日期写成汉字，法律不加书名号",
            )
    listed = {said(number) for number in script.hotlines}
    for number in script.hotlines:
        if number not in pack.hotlines:
            yield Fault(place.at("hotlines"), f"电话 {number} 没有登记", "核实后写进 hotlines.toml")
        if said(number) not in script.text:
            yield Fault(
                place.at("hotlines"), f"稿子里没有念电话 {number}", f"念法是“{said(number)}”"
            )
    for number in sorted(set(_SAID_NUMBER.findall(script.text)) - listed):
        yield Fault(place.near(number), f"念到的电话“{number}”没有列在 hotlines 里", "补上或改掉")


def _sheet(leaflet: Leaflet, place: Place) -> Iterator[Fault]:
    if len(leaflet.title) > LONGEST_TITLE:
        yield Fault(place.at("title"), "标题太长", f"不超过 {LONGEST_TITLE} 字")
    if len(leaflet.points) > MOST_POINTS:
        yield Fault(place.at(), f"问答有 {len(leaflet.points)} 组", f"最多 {MOST_POINTS} 组")
    if len(leaflet.wording) > LONGEST_LEAFLET:
        yield Fault(
            place.at(),
            f"明白纸有 {len(leaflet.wording)} 字，一张纸印不下",
            f"压缩到 {LONGEST_LEAFLET} 字以内",
        )
