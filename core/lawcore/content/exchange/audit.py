"""The whole pack as one JSON document, for somebody outside who audits it."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from lawcore.calendar.observance import Observance
from lawcore.content.pack import Pack
from lawcore.ids import Citation
from lawcore.law.law import Law
from lawcore.law.registry import Registry
from lawcore.questions.question import LETTERS, Question


def audit_of(pack: Pack, day: date) -> dict[str, Any]:
    """Give everything that is said and asked, what it cites and when a person checked it.

    `day` is written down as the day of the export; a rule's dates are those of its year.
    """
    return {
        "exported_on": day,
        "laws": [_law(law) for law in pack.registry],
        "observances": [_observance(each, day.year) for each in pack.observances.values()],
        "messages": [_said(key, each.text, each) for key, each in pack.messages.items()],
        "loudspeaker": [_said(key, each.text, each) for key, each in pack.loudspeaker.items()],
        "leaflets": [
            {"title": each.title, **_said(key, each.wording, each)}
            for key, each in pack.leaflets.items()
        ],
        "questions": [_question(question) for question in pack.questions.values()],
        "hotlines": [asdict(each) for each in pack.hotlines.values()],
        "cases": [question.id for question in pack.questions.values() if question.case],
        "reviews": [_review(question, pack.registry) for question in pack.questions.values()],
    }


def _law(law: Law) -> dict[str, Any]:
    return {
        "key": law.key,
        "name": law.name,
        "aliases": law.aliases,
        "level": law.level.value,
        "issuer": law.issuer,
        "checked_on": law.checked,
        "versions": [asdict(version) for version in law.versions],
    }


def _observance(observance: Observance, year: int) -> dict[str, Any]:
    span = observance.rule.resolve(year)
    return {
        "id": observance.key,
        "title": observance.title,
        "rule": {"kind": type(observance.rule).__name__, **asdict(observance.rule)},
        "year": year,
        "start": span.start if span else None,
        "end": span.end if span else None,
        "source": observance.source,
        "verification": observance.verification.value,
        "citations": _citations(observance.basis),
        "laws": observance.laws,
        "departments": observance.departments,
        "audience": observance.audience,
        "lead_days": observance.lead_days,
        "hour": observance.hour.strftime("%H:%M"),
        "optional": observance.optional,
        "note": observance.note,
        "checked_on": observance.checked,
    }


def _said(key: str, text: str, source: Any) -> dict[str, Any]:
    return {
        "id": key,
        "text": text,
        "citations": _citations(source.cites),
        "hotlines": source.hotlines,
        "checked_on": source.checked,
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": question.kind.value,
        "stem": question.stem,
        "options": [
            {"letter": LETTERS[place], "text": option}
            for place, option in enumerate(question.options)
        ],
        "key": list(question.key_letters),
        "explanation": question.explanation,
        "citations": _citations(question.cites),
        "topic": question.topic.value,
        "audience": sorted(audience.value for audience in question.audience),
        "difficulty": question.difficulty,
        "checked_on": question.checked,
    }


def _review(question: Question, registry: Registry) -> dict[str, Any]:
    """Which texts a person had before them when the question was last checked."""
    found = {}
    for cite in question.cites:
        law = registry.find(cite.law)
        version = law.in_force(question.checked) if law else None
        found[cite.law] = version.effective if version else None
    return {
        "id": question.id,
        "checked_on": question.checked,
        "versions": [{"law": law, "effective": effective} for law, effective in found.items()],
        "computed": question.computed,
        "apart": question.apart,
    }


def _citations(cites: Iterable[Citation]) -> list[dict[str, Any]]:
    return [cite._asdict() for cite in cites]
