"""Files that come with a form, and files that a page hands out."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from aiohttp import web
from aiohttp.web_request import FileField

_KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".csv": "text/csv",
    ".json": "application/json",
    ".ics": "text/calendar",
}


@contextmanager
def taken_file(given: FileField) -> Iterator[Path]:
    """The file on disk, under the last part of its own name, as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _plain_name(given.filename)
        with path.open("wb") as kept:
            shutil.copyfileobj(given.file, kept)
        yield path


def _plain_name(name: str) -> str:
    """The last part of a name that a browser gave, as a disk and a person can take it."""
    kept = "".join(letter for letter in re.split(r"[/\\]", name)[-1] if letter.isprintable())
    return "file" if kept.strip(".") == "" else kept[-60:]


async def sent_file(path: Path, name: str) -> web.Response:
    """The file as a download that is called `name`."""
    body = await asyncio.to_thread(path.read_bytes)
    return web.Response(
        body=body,
        content_type=_KINDS[path.suffix],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )
