"""Virtual people: what a person does with the phone, and what the phone shows."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from lawbot.sandbox.chats import Alert, Chat, Message, Standing
from lawbot.sandbox.entities import commands, units
from lawbot.sandbox.markup import Button, Rows
from lawbot.sandbox.world import World
from lawcore.errors import BadInput, NotFound, WrongState

_Found = TypeVar("_Found")


class VirtualPerson:
    """One person with a phone. Deeds queue updates for the bot; nothing waits for its answer."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self._chat = chat

    def __repr__(self) -> str:
        return f"VirtualPerson({self.name!r}, {self.user_id})"

    @property
    def name(self) -> str:
        return self._chat.name

    @property
    def note(self) -> str:
        return self._chat.note

    @property
    def user_id(self) -> int:
        return self._chat.chat_id

    @property
    def standing(self) -> Standing:
        return self._chat.standing

    @property
    def revision(self) -> int:
        """Of the last change on this phone."""
        return self._chat.revision

    # -- what the phone shows ----------------------------------------------------------------

    @property
    def chat(self) -> list[Message]:
        """All messages of the chat with the bot, oldest first."""
        return list(self._chat.messages.values())

    @property
    def last(self) -> Message:
        """The newest message from the bot; raises NotFound before there is one."""
        for message in self._chat.newest():
            if message.from_bot:
                return message
        raise NotFound(f"{self.name}还没有收到消息。")

    @property
    def alerts(self) -> list[Alert]:
        """The bot's answers to presses, oldest first, the wordless ones included."""
        return self._chat.alerts

    @property
    def keyboard(self) -> Rows:
        """The reply keyboard that stands under the chat."""
        return self._chat.keyboard.rows if self._chat.keyboard else ()

    @property
    def placeholder(self) -> str:
        """The faint words in the empty text box."""
        return self._chat.placeholder

    @property
    def mark(self) -> int:
        """Now, as `since` of `wait_for` understands it."""
        return self._world.revision

    async def wait_for(
        self,
        wanted: Callable[[Message], Any],
        timeout: float = 10.0,  # noqa: ASYNC109 - part of the wording of the failure
        since: int = 0,
    ) -> Message:
        """The newest message from the bot that is `wanted`, waiting up to `timeout` seconds.

        With `since`, only what was sent or edited after that mark counts. Raises TimeoutError
        that says what the phone shows.
        """

        def look() -> Message | None:
            for message in self._chat.newest():
                if message.from_bot and message.revision > since and wanted(message):
                    return message
            return None

        return await self._wait(look, timeout)

    async def wait_for_alert(
        self,
        wanted: Callable[[Alert], Any] = bool,
        timeout: float = 10.0,  # noqa: ASYNC109 - part of the wording of the failure
        since: int = 0,
    ) -> Alert:
        """The newest answer to a press that is `wanted`; otherwise like `wait_for`."""

        def look() -> Alert | None:
            for alert in reversed(self._chat.alerts):
                if alert.revision <= since:
                    return None
                if wanted(alert):
                    return alert
            return None

        return await self._wait(look, timeout)

    async def _wait(self, look: Callable[[], _Found | None], seconds: float) -> _Found:
        try:
            async with asyncio.timeout(seconds):
                while (found := look()) is None:
                    await self._chat.changed.wait()
                return found
        except TimeoutError:
            shown = next((m.text for m in self._chat.newest()), "nothing")
            raise TimeoutError(
                f"{self.name} waited {seconds} s in vain; the phone shows: {shown[:200]}"
            ) from None

    # -- what the person does ----------------------------------------------------------------

    async def say(self, text: str) -> int:
        """Type and send `text`; returns the mark before it.

        A first message opens the chat. Raises WrongState while the bot is blocked, BadInput for
        an empty or too long text.
        """
        text = text.strip()
        if not text:
            raise BadInput("请先输入内容。")
        if units(text) > 4096:
            raise BadInput("一条消息最多 4096 个字符。")
        return self._send(text=text, entities=commands(text))

    async def send_document(self, name: str, data: bytes, caption: str = "", mime: str = "") -> int:
        """Send a file; returns the mark before it."""
        file = self._world.files.keep(name, mime, data, picture=False)
        return self._send(text=caption, file=file)

    def _send(self, **content: Any) -> int:
        world, chat = self._world, self._chat
        self._check_open()
        mark = world.revision
        chat.standing = Standing.MEMBER
        if chat.keyboard and chat.keyboard.once:
            chat.keyboard = None
        message = world.post(chat, self.user_id, **content)
        world.updates.add("message", chat.chat_id, world.body(message))
        return mark

    async def press(
        self, label: str = "", message: Message | None = None, *, starts: str = ""
    ) -> int:
        """Press the inline button with exactly this label, or the first that `starts` so.

        The button is looked for on the newest message that has inline buttons, or on `message`
        as it was when it was taken: an outdated one makes an outdated press. Returns the mark
        before it. Raises NotFound when there is no such button, WrongState while the bot is
        blocked.
        """
        if message is None:
            message = next((m for m in self._chat.newest() if m.from_bot and m.buttons), None)
        if message is None:
            raise NotFound(f"{self.name}的聊天里没有按钮。")
        for row in message.buttons:
            for button in row:
                if button.label == label or (starts and button.label.startswith(starts)):
                    return self.press_button(message, button)
        raise NotFound(f"没有按钮“{label or starts}”，只有：{'、'.join(message.labels)}。")

    def press_button(self, message: Message, button: Button) -> int:
        """Press this very button; returns the mark before it."""
        world, chat = self._world, self._chat
        if button.data is None:
            raise WrongState(f"按钮“{button.label}”只打开一个地址，不会通知机器人。")
        self._check_open()
        mark = world.revision
        now_shown = chat.messages.get(message.message_id)
        body: dict[str, Any] = {
            "id": world.ask(chat),
            "from": chat.user(),
            "chat_instance": str(-chat.chat_id),
            "data": button.data,
            "message": world.body(now_shown) if now_shown else _gone(chat, message),
        }
        world.updates.add("callback_query", chat.chat_id, body)
        return mark

    async def block(self) -> None:
        """Block the bot; nothing happens when it is blocked already."""
        if self._chat.standing is not Standing.BLOCKED:
            self._turn(Standing.BLOCKED, "member", "kicked")

    async def unblock(self) -> None:
        """Let the bot write again; nothing happens when it is not blocked."""
        if self._chat.standing is Standing.BLOCKED:
            self._turn(Standing.MEMBER, "kicked", "member")

    async def delete_account(self) -> None:
        """Leave the messenger for good; the bot is not told."""
        self._chat.standing = Standing.GONE
        self._world.touch(self._chat)

    def _turn(self, standing: Standing, before: str, after: str) -> None:
        world, chat = self._world, self._chat
        chat.standing = standing
        world.touch(chat)
        body = {
            "chat": chat.body(),
            "from": chat.user(),
            "date": int(world.clock.now().timestamp()),
            "old_chat_member": _member(world, before),
            "new_chat_member": _member(world, after),
        }
        world.updates.add("my_chat_member", chat.chat_id, body)

    def _check_open(self) -> None:
        if self._chat.standing is Standing.BLOCKED:
            raise WrongState(f"{self.name}已停用机器人，请先恢复。")
        if self._chat.standing is Standing.GONE:
            raise WrongState(f"{self.name}的账号已注销。")


def _member(world: World, status: str) -> dict[str, Any]:
    member: dict[str, Any] = {"user": world.bot, "status": status}
    if status == "kicked":
        member["until_date"] = 0
    return member


def _gone(chat: Chat, message: Message) -> dict[str, Any]:
    """How Telegram names a message that is no longer there."""
    return {"chat": chat.body(), "message_id": message.message_id, "date": 0}
