"""Who acts at the command line: ``--by``, the same for every command that changes something.

Whoever has this machine has the database as well, so a name is taken at its word; two persons at
one console are two names. What would pass for an account or for the program itself is refused.
"""

from typing import Annotated

import typer

from lawcore.errors import BadInput

CONSOLE = "console"
"""Who acts where no name is given."""
LONGEST = 40


def named(by: str | None) -> str | None:
    """The name as it is kept. Raises BadInput for one that is none."""
    if by is None:
        return None
    from lawcore.people.naming import ACTOR_WORDS  # noqa: PLC0415 - who only reads does not pay

    name = by.strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise BadInput(f"--by 写操作人的姓名，1 到 {LONGEST} 个字。")
    taken = {*ACTOR_WORDS, *ACTOR_WORDS.values()} - {CONSOLE}
    if ":" in name or name in taken:
        raise BadInput(f"--by 要写操作人的姓名，不能写“{name}”。")
    return name


By = Annotated[str, typer.Option("--by", callback=named, help="谁在操作，写姓名，记入操作记录。")]
