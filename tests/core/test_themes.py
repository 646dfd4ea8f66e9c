"""A theme that somebody typed is that of the year's notice, or the text is not approved."""

from datetime import date, time, timedelta

import pytest

from lawcore.calendar.observance import Notice
from lawcore.campaigns import office
from lawcore.campaigns.model import Campaign, CampaignState, Draft, Recipients
from lawcore.clock import moment
from lawcore.content import Inspection
from lawcore.content.themes import wrong_themes
from lawcore.errors import WrongState
from lawcore.ids import ObservanceKey
from tests.stage import shipped

from .conftest import Town

WEEK = ObservanceKey("constitution-week")
DAY = date(2026, 12, 1)
THEME = "学习宣传贯彻宪法，维护宪法权威"
NOTICE = Notice(WEEK, 2026, DAY, DAY + timedelta(days=6), "普法办〔2026〕9号", THEME)


def said(text: str, *notices: Notice) -> str:
    return "\n".join(str(fault) for fault in wrong_themes(text, WEEK, 2026, notices))


@pytest.mark.parametrize(
    "text",
    [
        "今年的主题是“大力弘扬宪法精神”。",
        "活动主题：“大力弘扬宪法精神”",
        "宪法宣传周以“大力弘扬宪法精神”为主题。",
        "第九个宪法宣传周的主题为《大力弘扬宪法精神》",
    ],
)
def test_a_theme_that_the_notice_does_not_have_is_told_with_the_right_one(text: str) -> None:
    told = said(text, NOTICE)
    assert "通知（普法办〔2026〕9号）写的是“学习宣传贯彻宪法，维护宪法权威”" in told
    assert said(text.replace("大力弘扬宪法精神", THEME), NOTICE) == ""
    assert said(text.replace("大力弘扬宪法精神", "学习宣传贯彻宪法 维护宪法权威"), NOTICE) == ""


def test_the_later_of_two_notices_counts_and_one_of_another_year_does_not() -> None:
    other = Notice(WEEK, 2026, DAY, DAY, "更正", "新主题")
    assert said("主题是“新主题”。", NOTICE, other) == ""
    past = Notice(WEEK, 2025, date(2025, 12, 1), date(2025, 12, 7), "旧", "旧主题")
    assert "没有通知可以核对" in said("今年的主题是“旧主题”。", past)


def test_a_theme_of_the_year_without_a_notice_is_told_and_another_theme_is_not() -> None:
    assert "没有通知可以核对" in said("今年宪法宣传周的主题是“弘扬宪法精神”。")
    for text in ("讲座的主题是“怎样防骗”。", "主题党日以“重温宪法”为主题。", "主题由通知定。"):
        assert said(text) == said(text, NOTICE) == ""


async def written(town: Town, text: str) -> Campaign:
    draft = Draft(
        WEEK, 2026, "宪法宣传周", DAY, DAY + timedelta(days=6), text, Recipients.RESIDENTS,
        moment(DAY, time(9, 0)),
    )  # fmt: skip
    return await town.act(lambda books, at: books.campaigns.add(draft, "account:5", at))


async def test_a_text_with_another_theme_than_the_notice_is_not_approved(town: Town) -> None:
    inspection = Inspection(shipped(), None)
    await town.act(lambda books, at: books.notices.add(NOTICE, at))

    async def approve(campaign: Campaign) -> Campaign:
        return await town.act(
            lambda books, at: office.approve(
                books,
                campaign.id,
                None,
                faults_of=inspection.knowing(books.notices.all()),
                actor="account:6",
                at=at,
            )
        )

    campaign = await written(town, "今年宪法宣传周的主题是“大力弘扬宪法精神”。")
    with pytest.raises(WrongState, match="通知（普法办〔2026〕9号）写的是"):
        await approve(campaign)
    right = f"今年宪法宣传周的主题是“{THEME}”。"
    await town.act(
        lambda books, at: office.revise(books, campaign.id, right, actor="account:5", at=at)
    )
    assert (await approve(campaign)).state is CampaignState.APPROVED
