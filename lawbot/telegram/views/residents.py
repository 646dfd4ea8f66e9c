"""What residents and cadres read outside the exam: welcome, calendar, what is kept, leaving."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

from lawbot.telegram import buttons
from lawbot.telegram.buttons import button
from lawcore.calendar.observance import Occasion
from lawcore.clock import local_text
from lawcore.delivery.model import Button, Letter
from lawcore.participation.consent import Consent, PrivacyNotice
from lawcore.participation.enrol import Enrolment, Welcome
from lawcore.people.model import (
    CHINESE,
    RESIDENT_GROUP_WORDS,
    ROLE_WORDS,
    Account,
    Cadre,
    ResidentGroup,
    Role,
    Unit,
)

VILLAGES_A_PAGE = 16
"""Eight rows: they fit a screen. Telegram allows a message 100 buttons."""
WEEKDAYS = "一二三四五六日"

HELP = (
    "我能做这些：\n"
    "/today 今天和近期的普法日\n"
    "/calendar 本月和下月的普法日历\n"
    "/exam 我的考试（干部）\n"
    "/practice 练一练，答完看解析\n"
    "/me 看看保存了我的什么\n"
    "/stop 不再接收\n"
    "/start 加入或回来\n\n"
    "法律上的难事，可以打 12348 免费咨询。"
)
HELP_ADMIN = "\n/admin 司法所工作台"
HELP_WEB = "\n/web 打开网页（在电脑上用）"
UNKNOWN_COMMAND = "没有这个命令。发 /help 看看能做什么。"
NOT_UNDERSTOOD = (
    "我只认得菜单里的命令，看不懂文字留言。发 /help 看看能做什么；要问法律的事请打 12348。"
)
TROUBLE = "出了点问题，已经记下。请过一会儿再试。"
NOT_CADRE = "考试只面向干部。您是干部的话，请向司法所要一次性的码，发 /start 加上码来绑定。"
STOPPED = "好的，以后不再给您发消息。想回来，随时发 /start。"
NEVER_JOINED = "您还没有加入，不会收到消息。想加入请发 /start。"
CANCELLED = "已取消。"
FORGOTTEN = "已删除您的数据，以后不再给您发消息。想回来，随时发 /start。"

KEEPS_CADRE = (
    "姓名、单位、职务来自镇里的名册，答卷用于季度考法；这个聊天的编号用来给您发通知。"
    "成绩只在考试结束后告诉您本人和司法所，不公开。发 /stop 不再接收。"
    "（依据《个人信息保护法》第十七条告知）"
)


def welcome(
    enrolment: Enrolment, township: str, villages: Sequence[Unit], consent: Consent
) -> Letter:
    """The answer to /start, to choosing a village and to agreeing in another language."""
    match enrolment.welcome:
        case Welcome.CHOOSE_VILLAGE:
            return choose_village(township, villages, consent)
        case Welcome.JOINED if enrolment.unit:
            return _joined(enrolment.account, f"{township}{enrolment.unit.name}", consent)
        case Welcome.RETURNED:
            return Letter("欢迎回来。以后的普法日，消息照常发给您。")
        case Welcome.BOUND if enrolment.role:
            return bound(enrolment.role, enrolment.unit)
        case _:
            place = f"您在{escape(enrolment.unit.name)}。" if enrolment.unit else ""
            return Letter(f"您已经加入了。{place}发 /help 看看能做什么。")


def bound(role: Role, unit: Unit | None = None) -> Letter:
    """After a one-time code; `unit` is that of a unit's admin."""
    ways = {
        Role.ADMIN: "发 /admin 打开工作台。有待批准的消息会发到这里。",
        Role.APPROVER: "有待批准的消息会发到这里。",
        Role.EDITOR: "退回的稿子会发到这里，由您修改。",
        Role.CADRE: "有考试时会通知您，发 /exam 也能看到。",
        Role.UNIT_ADMIN: f"您管{escape(unit.name if unit else '本村')}的事。发 /web 打开网页。",
    }
    return Letter(f"绑定成功，您的身份是<b>{ROLE_WORDS[role]}</b>。\n{ways[role]}\n\n{KEEPS_CADRE}")


def choose_village(
    township: str,
    villages: Sequence[Unit],
    consent: Consent,
    page: int = 0,
    code: str = CHINESE,
) -> Letter:
    """The notice with the villages of a page (from 0), two in a row, and the ways to more.

    A press on a village agrees to the notice as it stands there. Raises NotFound for a language
    that is not offered.
    """
    if not villages:
        return Letter(f"您好！{escape(township)}还没有录入村名，请司法所先导入名册。")
    notice = consent.offer(code)
    pages = -(-len(villages) // VILLAGES_A_PAGE)
    page = min(page, pages - 1)
    shown = villages[page * VILLAGES_A_PAGE : (page + 1) * VILLAGES_A_PAGE]
    cells = [button(unit.name, buttons.VILLAGE, unit.id, code) for unit in shown]
    rows = [tuple(cells[i : i + 2]) for i in range(0, len(cells), 2)]
    turns = [
        button(label, buttons.VILLAGES, to, code)
        for label, to in ((notice.previous, page - 1), (notice.following, page + 1))
        if 0 <= to < pages
    ]
    if turns:
        rows.append(tuple(turns))
    others = consent.others(notice)
    if others:
        rows.append(tuple(button(o.own_name, buttons.VILLAGES, 0, o.language) for o in others))
    where = _filled(notice.page, n=str(page + 1), of=str(pages)) if pages > 1 else ""
    place = f"<b>{escape(township)}</b>"
    html = f"{_filled(notice.choose, township=place, page=where)}\n\n{_told(notice, consent)}"
    return Letter(html, (*rows, (button(notice.cancel, buttons.FORGET_PROMPT),)))


def privacy(notice: PrivacyNotice, consent: Consent) -> Letter:
    """The notice in another language, for who has joined already."""
    agree = button(notice.agree, buttons.AGREE, notice.language)
    cancel = button(notice.cancel, buttons.FORGET_PROMPT)
    return Letter(_told(notice, consent), ((agree,), *_elsewhere(notice, consent), (cancel,)))


def _joined(account: Account, place: str, consent: Consent) -> Letter:
    notice = consent.agreed_in(account.language)
    joined = _filled(notice.joined, place=f"<b>{escape(place)}</b>")
    return Letter(f"{joined}\n\n{_told(notice, consent)}", _elsewhere(notice, consent))


def _elsewhere(notice: PrivacyNotice, consent: Consent) -> tuple[tuple[Button, ...], ...]:
    """A row of the other languages in their own names; no row where there is none."""
    row = tuple(
        button(other.own_name, buttons.NOTICE, other.language) for other in consent.others(notice)
    )
    return (row,) if row else ()


def _told(notice: PrivacyNotice, consent: Consent) -> str:
    return escape(consent.told(notice))


def _filled(text: str, **values: str) -> str:
    """A text of the content with its placeholders filled in; `values` are HTML."""
    html = escape(text)
    for name, value in values.items():
        html = html.replace(f"{{{name}}}", value)
    return html


def today(day: date, now: Sequence[Occasion], soon: Sequence[Occasion], law_text: str) -> Letter:
    """What today is, and what comes within two weeks."""
    head = f"<b>今天 {_day(day)}</b>"
    running = _lines(now) or "今天没有普法日。"
    coming = _lines(soon) or "两周内没有普法日。"
    told = f"\n\n{escape(law_text)}" if law_text else ""
    return Letter(f"{head}\n{running}{told}\n\n<b>两周内</b>\n{coming}")


def calendar(months: Sequence[tuple[date, Sequence[Occasion]]]) -> Letter:
    """The occasions of some months."""
    parts = [
        f"<b>{first.year}年{first.month}月</b>\n{_lines(found) or '没有普法日。'}"
        for first, found in months
    ]
    return Letter("\n\n".join(parts))


def groups(chosen: frozenset[ResidentGroup]) -> Letter:
    """The groups to choose from; chosen ones say so in words, not by a sign alone."""
    cells = [
        button(
            f"{word}（已选）" if one in chosen else word, buttons.GROUP, one.value, on(one, chosen)
        )
        for one, word in RESIDENT_GROUP_WORDS.items()
    ]
    rows = tuple(tuple(cells[i : i + 2]) for i in range(0, len(cells), 2))
    html = (
        "<b>与我有关的内容</b>\n选了哪一类，专门写给那一类人的普法消息才会发给您；"
        "不选也照样收到写给大家的消息。随时可以改，我们不猜、不问别人。"
    )
    return Letter(html, (*rows, (button("返回", buttons.FORGET_PROMPT),)))


def on(group: ResidentGroup, chosen: frozenset[ResidentGroup]) -> int:
    """What a press makes of a group: 1 chosen, 0 not."""
    return 0 if group in chosen else 1


def me(
    account: Account,
    village: Unit | None,
    cadre: Cadre | None,
    unit: Unit | None,
    chosen: frozenset[ResidentGroup] = frozenset(),
    *,
    consent: Consent,
    admin_of: Unit | None = None,
    login: str | None,
    practised: bool,
) -> Letter:
    """Everything that is kept about a person, said plainly."""
    lines = [f"所在村：{escape(village.name) if village else '没有选'}"]
    if chosen:
        words = [word for one, word in RESIDENT_GROUP_WORDS.items() if one in chosen]
        lines.append(f"自己选的类别：{'、'.join(words)}")
    notice = consent.agreed_in(account.language)
    others = _elsewhere(notice, consent) if village else ()
    if others or account.language != CHINESE:
        name = consent.names.get(account.language, account.language)
        lines.append(f"同意用的语言：{escape(name)}")
    if cadre is not None:
        home = f"（{escape(unit.name)}）" if unit else ""
        lines.append(f"干部：{escape(cadre.name)}{home}，{escape(cadre.post)}")
    if account.roles:
        names = "、".join(ROLE_WORDS[role] for role in Role if role in account.roles)
        lines.append(f"身份：{names}" + (f"（{escape(admin_of.name)}）" if admin_of else ""))
    if login is not None:
        lines.append(f"网页登录：登录名 {escape(login)}，密码的指纹（看不出密码），验证码的密钥")
    if practised:
        lines.append("练习：练过哪些题、最近一次对不对、哪天再练，只有您自己看得到")
    lines.append(f"加入时间：{local_text(account.joined_at)}")
    kept = KEEPS_CADRE if cadre is not None or account.roles else _told(notice, consent)
    html = "<b>保存了您的这些</b>\n" + "\n".join(lines) + "\n\n" + kept
    to_villages = (buttons.VILLAGES, 0, notice.language) if notice.offered else (buttons.VILLAGES,)
    rows = (
        (button("换一个村" if village else "选一个村", *to_villages),),
        (button("与我有关的内容", buttons.GROUPS),),
        *others,
        (button("不再接收", buttons.STOP),),
        (button("删除我的数据", buttons.FORGET),),
        (button("返回", buttons.FORGET_PROMPT),),
    )
    return Letter(html, rows)


def sure_to_forget(*, cadre: bool, login: bool) -> Letter:
    """Asked before everything of a person is taken away."""
    stays = (
        "名册和考试成绩是镇里的工作记录，不在这里删除。绑定会解除，要再用得向司法所要新的码。"
        if cadre
        else "以后想回来，发 /start 重新选村就行。"
    )
    and_login = "、网页登录" if login else ""
    goes = f"您的聊天编号、所在村、身份{and_login}和练习记录会马上删掉，找不回来。"
    html = f"<b>要删除您的数据吗？</b>\n{goes}{stays}"
    row = (
        button("返回", buttons.FORGET_PROMPT),
        button("确认删除", buttons.FORGET_SURELY),
    )
    return Letter(html, (row,))


def _lines(found: Sequence[Occasion]) -> str:
    return "\n".join(_line(occasion) for occasion in found)


def _line(occasion: Occasion) -> str:
    wait = "（暂定，待通知）" if occasion.awaiting_notice else ""
    return f"· {occasion.date_text}{wait} {escape(occasion.observance.title)}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"


def months_from(day: date) -> tuple[tuple[date, int], tuple[date, int]]:
    """The first day and the length of this month and of the next."""
    this = day.replace(day=1)
    following = (this + timedelta(days=32)).replace(day=1)
    after = (following + timedelta(days=32)).replace(day=1)
    return (this, (following - this).days), (following, (after - following).days)
