"""``lawbot paper``: what is read aloud or printed."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import typer

from lawbot.cli.house import read, show_json
from lawbot.cli.progress import working
from lawbot.settings import read_settings
from lawbot.wiring import BOT_USERNAME
from lawcore.calendar.observance import Notice
from lawcore.campaigns import office
from lawcore.campaigns.model import Campaign
from lawcore.clock import local_day
from lawcore.content import read_pack
from lawcore.errors import BadInput, NotFound, WrongState
from lawcore.ids import CampaignId
from lawcore.people.model import Unit
from lawcore.people.tree import villages
from lawcore.storage import Books

T = TypeVar("T")

group = typer.Typer(no_args_is_help=True, help="纸面和广播：海报、广播稿、明白纸。")

Key = Annotated[
    int | None, typer.Argument(metavar="编号", help="已批准的宣传任务，见 lawbot campaign list。")
]
Observance = Annotated[str | None, typer.Option(help="不用宣传任务，用内容包里这个普法日的稿子。")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(group, name="paper")


@group.command("poster")
def poster(
    out: Annotated[Path, typer.Option(help="放到哪个文件夹。")],
    unit: Annotated[str | None, typer.Option(help="只要这个单位（编码）和它下面的村。")] = None,
    json_: Json = False,
) -> None:
    """每个村一张海报：二维码图片（png）和可以打印的海报（docx），扫码就加入这个村。

    例：lawbot paper poster --out 海报
    """
    from lawbot.paper.poster import Poster, write_poster  # noqa: PLC0415 - slow to import

    if out.exists() and not out.is_dir():
        raise BadInput(f"“{out}”不是文件夹，请换一个 --out。")
    bot, found, at = read(lambda books, at: (*_villages(books, unit), at))
    township = read_settings().township
    with working(f"正在做 {len(found)} 张海报…"):
        made = [write_poster(Poster(village, bot, township), out, at) for village in found]
    if json_:
        files = [{"png": str(picture), "docx": str(paper)} for picture, paper in made]
        show_json({"bot": bot, "posters": files})
    else:
        typer.echo(f"已做好 {len(made)} 个村的海报，在“{out}”里；贴之前先扫一扫试试。")


@group.command("loudspeaker")
def loudspeaker(
    out: Annotated[Path, typer.Option(help="文件名，结尾是 .docx 或 .txt。")],
    key: Key = None,
    observance: Observance = None,
    json_: Json = False,
) -> None:
    """广播稿：大字、一句一段，数字写成念法。

    例：lawbot paper loudspeaker 3 --out 广播稿.docx
    """
    from lawbot.paper import sources  # noqa: PLC0415 - only this command needs it
    from lawbot.paper.loudspeaker import write_script  # noqa: PLC0415

    script, at = _made(key, observance, sources.script_of, sources.script_for)
    write_script(script, out, at)
    _tell(out, script.title, script.approved, json_)


@group.command("leaflet")
def leaflet(
    out: Annotated[Path, typer.Option(help="文件名，结尾是 .docx。")],
    key: Key = None,
    observance: Observance = None,
    json_: Json = False,
) -> None:
    """明白纸：一张 A4，大字，附能打的电话。

    例：lawbot paper leaflet --observance constitution-day --out 明白纸.docx
    """
    from lawbot.paper import sources  # noqa: PLC0415 - only this command needs it
    from lawbot.paper.leaflet import write_handout  # noqa: PLC0415

    handout, at = _made(key, observance, sources.handout_of, sources.handout_for)
    write_handout(handout, out, at)
    _tell(out, handout.title, handout.approved, json_)


class _Found(NamedTuple):
    campaign: Campaign | None
    notices: tuple[Notice, ...]
    at: datetime


def _made(
    key: int | None,
    observance: str | None,
    of_campaign: Callable[[Campaign, Any], T],
    for_key: Callable[[str, Any], T],
) -> tuple[T, datetime]:
    """What is to be written, from the one source that was named, and the time."""
    from lawbot.paper.sources import Office  # noqa: PLC0415 - only these commands need it

    if (key is None) == (observance is None):
        raise BadInput("要写宣传任务的编号，或者 --observance 普法日，两样选一样。")

    def job(books: Books, at: datetime) -> _Found:
        campaign = office.get(books, CampaignId(key)) if key is not None else None
        if campaign is not None and office.recalled(books, campaign.id):
            raise WrongState(f"“{campaign.title}”已经撤回，不能印、不能念。")
        return _Found(campaign, books.notices.all(), at)

    found = read(job)
    settings = read_settings()
    with working("正在准备…"):
        pack = read_pack(settings.content)
    desk = Office(pack, settings.township, found.notices, local_day(found.at))
    if found.campaign is not None:
        return of_campaign(found.campaign, desk), found.at
    return for_key(str(observance), desk), found.at


def _villages(books: Books, code: str | None) -> tuple[str, tuple[Unit, ...]]:
    """The bot's name, and the villages that get a poster. Raises BadInput with the remedy."""
    bot = books.facts.get(BOT_USERNAME)
    if bot is None:
        raise BadInput("还不知道机器人的名字：先运行一次 lawbot run，再做海报。")
    top = books.people.unit_by_code(code) if code else None
    if code and top is None:
        raise NotFound(f"名册里没有编码为 {code} 的单位，请检查 --unit。")
    found = villages(books.people.units(), top.id if top else None)
    if not found:
        raise BadInput("这里没有村：先导入名册（lawbot roster import），或检查 --unit。")
    return bot, found


def _tell(file: Path, title: str, approved: bool, json_: bool) -> None:
    if json_:
        show_json({"file": str(file), "title": title, "approved": approved})
    else:
        typer.echo(f"已写好“{file}”：{title}。")
        if not approved:
            typer.echo("稿子来自内容包，没有经过审批：使用前请审核签字。")
