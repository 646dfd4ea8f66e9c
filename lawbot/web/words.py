"""What the desk says beside its templates."""

from collections.abc import Mapping
from enum import StrEnum

from lawbot.web.circle import Circle
from lawcore.campaigns.model import CAMPAIGN_STATE_WORDS
from lawcore.people.model import ROLE_WORDS


class Said(StrEnum):
    """What was done, as the next page says it."""

    LOGGED_OUT = "logged-out"
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SENT_BACK = "sent-back"
    REVISED = "revised"
    PAUSED = "paused"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    RECALLING = "recalling"
    REPOSTED = "reposted"
    CORRECTION = "correction"
    NOTICED = "noticed"
    LOGIN_SET = "login-set"
    ROSTER = "roster"
    GRANTED = "granted"
    REVOKED = "revoked"
    NOTICE_WITHDRAWN = "notice-withdrawn"
    FILED = "filed"
    ROW_FILED = "row-filed"
    FILED_ANEW = "filed-anew"
    FILED_AWAY = "filed-away"
    REVIEWED = "reviewed"
    TAKEN_IN = "taken-in"
    PLANNED = "planned"
    EXAM_CREATED = "exam-created"
    MAKEUP_CREATED = "makeup-created"
    EXAM_OPENED = "exam-opened"
    EXAM_CLOSED = "exam-closed"
    ANSWERS_ENTERED = "answers-entered"
    READMITTED = "readmitted"
    EXEMPTED = "exempted"
    EXTRA_TIME = "extra-time"
    CANDIDATE_ADDED = "candidate-added"
    CANDIDATE_MOVED = "candidate-moved"
    DOUBT_ANSWERED = "doubt-answered"
    KEY_PROPOSED = "key-proposed"
    KEY_CORRECTED = "key-corrected"
    KEY_CORRECTED_AHEAD = "key-corrected-ahead"


SAID: dict[str, str] = {
    Said.LOGGED_OUT: "已退出。",
    Said.DRAFTED: "存好了。看一看手机上的样子，没有问题就提交。",
    Said.SUBMITTED: "已提交，等另一个人批准。",
    Said.APPROVED: "已批准，到时间自动发送。",
    Said.SENT_BACK: "已退回，起草人会收到原因。",
    Said.REVISED: "存为新的一版，等另一个人批准。",
    Said.PAUSED: "已暂停，没发的先不发。",
    Said.RESUMED: "继续发送还没发的。",
    Said.CANCELLED: "已取消，没发的不再发。",
    Said.REPOSTED: "排上队了，机器人马上重发到这个群。",
    Said.RECALLING: "正在撤回，结果看下面的进度。",
    Said.CORRECTION: "更正稿写好了，等另一个人批准后，只发给收到过原文的人。",
    Said.NOTICED: "通知录好了。还没发的稿子会按它重新起草。",
    Said.ROSTER: "名册导入好了，新增和改动记在操作记录里。",
    Said.GRANTED: "身份给好了。",
    Said.REVOKED: "身份收回了，不能再登录的已经退出。",
    Said.LOGIN_SET: "设好了，别处的登录都已退出。下次可以用登录名、密码和验证码登录。",
    Said.FILED: "记下了，等另一个人审核。",
    Said.ROW_FILED: "登记好了。",
    Said.FILED_ANEW: "更正好了，旧的一条留着，不再计数。",
    Said.FILED_AWAY: "撤销了，这一条留着，不再计数。",
    Said.REVIEWED: "审核好了。",
    Said.TAKEN_IN: "台账导入好了。",
    Said.EXAM_CREATED: "考试建好了，到时间自动开始。",
    Said.MAKEUP_CREATED: "补考建好了，到时间自动开始，名单那时确定。",
    Said.EXAM_OPENED: "已开始，考生会收到通知。",
    Said.EXAM_CLOSED: "已结束，没交的卷按已保存的答案评了分。",
    Said.ANSWERS_ENTERED: "答案录入好了，和手机上答的一样评分、一样统计。",
    Said.READMITTED: "免考已取消，本人会收到通知。",
    Said.EXEMPTED: "免考记下了。",
    Said.EXTRA_TIME: "加时记下了。",
    Said.CANDIDATE_ADDED: "已补进名单，另抽了一份卷。",
    Said.CANDIDATE_MOVED: "调动记下了。",
    Said.DOUBT_ANSWERED: "已答复，提问的人会收到。",
    Said.KEY_PROPOSED: "提议记下了，分数还没有改，等另一个人确认。",
    Said.KEY_CORRECTED: "已更正，分数变高的人会收到通知，没有人降分。",
    Said.KEY_CORRECTED_AHEAD: "已更正，公布成绩的时候按新答案算，没有人降分。",
    Said.PLANNED: "安排记下了，不再提醒。",
    Said.NOTICE_WITHDRAWN: "通知已撤回，日期又按原来的规则算。",
}

NO_SUCH_PAGE = "没有这个页面，或者它不归您管。请回到“今天”，再从菜单进入。"
NOT_YOURS = "这一页不归您管。需要的话，请和司法所的管理员联系。"
OLD_FORM = "这一页放得太久了，为了安全没有提交。请再按一次。"
OTHER_ADDRESS = "请用登记的网址打开管理页面。"
BUSY = "现在登录的人太多，请过一分钟再试；一次性链接不受影响。"
NO_FORM = "这次提交的内容读不出来，没有保存。请回到上一页，重新填写再试。"
NO_FILE = "还没有选文件，请先选好再提交。"
TOO_BIG = "文件太大了，请不要超过 8 MB。"
BROKEN = "程序出了差错，没有改动任何东西。请稍后再试；如果还是这样，请告诉维护人员。"

MENU = (
    ("/", "今天", Circle.LOGGED_IN),
    ("/calendar", "日历", Circle.LOGGED_IN),
    ("/campaigns", "宣传", Circle.LOGGED_IN),
    ("/exams", "考法", Circle.LOGGED_IN),
    ("/activities", "台账", Circle.LOGGED_IN),
    ("/reports", "报表", Circle.ADMINS),
    ("/content", "内容", Circle.STAFF),
    ("/people", "人员", Circle.LOGGED_IN),
    ("/audit", "操作记录", Circle.ADMINS),
    ("/settings", "设置", Circle.LOGGED_IN),
)
"""The pages of the menu: address, name, and who has them."""

STATES = CAMPAIGN_STATE_WORDS
"""How a campaign stands."""

_DETAIL = {
    "role": "身份",
    "language": "语言",
    "name": "登录名",
    "failures": "连错次数",
    "by": "方式",
    "where": "范围",
    "what": "内容",
    "reason": "原因",
    "evidence": "证明",
    "appeal": "疑问",
    "question": "题目",
    "state": "状态",
    "answered": "答了几题",
    "file": "文件",
    "group": "群",
    "version": "第几版",
    "observance": "普法日",
    "year": "年份",
    "start": "开始",
    "end": "结束",
    "document": "文号",
    "recipients": "应发",
    "candidates": "名单人数",
    "minutes": "分钟",
    "exempt": "免考",
    "corrects": "更正",
    "messages": "条数",
    "new_units": "新增单位",
    "changed_units": "改动单位",
    "new_cadres": "新增人员",
    "changed_cadres": "改动人员",
    "activities": "活动行",
    "rows": "登记行",
    "number": "编号",
    "planned_for": "打算哪天办",
    "pairs": "线索（对）",
    "regrade": "第几号更正",
    "changed": "改了分的（人）",
}
_VALUES = {
    **{role.value: word for role, word in ROLE_WORDS.items()},
    "submitted": "本人交卷",
    "overdue": "到时收卷",
    "link": "一次性链接",
    "password": "密码和验证码",
    "all": "全部退出",
    "others": "别处全部退出",
    "password-set": "密码",
    "totp-set": "换手机",
    "totp-dropped": "停用验证码",
    "backup": "备份",
    "restore": "恢复备份",
    "upgrade": "升级",
    "recount": "按记录改正汇总数",
}


def detail_words(detail: Mapping[str, str | int]) -> str:
    """What an entry of the ledger says beside its kind; a key without a word stands as it is."""
    return "；".join(
        f"{_DETAIL.get(key, key)}：{_VALUES.get(str(value), value)}"
        for key, value in detail.items()
        if value != ""
    )
