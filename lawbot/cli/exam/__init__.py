"""``lawbot exam``: create, open, close, look; the roster; what comes after."""

import typer

from lawbot.cli.exam import after, bank, creating, on_paper, roster, running, studies
from lawbot.cli.exam.options import group


def register(app: typer.Typer) -> None:
    """Add the commands of this package, in the order in which an exam needs them."""
    for module in (creating, running, roster, on_paper, after, studies, bank):
        module.register(group)
    app.add_typer(group, name="exam")
