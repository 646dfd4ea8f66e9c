"""A draft and its figures: totals that do not add up are found, true ones are left alone."""

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.content import Pack, read_pack
from lawcore.content.prose import Line, check_prose, lines_of
from lawcore.content.prose.sums import rounded_sums, wrong_sums

TODAY = date(2026, 11, 24)


@cache
def pack() -> Pack:
    return read_pack()


def found(text: str) -> str:
    return "\n".join(str(fault) for fault in check_prose(lines_of(text), pack(), TODAY))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("宣传80+50=120场。", "“80+50=120”算错了，应当是130"),
        ("80场＋50场＝120场", "应当是130"),
        ("2.8万+3000=32000", "应当是31000"),
        ("讲座80场+培训50场=120场", "应当是130"),
        ("线上80场、线下50场，共120场。", "80场+50场=130场，写的是120场"),
        ("线上80场、线下50场，共120。", "80场+50场=130场"),
        ("第一季度12场、第二季度15场、第三季度9场，合计38场。", "12场+15场+9场=36场"),
        ("发放资料20000余份，部门发放8000余份，共26000余份。", "28000到38998份"),
        ("镇里发放8000份。村里发放3000份。全镇共发放12000份。", "8000份+3000份=11000份"),
        ("村里办讲座80场，部门办讲座50场，总计办讲座120场。", "130场"),
        ("共120场（线上80场、线下50场）。", "130场"),
        ("共120场：线上80场、线下30场。", "80场+30场=110场"),
        ("开展活动120场，其中线上80场、线下50场。", "130场"),
        ("发放资料2.8万份（手册2万份、折页1万份）。", "30000份"),
        ("参加培训60人，其中党员70人。", "其中的70人比总数60人还多"),
        ("线上80场、线下50场，累计120场。", "130场"),
        ("学习1,200人次、培训800人次，合计2,100人次。", "2000人次"),
    ],
)  # fmt: skip
def test_a_total_that_its_parts_do_not_add_up_to_is_told_with_the_arithmetic(
    text: str, said: str
) -> None:
    assert said in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "80+40=120，1+1>2。",
        "线上80场、线下40场，共120场。",
        "镇村活动80余场次，部门活动40余场次，全镇共120余场次。",
        "发放20000余份、8000余份，共28000余份。",
        "发放2万余份、8000余份，共2.8万余份。",
        "召开会议6次、学习4次，共开展普法宣传50次。",
        "召开会议6次。专题学习4次。全年共50次。",
        "线上80场、线下50场，全年共开展法治讲座240场。",
        "14个村都有法律顾问，调解30余件，讲座20余场次，法律意见2件。",
        "今年培训20人、去年培训30人，累计294人。",
        "开展活动120场，其中线上80场、线下30场。",
        "参加60人，其中党员30人、妇女40人。",
        "讲座30场，其中法律顾问20场，司法所10场，共30场。",
        "共120场（其中线上80场）。",
        "共发放28000份（手册20000份等）。",
        "共有14个村，建成6个省级、4个市级示范村。",
        "镇里12场、村里30场，有5场是联合办的，共37场。",
        "公共场所2处、中共党员3名、公共场所巡查40次。",
        "全镇共14个村，村均宣传3次、讲座2次。",
    ],
)
def test_what_adds_up_or_is_no_sum_is_left_alone(text: str) -> None:
    assert found(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "镇村发放20000余份。部门发放8000余份。全镇共28000份。",
        "镇村发放20000余份、部门8000余份，共28000。",
        "镇村80余场次、部门40余场次，合计120场次。",
    ],
)
def test_an_exact_total_of_parts_that_are_more_is_told(text: str) -> None:
    assert "合计对不上" in found(text)
    more = text.replace("28000", "28000余").replace("120场次", "120余场次")
    assert found(more) == ""


def rounded(value: int) -> str:
    """How a report writes a figure down: 20386 is 20000余."""
    unit = 10 ** (len(str(value)) - 1)
    return f"{value // unit * unit}余" if value % unit else str(value)


PARTS = st.lists(st.integers(1, 99_999), min_size=2, max_size=6)
UNITS = st.sampled_from(["场", "场次", "份", "人次", "人", "次", "件", "户", "个"])
FORMS = st.sampled_from(
    [
        ("线上{}", "、", "，共{}。"),
        ("镇里开展{}", "，", "，全镇合计{}。"),
        ("镇里开展{}", "。", "。总计{}。"),
        ("发放资料{}", "；", "；累计发放资料{}。"),
        ("村里办了{}", "，", "，一共办了{}。"),
    ]
)


@given(PARTS, UNITS, FORMS, st.booleans())
def test_a_true_sum_is_never_doubted(
    parts: list[int], unit: str, form: tuple[str, str, str], vague: bool
) -> None:
    part, between, total = form
    write = rounded if vague else str
    text = between.join(part.format(f"{write(each)}{unit}") for each in parts)
    text += total.format(f"{write(sum(parts))}{unit}")
    assert [*wrong_sums(Line("", text)), *rounded_sums(Line("", text))] == [], text


@given(PARTS, UNITS, FORMS, st.integers(1, 50))
def test_an_exact_sum_that_is_too_small_is_always_found(
    parts: list[int], unit: str, form: tuple[str, str, str], missing: int
) -> None:
    part, between, total = form
    if between == "。" and unit in {"人", "次", "个"}:
        return  # across sentences these are counted of anything
    wrong = sum(parts) - missing
    subsets = {0}
    for each in parts:
        subsets |= {one + each for one in subsets}
    if wrong <= 0 or wrong in subsets:
        return
    text = between.join(part.format(f"{each}{unit}") for each in parts)
    text += total.format(f"{wrong}{unit}")
    assert list(wrong_sums(Line("", text))), text


@given(PARTS, UNITS)
def test_parts_of_a_whole_may_be_all_of_it_or_less(parts: list[int], unit: str) -> None:
    for whole in (sum(parts), sum(parts) + 7):
        said = "、".join(f"第{place}批{each}{unit}" for place, each in enumerate(parts))
        assert list(wrong_sums(Line("", f"全年{whole}{unit}，其中{said}。"))) == []


@given(PARTS)
def test_an_addition_is_right_exactly_when_it_is(parts: list[int]) -> None:
    added = "+".join(map(str, parts))
    assert list(wrong_sums(Line("", f"{added}={sum(parts)}"))) == []
    assert len(list(wrong_sums(Line("", f"{added}={sum(parts) + 1}")))) == 1


@given(
    st.text(alphabet="共合计累其中约余多万千百0123456789.,+=、，。（）：场份人次个", max_size=60)
)
def test_no_row_of_signs_stops_the_checker(text: str) -> None:
    for fault in (*wrong_sums(Line("", text)), *rounded_sums(Line("", text))):
        assert fault.reason
