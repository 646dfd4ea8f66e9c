"""One request of somebody who is logged in: who it is, and what may be asked of the house."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.web_request import FileField
from jinja2 import Environment

from lawbot.house import House
from lawbot.web import words
from lawbot.web.forms import Form
from lawbot.web.rendering import Page
from lawcore.access.model import Remit, Session
from lawcore.errors import BadInput, NotFound
from lawcore.storage import Books

T = TypeVar("T")

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""The years whose calendar is proved; an hour of any other cannot always be told in UTC."""
MOST = 2**31 - 1
"""The largest number of a row that a database has here."""


def counted(written: str) -> int | None:
    """The number of a row that is written so; None where no row can have it."""
    fits = written.isascii() and written.isdigit() and len(written) <= len(f"{MOST}")
    return int(written) if fits and int(written) <= MOST else None


@dataclass(frozen=True, slots=True)
class Visit:
    """`form` is what was filled in; it is empty for a page that is only looked at."""

    request: web.Request
    house: House
    session: Session
    name: str
    """The person's name, as the head of the page says it."""
    token: str
    """What the browser holds of the session."""
    csrf: str
    form: Form
    templates: Environment
    address: str
    """Where people open the desk: for links that are handed on."""

    @property
    def remit(self) -> Remit:
        """What this person may see and do."""
        return self.session.remit

    @property
    def actor(self) -> str:
        """The person as the ledger names them; the same as in chat."""
        return self.session.actor

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """The addresses and names of the pages that are open to this person."""
        return tuple(
            (address, name) for address, name, circle in words.MENU if circle.lets_in(self.remit)
        )

    @property
    def today(self) -> date:
        """The township's date."""
        return self.house.today()

    async def look(self, job: Callable[[Books, datetime], T]) -> T:
        """Run `job` on a snapshot."""
        return await self.house.look(job)

    async def act(self, job: Callable[[Books, datetime], T]) -> T:
        """Run `job` in a transaction; returns after the commit."""
        return await self.house.act(job)

    def word(self, name: str) -> str:
        """A piece of the path. Raises NotFound if it is not there."""
        return self.request.match_info[name]

    def number(self, name: str) -> int:
        """A number in the path. Raises NotFound for anything else."""
        found = counted(self.request.match_info[name])
        if found is None:
            raise NotFound(words.NO_SUCH_PAGE)
        return found

    def asked(self, name: str, default: str = "") -> str:
        """A value of the address after the question mark."""
        return self.request.query.get(name, default).strip()

    def typed(self, name: str) -> str:
        """A field of the form, without the space around it; empty if it is not there.

        A browser ends each line of a text with two characters; here it is the one of a chat.
        """
        value = self.form.get(name, "")
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    def ticked(self, name: str) -> tuple[str, ...]:
        """All values of a field that may be ticked more than once."""
        getall = getattr(self.form, "getall", None)
        return tuple(v for v in getall(name, []) if isinstance(v, str)) if getall else ()

    def typed_day(self, name: str, label: str) -> date:
        """A date of the form. Raises BadInput that names its label."""
        try:
            day = date.fromisoformat(self.typed(name))
        except ValueError:
            raise BadInput(f"“{label}”要填日期，例如 2026-12-04。") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise BadInput(f"“{label}”的年份不对，请核对。")
        return day

    def typed_number(self, name: str) -> int:
        """A number of the form that the page put there; -1, which is none, for anything else."""
        found = counted(self.typed(name))
        return -1 if found is None else found

    def file(self, name: str) -> FileField | None:
        """A file that came with the form; None if none was chosen."""
        value = self.form.get(name)
        return value if isinstance(value, FileField) and value.filename else None

    def page(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """The page made from `template`. `problem` is said at its head, where something failed."""
        said = self.asked("done")
        shared = {
            "visit": self,
            "remit": self.remit,
            "csrf": self.csrf,
            "path": self.request.path,
            "township": self.house.township,
            "today": self.today,
            "said": words.SAID.get(said, ""),
            "problem": "",
            "words": words,
        }
        return Page(self.templates, template, shared | values, status)

    def fragment(self, template: str, *, more: bool, **values: Any) -> web.Response:
        """A piece of a page that looks again by itself while there is `more` to come."""
        answer = self.page(template, **values)
        answer.headers["X-Live"] = "more" if more else "done"
        return answer

    def done(self, said: words.Said, where: str, **query: str) -> web.Response:
        """Go on to the page `where`, which says what was done: a reload repeats nothing."""
        address = f"{where}?{urlencode({'done': said.value, **query})}"
        return web.Response(status=303, headers={"Location": address})
