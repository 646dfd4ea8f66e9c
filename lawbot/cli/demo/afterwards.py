"""When the story is told: the phones and the desk of the township, until Ctrl-C."""

import asyncio
import socket
from datetime import datetime

from lawbot.cli.demo import telling
from lawbot.house import House
from lawbot.sandbox import Sandbox
from lawbot.settings import Settings
from lawbot.wiring import desk_doors, stopped_by_signals
from lawcore.access import doors
from lawcore.clock import TOWNSHIP_ZONE
from lawcore.people.model import Role
from lawcore.storage import Books

BOOKMARKS = (
    ("2027年3·15", datetime(2027, 3, 15, 9, tzinfo=TOWNSHIP_ZONE)),
    ("2027年4·15", datetime(2027, 4, 15, 9, tzinfo=TOWNSHIP_ZONE)),
    ("2027年6·26", datetime(2027, 6, 26, 9, tzinfo=TOWNSHIP_ZONE)),
)


async def serve(box: Sandbox, house: House, settings: Settings) -> None:
    """Serve the chat page, the desk and the public page; say where they are."""
    for label, at in BOOKMARKS:
        box.bookmark(label, at)
    stop = asyncio.Event()
    async with desk_doors(settings, house):
        telling.console.print(f"\n[bold]聊天页面：{box.url}[/bold]   按 Ctrl-C 结束")
        telling.console.print(f"[bold]管理页面：{await _way_in(house, settings)}[/bold]")
        telling.console.print(f"公开页面：{settings.web_address}/public")
        telling.line("管理页面的链接只能用一次；再要一个，就用王所长的手机发 /web。")
        with stopped_by_signals(stop):
            await stop.wait()


async def _way_in(house: House, settings: Settings) -> str:
    """A one-time link to the desk for the admin of the story."""

    def job(books: Books, at: datetime) -> str:
        (admin,) = books.people.accounts_with([Role.ADMIN])
        return doors.make_link(books, admin.id, at=at)

    return doors.link(settings.web_address, await house.act(job))


def free_port(wanted: int) -> int:
    """`wanted` if nobody has it, else one that is free."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
