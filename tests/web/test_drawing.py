"""Pages are drawn beside the loop: who presses a button waits for no list of hundreds."""

import threading

from jinja2 import DictLoader, Environment

from lawbot.web.charts import Bar, bars
from lawbot.web.rendering import Page


async def test_a_page_is_drawn_in_another_thread_than_the_one_that_answers() -> None:
    templates = Environment(loader=DictLoader({"page": "{{ thread() }}"}), autoescape=True)
    page = Page(templates, "page", {"thread": threading.get_ident}, 400)
    await page.draw()
    assert page.text != f"{threading.get_ident()}"
    assert (page.status, page.content_type, page.charset) == (400, "text/html", "utf-8")


def test_a_bar_says_its_numbers_as_the_table_beside_it_does() -> None:
    drawn = bars("参与人次", [Bar("司法所", 1036, 10157), Bar("工会", 0, 0)])
    assert ">1,036/10,157</text>" in drawn
    assert ">—</text>" in drawn
