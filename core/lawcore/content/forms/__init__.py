"""The shapes of the content files, and how each becomes an object of the core."""
