"""One campaign on the admin's desk: how far it is, and what may be done with it."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from lawbot.telegram import buttons
from lawbot.telegram.buttons import button
from lawbot.telegram.views.desk import RULE, counts
from lawcore.campaigns.model import CAMPAIGN_STATE_WORDS, Campaign, CampaignState
from lawcore.campaigns.overview import Overview, recall_text
from lawcore.clock import local_text
from lawcore.delivery.groups import GROUP_STATE_WORDS, GroupLine
from lawcore.delivery.model import Button, DeliveryState, Letter
from lawcore.delivery.progress import remaining_text

MOST_UNITS = 30
"""Lines that fit into one message beside the rest."""
MOST_GROUPS = 5
"""Groups without it that are named."""
LONGEST_EXCERPT = 600
TYPE_CORRECTION = "请把更正的全文发过来。发出前要由另一位审批人批准，只发给收到过原文的人。"
TYPE_CANCEL = "请打字写明取消的原因："
TYPE_RECALL = "请打字写明撤回的原因。发出超过 48 小时的，服务不允许撤回："
NO_TEXT_YET = "还没有发出过"

Rows = tuple[tuple[Button, ...], ...]


def card(seen: Overview, at: datetime) -> Letter:
    """The campaign with its counts by unit."""
    campaign = seen.campaign
    lines = [
        f"<b>{escape(campaign.title)}</b>（第 {campaign.version} 版）",
        f"状态：{CAMPAIGN_STATE_WORDS[campaign.state]}",
        f"发送：{local_text(campaign.due_at)}，给{escape(seen.whom)}",
    ]
    if seen.reach is not None:
        lines.append(f"现在发的话，有 {seen.reach} 人能收到。")
    if campaign.reason:
        lines.append(f"原因：{escape(campaign.reason)}")
    if seen.tally.intended:
        lines.append(counts(seen.tally))
    if seen.remaining is not None:
        lines.append(remaining_text(seen.remaining, at))
    lines += [
        f"· {escape(one.name)}：已发出 {one.tally.sent}/{one.tally.intended}"
        for one in seen.units[:MOST_UNITS]
    ]
    if len(seen.units) > MOST_UNITS:
        lines.append(f"……共 {len(seen.units)} 个单位，全部见 lawbot campaign show {campaign.id}")
    lines += _groups(seen.groups)
    if seen.doubts:
        lines.append(f"不确定 {len(seen.doubts)} 条：可能已发出，请人核实，不会自动重发。")
    if seen.recalled.intended:
        lines.append(escape(recall_text(seen)))
    if seen.correction is not None:
        lines.append(f"更正稿：任务 {seen.correction}")
    text = escape(campaign.text[:LONGEST_EXCERPT])
    return Letter("\n".join(lines) + f"\n{RULE}\n{text}", _acts(seen))


def _groups(posts: Sequence[GroupLine]) -> list[str]:
    """How many groups have it, and which have not, and why."""
    if not posts:
        return []
    sent = sum(post.state is DeliveryState.SENT for post in posts)
    left = [post for post in posts if post.state is not DeliveryState.SENT]
    lines = [f"工作群（一个群算一条，不算人数）：已发出 {sent}/{len(posts)}"]
    for post in left[:MOST_GROUPS]:
        why = f"：{post.reason}" if post.reason else ""
        lines.append(f"· {escape(post.group)}　{GROUP_STATE_WORDS[post.state]}{escape(why)}")
    if len(left) > MOST_GROUPS:
        lines.append(f"……还有 {len(left) - MOST_GROUPS} 个群没有发出")
    return lines


def _acts(seen: Overview) -> Rows:
    key, state = seen.campaign.id, seen.campaign.state
    rows: list[tuple[Button, ...]] = []
    if state in {CampaignState.SENDING, CampaignState.APPROVED}:
        rows.append((button("暂停", buttons.CAMPAIGN_PAUSE, key),))
    if state is CampaignState.PAUSED:
        rows.append((button("继续发送", buttons.CAMPAIGN_RESUME, key),))
    out = []
    if seen.correctable:
        out.append(button("更正", buttons.CAMPAIGN_CORRECT, key))
    if seen.recallable:
        out.append(button("撤回", buttons.CAMPAIGN_RECALL, key))
    if out:
        rows.append(tuple(out))
    ended = {CampaignState.DONE, CampaignState.MISSED, CampaignState.CANCELLED}
    if state not in ended | {CampaignState.CORRECTED}:
        rows.append((button("取消这次宣传", buttons.CAMPAIGN_CANCEL, key),))
    rows.append((button("刷新", buttons.CAMPAIGN, key), button("返回", buttons.MENU_CAMPAIGNS)))
    return tuple(rows)


def prompt(campaign: Campaign, words: str) -> Letter:
    """Asked before something is written."""
    html = f"<b>{escape(campaign.title)}</b>\n{words}"
    return Letter(html, ((button("取消", buttons.FORGET_PROMPT),),))


def recalled(number: int) -> Letter:
    """After a recall was asked for."""
    return Letter(f"正在撤回 {number} 条。撤不回的会列出来，请在“宣传任务”里看结果。")
