"""The checker and the loudspeaker scripts and leaflets of the pack."""

from datetime import date
from pathlib import Path
from typing import Protocol

import pytest

from lawcore.content import check_pack, read_pack
from lawcore.errors import Fault, FaultyFile

pytestmark = pytest.mark.usefixtures("without_bank")

TODAY = date(2026, 11, 24)
SCRIPT = "乡亲们好！十二月四日是国家宪法日。想问法律，打幺二三四八。"
LEAFLET = """checked = 2026-11-24
title = "国家宪法日"
hotlines = ["12348"]
cites = [{ law = "宪法", article = 41 }]
text = "宪法管着每一个人。"

[[qa]]
q = "对干部有意见，能提吗？"
a = "能，见《宪法》第四十一条。想问法律，打12348。"
"""


class Checked(Protocol):
    def __call__(self, name: str, text: str) -> str: ...


@pytest.fixture
def check(tmp_path: Path) -> Checked:
    """What the checker says of one file laid over the shipped pack."""

    def with_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        faults: list[Fault] = [
            fault
            for fault in check_pack(read_pack(tmp_path), TODAY)
            if fault.where.startswith(str(tmp_path))
        ]
        return "\n".join(map(str, faults))

    return with_file


def script(text: str, hotlines: str = '"12348"', cites: str = "") -> str:
    return (
        f"checked = 2026-11-24\nhotlines = [{hotlines}]\ncites = [{cites}]\n"
        f"text = '''\n{text}\n'''\n"
    )


def test_what_is_shipped_covers_every_occasion_and_passes() -> None:
    pack = read_pack()
    assert pack.loudspeaker.keys() <= pack.observances.keys()
    assert pack.leaflets.keys() <= pack.observances.keys()
    rooms = ("loudspeaker/", "leaflets/")
    assert [str(f) for f in check_pack(pack, TODAY) if f.where.startswith(rooms)] == []


def test_a_sound_script_and_a_sound_leaflet_have_no_fault(check: Checked) -> None:
    assert check("loudspeaker/constitution-day.toml", script(SCRIPT)) == ""
    assert check("leaflets/constitution-day.toml", LEAFLET) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (script(SCRIPT.replace("幺二三四八", "12348")), "不能有“1”"),
        (script(SCRIPT + "看《宪法》。"), "不能有“《”"),
        (script(SCRIPT + "打幺幺零。"), "念到的电话“幺幺零”没有列在 hotlines 里"),
        (script(SCRIPT, '"12348", "110"'), "没有念电话 110"),
        (script(SCRIPT + "打幺二三九九。", '"12348", "12399"'), "12399 没有登记"),
        (script(SCRIPT + "好" * 500), "念着太长"),
        (script(SCRIPT, cites='{ law = "婚姻法" }'), "《婚姻法》"),
        (script(SCRIPT + "十二月四日是法制宣传日。"), "没有“法制宣传日”"),
        (script(SCRIPT + "{nobody}"), "不认识的占位符"),
    ],
)
def test_a_script_that_stumbles_is_found(check: Checked, text: str, reason: str) -> None:
    assert reason in check("loudspeaker/constitution-day.toml", text)


def test_a_year_that_is_said_is_no_telephone(check: Checked) -> None:
    assert check("loudspeaker/constitution-day.toml", script(SCRIPT + "二零二六年的事。")) == ""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("国家宪法日", "国家宪法日" * 6, "标题太长"),
        ("管着每一个人", "好" * 500, "一张纸印不下"),
        ('["12348"]', "[]", "12348 没有列在 hotlines 里"),
        ("第四十一条", "第四十二条", "cites 里没有"),
        ("[[qa]]", "[[qa]]\nx = 1", "不认识“x”"),
        ('q = "对干部有意见，能提吗？"\n', "", "缺少“q”"),
    ],
)
def test_a_faulty_leaflet_is_found(check: Checked, old: str, new: str, reason: str) -> None:
    try:
        said = check("leaflets/constitution-day.toml", LEAFLET.replace(old, new, 1))
    except FaultyFile as refused:
        said = str(refused)
    assert reason in said


def test_a_text_for_no_occasion_is_found(check: Checked) -> None:
    assert "没有“no-such-day”这个节点" in check("loudspeaker/no-such-day.toml", script(SCRIPT))
    assert "没有“no-such-day”这个节点" in check("leaflets/no-such-day.toml", LEAFLET)
