"""``lawbot campaign``: the same acts as in chat, for scripts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from lawbot.cli import campaign_texts
from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.campaign_words import Json, Key, act, as_json, with_tally
from lawbot.cli.house import read, show_json
from lawbot.settings import read_settings
from lawbot.wiring import inspection_of
from lawcore.campaigns import office
from lawcore.campaigns.model import CAMPAIGN_STATE_WORDS, Campaign
from lawcore.campaigns.overview import Overview, overview, recall_text
from lawcore.clock import local_text
from lawcore.content import read_consent
from lawcore.delivery.groups import GROUP_STATE_WORDS, GroupLine
from lawcore.delivery.model import STATE_WORDS, DeliveryState
from lawcore.delivery.progress import remaining_text
from lawcore.ids import CampaignId, LanguageCode
from lawcore.people.naming import actor_called
from lawcore.storage import Books

group = typer.Typer(
    no_args_is_help=True, help="宣传任务：起草、查看、批准、退回、暂停、继续、取消、更正、撤回。"
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="campaign")
    campaign_texts.add_to(group)


@group.command("list")
def list_(json_: Json = False) -> None:
    """列出宣传任务。

    例：lawbot campaign list
    """
    found = read(lambda books, _: [with_tally(books, one) for one in books.campaigns.in_states()])
    if json_:
        show_json([as_json(one, tally) for one, tally in found])
        return
    for one, _tally in found:
        state = CAMPAIGN_STATE_WORDS[one.state]
        typer.echo(f"{one.id:>4}  {one.starts_on}  {state}  {one.title}")
    if not found:
        typer.echo("还没有宣传任务。机器人运行时，会按普法日历提前起草。")


@group.command("show")
def show(key: Key, json_: Json = False) -> None:
    """看一个宣传任务：全文、状态、进度（按单位）、还要多久、不确定的、发到哪些群。

    例：lawbot campaign show 3
    """
    names = read_consent(read_settings().content).names
    seen, at, posts, who = read(lambda books, at: _look(books, CampaignId(key), names, at))
    one, tally = seen.campaign, seen.tally
    if json_:
        groups = [_post_as_json(post) for post in posts]
        show_json(as_json(one, tally) | _seen_as_json(seen) | {"groups": groups})
        return
    typer.echo(f"{one.title}（{one.starts_on} 至 {one.ends_on}）第 {one.version} 版")
    typer.echo(f"状态：{CAMPAIGN_STATE_WORDS[one.state]}；发送时间：{local_text(one.due_at)}")
    if one.reason:
        typer.echo(f"原因：{one.reason}")
    typer.echo(who)
    counts = [f"{STATE_WORDS[s]} {getattr(tally, s.value)}" for s in DeliveryState]
    typer.echo(f"给：{seen.whom}" + ("" if seen.reach is None else f"，现有 {seen.reach} 人"))
    typer.echo(f"应发 {tally.intended}：" + "，".join(counts))
    _say_progress(seen, at)
    if posts:
        typer.echo(f"发到 {len(posts)} 个群（一个群算一条，不算人数）：")
    for post in posts:
        words = GROUP_STATE_WORDS[post.state] + (f"：{post.reason}" if post.reason else "")
        typer.echo(f"  {post.group}  {words}")
    typer.echo("")
    typer.echo(one.text)


@group.command("approve")
def approve(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """批准。起草人不能批准自己的稿子。

    例：lawbot campaign approve 3 --by 王所长
    """
    inspection = inspection_of(read_settings())
    act(
        lambda books, at: office.approve(
            books,
            CampaignId(key),
            None,
            faults_of=inspection.knowing(books.notices.all()),
            actor=by,
            at=at,
        ),
        json_,
    )


@group.command("return")
def return_(
    key: Key,
    reason: Annotated[str, typer.Option(help="退回的原因。")],
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """退回，写明原因。

    例：lawbot campaign return 3 --reason 日期不对
    """
    act(
        lambda books, at: office.send_back(books, CampaignId(key), None, reason, actor=by, at=at),
        json_,
    )


@group.command("pause")
def pause(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """暂停：没发的先不发。

    例：lawbot campaign pause 3
    """
    act(lambda books, at: office.pause(books, CampaignId(key), actor=by, at=at), json_)


@group.command("resume")
def resume(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """继续：只发没发过的。

    例：lawbot campaign resume 3
    """
    inspection = inspection_of(read_settings())
    act(
        lambda books, at: office.resume(
            books,
            CampaignId(key),
            faults_of=inspection.knowing(books.notices.all()),
            actor=by,
            at=at,
        ),
        json_,
    )


def _look(
    books: Books, key: CampaignId, languages: Mapping[LanguageCode, str], at: datetime
) -> tuple[Overview, datetime, list[GroupLine], str]:
    seen = overview(books, key, at=at, languages=languages)
    posts = books.group_posts.lines(key)
    now = [post for post in posts if post.version == seen.campaign.version]
    return seen, at, now, _by(books, seen.campaign)


def _by(books: Books, one: Campaign) -> str:
    """Who drafted and who approved, as people call them."""
    approver = actor_called(books.people, one.approved_by) if one.approved_by else "—"
    return f"起草：{actor_called(books.people, one.drafted_by)}；批准：{approver}"


def _say_progress(seen: Overview, at: datetime) -> None:
    if seen.remaining is not None:
        typer.echo(remaining_text(seen.remaining, at))
    for line in seen.units:
        typer.echo(f"  {line.name}  已发出 {line.tally.sent}/{line.tally.intended}")
    if seen.doubts:
        typer.echo(f"不确定 {len(seen.doubts)} 条，请人核实，不会自动重发：")
    for doubt in seen.doubts:
        typer.echo(f"  第 {doubt.id} 条  {local_text(doubt.at)}  {doubt.reason}")
    if seen.recalled.intended:
        typer.echo(recall_text(seen))
    if seen.correction is not None:
        typer.echo(f"更正稿：任务 {seen.correction}")


def _seen_as_json(seen: Overview) -> dict[str, Any]:
    left = seen.remaining
    return {
        "whom": seen.whom,
        "reach": seen.reach,
        "units": [
            {"unit": one.name, "intended": one.tally.intended, "sent": one.tally.sent}
            for one in seen.units
        ],
        "left": left.left if left else 0,
        "done_at": left.done_at.isoformat() if left and left.done_at else None,
        "doubts": [
            {"delivery": one.id, "unit": one.unit, "at": one.at.isoformat(), "reason": one.reason}
            for one in seen.doubts
        ],
        "recalled": {
            "gone": seen.recalled.sent,
            "kept": seen.recalled.failed,
            "by_hand": list(seen.beyond_recall),
        },
        "correction": seen.correction,
    }


def _post_as_json(post: GroupLine) -> dict[str, Any]:
    return {
        "group": post.group,
        "channel": post.channel,
        "state": post.state.value,
        "reason": post.reason or None,
        "at": post.at.isoformat(),
    }
