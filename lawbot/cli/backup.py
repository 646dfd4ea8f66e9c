"""``lawbot backup`` and ``lawbot restore``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from lawbot.cli.actor import CONSOLE, By
from lawbot.cli.house import maintained, show_json, write
from lawbot.settings import read_settings
from lawcore.storage.backup import back_up
from lawcore.storage.backup import restore as restore_from

BACKED_UP = "backed_up"
"""The fact that says when a backup was last made and found whole."""

File = Annotated[Path, typer.Argument(metavar="文件", help="备份文件，如 备份-2026-12-05.db。")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(file: File, by: By = CONSOLE, json_: Json = False) -> None:
    """备份全部数据到一个文件，写完核对；机器人不用停。

    例：lawbot backup 备份-2026-12-05.db
    """
    counts = asyncio.run(back_up(read_settings().database_url, file))
    write(lambda books, at: books.facts.put(BACKED_UP, at.isoformat()))
    maintained("backup", by)
    _tell(counts, "已备份并核对", json_)


def restore(file: File, by: By = CONSOLE, json_: Json = False) -> None:
    """把备份恢复到一个空库（LAWBOT_DATABASE_URL 指向的库）。

    例：LAWBOT_DATABASE_URL=sqlite:///data/new.db lawbot restore 备份-2026-12-05.db
    """
    counts = asyncio.run(restore_from(file, read_settings().database_url))
    maintained("restore", by)
    _tell(counts, "已恢复并核对", json_)


def _tell(counts: dict[str, int], done: str, json_: bool) -> None:
    if json_:
        show_json(counts)
    else:
        typer.echo(f"{done}：{sum(counts.values())} 行，{len(counts)} 张表。")
