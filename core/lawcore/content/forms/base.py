"""What all shapes share."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from lawcore.ids import Citation, LawKey
from lawcore.law.registry import Registry

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A text that says something."""
Count = Annotated[StrictInt, Field(ge=0)]


class Form(BaseModel):
    """A table of a content file: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CitationForm(Form):
    """``{ law = "民法典", article = 1042 }``."""

    law: Words
    article: Annotated[StrictInt, Field(ge=1)] | None = None


def citations(forms: Iterable[CitationForm], registry: Registry) -> tuple[Citation, ...]:
    """Make citations under the registered key; an unknown law keeps the name that was written."""
    return tuple(Citation(registered(form.law, registry), form.article) for form in forms)


def registered(name: str, registry: Registry) -> LawKey:
    """Give the key of the law that is called `name`, or the name itself where it is unknown."""
    law = registry.find(name)
    return law.key if law else LawKey(name)
