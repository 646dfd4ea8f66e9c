"""The part of the content pack that the calendar needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from lawcore.calendar.observance import Observance
from lawcore.ids import LawKey, ObservanceKey
from lawcore.law.registry import Registry


@dataclass(frozen=True, slots=True)
class CalendarPack:
    """Laws and observances."""

    registry: Registry
    observances: Mapping[ObservanceKey, Observance]

    @property
    def law_names(self) -> Mapping[LawKey, str]:
        """The official name of each law."""
        return {law.key: law.name for law in self.registry}
