"""After the reveal in chat: one's own paper question by question, doubts, corrected scores."""

from collections.abc import Sequence
from fractions import Fraction
from html import escape

from lawbot.telegram import articles, buttons
from lawbot.telegram.buttons import button
from lawbot.telegram.views.exams import plain
from lawcore.clock import local_text
from lawcore.delivery.model import Button, Letter
from lawcore.exams.correcting import Elsewhere, letters_of
from lawcore.exams.grading import Tick, rounded
from lawcore.exams.model import Exam
from lawcore.exams.review import Page, Sealed
from lawcore.exams.review_book import Appeal, Change
from lawcore.questions.blueprint import Scoring
from lawcore.questions.question import LETTERS, Question, QuestionKind

ASKED = "已转给出题人，有答复会告诉您。"
SAID = "好的，这句话也转给出题人。有答复会告诉您。"
NOTHING_SAID = "好的。已转给出题人，有答复会告诉您。"
ASKED_BEFORE = "您已经提过这道题的疑问，有答复会告诉您。"
NOT_SETTER = "只有管理员可以答复。"
_NOT_FOR_CANDIDATES = "您自己也可能考到这道题，所以这里不写题目和答案，请由不考这道题的管理员处理，"
_DOUBT = "对这道题有疑问"


def page(now: Page, cited: articles.Cited) -> Letter:
    """One question with one's own choice, the key, the arithmetic, the explanation, the article."""
    parts = [
        *_asked(now),
        _marked(now),
        f"解析：{escape(now.question.explanation)}",
        *([articles.listed(cited)] if cited else []),
    ]
    if now.answer is not None:
        parts.append(f"您提的疑问，答复：{escape(now.answer)}")
    elif now.doubted:
        parts.append(f"<i>{ASKED}</i>")
    asking = () if now.doubted else (_DOUBT,)
    return Letter("\n\n".join(parts), _ways(now, *asking), protected=True)


def sealed(now: Sealed) -> Letter:
    """One question of a paper that another exam repeats in part: the own choice, and until when."""
    parts = (
        *_asked(now),
        f"您选的：{_mine(now)}",
        f"这份卷里有的题，您在“{escape(now.by.title)}”里还要考到。整份卷的答案，到"
        f" {local_text(now.by.reveals_at)} 那场公布后再看。",
    )
    return Letter("\n\n".join(parts), _ways(now), protected=True)


def makeup(exam: Exam, due: int) -> Letter:
    """To the admins when results are told: how many owe a 补考."""
    return Letter(
        f"<b>{escape(exam.title)}：成绩已公布</b>\n建议安排补考：没有合格的，加上缺考而没有免考的，"
        f"共 {due} 人。名单和安排用 lawbot exam makeup {exam.id}。"
    )


def doubt(exam: Exam, question: Question, appeal: Appeal, *, asked: bool) -> Letter:
    """To the admins: a candidate doubts a question. Who it was is not said.

    `asked`: this admin may be asked the question in an exam, and is not told which it is.
    """
    if asked:
        return Letter(
            f"<b>有考生对一道题有疑问</b>\n{escape(exam.title)}\n\n{_NOT_FOR_CANDIDATES}"
            f"用 lawbot exam appeals {exam.id} 可以看到。"
        )
    said = f"考生说：{escape(appeal.text)}\n\n" if appeal.text else ""
    html = (
        f"<b>有考生对一道题有疑问</b>\n{escape(exam.title)} · {question.id}\n\n"
        f"{said}{_key(question)}"
    )
    return Letter(html, ((button("答复", buttons.ANSWER, appeal.id),),), protected=True)


def prompt_doubt() -> Letter:
    """Asked after a doubt: a sentence, if one likes."""
    html = (
        "<b>想说一句为什么吗？</b>\n可以直接发一句话，200 个字以内，只有出题人看得到。"
        "不想说就点“不用了”。"
    )
    return Letter(html, ((button("不用了", buttons.DOUBT_SKIP),),))


def prompt_answer(question: Question) -> Letter:
    """Asked for the answer to a doubt."""
    html = f"<b>答复疑问</b>\n请直接发一段话，考生会收到原文。\n\n{escape(question.stem)}"
    return Letter(html, ((button("取消", buttons.FORGET_PROMPT),),))


def answered() -> Letter:
    """Said to the setter."""
    return Letter(
        "已答复，并告诉了考生。如果答案确实有误，请用 lawbot exam regrade 更正，要两个人确认。"
    )


def answer(exam: Exam, question: Question, appeal: Appeal) -> Letter:
    """To the candidate: what the setter answered."""
    html = (
        f"<b>您提的疑问有了答复</b>\n{escape(exam.title)}\n\n{escape(question.stem)}\n\n"
        f"答复：{escape(appeal.answer or '')}"
    )
    return Letter(html, protected=True)


def regraded(exam: Exam, change: Change) -> Letter:
    """To a candidate whose score was changed by a corrected key."""
    verdict = "合格" if change.passed else "没有合格"
    return Letter(
        f"<b>{escape(exam.title)}</b>\n有一道题的答案更正了，您的得分由 "
        f"{plain(change.score_before)} 分改为 {plain(change.score)} 分，{verdict}。"
        "两次的得分都留有记录。"
    )


def corrected_somewhere(exam: Exam) -> Letter:
    """To an admin who may be asked the question in an exam: that a key was corrected, not which."""
    return Letter(
        f"<b>有一道题的答案更正了</b>\n{escape(exam.title)}\n\n"
        f"还有地方用着旧答案。{_NOT_FOR_CANDIDATES}用 lawbot exam items 可以看到。"
    )


def corrected(
    exam: Exam, right: Question, remedies: Sequence[str], others: Sequence[Elsewhere]
) -> Letter:
    """To the admins: a key was corrected; what else still holds the old one, and what to do."""
    key = letters_of(right.key)
    lines = [
        f"<b>有一道题的答案更正了</b>\n{escape(exam.title)} · {right.id}",
        f"{escape(right.stem)}\n正确答案：{key}",
        *map(escape, remedies),
    ]
    if others:
        named = "、".join(f"{one.exam.id}“{one.exam.title}”" for one in others)
        lines.append(
            f"还有考试 {escape(named)}用着旧答案。一起提议更正：\n<code>lawbot exam regrade"
            f" {exam.id} --question {right.id} --key {key} --elsewhere --by 姓名</code>\n"
            "再由另一人加 --apply 确认。"
        )
    return Letter("\n\n".join(lines), protected=True)


def _asked(now: Page | Sealed) -> tuple[str, ...]:
    question = now.question
    options = [question.options[own] for own in now.item.order]
    listed = [f"{LETTERS[i]}. {text}" for i, text in enumerate(options)]
    return (
        f"<b>{escape(now.exam.title)} · 逐题查看</b>\n"
        f"第 {now.place + 1}/{len(now.attempt.paper)} 题"
        f" · {question.kind.label} · {plain(now.item.marks)} 分",
        escape(question.stem),
        escape("\n".join(listed)),
    )


def _mine(now: Page | Sealed) -> str:
    shown = {own: LETTERS[place] for place, own in enumerate(now.item.order)}
    return "".join(sorted(shown[own] for own in now.picked)) or "没有作答"


def _marked(now: Page) -> str:
    shown = {own: LETTERS[place] for place, own in enumerate(now.item.order)}
    key = _letters(now.question.kind, shown, now.question.key)
    corrected = ""
    if now.first_key != now.question.key:
        corrected = f"（已更正，原来是 {_letters(now.question.kind, shown, now.first_key)}）"
    scoring, kind = now.exam.scoring, now.question.kind
    why = arithmetic(scoring, kind, now.tick, now.earned, now.item.marks)
    return f"您选的：{_mine(now)}\n正确答案：{key}{corrected}\n得分：{why}"


def _letters(kind: QuestionKind, shown: dict[int, str], key: frozenset[int]) -> str:
    letters = sorted(shown[own] for own in key)
    return "".join(letters) if kind is QuestionKind.MULTIPLE else " 或 ".join(letters)


def arithmetic(
    scoring: Scoring, kind: QuestionKind, tick: Tick, earned: Fraction, marks: object
) -> str:
    """How the marks of a question came about, in words."""
    full, got = plain(marks), f"{plain(rounded(earned))} 分"
    if tick.right:
        return f"选对，得 {full} 分"
    if tick.hit + tick.missed == 0:
        return "没有作答，得 0 分"
    if kind is not QuestionKind.MULTIPLE:
        return "选错，得 0 分"
    if scoring is Scoring.RIGHT_MINUS_WRONG:
        return (
            f"选对 {tick.hit} 个、选错 {tick.missed} 个，应选 {tick.key} 个："
            f"{full} ×（{tick.hit} − {tick.missed}）÷ {tick.key}，"
            f"得 {got}" + ("（不扣成负分）" if tick.hit < tick.missed else "")
        )
    if scoring is Scoring.ALL:
        return "没有全部选对，得 0 分"
    if tick.missed:
        return "有选错的，得 0 分"
    if scoring is Scoring.HALF:
        return f"少选，得一半：{full} ÷ 2 ＝ {got}"
    return (
        f"少选，应选 {tick.key} 个，选对 {tick.hit} 个：{full} × {tick.hit} ÷ {tick.key}，得 {got}"
    )


def _key(question: Question) -> str:
    listed = [f"{LETTERS[i]}. {text}" for i, text in enumerate(question.options)]
    return (
        f"{escape(question.stem)}\n\n{escape(chr(10).join(listed))}\n\n"
        f"题库答案：{question.key_letters}\n解析：{escape(question.explanation)}"
    )


def _ways(now: Page | Sealed, *asking: str) -> tuple[tuple[Button, ...], ...]:
    token, place = now.attempt.token, now.place
    row = []
    if place > 0:
        row.append(button("上一题", buttons.REVIEW, token, place - 1))
    if place + 1 < len(now.attempt.paper):
        row.append(button("下一题", buttons.REVIEW, token, place + 1))
    row.append(button("返回", buttons.RESULT, token))
    return (tuple(row), *((button(label, buttons.DOUBT, token, place),) for label in asking))
