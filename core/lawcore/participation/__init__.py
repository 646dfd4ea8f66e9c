"""台账: the append-only ledger of what happened and who took part."""

from lawcore.participation.entry import Entry, EntryKind, Ledger

__all__ = ["Entry", "EntryKind", "Ledger"]
