"""The language of consent: kept with the person, in the ledger, and a choice of an audience."""

from dataclasses import replace
from datetime import datetime

import pytest
from alembic import command
from sqlalchemy import Connection, text

from lawcore.campaigns import audience, launching, office
from lawcore.campaigns.model import Audience, Campaign, Draft, Recipients
from lawcore.content import read_consent
from lawcore.errors import BadInput, NotFound
from lawcore.ids import CampaignId, LanguageCode, ObservanceKey
from lawcore.participation import enrol
from lawcore.participation.consent import Consent
from lawcore.participation.enrol import Welcome
from lawcore.participation.forget import forget_address
from lawcore.people.model import CHINESE, ResidentGroup
from lawcore.storage import Books, open_store
from lawcore.storage.migrations.running import config
from lawcore.storage.opening import on_connection, upgrade

from .conftest import Town, phone

ENGLISH = LanguageCode("en")
NAMES = {CHINESE: "中文", ENGLISH: "英文"}


async def join(
    town: Town, number: int, code: str, language: LanguageCode | None = None
) -> enrol.Enrolment:
    village = await town.unit(code)
    return await town.act(
        lambda b, at: enrol.join(
            b.people, b.ledger, phone(number), village, language=language, at=at
        )
    )


async def consent(town: Town, number: int, language: LanguageCode) -> enrol.Enrolment:
    return await town.act(
        lambda b, at: enrol.consent(b.people, b.ledger, phone(number), language, at=at)
    )


async def agreed(town: Town) -> list[tuple[str, object]]:
    """The lines of the ledger, each with the language that it says was agreed in."""
    lines = await town.look(lambda b: b.audit.page(None, 50))
    return [(line.kind.value, line.detail.get("language")) for line in reversed(lines)]


# What is kept


async def test_who_joins_by_a_poster_has_agreed_to_the_chinese_notice(town: Town) -> None:
    assert (await town.start(1, "V1")).account.language == CHINESE
    assert await agreed(town) == [("joined", "zh-Hans")]


async def test_who_joins_under_the_notice_in_a_language_has_agreed_in_it(town: Town) -> None:
    assert (await join(town, 1, "V1", ENGLISH)).account.language == ENGLISH
    assert await agreed(town) == [("joined", "en")]


async def test_a_language_stays_with_who_moves_by_a_poster(town: Town) -> None:
    await join(town, 1, "V1", ENGLISH)
    assert (await town.start(1, "V2")).account.language == ENGLISH
    assert await agreed(town) == [("joined", "en"), ("joined", "en")]


async def test_who_moves_under_another_notice_has_agreed_to_that_one(town: Town) -> None:
    await join(town, 1, "V1", ENGLISH)
    assert (await join(town, 1, "V2", CHINESE)).account.language == CHINESE
    assert await agreed(town) == [("joined", "en"), ("joined", "zh-Hans")]


async def test_ones_own_village_under_another_notice_is_agreeing_anew(town: Town) -> None:
    await town.start(1, "V1")
    again = await join(town, 1, "V1", ENGLISH)
    assert (again.welcome, again.account.language) == (Welcome.JOINED, ENGLISH)
    assert (await join(town, 1, "V1", ENGLISH)).welcome is Welcome.ALREADY
    assert await agreed(town) == [("joined", "zh-Hans"), ("consented", "en")]


async def test_agreeing_in_another_language_later_is_written_down_once(town: Town) -> None:
    await town.start(1, "V1")
    for _ in range(2):
        assert (await consent(town, 1, ENGLISH)).account.language == ENGLISH
    assert (await consent(town, 1, CHINESE)).account.language == CHINESE
    assert await agreed(town) == [
        ("joined", "zh-Hans"), ("consented", "en"), ("consented", "zh-Hans"),
    ]  # fmt: skip


async def test_who_has_not_joined_or_has_left_agrees_to_nothing(town: Town) -> None:
    with pytest.raises(NotFound, match="/start"):
        await consent(town, 1, ENGLISH)
    await town.start(1)
    with pytest.raises(NotFound, match="/start"):
        await consent(town, 1, ENGLISH)
    await town.start(1, "V1")
    await town.leave(1)
    with pytest.raises(NotFound, match="/start"):
        await consent(town, 1, ENGLISH)
    assert (await town.account(1)).language == CHINESE


async def test_a_forgotten_person_leaves_no_language_behind(town: Town) -> None:
    await join(town, 1, "V1", ENGLISH)
    await town.act(lambda b, at: forget_address(b.forgetting, b.ledger, phone(1), at=at))
    assert await town.rows("SELECT language, village_id FROM accounts") == [("zh-Hans", None)]
    assert (await town.start(1, "V1")).account.language == CHINESE


async def test_who_was_there_before_languages_were_kept_has_agreed_in_chinese(
    database_url: str,
) -> None:
    def before(connection: Connection) -> None:
        command.downgrade(config(connection), "0011")
        connection.execute(
            text(
                "INSERT INTO accounts (channel, address, state, joined_at, changed_at) VALUES"
                " ('telegram', '1', 'active', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
            )
        )

    await on_connection(database_url, before)
    await upgrade(database_url)
    store = await open_store(database_url)
    kept = await store.read(lambda books: books.people.account(phone(1)))
    await store.close()
    assert kept is not None
    assert kept.language == CHINESE


# Whom a campaign is for


async def campaign(town: Town, to: Recipients = Recipients.RESIDENTS) -> CampaignId:
    """A campaign that waits for its approval."""

    def work(books: Books, at: datetime) -> CampaignId:
        draft = Draft(ObservanceKey("x"), 2026, "题", at.date(), at.date(), "Text", to, at)
        return books.campaigns.add(draft, "lawbot", at).id

    return await town.act(work)


async def aim(town: Town, key: CampaignId, chosen: Audience) -> Campaign:
    return await town.act(lambda b, at: office.aim(b, key, chosen, actor="account:5", at=at))


@pytest.mark.parametrize(
    ("units", "groups", "languages", "expected"),
    [
        ((), (), (), {"1", "2", "3", "4"}),
        ((), (), (ENGLISH,), {"2", "3"}),
        ((), (), (CHINESE,), {"1", "4"}),
        ((), (), (CHINESE, ENGLISH), {"1", "2", "3", "4"}),
        (("V1",), (), (ENGLISH,), {"2"}),
        ((), (ResidentGroup.PARENT,), (ENGLISH,), {"3"}),
        (("V1",), (ResidentGroup.PARENT,), (ENGLISH,), set()),
        ((), (), (LanguageCode("bo"),), set()),
    ],
)
async def test_those_are_counted_and_reached_who_agreed_in_the_language(
    town: Town,
    units: tuple[str, ...],
    groups: tuple[ResidentGroup, ...],
    languages: tuple[LanguageCode, ...],
    expected: set[str],
) -> None:
    await town.start(1, "V1")
    await join(town, 2, "V1", ENGLISH)
    await join(town, 3, "V2", ENGLISH)
    await town.start(4, "V2")
    parent = (await town.account(3)).id
    await town.act(
        lambda b, at: b.people.set_group(parent, ResidentGroup.PARENT, chosen=True, at=at)
    )
    key = await campaign(town)
    chosen = Audience(tuple([await town.unit(code) for code in units]), groups, languages=languages)
    assert (await aim(town, key, chosen)).audience == chosen
    assert await town.look(lambda b: audience.reach(b, office.get(b, key))) == len(expected)
    await approve_and_launch(town, key)
    assert await frozen(town) == expected


async def test_who_changes_language_after_the_start_was_meant_by_the_one_before(
    town: Town,
) -> None:
    await join(town, 1, "V1", ENGLISH)
    await town.start(2, "V1")
    key = await campaign(town)
    await aim(town, key, Audience(languages=(ENGLISH,)))
    await approve_and_launch(town, key)
    await consent(town, 1, CHINESE)
    await consent(town, 2, ENGLISH)
    await town.act(lambda b, at: launching.launch(b, at=at, objection=lambda _: None))
    assert await frozen(town) == {"1"}


async def approve_and_launch(town: Town, key: CampaignId) -> None:
    def work(books: Books, at: datetime) -> None:
        office.approve(books, key, None, faults_of=lambda *_: (), actor="account:1", at=at)
        launching.launch(books, at=at, objection=lambda _: None)

    await town.act(work)


async def frozen(town: Town) -> set[str]:
    found = await town.rows(
        "SELECT address FROM deliveries JOIN accounts ON accounts.id = account_id"
        " WHERE kind = 'campaign'"
    )
    return {address for (address,) in found}


async def test_cadres_are_not_chosen_by_language(town: Town) -> None:
    key = await campaign(town, Recipients.CADRES)
    with pytest.raises(BadInput, match="不能按同意用的语言"):
        await aim(town, key, Audience(languages=(ENGLISH,)))


async def test_an_audience_of_before_languages_is_read_as_it_was(town: Town) -> None:
    key = await campaign(town)
    village = await town.unit("V1")
    await aim(town, key, Audience((village,)))
    await town.act(
        lambda b, _: b._sql.execute(
            text("UPDATE campaigns SET audience = :old"),
            {"old": f'{{"units": [{village}], "groups": [], "roles": []}}'},
        )
    )
    assert (await town.look(lambda b: office.get(b, key))).audience == Audience((village,))


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (Audience(languages=(ENGLISH,)), "用英文同意的居民"),
        (Audience(languages=(CHINESE, ENGLISH)), "用中文、英文同意的居民"),
        (
            Audience(groups=(ResidentGroup.ELDERLY,), languages=(ENGLISH,)),
            "用英文同意的老年人（居民）",
        ),
        (Audience(languages=(LanguageCode("bo"),)), "用bo同意的居民"),
    ],
)
async def test_the_audience_is_said_in_words(town: Town, chosen: Audience, words: str) -> None:
    key = await campaign(town)
    made = await aim(town, key, chosen)
    assert audience.said(made, (), NAMES) == words


async def test_a_village_is_said_before_the_language(town: Town) -> None:
    key = await campaign(town)
    made = await aim(town, key, Audience((await town.unit("V1"),), languages=(ENGLISH,)))
    units = await town.look(lambda b: b.people.units())
    assert audience.said(made, units, NAMES) == "东河村的用英文同意的居民"


# What is offered


def offering(*codes: str) -> Consent:
    """The shipped notices, of which these languages are offered beside Chinese."""
    shipped = read_consent().notices
    return Consent(
        {
            code: replace(notice, offered=code == CHINESE or code in codes)
            for code, notice in shipped.items()
        }
    )


def test_with_chinese_alone_the_notice_says_nothing_of_languages() -> None:
    consent = offering()
    chinese = consent.offer(CHINESE)
    assert consent.offered == (chinese,)
    assert consent.others(chinese) == ()
    assert consent.told(chinese) == chinese.notice
    with pytest.raises(NotFound, match="没有这种语言"):
        consent.offer("en")


def test_with_a_choice_every_notice_says_that_the_language_is_kept() -> None:
    consent = offering("en")
    for code, other in ((CHINESE, "en"), (ENGLISH, "zh-Hans")):
        notice = consent.offer(code)
        assert [one.language for one in consent.others(notice)] == [other]
        assert consent.told(notice) == f"{notice.notice}\n{notice.keeps_language}"


def test_what_was_agreed_to_is_shown_though_it_is_no_longer_offered() -> None:
    consent = offering()
    english = consent.agreed_in(ENGLISH)
    assert english.language == ENGLISH
    assert [one.language for one in consent.others(english)] == [CHINESE]
    assert consent.told(english).endswith(english.keeps_language)
    assert consent.agreed_in(LanguageCode("bo")).language == CHINESE
