"""``lawbot campaign``: texts written by hand, for whom they are, and what is put right after."""

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.campaign_words import Json, Key, act
from lawbot.cli.house import show_json, write
from lawbot.settings import read_settings
from lawcore.campaigns import correction, office, own
from lawcore.campaigns.model import Audience, Campaign, Recipients
from lawcore.content import read_consent
from lawcore.errors import BadInput
from lawcore.ids import CampaignId, LanguageCode, UnitId
from lawcore.people.model import RESIDENT_GROUP_WORDS, ROLE_WORDS
from lawcore.storage import Books

N = TypeVar("N")

Text = Annotated[Path, typer.Option("--text", metavar="文件", help="正文，UTF-8 纯文本。")]
Reason = Annotated[str, typer.Option(help="原因，记入台账。")]


def add_to(group: typer.Typer) -> None:
    """Add the commands of this module."""
    for name, command in (
        ("new", new),
        ("submit", submit),
        ("audience", audience),
        ("cancel", cancel),
        ("correct", correct),
        ("recall", recall),
    ):
        group.command(name)(command)


def new(
    title: Annotated[str, typer.Option(help="标题。")],
    text: Text,
    day: Annotated[str, typer.Option(help="哪一天发，例如 2026-12-10。")],
    until: Annotated[str | None, typer.Option(help="最晚哪一天还能发；不写就是当天。")] = None,
    hour: Annotated[str, typer.Option(help="几点发。")] = "09:00",
    to: Annotated[Recipients, typer.Option(help="发给居民还是干部。")] = Recipients.RESIDENTS,
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """写一份日历以外的稿子；提交以后才请人批准。

    例：lawbot campaign new --title 防汛提醒 --text 防汛.txt --day 2026-12-10
    """
    wording = _read(text)
    first = _day(day, "--day")
    last = _day(until, "--until") if until else first
    at_hour = _hour(hour)
    act(
        lambda books, at: own.write(
            books, title, wording, first, last, at_hour, to, actor=by, at=at
        ),
        json_,
    )


def submit(key: Key, by: By = CONSOLE, json_: Json = False) -> None:
    """提交一份起草中的稿子，请审批人批准。

    例：lawbot campaign submit 9
    """
    act(lambda books, at: own.submit(books, CampaignId(key), actor=by, at=at), json_)


def audience(
    key: Key,
    unit: Annotated[list[str] | None, typer.Option(help="单位编码，含下级；可写几次。")] = None,
    group: Annotated[list[str] | None, typer.Option(help="居民自选的群体，如 老年人。")] = None,
    role: Annotated[list[str] | None, typer.Option(help="干部的身份，如 审批人。")] = None,
    language: Annotated[list[str] | None, typer.Option(help="居民同意用的语言，如 en。")] = None,
    by: By = CONSOLE,
    json_: Json = False,
) -> None:
    """选给哪些人；什么都不写就是给所有人。改了以后要重新批准。

    例：lawbot campaign audience 3 --unit V1 --group 老年人
    """
    groups = tuple(_named(RESIDENT_GROUP_WORDS, word) for word in group or ())
    roles = tuple(_named(ROLE_WORDS, word) for word in role or ())
    languages = _languages(language) if language else ()

    def job(books: Books, at: datetime) -> Campaign:
        units = tuple(_unit(books, code) for code in unit or ())
        chosen = Audience(units, groups, roles, languages)
        return office.aim(books, CampaignId(key), chosen, actor=by, at=at)

    act(job, json_)


def cancel(key: Key, reason: Reason, by: By = CONSOLE, json_: Json = False) -> None:
    """取消：没发的不再发。

    例：lawbot campaign cancel 3 --reason 活动改期
    """
    act(lambda books, at: office.cancel(books, CampaignId(key), reason, actor=by, at=at), json_)


def correct(key: Key, text: Text, by: By = CONSOLE, json_: Json = False) -> None:
    """更正：另一个人批准后，只发给收到过原文的人。

    例：lawbot campaign correct 3 --text 更正.txt
    """
    wording = _read(text)
    act(
        lambda books, at: correction.correct(books, CampaignId(key), wording, actor=by, at=at),
        json_,
    )


def recall(key: Key, reason: Reason, by: By = CONSOLE, json_: Json = False) -> None:
    """撤回：删掉已发出的消息；超过 48 小时的服务不允许，会列出来。

    例：lawbot campaign recall 3 --reason 日期写错
    """
    number = write(
        lambda books, at: correction.recall(books, CampaignId(key), reason, actor=by, at=at)
    )
    if json_:
        show_json({"campaign": key, "recalling": number})
    else:
        typer.echo(f"正在撤回 {number} 条，结果见 lawbot campaign show {key}。")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"读不了“{path}”：要是一个 UTF-8 的文本文件。") from None


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option} 要写成 2026-12-10 这样的日期，不能是“{text}”。") from None


def _hour(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--hour 要写成 09:00 这样的时间，不能是“{text}”。") from None


def _named(words: Mapping[N, str], word: str) -> N:
    for name, said in words.items():
        if said == word:
            return name
    raise BadInput(f"没有“{word}”，只有：{'、'.join(words.values())}。")


def _languages(codes: list[str]) -> tuple[LanguageCode, ...]:
    names = read_consent(read_settings().content).names
    for code in codes:
        if code not in names:
            known = "、".join(f"{each}（{name}）" for each, name in names.items())
            raise BadInput(f"--language 没有“{code}”，只有：{known}。")
    return tuple(LanguageCode(code) for code in codes)


def _unit(books: Books, code: str) -> UnitId:
    unit = books.people.unit_by_code(code)
    if unit is None:
        raise BadInput(f"名册里没有编码为 {code} 的单位。")
    return unit.id
