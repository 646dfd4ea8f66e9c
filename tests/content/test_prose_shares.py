"""A draft that speaks of all: of how many, and do its own counts and its date agree?"""

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcore.content import Pack, read_pack
from lawcore.content.prose import Line, check_prose, lines_of
from lawcore.content.prose.shares import wrong_shares

TODAY = date(2026, 11, 24)


@cache
def pack() -> Pack:
    return read_pack()


def found(text: str, day: date = TODAY) -> str:
    return "\n".join(str(fault) for fault in check_prose(lines_of(text), pack(), day))


@pytest.mark.parametrize(
    "text",
    [
        "实现村级法律顾问全覆盖。",
        "法律顾问覆盖率达到100%。",
        "矛盾纠纷化解率为百分之百。",
        "公共法律服务工作室100%建成。",
        "网格普法，做到了全覆盖；群众满意。",
    ],
)
def test_all_of_an_unknown_number_is_told(text: str) -> None:
    assert "没有写一共多少" in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "14个村都聘请了法律顾问，实现全覆盖。",
        "法律顾问覆盖率100%（14/14）。",
        "全镇14个村，法律顾问覆盖14个村，实现全覆盖。",
        "全镇14个村，其中6个村是省级示范村，法律顾问全覆盖。",
        "下一步，推动法律顾问全覆盖。",
        "力争覆盖率达到100%。",
        "还没有实现全覆盖。",
        "100%的纯棉横幅。",
        "说百分之百能赚钱的，都是骗子。",
    ],
)
def test_all_of_a_number_and_what_is_planned_is_left_alone(text: str) -> None:
    assert found(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "全镇14个村，法律顾问覆盖12个村，实现了全覆盖。",
        "全镇共14个行政村。讲座覆盖了12个村。普法宣传全覆盖。",
        "全镇14个村，12个村聘请了法律顾问，实现全覆盖。",
        "全镇14个村，12个村有法律顾问，已经全覆盖。",
        "14个村已有12个村聘请法律顾问，实现全覆盖。",
        "全镇20所学校，已覆盖18所学校，覆盖率100%。",
    ],
)
def test_counts_that_say_less_than_all_are_told(text: str) -> None:
    assert "和数字对不上" in found(text)


@given(st.integers(1, 500), st.integers(0, 500))
def test_full_cover_is_doubted_exactly_when_fewer_are_covered(covered: int, lacking: int) -> None:
    text = f"全镇{covered + lacking}个村，讲座覆盖{covered}个村，实现全覆盖。"
    assert bool(list(wrong_shares(Line("", text)))) is (lacking > 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("季度考法应考50人，实考48人，参考率100%。", "48÷50=96.0%，写的是100%"),
        ("50人应考，48人实考，参考率100%。", "48÷50=96.0%"),
        ("应到43人、实到43人，参训率98%。", "43÷43=100.0%"),
        ("应考50人，实考48人，参考率96%。", ""),
        ("应考50人，免考2人，实考48人，参考率100%。", ""),
        ("应考43人，实考41人，参考率95.3%。", ""),
        ("应考43人，实考41人，参考率95.35%。", ""),
    ],
)
def test_a_rate_of_attendance_is_the_quotient(text: str, said: str) -> None:
    assert (said in found(text)) if said else found(text) == ""


@given(st.integers(1, 2000), st.data(), st.integers(0, 2))
def test_a_true_rate_is_never_doubted(due: int, data: st.DataObject, places: int) -> None:
    sat = data.draw(st.integers(0, due))
    text = f"应考{due}人，实考{sat}人，参考率{100 * sat / due:.{places}f}%。"
    assert list(wrong_shares(Line("", text))) == []


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ("全年开展宣传120场。\n2026年12月10日", "文中说的是全年"),
        ("一年来，开展宣传120场。\n某某镇人民政府 2026年11月20日", "文中说的是全年"),
        ("截至12月31日，开展宣传120场。\n2026年12月10日", "数字却写“截至12月31日”"),
        ("截至2026年12月31日开展宣传120场。\n（2026年12月10日）", "数字却写“截至2026年12月31日”"),
        ("截至年底，开展宣传120场。\n二〇二六年十二月十日", "数字却写“截至年底”"),
        ("截至11月30日，全年开展宣传110场。\n2026年12月10日", ""),
        ("全年开展宣传120场。\n2027年1月10日", ""),
        ("截至2026年12月31日，开展宣传120场。\n2027年1月10日", ""),
        ("预计截至12月31日开展120场。\n2026年12月10日", ""),
        ("明年全年计划开展120场。\n2026年12月10日", ""),
        ("已提前完成全年任务。\n2026年12月10日", ""),
        ("报名截止12月31日。\n2026年12月10日", ""),
    ],
)
def test_a_report_does_not_count_beyond_the_day_on_which_it_is_signed(
    report: str, said: str
) -> None:
    assert (said in found(report)) if said else found(report) == ""
