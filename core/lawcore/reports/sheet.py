"""The participation report as xlsx: what the words mean, exams by unit, messages by unit."""

from lawcore.reports.participation import Participation
from lawcore.reports.public import PUBLIC_NOTE, SMALL, suppress
from lawcore.reports.table import Table, days, tables_of
from lawcore.reports.xlsx import Chart, XlsxFile

SITTING_NOTES = (
    ("名单（人）", "考试开始时确定的考生名单人数，记作 N；之后名册再变，这份名单不变。"),
    ("免考（人）", "经批准免考的人数，记作 X；单独列出，不从名单里删去。"),
    ("应考（人）", "N−X。"),
    (
        "实考（人）",
        "至少答了一题、已交卷或到时自动收卷的人数，记作 A；一人只算一次。",
    ),
    ("缺考（人）", "N−X−A。考试进行中时，是还没有交卷的人数。"),
    (
        "合格（人）",
        "实考的人里达到合格线的人数，记作 P。考试结束后才有，进行中写“—”。",
    ),
    ("参考率", "A÷(N−X)，旁边一列是分子和分母。"),
    ("合格率", "印两种：实考口径 P÷A，应考口径 P÷(N−X)。引用时请写明是哪一种。"),
)
MAKEUP_NOTES = (
    ("补考", "单独一张表，不改首考成绩，也不和首考的人数相加；单位按首考名单算。"),
    ("补考名单（人）", "首考没有合格的，加上缺考而没有免考的；考几次补考也只算一人。"),
    ("补考后合格（人）", "首考合格或补考合格的人，一人只算一次。"),
    ("补考后合格率", "补考后合格的人数÷首考应考（N−X）。"),
)
_DELIVERY_NOTES = (
    ("应发（人次）", "发送时确定的收件账号数，一条消息发给一个账号算一人次。它等于右边六列之和。"),
    ("已发出（人次）", "聊天软件已接收。已发出不等于已读：软件不告诉我们对方看没看。"),
    ("对方已停用（人次）", "对方停用了机器人；不会再发，直到对方自己回来。"),
    ("未发成（人次）", "被聊天软件拒绝，或多次重试仍未成功。"),
    ("不确定（人次）", "发送中途断线，不知对方收到没有；为免重复，不自动重发。"),
    ("未发（人次）", "发送前对方已退出，或已错过时间，所以没有发。"),
    ("处理中（人次）", "还在排队或正在发送；发完后归入前面各列。"),
)
_ROUNDING = (
    ("人和人次", "考试按人计，消息按人次计，两者不能相加。"),
    ("百分数", "四舍五入到 0.1%；分母为 0 时写“—”，不写 0% 或 100%。"),
    ("合计", "每场考试、每条消息各有一行合计，等于其上各单位之和；百分数按合计的人数重算。"),
)


def participation_xlsx(report: Participation, *, public: bool = False) -> bytes:
    """Make the xlsx of the report."""
    title = f"{report.township}普法参与情况" + ("（公开版）" if public else "")
    file = XlsxFile(title, report.cut_off)
    file.add_notes("说明", _notes(report, public))
    tables = tables_of(report)
    charted = report.exams and not public  # what is closed to the public would be drawn as 0
    if charted:
        file.add_charts()
    for table in tables:
        file.add_table(suppress(table) if public else table, _EMPTY.get(table.title, ""))
    if charted:
        _draw(file, report, tables[0])
    return file.content()


def _draw(file: XlsxFile, report: Participation, table: Table) -> None:
    """参考率 by unit, a chart an exam."""
    headings = [column.heading for column in table.columns]
    first = 1
    for exam in report.exams:
        last = first + len(exam.units) - 1
        chart = Chart(headings.index("单位"), (headings.index("参考率"),), rows=(first, last))
        file.add_chart(f"{exam.title}：各单位参考率（%）", table, chart)
        first = last + 2  # the total stands between


_EMPTY = {"考试": "这段时间没有开始的考试。", "消息": "这段时间没有发送的消息。"}


def _notes(report: Participation, public: bool) -> tuple[tuple[str, str], ...]:
    counted = "少于 5" if public and report.residents in SMALL else f"{report.residents}"
    residents = f"{counted} 人：截至上述日期已选村、正在接收消息的账号，不是常住或户籍人口。"
    return (
        ("范围", report.township),
        ("统计时段", f"{days(report.first, report.last)}（首尾两天都算）"),
        ("数据截至", f"{report.cut_off}"),
        ("考试归期", "按考试开始的日期归入时段；还没开始的不列。"),
        ("消息归期", "按计划发送的日期归入时段。"),
        ("登记居民", residents),
        *SITTING_NOTES,
        *(MAKEUP_NOTES if report.makeups else ()),
        *_DELIVERY_NOTES,
        *_ROUNDING,
        *((PUBLIC_NOTE,) if public else ()),
    )
