"""Reads everything of the shipped pack and of the overlay folder laid over it.

Apart from `reading`: the calendar must not pay for the shapes of texts, questions and papers.
"""

from pathlib import Path

from lawcore.content.desk import Desk, Layer
from lawcore.content.forms.blueprint import BlueprintForm
from lawcore.content.forms.consent import LanguageForm
from lawcore.content.forms.message import HotlineForm, LeafletForm, MessageForm
from lawcore.content.forms.question import QuestionForm
from lawcore.content.pack import Pack
from lawcore.content.reading import layers_of, observances_of, registry_of
from lawcore.errors import BadInput
from lawcore.ids import BlueprintKey, LanguageCode, ObservanceKey, QuestionKey
from lawcore.law.registry import Registry
from lawcore.participation.consent import Consent
from lawcore.questions.blueprint import Blueprint


def read_consent(overlay: Path | None = None) -> Consent:
    """Read what a person is told before joining, in every language; raises FaultyFile."""
    desk = Desk(layers_of(overlay))
    consent = _consent(desk)
    desk.close()
    return consent


def read_pack(overlay: Path | None = None) -> Pack:
    """Read everything; raises FaultyFile with every fault of every file."""
    desk = Desk(layers_of(overlay))
    registry = registry_of(desk)
    observances = observances_of(desk, registry)
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
    if not path.is_file():
        raise BadInput(f"没有“{path}”这个文件。")
    desk = Desk([Layer(path.parent, f"{path.parent}/")])
    found = desk.read(
        path.name, BlueprintForm, lambda key, form: form.build(key, registry), blame="section"
    )
    desk.close()
    return next(iter(found.values()))


def _consent(desk: Desk) -> Consent:

    notices = desk.read(
        "consent.toml",
        LanguageForm,
        lambda _, form: form.build(),
        blame="code",
        table="language",
        key=lambda form: form.code,
    )
    return Consent({LanguageCode(code): notice for code, notice in notices.items()})
