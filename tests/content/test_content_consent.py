"""``consent.toml``: the notice in every language says the same, and a township may say it anew."""

import re
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from lawcore.content import check_pack, read_consent, read_pack
from lawcore.errors import FaultyFile
from lawcore.ids import LanguageCode
from lawcore.people.model import CHINESE

DAY = date(2026, 11, 24)
TEXTS = ("choose", "page", "joined", "notice", "keeps_language", "agree", "cancel", "previous",
         "following")  # fmt: skip
ENTRY = """
[[language]]
code = "{code}"
name = "Deutsch"
chinese = "德文"
{offered}choose = "Guten Tag! Hier ist {{township}}. Ihr Dorf{{page}}:"
page = " (Seite {{n}} von {{of}})"
joined = "Sie sind in {{place}} dabei."
notice = "{notice}"
keeps_language = "Wir merken uns auch die Sprache."
agree = "Ja"
cancel = "Nein"
previous = "Davor"
next = "Danach"
"""


def entry(code: str = "de", offered: str = "", notice: str = "Wir merken uns zwei Dinge.") -> str:
    return ENTRY.format(code=code, offered=offered, notice=notice)


def overlay(folder: Path, text: str) -> Path:
    (folder / "consent.toml").write_text(text, encoding="utf-8")
    return folder


def test_chinese_alone_is_offered_as_it_ships_and_english_lies_ready() -> None:
    consent = read_consent()
    assert [notice.language for notice in consent.offered] == [CHINESE]
    assert consent.names == {"zh-Hans": "中文", "en": "英文"}


def test_every_shipped_notice_has_the_same_placeholders_commands_and_article() -> None:
    chinese, *others = read_consent().notices.values()
    assert others
    for name in TEXTS:
        kept = re.findall(r"\{\w+\}|/[a-z]+", getattr(chinese, name))
        for other in others:
            assert re.findall(r"\{\w+\}|/[a-z]+", getattr(other, name)) == kept, name
    assert "第十七条" in chinese.notice
    assert all("Article 17 " in other.notice for other in others)


def test_a_township_adds_a_language_and_offers_it(tmp_path: Path) -> None:
    consent = read_consent(overlay(tmp_path, entry("de-Latn-CH")))
    assert [notice.own_name for notice in consent.offered] == ["中文", "Deutsch"]
    assert consent.names[LanguageCode("de-Latn-CH")] == "德文"


def test_a_township_says_the_notice_in_its_own_words_and_chinese_stays_first(
    tmp_path: Path,
) -> None:
    text = entry("de") + entry("zh-Hans", notice="我们记三样。")
    consent = read_consent(overlay(tmp_path, text))
    assert [notice.language for notice in consent.offered] == [CHINESE, "de"]
    assert consent.agreed_in(CHINESE).notice == "我们记三样。"


def test_the_guide_shows_the_english_notice_as_it_ships(tmp_path: Path) -> None:
    guide = files("lawcontent").joinpath("README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    (example,) = [block for block in blocks if "[[language]]" in block]
    english = read_consent(overlay(tmp_path, example)).offer("en")
    assert replace(english, offered=False) == read_consent().agreed_in(english.language)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (entry("zh-Hans", "offered = false\n"), "第 3 行 中文的告知不能停用"),
        (entry(notice="Wir, {township}."), "“notice”里的占位符不对：这里一个也不用"),
        (entry().replace("{place}", "hier"), "“joined”里的占位符不对：要用 {place}，不用别的"),
        (entry().replace("{township}", "{town}"), "占位符不对：要用 {page}、{township}"),
        (entry("Deutsch"), "第 3 行 “code”写得不对"),
        (entry("zh_CN"), "第 3 行 “code”写得不对"),
        (entry(notice=""), "“notice”是空的"),
        (entry().replace("agree", "yes"), "缺少“agree”"),
        (entry() + entry(), "“de”写了两次"),
    ],
)  # fmt: skip
def test_a_notice_that_cannot_be_shown_is_refused_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(FaultyFile) as refused:
        read_consent(overlay(tmp_path, text))
    assert any(said in f"{fault.where} {fault.reason}" for fault in refused.value.faults)


@pytest.mark.usefixtures("without_bank")
def test_a_law_that_a_notice_names_is_held_against_the_register(tmp_path: Path) -> None:
    text = entry("zh-Hans", notice="依据《个人信息保护法》第一百七十条和《民法通则》告知。")
    faults = check_pack(read_pack(overlay(tmp_path, text)), DAY)
    found = [fault for fault in faults if "consent.toml" in fault.where]
    assert any("170" in fault.reason or "一百七十" in fault.reason for fault in found)
    assert any("民法通则" in fault.reason for fault in found)
