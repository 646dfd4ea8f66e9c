"""The desk of the 司法所: drafts to approve, what was returned, the admin's menu."""

from collections.abc import Sequence
from html import escape

from lawbot.telegram import buttons
from lawbot.telegram.buttons import button
from lawcore.calendar.observance import Observance, span_text
from lawcore.campaigns.model import (
    CAMPAIGN_STATE_WORDS,
    UNSENT,
    Campaign,
    CampaignState,
)
from lawcore.clock import local_text
from lawcore.content import Item
from lawcore.content.impact import ROOM_WORDS
from lawcore.delivery.model import Button, Letter, Tally
from lawcore.errors import Fault
from lawcore.exams.model import EXAM_STATE_WORDS, Exam, Progress

IN_A_ROW = 5
MOST_HELD = 10
"""Lines of a letter; the page lists them all."""
RULE = "———————————"
MOST_FAULTS = 6
LONGEST_FAULT = 160
"""Characters: faults, heading and the longest text fit into one message of 4096."""
NOT_ADMIN = "这里是司法所的工作台，只对管理员开放。发 /help 看看您能做什么。"
NOT_APPROVER = "只有审批人能批准或退回。"
NOT_EDITOR = "只有编辑能修改文字。"
REASONS = ("日期不对", "内容不准确", "文字要改通俗", "今年不发")
TYPE_REASON = "请直接打字，写明退回的原因："
TYPE_TEXT = "请把改好的全文发过来（只发正文，不要花括号）："
APPROVED = "已批准"
RETURNED = "已退回"
MAKING = "正在做表，请稍等……"
DONE = "表做好了，在下面。"


def message(text: str) -> Letter:
    """A message as residents see it; the first line stands out."""
    leave = ((button("不再接收", buttons.STOP),),)
    return Letter(_as_seen(text), leave)


def draft(
    campaign: Campaign,
    observance: Observance | None,
    faults: Sequence[Fault],
    people: tuple[str, int],
    *,
    mine: bool,
    may_approve: bool,
    may_edit: bool,
) -> Letter:
    """A draft with the exact text, and what may be done with it; `people`: who, and how many.

    A text with faults can be returned or put right, not approved.
    """
    html = f"{_head(campaign, observance, people)}\n{RULE}\n{_as_seen(campaign.text)}\n{RULE}"
    rows: list[tuple[Button, ...]] = []
    if faults and campaign.state in UNSENT:
        html += f"\n{_objections(faults)}"
    if campaign.state is CampaignState.SUBMITTED and may_approve and not mine:
        approve = button("批准", buttons.APPROVE, campaign.id, campaign.version)
        refuse = button("退回", buttons.REFUSE, campaign.id, campaign.version)
        rows.append((refuse,) if faults else (approve, refuse))
    if campaign.state is CampaignState.SUBMITTED and mine:
        html += "\n这份稿子是您起草的，要由另一位审批人批准。"
    if may_edit and campaign.state in UNSENT:
        rows.append((button("修改文字", buttons.REVISE, campaign.id, campaign.version),))
    return Letter(html, tuple(rows))


def returned(campaign: Campaign) -> Letter:
    """Told to the editors."""
    html = (
        f"<b>稿子被退回：{escape(campaign.title)}</b>\n原因：{escape(campaign.reason or '')}\n"
        f"{RULE}\n{_as_seen(campaign.text)}"
    )
    return Letter(html, ((button("修改文字", buttons.REVISE, campaign.id, campaign.version),),))


def stopped(campaign: Campaign) -> Letter:
    """Told to the admins: a campaign stopped by itself or may not go out."""
    html = (
        f"<b>{CAMPAIGN_STATE_WORDS[campaign.state]}：{escape(campaign.title)}</b>\n"
        f"原因：{escape(campaign.reason or '')}\n没发的还在队里，不会丢。"
    )
    rows: tuple[tuple[Button, ...], ...] = ()
    if campaign.state is CampaignState.PAUSED:
        rows = ((button("继续发送", buttons.CAMPAIGN_RESUME, campaign.id),),)
    return Letter(html, (*rows, (button("查看", buttons.CAMPAIGN, campaign.id),)))


def interrupted() -> Letter:
    """Told to the admins after a crash."""
    return Letter(
        "<b>程序曾中断</b>\n中断时正在发的几条，发没发出还不清楚。正在向服务核对，不会再发给收到的人；"
        "核对不出的会列在“宣传任务”里，由您决定。",
        ((button("宣传任务", buttons.MENU_CAMPAIGNS),),),
    )


def held_items(names: Sequence[str]) -> Letter:
    """Told to the approvers when more of the content may not be used."""
    lines = [
        "<b>有内容先不用</b>",
        f"引用的法律变了，{len(names)} 条内容先不发、先不考，要有人重新核对：",
        *(f"· {escape(name)}" for name in names[:MOST_HELD]),
    ]
    if len(names) > MOST_HELD:
        lines.append(f"……共 {len(names)} 条")
    lines.append("全部和原因见管理页面的“内容”，或 lawbot content check。")
    return Letter("\n".join(lines))


def reasons(campaign: Campaign) -> Letter:
    """Asked before a return; a typed reason is as good."""
    key, version = campaign.id, campaign.version
    rows = [
        (button(reason, buttons.REFUSE_FOR, key, version, place),)
        for place, reason in enumerate(REASONS)
    ]
    html = f"<b>退回：{escape(campaign.title)}</b>\n选一个原因，或者{TYPE_REASON}"
    return Letter(html, (*rows, (button("返回", buttons.SHOW_DRAFT, key),)))


def prompt_text(campaign: Campaign) -> Letter:
    """Asked for a new text."""
    html = f"<b>修改：{escape(campaign.title)}</b>\n{TYPE_TEXT}\n{RULE}\n{_as_seen(campaign.text)}"
    return Letter(html, ((button("取消", buttons.FORGET_PROMPT),),))


def menu(drafts: int, sending: int, exams: int, held: Sequence[Item]) -> Letter:
    """The admin's menu, with what waits; `held` is content that a changed law has stopped."""
    html = (
        f"<b>司法所工作台</b>\n待批准 {drafts} 份 · 发送中 {sending} 份 · 进行中的考试 {exams} 场"
        f"{_held(held)}"
    )
    rows = (
        (button("待批准", buttons.MENU_DRAFTS), button("宣传任务", buttons.MENU_CAMPAIGNS)),
        (button("考试进度", buttons.MENU_EXAMS), button("参与情况表", buttons.MENU_REPORT)),
        (button("记一次活动", buttons.ACTIVITY), button("打开网页", buttons.MENU_PAGES)),
        (button("返回", buttons.MENU_CLOSE),),
    )
    return Letter(html, rows)


def page_link(link: str) -> Letter:
    """The one-time link to the pages, for the eyes of one person."""
    html = (
        "<b>登录网页</b>\n在办公电脑上打开下面的链接就登录了。10 分钟内有效，只能用一次；"
        f"这是您本人的钥匙，请不要给别人看。\n{escape(link)}"
    )
    return Letter(html, protected=True)


def _held(items: Sequence[Item]) -> str:
    """What may be neither sent nor asked until a person has read its law again."""
    if not items:
        return ""
    lines = [
        f"{ROOM_WORDS[item.room]} {item.key}：{item.reasons[0]}" for item in items[:MOST_FAULTS]
    ]
    if len(items) > MOST_FAULTS:
        lines.append("……其余用 lawbot content check 查看")
    told = escape("\n".join(lines))
    return f"\n\n<b>法律有变动，{len(items)} 项内容停用，等人核对：</b>\n{told}"


def no_drafts() -> Letter:
    return Letter("没有待批准的稿子。", (back_row(),))


def campaigns(found: Sequence[tuple[Campaign, Tally]]) -> Letter:
    """The latest campaigns with their counts."""
    lines = [
        f"{one.id}. {escape(one.title)} · {CAMPAIGN_STATE_WORDS[one.state]}"
        + (f"（{escape(one.reason)}）" if one.reason else "")
        + (f"\n   {counts(tally)}" if tally.intended else "")
        for one, tally in found
    ]
    cells = [button(f"看 {one.id}", buttons.CAMPAIGN, one.id) for one, _ in found]
    rows = [tuple(cells[i : i + IN_A_ROW]) for i in range(0, len(cells), IN_A_ROW)]
    html = "<b>宣传任务</b>\n" + ("\n".join(lines) or "还没有。")
    return Letter(html, (*rows, back_row()))


def counts(tally: Tally) -> str:
    """The counts of a campaign; they always add up to 应发."""
    return (
        f"应发 {tally.intended}：已发出 {tally.sent}，对方已停用 {tally.blocked}，"
        f"未发成 {tally.failed}，不确定 {tally.unknown}，未发 {tally.skipped}，"
        f"处理中 {tally.under_way}"
    )


def exams(found: Sequence[tuple[Exam, Progress, str | None]]) -> Letter:
    """The latest exams with how far their candidates are, and what keeps one from opening."""
    lines = [
        f"{exam.id}. {escape(exam.title)} · {EXAM_STATE_WORDS[exam.state]}\n"
        f"   名单 {now.candidates} 人，免考 {now.exempt}，已交 {now.finished}，"
        f"答题中 {now.running}，未绑定 {now.without_account}"
        + (f"\n   还开不了：{escape(why)}" if why else "")
        for exam, now, why in found
    ]
    return Letter("<b>考试进度</b>\n" + ("\n".join(lines) or "还没有考试。"), (back_row(),))


def periods() -> Letter:
    """Asked before the export."""
    rows = (
        (
            button("本季度", buttons.MENU_REPORT, "quarter"),
            button("本年", buttons.MENU_REPORT, "year"),
        ),
        back_row(),
    )
    return Letter("<b>参与情况表</b>\n要哪一段时间的？", rows)


def settled(campaign: Campaign) -> Letter:
    """A card after the decision: what was decided and the text it was about."""
    word = CAMPAIGN_STATE_WORDS[campaign.state]
    detail = f"将于 {local_text(campaign.due_at)} 发出" if campaign.approved_by else ""
    if campaign.state is CampaignState.RETURNED:
        detail = f"原因：{campaign.reason or ''}"
    html = f"<b>{word}：{escape(campaign.title)}</b>\n{escape(detail)}"
    return Letter(f"{html}\n{RULE}\n{_as_seen(campaign.text)}")


def _head(campaign: Campaign, observance: Observance | None, people: tuple[str, int]) -> str:
    who, number = people
    lines = [
        f"<b>{CAMPAIGN_STATE_WORDS[campaign.state]}：{escape(campaign.title)}</b>",
        f"日子：{span_text(campaign.starts_on, campaign.ends_on)}",
        f"发送：{local_text(campaign.due_at)}，给{escape(who)}，现有 {number} 人",
    ]
    if observance is not None:
        basis = "、".join(str(cite) for cite in observance.basis)
        lines.append(f"来历：{escape(basis or observance.source)}")
        if observance.optional:
            lines.append("这是可选的普法日，不发就退回。")
    if campaign.reason:
        lines.append(f"上次退回的原因：{escape(campaign.reason)}")
    return "\n".join(lines)


def _objections(faults: Sequence[Fault]) -> str:
    """What must be put right before anybody can approve, within what a message can hold."""
    lines = [f"{number}. {fault}" for number, fault in enumerate(faults[:MOST_FAULTS], start=1)]
    if len(faults) > MOST_FAULTS:
        lines.append(f"……共 {len(faults)} 处")
    text = escape("\n".join(line[:LONGEST_FAULT] for line in lines))
    return f"<b>自动检查发现 {len(faults)} 处问题，改好才能批准：</b>\n{text}"


def _as_seen(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"<b>{escape(first)}</b>" + (f"\n{escape(rest)}" if rest else "")


def back_row() -> tuple[Button, ...]:
    """The way back to the menu."""
    return (button("返回", buttons.MENU),)
