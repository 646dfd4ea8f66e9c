"""The groups at the command line: the file checked, posts listed apart, one group tried again."""

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from lawbot.cli.app import main
from lawcore.campaigns.model import Draft, Recipients
from lawcore.delivery.groups import Aim, Posted
from lawcore.delivery.model import DeliveryState
from lawcore.ids import CampaignId, ObservanceKey
from lawcore.people.model import Roster
from lawcore.storage import Books, open_store

T = TypeVar("T")

NOON = datetime(2026, 12, 4, 4, 0, tzinfo=UTC)
GROUPS = """
[[group]]
name = "镇工作群"
kind = "wecom"
address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret-1"
unit = "T"

[[group]]
name = "别处的群"
kind = "feishu"
address = "https://open.feishu.cn/open-apis/bot/v2/hook/secret-2"
unit = "V9"
"""


@pytest.fixture
def run(
    tmp_path: Path,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str]]:
    """A clerk's terminal in a folder with a file of groups."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "群.toml").write_text(GROUPS, encoding="utf-8")
    monkeypatch.setenv("LAWBOT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("LAWBOT_GROUPS", "群.toml")

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["lawbot", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def write(url: str, job: Callable[[Books], T]) -> T:
    async def work() -> T:
        store = await open_store(url)
        try:
            return await store.write(job)
        finally:
            await store.close()

    return asyncio.run(work())


@pytest.fixture
def campaign(sqlite_url: str, small_town: Roster) -> CampaignId:
    """A campaign that one group took and another did not."""

    def job(books: Books) -> CampaignId:
        books.people.save_roster(small_town, NOON)
        key, day = ObservanceKey("constitution-day"), date(2999, 12, 4)
        draft = Draft(key, 2999, "国家宪法日", day, day, "学宪法", Recipients.RESIDENTS, NOON)
        one = books.campaigns.add(draft, "lawbot", NOON)
        aims = [Aim("东河村群", "wecom", None), Aim("镇工作群", "wecom", None)]
        books.group_posts.freeze(one.id, 1, one.text_hash, aims, NOON)
        taken, refused = books.group_posts.claim(9, NOON)
        for post, state, reason in (
            (taken, DeliveryState.SENT, ""),
            (refused, DeliveryState.BLOCKED, "机器人已被移出群"),
        ):
            books.group_posts.record(Posted(post.id, state, reason, 0, 1, NOON, NOON))
        return one.id

    return write(sqlite_url, job)


Run = Callable[..., tuple[int, str]]


def test_groups_are_listed_without_their_addresses(run: Run, campaign: CampaignId) -> None:
    assert campaign
    code, said = run("groups", "list")
    assert code == 0
    assert "镇工作群  企业微信  示范镇" in said
    assert "别处的群  飞书  名册里没有编码为 V9 的单位" in said
    assert "secret" not in said
    listed = json.loads(run("groups", "list", "--json")[1])
    assert listed[0] == {"name": "镇工作群", "kind": "wecom", "unit": "T", "unit_name": "示范镇"}


def test_without_a_file_of_groups_the_remedy_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAWBOT_GROUPS")
    assert run("groups", "list") == (
        2,
        "没有设置群文件：请把 LAWBOT_GROUPS 写成群文件的路径。\n",
    )


def test_a_campaign_shows_its_groups_apart_from_people(run: Run, campaign: CampaignId) -> None:
    _, said = run("campaign", "show", str(campaign))
    assert "应发 0：" in said
    assert "发到 2 个群（一个群算一条，不算人数）：\n" in said
    assert "  东河村群  已发出\n" in said
    assert "  镇工作群  机器人已不能用：机器人已被移出群\n" in said
    shown = json.loads(run("campaign", "show", str(campaign), "--json")[1])
    assert shown["deliveries"]["intended"] == 0
    assert [(post["group"], post["state"]) for post in shown["groups"]] == [
        ("东河村群", "sent"),
        ("镇工作群", "blocked"),
    ]


def test_a_group_is_tried_again_when_a_person_says_so(
    run: Run, campaign: CampaignId, sqlite_url: str
) -> None:
    code, said = run("groups", "retry", str(campaign), "镇工作群", "--by", "小李")
    assert (code, said) == (0, "“镇工作群”排队中，机器人运行时就会重发。\n")
    (line,) = write(sqlite_url, lambda books: books.audit.page(None, 1))
    assert (line.what, line.who, line.campaign) == ("重发到工作群", "小李（命令行）", "国家宪法日")
    assert line.detail == {"group": "镇工作群", "version": 1}
    assert run("groups", "retry", str(campaign), "东河村群") == (
        1,
        "“东河村群”这条已发出，不用重发。\n",
    )
    assert run("groups", "retry", str(campaign), "没有的群")[0] == 2
    assert write(sqlite_url, lambda books: books.audit.page(None, 1)) == (line,), "nothing done"


def test_the_doctor_looks_at_the_groups(run: Run, tmp_path: Path, campaign: CampaignId) -> None:
    assert campaign
    assert "[正常] 工作群：2 个群" in run("doctor")[1]
    (tmp_path / "群.toml").write_text(GROUPS.replace('kind = "wecom"', 'kind = "x"'))
    said = run("doctor")[1]
    assert "[注意] 工作群：群文件有 1 处错误： 用 lawbot groups list 查看。" in said
