"""What is exported is read back the same; what a format does not carry is said, never made up."""

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lawcore.content import Pack, read_pack
from lawcore.content.exchange.aiken import aiken_of, read_aiken
from lawcore.content.exchange.audit import audit_of
from lawcore.content.exchange.gift import gift_of, read_gift
from lawcore.content.exchange.schema import schemas
from lawcore.content.exchange.sheet import COLUMNS, TITLE, read_sheet, sheet_of
from lawcore.content.exchange.tables import as_toml, raw_of
from lawcore.content.forms.question import QuestionForm
from lawcore.errors import BadInput, FaultyFile
from lawcore.ids import Citation, LawKey, QuestionKey
from lawcore.questions.question import (
    JUDGE_OPTIONS,
    Audience,
    Question,
    QuestionKind,
    Topic,
)
from tests.program import Ended, lawbot

TODAY = date(2026, 11, 24)


@cache
def pack() -> Pack:
    return read_pack()


def rebuilt(raw: object) -> Question:
    """A table of a question as the pack would read it."""
    return QuestionForm.model_validate(raw).build(pack().registry)


def through_toml(*questions: Question) -> list[Question]:
    text = as_toml(map(raw_of, questions))
    return [rebuilt(table) for table in tomllib.loads(text)["question"]]


def through_xlsx(path: Path, *questions: Question) -> list[Question]:
    path.write_bytes(sheet_of(questions))
    return [rebuilt(raw) for raw in read_sheet(path, pack().registry)]


def through_gift(*questions: Question) -> list[Question]:
    return [rebuilt(raw) for raw in read_gift(gift_of(questions), "题库.gift", pack().registry)]


def test_the_whole_bank_comes_back_from_a_spreadsheet(tmp_path: Path) -> None:
    bank = tuple(pack().questions.values())
    assert through_xlsx(tmp_path / "题库.xlsx", *bank) == list(bank)


def test_the_whole_bank_comes_back_from_gift_and_from_our_own_files() -> None:
    bank = tuple(pack().questions.values())
    assert through_gift(*bank) == list(bank)
    assert through_toml(*bank) == list(bank)


words = st.text(
    st.characters(categories=("L", "N", "P", "S"), max_codepoint=0xFFFF), min_size=1, max_size=12
)
ids = st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True)
plain_words = words.filter(lambda text: "；" not in text and ";" not in text)
cites = st.sampled_from(
    [Citation(LawKey("民法典"), 1042), Citation(LawKey("宪法")), Citation(LawKey("刑法"), 264)]
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from(QuestionKind))
    options: tuple[str, ...] = JUDGE_OPTIONS
    if kind is not QuestionKind.JUDGE:
        options = tuple(draw(st.lists(words, min_size=2, max_size=8, unique=True)))
    places = range(len(options))
    most = len(options) - 1 if kind is QuestionKind.MULTIPLE else 1
    least = 2 if kind is QuestionKind.MULTIPLE and most >= 2 else 1
    right = draw(st.sets(st.sampled_from(places), min_size=least, max_size=max(least, most)))
    if len(right) == 1 and kind is QuestionKind.MULTIPLE:
        kind = QuestionKind.SINGLE
    return Question(
        id=QuestionKey(draw(ids)),
        kind=kind,
        stem=draw(words),
        options=options,
        key=frozenset(right),
        explanation=draw(words),
        cites=tuple(draw(st.lists(cites, min_size=1, max_size=3, unique=True))),
        topic=draw(st.sampled_from(Topic)),
        audience=frozenset(draw(st.sets(st.sampled_from(Audience), min_size=1))),
        difficulty=draw(st.integers(1, 3)),
        case=draw(st.booleans()),
        checked=draw(st.dates(date(2020, 1, 1), TODAY)),
        computed=tuple(draw(st.lists(plain_words, max_size=2, unique=True))),
        apart=tuple(draw(st.lists(ids.map(QuestionKey), max_size=2, unique=True))),
    )


@given(questions())
def test_any_question_comes_back_from_our_own_file(question: Question) -> None:
    assert through_toml(question) == [question]


@given(questions())
def test_any_question_comes_back_from_gift_whatever_its_signs(question: Question) -> None:
    assert through_gift(question) == [question]


@settings(max_examples=25, deadline=None)
@given(question=questions())
def test_any_question_comes_back_from_a_spreadsheet(
    tmp_path_factory: pytest.TempPathFactory, question: Question
) -> None:
    path = tmp_path_factory.mktemp("xlsx") / "题库.xlsx"
    assert through_xlsx(path, question) == [question]


def sample() -> Question:
    return next(q for q in pack().questions.values() if q.kind is QuestionKind.SINGLE)


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "题库.xlsx"
    path.write_bytes(sheet_of([replace(sample(), stem="=1+1", explanation="@SUM(A1)")]))
    sheet = load_workbook(path)[TITLE]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert rebuilt(read_sheet(path, pack().registry)[0]).stem == "=1+1"


@pytest.fixture
def spoilt(tmp_path: Path) -> Callable[..., list[str]]:
    """The faults of a sheet with one sound row changed in some columns."""

    def faults(*changes: dict[str, object]) -> list[str]:
        path = tmp_path / "题库.xlsx"
        path.write_bytes(sheet_of([sample()] * len(changes)))
        book = load_workbook(path)
        places = {column.heading: place for place, column in enumerate(COLUMNS, start=1)}
        for row, change in enumerate(changes, start=2):
            book[TITLE].cell(row, places["编号"]).value = f"q-{row}"
            for heading, value in change.items():
                book[TITLE].cell(row, places[heading]).value = value
        book.save(path)
        with pytest.raises(FaultyFile) as caught:
            read_sheet(path, pack().registry)
        return [str(fault) for fault in caught.value.faults]

    return faults


def test_all_faults_of_a_sheet_are_told_at_once_with_row_and_column(
    spoilt: Callable[..., list[str]],
) -> None:
    found = spoilt(
        {"题型": "填空题", "难度": 4},
        {"答案": "Z", "法条": "妇女权益保护法第3条"},
        {"核对日期": "昨天", "对象": "村民", "题干": None},
        {"选项A": None, "内容分类": "=A1"},
        {"编号": "q-2"},
    )
    said = "\n".join(found)
    for wanted in (
        "第 2 行 B 列（题型）：不认识“填空题”",
        "第 2 行 Q 列（难度）：不认识“4”（只能填：1、2、3）",
        "第 3 行 L 列（答案）：answer 里的“Z”不是选项的字母",
        "第 3 行 N 列（法条）：法律登记表里没有“妇女权益保护法第3条”",
        "第 4 行 C 列（题干）：没有填",
        "第 4 行 P 列（对象）：不认识“村民”",
        "第 4 行 S 列（核对日期）：“昨天”不是日期",
        "第 5 行 O 列（内容分类）：是公式",
        "第 6 行 A 列（编号）：“q-2”与第 2 行重复",
    ):
        assert wanted in said, wanted
    assert "选项从 A 起依次填" in said


def test_a_sheet_without_its_headings_is_told(tmp_path: Path) -> None:
    path = tmp_path / "题库.xlsx"
    book = Workbook()
    book.active.title = TITLE
    book.save(path)
    with pytest.raises(FaultyFile, match="没有“编号”列"):
        read_sheet(path, pack().registry)


def test_a_foreign_gift_file_is_read_as_far_as_it_goes() -> None:
    text = """
$CATEGORY: 普法

// 别人的题
::标题:: 国家宪法日是哪天？ {
=12月4日#对
~11月4日#不对
}

宪法是根本法。{T}

下列哪些是村民自治的内容？{~%50%民主选举 ~%50%民主管理 ~%-100%司法审判}
"""
    single, judge, multiple = read_gift(text, "别人.gift", pack().registry)
    assert single == {
        "id": "gift-001",
        "kind": "single",
        "stem": "国家宪法日是哪天？",
        "options": ["12月4日", "11月4日"],
        "answer": ["A"],
    }
    assert (judge["kind"], judge["answer"]) == ("judge", True)
    assert (multiple["kind"], multiple["answer"]) == ("multiple", ["A", "B"])
    assert as_toml([judge]).startswith(
        "# 还要补上：explanation、cites、topic、audience、difficulty、checked\n[[question]]\n"
    )


def test_every_question_that_gift_has_and_we_cannot_ask_is_told_with_its_line() -> None:
    text = "多少？{#12}\n\n配对 {=a -> b =c -> d}\n\n填空 {=甲 =乙}\n\n没有答案\n"
    with pytest.raises(FaultyFile) as caught:
        read_gift(text, "别人.gift", pack().registry)
    told = [(fault.where, fault.reason[:8]) for fault in caught.value.faults]
    assert told == [
        ("别人.gift 第 1 行", "只能导入单选、多"),
        ("别人.gift 第 3 行", "只能导入单选、多"),
        ("别人.gift 第 5 行", "全部选项都对或者"),
        ("别人.gift 第 7 行", "没有花括号里的答"),
    ]
    assert all(fault.remedy for fault in caught.value.faults)


def test_what_our_own_tags_may_not_say_is_told_with_its_line() -> None:
    tags = (
        "topic=none", "difficulty=9", "checked=昨天", "audience=children", "case=maybe",
        "cite=妇女权益保护法 3", "cite=民法典 三",
    )  # fmt: skip
    comment = " ".join(f"[tag:{tag}]" for tag in tags)
    text = f"好题？{{=甲 ~乙}}\n\n// [id:q-1] {comment}\n题？{{=甲 ~乙}}\n"
    with pytest.raises(FaultyFile) as caught:
        read_gift(text, "题库.gift", pack().registry)
    faults = caught.value.faults
    assert [fault.where for fault in faults] == ["题库.gift 第 4 行"] * len(tags)
    said = "\n".join(map(str, faults))
    for wanted in (
        "内容分类里不认识“none”", "难度里不认识“9”", "核对日期“昨天”",
        "对象里不认识“children”", "案例题里不认识“maybe”", "“三”不是条号",
        "没有“妇女权益保护法”，是不是《妇女权益保障法》",
    ):  # fmt: skip
        assert wanted in said, wanted


def test_several_faults_of_several_questions_are_told_at_once() -> None:
    text = (
        "没有合上的题？{=甲 ~乙\n\n::二::空的选项？{\n=甲\n~\n}\n\n"
        "// [id:same]\n一？{=甲 ~乙}\n\n// [id:same]\n二？{T}\n\n{=甲 ~乙}\n"
    )
    with pytest.raises(FaultyFile) as caught:
        read_gift(text, "别人.gift", pack().registry)
    told = [(fault.where.removeprefix("别人.gift "), fault.reason) for fault in caught.value.faults]
    assert told == [
        ("第 1 行", "花括号没有合上"),
        ("第 5 行", "第 2 个选项是空的"),
        ("第 12 行", "编号“same”和第 9 行的重复"),
        ("第 14 行", "没有题干"),
    ]
    with pytest.raises(FaultyFile, match="花括号没有合上"):
        read_gift("最后一题？{=甲 ~乙", "别人.gift", pack().registry)


def test_questions_without_an_id_are_numbered_after_their_file() -> None:
    assert read_gift("题？{T}", "Bank-2.gift", pack().registry)[0]["id"] == "bank-2-001"
    assert read_aiken("题？\nA. 甲\nB. 乙\nANSWER: A\n", "bank3.txt")[0]["id"] == "bank3-001"


def test_aiken_carries_questions_with_one_answer_and_says_how_many_it_left_out() -> None:
    bank = tuple(pack().questions.values())
    text, left_out = aiken_of(bank)
    kept = [question for question in bank if question.kind is not QuestionKind.MULTIPLE]
    assert left_out == len(bank) - len(kept) > 0
    read = read_aiken(text, "题库.txt")
    assert [(raw["kind"], raw["stem"], raw.get("options"), raw["answer"]) for raw in read] == [
        (raw["kind"], raw["stem"], raw.get("options"), raw["answer"]) for raw in map(raw_of, kept)
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("题？\nA. 甲\nB. 乙\n", "没有 ANSWER"),
        ("题？\nA. 甲\nC. 乙\nANSWER: A\n", "第 3 行：选项的字母是 C，这里应当是 B"),
        ("题？\nA. 甲\nANSWER: A\n", "选项不到两个"),
        ("题？\nA. 甲\nB.\nANSWER: A\n", "第 3 行：选项 B 是空的"),
        ("题？\nA. 甲\nB. 乙\nANSWER: C\n", "第 4 行：答案“C”不是选项的字母"),
        ("ANSWER: C\n", "前面没有题干和选项"),
        ("题？\nA. 甲\nB. 乙\nANSWER: A, B\n", "只能有一个答案"),
        ("题？\n第二行\nA. 甲\nANSWER: A\n", "题干只占一行"),
        ("", "没有题目"),
    ],
)
def test_a_faulty_aiken_file_is_told(text: str, said: str) -> None:
    with pytest.raises(FaultyFile, match=said):
        read_aiken(text, "题库.txt")


def test_all_faults_of_an_aiken_file_are_told_at_once() -> None:
    good = "好题？\nA. 甲\nB) 乙\nANSWER: b\n"
    assert read_aiken(good, "x.txt")[0]["answer"] == ["B"]
    text = (
        f"一？\nA. 甲\nC. 乙\nD. 丙\nANSWER: A\n\n{good}二？\nA. 甲\nB. 乙\n\n三？\n续行\nA. 甲\n"
    )
    with pytest.raises(FaultyFile) as caught:
        read_aiken(f"{text}ANSWER: A\n", "x.txt")
    assert [fault.where for fault in caught.value.faults] == [
        "x.txt 第 3 行", "x.txt 第 4 行", "x.txt 第 13 行", "x.txt 第 16 行",
    ]  # fmt: skip
    assert all(fault.remedy for fault in caught.value.faults)


def imported(folder: Path, name: str, text: str) -> Ended:
    (folder / name).write_text(text, encoding="utf-8")
    return lawbot(folder, "content", "import", name, "--out", "我们的")


def test_a_second_import_lies_beside_the_first(tmp_path: Path) -> None:
    one, other = "一？\nA. 甲\nB. 乙\nANSWER: A\n", "二？{T}\n"
    assert imported(tmp_path, "first.txt", one).code == 0
    assert imported(tmp_path, "second.gift", other).code == 0
    room = tmp_path / "我们的" / "questions"
    assert sorted(path.name for path in room.iterdir()) == ["imported-2.toml", "imported.toml"]
    again = imported(tmp_path, "first.txt", one)
    assert again.code == 2
    assert "已经有编号“first-001”了" in again.err
    assert "imported.toml" in again.err
    assert len(list(room.iterdir())) == 2
    (room / "ours.toml").write_text("[[question]\n", encoding="utf-8")
    assert "读不懂" in imported(tmp_path, "third.gift", other).err
    assert not (room / "imported-3.toml").exists()


def test_an_import_with_one_fault_writes_nothing(tmp_path: Path) -> None:
    ended = imported(tmp_path, "x.gift", "好题？{T}\n\n坏题？{#3}\n")
    assert ended.code == 2
    assert "x.gift 第 3 行：只能导入单选、多选和判断题" in ended.err
    assert not (tmp_path / "我们的").exists()


def test_the_pack_for_an_audit_has_everything_and_questions_in_the_agreed_shape() -> None:
    told = json.loads(json.dumps(audit_of(pack(), TODAY), default=str, ensure_ascii=False))
    assert {"laws", "observances", "messages", "loudspeaker", "leaflets", "questions"} <= set(told)
    assert len(told["questions"]) == len(pack().questions)
    for question in told["questions"]:
        assert set(question) == {
            "id", "kind", "stem", "options", "key", "explanation", "citations", "topic",
            "audience", "difficulty", "checked_on",
        }  # fmt: skip
        assert all(set(option) == {"letter", "text"} for option in question["options"])
        assert set(question["key"]) <= {option["letter"] for option in question["options"]}
        assert all(set(cite) == {"law", "article"} for cite in question["citations"])
    assert [review["id"] for review in told["reviews"]] == [q["id"] for q in told["questions"]]
    assert all(version["effective"] for each in told["reviews"] for version in each["versions"])
    apart = {review["id"]: tuple(review["apart"]) for review in told["reviews"]}
    assert apart == {question.id: question.apart for question in pack().questions.values()}
    code = next(law for law in told["laws"] if law["key"] == "治安管理处罚法")
    assert [version["effective"] for version in code["versions"]] == ["2013-01-01", "2026-01-01"]
    day = next(each for each in told["observances"] if each["id"] == "constitution-day")
    assert (day["start"], day["citations"]) == (
        "2026-12-04",
        [{"law": "法治宣传教育法", "article": 13}],
    )
    assert all(each["citations"] and each["checked_on"] for each in told["messages"])


def test_each_kind_of_content_file_has_a_schema_of_what_is_read() -> None:
    made = schemas()
    assert set(made) == {
        "laws", "observances", "messages", "loudspeaker", "leaflets", "questions", "exams",
        "hotlines", "consent",
    }  # fmt: skip
    question = made["questions"]["$defs"]["QuestionForm"]
    assert set(question["properties"]) == set(QuestionForm.model_fields)
    assert question["additionalProperties"] is False
    assert made["questions"]["properties"]["question"]["type"] == "array"
    assert made["observances"]["$defs"]["DayForm"]["properties"]["on"]["pattern"]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "题库.xlsx"
    path.write_text("不是表格", encoding="utf-8")
    with pytest.raises(BadInput, match="不是 xlsx 文件"):
        read_sheet(path, pack().registry)
