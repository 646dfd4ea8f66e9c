"""All books over one connection: what a job works with."""

from functools import cached_property

from sqlalchemy import Connection

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
        return SqlPeopleBook(self._sql)

    @cached_property
    def access(self) -> SqlAccessBook:
        return SqlAccessBook(self._sql)

    @cached_property
    def audit(self) -> SqlAudit:
        return SqlAudit(self._sql)

    @cached_property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self._sql)

    @cached_property
    def notices(self) -> SqlNoticeBook:
        return SqlNoticeBook(self._sql)

    @cached_property
    def facts(self) -> SqlFacts:
        return SqlFacts(self._sql)

    @cached_property
    def deliveries(self) -> SqlDeliveryBook:
        return SqlDeliveryBook(self._sql)

    @cached_property
    def forgetting(self) -> SqlForgettingBook:
        return SqlForgettingBook(self._sql)

    @cached_property
    def group_posts(self) -> SqlGroupBook:
        return SqlGroupBook(self._sql)

    @cached_property
    def campaigns(self) -> SqlCampaignBook:
        return SqlCampaignBook(self._sql)

    @cached_property
    def exams(self) -> SqlExamBook:
        return SqlExamBook(self._sql)

    @cached_property
    def rosters(self) -> SqlRosterBook:
        return SqlRosterBook(self._sql)

    @cached_property
    def reviews(self) -> SqlReviewBook:
        return SqlReviewBook(self._sql)

    @cached_property
    def practice(self) -> SqlPracticeBook:
        return SqlPracticeBook(self._sql)

    @cached_property
    def figures(self) -> SqlFigures:
        return SqlFigures(self._sql)

    @cached_property
    def activities(self) -> SqlActivityBook:
        return SqlActivityBook(self._sql)

    @cached_property
    def counts(self) -> SqlCounts:
        return SqlCounts(self._sql)

    @cached_property
    def tables(self) -> SqlLedgerTables:
        return SqlLedgerTables(self._sql)

    @cached_property
    def listing(self) -> SqlListing:
        return SqlListing(self._sql)

    @cached_property
    def duties(self) -> SqlDutyBook:
        return SqlDutyBook(self._sql)

    @cached_property
    def live(self) -> SqlLive:
        return SqlLive(self._sql)

    @cached_property
    def tallies(self) -> SqlTallies:
        return SqlTallies(self._sql)
