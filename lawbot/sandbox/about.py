"""Methods about the bot itself, its chats and its files."""

import re
from typing import Any, Final

import orjson

from lawbot.sandbox import params
from lawbot.sandbox.answers import bad_request
from lawbot.sandbox.entities import units
from lawbot.sandbox.files import BIGGEST_DOWNLOAD
from lawbot.sandbox.params import Params
from lawbot.sandbox.world import World

_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")


def get_me(world: World, _: Params) -> dict[str, Any]:
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, p: Params) -> dict[str, Any]:
    return world.find(p["chat_id"]).body() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def get_file(world: World, p: Params) -> dict[str, Any]:
    stored = world.files.find(p["file_id"])
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > BIGGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return stored.body() | {"file_path": stored.path}


def _command(raw: object) -> dict[str, str]:
    if not isinstance(raw, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = params.text("command", raw.get("command")).removeprefix("/")
    about = params.text("description", raw.get("description"))
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= units(about) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": about}


def _scope(p: Params) -> bytes:
    scope = p.get("scope") or {"type": "default"}
    return orjson.dumps([scope, p.get("language_code", "")], option=orjson.OPT_SORT_KEYS)


def set_my_commands(world: World, p: Params) -> bool:
    read = [_command(raw) for raw in p["commands"]]
    if len(read) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[_scope(p)] = read
    return True


def get_my_commands(world: World, p: Params) -> list[dict[str, str]]:
    return world.commands.get(_scope(p), [])


def delete_my_commands(world: World, p: Params) -> bool:
    world.commands.pop(_scope(p), None)
    return True
