"""``categories.toml``: what an activity may be filed under."""

from typing import Annotated

from pydantic import StringConstraints

from lawcore.content.forms.base import Form


class CategoryForm(Form):
    """``[[category]]`` with its `name`."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
