"""Everything the bot says: pure functions from core objects to letters."""
