"""Taking a roster into the books: all of it, in one transaction, with a line in the ledger."""

from dataclasses import asdict
from datetime import datetime
from typing import Protocol

from lawcore.participation.entry import Entry, EntryKind, Ledger
from lawcore.people.book import PeopleBook
from lawcore.people.model import Roster
from lawcore.people.roster_change import RosterChange, compare


class Desk(Protocol):
    """The books that a roster needs, in one transaction."""

    @property
    def people(self) -> PeopleBook: ...

    @property
    def ledger(self) -> Ledger: ...


def enlist(desk: Desk, roster: Roster, file: str, *, actor: str, at: datetime) -> RosterChange:
    """Save `roster`, the file called `file`; what it added and changed."""
    change = compare(desk.people.roster(), roster)
    desk.people.save_roster(roster, at)
    detail = {"file": file, **asdict(change)}
    desk.ledger.add(Entry(at, EntryKind.ROSTER, actor, detail=detail))
    return change
