"""The ledger page by page, newest first, with its names."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from lawcore.access.audit import AuditLine
from lawcore.participation import EntryKind
from lawcore.people.naming import ACTOR_WORDS, account_called, number_of, unknown
from lawcore.storage.people import SqlPeopleBook
from lawcore.storage.tables import cadres, campaigns, entries, exams, units

_LINE = (
    select(
        entries,
        units.c.name.label("unit_name"),
        campaigns.c.title.label("campaign_title"),
        exams.c.title.label("exam_title"),
    )
    .select_from(
        entries.outerjoin(units, units.c.id == entries.c.unit_id)
        .outerjoin(campaigns, campaigns.c.id == entries.c.campaign_id)
        .outerjoin(exams, exams.c.id == entries.c.exam_id)
    )
    .order_by(entries.c.id.desc())
)


class SqlAudit:
    """Reads the ledger of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def page(
        self,
        before: int | None,
        limit: int,
        kind: EntryKind | None = None,
        actor: str | None = None,
    ) -> tuple[AuditLine, ...]:
        """The newest `limit` lines older than line `before` (None: the newest of all)."""
        wanted = _LINE.limit(limit)
        if before is not None:
            wanted = wanted.where(entries.c.id < before)
        if kind is not None:
            wanted = wanted.where(entries.c.kind == kind.value)
        if actor is not None:
            wanted = wanted.where(entries.c.actor == actor)
        return self._lines(wanted)

    def of_row(self, number: str, at: datetime) -> AuditLine | None:
        """The entry of the act that filed row `number` (``H12``, ``D5``) of the ledger at `at`.

        None for a row that came with a file, or before such acts were kept.
        """
        review = EntryKind.ACTIVITY_REVIEWED.value
        found = self._lines(_LINE.where(entries.c.at == at, entries.c.kind != review))
        return next((line for line in found if line.detail.get("number") == number), None)

    def _lines(self, wanted: Select[Any]) -> tuple[AuditLine, ...]:
        rows = self._sql.execute(wanted).all()
        cadre_names = self._cadre_names(_numbers(rows, "cadre"))
        account_names = self._account_names(_numbers(rows, "account"))
        return tuple(_line(row, account_names, cadre_names) for row in rows)

    def _cadre_names(self, keys: set[int]) -> dict[int, str]:
        found = select(cadres.c.id, cadres.c.name).where(cadres.c.id.in_(sorted(keys)))
        return {row.id: row.name for row in self._sql.execute(found)}

    def _account_names(self, keys: set[int]) -> dict[int, str]:
        found = SqlPeopleBook(self._sql).accounts_by_id(keys)
        names = self._cadre_names({account.cadre for account in found if account.cadre is not None})
        return {
            account.id: account_called(account, names.get(account.cadre or 0)) for account in found
        }


def _numbers(rows: Sequence[Row[Any]], of: str) -> set[int]:
    """The accounts or cadres that lines are about or were written by."""
    found = {getattr(row, f"{of}_id") for row in rows} - {None}
    return found | {number for row in rows if (number := number_of(row.actor, of)) is not None}


def _line(
    row: Row[Any], account_names: Mapping[int, str], cadre_names: Mapping[int, str]
) -> AuditLine:
    return AuditLine(
        row.id,
        row.at,
        EntryKind(row.kind),
        row.actor,
        _who(row.actor, account_names, cadre_names),
        _person(row, account_names, cadre_names),
        row.unit_name,
        row.campaign_title,
        row.exam_title,
        row.detail,
    )


def _who(actor: str, account_names: Mapping[int, str], cadre_names: Mapping[int, str]) -> str:
    if (number := number_of(actor, "account")) is not None:
        return account_names.get(number, unknown(number))
    if (number := number_of(actor, "cadre")) is not None:
        return cadre_names.get(number, actor)
    return ACTOR_WORDS.get(actor, f"{actor}（命令行）")


def _person(
    row: Row[Any], account_names: Mapping[int, str], cadre_names: Mapping[int, str]
) -> str | None:
    if row.cadre_id is not None:
        return cadre_names.get(row.cadre_id)
    if row.account_id is not None:
        return account_names.get(row.account_id, unknown(row.account_id))
    return None
