"""A draft and its days: what is 法定, which year 今年 is, the how-manieth time it is."""

from datetime import date
from functools import cache

import pytest

from lawcore.calendar.observance import Verification
from lawcore.calendar.rules import Day
from lawcore.content import Pack, read_pack
from lawcore.content.prose import check_prose, lines_of

TODAY = date(2026, 11, 24)
DIGITS = "零一二三四五六七八九"


@cache
def pack() -> Pack:
    return read_pack()


def found(text: str, day: date = TODAY) -> str:
    return "\n".join(str(fault) for fault in check_prose(lines_of(text), pack(), day))


def han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十") + (
        DIGITS[ones] if ones else ""
    )


FIXED = [(each, each.rule.on) for each in pack().observances.values() if isinstance(each.rule, Day)]
NOT_BY_STATUTE = [
    (each, on)
    for each, on in FIXED
    if each.verification is not Verification.STATUTE
    and not any(o == on and e.verification is Verification.STATUTE for e, o in FIXED)
]


@pytest.mark.parametrize(
    "written", ["{m}·{d}", "{m}.{d}", "{m}月{d}日", "{hm}月{hd}日", "{hm}·{hd}"]
)
def test_no_day_that_no_statute_fixes_is_called_statutory(written: str) -> None:
    assert len(NOT_BY_STATUTE) >= 18
    for each, (m, d) in NOT_BY_STATUTE:
        day = written.format(m=m, d=d, hm=han(m), hd=han(d))
        for sentence in (
            f"{day}是法定的宣传日。",
            f"利用“{day}”等法定宣传日开展活动。",
            f"法定宣传日：{day}、12·4。",
        ):
            said = found(sentence)
            assert "“法定”" in said, (each.title, sentence)
            assert "不是法定的" in said or each.source in said, (each.title, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "国际消费者权益日是法定宣传日。",
        "４月２６日世界知识产权日是法定宣传日。",
        "3 月 22 日世界水日是法定的节日。",
        "3月22日、4·26等法定宣传日。",
        "全国消防日、全国土地日都是法定的节点。",
        "民法典宣传月是法定的宣传月。",
        "中国水周是法定的。",
        "法定的国际禁毒日当天，禁毒志愿者进校园。",
    ],
)
def test_a_title_is_as_good_as_a_date(sentence: str) -> None:
    assert "没有核到定日子的法律条文" in found(sentence)


def test_the_fifth_of_june_was_statutory_until_its_law_ended() -> None:
    listed = "利用好法定宣传日（3·8、4·15、6·5、12·4）。"
    assert found(listed).count("六五环境日不是法定的日子") == 1
    assert found("6月5日是法定的环境日。").count("不是法定的日子") == 1
    assert found(listed, date(2026, 8, 14)) == ""


def test_one_day_that_is_said_twice_is_told_once() -> None:
    assert found("6月26日国际禁毒日是法定宣传日。").count("“法定”，") == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "12月4日是法定的国家宪法日。",
        "在4·15、12·4等法定宣传日和3·15、6·26等节点开展宣传。",
        "在3·15、6·26等节点和4·15等法定宣传日开展宣传。",
        "3·15不是法定的日子。",
        "法定代表人3月15日到场。",
        "6月26日，法定节假日值班表已经排好。",
        "在法定期限6月25日以前答复。",
        "3月15日起，法定职责清单公开。",
        "6月1日、5月1日是法定的节日。",
        "行政复议的法定期限从11月9日起算。",
        "1月10日，未成年人的法定监护人到场。",
        "3月15日召开会议，法定程序要走完。",
        "法定期限到6月5日为止。",
        "环境日那天，法定代表人到场。",
    ],
)
def test_what_is_statutory_and_other_statutory_things_are_left_alone(sentence: str) -> None:
    assert found(sentence) == ""


@pytest.mark.parametrize(
    "draft",
    [
        "今年是第12个国家宪法日。",
        "今年12月4日是第十二个“国家宪法日”。",
        "今年是第 12 个国家宪法日。",
        "国家宪法日今年是第12个。",
        "12月4日是今年的第十二个国家宪法日。",
        "去年是第13个国家宪法日。",
        "今年是第13个国家宪法日。\n2025年12月10日",
        "2024年度工作报告\n今年是第13个国家宪法日。\n2025年1月6日",
    ],
)
def test_this_year_is_that_of_the_draft(draft: str) -> None:
    assert "的“国家宪法日”不是第" in found(draft)


@pytest.mark.parametrize(
    "draft",
    [
        "今年是第13个国家宪法日。",
        "去年是第12个国家宪法日。",
        "明年是第14个国家宪法日。",
        "2025年是第12个，今年是第13个国家宪法日。",
        "今年是第十二个国家宪法日。\n2025年12月10日",
        "2025年度法治建设工作报告\n今年是第12个国家宪法日。\n2026年1月10日",
        "2025年工作总结\n今年是第12个国家宪法日。",
        "今年的全国助残日是5月17日。",
        "去年的全国助残日是5月18日。",
    ],
)
def test_what_is_right_in_the_year_of_the_draft_is_left_alone(draft: str) -> None:
    assert found(draft) == ""
