"""The ledger and the yearly notices in SQL: rows are added, never changed."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from lawcore.calendar.observance import Notice
from lawcore.ids import ObservanceKey
from lawcore.participation import Entry
from lawcore.storage.tables import entries, facts, notices


class SqlLedger:
    """Adds entries; the database itself refuses to change or remove one."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def add(self, entry: Entry) -> None:
        self._sql.execute(
            insert(entries).values(
                at=entry.at,
                kind=entry.kind.value,
                actor=entry.actor,
                unit_id=entry.unit,
                account_id=entry.account,
                cadre_id=entry.cadre,
                campaign_id=entry.campaign,
                exam_id=entry.exam,
                detail=dict(entry.detail),
            )
        )

    def last(self) -> datetime | None:
        """When the last entry was written; None if there is none."""
        newest = select(entries.c.at).order_by(entries.c.id.desc()).limit(1)
        return self._sql.execute(newest).scalar_one_or_none()


WITHDRAWS = ""
"""The document of a row that withdraws what its year had: a notice always names its own."""


class SqlNoticeBook:
    """The yearly notices that hold, in the order in which they were recorded; the latest counts."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def add(self, notice: Notice, at: datetime) -> None:
        self._write(notice, notice.document, at)

    def withdraw(self, notice: Notice, at: datetime) -> None:
        """From now on no notice holds for the observance and the year of this one."""
        self._write(notice, WITHDRAWS, at)

    def all(self) -> tuple[Notice, ...]:
        found: list[Notice] = []
        for row in self._sql.execute(select(notices).order_by(notices.c.id)):
            key = ObservanceKey(row.observance)
            if row.document == WITHDRAWS:
                found = [one for one in found if (one.observance, one.year) != (key, row.year)]
                continue
            found.append(Notice(key, row.year, row.starts_on, row.ends_on, row.document, row.theme))
        return tuple(found)

    def _write(self, notice: Notice, document: str, at: datetime) -> None:
        self._sql.execute(
            insert(notices).values(
                observance=notice.observance,
                year=notice.year,
                starts_on=notice.start,
                ends_on=notice.end,
                document=document,
                theme=notice.theme,
                recorded_at=at,
            )
        )


class SqlFacts:
    """Small facts the program remembers, such as the bot's own name."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def get(self, name: str) -> str | None:
        return self._sql.execute(
            select(facts.c.value).where(facts.c.name == name)
        ).scalar_one_or_none()

    def put(self, name: str, value: str) -> None:
        known = facts.update().where(facts.c.name == name).values(value=value)
        if self._sql.execute(known).rowcount == 0:
            self._sql.execute(insert(facts).values(name=name, value=value))
