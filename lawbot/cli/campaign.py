"""``lawbot campaign``: the same acts as in chat, for scripts."""

from datetime import datetime
from typing import Annotated, Any

import typer

from lawbot.cli.house import read, show_json, write
from lawbot.settings import read_settings
from lawbot.wiring import inspection_of
from lawcore.campaigns import office
from lawcore.campaigns.model import CAMPAIGN_STATE_WORDS, Campaign
from lawcore.clock import local_text
from lawcore.delivery.groups import GROUP_STATE_WORDS, GroupLine
from lawcore.delivery.model import STATE_WORDS, DeliveryKind, DeliveryState, Tally
from lawcore.ids import CampaignId
from lawcore.storage import Books

group = typer.Typer(no_args_is_help=True, help="宣传任务：查看、批准、退回、暂停、继续。")

CONSOLE = "console"
Key = Annotated[
    int, typer.Argument(metavar="编号", help="宣传任务的编号，见 lawbot campaign list。")
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
By = Annotated[str, typer.Option(help="谁在操作，记入台账。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="campaign")


@group.command("list")
def list_(json_: Json = False) -> None:
    """列出宣传任务。

    例：lawbot campaign list
    """
    found = read(lambda books, _: [_with_tally(books, one) for one in books.campaigns.in_states()])
    if json_:
        show_json([_as_json(one, tally) for one, tally in found])
        return
    for one, _tally in found:
        state = CAMPAIGN_STATE_WORDS[one.state]
        typer.echo(f"{one.id:>4}  {one.starts_on}  {state}  {one.title}")
    if not found:
        typer.echo("还没有宣传任务。机器人运行时，会按普法日历提前起草。")


@group.command("show")
def show(key: Key, json_: Json = False) -> None:
    """看一个宣传任务：全文、状态、各状态条数、发到哪些群。

    例：lawbot campaign show 3
    """
    one, tally, posts = read(lambda books, _: _with_posts(books, CampaignId(key)))
    if json_:
        show_json(_as_json(one, tally) | {"groups": [_post_as_json(post) for post in posts]})
        return
    typer.echo(f"{one.title}（{one.starts_on} 至 {one.ends_on}）第 {one.version} 版")
    typer.echo(f"状态：{CAMPAIGN_STATE_WORDS[one.state]}；发送时间：{local_text(one.due_at)}")
    if one.reason:
        typer.echo(f"原因：{one.reason}")
    typer.echo(f"起草：{one.drafted_by}；批准：{one.approved_by or '—'}")
    counts = [f"{STATE_WORDS[s]} {getattr(tally, s.value)}" for s in DeliveryState]
    typer.echo(f"应发 {tally.intended}：" + "，".join(counts))
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
    faults_of = inspection_of(read_settings()).faults
    _act(
        lambda books, at: office.approve(
            books, CampaignId(key), None, faults_of=faults_of, actor=by, at=at
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
    _act(
        lambda books, at: office.send_back(books, CampaignId(key), None, reason, actor=by, at=at),
        json_,
    )


@group.command("pause")
def pause(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """暂停：没发的先不发。

    例：lawbot campaign pause 3
    """
    _act(lambda books, at: office.pause(books, CampaignId(key), actor=by, at=at), json_)


@group.command("resume")
def resume(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """继续：只发没发过的。

    例：lawbot campaign resume 3
    """
    faults_of = inspection_of(read_settings()).faults
    _act(
        lambda books, at: office.resume(
            books, CampaignId(key), faults_of=faults_of, actor=by, at=at
        ),
        json_,
    )


def _act(act: Any, json_: bool) -> None:
    def job(books: Books, at: datetime) -> tuple[Campaign, Tally]:
        return _with_tally(books, act(books, at))

    one, tally = write(job)
    if json_:
        show_json(_as_json(one, tally))
    else:
        typer.echo(f"「{one.title}」{CAMPAIGN_STATE_WORDS[one.state]}。")


def _with_tally(books: Books, one: Campaign) -> tuple[Campaign, Tally]:
    return one, books.deliveries.tally(DeliveryKind.CAMPAIGN, one.id)


def _with_posts(books: Books, key: CampaignId) -> tuple[Campaign, Tally, list[GroupLine]]:
    one, tally = _with_tally(books, office.get(books, key))
    posts = books.group_posts.lines(key)
    return one, tally, [post for post in posts if post.version == one.version]


def _post_as_json(post: GroupLine) -> dict[str, Any]:
    return {
        "group": post.group,
        "channel": post.channel,
        "state": post.state.value,
        "reason": post.reason or None,
        "at": post.at.isoformat(),
    }


def _as_json(one: Campaign, tally: Tally) -> dict[str, Any]:
    return {
        "id": one.id,
        "observance": one.observance,
        "year": one.year,
        "title": one.title,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "state": one.state.value,
        "version": one.version,
        "due_at": one.due_at.isoformat(),
        "drafted_by": one.drafted_by,
        "approved_by": one.approved_by,
        "reason": one.reason,
        "text": one.text,
        "deliveries": {
            "intended": tally.intended,
            **{state.value: getattr(tally, state.value) for state in DeliveryState},
        },
    }
