"""What no template, style or script of the pages may hold, whatever the browser would allow."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "lawbot" / "web"
PAGES = sorted((WEB / "templates").iterdir())
ASSETS = sorted((WEB / "static").iterdir())

FORBIDDEN = {
    "text that is not escaped": r"\|\s*safe\b|autoescape",
    "a style of its own": r"<style|<[a-z][^<>]*\sstyle\s*=",
    "a script of its own": r"<script(?![^>]*\ssrc=)|javascript:",
    "an act in an attribute": r"<[^>]*\son[a-z]+\s*=",
    "an address elsewhere": r"""(?:src|href|action|data-live)\s*=\s*["']?(?:https?:)?//""",
    "a form that changes something without its secret": (
        r"""<form(?=[^>]*method="post")[^>]*>(?!\s*\{\{ secret\(\))"""
    ),
}
ELSEWHERE = r"""https?://(?!www\.w3\.org/)|@import|url\(\s*["']?//|\beval\(|new Function"""


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    found = [
        f"{page.name}: {hit.group()[:80]}"
        for page in PAGES
        for hit in re.finditer(FORBIDDEN[what], page.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_style_or_script_reaches_elsewhere() -> None:
    found = [one.name for one in ASSETS if re.search(ELSEWHERE, one.read_text(encoding="utf-8"))]
    assert found == []


def test_the_checks_find_what_they_look_for() -> None:
    bad = {
        "text that is not escaped": "{{ a | safe }}",
        "a style of its own": '<p style="color:red">',
        "a script of its own": "<script>alert(1)</script>",
        "an act in an attribute": '<a href="/" onclick="x()">',
        "an address elsewhere": '<img src="//evil.example/x">',
        "a form that changes something without its secret": '<form method="post" action="/x"><p>',
    }
    assert bad.keys() == FORBIDDEN.keys()
    for what, text in bad.items():
        assert re.search(FORBIDDEN[what], text), what
