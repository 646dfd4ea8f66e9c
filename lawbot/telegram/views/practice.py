"""Practice in chat: one card, edited in place; the key, the explanation, the article at once."""

from collections.abc import Sequence
from html import escape

from lawbot.telegram import articles, buttons
from lawbot.telegram.buttons import button
from lawcore.clock import local_text
from lawcore.delivery.model import Button, Letter
from lawcore.exams.practice import ROUND, Asked, Explained, NothingDue, Weak
from lawcore.questions.question import LETTERS, Question, QuestionKind

LABEL = "练一练"
MORE_LAWS = 8
MORE_ARTICLES = 6
MOVED_ON = "这道题现在不练，换一道。"
LENT = "您的题正在考试里用，公布答案以后再练。这一道是给居民的。"
_END = button("不练了", buttons.PRACTICE_END)
_WEAK = button("我的薄弱处", buttons.PRACTICE_WEAK)

_START = (
    "<b>练一练</b>\n"
    f"一次 {ROUND} 道，答完马上看答案、解析和依据。答错的第二天再问，答对的隔久些再问。\n\n"
    "不计分，只有您自己看得到。考试里的题，公布答案以前不拿来练。\n\n"
    "为了排题，会记下您练过哪些题、最近一次对不对、哪天再练。发 /me 可以删除，发 /stop 就停。"
    "（依据《个人信息保护法》第十七条告知）"
)
_ENDED = "好的，不练了。想练，随时发 /practice。"
_HINTS = {
    QuestionKind.SINGLE: "点一个选项，马上看对不对。",
    QuestionKind.MULTIPLE: "有多个正确答案。点一下选中，再点一下取消，选好了点“选好了”。",
    QuestionKind.JUDGE: "点“正确”或“错误”，马上看对不对。",
}


def door() -> tuple[Button, ...]:
    """The row that leads to practice from elsewhere."""
    return (button(LABEL, buttons.PRACTICE),)


def start() -> Letter:
    """What practice is, and what is kept of it."""
    begin = (button("开始", buttons.PRACTICE_NEXT, 1),)
    return Letter(_START, (begin, (_WEAK, _END)))


def ended() -> Letter:
    """After 不练了."""
    return Letter(_ENDED)


def question(now: Asked | NothingDue, number: int, marked: int = 0) -> Letter:
    """The question that is the `number`th of this round; `marked` is a mask of what is chosen."""
    if isinstance(now, NothingDue):
        return _nothing(now)
    listed = _listed(now.options)
    lent = f"<i>{LENT}</i>\n\n" if now.lent else ""
    html = (
        f"<b>练一练</b> · 这一轮第 {number} 道，共 {ROUND} 道 · {now.kind.label}\n\n"
        f"{lent}{escape(now.stem)}\n\n{escape(chr(10).join(listed))}\n\n<i>{_HINTS[now.kind]}</i>"
    )
    many = now.kind is QuestionKind.MULTIPLE
    rows = []
    for place, text in enumerate(listed):
        act = buttons.PRACTICE_MARK if many else buttons.PRACTICE_ANSWER
        mask = marked ^ 1 << place if many else 1 << place
        label = f"✓ {text}" if marked >> place & 1 else text
        rows.append((button(label, act, now.name, mask, number),))
    if marked:
        done = button("选好了", buttons.PRACTICE_ANSWER, now.name, marked, number)
        rows.append((done,))
    return Letter(html, (*rows, (_END,)))


def explained(now: Explained, cited: articles.Cited, number: int) -> Letter:
    """The same question with the key, the explanation and the article."""
    asked = now.question
    parts = [
        f"<b>练一练 · {'答对了' if now.right else '没答对'}</b>",
        escape(asked.stem),
        escape("\n".join(_listed(asked.options))),
        f"您选的：{_letters(now.picked)}\n正确答案：{_key(asked)}",
        f"解析：{escape(asked.explanation)}",
        articles.listed(cited),
    ]
    if number < ROUND:
        return Letter(
            "\n\n".join(parts),
            ((button("下一题", buttons.PRACTICE_NEXT, number + 1),), (_WEAK, _END)),
        )
    parts.append(f"这一轮 {ROUND} 道练完了，歇一歇。")
    again = (button(f"再练 {ROUND} 道", buttons.PRACTICE_NEXT, 1),)
    return Letter("\n\n".join(parts), (again, (_WEAK, _END)))


def weak(found: Sequence[Weak]) -> Letter:
    """The laws and articles that this person should look at again."""
    row = ((button("接着练", buttons.PRACTICE_NEXT, 1), _END),)
    if not found:
        return Letter("<b>我的薄弱处</b>\n目前没有答错的。接着练就好。", row)
    lines = [f"· {_weak(one)}" for one in found[:MORE_LAWS]]
    html = (
        "<b>我的薄弱处</b>（只有您自己看得到）\n这些地方最近答错或者没有答，练的时候会多问：\n"
        f"{escape(chr(10).join(lines))}"
    )
    return Letter(html, row)


def _nothing(now: NothingDue) -> Letter:
    later = "过几天再来。"
    if now.until is not None:
        later = f"其余的题正在考试里用，{local_text(now.until)} 公布答案以后再练。"
    return Letter(f"<b>练一练</b>\n现在没有要练的题。{later}", ((_WEAK, _END),))


def _weak(one: Weak) -> str:
    named = "、".join(f"第{article}条" for article in one.articles[:MORE_ARTICLES])
    return f"《{one.law}》{named}" + ("等" if len(one.articles) > MORE_ARTICLES else "")


def _listed(options: Sequence[str]) -> list[str]:
    return [f"{LETTERS[place]}. {text}" for place, text in enumerate(options)]


def _letters(picked: frozenset[int]) -> str:
    return "".join(LETTERS[place] for place in sorted(picked))


def _key(asked: Question) -> str:
    letters = asked.key_letters
    return letters if asked.kind is QuestionKind.MULTIPLE else " 或 ".join(letters)
