"""``messages/{key of the observance}.toml`` and ``hotlines.toml``."""

from datetime import date

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
