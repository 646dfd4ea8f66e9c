"""``observances/{key}.toml``: the file's name is the key."""

from datetime import date, time

from lawcore.calendar.observance import Observance, Verification
from lawcore.content.forms.base import CitationForm, Count, Form, Words, citations, registered
from lawcore.content.forms.rule import RuleForm
from lawcore.ids import ObservanceKey
from lawcore.law.registry import Registry


class ObservanceForm(Form):
    """One observance a file."""

    title: Words
    rule: RuleForm
    source: Words
    basis: tuple[CitationForm, ...] = ()
    laws: tuple[Words, ...]
    departments: tuple[Words, ...]
    audience: tuple[Words, ...]
    lead_days: Count
    hour: time
    verification: Verification
    checked: date
    optional: bool = False
    note: str = ""
    valid_from_year: int | None = None

    def build(self, key: str, registry: Registry) -> Observance:
        """Raise BadInput where the rule cannot hold in every year."""
        return Observance(
            key=ObservanceKey(key),
            title=self.title,
            rule=self.rule.build(),
            source=self.source,
            basis=citations(self.basis, registry),
            laws=tuple(registered(name, registry) for name in self.laws),
            departments=self.departments,
            audience=self.audience,
            lead_days=self.lead_days,
            hour=self.hour,
            verification=self.verification,
            checked=self.checked,
            optional=self.optional,
            note=self.note,
            valid_from=self.valid_from_year,
        )
