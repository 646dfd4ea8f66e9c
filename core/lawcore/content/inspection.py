"""The rules of the content as the approval step and the sending rounds ask for them."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache, partial

from lawcore.calendar.observance import Notice
from lawcore.campaigns.model import Campaign
from lawcore.campaigns.office import PROGRAM, FaultsOf
from lawcore.clock import local_day
from lawcore.content.check import check_pack
from lawcore.content.check_messages import checked_text, written_hotlines
from lawcore.content.citing import replaced
from lawcore.content.freshness import stale
from lawcore.content.impact import Item, fits, held_back
from lawcore.content.pack import Pack
from lawcore.content.prose.check import check_prose
from lawcore.content.prose.reading import lines_of
from lawcore.content.sending import Use
from lawcore.content.themes import wrong_themes
from lawcore.errors import Fault
from lawcore.ids import ObservanceKey
from lawcore.law.mentions import mentions
from lawcore.law.statutes import Statutes
from lawcore.questions.question import Question

_KEPT = 512
"""Answers remembered: the rounds ask about the same few texts every few seconds."""


class Inspection:
    """Says what is wrong with a campaign's text, and which questions may be asked."""

    def __init__(self, pack: Pack, statutes: Statutes | None) -> None:
        self.pack = pack
        self._statutes = statutes
        self._text = lru_cache(_KEPT)(self._faults_of_text)
        self._message = lru_cache(_KEPT)(self._faults_of_message)
        self._held = lru_cache(2)(partial(held_back, pack))
        self._all = lru_cache(2)(partial(check_pack, pack))

    def faults(self, campaign: Campaign, day: date) -> tuple[Fault, ...]:
        """Everything that stands against sending the campaign's text on `day`.

        A text that the program made stands or falls with the message of the pack; one that a
        person wrote must be written anew when a law that it cites has changed since.
        """
        found = list(self._text(campaign.text, day))
        if campaign.drafted_by == PROGRAM and campaign.observance in self.pack.messages:
            found += self._message(campaign.observance, day)
        else:
            found += self._changed(campaign, day)
        return tuple({fault.reason: fault for fault in reversed(found)}.values())[::-1]

    def knowing(self, notices: Iterable[Notice]) -> FaultsOf:
        """`faults` by someone who has the year's notices: a theme in the text must be theirs."""
        known = tuple(notices)

        def faults(campaign: Campaign, day: date) -> tuple[Fault, ...]:
            themes = wrong_themes(campaign.text, campaign.observance, campaign.year, known)
            return (*self.faults(campaign, day), *themes)

        return faults

    def faults_of_text(self, text: str, day: date) -> tuple[Fault, ...]:
        """Everything that is wrong with any text on `day`."""
        return self._text(text, day)

    def faults_of_pack(self, day: date) -> tuple[Fault, ...]:
        """Everything that is wrong with the pack on `day`; a second or so, once a day."""
        return self._all(day)

    def held(self, day: date) -> tuple[Item, ...]:
        """What may be neither sent nor asked on `day` until a person has read its law again."""
        return self._held(day)

    def fits(self, question: Question, day: date) -> bool:
        """Whether the question may be asked on `day`."""
        return fits(question, self.pack.registry, day)

    def _faults_of_text(self, text: str, day: date) -> tuple[Fault, ...]:
        return check_prose(lines_of(text), self.pack, day, self._statutes)

    def _faults_of_message(self, key: ObservanceKey, day: date) -> tuple[Fault, ...]:
        message, place = self.pack.messages[key], self.pack.places["messages", key]
        return (
            *checked_text(message, self.pack, day, place, self._statutes),
            *stale(message.checked, day, place),
            *written_hotlines(message, self.pack, place),
        )

    def _changed(self, campaign: Campaign, day: date) -> Iterator[Fault]:
        written = local_day(campaign.drafted_at)
        use = Use(day, max(local_day(campaign.due_at), written), written)
        for mention in mentions(campaign.text, self.pack.registry):
            if mention.law and mention.articles:
                for fault in replaced(mention.law, use, "文中"):
                    yield Fault(fault.where, fault.reason, "重新核对条文，改好文字再交")
