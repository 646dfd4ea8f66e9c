"""What an import changes, counted before it is done."""

from dataclasses import dataclass

from lawcore.people.model import Roster


@dataclass(frozen=True, slots=True)
class RosterChange:
    """How many units and cadres are new, and how many are known but differ."""

    new_units: int
    changed_units: int
    new_cadres: int
    changed_cadres: int


def compare(before: Roster, given: Roster) -> RosterChange:
    """Count what saving `given` over `before` adds and changes; nothing is ever removed."""
    units = {row.code: row for row in before.units}
    cadres = {row.number: row for row in before.cadres}
    return RosterChange(
        sum(row.code not in units for row in given.units),
        sum(row.code in units and units[row.code] != row for row in given.units),
        sum(row.number not in cadres for row in given.cadres),
        sum(row.number in cadres and cadres[row.number] != row for row in given.cadres),
    )
