"""Questions as a spreadsheet: what is exported is read back the same.

Loads the xlsx libraries, so import this module only where such a file is at hand.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lawcore.content.exchange.tables import Raw, raw_of
from lawcore.content.forms.question import QuestionForm
from lawcore.errors import BadInput, FaultyFile
from lawcore.law.registry import Registry
from lawcore.questions.question import LETTERS, Audience, Question, QuestionKind, Topic
from lawcore.sheets.cells import Faults, Line, read_lines
from lawcore.sheets.checks import check_cells, check_unique, quoted
from lawcore.sheets.layout import Column, Layout, Paper, Takes
from lawcore.sheets.writing import paper_bytes

_KINDS = {kind.label: kind.value for kind in QuestionKind}
_TOPICS = {topic.label: topic.value for topic in Topic}
_AUDIENCES = {audience.label: audience.value for audience in Audience}
_YES, _NO = "是", "否"
_TRUTHS = {"正确": True, "错误": False}
_CITE = re.compile(r"《?([^《》]+?)》?\s*(?:第\s*(\d+)\s*条)?")
_BETWEEN = re.compile(r"[；;]")

KEY = Column("编号", 18, 60, "不能重复；小写字母、数字和连字符，如 xianfa-001")
KIND = Column("题型", 9, 9, "三种", words=tuple(_KINDS))
STEM = Column("题干", 60, 400, "问什么")
OPTIONS = tuple(
    Column(f"选项{letter}", 28, 200, "选择题至少填前两个；判断题不填", required=False)
    for letter in LETTERS
)
ANSWER = Column("答案", 8, 8, "单选题一个字母，多选题几个字母，判断题写正确或错误")
EXPLANATION = Column("解析", 60, 800, "为什么对，为什么错")
CITES = Column("法条", 36, 400, "如：民法典第1042条；行政处罚法第63条")
TOPIC = Column("内容分类", 16, 20, "法治宣传教育法第五条的内容", words=tuple(_TOPICS))
AUDIENCE = Column("对象", 22, 60, f"可写几个，用顿号隔开：{'、'.join(_AUDIENCES)}")
DIFFICULTY = Column("难度", 6, 1, "1 易，2 中，3 难", words=("1", "2", "3"), takes=Takes.WHOLE)
CASE = Column("案例题", 8, 1, "是或否", words=(_YES, _NO))
CHECKED = Column("核对日期", 12, 10, "最近一次由人核对的日期", takes=Takes.DAY)
COMPUTED = Column(
    "算出的数", 16, 200, "法条里没有、算出来的或者案情里的数，用分号隔开", required=False
)
APART = Column("不同卷", 18, 200, "不能和它放进一份卷的题的编号，用分号隔开", required=False)
COLUMNS = (
    KEY, KIND, STEM, *OPTIONS, ANSWER, EXPLANATION, CITES, TOPIC, AUDIENCE, DIFFICULTY, CASE,
    CHECKED, COMPUTED, APART,
)  # fmt: skip
_STAND_IN: Raw = {
    "id": "x", "stem": "x", "explanation": "x", "cites": [{"law": "x"}], "topic": "other",
    "audience": ["resident"], "difficulty": 1, "checked": date(2026, 1, 1),
}  # fmt: skip
"""What the other columns may hold while options and answer are weighed."""

TITLE = "题目"
PAPER = Paper(
    name="题库",
    layouts=(Layout(TITLE, COLUMNS),),
    guide=(
        "一行一道题。表头不能改，列的先后可以改。",
        "法律写平时的叫法，要在法律登记表里。",
        "导入用 lawbot content import 文件 --out 文件夹；有一处错就什么都不导入。",
        "导入以后用 lawbot content check 文件夹 检查法条、数字和答案。",
    ),
    example={
        TITLE: (
            (
                "xianfa-001", "单选题", "国家宪法日是每年的哪一天？", "11月4日", "12月4日",
                "12月14日", "11月14日", "", "", "", "", "B",
                "《法治宣传教育法》第十三条：每年12月4日为国家宪法日。", "法治宣传教育法第13条",
                "宪法", "领导干部、居民", "1", "否", "2026-11-24", "", "",
            ),
        )
    },
    template_command="lawbot content export --xlsx",
)  # fmt: skip


def sheet_of(questions: Iterable[Question]) -> bytes:
    """Write the questions as an xlsx file."""
    return paper_bytes(PAPER, {TITLE: map(_cells, questions)})


def read_sheet(path: Path, registry: Registry) -> tuple[Raw, ...]:
    """Read the questions of an xlsx file.

    Raises BadInput if it is no readable xlsx, FaultyFile with every fault of the file at once.
    """
    faults = Faults(path.name, PAPER)
    lines = read_lines(path, faults)[TITLE]
    for line in lines:
        check_cells(line, PAPER.layouts[0], faults)
    check_unique(lines, KEY, faults)
    found = [_read(line, registry, faults) for line in lines]
    if not lines and not faults.unread:
        faults.file_itself("表是空的", "至少填一行")
    if all_faults := faults.all():
        raise FaultyFile(f"题库有 {len(all_faults)} 处错误，没有导入任何内容：", all_faults)
    return tuple(found)


def _cells(question: Question) -> Mapping[str, str]:
    raw = raw_of(question)
    options = raw.get("options", [])
    truth = raw["answer"]
    answer = ("错误", "正确")[truth] if isinstance(truth, bool) else "".join(truth)
    cites = (
        f"{each['law']}第{each['article']}条" if "article" in each else each["law"]
        for each in raw["cites"]
    )
    return {
        **{column.heading: "" for column in COLUMNS},
        **{column.heading: text for column, text in zip(OPTIONS, options, strict=False)},
        KEY.heading: raw["id"],
        KIND.heading: question.kind.label,
        STEM.heading: raw["stem"],
        ANSWER.heading: answer,
        EXPLANATION.heading: raw["explanation"],
        CITES.heading: "；".join(cites),
        TOPIC.heading: question.topic.label,
        AUDIENCE.heading: "、".join(Audience(each).label for each in raw["audience"]),
        DIFFICULTY.heading: str(question.difficulty),
        CASE.heading: _YES if question.case else _NO,
        CHECKED.heading: question.checked.isoformat(),
        COMPUTED.heading: "；".join(question.computed),
        APART.heading: "；".join(question.apart),
    }


def _read(line: Line, registry: Registry, faults: Faults) -> Raw:
    raw: dict[str, Any] = {}
    readers: tuple[tuple[str, Column, Callable[[str], Any]], ...] = (
        ("id", KEY, str),
        ("kind", KIND, _KINDS.get),
        ("stem", STEM, str),
        ("answer", ANSWER, _answer),
        ("explanation", EXPLANATION, str),
        ("cites", CITES, lambda text: _cites(text, registry)),
        ("topic", TOPIC, _TOPICS.get),
        ("audience", AUDIENCE, _audience),
        ("difficulty", DIFFICULTY, int),
        ("case", CASE, lambda text: text == _YES),
        ("checked", CHECKED, date.fromisoformat),
        ("computed", COMPUTED, _listed),
        ("apart", APART, _listed),
    )
    for key, column, read in readers:
        text = line.texts.get(column.heading, "")
        if not text and column.required:
            continue  # the checks of the cells have said so
        try:
            raw[key] = read(text)
        except BadInput as wrong:
            faults.at(line, column, str(wrong).rstrip("。"), column.meaning)
    if options := _options(line, faults):
        raw["options"] = options
    if raw.get("kind") and "answer" in raw:
        _check(raw, line, registry, faults)
    return raw


def _check(raw: Raw, line: Line, registry: Registry, faults: Faults) -> None:
    """Note where options and answer do not fit the kind, whatever else is wrong with the row."""
    asked = {key: raw[key] for key in ("kind", "options", "answer") if key in raw}
    try:
        QuestionForm.model_validate({**_STAND_IN, **asked}).build(registry)
    except ValidationError:
        faults.at(line, ANSWER, "写得不对", ANSWER.meaning)
    except BadInput as wrong:
        faults.at(line, ANSWER, str(wrong).rstrip("。"), ANSWER.meaning)


def _options(line: Line, faults: Faults) -> list[str]:
    texts = [line.texts.get(column.heading, "") for column in OPTIONS]
    filled = [place for place, text in enumerate(texts) if text]
    for place in filled:
        if place >= len(filled):
            faults.at(line, OPTIONS[place], "前面还有空着的选项", "选项从 A 起依次填")
    return [text for text in texts if text]


def _answer(text: str) -> bool | list[str]:
    return _TRUTHS[text] if text in _TRUTHS else list(text.upper())


def _listed(text: str) -> list[str]:
    return _BETWEEN.split(text) if text else []


def _audience(text: str) -> list[str]:
    words = [word.strip() for word in text.split("、") if word.strip()]
    for word in words:
        if word not in _AUDIENCES:
            raise BadInput(f"不认识{quoted(word)}")
    return [_AUDIENCES[word] for word in words]


def _cites(text: str, registry: Registry) -> list[dict[str, Any]]:
    found = []
    for part in filter(None, (each.strip() for each in _BETWEEN.split(text))):
        cite = _CITE.fullmatch(part)
        law = registry.find(cite[1]) if cite else None
        if cite is None or law is None:
            raise BadInput(f"法律登记表里没有{quoted(part)}")
        found.append({"law": law.key} | ({"article": int(cite[2])} if cite[2] else {}))
    return found
