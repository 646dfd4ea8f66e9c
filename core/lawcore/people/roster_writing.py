"""The rows of a roster as its sheets have them."""

from collections.abc import Mapping

from lawcore.people.model import (
    CADRE_CATEGORY_WORDS,
    UNIT_KIND_WORDS,
    CadreRow,
    Roster,
    UnitRow,
)
from lawcore.people.roster_layout import (
    CATEGORY,
    CODE,
    IN_POST,
    KIND,
    LEFT_POST,
    NUMBER,
    PARENT,
    PEOPLE,
    PERSON_NAME,
    POST,
    ROSTER,
    STATUS,
    UNIT_CODE,
    UNIT_NAME,
    UNITS,
)
from lawcore.sheets.writing import paper_bytes


def roster_bytes(roster: Roster) -> bytes:
    """Make the xlsx of a roster; of an empty one it is the template."""
    rows = {
        UNITS.title: [_unit_texts(row) for row in roster.units],
        PEOPLE.title: [_cadre_texts(row) for row in roster.cadres],
    }
    return paper_bytes(ROSTER, rows)


def _unit_texts(row: UnitRow) -> Mapping[str, str]:
    return {
        CODE.heading: row.code,
        UNIT_NAME.heading: row.name,
        KIND.heading: UNIT_KIND_WORDS[row.kind],
        PARENT.heading: row.parent_code or "",
    }


def _cadre_texts(row: CadreRow) -> Mapping[str, str]:
    return {
        NUMBER.heading: row.number,
        PERSON_NAME.heading: row.name,
        UNIT_CODE.heading: row.unit_code,
        POST.heading: row.post,
        CATEGORY.heading: CADRE_CATEGORY_WORDS[row.category],
        STATUS.heading: IN_POST if row.active else LEFT_POST,
    }
