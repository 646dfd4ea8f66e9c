"""What buttons carry: a letter for the act, then short keys. At most 64 bytes, never an answer key.

An exam button names the attempt by its opaque token, the place in the paper and the place of the
option as shown. ``on`` says what the press makes of it, so the same press twice is one press.
"""

import re
from typing import NamedTuple

from lawcore.delivery.model import Button
from lawcore.errors import NotFound

CHOOSE = "x"
TURN = "t"
SHEET = "s"
HAND_IN = "h"
HAND_IN_SURELY = "H"
BEGIN = "b"

REVIEW = "w"
RESULT = "W"
DOUBT = "o"
DOUBT_SKIP = "os"
ANSWER = "O"

PRACTICE = "l"
PRACTICE_NEXT = "ln"
PRACTICE_MARK = "lm"
PRACTICE_ANSWER = "la"
PRACTICE_WEAK = "lw"
PRACTICE_END = "lx"

APPROVE = "a"
REFUSE = "r"
REFUSE_FOR = "R"
REVISE = "e"
SHOW_DRAFT = "d"
FORGET_PROMPT = "f"

VILLAGE = "v"
VILLAGES = "V"
STOP = "q"
FORGET = "g"
FORGET_SURELY = "G"
NOTICE = "n"
AGREE = "N"

CAMPAIGN = "c"
CAMPAIGN_PAUSE = "cp"
CAMPAIGN_RESUME = "cr"
CAMPAIGN_CANCEL = "cx"
CAMPAIGN_CORRECT = "cc"
CAMPAIGN_RECALL = "cd"
GROUPS = "og"
GROUP = "oc"

MENU = "m"
MENU_DRAFTS = "md"
MENU_EXAMS = "me"
MENU_CAMPAIGNS = "mc"
MENU_REPORT = "mr"
MENU_CLOSE = "mx"
MENU_PAGES = "mp"

ACTIVITY = "ma"
ACTIVITY_UNIT = "au"
ACTIVITY_DAY = "ad"
ACTIVITY_FORM = "af"
ACTIVITY_SKIP = "as"
ACTIVITY_CANCEL = "ax"
ACTIVITY_MORE = "am"
ACTIVITY_KIND = "ak"
ACTIVITY_PARTNER = "ap"
ACTIVITY_LESS = "al"
ACTIVITY_WHEN = "aw"

SEP = ":"
DEAD = "这个按钮已经失效，请发 /help 看看能做什么。"
LONGEST_NUMBER = 9
"""Digits of a key: what a database integer holds, whatever a forger writes."""
_OURS = re.compile(r"[A-Za-z0-9_-]+")


class Press(NamedTuple):
    """The parts of what came back."""

    act: str
    keys: tuple[str, ...]

    def number(self, place: int) -> int:
        """The key at `place` as a number from 0. Raises NotFound for anything else."""
        word = self.word(place)
        if not (word.isascii() and word.isdigit()) or len(word) > LONGEST_NUMBER:
            raise NotFound(DEAD)
        return int(word)

    def word(self, place: int) -> str:
        """The key at `place`. Raises NotFound if there is none, or one that we never wrote."""
        if place >= len(self.keys) or not _OURS.fullmatch(self.keys[place]):
            raise NotFound(DEAD)
        return self.keys[place]


def button(label: str, act: str, *keys: object) -> Button:
    """A button that carries `act` and `keys`."""
    return Button(label, SEP.join([act, *map(str, keys)]))


def press(data: str | None) -> Press:
    """Take apart what a button carried."""
    act, *keys = (data or "").split(SEP)
    return Press(act, tuple(keys))
