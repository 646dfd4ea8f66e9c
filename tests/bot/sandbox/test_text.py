"""Lengths in UTF-16 units, the HTML parse mode, and safe rendering."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, MessageEntity
from hypothesis import given
from hypothesis import strategies as st

from lawbot.sandbox import VirtualPerson
from lawbot.sandbox.answers import ApiError
from lawbot.sandbox.entities import Entity, units
from lawbot.sandbox.parsing import parse
from lawbot.sandbox.rendering import render


async def test_a_text_has_at_most_4096_units_and_an_emoji_counts_two(
    bot: Bot, wang: VirtualPerson
) -> None:
    await bot.send_message(wang.user_id, "😀" * 2048)
    await bot.send_message(wang.user_id, f"<b>{'法' * 4096}</b>", parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="Bad Request: message is too long"):
        await bot.send_message(wang.user_id, "😀" * 2048 + "a")


async def test_a_caption_has_at_most_1024_units(bot: Bot, wang: VirtualPerson) -> None:
    file = BufferedInputFile(b"1", "a.txt")
    await bot.send_document(wang.user_id, file, caption="😀" * 512)
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_document(wang.user_id, file, caption="😀" * 512 + "a")


async def test_listed_entities_are_kept_like_parsed_ones(bot: Bot, wang: VirtualPerson) -> None:
    await bot.send_message(
        wang.user_id, "😀宪法", entities=[MessageEntity(type="bold", offset=2, length=2)]
    )
    assert wang.last.html == "😀<b>宪法</b>"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>宪法", 'Can\'t find end tag corresponding to start tag "b"'),
        ("宪法</b>", "Unexpected end tag at byte offset 6"),
        ("<b>宪</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("法<p>宪</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("1 < 2 > 1", 'Unsupported start tag "" at byte offset 2'),
        ("1 <2", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=http://x>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_faulty_html_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse(source, "HTML")
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<b>a<i>b</i></b>c", "<b>a<i>b</i></b>c"),
        ("<STRONG>a</strong>", "<b>a</b>"),
        ("<u>a</u><ins>b</ins><s>c</s><del>d</del>", "<u>a</u><u>b</u><s>c</s><s>d</s>"),
        ("<blockquote expandable>a</blockquote>", "<blockquote>a</blockquote>"),
        ('<pre><code class="language-py">a</code></pre>', "<pre>a</pre>"),
        ("<tg-spoiler>a</tg-spoiler>", '<span class="spoiler" tabindex="0">a</span>'),
        (
            "&lt;b&gt; &amp;amp; &quot; &#39; &#x4e2d; &nbsp;",
            "&lt;b&gt; &amp;amp; \" ' 中 &amp;nbsp;",
        ),
        ("  <b> 😀 </b> \n", "<b>😀</b>"),
        ("a<b></b>", "a"),
        (
            '<a href="https://flk.npc.gov.cn/?a=1&amp;b=2">法</a>',
            '<a href="https://flk.npc.gov.cn/?a=1&amp;b=2" rel="noopener noreferrer" '
            'target="_blank">法</a>',
        ),
    ],
)
def test_html_is_read_and_shown_again_with_our_own_tags(source: str, shown: str) -> None:
    assert render(*parse(source, "HTML")) == shown


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</div><b onclick='x'>",
    ],
)
def test_hostile_plain_text_is_shown_as_text(source: str) -> None:
    shown = render(*parse(source, ""))
    assert "<" not in shown
    assert ">" not in shown


def test_a_link_that_would_run_a_script_is_no_link() -> None:
    assert render("看", [Entity("text_link", 0, 1, (("url", "javascript:alert(1)"),))]) == "看"
    assert render(*parse('<a href="javascript:alert(1)">看</a>', "HTML")) == "看"
    assert 'onclick="' not in render(*parse("<a href='https://x/\"onclick=\"y'>看</a>", "HTML"))


@given(st.text())
def test_plain_text_passes_unchanged_but_for_its_ends(text: str) -> None:
    shown, found = parse("." + text.replace("\r", "") + ".", "")
    assert len(shown) == len(text.replace("\r", "")) + 2
    assert not found


@given(st.text(alphabet="a<>/b&;=\"' 😀i#", max_size=30))
def test_any_html_is_either_refused_or_shown_balanced(source: str) -> None:
    try:
        text, found = parse(source, "HTML")
    except ApiError:
        return
    shown = render(text, found)
    assert all(0 <= e.offset < e.end <= units(text) for e in found)
    again, marks = parse(shown.replace(' rel="noopener noreferrer" target="_blank"', ""), "HTML")
    assert again == text
    assert {m.kind for m in marks} <= {e.kind for e in found}


@given(st.lists(st.tuples(st.sampled_from("bius"), st.text("法😀 a", min_size=1)), max_size=6))
def test_every_balanced_text_keeps_its_words_and_marks(parts: list[tuple[str, str]]) -> None:
    source = "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts)
    text, found = parse(f".{source}.", "HTML")
    assert text == "." + "".join(words for _, words in parts) + "."
    assert [e.length for e in found] == [units(words) for _, words in parts]
