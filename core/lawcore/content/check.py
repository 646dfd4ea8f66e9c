"""The checker: every fault of a content pack, each with its file and line.

What a person has to decide is a fault too: nothing doubtful goes out unseen (法治宣传教育法
art. 54: publicity is accurate and does not mislead).
"""

from collections.abc import Iterator
from datetime import date

from lawcore.calendar.observance import Verification
from lawcore.content.against_texts import Texts
from lawcore.content.check_bank import check_bank
from lawcore.content.check_messages import check_messages
from lawcore.content.check_paper import check_paper
from lawcore.content.check_questions import check_questions
from lawcore.content.citing import cited, mentioned
from lawcore.content.freshness import dated
from lawcore.content.pack import Pack
from lawcore.content.place import Place
from lawcore.content.sending import Use, use_of
from lawcore.content.wording import worded
from lawcore.errors import Fault
from lawcore.ids import Citation
from lawcore.law.registry import plain_name
from lawcore.law.statutes import Statutes
from lawcore.questions.blueprint import Blueprint
from lawcore.questions.draw import BankTooSmall, draw


def check_pack(pack: Pack, day: date, statutes: Statutes | None = None) -> tuple[Fault, ...]:
    """Check the pack as if it were used on `day`, the day of sending.

    Numbers and quotations are held against the articles only where `statutes` are given.
    """
    texts = Texts(pack.registry, statutes, day) if statutes else None
    return (
        *_laws(pack, day),
        *_observances(pack, day),
        *check_messages(pack, day, statutes),
        *check_paper(pack, day, statutes),
        *check_questions(pack, day, texts),
        *check_bank(tuple(pack.questions.values())),
        *_blueprints(pack, day),
        *_consent(pack, day),
    )


def _laws(pack: Pack, day: date) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for law in pack.registry:
        place = pack.places["laws", law.key]
        yield from dated(law.checked, day, place)
        for name in {plain_name(name) for name in (law.key, law.name, *law.aliases)}:
            owner = owners.setdefault(name, law.key)
            if owner != law.key:
                yield Fault(place.at(), f"“{name}”也是《{owner}》的名称", "改掉一个")
        for version in law.versions:
            if version.ended and version.ended < version.effective:
                yield Fault(place.near(str(version.ended)), "废止日期早于施行日期", "核对两个日期")


def _observances(pack: Pack, day: date) -> Iterator[Fault]:
    for key, observance in pack.observances.items():
        place = pack.places["observances", key]
        yield from dated(observance.checked, day, place)
        made_known = [Citation(law) for law in observance.laws]
        use = use_of(observance, day, observance.checked)
        yield from cited((*observance.basis, *made_known), pack.registry, use, place)
        for name, listed in (
            ("laws", observance.laws),
            ("departments", observance.departments),
            ("audience", observance.audience),
        ):
            if not listed:
                yield Fault(place.at(name), f"“{name}”是空的", "至少写一项")
        if observance.verification is Verification.STATUTE and not observance.basis:
            yield Fault(place.at("verification"), "写了法律规定，却没有写依据", "补上 basis")
        if key not in pack.messages:
            yield Fault(place.at(), f"“{observance.title}”没有文稿", f"写 messages/{key}.toml")


def _blueprints(pack: Pack, day: date) -> Iterator[Fault]:
    for key, blueprint in pack.blueprints.items():
        place = pack.places["exams", key]
        laws = {law for section in blueprint.sections for law in section.laws}
        cites = (Citation(law) for law in sorted(laws))
        yield from cited(cites, pack.registry, Use(day, day, day), place)
        try:
            draw(tuple(pack.questions.values()), blueprint, seed="check")
        except BankTooSmall as small:
            for name in small.gone:
                yield Fault(place.near(name), f"固定题“{name}”不在题库里", "核对题号")
            for cell in small.short:
                remedy = "减题，或者补题库；同一道题不能重复用"
                yield Fault(place.at("section", cell.section), f"题库不够：{cell.words}", remedy)
        yield from _common(blueprint, pack, place)
        if blueprint.pass_mark > blueprint.total:
            yield Fault(place.at("pass_mark"), f"及格线高于总分{blueprint.total}", "改及格线或分值")


def _consent(pack: Pack, day: date) -> Iterator[Fault]:
    for code, notice in pack.consent.notices.items():
        place = pack.places["consent", code]
        yield from mentioned(notice.notice, pack.registry, day, place)
        yield from worded(notice.notice, day, place)


def _common(blueprint: Blueprint, pack: Pack, place: Place) -> Iterator[Fault]:
    """The common block stands in every paper: what is to stand apart cannot both be in it."""
    keys = {one.question for one in blueprint.common}
    for key in sorted(keys & pack.questions.keys()):
        for other in sorted(keys & set(pack.questions[key].apart)):
            yield Fault(place.near(other), f"固定题“{key}”和“{other}”不能同卷", "换掉一道")
