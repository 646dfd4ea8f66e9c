"""A free text held against the register, the calendar and the list of wrong words."""

from lawcore.content.prose.check import check_prose, remarks
from lawcore.content.prose.reading import Line, lines_of, read_prose
from lawcore.content.prose.signing import signed_on

__all__ = ["Line", "check_prose", "lines_of", "read_prose", "remarks", "signed_on"]
