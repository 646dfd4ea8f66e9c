"""A text read aloud: the approved wording, with telephones as they are said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.campaigns.spoken import minutes, phones, said, sentences

HOTLINES = ("110", "120", "12345", "12348", "96110")


@pytest.mark.parametrize(
    ("number", "words"),
    [("12348", "幺二三四八"), ("110", "幺幺零"), ("96110", "九六幺幺零")],
)
def test_a_telephone_number_is_said_digit_by_digit(number: str, words: str) -> None:
    assert said(number) == words


def test_a_text_for_phones_becomes_sentences_for_a_voice() -> None:
    text = "【第13个国家宪法日】12月4日\n\n宪法最大。想问法律打12348；有建议打12345\n\n  "
    assert sentences(text, HOTLINES) == (
        "第13个国家宪法日，12月4日。",
        "宪法最大。",
        "想问法律打幺二三四八；",
        "有建议打幺二三四五。",
    )


@pytest.mark.parametrize(
    "sentence",
    ["罚款120元。", "第110条写明。", "110人到场。", "占110%。", "编号1120号。", "电话5512345。"],
)
def test_a_number_that_is_no_telephone_stays(sentence: str) -> None:
    assert sentences(sentence, HOTLINES) == (sentence,)
    assert phones(sentence, HOTLINES) == ()


def test_telephones_are_found_in_the_order_in_which_they_stand() -> None:
    text = "先打96110问，钱转走了打110，再打12348。"
    assert phones(text, HOTLINES) == ("96110", "110", "12348")


def test_a_quotation_keeps_its_mark() -> None:
    assert sentences("他说：“别动！”大家都笑了。", ()) == ("他说：“别动！”大家都笑了。",)


@given(st.text(alphabet="宪法。！？；，a【】\n 1", max_size=200))
def test_no_word_is_lost_or_added(text: str) -> None:
    kept = "".join(sentences(text, ())).replace("。", "").replace("，", "")
    wanted = "".join(text.split()).replace("。", "").replace("，", "")
    for sign in "【】":
        kept, wanted = kept.replace(sign, ""), wanted.replace(sign, "")
    assert "".join(kept.split()) == wanted


def test_reading_takes_at_least_a_minute() -> None:
    assert minutes(("好。",)) == 1
    assert minutes(("宪" * 360,)) == 2
