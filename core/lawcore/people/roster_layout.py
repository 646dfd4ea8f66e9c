"""What a roster file looks like: its sheets, columns and words, and how they are explained."""

from lawcore.people.model import CADRE_CATEGORY_WORDS, UNIT_KIND_WORDS
from lawcore.sheets.layout import Column, Layout, Paper

IN_POST = "在岗"
LEFT_POST = "离任"
STATUS_WORDS = (IN_POST, LEFT_POST)

CODE_PATTERN = r"[A-Za-z0-9_-]{1,32}"
"""A village code stands behind /start in a link, where only these characters are allowed."""
CODE_REMEDY = "只用半角英文字母、数字、- 和 _，最长 32 位，例如 C01"


CODE = Column(
    "编码",
    14,
    32,
    "单位的编码，全表不能重复。村的编码印在海报的二维码里，定下后不要改。" + CODE_REMEDY + "。",
    pattern=CODE_PATTERN,
    remedy=CODE_REMEDY,
)
UNIT_NAME = Column("名称", 26, 40, "单位名称，居民和报表看到的就是它。最长 40 字。")
KIND = Column(
    "类别",
    10,
    8,
    "只能填：县、镇、村、部门。全表只能有一个镇。",
    words=tuple(UNIT_KIND_WORDS.values()),
)
PARENT = Column(
    "上级编码", 14, 32, "上级单位的编码；最上面的单位留空。村的上级要是镇。", required=False
)
NUMBER = Column(
    "工号",
    14,
    32,
    "本镇自己编的号，全表不能重复，中间不能有空格。不要用身份证号。最长 32 位。",
    pattern=r"\S+",
    remedy="去掉中间的空格",
)
PERSON_NAME = Column("姓名", 14, 40, "最长 40 字。")
UNIT_CODE = Column("单位编码", 14, 32, "所在单位的编码，要在“单位”表里，或以前导入过。")
POST = Column("职务", 24, 80, "可以留空。最长 80 字。", required=False)
CATEGORY = Column(
    "人员类别",
    16,
    16,
    "只能填：领导干部、行政执法人员、村干部、一般干部。它决定参加哪场考试。",
    words=tuple(CADRE_CATEGORY_WORDS.values()),
)
STATUS = Column(
    "状态",
    10,
    8,
    "在岗或离任；留空算在岗。调走的人改成离任，不要删行。",
    required=False,
    words=STATUS_WORDS,
)

UNITS = Layout("单位", (CODE, UNIT_NAME, KIND, PARENT))
PEOPLE = Layout("人员", (NUMBER, PERSON_NAME, UNIT_CODE, POST, CATEGORY, STATUS))
_GUIDE = (
    "先填“单位”表，再填“人员”表，一行一个。本表（说明）只供阅读，不会导入。",
    "填好后运行：lawbot roster import 文件名.xlsx",
    "只要有一处错误，就什么都不导入，并一次列出全部错误的位置和改法。",
    "再次导入时：编码或工号已有的按表更新，没有的新增；表里没写的保持原样，不会删除。",
    "只填值，不要写公式；编码和工号的格子已设成文本，前面的 0 不会丢。",
    "表头（第 1 行）不要改。需要时可以在右边加自己的列（如备注），不会导入。",
    "名册含个人信息：只收这几列，不填身份证号、电话和住址，用完请妥善保存。",
)

_EXAMPLE: dict[str, tuple[tuple[str, ...], ...]] = {
    UNITS.title: (
        ("SFZ", "示范镇", "镇", ""),
        ("C01", "青石村", "村", "SFZ"),
        ("D01", "司法所", "部门", "SFZ"),
    ),
    PEOPLE.title: (
        ("G001", "张三", "SFZ", "镇长", "领导干部", "在岗"),
        ("G002", "李四", "D01", "司法所所长", "行政执法人员", "在岗"),
        ("G003", "王五", "C01", "村委会主任", "村干部", ""),
    ),
}

ROSTER = Paper("名册", (UNITS, PEOPLE), _GUIDE, _EXAMPLE, "lawbot roster template")
