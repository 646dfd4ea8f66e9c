"""The content pack: everything that may be said and asked, ready for the core."""

from collections.abc import Mapping
from dataclasses import dataclass

from lawcore.calendar.observance import Observance
from lawcore.campaigns.leaflet import Leaflet
from lawcore.campaigns.message import Message
from lawcore.content.place import Place
from lawcore.ids import BlueprintKey, ObservanceKey, QuestionKey
from lawcore.law.registry import Registry
from lawcore.participation.consent import Consent
from lawcore.questions.blueprint import Blueprint
from lawcore.questions.question import Question


@dataclass(frozen=True, slots=True)
class Hotline:
    """A telephone number that may stand in a text."""

    number: str
    name: str
    use: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The whole pack, with the place of each thing in its file."""

    registry: Registry
    observances: Mapping[ObservanceKey, Observance]
    messages: Mapping[ObservanceKey, Message]
    loudspeaker: Mapping[ObservanceKey, Message]
    """Texts written to be read aloud: numbers are words in them."""
    leaflets: Mapping[ObservanceKey, Leaflet]
    questions: Mapping[QuestionKey, Question]
    hotlines: Mapping[str, Hotline]
    blueprints: Mapping[BlueprintKey, Blueprint]
    consent: Consent
    """What a person is told before joining."""
    places: Mapping[tuple[str, str], Place]
    """By folder and key: ``("questions", "xianfa-001")``."""
