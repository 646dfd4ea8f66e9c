"""Shows that something is being done, on the error stream: the output stays clean."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def working(sentence: str) -> Iterator[None]:
    """Show `sentence` with a spinner while the block runs; nothing where nobody looks on."""
    from rich.console import Console  # noqa: PLC0415 - slow to import

    with Console(stderr=True).status(sentence):
        yield


@contextmanager
def counting() -> Iterator[Callable[[Iterable[Any], int, str], Iterable[Any]]]:
    """Give what goes through rows with a bar for each kind; nothing where nobody looks on."""
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield lambda rows, total, title: bars.track(rows, total, description=title)
