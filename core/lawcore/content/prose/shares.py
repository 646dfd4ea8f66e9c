"""全覆盖 and 100%: of how many, and do the counts beside it say the same?"""

import re
from collections.abc import Iterator
from decimal import Decimal

from lawcore.content.citing import SENTENCE
from lawcore.content.prose.counts import counts
from lawcore.content.prose.reading import Line
from lawcore.errors import Fault

_WHOLE = r"(?<![\d.])100(?:\.0+)?\s*[%％]|百分之百|百分之一百"
_ALL = re.compile(
    rf"全覆盖|(?P<rate>[\u4e00-\u9fff]{{1,6}}率)(?:均|都|达|到|为|是|保持|在)*(?:{_WHOLE})"
    rf"|(?:{_WHOLE})(?:全?覆盖|配备|建成|达标|完成|到位|参与|参加|签订|上线)"
    rf"|(?:覆盖|配备|建成|达标|完成|到位|参与|参加|签订)(?:了|达|到|为)*(?:{_WHOLE})"
)
_EXAM = re.compile(r"参考率|参训率|及格率|优秀率|合格率|通过率")
"""Of these `slips` asks how many sat."""
_PLANNED = re.compile(
    r"力争|努力|争取|推动|推进|确保|目标|计划|打算|下一步|明年|逐步|将要|拟|要求|应当|要实现|"
    r"要做到|为了|以实现|不等于|没有|尚未|还没|未实现"
)
_FRACTION = re.compile(r"\d\s*[/／]\s*\d|\d分之\d")
_PLACES = r"(?:行政村|村居|自然村|村民组|村|社区|学校|中小学|企业|单位|站所|小区|网格)"
_SO_MANY = re.compile(rf"(?P<count>\d+)\s*(?:个|所|家)\s*(?P<place>{_PLACES})")
_REACHED = re.compile(
    rf"覆盖(?:了|到|全镇|全县|全乡|其中|的|已|达|面)*\s*(?P<count>\d+)\s*(?:个|所|家)\s*(?P<place>{_PLACES})"
)
_HAVE = re.compile(
    rf"(?P<count>\d+)\s*(?:个|所|家)\s*(?P<place>{_PLACES})(?:已经?|均|都|全部)?"
    r"(?:覆盖|配备|配齐|设立|聘请|完成|建立|建成|签订|落实|有|设|建|聘)[^，。；\d]{0,14}，[^，。；\d]{0,8}(?:全覆盖|100|百分之百)"
)
_CAME = r"[^\d，。；、]{0,6}(\d+)"
_DUE = re.compile(rf"应(?:考|到|参考|参加|参训){_CAME}|(\d+)\s*[名人]应(?:考|到|参)")
_SAT = re.compile(rf"实(?:考|到|际参考|际参加|参考|参训){_CAME}|(\d+)\s*[名人]实(?:考|到|际参|参)")
_ATTENDANCE = re.compile(r"(参考|参训|到课|出勤)率[^\d，。；]{0,6}(\d+(?:\.\d+)?)\s*[%％]")
_EXCUSED = re.compile(r"免考|请假|缓考|核减|除外|不含|补考")


def wrong_shares(line: Line) -> Iterator[Fault]:
    """Yield what is said of all though it is not said of how many, or though others are counted."""
    text = line.text
    told = next((found for found in _ALL.finditer(text) if _meant(text, found)), None)
    if told:
        yield from _without_base(told[0], line)
        yield from _against_counts(told[0], line)
    yield from _attendance(line)


def _meant(text: str, found: re.Match[str]) -> bool:
    """Whether it is said to be so, and no plan, and no rate of an examination."""
    begin = max(text.rfind(sign, 0, found.start()) for sign in "。；！？\n") + 1
    sentence = SENTENCE.split(text[begin:])[0]
    return not _PLANNED.search(sentence) and not _EXAM.search(found["rate"] or "")


def _without_base(said: str, line: Line) -> Iterator[Fault]:
    if not any(counts(line.text)) and not _FRACTION.search(line.text):
        reason = f"“{said}”没有写一共多少、做到了多少"
        yield Fault(line.where, reason, "写明应有多少个，实际多少个")


def _against_counts(said: str, line: Line) -> Iterator[Fault]:
    text = line.text
    for reached in (*_REACHED.finditer(text), *_HAVE.finditer(text)):
        count, place = int(reached["count"]), _kind(reached["place"])
        others = (
            each
            for each in _SO_MANY.finditer(text)
            if _kind(each["place"]) == place and int(each["count"]) > count
        )
        if whole := next(others, None):
            so_many = f"{count}个{reached['place']}"
            reason = f"“{said}”和数字对不上：前面是{whole[0]}，这里只有{so_many}"
            yield Fault(line.where, reason, "核对个数；没有全做到的，写明还差几个")
            return


def _kind(place: str) -> str:
    return "村" if place in {"行政村", "村"} else place


def _attendance(line: Line) -> Iterator[Fault]:
    """应考50人，实考48人，参考率100%: the rate is the quotient, unless somebody is excused."""
    for sentence in SENTENCE.split(line.text):
        due, sat, rate = (each.search(sentence) for each in (_DUE, _SAT, _ATTENDANCE))
        if not (due and sat and rate) or _EXCUSED.search(sentence):
            continue
        whole, part = (int(found[1] or found[2]) for found in (due, sat))
        if whole == 0:
            continue
        share = Decimal(100 * part) / whole
        written = Decimal(rate[2])
        half = Decimal(5).scaleb(-1 - len(rate[2].partition(".")[2]))
        if abs(share - written) > half:
            reason = f"{rate[1]}率对不上：{part}÷{whole}={share:.1f}%，写的是{rate[2]}%"
            yield Fault(line.where, reason, "核对人数和百分比；有免考、请假的写明")
