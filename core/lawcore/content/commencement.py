"""Laws that begin to bind are occasions too.

法治宣传教育法 art. 16 ties publicity to the publication and commencement of laws.
"""

from datetime import date, time

from lawcore.calendar.observance import Observance, Occasion, Verification
from lawcore.calendar.rules import ByNotice
from lawcore.ids import Citation, ObservanceKey
from lawcore.law.registry import Change, ChangeKind, Registry

_LEAD_DAYS = 15
_HOUR = time(9)


def commencements(registry: Registry, year: int) -> tuple[Occasion, ...]:
    """Give an occasion for every law of the register that takes effect or is amended in `year`."""
    changes = registry.changes(date(year, 1, 1), date(year, 12, 31))
    return tuple(
        Occasion(_observance(change), year, change.day, change.day, awaiting_notice=False)
        for change in changes
        if change.kind is not ChangeKind.ENDED
    )


def _observance(change: Change) -> Observance:
    law = change.law
    return Observance(
        key=ObservanceKey(f"commencement-{law.key}"),
        title=f"《{law.key}》{change.kind}",
        rule=ByNotice(),  # it happens once: on the day that its own text names
        source=f"{law.issuer}{change.version.adopted}通过或公布；{change.version.source}",
        basis=(Citation(law.key),),
        laws=(law.key,),
        departments=("司法所",),
        audience=("全体居民",),
        lead_days=_LEAD_DAYS,
        hour=_HOUR,
        verification=Verification.STATUTE,
        checked=law.checked,
        note=change.version.note,
    )
