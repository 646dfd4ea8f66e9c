"""台账: the append-only ledger of what happened and who took part."""

from lawcore.participation.entry import ENTRY_WORDS, Entry, EntryKind, Ledger

__all__ = ["ENTRY_WORDS", "Entry", "EntryKind", "Ledger"]
