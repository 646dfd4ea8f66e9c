"""``lawbot demo``: the whole story of a township on this machine, with the real bot over HTTP."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("demo")(demo)


def demo(
    headless: Annotated[bool, typer.Option(help="讲完就结束，不打开聊天页面。")] = False,
    out: Annotated[Path, typer.Option(help="报表、日历和数据库放进这个文件夹。")] = Path("out"),
    seed: Annotated[int, typer.Option(help="同一种子，同样的数字。")] = 7,
    port: Annotated[int, typer.Option(help="聊天页面的端口；0 为任选。")] = 8765,
) -> None:
    """演示：14 个村、300 位居民、40 名干部，从普法日历到考试和报表，一分多钟。

    例：lawbot demo --headless --out out --seed 7
    """
    from lawbot.cli import logs  # noqa: PLC0415 - slow to import
    from lawbot.cli.demo.story import tell  # noqa: PLC0415 - aiogram is slow to import

    logs.quiet()
    asyncio.run(tell(out, seed, port, headless=headless))
