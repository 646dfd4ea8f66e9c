"""What comes with a form, read within limits: what nobody could have typed is refused."""

from collections.abc import Mapping

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_request import FileField

from lawbot.web import words
from lawcore.errors import BadInput

Form = Mapping[str, str | bytes | bytearray | FileField]

LARGEST = 8 * 1024 * 1024
"""Bytes of a form with its files."""
TYPED = 256 * 1024
"""Bytes of a form without files: a draft of 20,000 characters takes 180,000 of them."""
AT_THE_DOOR = 8 * 1024
"""Bytes of a form from somebody who is not known yet."""

_UNREADABLE = (
    ValueError,
    LookupError,
    RuntimeError,
    HttpProcessingError,
    web.RequestPayloadError,
)
"""What the reading raises for a form that is cut short, misspelt or in no known alphabet."""


async def read_form(request: web.Request, most: int = LARGEST) -> Form:
    """The fields of a form of at most `most` bytes; without files `TYPED` is enough.

    Raises BadInput for what is no form, HTTPRequestEntityTooLarge for too long a one.
    """
    limit = most if request.content_type == "multipart/form-data" else min(most, TYPED)
    try:
        form = await request.clone(client_max_size=limit).post()
        for value in form.values():
            _check(value)
    except _UNREADABLE:
        raise BadInput(words.NO_FORM) from None
    return form


def _check(value: object) -> None:
    """Raise ValueError for a text that no database keeps: a NUL, or half a character."""
    if isinstance(value, str) and b"\x00" in value.encode():
        raise ValueError
