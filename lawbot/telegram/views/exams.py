"""The exam in chat: invitation, card, answer sheet, handing in, result. No key is in any of it."""

from datetime import timedelta
from html import escape

from lawbot.telegram import buttons
from lawbot.telegram.buttons import button
from lawcore.clock import local_text
from lawcore.delivery.model import Button, DeliveryKind, Letter
from lawcore.exams.model import (
    AttemptState,
    Card,
    Exam,
    Finished,
    Invitation,
    Sheet,
    Standing,
)
from lawcore.questions.question import LETTERS, QuestionKind

SAVED = "已保存"
PER_ROW = 8
PER_PAGE = 80
"""Telegram shows at most 100 buttons under a message."""

_HINTS = {
    QuestionKind.SINGLE: "点一个选项，点了就保存，可以改。",
    QuestionKind.MULTIPLE: "有多个正确答案，点一下选中，再点一下取消，点了就保存。",
    QuestionKind.JUDGE: "点“正确”或“错误”，点了就保存，可以改。",
}

_HEADS = {
    DeliveryKind.EXAM_OPEN: "考试开始了",
    DeliveryKind.EXAM_SOON: "考试还有不到三天结束，您还没有交卷",
    DeliveryKind.EXAM_LAST: "考试快结束了，您还没有交卷",
}


def notice(kind: DeliveryKind, exam: Exam, *, readmitted: bool = False) -> Letter:
    """Told when an exam opens, when an exemption ends, and before the exam does."""
    head = "您的免考取消了，请参加考试" if readmitted else _HEADS[kind]
    html = f"<b>{head}</b>\n\n{_facts(exam)}\n\n点下面的按钮就开始计时；中途断了可以接着答。"
    return Letter(html, ((button("开始答题", buttons.BEGIN, exam.id),),), protected=True)


def invitation(one: Invitation) -> Letter:
    """One exam as its candidate meets it under /exam."""
    exam, attempt = one.exam, one.attempt
    facts = _facts(exam)
    begin = ((button("开始答题", buttons.BEGIN, exam.id),),)
    go_on = ((button("继续答题", buttons.BEGIN, exam.id),),)
    match one.standing:
        case Standing.READY:
            hint = "点“开始答题”就开始计时；中途断了可以接着答。"
            return Letter(f"{facts}\n\n{hint}", begin, protected=True)
        case Standing.RUNNING:
            return Letter(
                f"{facts}\n\n您还没有交卷，已答 {one.answered} 题。", go_on, protected=True
            )
        case Standing.WAITING:
            return Letter(f"{facts}\n\n还没开始，到时会通知您。")
        case Standing.EXEMPT:
            return Letter(f"{facts}\n\n您这次已获准免考，不用答题。")
        case Standing.ABSENT:
            return Letter(f"{facts}\n\n考试已结束，您这次没有参加。")
        case Standing.FINISHED if attempt is not None:
            return finished(Finished(exam, attempt, one.answered))
        case _:
            return Letter(facts)


def nothing_to_sit() -> Letter:
    """No exam has this person on its roster."""
    return Letter("目前没有您要参加的考试。有考试时会通知您。")


def stuck(exam: Exam, why: str) -> Letter:
    """To the admins, once: an exam whose time has come cannot open."""
    return Letter(
        f"<b>{escape(exam.title)}：到时间了，还开不了</b>\n{escape(why)}\n\n"
        f"补好以后会自动开始。可以用 lawbot exam show {exam.id} 查看，"
        f"最晚 {local_text(exam.closes_at)}，过了就不再开。"
    )


def card(now: Card) -> Letter:
    """One question of a paper."""
    attempt, item, question = now.attempt, now.item, now.question
    place = attempt.cursor
    options = [question.options[own] for own in item.order]
    listed = [f"{LETTERS[i]}. {text}" for i, text in enumerate(options)]
    html = (
        f"<b>{escape(now.exam.title)}</b>\n"
        f"第 {place + 1}/{len(attempt.paper)} 题"
        f" · {question.kind.label} · {plain(item.marks)} 分\n"
        f"剩余 {_left(now.left)} · 已答 {len(now.answered)} 题\n\n"
        f"{escape(question.stem)}\n\n"
        f"{escape(chr(10).join(listed))}\n\n"
        f"<i>{_HINTS[question.kind]}</i>"
    )
    rows = [
        (_option(now, i, text, multiple=question.kind is QuestionKind.MULTIPLE),)
        for i, text in enumerate(listed)
    ]
    return Letter(html, (*rows, *_ways(now)), protected=True)


def sheet(now: Sheet, page: int) -> Letter:
    """答题卡: a tick before the number of each answered question; a number leads to it."""
    attempt = now.attempt
    length = len(attempt.paper)
    token = attempt.token
    html = (
        f"<b>答题卡 · {escape(now.exam.title)}</b>\n"
        f"已答 {len(now.answered)} 题，未答 {length - len(now.answered)} 题"
        f" · 剩余 {_left(now.left)}\n\n"
        "数字前有 ✓ 的已经答了。点数字回到那一题。"
    )
    first = page * PER_PAGE
    places = range(first, min(first + PER_PAGE, length))
    cells = [
        button(f"✓{p + 1}" if p in now.answered else f"{p + 1}", buttons.TURN, token, p)
        for p in places
    ]
    rows = [tuple(cells[i : i + PER_ROW]) for i in range(0, len(cells), PER_ROW)]
    pages = []
    if first > 0:
        pages.append(button("前一页", buttons.SHEET, token, page - 1))
    if first + PER_PAGE < length:
        pages.append(button("后一页", buttons.SHEET, token, page + 1))
    last = (
        button("返回", buttons.TURN, token, attempt.cursor),
        button("交卷", buttons.HAND_IN, token),
    )
    return Letter(html, (*rows, *((tuple(pages),) if pages else ()), last), protected=True)


def sure(now: Sheet) -> Letter:
    """Asked before handing in."""
    missing = len(now.attempt.paper) - len(now.answered)
    warn = f"还有 {missing} 题没答。" if missing else "题目都答了。"
    html = (
        f"<b>要交卷吗？</b>\n{warn}交了就不能再改。\n剩余 {_left(now.left)}，不急的话可以再看看。"
    )
    token = now.attempt.token
    row = (
        button("返回", buttons.TURN, token, now.attempt.cursor),
        button("确认交卷", buttons.HAND_IN_SURELY, token),
    )
    return Letter(html, (row,), protected=True)


def finished(now: Finished) -> Letter:
    """A sitting that is over; the score only once the exam is."""
    exam, attempt = now.exam, now.attempt
    over = "到时间了，已按保存的答案交卷" if attempt.state is AttemptState.OVERDUE else "已交卷"
    html = (
        f"<b>{escape(exam.title)}</b>\n"
        f"{over}。共 {len(attempt.paper)} 题，您答了 {now.answered} 题。\n\n"
    )
    if not exam.revealed or attempt.score is None:
        when = f"成绩在考试结束（{local_text(exam.closes_at)}）后告诉您。"
        if exam.reveal_at is not None:
            when = f"成绩和答案在 {local_text(exam.reveal_at)} 公布，到时告诉您。"
        return Letter(html + when)
    verdict = "合格" if attempt.passed else "没有合格"
    return Letter(
        html + f"得分 {plain(attempt.score)} / {plain(exam.total)}，"
        f"合格线 {plain(exam.pass_mark)}，{verdict}。",
        ((button("逐题查看", buttons.REVIEW, attempt.token, 0),),),
    )


def _option(now: Card, place: int, text: str, *, multiple: bool) -> Button:
    chosen = bool(now.choice >> place & 1)
    on = 0 if chosen and multiple else 1
    label = f"✓ {text}" if chosen else text
    return button(label, buttons.CHOOSE, now.attempt.token, now.attempt.cursor, place, on)


def _ways(now: Card) -> tuple[tuple[Button, ...], ...]:
    token, place = now.attempt.token, now.attempt.cursor
    row = []
    if place > 0:
        row.append(button("上一题", buttons.TURN, token, place - 1))
    row.append(button("答题卡", buttons.SHEET, token, place // PER_PAGE))
    if place + 1 < len(now.attempt.paper):
        row.append(button("下一题", buttons.TURN, token, place + 1))
    return tuple(row), (button("交卷", buttons.HAND_IN, token),)


def _facts(exam: Exam) -> str:
    return (
        f"<b>{escape(exam.title)}</b>\n"
        f"共 {exam.length} 题，满分 {plain(exam.total)}，合格线 {plain(exam.pass_mark)}\n"
        f"答题时间 {exam.minutes} 分钟，{exam.scoring.label}\n"
        f"{local_text(exam.opens_at)} 至 {local_text(exam.closes_at)}"
    )


def plain(number: object) -> str:
    """Marks without idle zeros: ``1.5``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _left(left: timedelta) -> str:
    minutes, seconds = divmod(int(left.total_seconds()), 60)
    return f"{minutes} 分 {seconds:02d} 秒"
