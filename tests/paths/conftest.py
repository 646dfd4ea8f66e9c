"""The real bot on SQLite and again on PostgreSQL, for whole journeys."""

import io
from collections.abc import AsyncIterator
from typing import Any

import openpyxl
import pytest

from lawbot.cli import logs
from lawbot.sandbox import Sandbox
from lawcore.clock import StillClock
from tests.stage import Stage, running


@pytest.fixture
async def box(clock: StillClock) -> AsyncIterator[Sandbox]:
    """A sandbox without limits, in which time stands still until it is moved."""
    logs.quiet()
    async with Sandbox(clock, rate=None, per_chat=None) as box:
        yield box


@pytest.fixture
async def stage(box: Sandbox, database_url: str) -> AsyncIterator[Stage]:
    """The bot runs on a new database of each kind in turn; its roster is empty."""
    async with running(box, database_url) as stage:
        yield stage


def sheet(document: bytes, name: str, first: str) -> dict[tuple[str, str], dict[str, Any]]:
    """A sheet of the participation report: by what it is about and by unit, cells by heading."""
    rows = list(openpyxl.load_workbook(io.BytesIO(document))[name].iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if row[0] == first)
    headings = [str(cell) for cell in rows[head]]
    found = {}
    for row in rows[head + 1 :]:
        cells = dict(zip(headings, row, strict=False))
        if cells.get("单位"):
            found[str(cells[first]), str(cells["单位"])] = cells
    return found
