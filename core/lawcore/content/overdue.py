"""What a person has to read again, because the last check lies more than twelve months back.

Time alone makes nothing wrong: the checker passes, or the program's own tests would fail by the
calendar. But a text that nobody has read for a year is not approved (`inspection`).
"""

from collections.abc import Iterator
from datetime import date

from lawcore.content.freshness import stale
from lawcore.content.pack import Pack
from lawcore.errors import Fault


def overdue(pack: Pack, day: date) -> tuple[Fault, ...]:
    """Give everything of the pack that is to be read again, with the line of its `checked`."""
    return tuple(
        fault
        for room, key, checked in _checked(pack)
        for fault in stale(checked, day, pack.places[room, key])
    )


def _checked(pack: Pack) -> Iterator[tuple[str, str, date]]:
    for law in pack.registry:
        yield "laws", law.key, law.checked
    for key, observance in pack.observances.items():
        yield "observances", key, observance.checked
    for room, texts in (("messages", pack.messages), ("loudspeaker", pack.loudspeaker)):
        for key, message in texts.items():
            yield room, key, message.checked
    for key, leaflet in pack.leaflets.items():
        yield "leaflets", key, leaflet.checked
    for name, question in pack.questions.items():
        yield "questions", name, question.checked
