"""Whether a law binds is asked for a day."""

from datetime import date

import pytest

from lawcore.errors import NotFound
from lawcore.ids import LawKey
from lawcore.law.law import Law, LawLevel, LawVersion
from lawcore.law.registry import ChangeKind, Registry

FARMING = LawKey("农业法")
OLD_ENVIRONMENT = LawKey("环境保护法")
CODE = LawKey("生态环境法典")
PARTY = LawKey("中国共产党章程")
TODAY = date(2026, 11, 24)


def version(adopted: date, effective: date, articles: int, ended: date | None = None) -> LawVersion:
    return LawVersion(adopted, effective, articles, "来源", ended, "法典第1242条" if ended else "")


def law(key: LawKey, *versions: LawVersion, aliases: tuple[str, ...] = ()) -> Law:
    name = f"中华人民共和国{key}"
    return Law(key, name, aliases, LawLevel.STATUTE, "全国人大常委会", TODAY, versions)


REGISTRY = Registry(
    [
        law(
            FARMING,
            version(date(2012, 12, 28), date(2013, 1, 1), 99),
            version(date(2026, 8, 28), date(2027, 1, 1), 115),
        ),
        law(
            OLD_ENVIRONMENT,
            version(date(2014, 4, 24), date(2015, 1, 1), 70, ended=date(2026, 8, 15)),
        ),
        law(CODE, version(date(2026, 3, 12), date(2026, 8, 15), 1242), aliases=("环境法典",)),
        law(PARTY, version(date(2022, 10, 22), date(2022, 10, 22), 0)),
    ]
)


def test_the_old_text_binds_until_the_day_before_the_new_one() -> None:
    last_day = REGISTRY.in_force(FARMING, date(2026, 12, 31))
    first_day = REGISTRY.in_force(FARMING, date(2027, 1, 1))
    assert last_day is not None
    assert first_day is not None
    assert (last_day.articles, first_day.articles) == (99, 115)


def test_a_repealed_law_binds_until_the_day_before_its_end() -> None:
    assert REGISTRY.in_force(OLD_ENVIRONMENT, date(2026, 8, 14)) is not None
    assert REGISTRY.in_force(OLD_ENVIRONMENT, date(2026, 8, 15)) is None


def test_a_published_law_does_not_bind_before_its_day() -> None:
    assert REGISTRY.in_force(CODE, date(2026, 8, 14)) is None
    assert REGISTRY.in_force(CODE, date(2026, 8, 15)) is not None


def test_articles_are_those_of_the_text_in_force() -> None:
    assert REGISTRY.has_article(FARMING, 100, date(2026, 12, 31)) is False
    assert REGISTRY.has_article(FARMING, 100, date(2027, 1, 1)) is True
    assert REGISTRY.has_article(FARMING, 0, TODAY) is False
    assert REGISTRY.has_article(OLD_ENVIRONMENT, 12, TODAY) is False


def test_articles_that_nobody_counted_are_neither_there_nor_missing() -> None:
    assert REGISTRY.has_article(PARTY, 3, TODAY) is None


@pytest.mark.parametrize("name", ["农业法", "《农业法》", "中华人民共和国农业法", " 农业法 "])
def test_a_law_is_found_by_any_of_its_names(name: str) -> None:
    found = REGISTRY.find(name)
    assert found is not None
    assert found.key == FARMING


def test_a_law_is_found_by_an_alias_and_an_unknown_one_is_not() -> None:
    assert REGISTRY.find("环境法典") is REGISTRY.law(CODE)
    assert REGISTRY.find("儿童权益保障法") is None
    with pytest.raises(NotFound, match="儿童权益保障法"):
        REGISTRY.law(LawKey("儿童权益保障法"))


def test_near_names_are_suggested() -> None:
    assert OLD_ENVIRONMENT in REGISTRY.near("环境保护发")
    assert REGISTRY.near("完全不像") == ()


def test_changes_name_what_begins_what_is_amended_and_what_ends() -> None:
    found = REGISTRY.changes(date(2026, 1, 1), date(2027, 1, 1))
    assert [(change.day, change.kind, change.law.key) for change in found] == [
        (date(2026, 8, 15), ChangeKind.ENDED, OLD_ENVIRONMENT),
        (date(2026, 8, 15), ChangeKind.COMMENCED, CODE),
        (date(2027, 1, 1), ChangeKind.AMENDED, FARMING),
    ]
