"""Wording the deliveries: which letter a queued delivery is, at the moment it is sent."""

from dataclasses import replace
from datetime import date, datetime

from lawbot.telegram.views import activity, desk, exams, review
from lawcore.calendar.observance import occasions
from lawcore.campaigns.audience import reach, said
from lawcore.campaigns.holding import held_names
from lawcore.campaigns.message import HERE, VILLAGE, for_village
from lawcore.campaigns.model import Campaign, CampaignState
from lawcore.campaigns.trouble import stop_for_trouble, tell_of_crash
from lawcore.clock import local_day
from lawcore.content import Inspection
from lawcore.delivery.model import Delivery, DeliveryKind, Letter
from lawcore.exams import correcting, hall, office, tending
from lawcore.exams.candidates import READMITTED
from lawcore.exams.model import ExamState
from lawcore.exams.standing import may_be_asked
from lawcore.ids import (
    AccountId,
    AppealId,
    CampaignId,
    DutyId,
    ExamId,
    QuestionKey,
    RegradeId,
    UnitId,
)
from lawcore.people.model import MAY_APPROVE, MAY_EDIT, Account
from lawcore.storage import Books

EXAM_NOTICES = frozenset({DeliveryKind.EXAM_OPEN, DeliveryKind.EXAM_SOON, DeliveryKind.EXAM_LAST})
STAY_AS_THEY_ARE = EXAM_NOTICES | {
    DeliveryKind.CAMPAIGN,
    DeliveryKind.RETURNED,
    DeliveryKind.APPEAL,
}
"""Kinds with buttons that are the same after a press: what is asked next comes below."""


class Desk:
    """The books of one transaction with the wording beside them: what the dispatcher works at.

    `day` is the township's today.
    """

    def __init__(self, books: Books, inspection: Inspection, day: date) -> None:
        self.deliveries = books.deliveries
        self._books = books
        self._inspection = inspection
        self._day = day
        self._texts: dict[tuple[int, int], str | None] = {}
        self._same: dict[tuple[int, int, str], Letter] = {}

    def as_it_stands(self, delivery: Delivery) -> Letter | None:
        """The letter as it stands in the chat if it was sent; None if that cannot be told.

        The notice of an exam becomes the card of who begins: it must not be touched.
        """
        if delivery.kind not in STAY_AS_THEY_ARE:
            return None
        if delivery.kind in EXAM_NOTICES and self._has_begun(delivery):
            return None
        if delivery.kind is DeliveryKind.CAMPAIGN:  # whether or not it was stopped since
            text = self._books.campaigns.text(CampaignId(delivery.subject), delivery.version)
            return self._worded(delivery, text)
        return self.letter(delivery)

    def _has_begun(self, delivery: Delivery) -> bool:
        account = self._books.people.account_by_id(delivery.account)
        if account is None or account.cadre is None:
            return False
        return self._books.exams.attempt(ExamId(delivery.subject), account.cadre) is not None

    def trouble(self, delivery: Delivery, at: datetime) -> None:
        """Too many sends of a campaign went wrong: it stops, the admins are told."""
        stop_for_trouble(self._books, CampaignId(delivery.subject), at=at)

    def interrupted(self, at: datetime) -> None:
        """A crash left deliveries in doubt: the admins are told."""
        tell_of_crash(self._books, at=at)

    def letter(self, delivery: Delivery) -> Letter | None:
        """The letter of a delivery; None if what it was about no longer holds."""
        if delivery.kind is DeliveryKind.INTERRUPTED:
            return desk.interrupted()
        if delivery.kind is DeliveryKind.HELD_ITEMS:
            names = held_names(self._books.facts)
            return desk.held_items(names) if names else None
        for_anybody = {
            DeliveryKind.CAMPAIGN: self._message,
            DeliveryKind.RECALL: self._recall,
            DeliveryKind.STOPPED: self._stopped,
            DeliveryKind.DUTY: self._duty,
        }
        if delivery.kind in for_anybody:
            return for_anybody[delivery.kind](delivery)
        account = self._books.people.account_by_id(delivery.account)
        if account is None:
            return None
        if delivery.kind in EXAM_NOTICES:
            return self._exam_notice(delivery, account)
        for_admins = {
            DeliveryKind.MAKEUP: self._makeup,
            DeliveryKind.EXAM_STUCK: self._stuck,
        }
        if delivery.kind in for_admins:
            return for_admins[delivery.kind](delivery)
        for_one = {
            DeliveryKind.EXAM_RESULT: self._result,
            DeliveryKind.REGRADED: self._regraded,
            DeliveryKind.CORRECTED: self._corrected,
            DeliveryKind.APPEAL: self._doubt,
            DeliveryKind.ANSWER: self._doubt,
        }
        if delivery.kind in for_one:
            return for_one[delivery.kind](delivery, account)
        return self._for_desk(delivery, account)

    def _message(self, delivery: Delivery) -> Letter | None:
        """Nothing once the campaign was stopped or its last day is over."""
        subject, version = delivery.subject, delivery.version
        if (subject, version) not in self._texts:
            book = self._books.campaigns
            self._texts[subject, version] = book.going_out(CampaignId(subject), version, self._day)
        return self._worded(delivery, self._texts[subject, version])

    def _worded(self, delivery: Delivery, text: str | None) -> Letter | None:
        """`text` as the recipient of `delivery` reads it."""
        if not text:
            return None
        village = self._village(delivery.unit) if VILLAGE in text else ""
        key = (delivery.subject, delivery.version, village)
        if key not in self._same:
            self._same[key] = desk.message(for_village(text, village))
        return self._same[key]

    def _village(self, unit: UnitId | None) -> str:
        found = self._books.people.unit(unit) if unit is not None else None
        return found.name if found else HERE

    def _duty(self, delivery: Delivery) -> Letter | None:
        """Nothing once a plan is filed, or when the day has lost its date."""
        duty = self._books.duties.get(DutyId(delivery.subject))
        if duty is None or duty.planned:
            return None
        known = self._inspection.pack.observances.get(duty.observance)
        found = occasions([known] if known else [], self._books.notices.all(), duty.year)
        return activity.reminder(duty.unit_name, found[0]) if found and found[0].start else None

    def _recall(self, delivery: Delivery) -> Letter | None:
        number = self.deliveries.message_of(delivery.subject, delivery.version, delivery.account)
        return None if number is None else Letter("", takes_back=number)

    def _stopped(self, delivery: Delivery) -> Letter | None:
        campaign = self._books.campaigns.get(CampaignId(delivery.subject))
        if campaign is None or campaign.state not in {CampaignState.PAUSED, CampaignState.HELD}:
            return None
        return desk.stopped(campaign)

    def _exam_notice(self, delivery: Delivery, account: Account) -> Letter | None:
        exam = self._books.exams.exam(ExamId(delivery.subject))
        if exam is None or exam.state is not ExamState.OPEN or account.cadre is None:
            return None
        if account.cadre not in self._books.exams.unfinished(exam.id):
            return None
        return exams.notice(delivery.kind, exam, readmitted=delivery.version == READMITTED)

    def _result(self, delivery: Delivery, account: Account) -> Letter | None:
        exam = self._books.exams.exam(ExamId(delivery.subject))
        if exam is None or account.cadre is None:
            return None
        found = hall.result(self._books, exam.id, account.cadre)
        return exams.finished(found) if found and exam.revealed else None

    def _makeup(self, delivery: Delivery) -> Letter | None:
        exam = self._books.exams.exam(ExamId(delivery.subject))
        due = len(office.makeup_due(self._books, exam.id)) if exam else 0
        return review.makeup(exam, due) if exam and due else None

    def _stuck(self, delivery: Delivery) -> Letter | None:
        """Nothing once it has opened or could."""
        exam = self._books.exams.exam(ExamId(delivery.subject))
        if exam is None:
            return None
        why = tending.obstacle(self._books, exam, self._inspection.fits, exam.opens_at)
        return exams.stuck(exam, why) if why else None

    def _corrected(self, delivery: Delivery, account: Account) -> Letter | None:
        """Nothing once the bank and the other exams agree."""
        regrade = self._books.reviews.regrade(RegradeId(delivery.subject))
        if regrade is None or (exam := self._books.exams.exam(regrade.exam)) is None:
            return None
        frozen = self._books.exams.question(exam.id, regrade.question)
        right = replace(frozen, key=regrade.key)
        known = self._inspection.pack.questions.get(regrade.question)
        remedies = [
            one.remedy(str(self._inspection.pack.places["questions", one.question.id]))
            for one in correcting.held(self._books, [known] if known else [])
        ]
        others = correcting.elsewhere(self._books, exam.id, right)
        if not remedies and not others:
            return None
        if self._may_be_asked(account, regrade.question):
            return review.corrected_somewhere(exam)
        return review.corrected(exam, right, remedies, others)

    def _may_be_asked(self, account: Account, question: QuestionKey) -> bool:
        return account.cadre is not None and may_be_asked(self._books, account.cadre, question)

    def _doubt(self, delivery: Delivery, account: Account) -> Letter | None:
        appeal = self._books.reviews.appeal(AppealId(delivery.subject))
        exam = self._books.exams.exam(appeal.exam) if appeal else None
        if appeal is None or exam is None:
            return None
        question = self._books.exams.question(exam.id, appeal.question)
        if delivery.kind is DeliveryKind.ANSWER:
            return review.answer(exam, question, appeal)
        told_with_words = appeal.text is not None and delivery.version == 0
        waits = appeal.answer is None and not told_with_words
        if not waits:
            return None
        asked = self._may_be_asked(account, appeal.question)
        return review.doubt(exam, question, appeal, asked=asked)

    def _regraded(self, delivery: Delivery, account: Account) -> Letter | None:
        key = RegradeId(delivery.subject)
        regrade = self._books.reviews.regrade(key)
        if regrade is None or account.cadre is None:
            return None
        exam = self._books.exams.exam(regrade.exam)
        change = self._books.reviews.change(key, account.cadre)
        return review.regraded(exam, change) if exam and change and exam.revealed else None

    def _for_desk(self, delivery: Delivery, account: Account) -> Letter | None:
        campaign = self._books.campaigns.get(CampaignId(delivery.subject))
        if campaign is None or campaign.version != delivery.version:
            return None
        if delivery.kind is DeliveryKind.RETURNED:
            return desk.returned(campaign) if campaign.state is CampaignState.RETURNED else None
        if campaign.state is not CampaignState.SUBMITTED:
            return None
        return draft_for(self._books, self._inspection, campaign, account)


def draft_for(books: Books, inspection: Inspection, campaign: Campaign, account: Account) -> Letter:
    """A draft as this account may handle it, with the faults that stand against approving it."""
    names = inspection.pack.consent.names
    return desk.draft(
        campaign,
        inspection.pack.observances.get(campaign.observance),
        inspection.knowing(books.notices.all())(campaign, local_day(campaign.due_at)),
        (said(campaign, books.people.units(), names), reach(books, campaign)),
        mine=actor_of(account.id) in books.campaigns.authors(campaign.id, campaign.text),
        may_approve=account.may(MAY_APPROVE),
        may_edit=account.may(MAY_EDIT),
    )


def actor_of(account: AccountId) -> str:
    """The account as the ledger names it."""
    return f"account:{account}"
