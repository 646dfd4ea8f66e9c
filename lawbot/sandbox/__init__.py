"""A Bot API server on loopback with virtual people, for rehearsals, the demo and tests."""

from lawbot.sandbox.api import Call
from lawbot.sandbox.chats import Alert, Message, Standing
from lawbot.sandbox.people import VirtualPerson
from lawbot.sandbox.server import Sandbox

__all__ = ["Alert", "Call", "Message", "Sandbox", "Standing", "VirtualPerson"]
