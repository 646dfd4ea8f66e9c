"""The logs of a running bot: for a machine to read, and about nobody."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

import pytest
import structlog
from aiogram.exceptions import ClientDecodeError

from lawcore.campaigns import office
from lawcore.people.model import Address, Role
from lawcore.storage import Books
from tests.stage import Stage, ask

Logged = Callable[[], str]
NAME, CHAT = "张三丰", "77700123"


class RefusedError(Exception):
    """Says what a database says of a row that is there already."""

    def __init__(self) -> None:
        super().__init__(f"Key (address, name)=({CHAT}, {NAME}) already exists.")


def broken() -> None:
    try:
        raise RefusedError
    except RefusedError as error:
        raise ValueError(f"could not save {NAME}") from error


def test_an_error_is_told_by_its_kind_and_place_without_its_words(logged: Logged) -> None:
    try:
        broken()
    except ValueError:
        structlog.get_logger().exception("round failed", round="send")
        logging.getLogger("lawcore.delivery.dispatch").exception(
            "channel broke", extra={"delivery": 41}
        )
    first, second = logged().splitlines()
    for line in (first, second):
        assert "level='error'" in line
        assert "error='ValueError < RefusedError'" in line
        assert "test_logs.py" in line
        assert ":broken" in line
        assert NAME not in line
        assert CHAT not in line
    assert "event='round failed' round='send'" in first
    assert "event='channel broke'" in second
    assert "delivery=41" in second


def test_what_a_library_says_of_an_update_it_could_not_read_is_not_repeated(
    logged: Logged,
) -> None:
    error = ClientDecodeError("bad", ValueError(NAME), {"text": NAME, "id": CHAT})
    log = logging.getLogger("aiogram.dispatcher")
    log.error("Failed to fetch updates - %s: %s", type(error).__name__, error)
    logging.getLogger("asyncio").error("\n".join(["Task was destroyed", f"task: <Task {NAME}>"]))
    line, other = logged().splitlines()
    assert "event='Failed to fetch updates - …: …'" in line
    assert "error='ClientDecodeError'" in line
    assert "event='Task was destroyed'" in other
    assert NAME not in line + other
    assert CHAT not in line


def test_a_token_in_a_line_is_covered(logged: Logged) -> None:
    token = "123456789:AAsandboxsandboxsandboxsandbox"
    structlog.get_logger().error("odd", address=f"https://x/bot{token}/getMe")
    assert "（令牌）" in logged()
    assert token not in logged()


def test_what_the_system_says_is_told(logged: Logged) -> None:
    try:
        open("/nowhere/张三丰.xlsx")  # noqa: SIM115 - it is not there
    except OSError:
        structlog.get_logger().exception("round failed", round="plan")
    assert "FileNotFoundError(No such file or directory)" in logged()
    assert NAME not in logged()


async def test_a_bot_that_breaks_over_what_was_typed_does_not_write_it_down(
    logged: Logged, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = await stage.appoint(NAME, Role.EDITOR, user_id=int(CHAT))

    def breaks(*_: object, **__: object) -> None:
        raise ValueError(f"no room for 家住东河村的{NAME}")

    monkeypatch.setattr(office, "checked_text", breaks)
    await stage.service.catch_up()

    def asked_for_a_text(books: Books, _at: datetime) -> None:
        account = books.people.account(Address("telegram", CHAT))
        assert account is not None
        books.people.set_pending(account.id, "revise:1:1")

    await stage.act(asked_for_a_text)
    await ask(editor, f"请转告家住东河村的{NAME}")
    async with asyncio.timeout(5):
        while "update failed" not in logged():  # noqa: ASYNC110 - a stream tells nobody
            await asyncio.sleep(0.01)
    for word in (NAME, CHAT, "东河村"):
        assert word not in logged()
