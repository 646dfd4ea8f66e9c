"""Every fault of a free text, in the order of its lines.

A fault says what is wrong or what a person has to look at; a text without faults may still be
wrong in what no register knows.
"""

from collections.abc import Sequence
from datetime import date

from lawcore.content.calendar_pack import CalendarPack
from lawcore.content.citing import SENTENCE
from lawcore.content.pack import Pack
from lawcore.content.prose.changes import changing
from lawcore.content.prose.days import Days
from lawcore.content.prose.laws import Laws
from lawcore.content.prose.reading import Line, evened
from lawcore.content.prose.shares import wrong_shares
from lawcore.content.prose.signing import years_of
from lawcore.content.prose.slips import slips, slips_of_line
from lawcore.content.prose.sums import rounded_sums, wrong_sums
from lawcore.content.wording import wrong_words
from lawcore.errors import Fault
from lawcore.law.statutes import Statutes


def remarks(
    lines: Sequence[Line], pack: CalendarPack | Pack, day: date, statutes: Statutes | None = None
) -> tuple[Fault, ...]:
    """Give what a person should look at in a text that is read on `day` though nothing is wrong."""
    found = (
        fault for line in evened(lines) for fault in changing(line, pack.registry, day, statutes)
    )
    return tuple(dict.fromkeys(found))


def check_prose(
    lines: Sequence[Line], pack: CalendarPack | Pack, day: date, statutes: Statutes | None = None
) -> tuple[Fault, ...]:
    """Check a text that is read on `day`: its laws, articles, dates, words and slips of the pen.

    Numbers and quotations are held against the articles only where `statutes` are given.
    """
    lines = evened(lines)
    laws = Laws(pack.registry, day, statutes)
    days = Days(pack.observances.values(), day, years_of(lines, day))
    faults: dict[Fault, int] = {fault: number for number, fault in slips(lines)}
    for number, line in enumerate(lines):
        found = [
            *slips_of_line(line),
            *wrong_sums(line),
            *rounded_sums(line),
            *wrong_shares(line),
            *laws.quotations(line),
        ]
        for sentence in SENTENCE.split(line.text):
            if sentence.strip():
                found += laws.faults(sentence, line)
                found += days.faults(sentence, line)
                for reason, remedy in wrong_words(sentence, day):
                    found.append(Fault(line.where, reason, remedy))
        for fault in found:
            faults.setdefault(fault, number)
    return tuple(sorted(faults, key=lambda fault: faults[fault]))
