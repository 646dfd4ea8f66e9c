"""What we were given: reads the content pack and an overlay folder, and checks them."""

from lawcore.content.check import check_pack
from lawcore.content.commencement import commencements
from lawcore.content.impact import Item, fitting, held_back, impact
from lawcore.content.inspection import Inspection
from lawcore.content.overdue import overdue
from lawcore.content.pack import CalendarPack, Hotline, Pack
from lawcore.content.reading import read_blueprint, read_calendar, read_categories, read_pack
from lawcore.content.wording import is_stale

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
    "impact",
    "is_stale",
    "overdue",
    "read_blueprint",
    "read_calendar",
    "read_categories",
    "read_pack",
]
