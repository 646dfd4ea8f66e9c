"""The yearly theme in a text that somebody typed: it comes from the year's notice and no other."""

import re
from collections.abc import Iterable, Iterator

from lawcore.calendar.observance import Notice
from lawcore.content.citing import SENTENCE
from lawcore.errors import Fault
from lawcore.ids import ObservanceKey

_THEME = re.compile(
    r"主题[词]?(?:是|为|：|:)?\s*[“「\"‘『《](?P<said>[^”」\"’』》]{2,})[”」\"’』》]"
    r"|以\s*[“「\"‘『](?P<with>[^”」\"’』]{2,})[”」\"’』]\s*为(?:活动|宣传|年度)?主题"
)
_OF_THE_YEAR = re.compile(
    r"年度|今年|本年|20\d{2}年|第[0-9一二三四五六七八九十]+[个届]|宣传[周月日]"
)
_OF_ITS_OWN = re.compile(r"讲座|培训|授课|党日|班会|晚会|文艺|征文|板报|展板|演讲|主题教育")
"""A lecture has a theme of its own."""
_SIGNS = re.compile(r"[\W_]+")


def wrong_themes(
    text: str, observance: ObservanceKey, year: int, notices: Iterable[Notice]
) -> Iterator[Fault]:
    """Yield the themes of a text that the notice for this observance and year does not have.

    A theme that is said to be the year's is wrong too while no notice has named one.
    """
    known = [each for each in notices if (each.observance, each.year) == (observance, year)]
    notice = known[-1] if known else None
    for sentence in SENTENCE.split(text):
        for found in _THEME.finditer(sentence):
            said = found["said"] or found["with"]
            if _OF_ITS_OWN.search(sentence):
                continue
            if notice and notice.theme:
                if not _same(said, notice.theme):
                    reason = (
                        f"文中的主题是“{said}”，通知（{notice.document}）写的是“{notice.theme}”"
                    )
                    yield Fault("文中", reason, "照通知改")
            elif _OF_THE_YEAR.search(sentence):
                reason = f"文中的年度主题“{said}”没有通知可以核对"
                remedy = "先用 lawbot notice add 录入通知和主题，或者删去主题"
                yield Fault("文中", reason, remedy)


def _same(said: str, theme: str) -> bool:
    return _SIGNS.sub("", said) == _SIGNS.sub("", theme)
