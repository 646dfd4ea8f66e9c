"""An address of the desk: what is served there, and to whom. No page is without its circle."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from lawbot.web.circle import Circle
from lawbot.web.visit import Visit

Serve = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """`path` as aiohttp writes it: ``/campaigns/{key}``."""

    method: str
    path: str
    serve: Serve
    circle: Circle


def get(path: str, serve: Serve, circle: Circle) -> Route:
    """A page to look at: changes nothing."""
    return Route("GET", path, serve, circle)


def post(path: str, serve: Serve, circle: Circle) -> Route:
    """An act: sent by a form of ours, with its secret."""
    return Route("POST", path, serve, circle)
