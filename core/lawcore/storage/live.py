"""Live pages: tallies read by key. Triggers keep them (migration 0008), so no row is counted here.

Of a campaign under way the ends are tallied; the few rows that are being sent are counted, and
what is left of the intended is queued.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, and_, func, select

from lawcore.clock import local_day, moment
from lawcore.delivery.model import DeliveryKind, DeliveryState, Tally
from lawcore.ids import CampaignId, ExamId, UnitId
from lawcore.people.model import AccountState, UnitKind
from lawcore.reports.ledger import Held
from lawcore.reports.live import CampaignNow, ExamNow, MonthNow, UnitNow, VillageNow, YearNow
from lawcore.reports.participation import Sitting, UnitDeliveries, UnitSitting, add_up
from lawcore.storage.figures import NO_UNIT
from lawcore.storage.tables import campaigns, deliveries, tallies, units

DELIVERY, EXAM, ACTIVITY, RESIDENT = "delivery", "exam", "activity", "resident"
INTENDED = "intended"

Counted = dict[str, int]


class SqlLive:
    """What pages show of one connection's moment."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def campaign(self, campaign: CampaignId) -> CampaignNow:
        """Deliveries by state and unit; a unit that was not meant is not listed."""
        sending = self._sending()
        rows = [
            UnitDeliveries(
                UnitId(unit) if unit else None,
                name or NO_UNIT,
                _tally(counts, sending.get((campaign, unit), 0)),
            )
            for unit, name, counts in self._by_unit(DELIVERY, campaign)
        ]
        return CampaignNow(campaign, tuple(rows))

    def exam(self, exam: ExamId) -> ExamNow:
        """N, X, A and P by unit; empty before the roster is frozen."""
        return ExamNow(
            exam,
            tuple(
                UnitSitting(UnitId(unit), name or "", Sitting(**counts))
                for unit, name, counts in self._by_unit(EXAM, exam)
                if counts.get("candidates")
            ),
        )

    def months(self, year: int) -> YearNow:
        """Messages due and events held in each month of `year`."""
        sent = self._sent(year)
        held = self._held(tallies.c.subject, year)
        return YearNow(
            year,
            tuple(
                MonthNow(month, sent[month], Held(**held.get(year * 100 + month, {})))
                for month in range(1, 13)
            ),
        )

    def units(self, year: int) -> tuple[UnitNow, ...]:
        """What each unit held in `year`, by kind and code."""
        held = self._held(tallies.c.unit_id, year)
        rows = [
            UnitNow(
                UnitId(row.id), row.code, row.name, UnitKind(row.kind), Held(**held.get(row.id, {}))
            )
            for row in self._sql.execute(select(units).order_by(units.c.code))
        ]
        return tuple(sorted(rows, key=lambda row: list(UnitKind).index(row.kind)))

    def residents(self) -> tuple[VillageNow, ...]:
        """The accounts of each village, by code."""
        found = (
            select(units, tallies.c.what, tallies.c.n)
            .outerjoin(tallies, and_(tallies.c.unit_id == units.c.id, tallies.c.kind == RESIDENT))
            .where(units.c.kind == UnitKind.VILLAGE.value)
            .order_by(units.c.code)
        )
        known: dict[int, Any] = {}
        counts: dict[int, Counted] = defaultdict(dict)
        for row in self._sql.execute(found):
            known[row.id] = row
            counts[row.id][row.what] = row.n
        return tuple(
            VillageNow(
                UnitId(key),
                row.code,
                row.name,
                counts[key].get(AccountState.ACTIVE.value, 0),
                counts[key].get(AccountState.BLOCKED.value, 0),
                counts[key].get(AccountState.LEFT.value, 0),
            )
            for key, row in known.items()
        )

    def _by_unit(self, kind: str, subject: int) -> list[tuple[int, str | None, Counted]]:
        """The tallies of a subject by unit, those of none last."""
        found = (
            select(tallies, units.c.name)
            .outerjoin(units, units.c.id == tallies.c.unit_id)
            .where(tallies.c.kind == kind, tallies.c.subject == subject)
            .order_by(units.c.code.nulls_last())
        )
        names: dict[int, str | None] = {}
        counts: dict[int, Counted] = defaultdict(dict)
        for row in self._sql.execute(found):
            names[row.unit_id] = row.name
            counts[row.unit_id][row.what] = row.n
        return [(unit, name, counts[unit]) for unit, name in names.items()]

    def _sent(self, year: int) -> dict[int, Tally]:
        """Of each month the messages due in it, on the township's calendar."""
        sending: dict[int, int] = defaultdict(int)
        for (campaign, _), count in self._sending().items():
            sending[campaign] += count
        found = (
            select(campaigns.c.id, campaigns.c.due_at, tallies.c.what, func.sum(tallies.c.n))
            .join(tallies, and_(tallies.c.subject == campaigns.c.id, tallies.c.kind == DELIVERY))
            .where(
                campaigns.c.due_at >= _begin(year),
                campaigns.c.due_at < _begin(year + 1),
            )
            .group_by(campaigns.c.id, tallies.c.what)
        )
        months: dict[int, int] = {}
        counts: dict[int, Counted] = defaultdict(dict)
        for campaign, due_at, what, n in self._sql.execute(found):
            months[campaign] = local_day(due_at).month
            counts[campaign][what] = int(n)
        return {
            month: add_up(
                _tally(counts[campaign], sending[campaign])
                for campaign, theirs in months.items()
                if theirs == month
            )
            for month in range(1, 13)
        }

    def _held(self, key: Any, year: int) -> Mapping[int, Counted]:
        """What was held in `year`, by `key`."""
        found = (
            select(key, tallies.c.what, func.sum(tallies.c.n))
            .where(
                tallies.c.kind == ACTIVITY,
                tallies.c.subject > year * 100,
                tallies.c.subject < (year + 1) * 100,
            )
            .group_by(key, tallies.c.what)
        )
        held: dict[int, Counted] = defaultdict(dict)
        for found_key, what, n in self._sql.execute(found):
            held[found_key][what] = int(n)
        return held

    def _sending(self) -> dict[tuple[int, int], int]:
        """Rows in hand, by campaign and unit: so few that they are counted.

        All of them are asked for, whatever campaign is looked at: SQLite would otherwise rather
        go through every row of the campaign.
        """
        found = (
            select(deliveries.c.kind, deliveries.c.subject, deliveries.c.unit_id, func.count())
            .where(deliveries.c.state == DeliveryState.SENDING.value)
            .group_by(deliveries.c.kind, deliveries.c.subject, deliveries.c.unit_id)
        )
        return {
            (subject, unit or 0): count
            for kind, subject, unit, count in self._sql.execute(found)
            if kind == DeliveryKind.CAMPAIGN.value
        }


def _begin(year: int) -> datetime:
    return moment(date(year, 1, 1), time())


def _tally(counts: Counted, sending: int) -> Tally:
    ends = {what: n for what, n in counts.items() if what != INTENDED}
    queued = counts[INTENDED] - sum(ends.values()) - sending
    return Tally(queued=queued, sending=sending, **ends)
