"""What nobody has read again for twelve months: told, and in nobody's way but the approver's."""

import json
from datetime import date
from pathlib import Path

import pytest

from lawcore.content import check_pack, read_pack
from lawcore.content.overdue import overdue
from tests.program import lawbot

VERIFIED = date(2026, 11, 24)
LATER = date(2027, 11, 25)


@pytest.mark.usefixtures("without_bank")
def test_time_alone_makes_no_fault_of_what_is_shipped() -> None:
    pack = read_pack()
    assert check_pack(pack, LATER) == ()
    assert overdue(pack, VERIFIED) == ()


def test_after_twelve_months_everything_is_listed_to_be_read_again() -> None:
    pack = read_pack()
    told = overdue(pack, LATER)
    assert len(told) == sum(
        len(room)
        for room in (
            pack.registry, pack.observances, pack.messages, pack.loudspeaker, pack.leaflets,
            pack.questions,
        )
    )  # fmt: skip
    assert all("超过十二个月" in each.reason and " 第 " in each.where for each in told)


@pytest.mark.usefixtures("without_bank")
def test_the_check_tells_how_much_is_to_be_read_again_and_passes(tmp_path: Path) -> None:
    code, said, _ = lawbot(tmp_path, "content", "check", "--on", str(LATER))
    assert code == 0
    assert "内容检查通过" in said
    assert "messages/constitution-day.toml：1 项" in said
    assert "laws/statutes.toml：" in said
    told = json.loads(lawbot(tmp_path, "content", "check", "--on", str(LATER), "--json").out)
    assert told["ok"] is True
    assert told["faults"] == []
    first = next(each for each in told["notes"] if each["file"] == "messages/constitution-day.toml")
    assert (first["line"], "超过十二个月" in first["reason"]) == (1, True)


@pytest.mark.usefixtures("without_bank")
def test_who_wants_no_text_older_than_a_year_asks_for_the_strict_check(tmp_path: Path) -> None:
    code, _, said = lawbot(tmp_path, "content", "check", "--on", str(LATER), "--strict")
    assert code == 2
    assert "messages/constitution-day.toml 第 1 行" in said
    assert lawbot(tmp_path, "content", "check", "--on", str(VERIFIED), "--strict").code == 0
