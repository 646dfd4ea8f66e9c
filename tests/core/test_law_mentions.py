"""Laws and articles are found in text as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.law.mentions import mentions, number
from lawcore.law.registry import Registry

NOTHING = Registry([])
"""Without registered laws only names in 《》 are found."""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("依据《民法典》第一千零四十二条办理", [("民法典", (1042,))]),
        ("《民法典》第1042条和第1043条第二款、第1045条", [("民法典", (1042, 1043, 1045))]),
        ("《民法典》第1042、1043条", [("民法典", (1042, 1043))]),
        ("《刑法》第一百三十三条之一、《宪法》", [("刑法", (133,)), ("宪法", ())]),
        ("《反诈法》（以下简称反诈法）第十条至第十二条，3月", [("反诈法", (10, 12))]),
        ("《行政处罚法》第六十三条第一款第（四）项", [("行政处罚法", (63,))]),
        ("《宪法》第一章讲总纲", [("宪法", ())]),
        ("读一读《宪法》。第三条说的是", [("宪法", ())]),
        ("没有书名号的民法典第三条", []),
    ],
)
def test_articles_right_after_a_name_are_read(
    text: str, found: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(each.name, each.articles) for each in mentions(text, NOTHING)] == found


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("七", 7),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("一百一十", 110),
        ("两百", 200),
        ("一千零四十二", 1042),
        ("一千二百六十", 1260),
        ("1242", 1242),
        ("一二六〇", 1260),
    ],
)
def test_chinese_and_arabic_numerals_are_read(numeral: str, value: int) -> None:
    assert number(numeral) == value


def chinese(value: int) -> str:
    """Write a number below 10,000 the way a statute writes its articles."""
    digits = "零一二三四五六七八九"
    out, zero = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            one_at_ten = digit == 1 and place == 10 and not out
            out += ("零" if zero and out else "") + ("" if one_at_ten else digits[digit]) + name
        zero = not digit
    return out


@given(st.integers(1, 9999))
def test_every_article_number_is_read_back(value: int) -> None:
    assert number(chinese(value)) == value
    found = next(mentions(f"《民法典》第{chinese(value)}条规定", NOTHING))
    assert found.articles == (value,)
