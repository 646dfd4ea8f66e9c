"""Duties in SQL: what was held, sent and planned for the days of a year, and who is reminded."""

from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, insert, or_, select

from lawcore.campaigns.duties import Evidence, Plan, Proof, SentMessage, Where
from lawcore.campaigns.model import CampaignState
from lawcore.delivery.model import DeliveryKind, DeliveryState
from lawcore.ids import AccountId, CampaignId, DutyId, ObservanceKey, UnitId
from lawcore.people.model import AccountState, Role
from lawcore.storage.activities import COUNTS
from lawcore.storage.tables import (
    accounts,
    activities,
    activity_partners,
    cadres,
    campaigns,
    deliveries,
    duties,
    duty_plans,
    grants,
    units,
)

_REMINDED = (Role.ADMIN.value, Role.EDITOR.value)


class DutyRow(NamedTuple):
    """A duty that somebody is reminded of."""

    observance: ObservanceKey
    year: int
    unit_name: str
    planned: bool


class SqlDutyBook:
    """Duties of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def evidence(self, year: int) -> Evidence:
        """What is known of the days of `year`; a plan filed later replaces an earlier one."""
        return Evidence(
            self._held(year),
            self._sent(year),
            self._approved(year),
            self._plans(year),
            self._contacts(),
        )

    def ensure(self, observance: ObservanceKey, year: int, unit: UnitId) -> DutyId:
        """The key of a duty; it is made when it is first asked for."""
        mine = and_(
            duties.c.observance == observance, duties.c.year == year, duties.c.unit_id == unit
        )
        found = self._sql.execute(select(duties.c.id).where(mine)).scalar_one_or_none()
        if found is None:
            values = {"observance": observance, "year": year, "unit_id": unit}
            added = insert(duties).values(**values).returning(duties.c.id)
            found = self._sql.execute(added).scalar_one()
        return DutyId(found)

    def get(self, duty: DutyId) -> DutyRow | None:
        """A duty by its key."""
        planned = select(duty_plans.c.id).where(duty_plans.c.duty_id == duties.c.id).exists()
        found = self._sql.execute(
            select(duties, units.c.name, planned.label("planned"))
            .join(units, units.c.id == duties.c.unit_id)
            .where(duties.c.id == duty)
        ).one_or_none()
        if found is None:
            return None
        return DutyRow(ObservanceKey(found.observance), found.year, found.name, found.planned)

    def plan(self, duty: DutyId, plan: Plan, at: datetime) -> None:
        self._sql.execute(
            insert(duty_plans).values(
                duty_id=duty,
                what=plan.what,
                planned_for=plan.planned_for,
                filed_by=plan.filed_by,
                filed_at=at,
            )
        )

    def _held(self, year: int) -> dict[Where, tuple[Proof, ...]]:
        """Events of organisers and of partners: a joint event is evidence of all who held it.

        Those of the next year too: a season may go on into it.
        """
        in_year = and_(
            activities.c.day >= date(year, 1, 1),
            activities.c.day <= date(year + 1, 12, 31),
            activities.c.observance.is_not(None),
            COUNTS,
        )
        whose = or_(
            units.c.id == activities.c.organiser_id,
            select(activity_partners.c.unit_id)
            .where(
                activity_partners.c.activity_id == activities.c.id,
                activity_partners.c.unit_id == units.c.id,
            )
            .exists(),
        )
        found: dict[Where, list[Proof]] = defaultdict(list)
        rows = self._sql.execute(
            select(
                activities.c.id,
                activities.c.day,
                activities.c.name,
                activities.c.observance,
                units.c.id.label("unit_id"),
            )
            .select_from(activities)
            .join(units, whose)
            .where(in_year)
            .order_by(activities.c.day, activities.c.id)
        )
        for row in rows:
            where = (ObservanceKey(row.observance), UnitId(row.unit_id))
            found[where].append(Proof(f"H{row.id}", row.day, row.name))
        return {where: tuple(proofs) for where, proofs in found.items()}

    def _sent(self, year: int) -> dict[ObservanceKey, SentMessage]:
        sent = and_(
            deliveries.c.subject == campaigns.c.id,
            deliveries.c.kind == DeliveryKind.CAMPAIGN.value,
            deliveries.c.state == DeliveryState.SENT.value,
        )
        rows = self._sql.execute(
            select(campaigns.c.id, campaigns.c.observance, func.count().label("sent"))
            .join(deliveries, sent)
            .where(campaigns.c.year == year)
            .group_by(campaigns.c.id)
        )
        return {
            ObservanceKey(row.observance): SentMessage(CampaignId(row.id), row.sent) for row in rows
        }

    def _approved(self, year: int) -> frozenset[ObservanceKey]:
        approved = campaigns.c.state == CampaignState.APPROVED.value
        rows = select(campaigns.c.observance).where(campaigns.c.year == year, approved)
        return frozenset(ObservanceKey(key) for key in self._sql.execute(rows).scalars())

    def _plans(self, year: int) -> dict[Where, Plan]:
        rows = self._sql.execute(
            select(duties.c.observance, duties.c.unit_id, duty_plans)
            .join(duties, duties.c.id == duty_plans.c.duty_id)
            .where(duties.c.year == year)
            .order_by(duty_plans.c.id)
        )
        return {
            (ObservanceKey(row.observance), UnitId(row.unit_id)): Plan(
                row.what, row.planned_for, row.filed_by
            )
            for row in rows
        }

    def _contacts(self) -> dict[UnitId, tuple[AccountId, ...]]:
        """Accounts of the unit's own cadres that may edit or administer."""
        rows = self._sql.execute(
            select(cadres.c.unit_id, accounts.c.id)
            .distinct()
            .select_from(accounts)
            .join(cadres, cadres.c.id == accounts.c.cadre_id)
            .join(grants, grants.c.account_id == accounts.c.id)
            .where(
                grants.c.role.in_(_REMINDED),
                accounts.c.state == AccountState.ACTIVE.value,
                cadres.c.active,
            )
            .order_by(cadres.c.unit_id, accounts.c.id)
        )
        found: dict[UnitId, list[AccountId]] = defaultdict(list)
        for row in rows:
            found[UnitId(row.unit_id)].append(AccountId(row.id))
        return {unit: tuple(keys) for unit, keys in found.items()}
