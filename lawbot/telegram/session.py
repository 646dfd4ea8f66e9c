"""The connection to the Bot API, lighter than aiogram's own for the calls that are most.

The same form goes out, encoded in C instead of byte by byte. What nobody reads is not made into
objects: the answer to an edit, and of a card that was pressed all but its place. Whatever carries a
file goes aiogram's way.
"""

from enum import Enum
from typing import Any, cast

import orjson
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, EditMessageText, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientError, ClientTimeout
from yarl import URL

UNREAD = (AnswerCallbackQuery, EditMessageText)
"""Methods of which only success matters here. Both may return True by the manual."""

PLACE = frozenset({"message_id", "chat", "date"})
"""What is kept of a card that was pressed. Its text and buttons are ours and come back with every
press; what a press means stands in its data and in the database."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class LeanSession(AiohttpSession):
    """A session that does less for each call."""

    def __init__(self, api: TelegramAPIServer) -> None:
        super().__init__(api=api, json_loads=read)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - the signature is aiogram's
    ) -> TelegramType:
        """Make one call. Raises what aiogram's session raises."""
        form = _form(bot, method)
        if form is None:
            return await super().make_request(bot, method, timeout)
        session = await self.create_session()
        limit = ClientTimeout(total=self.timeout if timeout is None else timeout)
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        try:
            async with session.post(url, data=form, headers=_FORM, timeout=limit) as answer:
                content = await answer.read()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except ClientError as error:
            name = type(error).__name__
            raise TelegramNetworkError(method=method, message=f"{name}: {error}") from error
        if isinstance(method, UNREAD) and answer.status == 200 and _succeeded(content):
            return cast("TelegramType", True)
        text = content.decode(errors="replace")
        return cast("TelegramType", self.check_response(bot, method, answer.status, text).result)


def read(content: str | bytes) -> Any:
    """An answer of the service or an update sent to our address. Raises ValueError for no JSON."""
    data = orjson.loads(content)
    match data:
        case {"result": [*updates]}:
            for update in updates:
                _keep_place(update)
        case _:
            _keep_place(data)
    return data


def _keep_place(update: Any) -> None:
    match update:
        case {"callback_query": {"message": dict(card)}}:
            for name in card.keys() - PLACE:
                del card[name]


def _form(bot: Bot, method: TelegramMethod[Any]) -> bytes | None:
    """The call as a form; None when something in it is no text, such as a file."""
    fields = {}
    try:
        for name, value in method.model_dump(warnings=False, exclude_none=True).items():
            plain = bot.default[value.name] if isinstance(value, Default) else value
            if plain is not None:
                fields[name] = _text(plain)
    except TypeError:
        return None
    return URL.build(query=fields).raw_query_string.encode()


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return value
    return orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


def _succeeded(content: bytes) -> bool:
    try:
        return bool(orjson.loads(content)["ok"] is True)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return False
