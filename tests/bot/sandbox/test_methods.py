"""The server driven by a real aiogram bot over HTTP: what works, and Telegram's refusals."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.enums import ChatAction, ParseMode
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetStickerSet
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from lawbot.sandbox import Sandbox, VirtualPerson
from lawcore.clock import StillClock

from .conftest import keys

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000200000003080200000036884dd6"
    "0000000c49444154789c63f8ffff3f0005fe02fea7355a810000000049454e44ae426082"
)


def one_key(button: dict[str, Any]) -> InlineKeyboardMarkup:
    """A keyboard that goes to the server unchecked by the bot."""
    unchecked = InlineKeyboardButton.model_construct(None, **button)
    return InlineKeyboardMarkup.model_construct(inline_keyboard=[[unchecked]])


async def test_the_bot_knows_itself(bot: Bot, sandbox: Sandbox) -> None:
    me = await bot.get_me()
    assert me.is_bot
    assert sandbox.token.startswith(f"{me.id}:")


async def test_a_message_arrives_on_the_phone_as_it_was_formatted(
    bot: Bot, wang: VirtualPerson, clock: StillClock
) -> None:
    sent = await bot.send_message(
        wang.user_id, "<b>国家宪法日</b> 1 &lt; 2", parse_mode=ParseMode.HTML, protect_content=True
    )
    assert sent.text == wang.last.text == "国家宪法日 1 < 2"
    assert wang.last.html == "<b>国家宪法日</b> 1 &lt; 2"
    assert sent.html_text == wang.last.html
    assert sent.date == clock.now() == wang.last.at
    assert sent.has_protected_content


async def test_message_ids_come_from_one_counter_over_all_private_chats(
    bot: Bot, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    li = sandbox.person("李叔")
    await li.say("/start")
    ids = [(await bot.send_message(who.user_id, "在吗")).message_id for who in (wang, li, wang)]
    assert ids == [3, 4, 5]


async def test_buttons_are_pressed_and_each_press_is_answered_once(
    bot: Bot, wang: VirtualPerson
) -> None:
    await bot.send_message(wang.user_id, "愿意参加吗？", reply_markup=keys("愿意", "不愿意"))
    await wang.press("愿意")
    updates = await bot.get_updates()
    query = updates[-1].callback_query
    assert query is not None
    assert query.data == "愿意"
    assert isinstance(query.message, Message)
    assert query.message.text == "愿意参加吗？"
    await bot.answer_callback_query(query.id, "记下了", show_alert=True)
    assert [(alert.text, alert.show_alert) for alert in wang.alerts] == [("记下了", True)]
    with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
        await bot.answer_callback_query(query.id)


async def test_a_press_can_no_longer_be_answered_after_a_while(
    bot: Bot, wang: VirtualPerson, clock: StillClock
) -> None:
    await bot.send_message(wang.user_id, "？", reply_markup=keys("好"))
    await wang.press("好")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    clock.pass_time(timedelta(hours=1))
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query.id)


async def test_the_answer_to_a_press_has_at_most_200_characters(
    bot: Bot, wang: VirtualPerson
) -> None:
    await bot.send_message(wang.user_id, "？", reply_markup=keys("好"))
    await wang.press("好")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(query.id, "长" * 201)
    assert await bot.answer_callback_query(query.id, "长" * 200)


async def test_an_edit_changes_the_message_in_place(bot: Bot, wang: VirtualPerson) -> None:
    card = await bot.send_message(wang.user_id, "第 1 题", reply_markup=keys("A. 对"))
    await bot.edit_message_text("第 2 题", chat_id=wang.user_id, message_id=card.message_id)
    assert [m.text for m in wang.chat if m.from_bot] == ["第 2 题"]
    assert wang.last.edits == 1
    assert wang.last.labels == []
    await bot.edit_message_reply_markup(
        chat_id=wang.user_id, message_id=card.message_id, reply_markup=keys("B. 错")
    )
    assert wang.last.labels == ["B. 错"]


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, wang: VirtualPerson) -> None:
    card = await bot.send_message(
        wang.user_id, "<b>第 1 题</b>", parse_mode="HTML", reply_markup=keys("A. 对")
    )
    refusal = (
        "Bad Request: message is not modified: specified new message content and reply markup are "
        "exactly the same as a current content and reply markup of the message"
    )
    with pytest.raises(TelegramBadRequest, match=refusal):
        await bot.edit_message_text(
            "<strong>第 1 题</strong>",
            parse_mode="HTML",
            chat_id=wang.user_id,
            message_id=card.message_id,
            reply_markup=keys("A. 对"),
        )
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(
            chat_id=wang.user_id, message_id=card.message_id, reply_markup=keys("A. 对")
        )
    assert wang.last.edits == 0


async def test_only_own_text_messages_can_be_edited(bot: Bot, wang: VirtualPerson) -> None:
    async def edit(number: int) -> None:
        await bot.edit_message_text("新", chat_id=wang.user_id, message_id=number)

    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await edit(999)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await edit(wang.chat[0].message_id)
    file = await bot.send_document(wang.user_id, BufferedInputFile(b"1", "a.txt"))
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await edit(file.message_id)
    menu = await bot.send_message(
        wang.user_id,
        "菜单",
        reply_markup=ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="今日")]]),
    )
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await edit(menu.message_id)


async def test_messages_are_deleted_within_48_hours(
    bot: Bot, wang: VirtualPerson, clock: StillClock
) -> None:
    first = await bot.send_message(wang.user_id, "一")
    await bot.delete_message(wang.user_id, first.message_id)
    assert [m.text for m in wang.chat] == ["/start"]
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(wang.user_id, first.message_id)
    second = await bot.send_message(wang.user_id, "二")
    clock.pass_time(timedelta(hours=48, seconds=1))
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(wang.user_id, second.message_id)


async def test_a_document_is_kept_shown_and_downloaded(bot: Bot, wang: VirtualPerson) -> None:
    sent = await bot.send_document(
        wang.user_id,
        BufferedInputFile(b"data", "参学率.csv"),
        caption="<i>三季度</i>",
        parse_mode="HTML",
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type) == ("参学率.csv", "text/csv")
    assert wang.last.document == b"data"
    assert wang.last.html == "<i>三季度</i>"
    copy = await bot.download(sent.document)
    assert copy is not None
    assert copy.read() == b"data"
    again = await bot.send_document(wang.user_id, sent.document.file_id)
    assert again.document == sent.document


async def test_a_person_can_send_a_document_to_the_bot(bot: Bot, wang: VirtualPerson) -> None:
    await wang.send_document("名册.xlsx", b"PK")
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.document is not None
    copy = await bot.download(message.document)
    assert copy is not None
    assert copy.read() == b"PK"


async def test_pictures_must_be_pictures(bot: Bot, wang: VirtualPerson) -> None:
    sent = await bot.send_photo(wang.user_id, BufferedInputFile(PICTURE, "海报.png"))
    assert sent.photo is not None
    assert (sent.photo[-1].width, sent.photo[-1].height) == (2, 3)
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(wang.user_id, BufferedInputFile(b"no picture", "a.png"))
    with pytest.raises(TelegramBadRequest, match="type of file mismatch"):
        await bot.send_document(wang.user_id, sent.photo[-1].file_id)


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        (BufferedInputFile(b"", "a.txt"), "file must be non-empty"),
        ("https://example.org/a.pdf", "failed to get HTTP URL content"),
        ("no-such-file", "wrong file identifier/HTTP URL specified"),
    ],
)
async def test_files_that_cannot_be_sent(
    bot: Bot, wang: VirtualPerson, source: BufferedInputFile | str, refusal: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=refusal):
        await bot.send_document(wang.user_id, source)
    assert len(wang.chat) == 1


async def test_a_file_over_50_megabytes_is_too_large(bot: Bot, wang: VirtualPerson) -> None:
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(wang.user_id, BufferedInputFile(bytes(51 * 2**20), "a.bin"))


async def test_unknown_chats_strangers_blockers_and_the_deleted_get_nothing(
    bot: Bot, sandbox: Sandbox, wang: VirtualPerson
) -> None:
    stranger = sandbox.person("陌生人")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(42, "喂")
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(stranger.user_id, "喂")
    await wang.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(wang.user_id, "喂")
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_chat_action(wang.user_id, ChatAction.TYPING)
    await wang.unblock()
    await bot.send_message(wang.user_id, "欢迎回来")
    await wang.delete_account()
    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.send_message(wang.user_id, "喂")
    assert [m.text for m in wang.chat] == ["/start", "欢迎回来"]


async def test_callback_data_has_one_to_64_bytes(bot: Bot, wang: VirtualPerson) -> None:
    def key(data: str) -> InlineKeyboardMarkup:
        return one_key({"text": "按", "callback_data": data})

    for wrong in ("", "法" * 22):
        with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
            await bot.send_message(wang.user_id, "？", reply_markup=key(wrong))
    await bot.send_message(wang.user_id, "？", reply_markup=key("法" * 21 + "a"))


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"text": "按"}, "Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "x"}, 'Can\'t find field "text"'),
        ({"text": 1, "callback_data": "x"}, 'Field "text" must be of type String'),
        ({"text": "看", "url": "javascript:alert(1)"}, "Wrong HTTP URL"),
    ],
)
async def test_wrong_buttons_are_refused(
    bot: Bot, wang: VirtualPerson, button: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=refusal):
        await bot.send_message(wang.user_id, "？", reply_markup=one_key(button))


async def test_a_reply_keyboard_stays_until_it_is_taken_away(bot: Bot, wang: VirtualPerson) -> None:
    keyboard = ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text="今日"), KeyboardButton(text="考试")]]
    )
    await bot.send_message(wang.user_id, "菜单", reply_markup=keyboard)
    await bot.send_message(wang.user_id, "还在")
    assert [button.label for button in wang.keyboard[0]] == ["今日", "考试"]
    await bot.send_message(wang.user_id, "收起", reply_markup=ReplyKeyboardRemove())
    assert wang.keyboard == ()


async def test_a_reply_names_its_message_or_is_refused(bot: Bot, wang: VirtualPerson) -> None:
    sent = await bot.send_message(
        wang.user_id, "答", reply_parameters=ReplyParameters(message_id=wang.chat[0].message_id)
    )
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/start"
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(wang.user_id, "答", reply_parameters=ReplyParameters(message_id=99))
    await bot.send_message(
        wang.user_id,
        "答",
        reply_parameters=ReplyParameters(message_id=99, allow_sending_without_reply=True),
    )


async def test_commands_are_kept_and_checked(bot: Bot) -> None:
    assert await bot.set_my_commands([BotCommand(command="exam", description="参加考试")])
    kept = await bot.get_my_commands()
    assert [(c.command, c.description) for c in kept] == [("exam", "参加考试")]
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="考试", description="参加考试")])
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == []


async def test_a_chat_is_described(bot: Bot, sandbox: Sandbox, wang: VirtualPerson) -> None:
    assert (await bot.get_chat(wang.user_id)).first_name == "王大妈"
    group = sandbox.group("示范镇普法群")
    assert (await bot.get_chat(group.chat_id)).title == "示范镇普法群"
    await bot.send_message(group.chat_id, "大家好")
    assert [m.text for m in group.messages.values()] == ["大家好"]


async def test_a_wrong_token_and_an_unknown_method_are_refused(bot: Bot, sandbox: Sandbox) -> None:
    with pytest.raises(TelegramNotFound):
        await bot(GetStickerSet(name="x"))
    stranger = Bot("1:wrong", session=bot.session)
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()
    assert [call.method for call in sandbox.sent] == ["getStickerSet"]


@pytest.mark.parametrize(
    ("method", "payload", "refusal"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 5_000_000_001}, "message text is empty"),
        ("sendMessage", {"chat_id": 5_000_000_001, "text": ""}, "message text is empty"),
        ("sendMessage", {"chat_id": 5_000_000_001, "text": " \n"}, "text must be non-empty"),
        (
            "sendMessage",
            {"chat_id": 5_000_000_001, "text": 5},
            'field "text" must be of type String',
        ),
        ("sendMessage", {"chat_id": True, "text": "x"}, "must be of type Integer or String"),
        ("sendMessage", {"chat_id": "王大妈", "text": "x"}, "chat not found"),
        (
            "sendMessage",
            {"chat_id": 5_000_000_001, "text": "x", "protect_content": "maybe"},
            'field "protect_content" must be of type Boolean',
        ),
        (
            "sendMessage",
            {"chat_id": 5_000_000_001, "text": "x", "reply_markup": "{"},
            "can't parse reply_markup JSON object",
        ),
        (
            "sendMessage",
            {"chat_id": 5_000_000_001, "text": "x", "reply_markup": []},
            "object expected as reply markup",
        ),
        (
            "sendMessage",
            {"chat_id": 5_000_000_001, "text": "x", "parse_mode": "Wiki"},
            "unsupported parse_mode",
        ),
        (
            "editMessageText",
            {"chat_id": 5_000_000_001, "text": "x"},
            "message identifier is not specified",
        ),
        (
            "editMessageText",
            {"chat_id": 5_000_000_001, "message_id": "eins", "text": "x"},
            'field "message_id" must be of type Integer',
        ),
        ("sendDocument", {"chat_id": 5_000_000_001}, "there is no document in the request"),
        (
            "sendChatAction",
            {"chat_id": 5_000_000_001, "action": "dancing"},
            "wrong parameter action in request",
        ),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
    ],
)
async def test_wrong_parameters_are_refused_in_telegrams_words(
    sandbox: Sandbox, wang: VirtualPerson, method: str, payload: dict[str, object], refusal: str
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.url}/bot{sandbox.token}/{method}", json=payload) as answer,
    ):
        body = await answer.json()
    assert answer.status == body["error_code"] == 400
    assert body["ok"] is False
    assert body["description"].startswith("Bad Request: ")
    assert refusal in body["description"]
    assert len(wang.chat) == 1


async def test_parameters_come_by_query_form_json_or_parts_and_unknown_ones_do_not_matter(
    sandbox: Sandbox, wang: VirtualPerson
) -> None:
    fields = {"chat_id": str(wang.user_id), "text": "同一句", "protect_content": "true", "new": "1"}
    parts = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        parts.add_field(name, value)
    url = f"{sandbox.url}/bot{sandbox.token}/SENDmessage"
    async with aiohttp.ClientSession() as session:
        for request in (
            session.get(url, params=fields),
            session.post(url, data=fields),
            session.post(url, json=fields),
            session.post(url, data=parts),
        ):
            async with request as answer:
                assert (await answer.json())["ok"] is True
    shown = [m for m in wang.chat if m.from_bot]
    assert [(m.text, m.protected) for m in shown] == [("同一句", True)] * 4


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff"])
async def test_a_body_that_is_no_json_object_is_a_bad_request(
    sandbox: Sandbox, body: bytes
) -> None:
    async with (
        aiohttp.ClientSession(headers={"Content-Type": "application/json"}) as session,
        session.post(f"{sandbox.url}/bot{sandbox.token}/getMe", data=body) as answer,
    ):
        assert (answer.status, (await answer.json())["ok"]) == (400, False)


async def test_every_request_is_on_record_with_its_time_and_its_end(
    bot: Bot, sandbox: Sandbox, wang: VirtualPerson, clock: StillClock
) -> None:
    await bot.send_message(wang.user_id, "好")
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(42, "好")
    first, second = sandbox.calls("sendMessage")
    assert first.payload["text"] == "好"
    assert first.at == clock.now()
    assert (first.error_code, second.error_code) == (None, 400)
    assert first.tick <= second.tick
