"""The command line: one module a group, each loaded only when it is called."""

from lawbot.cli.app import main

__all__ = ["main"]
