"""The notice in another language, as people meet it on the phone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time

import pytest

from lawbot.sandbox import Sandbox, VirtualPerson
from lawbot.sandbox.markup import Button
from lawcore.campaigns import office, own
from lawcore.campaigns.model import Audience, Recipients
from lawcore.content import Pack
from lawcore.ids import LanguageCode
from lawcore.participation.consent import Consent
from lawcore.people.model import Role, Roster
from tests.stage import PATIENCE, Stage, ask, data_of, forge, press, running, shipped

ENGLISH = LanguageCode("en")


def with_english() -> Pack:
    """The shipped content of a township that offers the English notice as well."""
    notices = dict(shipped().consent.notices)
    notices[ENGLISH] = replace(notices[ENGLISH], offered=True)
    return replace(shipped(), consent=Consent(notices))


@pytest.fixture
async def abroad(box: Sandbox, sqlite_url: str, small_town: Roster) -> AsyncIterator[Stage]:
    """The bot runs, the small town is on its roster, English is offered."""
    async with running(box, sqlite_url, with_english()) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        yield stage


async def languages(stage: Stage) -> list[str]:
    return [code for (code,) in await stage.rows("SELECT language FROM accounts ORDER BY id")]


async def test_with_chinese_alone_nobody_is_asked_or_told_anything(stage: Stage) -> None:
    phone = stage.box.person("村民")
    offer = await ask(phone, "/start")
    assert offer.labels == ["东河村", "西山村", "南塘村", "取消"]
    assert "语言" not in offer.text
    joined = await press(phone, "东河村")
    assert (joined.labels, "语言" in joined.text) == ([], False)
    kept = await ask(phone, "/me")
    assert "语言" not in kept.text
    assert "English" not in kept.labels
    for forged in ("n:en", "N:en", "v:1:en", "V:0:en", "n", "N:", "n:bo"):
        assert (await forge(phone, forged, kept)).text, forged
    assert await languages(stage) == ["zh-Hans"]


async def test_one_row_more_reads_the_notice_in_english_and_a_village_agrees_to_it(
    abroad: Stage,
) -> None:
    phone = abroad.box.person("Resident")
    chinese = await ask(phone, "/start")
    assert chinese.labels == ["东河村", "西山村", "南塘村", "English", "取消"]
    assert "您用哪种语言同意" in chinese.text
    english = await press(phone, "English")
    assert english.message_id == chinese.message_id
    assert english.text.startswith(
        "Hello! This is the legal awareness service of 示范镇. Please choose your village:"
    )
    assert "Article 17 of the Personal Information Protection Law" in english.text
    assert "the language in which you agree" in english.text
    assert english.labels == ["东河村", "西山村", "南塘村", "中文", "Cancel"]
    joined = await press(phone, "西山村")
    assert joined.text.startswith("You have joined 示范镇西山村.")
    assert await languages(abroad) == ["en"]
    assert await abroad.rows("SELECT detail FROM entries WHERE kind = 'joined'") == [
        ('{"language": "en"}',)
    ]


async def test_who_goes_back_to_the_chinese_notice_agrees_to_the_chinese_one(
    abroad: Stage,
) -> None:
    phone = abroad.box.person("村民")
    first = await ask(phone, "/start")
    await press(phone, "English")
    assert (await press(phone, "中文")).text == first.text
    assert (await press(phone, "东河村")).text.startswith("您已加入示范镇东河村。")
    assert await languages(abroad) == ["zh-Hans"]


async def test_a_telephone_in_english_is_told_in_chinese_until_its_owner_chooses(
    abroad: Stage,
) -> None:
    phone = abroad.box.person("Resident")
    joined = await ask(phone, "/start V1")
    assert joined.text.startswith("您已加入示范镇东河村。")
    assert joined.labels == ["English"]
    notice = await press(phone, "English")
    assert notice.labels == ["I have read this and agree", "中文", "Cancel"]
    assert await languages(abroad) == ["zh-Hans"], "reading is not agreeing"
    agreed = await press(phone, "I have read this and agree")
    assert agreed.text.startswith("You have joined 示范镇东河村.")
    assert await languages(abroad) == ["en"]


async def test_the_language_stands_under_me_and_is_changed_there(abroad: Stage) -> None:
    phone = await abroad.resident("村民")
    kept = await ask(phone, "/me")
    assert "同意用的语言：中文" in kept.text
    await press(phone, "English")
    await press(phone, "I have read this and agree")
    kept = await ask(phone, "/me")
    assert "同意用的语言：英文" in kept.text
    assert "We keep only two things" in kept.text, "the notice is the one that was agreed to"
    assert "中文" in kept.labels
    assert (await press(phone, "换一个村")).labels[-2:] == ["中文", "Cancel"]
    assert (await press(phone, "南塘村")).text.startswith("You have joined 示范镇南塘村.")


async def test_cancelling_the_notice_agrees_to_nothing(abroad: Stage) -> None:
    phone = await abroad.resident("村民")
    await ask(phone, "/me")
    await press(phone, "English")
    await press(phone, "Cancel")
    assert await languages(abroad) == ["zh-Hans"]


async def test_who_has_left_cannot_agree_with_an_old_button(abroad: Stage) -> None:
    phone = await abroad.resident("村民")
    await ask(phone, "/me")
    notice = await press(phone, "English")
    await ask(phone, "/stop")
    alert = await forge(phone, data_of(notice, "I have read this and agree"), notice)
    assert alert.text == "您现在没有加入。想加入请发 /start。"
    assert await languages(abroad) == ["zh-Hans"]


async def test_a_button_of_before_languages_still_joins(abroad: Stage) -> None:
    phone = abroad.box.person("村民")
    offer = await ask(phone, "/start")
    village, _, code = data_of(offer, "东河村").rpartition(":")
    assert code == "zh-Hans"
    since = phone.press_button(offer, Button("东河村", village))
    await phone.wait_for(lambda shown: "您已加入示范镇东河村。" in shown.text, PATIENCE, since)
    assert await languages(abroad) == ["zh-Hans"]


async def test_an_english_text_reaches_those_alone_who_agreed_in_english(abroad: Stage) -> None:
    approver = await abroad.appoint("李镇长", Role.APPROVER)
    chinese = await abroad.resident("村民")
    english = await agreeing_in_english(abroad)

    key = await abroad.act(
        lambda books, at: own.write(
            books, "Flood warning", "Please stay away from the river today.",
            at.date(), at.date(), time(14), Recipients.RESIDENTS, actor="account:99", at=at,
        ).id
    )  # fmt: skip
    await abroad.act(
        lambda books, at: office.aim(
            books, key, Audience(languages=(ENGLISH,)), actor="account:99", at=at
        )
    )
    await abroad.rest()
    draft = next(one for one in approver.chat if "Flood warning" in one.text)
    assert "给用英文同意的居民，现有 1 人" in draft.text
    await press(approver, "批准", message=draft)
    await abroad.move_to("2026-11-24T14:01")
    assert english.last.text.endswith("Please stay away from the river today.")
    assert "river" not in chinese.last.text


async def agreeing_in_english(stage: Stage) -> VirtualPerson:
    phone = stage.box.person("Resident")
    await ask(phone, "/start")
    await press(phone, "English")
    await press(phone, "东河村")
    return phone
