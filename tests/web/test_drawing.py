"""Pages are drawn beside the loop: who presses a button waits for no list of hundreds."""

import threading

from jinja2 import DictLoader, Environment

from lawbot.web.rendering import Page


async def test_a_page_is_drawn_in_another_thread_than_the_one_that_answers() -> None:
    templates = Environment(loader=DictLoader({"page": "{{ thread() }}"}), autoescape=True)
    page = Page(templates, "page", {"thread": threading.get_ident}, 400)
    await page.draw()
    assert page.text != f"{threading.get_ident()}"
    assert (page.status, page.content_type, page.charset) == (400, "text/html", "utf-8")
