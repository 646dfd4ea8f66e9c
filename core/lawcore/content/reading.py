"""Reads the shipped pack and the overlay folder laid over it.

The overlay has the folders of the shipped pack; what it holds is added, or replaces what has the
same key. All faults of all files are raised at once.
"""

from importlib.resources import files
from pathlib import Path

from lawcore.calendar.observance import Observance
from lawcore.content.desk import Desk, Layer
from lawcore.content.forms.law import LawForm
from lawcore.content.forms.observance import ObservanceForm
from lawcore.content.pack import CalendarPack, Pack
from lawcore.errors import BadInput
from lawcore.ids import BlueprintKey, LanguageCode, ObservanceKey, QuestionKey
from lawcore.law.registry import Registry
from lawcore.participation.consent import Consent
from lawcore.questions.blueprint import Blueprint


def read_calendar(overlay: Path | None = None) -> CalendarPack:
    """Read only laws and observances; raises FaultyFile with every fault of these files."""
    desk = Desk(_layers(overlay))
    registry = _registry(desk)
    observances = _observances(desk, registry)
    desk.close()
    return CalendarPack(registry, observances)


def read_categories(overlay: Path | None = None) -> tuple[str, ...]:
    """Read what an activity may be filed under (六进); raises FaultyFile."""
    from lawcore.content.forms.category import CategoryForm  # noqa: PLC0415 - few commands ask

    desk = Desk(_layers(overlay))
    found = desk.read(
        "categories.toml",
        CategoryForm,
        lambda _, form: form.name,
        blame="name",
        table="category",
        key=lambda form: form.name,
    )
    desk.close()
    return tuple(found)


def read_consent(overlay: Path | None = None) -> Consent:
    """Read what a person is told before joining, in every language; raises FaultyFile."""
    desk = Desk(_layers(overlay))
    consent = _consent(desk)
    desk.close()
    return consent


def read_pack(overlay: Path | None = None) -> Pack:
    """Read everything; raises FaultyFile with every fault of every file."""
    # The calendar must not pay for the shapes of questions and papers.
    from lawcore.content.forms.blueprint import BlueprintForm  # noqa: PLC0415
    from lawcore.content.forms.message import (  # noqa: PLC0415
        HotlineForm,
        LeafletForm,
        MessageForm,
    )
    from lawcore.content.forms.question import QuestionForm  # noqa: PLC0415

    desk = Desk(_layers(overlay))
    registry = _registry(desk)
    observances = _observances(desk, registry)
    messages, loudspeaker = (
        desk.read(room, MessageForm, lambda key, form: form.build(key, registry), blame="text")
        for room in ("messages", "loudspeaker")
    )
    leaflets = desk.read(
        "leaflets", LeafletForm, lambda key, form: form.build(key, registry), blame="text"
    )
    questions = desk.read(
        "questions",
        QuestionForm,
        lambda _, form: form.build(registry),
        blame="answer",
        table="question",
        key=lambda form: form.id,
    )
    hotlines = desk.read(
        "hotlines.toml",
        HotlineForm,
        lambda _, form: form.build(),
        blame="number",
        table="hotline",
        key=lambda form: form.number,
    )
    blueprints = desk.read(
        "exams", BlueprintForm, lambda key, form: form.build(key, registry), blame="section"
    )
    consent = _consent(desk)
    desk.close()
    return Pack(
        registry=registry,
        observances=observances,
        messages={ObservanceKey(key): message for key, message in messages.items()},
        loudspeaker={ObservanceKey(key): message for key, message in loudspeaker.items()},
        leaflets={ObservanceKey(key): leaflet for key, leaflet in leaflets.items()},
        questions={QuestionKey(key): question for key, question in questions.items()},
        hotlines=hotlines,
        blueprints={BlueprintKey(key): blueprint for key, blueprint in blueprints.items()},
        consent=consent,
        places=desk.places,
    )


def read_blueprint(path: Path, registry: Registry) -> Blueprint:
    """Read one blueprint file from anywhere; raises FaultyFile, or BadInput if it is missing."""
    from lawcore.content.forms.blueprint import BlueprintForm  # noqa: PLC0415

    if not path.is_file():
        raise BadInput(f"没有「{path}」这个文件。")
    desk = Desk([Layer(path.parent, f"{path.parent}/")])
    found = desk.read(
        path.name, BlueprintForm, lambda key, form: form.build(key, registry), blame="section"
    )
    desk.close()
    return next(iter(found.values()))


def _layers(overlay: Path | None) -> list[Layer]:
    layers = [Layer(files("lawcontent"), "")]
    if overlay is not None:
        if not overlay.is_dir():
            raise BadInput(f"没有「{overlay}」这个内容文件夹。")
        layers.append(Layer(overlay, f"{overlay}/"))
    return layers


def _registry(desk: Desk) -> Registry:
    laws = desk.read(
        "laws",
        LawForm,
        lambda _, form: form.build(),
        blame="version",
        table="law",
        key=lambda form: form.key,
    )
    return Registry(laws.values())


def _observances(desk: Desk, registry: Registry) -> dict[ObservanceKey, Observance]:
    found = desk.read(
        "observances", ObservanceForm, lambda key, form: form.build(key, registry), blame="rule"
    )
    return {ObservanceKey(key): observance for key, observance in found.items()}


def _consent(desk: Desk) -> Consent:
    from lawcore.content.forms.consent import LanguageForm  # noqa: PLC0415 - few commands ask

    notices = desk.read(
        "consent.toml",
        LanguageForm,
        lambda _, form: form.build(),
        blame="code",
        table="language",
        key=lambda form: form.code,
    )
    return Consent({LanguageCode(code): notice for code, notice in notices.items()})
