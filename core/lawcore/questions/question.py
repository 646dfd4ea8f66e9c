"""One question of the bank, as the rest of the core sees it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lawcore.ids import Citation, QuestionKey

JUDGE_OPTIONS = ("正确", "错误")
"""The options of every true-or-false question: A is right, B is wrong."""
LETTERS = "ABCDEFGH"
"""The letters of options in order; a question has at most as many options."""


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGE = "judge"

    @property
    def label(self) -> str:
        """What people call it: ``单选题``."""
        return {"single": "单选题", "multiple": "多选题", "judge": "判断题"}[self.value]


class Topic(StrEnum):
    """What a question is about, for balancing papers and for the coverage report.

    法治宣传教育法 art. 5 lists six heads of content. One of them, 法治原则、法律制度和法律常识
    (head 3), is too wide to balance a paper by, so it is divided here; `head` leads back to the
    six. Of what "其他应当纳入" covers (head 6) only the Party's rules, which art. 37 names, have a
    topic; 其他法律法规 are 法律制度 and belong to head 3.
    """

    XI_THOUGHT = "xi-thought"
    CONSTITUTION = "constitution"
    CIVIL_CODE = "civil-code"
    GOVERNANCE = "governance"
    PRACTICE = "practice"
    CULTURE = "culture"
    PARTY_RULES = "party-rules"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name people see."""
        return _TOPICS[self][0]

    @property
    def head(self) -> int:
        """The number of the head in 法治宣传教育法 art. 5, from 1 to 6."""
        return _TOPICS[self][1]


_TOPICS = {
    Topic.XI_THOUGHT: ("习近平法治思想", 1),
    Topic.CONSTITUTION: ("宪法", 2),
    Topic.CIVIL_CODE: ("民法典与日常生活法律", 3),
    Topic.GOVERNANCE: ("依法行政与基层治理", 3),
    Topic.PRACTICE: ("全面依法治国的实践和成就", 4),
    Topic.CULTURE: ("法治文化", 5),
    Topic.PARTY_RULES: ("党内法规", 6),
    Topic.OTHER: ("其他法律法规", 3),
}


class Audience(StrEnum):
    """Whom a question is meant for."""

    LEADING = "leading"
    ENFORCEMENT = "enforcement"
    VILLAGE = "village"
    RESIDENT = "resident"

    @property
    def label(self) -> str:
        """The name people see."""
        return {
            "leading": "领导干部",
            "enforcement": "行政执法人员",
            "village": "村组干部",
            "resident": "居民",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its options in the order of the file and the key.

    Judge questions carry the two `JUDGE_OPTIONS`, so a paper treats all kinds alike.
    """

    id: QuestionKey
    kind: QuestionKind
    stem: str
    options: tuple[str, ...]
    key: frozenset[int]
    """Indexes into `options` of the right answers; all of them and only they are right."""
    explanation: str
    cites: tuple[Citation, ...]
    topic: Topic
    audience: frozenset[Audience]
    difficulty: int
    """1 easy, 2 middling, 3 hard."""
    case: bool
    """A short case from township life."""
    checked: date
    computed: tuple[str, ...] = ()
    """Numbers of the text that no cited article says: computed, or facts of the story."""
    apart: tuple[QuestionKey, ...] = ()
    """Questions that never stand in one paper with this one: one would give the other away.

    It holds both ways, whichever of the two names the other.
    """

    @property
    def key_letters(self) -> str:
        """The right answers as letters of the file's order: ``AC``."""
        return "".join(LETTERS[index] for index in sorted(self.key))
