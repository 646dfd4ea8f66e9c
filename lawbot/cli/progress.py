"""Shows that something is being done, on the error stream: the output stays clean."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def working(sentence: str) -> Iterator[None]:
    """Show `sentence` with a spinner while the block runs; nothing where nobody looks on."""
    from rich.console import Console  # noqa: PLC0415 - slow to import

    with Console(stderr=True).status(sentence):
        yield
