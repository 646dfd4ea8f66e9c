"""What happened: tables, books, one writer with group commit, migrations. The only SQLAlchemy."""

from lawcore.storage.books import Books
from lawcore.storage.opening import open_store
from lawcore.storage.store import Store

__all__ = ["Books", "Store", "open_store"]
