"""What buttons carry is told apart, short, and refused when we never wrote it."""

import pytest

from lawbot.telegram import buttons
from lawcore.errors import NotFound


def acts() -> dict[str, str]:
    """The acts by the name of their constant."""
    return {
        name: value
        for name, value in vars(buttons).items()
        if name.isupper() and isinstance(value, str) and name not in {"SEP", "DEAD"}
    }


def test_no_two_acts_are_the_same() -> None:
    found = acts()
    assert len(found) > 20
    assert len(set(found.values())) == len(found)


def test_the_longest_press_fits_into_64_bytes() -> None:
    longest = max(acts().values(), key=len)
    press = buttons.button("A", longest, "x" * 12, 999_999_999, 999_999_999, 1).press
    assert len(press.encode()) <= 64


def test_a_key_that_is_no_number_is_a_dead_button() -> None:
    with pytest.raises(NotFound, match="失效"):
        buttons.press("x:token:abc").number(1)
