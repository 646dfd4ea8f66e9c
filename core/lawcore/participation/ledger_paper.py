"""The file of the ledger: the sheet 活动台账 and a sheet for each register, and its words."""

from collections.abc import Sequence

from lawcore.participation.activity import FORM_WORDS
from lawcore.participation.registers import CORRECTS, FILED_BY, SHEETS
from lawcore.sheets.layout import Column, Layout, Paper, Takes

ACTIVITIES = "活动台账"

DAY = Column("日期", 12, 10, "活动的日期，写成 2026-12-04；不能晚于今天。", takes=Takes.DAY)
NAME = Column("活动名称", 30, 200, "一个活动一行；联合举办的也只写一行。")
OBSERVANCE = Column(
    "普法节点", 20, 60, "为哪个普法日办的，写日历里的名称，如 国家宪法日；不是就留空。", False
)
TOPIC = Column("主题", 22, 200, "活动的主题。", False)
LAWS = Column("宣传法律", 26, 200, "宣传的法律，多部用顿号分开，如 宪法、民法典。", False)
PLACE = Column("地点", 20, 200, "在哪里办的。", False)
ORGANISER = Column("主办单位", 18, 40, "牵头的单位，只写一个：名称或编码，要在名册里。")
PARTNERS = Column("参与单位", 24, 200, "一起办的单位，多个用顿号分开；联合活动只算一场。", False)
FORM = Column("形式", 8, 4, "线下或线上。", words=tuple(FORM_WORDS.values()))
AUDIENCE = Column("受众类别", 16, 200, "给谁讲的，如 村民、学生。", False)
ATTENDANCES = Column(
    "参与人次", 10, 9, "来了多少人次，只写数字；没有统计就留空，不要估。", False, takes=Takes.WHOLE
)
COPIES = Column("发放资料（份）", 14, 9, "等于各种资料之和；不写也可以。", False, takes=Takes.WHOLE)
MATERIALS = Column(
    "资料名称", 32, 400, "每种写名称和份数，用分号分开，如 民法典读本 200；反诈手册 300。", False
)
PUSHES = Column("推送条数", 10, 9, "线上发布的条数，只写数字。", False, takes=Takes.WHOLE)
COST = Column("费用（元）", 12, 12, "可以不填。", False, takes=Takes.MONEY)
EVIDENCE = Column("佐证编号", 18, 400, "文件、照片的编号，多个用顿号分开；可以没有。", False)
REVIEWER = Column("审核人", 12, 40, "和填报人不能是同一个人；没有审核就留空。", False)

GUIDE = (
    "本文件有六张表：活动台账和五本登记簿。没有的可以空着，表不要删。本表（说明）只供阅读。",
    "填好后运行：lawbot activity import 文件名.xlsx",
    "只要有一处错误，就什么都不导入，并一次列出全部错误的位置和改法。",
    "台账只增不改：导入后要改，就再导入一行，在“更正编号”里写旧记录的编号；旧记录保留，不再计数。",
    "数只写实际的数，不写“余”。没有统计的人次留空；留空不等于 0。",
    "照片、截图都不是必须的；佐证编号只写已有文件的编号。",
    "不要写群众的姓名、电话、身份证号；法律明白人的姓名可写可不写。",
    "台账里已经有的行不会再记一遍：整个文件退回，导入过的行请先删掉。",
)
EXAMPLE = {
    ACTIVITIES: (
        (
            "2026-12-04",
            "国家宪法日集中宣传",
            "国家宪法日",
            "学习宣传宪法",
            "宪法、民法典",
            "镇政府广场",
            "司法所",
            "派出所、市场监管所",
            "线下",
            "进乡村",
            "村民",
            "320",
            "500",
            "宪法读本 200；民法典折页 300",
            "2",
            "",
            "2026-031",
            "张三",
            "李四",
            "",
        ),
    ),
}


def ledger_paper(categories: Sequence[str]) -> Paper:
    """The file to be filled in, with the 六进 categories of the content pack."""
    return Paper(
        ACTIVITIES,
        (activity_layout(categories), *(sheet.layout for sheet in SHEETS)),
        GUIDE,
        EXAMPLE,
        "lawbot activity template",
    )


def activity_layout(categories: Sequence[str]) -> Layout:
    """The sheet 活动台账."""
    return Layout(
        ACTIVITIES,
        (
            DAY,
            NAME,
            OBSERVANCE,
            TOPIC,
            LAWS,
            PLACE,
            ORGANISER,
            PARTNERS,
            FORM,
            category_column(categories),
            AUDIENCE,
            ATTENDANCES,
            COPIES,
            MATERIALS,
            PUSHES,
            COST,
            EVIDENCE,
            FILED_BY,
            REVIEWER,
            CORRECTS,
        ),
    )


def category_column(categories: Sequence[str]) -> Column:
    """六进类别, with the words of the content pack."""
    words = tuple(categories)
    meaning = f"只能填：{'、'.join(words)}；都不是就留空。可在内容文件 categories.toml 里增删。"
    return Column("六进类别", 12, 20, meaning, required=False, words=words)
