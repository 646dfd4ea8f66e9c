"""What the pages of 台账 share: who may file, for which unit, and what words may name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lawbot.house import House
from lawbot.web.visit import Visit
from lawbot.web.words import NO_SUCH_PAGE
from lawcore.access.model import Remit
from lawcore.errors import BadInput, NotFound
from lawcore.ids import LawKey, UnitId
from lawcore.participation.activity import Activity, Recorded
from lawcore.participation.known import Known
from lawcore.participation.registers import RegisterLine, RegisterRow
from lawcore.people.model import Unit
from lawcore.storage import Books

REASON = "更正原因"
OTHER_UNIT = "只能给自己管的单位登记，请重新选择单位。"


def known_of(books: Books, house: House) -> Known:
    """Units of the roster; observances, laws and categories of the content."""

    def law(name: str) -> LawKey | None:
        found = house.pack.registry.find(name)
        return found.key if found else None

    observances = house.pack.observances.values()
    return Known(books.people.units(), observances, law, house.categories)


def may_file(remit: Remit) -> bool:
    """Editors file for everybody, the admin of a village for it."""
    return remit.may_edit or remit.units is not None


def check_may_file(visit: Visit) -> None:
    """Raise NotFound for who may only look."""
    if not may_file(visit.remit):
        raise NotFound(NO_SUCH_PAGE)


def check_own(visit: Visit, unit: UnitId | None) -> None:
    """Raise BadInput where somebody would file for a unit that is not theirs."""
    if not visit.remit.sees(unit):
        raise BadInput(OTHER_UNIT)


@dataclass(frozen=True, slots=True)
class Link:
    """One row among those that it corrects and that correct it."""

    where: str
    number: str
    filed_at: datetime
    filed_by: str
    who: str
    """Who was there when it was filed; empty for a row of a file."""
    reason: str
    standing: str


def link_of(
    books: Books, row: Recorded | RegisterLine, given: Activity | RegisterRow, where: str
) -> Link:
    """A row of the ledger with what was `given` in it and the page that it has."""
    told = books.audit.of_row(row.number, row.filed_at)
    standing = "计数"
    if given.withdrawn:
        standing = "撤销记录"
    elif row.corrected_by is not None:
        standing = f"由 {row.number[0]}{row.corrected_by} 代替"
    who = told.who if told else ""
    return Link(where, row.number, row.filed_at, given.filed_by, who, given.reason, standing)


def unit_asked(visit: Visit, units: Iterable[Unit]) -> Unit | None:
    """The unit of the address, which stands for all below it too; None for the whole township.

    Raises NotFound for one out of sight, as for one that there is not.
    """
    code = visit.asked("unit")
    if not code and visit.remit.units is None:
        return None
    found = next((one for one in units if one.code == code and visit.remit.sees(one.id)), None)
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return found


def year_asked(visit: Visit) -> int:
    """The year of the address; this year where it names none."""
    written = visit.asked("year")
    fits = written.isascii() and written.isdigit() and len(written) == 4 and written >= "2000"
    return int(written) if fits else visit.today.year


def page_asked(visit: Visit) -> int:
    """The page of a long list, from 1."""
    written = visit.asked("page", "1")
    fits = written.isascii() and written.isdigit() and len(written) < 6
    return max(int(written), 1) if fits else 1
