"""An overlay is laid over the shipped pack; every fault of every file is told at once."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from lawcore.calendar.rules import ByNotice, LunarRange, MonthDay, NthWeek, NthWeekday
from lawcore.content import read_calendar, read_pack
from lawcore.errors import BadInput, FaultyFile
from lawcore.ids import BlueprintKey, Citation, LawKey, ObservanceKey, QuestionKey
from lawcore.questions.question import QuestionKind

pytestmark = pytest.mark.usefixtures("without_bank")

Write = Callable[[str, str], Path]

OBSERVANCE = """
title = "赶集普法日"
rule = {rule}
source = "镇里安排"
basis = [{{ law = "法治宣传教育法", article = 16 }}]
laws = ["民法典"]
departments = ["司法所"]
audience = ["全体居民"]
lead_days = 7
hour = "09:30"
verification = "practice"
checked = 2026-11-24
"""
QUESTION = """
[[question]]
id = "zhen-001"
kind = "single"
stem = "镇上的题？"
options = ["甲", "乙"]
answer = ["B"]
explanation = "说明。"
cites = [{ law = "村委会组织法", article = 1 }]
topic = "governance"
audience = ["village"]
difficulty = 1
checked = 2026-11-24
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of an overlay folder and give the folder."""

    def to_overlay(name: str, text: str) -> Path:
        path = tmp_path / "ours" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path / "ours"

    return to_overlay


def faults_of(overlay: Path) -> list[tuple[str, str]]:
    """The faults, each with its place inside the overlay."""
    with pytest.raises(FaultyFile) as caught:
        read_pack(overlay)
    return [
        (fault.where.removeprefix(f"{overlay}/"), fault.reason) for fault in caught.value.faults
    ]


def test_an_overlay_adds_an_observance(write: Write) -> None:
    overlay = write(
        "observances/market-day.toml", OBSERVANCE.format(rule='{ kind = "day", on = "03-03" }')
    )
    found = read_calendar(overlay).observances
    assert len(found) == len(read_calendar().observances) + 1
    ours = found[ObservanceKey("market-day")]
    assert ours.title == "赶集普法日"
    assert ours.hour == time(9, 30)
    assert ours.basis == (Citation(LawKey("法治宣传教育法"), 16),)


def test_an_overlay_replaces_what_has_the_same_name(write: Write) -> None:
    overlay = write(
        "observances/arbor-day.toml", OBSERVANCE.format(rule='{ kind = "day", on = "03-03" }')
    )
    found = read_calendar(overlay).observances
    assert len(found) == len(read_calendar().observances)
    assert found[ObservanceKey("arbor-day")].title == "赶集普法日"


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        (
            '{ kind = "nth-weekday", month = 5, n = 3, weekday = "星期日" }',
            NthWeekday(5, 3, 7),
        ),
        (
            '{ kind = "lunar-range", from = "12-23", to = "01-15" }',
            LunarRange(MonthDay(12, 23), MonthDay(1, 15)),
        ),
        ('{ kind = "by-notice" }', ByNotice()),
        (
            '{ kind = "by-notice", provisional = { kind = "nth-week", month = 9, n = 3 } }',
            ByNotice(NthWeek(9, 3)),
        ),
    ],
)
def test_a_rule_is_read_as_it_is_written(write: Write, written: str, rule: object) -> None:
    overlay = write("observances/market-day.toml", OBSERVANCE.format(rule=written))
    assert read_calendar(overlay).observances[ObservanceKey("market-day")].rule == rule


def test_a_law_may_be_cited_by_another_of_its_names(write: Write) -> None:
    question = read_pack(write("questions/zhen.toml", QUESTION)).questions[QuestionKey("zhen-001")]
    assert question.cites == (Citation(LawKey("村民委员会组织法"), 1),)
    assert question.key == {1}


def test_a_judge_question_gets_its_two_options(write: Write) -> None:
    judge = (
        QUESTION.replace('kind = "single"', 'kind = "judge"')
        .replace('options = ["甲", "乙"]\n', "")
        .replace('answer = ["B"]', "answer = false")
    )
    question = read_pack(write("questions/zhen.toml", judge)).questions[QuestionKey("zhen-001")]
    assert question.kind is QuestionKind.JUDGE
    assert question.options == ("正确", "错误")
    assert question.key_letters == "B"


def test_a_blueprint_is_read(write: Write) -> None:
    overlay = write(
        "exams/quarter.toml",
        """
title = "季度考法"
minutes = 60
pass_mark = 60
categories = ["leading"]

[[section]]
kind = "single"
count = 20
marks = 2.5
laws = ["村委会组织法"]
""",
    )
    blueprint = read_pack(overlay).blueprints[BlueprintKey("quarter")]
    assert blueprint.total == 50
    assert blueprint.sections[0].laws == {"村民委员会组织法"}


def test_the_calendar_is_read_even_where_a_question_is_broken(write: Write) -> None:
    overlay = write("questions/zhen.toml", "[[question]\n")
    assert read_calendar(overlay).observances


def test_all_faults_of_all_files_are_told_with_file_and_line(write: Write) -> None:
    write("observances/market-day.toml", OBSERVANCE.format(rule='{ kind = "day", on = "02-29" }'))
    write("questions/zhen.toml", QUESTION.replace('["B"]', '["C"]').replace("difficulty = 1", ""))
    overlay = write(
        "questions/more.toml",
        QUESTION + QUESTION.replace("single", "singel").replace("zhen-001", "zhen-002"),
    )
    assert faults_of(overlay) == [
        ("observances/market-day.toml 第 3 行", "2月29日不是每年都有的日期。"),
        ("questions/more.toml 第 17 行", "“kind”不能写“singel”"),
        ("questions/zhen.toml 第 2 行", "缺少“difficulty”这一项"),
    ]


def test_each_answer_that_does_not_fit_its_kind_is_told_at_its_line(write: Write) -> None:
    wrong = [
        QUESTION.replace('["B"]', '["C"]'),
        QUESTION.replace('["B"]', "true"),
        QUESTION.replace("single", "judge"),
    ]
    overlay = write(
        "questions/zhen.toml",
        "".join(text.replace("001", f"00{n}") for n, text in enumerate(wrong)),
    )
    places = [where for where, _ in faults_of(overlay)]
    assert places == [f"questions/zhen.toml 第 {line} 行" for line in (7, 20, 33)]


@pytest.mark.parametrize(
    ("name", "text", "where", "reason"),
    [
        ("laws/ours.toml", "[[law]\n", "laws/ours.toml 第 1 行", "读不下去"),
        ("laws/ours.toml", 'key = "a"\nkey = "b"\n', "laws/ours.toml 第 2 行", "读不下去"),
        ("laws/ours.toml", "[[laws]]\n", "laws/ours.toml 第 1 行", "不认识“laws”"),
        ("laws/ours.toml", 'law = "民法典"\n', "laws/ours.toml 第 1 行", "“law”写得不对"),
        ("laws/ours.toml.txt", "", "laws/ours.toml.txt", "文件名不对"),
        ("observances/赶集.toml", "", "observances/赶集.toml", "文件名不对"),
        ("observance/market-day.toml", "", "observance", "不认识这个名字"),
        ("hotlines.toml", "[[hotline]]\nnumber = 12348\n", "hotlines.toml 第 2 行", "引号"),
    ],
)
def test_a_clerks_usual_slips_are_told_in_a_sentence(
    write: Write, name: str, text: str, where: str, reason: str
) -> None:
    found = faults_of(write(name, text))
    assert found[0][0] == where
    assert reason in found[0][1]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("lead_days = 7", "lead_days = -1", "不能小于 0"),
        ("lead_days = 7", 'lead_days = "7"', "不带引号的整数"),
        ("checked = 2026-11-24", 'checked = "昨天"', "2026-12-04 这样的日期"),
        ('hour = "09:30"', 'hour = "早上"', '"09:00" 这样的时间'),
        ('"practice"', '"sure"', "不能写“sure”"),
        ('kind = "day"', 'kind = "days"', "没有“days”这种规则"),
        ('on = "03-03"', 'on = "3月3日"', "“月-日”"),
        ('laws = ["民法典"]', 'laws = "民法典"', "方括号"),
        ("lead_days = 7", "lead_day = 7", "缺少“lead_days”"),
    ],
)
def test_a_wrong_value_is_told_in_words_of_the_file(
    write: Write, old: str, new: str, reason: str
) -> None:
    text = OBSERVANCE.format(rule='{ kind = "day", on = "03-03" }').replace(old, new)
    found = faults_of(write("observances/market-day.toml", text))
    assert reason in found[0][1]


def test_the_same_key_twice_in_one_layer_is_a_fault(write: Write) -> None:
    overlay = write("questions/zhen.toml", QUESTION + QUESTION)
    assert faults_of(overlay) == [("questions/zhen.toml 第 15 行", "“zhen-001”写了两次")]


def test_a_file_from_notepad_with_a_mark_at_its_head_is_read(tmp_path: Path) -> None:
    room = tmp_path / "questions"
    room.mkdir()
    (room / "zhen.toml").write_text(QUESTION, encoding="utf-8-sig")
    assert QuestionKey("zhen-001") in read_pack(tmp_path).questions


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    room = tmp_path / "questions"
    room.mkdir()
    (room / "zhen.toml").write_text(QUESTION, encoding="gbk")
    assert faults_of(tmp_path) == [("questions/zhen.toml", "文件不是 UTF-8 编码")]


def test_a_missing_overlay_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有"):
        read_pack(tmp_path / "nowhere")


def test_versions_of_a_law_are_ordered_by_the_day_they_take_effect(write: Write) -> None:
    law = """
[[law]]
key = "本镇条例"
name = "本镇条例"
level = "地方性法规"
issuer = "某市人大常委会"
checked = 2026-11-24
"""
    version_of = """[[law.version]]
adopted = {year}-01-01
effective = {year}-06-01
articles = {articles}
source = "公报"
"""
    both = version_of.format(year=2025, articles=9) + version_of.format(year=2020, articles=5)
    registry = read_calendar(write("laws/ours.toml", law + both)).registry
    version = registry.in_force(LawKey("本镇条例"), date(2024, 1, 1))
    assert version is not None
    assert version.articles == 5
