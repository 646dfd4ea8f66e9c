"""The book of campaigns in SQL."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from lawcore.campaigns.model import (
    EVERYBODY,
    STOPPED,
    Audience,
    Campaign,
    CampaignState,
    Draft,
    Reached,
    Recipients,
)
from lawcore.ids import CampaignId, LanguageCode, ObservanceKey, UnitId
from lawcore.people.model import ResidentGroup, Role, UnitKind
from lawcore.storage.tables import campaign_texts, campaigns, units

CORRECTION = "~"
"""Between the key of an observance and the number of the campaign that is corrected."""
_STOPPED = sorted(state.value for state in STOPPED)

_CAMPAIGN = select(
    campaigns,
    campaign_texts.c.text,
    campaign_texts.c.drafted_by,
    campaign_texts.c.at.label("drafted_at"),
).join(
    campaign_texts,
    and_(
        campaign_texts.c.campaign_id == campaigns.c.id,
        campaign_texts.c.version == campaigns.c.version,
    ),
)


class SqlCampaignBook:
    """Campaigns and the versions of their texts."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def add(self, draft: Draft, drafted_by: str, at: datetime) -> Campaign:
        town = select(units.c.id).where(units.c.kind == UnitKind.TOWN.value).limit(1)
        added = self._sql.execute(
            insert(campaigns)
            .values(
                unit_id=town.scalar_subquery(),
                observance=self._free_key(draft),
                year=draft.year,
                version=1,
                created_at=at,
                corrects=draft.corrects.campaign if draft.corrects else None,
                corrects_version=draft.corrects.version if draft.corrects else None,
                **_fresh(draft),
            )
            .returning(campaigns.c.id)
        )
        key = CampaignId(added.scalar_one())
        return self._write_text(key, 1, draft, drafted_by, at)

    def _free_key(self, draft: Draft) -> str:
        """The key under which it is unique in its year: each correction has one of its own."""
        if draft.corrects is None:
            return draft.observance
        wrong = draft.corrects.campaign
        earlier = select(func.count()).where(campaigns.c.corrects == wrong)
        count = self._sql.execute(earlier).scalar_one()
        again = f"{CORRECTION}{count + 1}" if count else ""
        return f"{draft.observance}{CORRECTION}{wrong}{again}"

    def correction_of(self, campaign: CampaignId) -> Campaign | None:
        """The newest correction that was written for a campaign."""
        mine = _CAMPAIGN.where(campaigns.c.corrects == campaign)
        row = self._sql.execute(mine.order_by(campaigns.c.id.desc()).limit(1)).one_or_none()
        return _campaign(row) if row else None

    def get(self, campaign: CampaignId) -> Campaign | None:
        row = self._sql.execute(_CAMPAIGN.where(campaigns.c.id == campaign)).one_or_none()
        return _campaign(row) if row else None

    def of(self, observance: ObservanceKey, year: int) -> Campaign | None:
        where = and_(campaigns.c.observance == observance, campaigns.c.year == year)
        row = self._sql.execute(_CAMPAIGN.where(where)).one_or_none()
        return _campaign(row) if row else None

    def text(self, campaign: CampaignId, version: int) -> str | None:
        """The text of one version, as it was approved."""
        where = and_(campaign_texts.c.campaign_id == campaign, campaign_texts.c.version == version)
        return self._sql.execute(select(campaign_texts.c.text).where(where)).scalar_one_or_none()

    def going_out(self, campaign: CampaignId, version: int, day: date) -> str | None:
        """The text of one version if it may still go out on `day`; see `CampaignBook`."""
        stands = and_(
            campaign_texts.c.campaign_id == campaign,
            campaign_texts.c.version == version,
            campaigns.c.ends_on >= day,
            campaigns.c.state.not_in(_STOPPED),
        )
        texts = campaign_texts.join(campaigns, campaigns.c.id == campaign_texts.c.campaign_id)
        found = select(campaign_texts.c.text).select_from(texts).where(stands)
        return self._sql.execute(found).scalar_one_or_none()

    def authors(self, campaign: CampaignId, text: str) -> frozenset[str]:
        """Who drafted a version with this text."""
        where = and_(campaign_texts.c.campaign_id == campaign, campaign_texts.c.text == text)
        return frozenset(self._sql.scalars(select(campaign_texts.c.drafted_by).where(where)))

    def in_states(self, *states: CampaignState) -> tuple[Campaign, ...]:
        found = _CAMPAIGN.order_by(campaigns.c.due_at, campaigns.c.id)
        if states:
            found = found.where(campaigns.c.state.in_([state.value for state in states]))
        return tuple(_campaign(row) for row in self._sql.execute(found))

    def revise(self, campaign: CampaignId, draft: Draft, drafted_by: str, at: datetime) -> Campaign:
        """A new version of text and dates; approval and reason are void."""
        version = self._sql.execute(
            update(campaigns)
            .where(campaigns.c.id == campaign)
            .values(version=campaigns.c.version + 1, approved_by=None, reason=None, **_fresh(draft))
            .returning(campaigns.c.version)
        ).scalar_one()
        return self._write_text(campaign, version, draft, drafted_by, at)

    def move(
        self,
        campaign: CampaignId,
        state: CampaignState,
        *,
        approved_by: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Write a new state; `approved_by` and `reason` are written when given.

        An empty reason takes away the one that was there.
        """
        values: dict[str, str | None] = {"state": state.value}
        if approved_by is not None:
            values["approved_by"] = approved_by
        if reason is not None:
            values["reason"] = reason or None
        self._sql.execute(update(campaigns).where(campaigns.c.id == campaign).values(**values))

    def _write_text(
        self, key: CampaignId, version: int, draft: Draft, drafted_by: str, at: datetime
    ) -> Campaign:
        self._sql.execute(
            insert(campaign_texts).values(
                campaign_id=key, version=version, text=draft.text, drafted_by=drafted_by, at=at
            )
        )
        return _campaign(self._sql.execute(_CAMPAIGN.where(campaigns.c.id == key)).one())


def _fresh(draft: Draft) -> dict[str, object]:
    return {
        "title": draft.title,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "recipients": draft.recipients.value,
        "due_at": draft.due_at,
        "audience": _as_json(draft.audience),
        "state": CampaignState.SUBMITTED.value,
    }


def _campaign(row: Row[Any]) -> Campaign:
    return Campaign(
        CampaignId(row.id),
        ObservanceKey(row.observance.partition(CORRECTION)[0]),
        row.year,
        row.title,
        row.starts_on,
        row.ends_on,
        CampaignState(row.state),
        row.version,
        row.text,
        Recipients(row.recipients),
        row.due_at,
        row.drafted_by,
        row.drafted_at,
        row.approved_by,
        row.reason,
        _audience(row.audience),
        Reached(CampaignId(row.corrects), row.corrects_version) if row.corrects else None,
    )


def _as_json(audience: Audience) -> dict[str, list[Any]] | None:
    if audience == EVERYBODY:
        return None
    return {
        "units": list(audience.units),
        "groups": [group.value for group in audience.groups],
        "roles": [role.value for role in audience.roles],
        "languages": list(audience.languages),
    }


def _audience(kept: dict[str, list[Any]] | None) -> Audience:
    if kept is None:
        return EVERYBODY
    return Audience(
        tuple(UnitId(unit) for unit in kept["units"]),
        tuple(ResidentGroup(name) for name in kept["groups"]),
        tuple(Role(name) for name in kept["roles"]),
        tuple(LanguageCode(code) for code in kept.get("languages", ())),
    )
