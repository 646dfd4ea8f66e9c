"""A line of the ledger as an admin reads it: who did what to whom, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lawcore.participation import ENTRY_WORDS, EntryKind


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry with its names; a name is None where the entry has none."""

    id: int
    at: datetime
    kind: EntryKind
    actor: str
    """As the ledger has it: ``account:7``."""
    who: str
    """As people read it; a name that was typed at the command line says so."""
    person: str | None
    """Whom it is about."""
    unit: str | None
    campaign: str | None
    exam: str | None
    detail: Mapping[str, str | int]

    @property
    def what(self) -> str:
        return ENTRY_WORDS[self.kind]
