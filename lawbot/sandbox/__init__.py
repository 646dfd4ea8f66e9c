"""A Bot API server on loopback with virtual people, for rehearsals, the demo and tests."""

from lawbot.sandbox.chats import Alert, Message, Standing
from lawbot.sandbox.people import VirtualPerson
from lawbot.sandbox.server import Call, Sandbox

__all__ = ["Alert", "Call", "Message", "Sandbox", "Standing", "VirtualPerson"]
