"""What the doctor looks at, a line each."""

import asyncio
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lawbot.cli.backup import BACKED_UP
from lawbot.settings import Settings
from lawbot.wiring import clock_of, groups_of
from lawcore.calendar.almanac import lunar_date
from lawcore.calendar.observance import Occasion, occasions, span_text
from lawcore.campaigns.model import CampaignState
from lawcore.clock import local_day, local_text
from lawcore.content import check_pack, read_calendar, read_pack
from lawcore.content.overdue import overdue
from lawcore.errors import BadInput
from lawcore.people.model import Role
from lawcore.people.tree import town, villages
from lawcore.storage import Books, open_store

PATIENCE = 10.0
"""Seconds to wait for the message service."""
OLDEST_BACKUP = 7
"""Days after which a backup is too old."""
MOST_TITLES = 4
CLOCK_SLACK = timedelta(minutes=5)
"""So much may two machines differ."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, whether it is well, and what to do if it is not."""

    name: str
    ok: bool
    detail: str


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything; a fault in one thing does not hide the others."""
    at = clock_of(settings).now()
    rehearsal = "（演练时钟）" if settings.clock_start else ""
    found = [Finding("时钟", True, f"{local_text(at)} {settings.timezone}{rehearsal}")]
    found.append(await asyncio.to_thread(_token, settings))
    found.append(_content(settings))
    if settings.groups is not None:
        found.append(_groups(settings))
    try:
        store = await open_store(settings.database_url)
    except BadInput as error:
        return [*found, Finding("数据库", False, str(error))]
    try:
        found.append(Finding("数据库", True, "能打开，版本正确"))
        if settings.clock_start is None:  # a rehearsal's clock may go back
            found[0] = await store.read(lambda books: _clock(books, found[0], at))
        found.extend(await store.read(_people))
        found.append(await store.read(lambda books: _backup(books, at)))
        found.extend(await store.read(lambda books: _dates(books, settings, local_day(at))))
    finally:
        await store.close()
    return found


def _clock(books: Books, told: Finding, at: datetime) -> Finding:
    """What is due later than now waits: a clock that was set back holds up what was sent before."""
    last = books.ledger.last()
    if last is None or last <= at + CLOCK_SLACK:
        return told
    why = f"比最后一笔记录（{local_text(last)}）还早：时钟错了，请打开自动对时"
    return Finding(told.name, False, f"{told.detail}，{why}")


def _token(settings: Settings) -> Finding:
    try:
        url = f"{settings.telegram_api_url}/bot{settings.token()}/getMe"
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310 - http(s) only
            name = json.load(answer)["result"]["username"]
    except BadInput as error:
        return Finding("令牌", False, str(error))
    except urllib.error.HTTPError:
        return Finding("令牌", False, "消息服务不认这个令牌：请核对 LAWBOT_TELEGRAM_TOKEN。")
    except (OSError, ValueError, KeyError):
        return Finding("令牌", False, "连不上消息服务：请检查网络和 LAWBOT_TELEGRAM_API_URL。")
    return Finding("令牌", True, f"机器人 @{name}")


def _content(settings: Settings) -> Finding:
    try:
        pack = read_pack(settings.content)
    except BadInput as error:
        return Finding(
            "内容", False, f"{str(error).splitlines()[0]} 用 lawbot content check 查看。"
        )
    today = local_day(clock_of(settings).now())
    faults = check_pack(pack, today)
    counts = f"普法日 {len(pack.observances)} 个，题目 {len(pack.questions)} 道"
    if faults:
        return Finding("内容", False, f"{counts}，{len(faults)} 处要改：lawbot content check")
    if old := overdue(pack, today):
        again = f"{len(old)} 项核对后已超过十二个月，要重新核对：lawbot content check"
        return Finding("内容", False, f"{counts}，{again}")
    return Finding("内容", True, f"{counts}，检查通过")


def _groups(settings: Settings) -> Finding:
    try:
        count = len(groups_of(settings).groups)
    except BadInput as error:
        return Finding(
            "工作群", False, f"{str(error).splitlines()[0]} 用 lawbot groups list 查看。"
        )
    return Finding("工作群", True, f"{count} 个群；是否都在名册里：lawbot groups list")


def _people(books: Books) -> list[Finding]:
    units = books.people.units()
    home = town(units)
    count = len(villages(units, home.id if home else None))
    cadres = sum(cadre.active for cadre in books.people.cadres())
    admins = len(books.people.accounts_with([Role.ADMIN]))
    waiting = len(books.campaigns.in_states(CampaignState.SUBMITTED))
    return [
        Finding("名册", count > 0, f"{count} 个村，{cadres} 名干部")
        if count
        else Finding("名册", False, "还没有名册：lawbot roster template 名册.xlsx，填好后 import"),
        Finding("管理员", True, f"{admins} 人已绑定")
        if admins
        else Finding("管理员", False, "还没有管理员：lawbot invite --role admin"),
        Finding("待批准", True, f"{waiting} 份"),
    ]


def _backup(books: Books, at: datetime) -> Finding:
    known = books.facts.get(BACKED_UP)
    if known is None:
        return Finding("备份", False, "还没有备份过：lawbot backup 备份.db")
    last = datetime.fromisoformat(known)
    days = (local_day(at) - local_day(last)).days
    when = f"最近一次是 {local_text(last)}" + (f"，{days} 天前" if days > 0 else "")
    if days > OLDEST_BACKUP:
        return Finding("备份", False, f"{when}：请再备份一次，lawbot backup 备份.db")
    return Finding("备份", True, when)


def _dates(books: Books, settings: Settings, today: date) -> list[Finding]:
    """Which dates still wait for a document, and whether the lunar ones of next year are known."""
    try:
        rules = read_calendar(settings.content).observances.values()
    except BadInput:
        return []  # the line about the content says it
    years = (today.year, today.year + 1)
    try:
        found = [one for year in years for one in occasions(rules, books.notices.all(), year)]
    except BadInput as error:
        return [Finding("历法", False, str(error))]
    waiting = [one for one in found if one.awaiting_notice and (one.end or today) >= today]
    soon = [
        one
        for one in waiting
        if one.start and one.start - timedelta(days=one.observance.lead_days) <= today
    ]
    counts = "，".join(f"{year} 年 {sum(one.year == year for one in waiting)} 个" for year in years)
    near = f"；快到了的：{_titles(soon)}" if soon else ""
    add = "。收到文件后用 lawbot notice add 录入" if waiting else ""
    spring = lunar_date(years[1], 1, 1)
    return [
        Finding("待通知", True, f"{counts}{near}{add}"),
        Finding("历法", True, f"{years[1]} 年的农历和节气能算，春节是 {span_text(spring, spring)}"),
    ]


def _titles(found: list[Occasion]) -> str:
    shown = "、".join(one.observance.title for one in found[:MOST_TITLES])
    return shown + ("等" if len(found) > MOST_TITLES else "")
