"""Rules for the questions of the bank, one by one."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from lawcore.content.against_texts import Texts, false_quotations, strange_numbers
from lawcore.content.citing import cited, mentioned
from lawcore.content.freshness import dated
from lawcore.content.pack import Pack
from lawcore.content.place import Place
from lawcore.content.sending import Use
from lawcore.content.wording import worded
from lawcore.errors import Fault
from lawcore.law.numbers import amount
from lawcore.questions.question import Question, QuestionKind

_CATCH_ALL = re.compile(r"以上(都|全|皆|均)|(都|全|皆|均)(对|是|正确|不对|错误)$")
_PERCENT = re.compile(r"百分之([0-9.零〇一二三四五六七八九十百]+)")
_DOTTED = re.compile(r"^(\d{1,2})[·・•](\d{1,2})$")
_NUMERAL = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?[十百千万亿]*|\d+(?:\.\d+)?[十百千万亿]*|[零〇一二两三四五六七八九十百千万亿]+"
)
_MONTH = re.compile(r"\d月\d")
_EMPTY = re.compile(r"[^\w.%]+|\.(?!\d)")
_SIGNS = re.compile(r"[\W_]+")
_ENDS = re.compile(r"[。；！？?]")
_CLAUSE = re.compile(r"[，。；：！？\s]")
_ASKED = re.compile(r"哪|什么|的(是|有)$|(是|有)[（(]|__|何")
_HIDDEN = re.compile(r"(错误|有误|例外|除外|无关|违背常理)的?(是|有|做法|说法)?")
_DENIAL = (
    r"(?:不(?:属于|正确|是|对|符合|包括|包含|适当|恰当|适用|需要|应|可以|能|得)|无需|无须|无权)"
)
_DENIED = re.compile(
    rf"{_DENIAL}[^，。]{{0,12}}的(?:是|有)|(?:哪|什么)(?:(?!属于)[^，。]){{0,10}}{_DENIAL}(?!不|论|管)"
)
_LISTED = re.compile(r"下列|以下")
_TWICE = re.compile(r"不(得|能|可|应)?不|没有不|并非不|不是没有|不属于不|不正确的是.*不")


def check_questions(pack: Pack, day: date, texts: Texts | None) -> Iterator[Fault]:
    """Check every question; its numbers and quotations only where `texts` knows the articles."""
    stems: dict[str, Question] = {}
    for question in pack.questions.values():
        place = pack.places["questions", question.id]
        yield from dated(question.checked, day, place)
        use = Use(day, question.checked, question.checked)
        yield from cited(question.cites, pack.registry, use, place)
        yield from _texts(question, pack, day, place)
        yield from _options(question, place)
        yield from _stem(question, place)
        yield from _apart(question, pack, place)
        if texts is not None:
            yield from _against(question, texts, place)
        first = stems.setdefault(plain(question.stem), question)
        if first is not question:
            yield Fault(place.at("stem"), f"题干与 {first.id} 相同", "删去一题或改写")


def plain(text: str) -> str:
    """A text without its signs and spaces, to tell whether two say the same."""
    return _SIGNS.sub("", text).casefold()


def meaning(option: str) -> str:
    """What an option says, however it writes its dates and numbers: 12月04日 is 十二月四日."""
    text = unicodedata.normalize("NFKC", option)
    text = _PERCENT.sub(lambda found: f"{found[1]}%", text)
    text = _DOTTED.sub(lambda found: f"{found[1]}月{found[2]}日", text.strip())
    text = _NUMERAL.sub(lambda found: f"{amount(found[0]).normalize():f}", text)
    return _EMPTY.sub("", text.replace("号", "日") if _MONTH.search(text) else text).casefold()


def _states(question: Question) -> bool:
    """Whether the stem is meant as it stands: a false statement may say anything."""
    return not (question.kind is QuestionKind.JUDGE and question.key == {1})


def _texts(question: Question, pack: Pack, day: date, place: Place) -> Iterator[Fault]:
    yield from mentioned(question.explanation, pack.registry, day, place)
    yield from worded(question.explanation, day, place)
    if _states(question):
        yield from mentioned(question.stem, pack.registry, day, place)
        yield from worded(question.stem, day, place)


def _options(question: Question, place: Place) -> Iterator[Fault]:
    options = [meaning(option) for option in question.options]
    if len(set(options)) < len(options):
        yield Fault(place.at("options"), "有两个选项一样", "改写其中一个")
    for option in question.options:
        if _CATCH_ALL.search(option):
            yield Fault(place.near(option), f"不用“{option}”这样的选项", "写出具体内容")
    right = len(question.key)
    if question.kind is QuestionKind.SINGLE and right != 1:
        yield Fault(place.at("answer"), f"单选题有{right}个答案", "只留一个")
    if question.kind is QuestionKind.MULTIPLE and not 2 <= right < len(question.options):
        yield Fault(place.at("answer"), f"多选题有{right}个答案", "至少两个，且不能全选")


def _stem(question: Question, place: Place) -> Iterator[Fault]:
    """A question for what is not so says 下列…不…, once: nobody fails by overlooking a word."""
    if question.kind is QuestionKind.JUDGE:
        return
    clauses = [clause for clause in _CLAUSE.split(question.stem) if _ASKED.search(clause)]
    asked = clauses[-1] if clauses else question.stem
    if found := _HIDDEN.search(asked):
        reason = f"反着问，却写成“{found[0]}”"
        yield Fault(place.at("stem"), reason, "改成“下列……不……的是”")
    elif _DENIED.search(asked) and not _LISTED.search(_ENDS.split(question.stem.rstrip("？?"))[-1]):
        yield Fault(place.at("stem"), "反着问，没有写“下列……不……”", "改成“下列……不……的是”")
    if found := _TWICE.search(asked):
        yield Fault(place.at("stem"), f"双重否定“{found[0]}”看不明白", "改成正着说")


def _apart(question: Question, pack: Pack, place: Place) -> Iterator[Fault]:
    for other in question.apart:
        if other == question.id:
            yield Fault(place.at("apart"), "apart 里写了它自己", "删去")
        elif other not in pack.questions:
            yield Fault(place.at("apart"), f"apart 里的“{other}”不在题库里", "核对编号，或者删去")


def _against(question: Question, texts: Texts, place: Place) -> Iterator[Fault]:
    articles = texts.of(question.cites)
    if articles is None:
        return
    right = (question.options[index] for index in sorted(question.key))
    said = [question.explanation, *right]
    if _states(question):
        said.append(question.stem)
    for number in strange_numbers("\n".join(said), articles, question.computed):
        yield Fault(
            place.near(number),
            f"所引条文里没有“{number}”",
            "核对条文；是算出来的或者案情里的数，写进 computed",
        )
    for quoted in false_quotations(question.explanation, articles):
        yield Fault(place.near(quoted[:8]), f"所引条文里没有“{quoted}”这句话", "照条文原文改")
