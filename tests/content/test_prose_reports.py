"""Whole reports as a township writes them: sound ones pass, and each slip in them is found."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from lawcore.content import Pack, read_pack
from lawcore.content.prose import check_prose, lines_of, read_prose, remarks, signed_on
from lawcore.law.statutes import find_statutes

TODAY = date(2026, 11, 24)
STATUTES = find_statutes()
REPORTS = Path(__file__).parent / "data" / "reports"


@cache
def pack() -> Pack:
    return read_pack()


def found(text: str) -> list[str]:
    lines = lines_of(text)
    signed = signed_on(lines)
    day = max(TODAY, signed[1]) if signed else TODAY
    return [str(fault) for fault in check_prose(lines, pack(), day, STATUTES)]


@pytest.mark.parametrize("name", ["annual", "week", "brief", "adviser", "quarter"])
def test_a_sound_report_passes(name: str) -> None:
    path = REPORTS / f"{name}.txt"
    assert found(path.read_text("utf-8")) == []
    assert remarks(read_prose(path), pack(), TODAY, STATUTES) == ()


@pytest.mark.parametrize(
    ("name", "right", "wrong", "said"),
    [
        ("annual", "截至2026年12月31日", "截至2027年1月31日", "数字却写“截至2027年1月31日”"),
        ("annual", "2027年1月15日", "2026年12月10日", "数字却写“截至2026年12月31日”"),
        ("annual", "共127场次", "共120场次", "86场次+41场次=127场，写的是120场次"),
        ("annual", "共发放资料28450份", "共发放资料28540份", "=28450份"),
        ("annual", "覆盖14个行政村", "覆盖12个行政村", "和数字对不上"),
        ("annual", "实考43人，参考率100%", "实考41人，参考率100%", "41÷43=95.3%"),
        ("annual", "4·15全民国家安全教育日", "4·25全民国家安全教育日", "不是4月25日"),
        ("annual", "专题会议9次", "专题会议20269次", "像是年份和数字连在一起了"),
        (
            "annual",
            "《生态环境法典》第一千一百三十一条",
            "《环境保护法》",
            "《生态环境法典》（2026",
        ),
        ("annual", "（三）依法决策", "（二）依法决策", "序号“（二）”用了两次"),
        ("annual", "其中婚姻家庭62件", "其中婚姻家庭92件", "合计对不上"),
        ("annual", "等节点，进机关", "等法定宣传日，进机关", "“国际禁毒日”没有核到"),
        ("annual", "民法典》《行政", "民法典》《行攻", "没有《行攻处罚法》"),
        ("week", "第十三个", "第十二个", "2026年的“国家宪法日”不是第12个"),
        ("week", "自然资源所", "国土所", "“国土所”是旧名称"),
        ("week", "开展活动22场次", "开展活动20场次", "合计对不上"),
        ("week", "第五十五条", "55条", ""),
        ("brief", "6月26日是国际禁毒日", "6月26日是法定的国际禁毒日", "没有核到定日子的法律条文"),
        ("brief", "其中消费维权900余份", "其中消费维权1200余份", "合计对不上"),
        ("brief", "第八十三条", "71条", "第71条要看清引的是新条号"),
        ("adviser", "截至10月底进村208次", "全年进村208次", "文中说的是全年"),
        (
            "adviser",
            "按县里的文件办",
            "按县里的文件和《婚姻法》办",
            "《民法典》（2021-01-01起施行）",
        ),
        (
            "adviser",
            "村里的法律顾问按县",
            "《村民委员会组织法》规定设法律顾问；按县",
            "没有写法律顾问",
        ),
        ("quarter", "请各单位把", "普法实现了全覆盖。请各单位把", "没有写一共多少"),
        ("quarter", "合计43人", "合计45人", "=43人，写的是45人"),
        ("quarter", "10月12日", "9月31日", "没有9月31日这一天"),
        ("quarter", "范围是《宪法》", "以6·25等法定宣传日为重点，范围是《宪法》", "“6·25”"),
    ],
)
def test_one_slip_in_a_sound_report_is_found_alone(
    name: str, right: str, wrong: str, said: str
) -> None:
    text = (REPORTS / f"{name}.txt").read_text("utf-8")
    assert right in text
    faults = found(text.replace(right, wrong, 1))
    if not said:
        assert faults == []
    else:
        assert any(said in fault for fault in faults), faults
        assert len({fault.split("：")[0] for fault in faults}) == 1, faults


def test_a_sentence_of_markdown_goes_on_in_the_next_line(tmp_path: Path) -> None:
    path = tmp_path / "稿.md"
    path.write_text(
        "# 标题\n全镇14个村（含社区\n2个）都参加。\n今年是第12个\n国家宪法日。\n\n- 一\n- 二\n",
        encoding="utf-8",
    )
    (fault,) = check_prose(read_prose(path), pack(), TODAY)
    assert fault.where == "第 4 行"
    assert "第12个" in fault.reason
