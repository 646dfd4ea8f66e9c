"""A PostgreSQL server that drops its connections, as it does when it is restarted."""

import asyncpg

from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.people.model import Role, Roster
from tests.stage import PATIENCE, Stage, ask, begin, choose, options_of, running


async def drop(url: str) -> int:
    """End every other connection to the database; return how many there were."""
    connection = await asyncpg.connect(url)
    try:
        ended = await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await connection.close()
    return len(ended)


async def test_the_bot_goes_on_after_the_database_has_dropped_its_connections(
    box: Sandbox, postgres_url: str, small_town: Roster
) -> None:
    async with running(box, postgres_url) as stage:
        await stage.act(lambda books, at: books.people.save_roster(small_town, at))
        cadre = await invited(stage)
        await begin(cadre)
        await choose(cadre, "A")
        assert await drop(postgres_url) > 0
        card = await choose(cadre, "B")
        assert options_of(card)["B"].startswith("✓ ")
        assert await drop(postgres_url) > 0
        assert (await ask(cadre, "/today")).text.startswith("今天 12月8日")
        resident = await stage.resident("村民")
        await drop(postgres_url)
        await stage.rest()
        assert "所在村：东河村" in (await ask(resident, "/me")).text
        steps = await stage.rows("SELECT choice FROM steps ORDER BY id")
        assert steps == [(1,), (2,)]


async def invited(stage: Stage) -> VirtualPerson:
    cadre = await stage.appoint("王一", Role.CADRE, "001")
    await stage.exam("2026-12-08T09:00", "2026-12-15T18:00")
    await stage.move_to("2026-12-08T09:00")
    await cadre.wait_for(lambda m: "考试开始了" in m.text, PATIENCE)
    return cadre
