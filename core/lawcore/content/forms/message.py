"""What is said on an occasion: messages, loudspeaker scripts, leaflets; and ``hotlines.toml``."""

from datetime import date

from lawcore.campaigns.leaflet import Leaflet, Point
from lawcore.campaigns.message import Message
from lawcore.content.forms.base import CitationForm, Form, Words, citations
from lawcore.content.pack import Hotline
from lawcore.ids import ObservanceKey
from lawcore.law.registry import Registry


class HotlineForm(Form):
    """``[[hotline]]``."""

    number: Words
    name: Words
    use: Words

    def build(self) -> Hotline:
        return Hotline(self.number, self.name, self.use)


class MessageForm(Form):
    """One text a file."""

    text: Words
    cites: tuple[CitationForm, ...] = ()
    hotlines: tuple[Words, ...] = ()
    checked: date
    nth_from: int | None = None

    def build(self, key: str, registry: Registry) -> Message:
        return Message(
            observance=ObservanceKey(key),
            text=self.text,
            cites=citations(self.cites, registry),
            hotlines=self.hotlines,
            checked=self.checked,
            nth_from=self.nth_from,
        )


class PointForm(Form):
    """``[[qa]]``."""

    q: Words
    a: Words


class LeafletForm(Form):
    """One leaflet a file."""

    title: Words
    text: Words
    qa: tuple[PointForm, ...] = ()
    cites: tuple[CitationForm, ...] = ()
    hotlines: tuple[Words, ...] = ()
    checked: date

    def build(self, key: str, registry: Registry) -> Leaflet:
        return Leaflet(
            observance=ObservanceKey(key),
            title=self.title,
            text=self.text,
            points=tuple(Point(point.q, point.a) for point in self.qa),
            cites=citations(self.cites, registry),
            hotlines=self.hotlines,
            checked=self.checked,
        )
