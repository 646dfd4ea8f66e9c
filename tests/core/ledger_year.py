"""Ledgers to count: activities and register rows of the small town."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from lawcore.ids import ObservanceKey, UnitId
from lawcore.participation.activity import Activity, Form, Material
from lawcore.participation.registers import (
    ANSWERED,
    BACKBONE,
    HOUSEHOLDS,
    OPEN,
    SERVICES,
    STUDY_KINDS,
    Register,
    RegisterRow,
)

FIRST = date(2026, 1, 1)
LAST = date(2026, 11, 24)
DAYS = (LAST - FIRST).days
OBSERVANCES = (None, ObservanceKey("constitution-day"), ObservanceKey("natl-security-day"))


def activity(unit: UnitId, day: date = date(2026, 11, 20), **changes: Any) -> Activity:
    """A talk at a village, or what `changes` make of it."""
    standard: dict[str, Any] = {
        "day": day,
        "name": "民法典进乡村",
        "organiser": unit,
        "form": Form.OFFLINE,
        "filed_by": "张三",
        "attendances": 60,
        "materials": (Material("民法典读本", 100), Material("反诈手册", 20)),
    }
    return Activity(**standard | changes)


def some_activity(random_: random.Random, units: Sequence[UnitId]) -> Activity:
    """Any activity."""
    organiser, *others = random_.sample(units, len(units))
    return activity(
        organiser,
        FIRST + timedelta(days=random_.randint(0, DAYS)),
        partners=tuple(others[: random_.choice((0, 0, 0, 1, 2))]),
        form=random_.choice(list(Form)),
        observance=random_.choice(OBSERVANCES),
        attendances=random_.choice((None, 0, 3, 57, 400)),
        materials=tuple(
            Material(f"资料{n}", random_.randint(0, 300)) for n in range(random_.randint(0, 3))
        ),
        pushes=random_.randint(0, 4),
    )


def some_row(random_: random.Random, units: Sequence[UnitId]) -> RegisterRow:
    """Any row of any register."""
    register = random_.choice(list(Register))
    kinds = {
        Register.STUDY: STUDY_KINDS,
        Register.ADVISER: SERVICES,
        Register.PEOPLE: (BACKBONE, HOUSEHOLDS),
        Register.PROMPT: (ANSWERED, OPEN),
        Register.PLACE: ("法律图书角",),
    }
    counted = register in {Register.STUDY, Register.PEOPLE}
    return RegisterRow(
        register,
        FIRST + timedelta(days=random_.randint(0, DAYS)),
        "张三",
        None if register is Register.PROMPT else random_.choice(units),
        random_.choice(kinds[register]),
        random_.randint(0, 40) if counted else None,
    )


seeds = st.integers(0, 2**32)
