"""The invented township that ships with the program, to try things out with."""

import tomllib
from importlib.resources import files

from lawcore.people.model import CadreCategory, CadreRow, Roster, UnitKind, UnitRow


def read_sample() -> Roster:
    """Read the sample roster: a county, a town, its villages and departments, and 40 cadres."""
    text = files("lawcontent").joinpath("sample", "roster.toml").read_text("utf-8")
    found = tomllib.loads(text)
    return Roster(
        tuple(
            UnitRow(row["code"], row["name"], UnitKind(row["kind"]), row.get("parent"))
            for row in found["unit"]
        ),
        tuple(
            CadreRow(
                row["number"],
                row["name"],
                row["unit"],
                row["post"],
                CadreCategory(row["category"]),
            )
            for row in found["cadre"]
        ),
    )
