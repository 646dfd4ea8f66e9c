"""All books over one connection: what a job works with."""

# ruff: noqa: PLC0415 - a book's module is imported when it is opened: no command opens them all
from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection

if TYPE_CHECKING:
    from lawcore.storage.access import SqlAccessBook
    from lawcore.storage.activities import SqlActivityBook
    from lawcore.storage.audit import SqlAudit
    from lawcore.storage.campaigns import SqlCampaignBook
    from lawcore.storage.counting import SqlCounts
    from lawcore.storage.deliveries import SqlDeliveryBook
    from lawcore.storage.duties import SqlDutyBook
    from lawcore.storage.exam_reviews import SqlReviewBook
    from lawcore.storage.exam_rosters import SqlRosterBook
    from lawcore.storage.exams import SqlExamBook
    from lawcore.storage.figures import SqlFigures
    from lawcore.storage.forgetting import SqlForgettingBook
    from lawcore.storage.group_posts import SqlGroupBook
    from lawcore.storage.ledger import SqlFacts, SqlLedger, SqlNoticeBook
    from lawcore.storage.ledger_tables import SqlLedgerTables
    from lawcore.storage.listing import SqlListing
    from lawcore.storage.live import SqlLive
    from lawcore.storage.people import SqlPeopleBook
    from lawcore.storage.practice import SqlPracticeBook
    from lawcore.storage.tallies import SqlTallies


class Books:
    """The books of one transaction; each is made when it is first opened."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    @cached_property
    def people(self) -> SqlPeopleBook:
        from lawcore.storage.people import SqlPeopleBook

        return SqlPeopleBook(self._sql)

    @cached_property
    def access(self) -> SqlAccessBook:
        from lawcore.storage.access import SqlAccessBook

        return SqlAccessBook(self._sql)

    @cached_property
    def audit(self) -> SqlAudit:
        from lawcore.storage.audit import SqlAudit

        return SqlAudit(self._sql)

    @cached_property
    def ledger(self) -> SqlLedger:
        from lawcore.storage.ledger import SqlLedger

        return SqlLedger(self._sql)

    @cached_property
    def notices(self) -> SqlNoticeBook:
        from lawcore.storage.ledger import SqlNoticeBook

        return SqlNoticeBook(self._sql)

    @cached_property
    def facts(self) -> SqlFacts:
        from lawcore.storage.ledger import SqlFacts

        return SqlFacts(self._sql)

    @cached_property
    def deliveries(self) -> SqlDeliveryBook:
        from lawcore.storage.deliveries import SqlDeliveryBook

        return SqlDeliveryBook(self._sql)

    @cached_property
    def forgetting(self) -> SqlForgettingBook:
        from lawcore.storage.forgetting import SqlForgettingBook

        return SqlForgettingBook(self._sql)

    @cached_property
    def group_posts(self) -> SqlGroupBook:
        from lawcore.storage.group_posts import SqlGroupBook

        return SqlGroupBook(self._sql)

    @cached_property
    def campaigns(self) -> SqlCampaignBook:
        from lawcore.storage.campaigns import SqlCampaignBook

        return SqlCampaignBook(self._sql)

    @cached_property
    def exams(self) -> SqlExamBook:
        from lawcore.storage.exams import SqlExamBook

        return SqlExamBook(self._sql)

    @cached_property
    def rosters(self) -> SqlRosterBook:
        from lawcore.storage.exam_rosters import SqlRosterBook

        return SqlRosterBook(self._sql)

    @cached_property
    def reviews(self) -> SqlReviewBook:
        from lawcore.storage.exam_reviews import SqlReviewBook

        return SqlReviewBook(self._sql)

    @cached_property
    def practice(self) -> SqlPracticeBook:
        from lawcore.storage.practice import SqlPracticeBook

        return SqlPracticeBook(self._sql)

    @cached_property
    def figures(self) -> SqlFigures:
        from lawcore.storage.figures import SqlFigures

        return SqlFigures(self._sql)

    @cached_property
    def activities(self) -> SqlActivityBook:
        from lawcore.storage.activities import SqlActivityBook

        return SqlActivityBook(self._sql)

    @cached_property
    def counts(self) -> SqlCounts:
        from lawcore.storage.counting import SqlCounts

        return SqlCounts(self._sql)

    @cached_property
    def tables(self) -> SqlLedgerTables:
        from lawcore.storage.ledger_tables import SqlLedgerTables

        return SqlLedgerTables(self._sql)

    @cached_property
    def listing(self) -> SqlListing:
        from lawcore.storage.listing import SqlListing

        return SqlListing(self._sql)

    @cached_property
    def duties(self) -> SqlDutyBook:
        from lawcore.storage.duties import SqlDutyBook

        return SqlDutyBook(self._sql)

    @cached_property
    def live(self) -> SqlLive:
        from lawcore.storage.live import SqlLive

        return SqlLive(self._sql)

    @cached_property
    def tallies(self) -> SqlTallies:
        from lawcore.storage.tallies import SqlTallies

        return SqlTallies(self._sql)
