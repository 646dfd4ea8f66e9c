"""Reads the calendar's part of the shipped pack and of the overlay folder laid over it.

The overlay has the folders of the shipped pack; what it holds is added, or replaces what has the
same key. All faults of all files are raised at once.
"""

from importlib.resources import files
from pathlib import Path

from lawcore.calendar.observance import Observance
from lawcore.content.calendar_pack import CalendarPack
from lawcore.content.desk import Desk, Layer
from lawcore.content.forms.law import LawForm
from lawcore.content.forms.observance import ObservanceForm
from lawcore.errors import BadInput
from lawcore.ids import ObservanceKey
from lawcore.law.registry import Registry


def read_calendar(overlay: Path | None = None) -> CalendarPack:
    """Read only laws and observances; raises FaultyFile with every fault of these files."""
    desk = Desk(layers_of(overlay))
    registry = registry_of(desk)
    observances = observances_of(desk, registry)
    desk.close()
    return CalendarPack(registry, observances)


def read_categories(overlay: Path | None = None) -> tuple[str, ...]:
    """Read what an activity may be filed under (六进); raises FaultyFile."""
    from lawcore.content.forms.category import CategoryForm  # noqa: PLC0415 - few commands ask

    desk = Desk(layers_of(overlay))
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


def layers_of(overlay: Path | None) -> list[Layer]:
    """The shipped pack and what is laid over it. Raises BadInput for a folder that is not there."""
    layers = [Layer(files("lawcontent"), "")]
    if overlay is not None:
        if not overlay.is_dir():
            raise BadInput(f"没有“{overlay}”这个内容文件夹。")
        layers.append(Layer(overlay, f"{overlay}/"))
    return layers


def registry_of(desk: Desk) -> Registry:
    """Read the laws."""
    laws = desk.read(
        "laws",
        LawForm,
        lambda _, form: form.build(),
        blame="version",
        table="law",
        key=lambda form: form.key,
    )
    return Registry(laws.values())


def observances_of(desk: Desk, registry: Registry) -> dict[ObservanceKey, Observance]:
    """Read the observances."""
    found = desk.read(
        "observances", ObservanceForm, lambda key, form: form.build(key, registry), blame="rule"
    )
    return {ObservanceKey(key): observance for key, observance in found.items()}
