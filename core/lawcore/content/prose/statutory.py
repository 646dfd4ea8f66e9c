"""What is said to be 法定 must be so: a law, and not a custom or a document, fixes the day."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from lawcore.calendar.observance import Verification
from lawcore.content.prose.occasions import Occasions, Spoken
from lawcore.content.prose.reading import Line
from lawcore.content.wording import ENV_DAY, NO_ENV_DAY_SINCE
from lawcore.errors import Fault
from lawcore.ids import ObservanceKey

_STATUTORY = re.compile(
    r"法定(?:的)?(?:(?:普法|法治|宣传|教育|纪念|主题|重要|活动|节)*(?:日子|节日|节点|日|周|月))?"
)
_OTHER = re.compile(
    r"法定的?(?:节?假|代表|职|权|程序|期|义务|条件|监护|继承|刑|标准|资格|事由|情形|时限|上限|下限|退休|年龄|机构|责任|人数|利率|计量|处罚|要求|工作日)"
)
_DENIED = re.compile(r"不是|并非|不再|没有|不属|不能|不算|未|误|不要")
_LINK = (
    r"(?:等|是|为|作|当|属于|都|均|也|就|仍|一个|我国|国家|这个|这些|这一天|这天|这|那天|当天|列为|定为|"
    r"设为|被|确定|称|叫|做|每年|的|有|包括|如|即|于|在|节点|活动|个|[：:（(“”「」—\s])*"
)
_BEFORE = re.compile(rf"{_LINK}$")
_AFTER = re.compile(_LINK)
_OPENS = re.compile(r"[（“《\s]*")
_UNKNOWN_DAY = re.compile(r"[“《]?[\u4e00-\u9fff]{2,12}[日周月节][”》]?")
"""The title behind a date, where we do not have it: 4月26日世界知识产权日."""
_BETWEEN = re.compile(r"(?:以及|[、和及与（()）“”《》\s])*")
_ENV_DAY = ObservanceKey("env-day")


def not_statutory(sentence: str, occasions: Occasions, day: date, line: Line) -> Iterator[Fault]:
    """Yield the occasions that a sentence, read on `day`, calls 法定 though no statute has them."""
    if "法定" not in sentence or _DENIED.search(sentence):
        return
    spoken = occasions.spoken(sentence)
    for claim in _STATUTORY.finditer(sentence):
        if _OTHER.match(sentence, claim.start()):
            continue
        before = _BEFORE.search(sentence, 0, claim.start())
        place = before.start() if before else claim.start()
        left = _run([*reversed(spoken)], place, sentence, back=True)
        after = _AFTER.match(sentence, claim.end())
        right = _run(spoken, after.end() if after else claim.end(), sentence, back=False)
        # 6月26日国际禁毒日 is one day, said twice.
        once = {each.observances[:1]: each for each in (*reversed(left), *right)}
        for each in once.values():
            yield from _fault(each, day, line)


def _run(spoken: Sequence[Spoken], place: int, sentence: str, *, back: bool) -> list[Spoken]:
    """Give the occasions of an unbroken list that ends, or begins, at `place`."""
    found: list[Spoken] = []
    for each in spoken:
        gap = sentence[each.end : place] if back else sentence[place : each.start]
        beyond = each.end > place if back else each.start < place
        if beyond:
            continue
        if not (_BETWEEN if found else _OPENS).fullmatch(gap) and not (
            back and not found and _UNKNOWN_DAY.fullmatch(gap)
        ):
            break
        found.append(each)
        place = each.start if back else each.end
    return found


def _fault(spoken: Spoken, day: date, line: Line) -> Iterator[Fault]:
    fixed = any(each.verification is Verification.STATUTE for each in spoken.observances)
    if fixed or not spoken.observances:
        return
    first = spoken.observances[0]
    if first.key == _ENV_DAY:
        if day >= NO_ENV_DAY_SINCE:
            yield Fault(line.where, *ENV_DAY)
        return
    said = f"“{spoken.written}”" + ("" if spoken.written in first.title else f"（{first.title}）")
    yield Fault(
        line.where,
        f"{said}没有核到定日子的法律条文，不能写“法定”",
        f"删去“法定”，按来源写：{first.source}",
    )
