"""Further tables of one exam: changes to its roster, its 补考, what its questions say."""

from lawcore.clock import local_text
from lawcore.exams.analysis import TOO_FEW, Analysis, ItemFigures
from lawcore.participation import EntryKind
from lawcore.reports.participation import MakeupTable
from lawcore.reports.scores import RosterChange
from lawcore.reports.table import MAKEUP_COLUMNS, TOTAL, Cell, Column, Row, Table, makeup_cells

CHANGE_WORDS = {
    EntryKind.EXEMPTED: "免考",
    EntryKind.EXEMPTION_ENDED: "取消免考",
    EntryKind.CANDIDATE_ADDED: "加入名单",
    EntryKind.CANDIDATE_MOVED: "调换单位",
    EntryKind.CANDIDATE_LEFT: "调出名单",
    EntryKind.EXTRA_TIME: "加时",
}


def changes_table(changes: tuple[RosterChange, ...]) -> Table:
    """Every change to the roster after the opening, in order."""
    columns = (
        Column("时间", 18),
        Column("事项", 12),
        Column("工号", 14),
        Column("姓名", 14),
        Column("单位", 20),
        Column("内容", 30),
        Column("原因", 30),
        Column("证明材料", 30),
        Column("批准人", 14),
    )
    return Table("名单变动", columns, tuple(Row(_change(one)) for one in changes), fixed=4)


def one_makeup_table(makeup: MakeupTable) -> Table:
    """The 补考 of one exam by unit."""
    rows = [Row((unit.unit_name, *makeup_cells(unit.counts))) for unit in makeup.units]
    rows.append(Row((TOTAL, *makeup_cells(makeup.total)), total=True))
    return Table("补考", (Column("单位", 20), *MAKEUP_COLUMNS), tuple(rows), fixed=1)


def items_table(analysis: Analysis) -> Table:
    """The figures of every question; what too few have answered says so."""
    columns = (
        Column("题号", 20),
        Column("题型", 10),
        Column("题干", 50),
        Column("作答（人）"),
        Column("得分率%"),
        Column("区分度%"),
        Column("区分效率%"),
        Column("各选项人数", 24),
        Column("要看的原因", 40),
    )
    return Table("题目分析", columns, tuple(Row(_item(item)) for item in analysis.items), fixed=2)


def analysis_notes(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """What the figures of the questions mean, and those of the whole exam."""
    notes = [
        ("得分率", "这道题平均得到的分÷满分。"),
        (
            "区分度",
            "这道题的得分与其余各题总分的相关系数×100；负数说明总分高的人反而答错得多。"
            f"作答不足 30 人的写“{TOO_FEW}”。",
        ),
        ("区分效率", "区分度达到了这些分数所能达到的几成；低于 15 的题请看一看。"),
    ]
    if analysis.totals is None:
        return (*notes, ("整卷统计", f"{TOO_FEW}：实考 {analysis.people} 人，不足 30 人。"))
    totals, block = analysis.totals, analysis.reliability
    notes.append(
        (
            "整卷统计",
            f"平均 {totals.mean:.2f} 分，中位数 {totals.median:.2f} 分，"
            f"标准差 {totals.deviation:.2f} 分。",
        )
    )
    if block is None:
        notes.append(("内部一致性", "各人的题不同，不算。只有固定卷或固定题才能算。"))
    else:
        error = "—" if block.standard_error is None else f"{block.standard_error:.2f} 分"
        notes.append(
            (
                "内部一致性",
                f"人人都答的 {block.questions} 道题：α 系数 {block.alpha:.1f}%，标准误 {error}。",
            )
        )
    return tuple(notes)


def _change(one: RosterChange) -> tuple[Cell, ...]:
    said = one.detail
    content = ""
    match one.kind:
        case EntryKind.CANDIDATE_MOVED:
            content = f"{said.get('from', '')} → {said.get('to', '')}"
        case EntryKind.CANDIDATE_LEFT:
            content = f"原在{said.get('from', '')}"
        case EntryKind.EXTRA_TIME:
            content = f"加 {said.get('minutes', 0)} 分钟"
    return (
        local_text(one.at),
        CHANGE_WORDS[one.kind],
        one.number,
        one.name,
        one.unit_name,
        content,
        f"{said.get('reason', '')}",
        f"{said.get('evidence', '')}",
        one.approver,
    )


def _item(item: ItemFigures) -> tuple[Cell, ...]:
    options = "、".join(f"{o.letter}{'（对）' if o.right else ''} {o.chosen}" for o in item.options)
    few = not item.options
    return (
        item.question.id,
        item.question.kind.label,
        item.question.stem,
        item.people,
        f"{item.facility:.1f}",
        TOO_FEW if few else percent(item.discrimination),
        TOO_FEW if few else percent(item.efficiency),
        TOO_FEW if few else options,
        "；".join(item.reasons),
    )


def percent(figure: float | None) -> str:
    """A figure in percent; — where it is not defined."""
    return "—" if figure is None else f"{figure:.1f}"
