"""WHICH: the laws, their versions in force on a day, and citations found in texts."""
