"""What we were given: reads the content pack and an overlay folder, and checks them.

A name is imported when it is asked for: the checker is large, and few commands need it. A name
that is also a module's (`impact`, `overdue`) is imported from that module.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lawcore.content.calendar_pack import CalendarPack
    from lawcore.content.check import check_pack
    from lawcore.content.commencement import commencements
    from lawcore.content.freshness import is_stale
    from lawcore.content.impact import Item, fitting, held_back
    from lawcore.content.inspection import Inspection
    from lawcore.content.pack import Hotline, Pack
    from lawcore.content.reading import read_calendar, read_categories
    from lawcore.content.reading_all import read_blueprint, read_consent, read_pack

_HOMES = {
    "check_pack": "check",
    "commencements": "commencement",
    "Item": "impact",
    "fitting": "impact",
    "held_back": "impact",
    "Inspection": "inspection",
    "CalendarPack": "calendar_pack",
    "Hotline": "pack",
    "Pack": "pack",
    "read_blueprint": "reading_all",
    "read_calendar": "reading",
    "read_categories": "reading",
    "read_consent": "reading_all",
    "read_pack": "reading_all",
    "is_stale": "freshness",
}

__all__ = [
    "CalendarPack",
    "Hotline",
    "Inspection",
    "Item",
    "Pack",
    "check_pack",
    "commencements",
    "fitting",
    "held_back",
    "is_stale",
    "read_blueprint",
    "read_calendar",
    "read_categories",
    "read_consent",
    "read_pack",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
