"""Rules for the texts that go out."""

import re
from collections.abc import Iterator
from datetime import date

from lawcore.calendar.observance import Observance
from lawcore.calendar.rules import ByNotice, Span
from lawcore.campaigns.message import KNOWN_PLACEHOLDERS, PLACEHOLDER, Message
from lawcore.content.against_texts import Texts, false_quotations, strange_numbers
from lawcore.content.citing import SENTENCE, cited, mentioned
from lawcore.content.freshness import dated
from lawcore.content.pack import Pack
from lawcore.content.place import Place
from lawcore.content.sending import next_span, use_of
from lawcore.content.wording import worded
from lawcore.errors import Fault
from lawcore.law.law import Law
from lawcore.law.mentions import mentions
from lawcore.law.mentions import number as read_numeral
from lawcore.law.registry import Registry
from lawcore.law.statutes import Statutes

LONGEST_MESSAGE = 260
"""Characters: what is read to the end on a telephone, or aloud in little more than a minute."""
_WIDTHS = {"township": 3, "village": 3, "year": 4, "date": 11, "nth": 2, "theme": 20}
"""Characters that stand in the place of a placeholder: 1月30日至2月20日, a theme of a line."""

_MARKUP = re.compile(r"</?[A-Za-z][^>]*>")
_PHONE = re.compile(
    r"(?<![\d.第])(1[12]\d{3}|1[12]\d|9[56]\d{3})(?![\d年月日号条款项元个人天米%.])"
)
_DATE = re.compile(r"(?<![年\d])(\d{1,2})月(\d{1,2})日")
_ANY_DATE = re.compile(r"[0-9一二三四五六七八九十]+月[0-9一二三四五六七八九十]+[日号]")
_ARTICLE = re.compile(r"第([0-9零一二三四五六七八九十百千]+)条")
_NTH = re.compile(
    r"第[0-9一二三四五六七八九十]+(个|届)(?!星期|周[一二三四五六日])(?=.{0,4}(日|周|月|节))"
)
_THEME = re.compile(r"主题(?:是|为|：)[“「][^{”」]")
_NAMED_DATE = re.compile(r"(?<!\d)(\d{1,2})·(\d{1,2})(?!\d)")


def check_messages(pack: Pack, day: date, statutes: Statutes | None) -> Iterator[Fault]:
    """Check every message against the register, the hotlines and its own observance."""
    for key, message in pack.messages.items():
        place = pack.places["messages", key]
        yield from checked_text(message, pack, day, place, statutes)
        yield from written_hotlines(message, pack, place)
        yield from _short(message.text, place)


def _short(text: str, place: Place) -> Iterator[Fault]:
    filled = PLACEHOLDER.sub(lambda found: "某" * _WIDTHS.get(found[1], 0), text)
    if (length := len("".join(filled.split()))) > LONGEST_MESSAGE:
        yield Fault(
            place.at("text"),
            f"文稿有 {length} 字（占位符按填好的算），太长",
            f"压缩到 {LONGEST_MESSAGE} 字以内，换行和空格不算",
        )


def checked_text(
    message: Message, pack: Pack, day: date, place: Place, statutes: Statutes | None
) -> Iterator[Fault]:
    """Check whatever is said on an occasion: its laws, words, placeholders, dates and numbers."""
    observance = pack.observances.get(message.observance)
    use = use_of(observance, day, message.checked)
    sending = use.day
    yield from dated(message.checked, day, place)
    yield from cited(message.cites, pack.registry, use, place)
    yield from mentioned(message.text, pack.registry, sending, place)
    yield from worded(message.text, sending, place)
    yield from _cites_listed(message, pack.registry, place)
    yield from _placeholders(message, place)
    if observance is None:
        remedy = "文件名要与 observances/ 里的相同"
        yield Fault(place.at(), f"没有“{message.observance}”这个节点", remedy)
    else:
        yield from _dates(message, observance, pack.registry, day, place)
    if statutes is not None:
        yield from _against(message, Texts(pack.registry, statutes, sending), pack.registry, place)


def _against(message: Message, texts: Texts, registry: Registry, place: Place) -> Iterator[Fault]:
    """Hold what is said of an article against it; dates are held against the occasion."""
    articles = texts.of(message.cites)
    if articles is None:
        return
    for sentence in SENTENCE.split(message.text):
        if any(mentions(sentence, registry)) or _ARTICLE.search(sentence):
            for number in strange_numbers(_ANY_DATE.sub("", sentence), articles):
                yield Fault(place.near(number), f"所引条文里没有“{number}”", "核对条文")
        for quoted in false_quotations(sentence, articles):
            yield Fault(place.near(quoted[:8]), f"所引条文里没有“{quoted}”这句话", "照原文改")


def _cites_listed(message: Message, registry: Registry, place: Place) -> Iterator[Fault]:
    listed = {(cite.law, cite.article) for cite in message.cites}
    for words, law, article in _said(message.text, registry):
        if (law.key, article) not in listed:
            yield Fault(
                place.near(words),
                f"文中引用了《{law.key}》第{article}条，cites 里没有",
                "在 cites 里补上",
            )


def _said(text: str, registry: Registry) -> Iterator[tuple[str, Law, int]]:
    """Give the articles of a text with their law; a bare （第五条） is of the law named last."""
    named = [found for found in mentions(text, registry) if found.quoted or found.articles]
    ends = [*(found.start for found in named[1:]), len(text)]
    for mention, end in zip(named, ends, strict=False):
        if mention.law is None:
            continue
        for article in mention.articles:
            yield mention.name, mention.law, article
        for bare in _ARTICLE.finditer(text, mention.end, end):
            yield bare[0], mention.law, read_numeral(bare[1])


def _placeholders(message: Message, place: Place) -> Iterator[Fault]:
    names = set(PLACEHOLDER.findall(message.text))
    for name in sorted(names - KNOWN_PLACEHOLDERS):
        yield Fault(
            place.near(f"{{{name}}}"),
            f"不认识的占位符 {{{name}}}",
            f"可以用：{'、'.join(sorted(KNOWN_PLACEHOLDERS))}",
        )
    if "nth" in names and message.nth_from is None:
        yield Fault(place.near("{nth}"), "用了 {nth}，没有写 nth_from", "写明第一个是哪一年")
    if nth := _NTH.search(message.text):
        yield Fault(place.near(nth[0]), f"写死了“{nth[0]}”，明年就不对了", "改用 {nth}")
    if theme := _THEME.search(message.text):
        yield Fault(place.near(theme[0]), "年度主题只能来自当年的通知", "改用 {theme}")
    if markup := _MARKUP.search(message.text):
        yield Fault(place.near(markup[0]), f"文稿里有标记 {markup[0]}", "只写文字，不写网页标记")


def written_hotlines(message: Message, pack: Pack, place: Place) -> Iterator[Fault]:
    """Check the telephone numbers of a text: registered, listed and really written."""
    for number in message.hotlines:
        if number not in pack.hotlines:
            yield Fault(place.at("hotlines"), f"电话 {number} 没有登记", "核实后写进 hotlines.toml")
        if number not in message.text:
            yield Fault(place.at("hotlines"), f"文中没有写电话 {number}", "从 hotlines 里删去")
    for number in sorted(set(_PHONE.findall(message.text)) - set(message.hotlines)):
        yield Fault(place.near(number), f"文中的电话 {number} 没有列在 hotlines 里", "补上或改掉")


def _dates(
    message: Message, observance: Observance, registry: Registry, day: date, place: Place
) -> Iterator[Fault]:
    """Check dates without a year: they must be days of the occasion, whose dates move by year.

    A date may also be what a cited article says (a deadline), unless it is said to be the day.
    """
    # A yearly date comes from its notice alone, a provisional one is not written down.
    span = None if isinstance(observance.rule, ByNotice) else next_span(observance, day)
    for sentence in SENTENCE.split(message.text):
        cites_article = any(mention.articles for mention in mentions(sentence, registry))
        for found in (*_DATE.finditer(sentence), *_NAMED_DATE.finditer(sentence)):
            said_to_be = sentence[found.end() :].startswith(("是", "为"))
            if cites_article and not said_to_be:
                continue
            if not _is_day_of(span, int(found[1]), int(found[2])):
                held = f"（{span.start} 至 {span.end}）" if span else "（待通知）"
                yield Fault(
                    place.near(found[0]),
                    f"{found[0]}不在“{observance.title}”的日期里{held}",
                    "核对日期；每年变动的日期用 {date}",
                )


def _is_day_of(span: Span | None, month: int, day: int) -> bool:
    if span is None:
        return False
    return any(
        (month, day) in ((span.start.month, span.start.day), (span.end.month, span.end.day))
        or span.start <= candidate <= span.end
        for candidate in _candidates(span, month, day)
    )


def _candidates(span: Span, month: int, day: int) -> Iterator[date]:
    for year in {span.start.year, span.end.year}:
        try:
            yield date(year, month, day)
        except ValueError:
            continue
