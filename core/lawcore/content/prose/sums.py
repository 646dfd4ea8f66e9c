"""Totals that are not the sum of their parts, where the parts stand before or after them.

A report counts many things in one paragraph, so a total is doubted only where its parts are the
same unit and no choice among them gives the total.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from lawcore.content.prose.counts import NUMERAL, Count, amount, counts
from lawcore.content.prose.reading import Line
from lawcore.errors import Fault

_SENTENCE = re.compile(r"[。！？\n]")
_DONE = (
    r"(?:开展|举办|组织|发放|印发|印制|召开|完成|进行|举行|受理|调解|办|印|发|有|为|是|达到|达|计|约|近|"
    r"了|各类|各种|各项|[：:\s])*"
)
_TOTAL = re.compile(
    rf"(?P<word>共计|合计|总计|一共|总共|累计|(?<![公中])共)(?P<said>{_DONE})(?P<what>\D{{0,10}})$"
)
_BARE = re.compile(
    rf"(?:共计|合计|总计|一共|总共|(?<![公中])共){_DONE}(?P<numeral>{NUMERAL})(?=$|[，。；、）)])"
)
_ADDED = re.compile(
    rf"(?<![\d.+＋×*/-])(?P<parts>{NUMERAL}[^\d+＋=＝，。；]{{0,6}}(?:[+＋][^\d+＋=＝，。；]{{0,6}}{NUMERAL}[^\d+＋=＝，。；]{{0,6}})+)"
    rf"[=＝]\s*(?P<total>{NUMERAL})"
)
_OPENS = re.compile(r"^\s*(?:[，,（(；]?\s*(?P<of>其中)|[（(：:]|[，,：:]?分别[为是]?)[：:]?")
_NOT_ALL = re.compile(r"等|其中|包括|如|除|另|不含|重复|重叠|交叉|联合|共同|兼")
_OVERLAP = re.compile(r"重复|重叠|去重|交叉|联合|兼")
_SO_FAR = re.compile(r"今年|本年|本月|本季|新增|新建|历年|以来|截至|截止")
_OTHER_THING = re.compile(r"开展|组织|举办|召开|接受|参加|另|同时|并|还|发放|[。；]")
_OVERLAPPING = frozenset({"人", "户", "家", "次"})
"""One may be a Party member and a woman, one meeting may do two things: these parts overlap."""
_VAGUE_UNITS = frozenset({"次", "个", "人", "项"})
"""Units of so many different things that they are added within a sentence only."""
_MOST = 12
_FAR = 3
"""A total so many times as large as its parts is one of more than these parts."""


def wrong_sums(line: Line) -> Iterator[Fault]:
    """Yield the totals of a paragraph that their parts do not add up to."""
    yield from _added(line)
    before: list[Count] = []
    for sentence in _SENTENCE.split(line.text):
        found = _with_bare_totals(sentence)
        for place, total in enumerate(found):
            yield from _after(sentence, found[:place], before, total, line)
            yield from _ahead(sentence, total, found[place + 1 :], line)
        before += found


def rounded_sums(line: Line) -> Iterator[Fault]:
    """Yield the totals that are exact though their parts are more: 80余 and 40余 are not 120."""
    found = _with_bare_totals(line.text)
    for total in found:
        if not _total(line.text, total):
            continue
        parts = [each for each in found if each.end <= total.start and each.unit == total.unit]
        vague = any(part.low < part.high for part in parts)
        exact = total.low == total.high == sum(part.low for part in parts)
        if len(parts) >= 2 and vague and exact:
            said = "+".join(part.written for part in parts)
            reason = f"合计对不上：{said}比{total.low:f}{total.unit}多，写的是{total.written}"
            yield Fault(line.where, reason, "合计也写“余”，或者各部分写准确的数")


def _with_bare_totals(text: str) -> list[Count]:
    """Give the counts of a text; 共120 counts what was counted last before it."""
    found = list(counts(text))
    for bare in _BARE.finditer(text):
        before = [each for each in found if each.end <= bare.start()]
        if before:
            numeral = bare["numeral"]
            low, high = amount(numeral)
            place = bare.start("numeral")
            found.append(Count(low, high, before[-1].unit, numeral, place, bare.end()))
    return sorted(found, key=lambda count: count.start)


def _added(line: Line) -> Iterator[Fault]:
    """80+50=120."""
    for found in _ADDED.finditer(line.text):
        parts = [amount(numeral) for numeral in re.findall(NUMERAL, found["parts"])]
        low, high = (sum(ends, Decimal(0)) for ends in zip(*parts, strict=True))
        total = amount(found["total"])
        if total[1] < low or total[0] > high:
            yield Fault(line.where, f"“{found[0]}”算错了，应当是{low:f}", "核对各数和合计")


def _total(text: str, count: Count) -> re.Match[str] | None:
    return _TOTAL.search(text, max(0, count.start - 24), count.start)


def _after(
    sentence: str, here: Sequence[Count], before: Sequence[Count], total: Count, line: Line
) -> Iterator[Fault]:
    """线上80场、线下50场，共120场: the parts stand before their total."""
    said = _total(sentence, total)
    if said is None:
        return
    parts = [each for each in here if each.unit == total.unit and each.end <= said.start()]
    context = sentence[: said.start()]
    if len(parts) < 2 and total.unit not in _VAGUE_UNITS:
        parts = [*(each for each in before if each.unit == total.unit), *parts]
        context = line.text
    if not _same_thing(said["what"], context) or not 2 <= len(parts) <= _MOST:
        return
    low = sum(part.low for part in parts)
    more = total.low > sum(part.high for part in parts)
    if more and (total.low > low * _FAR or (said["word"] == "累计" and _SO_FAR.search(sentence))):
        return
    if not more and _OVERLAP.search(sentence):
        return
    if not _some_add_up(parts, total):
        yield _fault(parts, total, line)


def _ahead(sentence: str, total: Count, rest: Sequence[Count], line: Line) -> Iterator[Fault]:
    """共120场（线上80场、线下50场）, 120场，其中线上80场: the parts stand behind their total."""
    opens = _OPENS.match(sentence[total.end :])
    if opens is None:
        return
    place = total.end + opens.end()
    parts = []
    for each in rest:
        gap = sentence[place : each.start]
        if each.unit != total.unit or len(gap) > 12 or "）" in gap or _OTHER_THING.search(gap):
            break
        if _total(sentence, each):
            break
        parts.append(each)
        place = each.end
    low = sum(part.low for part in parts)
    high = sum(part.high for part in parts)
    if total.unit in _OVERLAPPING:
        too_many = [part for part in parts if part.low > total.high]
        if too_many:
            reason = f"其中的{too_many[0].written}比总数{total.written}还多"
            yield Fault(line.where, reason, "核对各数和合计")
        return
    whole = _total(sentence, total) and not opens["of"]
    exhaustive = whole and not _NOT_ALL.search(sentence[total.end : place + 2])
    too_few = exhaustive and len(parts) >= 2 and high < total.low
    if parts and (low > total.high or too_few) and not _OVERLAP.search(sentence):
        yield _fault(parts, total, line)


def _same_thing(what: str, context: str) -> bool:
    """共开展普法宣传50次 is no total of meetings and lessons: its thing is named before."""
    pairs = {what[place : place + 2] for place in range(len(what) - 1)}
    return not what or any(pair in context for pair in pairs)


def _some_add_up(parts: Sequence[Count], total: Count) -> bool:
    for size in range(2, len(parts) + 1):
        for chosen in combinations(parts, size):
            low = sum(part.low for part in chosen)
            high = sum(part.high for part in chosen)
            if low <= total.high and high >= total.low:
                return True
    return False


def _fault(parts: Sequence[Count], total: Count, line: Line) -> Fault:
    low = sum((part.low for part in parts), Decimal(0))
    high = sum((part.high for part in parts), Decimal(0))
    reach = f"{low:f}" if low == high else f"{low:f}到{high:f}"
    added = "+".join(part.written for part in parts)
    reason = f"合计对不上：{added}={reach}{total.unit}，写的是{total.written}"
    return Fault(line.where, reason, "核对各数和合计；有重复计算的写明")
