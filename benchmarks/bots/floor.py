"""The floors: the same two calls with no framework.

``python -m benchmarks.bots.floor PORT N raw|stored``: ``raw`` is bytes on kept-alive connections
and stores nothing; ``stored`` takes aiohttp's client and our writer, which commits in groups.
"""

import asyncio
import gc
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
from aiohttp import ClientSession

from benchmarks.bots.serving import CARD, SAID, Presses, option_of, rows, serve, strangers
from benchmarks.http import Lines
from lawcore.storage import Books
from lawcore.storage.sqlite import SqliteStore

Post = Callable[[str, bytes], Awaitable[bytes]]
Store = Callable[[int, int], Awaitable[None]]

MARKUPS = [
    {
        "inline_keyboard": [
            [{"text": label, "callback_data": data} for label, data in row] for row in rows(chosen)
        ]
    }
    for chosen in range(4)
]


async def press(post: Post, store: Store | None, query: dict[str, Any]) -> None:
    option = option_of(query["data"])
    if store is not None:
        await store(query["from"]["id"], option)
    answer = {"callback_query_id": query["id"], "text": SAID}
    edit = {
        "chat_id": query["message"]["chat"]["id"],
        "message_id": query["message"]["message_id"],
        "text": CARD,
        "parse_mode": "HTML",
        "reply_markup": MARKUPS[option],
    }
    for done in await asyncio.gather(
        post("answerCallbackQuery", orjson.dumps(answer)),
        post("editMessageText", orjson.dumps(edit)),
    ):
        if not orjson.loads(done)["ok"]:
            raise RuntimeError("refused")


async def listen(post: Post, store: Store | None = None) -> None:
    tasks, offset = set(), 0
    gc.freeze()
    while True:
        asked = orjson.dumps({"offset": offset, "timeout": 10})
        for update in orjson.loads(await post("getUpdates", asked))["result"]:
            task = asyncio.create_task(press(post, store, update["callback_query"]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            offset = update["update_id"] + 1


async def raw(port: int, people: Presses) -> None:
    lines = Lines("127.0.0.1", port)
    await serve(people, listen(lambda method, body: lines.post(f"/bot1:raw/{method}", body)))


async def stored(port: int, people: Presses) -> None:
    address, head = f"http://127.0.0.1:{port}/bot1:stored", {"Content-Type": "application/json"}
    with tempfile.TemporaryDirectory() as folder:
        answers = SqliteStore(f"sqlite:///{Path(folder, 'floor.db')}")
        await answers.write(lambda books: _sql(books, CREATE))

        async def post(method: str, body: bytes) -> bytes:
            async with session.post(f"{address}/{method}", data=body, headers=head) as answer:
                return await answer.read()

        async def store(person: int, choice: int) -> None:
            await answers.write(lambda books: _sql(books, INSERT, person, 11, choice))

        async def count() -> int:
            return await answers.read(lambda books: int(_sql(books, COUNT).scalar_one()))

        async with ClientSession() as session:
            await serve(people, listen(post, store), count)
        await answers.close()


CREATE = "CREATE TABLE answers (id INTEGER PRIMARY KEY, person INT, place INT, choice INT)"
INSERT = "INSERT INTO answers (person, place, choice) VALUES (?, ?, ?)"
COUNT = "SELECT count(*) FROM answers"


def _sql(books: Books, statement: str, *values: int) -> Any:
    return books._sql.exec_driver_sql(statement, values)


if __name__ == "__main__":
    kind = stored if sys.argv[3] == "stored" else raw
    asyncio.run(kind(int(sys.argv[1]), strangers(int(sys.argv[2]))))
