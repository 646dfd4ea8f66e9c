"""What cites a law, and what of it may not be used on a day until a person has read it again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from lawcore.campaigns.leaflet import Leaflet
from lawcore.campaigns.message import Message
from lawcore.content.citing import cited, mentioned
from lawcore.content.pack import Pack
from lawcore.content.place import Place
from lawcore.content.sending import Use, use_of
from lawcore.ids import Citation, LawKey
from lawcore.law.mentions import mentions
from lawcore.law.registry import Registry
from lawcore.questions.question import Question

ROOM_WORDS = {
    "observances": "节点",
    "messages": "文稿",
    "loudspeaker": "广播稿",
    "leaflets": "明白纸",
    "questions": "题目",
    "exams": "试卷方案",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A thing of the pack that cites laws, as it stands on a day."""

    room: str
    """The folder of the pack: ``questions``."""
    key: str
    title: str
    cites: tuple[Citation, ...]
    where: str
    reasons: tuple[str, ...]
    """Why it is held back on that day; empty while it may be used."""


def impact(pack: Pack, law: LawKey, day: date) -> tuple[Item, ...]:
    """Give everything that cites `law`, each as it is used on `day` or next after it."""
    return tuple(_items(pack, day, law))


def held_back(pack: Pack, day: date) -> tuple[Item, ...]:
    """Give everything that a person has to read again, because a law that it cites changed."""
    return tuple(_items(pack, day, None))


def fits(question: Question, registry: Registry, day: date) -> bool:
    """Tell whether a question may be asked on `day`: the law that it was checked against binds."""
    return not any(cited(question.cites, registry, _use(question, day), _NOWHERE))


def fitting(questions: Iterable[Question], registry: Registry, *days: date) -> tuple[Question, ...]:
    """Give the questions that may be asked on all of `days`."""
    return tuple(each for each in questions if all(fits(each, registry, day) for day in days))


_NOWHERE = Place("题库", "")


@dataclass(frozen=True, slots=True)
class _Source:
    """Something that cites, and for when it was read."""

    room: str
    key: str
    title: str
    cites: tuple[Citation, ...]
    use: Use
    text: str = ""
    """What is sent; a law may be named in it that is not listed."""


def _items(pack: Pack, day: date, law: LawKey | None) -> Iterator[Item]:
    """What cites `law`, or with None what is held back; its line is found for nothing else."""
    for source in _sources(pack, day):
        place = pack.places[source.room, source.key]
        named = (each.law for each in mentions(source.text, pack.registry) if each.law)
        listed = dict.fromkeys(source.cites)
        known = {cite.law for cite in listed}
        further = {Citation(each.key): None for each in named if each.key not in known}
        chosen = tuple(cite for cite in listed | further if law in {None, cite.law})
        if law is not None and not chosen:
            continue
        faults = [
            *cited((cite for cite in chosen if cite in listed), pack.registry, source.use, place),
            *mentioned(source.text, pack.registry, source.use.day, place),
        ]
        reasons = tuple(
            dict.fromkeys(
                fault.reason for fault in faults if law is None or f"《{law}》" in fault.reason
            )
        )
        if law is not None or reasons:
            yield Item(source.room, source.key, source.title, chosen, place.at(), reasons)


def _sources(pack: Pack, day: date) -> Iterator[_Source]:
    for key, each in pack.observances.items():
        cites = (*each.basis, *(Citation(law) for law in each.laws))
        yield _Source("observances", key, each.title, cites, use_of(each, day, each.checked))
    for room, texts in (("messages", pack.messages), ("loudspeaker", pack.loudspeaker)):
        for message in texts.values():
            yield _said(room, message, message.text, pack, day)
    for leaflet in pack.leaflets.values():
        yield _said("leaflets", leaflet, leaflet.wording, pack, day)
    for question in pack.questions.values():
        yield _Source("questions", question.id, question.stem, question.cites, _use(question, day))
    for blueprint in pack.blueprints.values():
        laws = sorted({law for section in blueprint.sections for law in section.laws})
        cites = tuple(Citation(law) for law in laws)
        yield _Source("exams", blueprint.id, blueprint.title, cites, Use(day, day, day))


def _said(room: str, source: Message | Leaflet, text: str, pack: Pack, day: date) -> _Source:
    observance = pack.observances.get(source.observance)
    title = observance.title if observance else source.observance
    use = use_of(observance, day, source.checked)
    return _Source(room, source.observance, title, source.cites, use, text)


def _use(question: Question, day: date) -> Use:
    return Use(day, question.checked, question.checked)
