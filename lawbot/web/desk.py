"""The desk of the 司法所: its pages, joined."""

from aiohttp import web

from lawbot.house import House
from lawbot.web.entrance import Entrance
from lawbot.web.pages import (
    activities,
    audit,
    calendar,
    campaigns,
    campaigns_acts,
    content,
    duties,
    exams,
    exams_candidates,
    exams_doubts,
    exams_files,
    exams_hints,
    exams_keys,
    exams_new,
    ledger_files,
    login,
    people,
    registers,
    reports,
    settings,
    today,
)
from lawbot.web.pages.login import Door
from lawbot.web.rendering import asset, environment
from lawbot.web.route import Route

ROUTES: tuple[Route, ...] = (
    *login.ROUTES,
    *today.ROUTES,
    *calendar.ROUTES,
    *campaigns_acts.ROUTES,
    *campaigns.ROUTES,
    *exams_new.ROUTES,
    *exams.ROUTES,
    *exams_candidates.ROUTES,
    *exams_files.ROUTES,
    *exams_hints.ROUTES,
    *exams_keys.ROUTES,
    *exams_doubts.ROUTES,
    *duties.ROUTES,
    *registers.ROUTES,
    *ledger_files.ROUTES,
    *activities.ROUTES,
    *reports.ROUTES,
    *content.ROUTES,
    *audit.ROUTES,
    *people.ROUTES,
    *settings.ROUTES,
)
"""Every page of the desk; a guard test visits each as each kind of visitor."""


def add_desk(app: web.Application, house: House, address: str) -> None:
    """Add the pages. `address` is where people open them: ``https://pf.example.cn``."""
    entrance = Entrance(house, environment(), address)
    app.middlewares.append(entrance.lost)
    Door(entrance).add_to(app)
    app.router.add_get("/static/{name}", entrance.guarded(asset))
    for route in ROUTES:
        app.router.add_route(route.method, route.path, entrance.served(route))
