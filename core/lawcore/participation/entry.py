"""One line of the ledger, and the ledger itself. A line is added, never changed or removed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from lawcore.ids import AccountId, CadreId, CampaignId, ExamId, UnitId


class EntryKind(StrEnum):
    """What happened."""

    JOINED = "joined"
    CONSENTED = "consented"
    """Who had joined agreed to the notice in another language."""
    LEFT = "left"
    RETURNED = "returned"
    BLOCKED = "blocked"
    BOUND = "bound"
    FORGOTTEN = "forgotten"
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    SENDING = "sending"
    POSTED = "posted"
    REPOSTED = "reposted"
    """A person had a post to a group tried again."""
    DONE = "done"
    MISSED = "missed"
    PAUSED = "paused"
    RESUMED = "resumed"
    HELD = "held"
    CANCELLED = "cancelled"
    CORRECTED = "corrected"
    RECALLED = "recalled"
    EXAM_CREATED = "exam-created"
    EXAM_OPENED = "exam-opened"
    EXAM_CLOSED = "exam-closed"
    EXAM_REVEALED = "exam-revealed"
    EXEMPTED = "exempted"
    EXEMPTION_ENDED = "exemption-ended"
    CANDIDATE_ADDED = "candidate-added"
    CANDIDATE_MOVED = "candidate-moved"
    CANDIDATE_LEFT = "candidate-left"
    EXTRA_TIME = "extra-time"
    APPEALED = "appealed"
    APPEAL_ANSWERED = "appeal-answered"
    REGRADE_PROPOSED = "regrade-proposed"
    REGRADED = "regraded"
    HINTS_SEEN = "hints-seen"
    ATTEMPT_STARTED = "attempt-started"
    ATTEMPT_FINISHED = "attempt-finished"
    PAPER_PRINTED = "paper-printed"
    PAPER_ENTERED = "paper-entered"
    """Answers given on paper were keyed in, by the actor."""
    ROSTER = "roster"
    NOTICE = "notice"
    NOTICE_WITHDRAWN = "notice-withdrawn"
    ACTIVITIES = "activities"
    """A file of the ledger was taken in."""
    ACTIVITY_FILED = "activity-filed"
    ACTIVITY_CORRECTED = "activity-corrected"
    ACTIVITY_WITHDRAWN = "activity-withdrawn"
    ACTIVITY_REVIEWED = "activity-reviewed"
    REGISTER_FILED = "register-filed"
    REGISTER_CORRECTED = "register-corrected"
    REGISTER_WITHDRAWN = "register-withdrawn"
    DUTY_PLANNED = "duty-planned"
    INVITED = "invited"
    ROLE_GRANTED = "role-granted"
    ROLE_REVOKED = "role-revoked"
    LINK_MADE = "link-made"
    """A one-time link to the pages; the link itself is nowhere in the ledger."""
    LOGGED_IN = "logged-in"
    LOGIN_REFUSED = "login-refused"
    LOGGED_OUT = "logged-out"
    PASSWORD_SET = "password-set"  # noqa: S105 - the name of an act
    """A password or a second factor was set, changed or dropped."""
    SETTING = "setting"
    MAINTAINED = "maintained"
    """The database was backed up, restored, upgraded or counted anew."""


ENTRY_WORDS = {
    EntryKind.JOINED: "加入村",
    EntryKind.CONSENTED: "换一种语言同意告知",
    EntryKind.LEFT: "退出接收",
    EntryKind.RETURNED: "回来接收",
    EntryKind.BLOCKED: "停用机器人",
    EntryKind.BOUND: "绑定身份",
    EntryKind.FORGOTTEN: "删除个人数据",
    EntryKind.DRAFTED: "起草或修改稿子",
    EntryKind.SUBMITTED: "送审稿子",
    EntryKind.APPROVED: "批准稿子",
    EntryKind.REFUSED: "退回稿子",
    EntryKind.SENDING: "开始发送",
    EntryKind.POSTED: "发到工作群",
    EntryKind.REPOSTED: "重发到工作群",
    EntryKind.DONE: "发送完毕",
    EntryKind.MISSED: "错过日期未发",
    EntryKind.PAUSED: "暂停发送",
    EntryKind.RESUMED: "继续发送",
    EntryKind.HELD: "因有疑问停发",
    EntryKind.CANCELLED: "取消宣传任务",
    EntryKind.CORRECTED: "更正已发消息",
    EntryKind.RECALLED: "撤回已发消息",
    EntryKind.EXAM_CREATED: "创建考试",
    EntryKind.EXAM_OPENED: "考试开始",
    EntryKind.EXAM_CLOSED: "考试结束",
    EntryKind.EXAM_REVEALED: "公布成绩",
    EntryKind.EXEMPTED: "准予免考",
    EntryKind.EXEMPTION_ENDED: "取消免考",
    EntryKind.CANDIDATE_ADDED: "增加考生",
    EntryKind.CANDIDATE_MOVED: "考生调动单位",
    EntryKind.CANDIDATE_LEFT: "移出考生",
    EntryKind.EXTRA_TIME: "延长个人时间",
    EntryKind.APPEALED: "对题目有疑问",
    EntryKind.APPEAL_ANSWERED: "答复疑问",
    EntryKind.REGRADE_PROPOSED: "提出更正答案",
    EntryKind.REGRADED: "更正答案和成绩",
    EntryKind.HINTS_SEEN: "查看答卷线索",
    EntryKind.ATTEMPT_STARTED: "开始答题",
    EntryKind.ATTEMPT_FINISHED: "交卷",
    EntryKind.PAPER_PRINTED: "打印试卷",
    EntryKind.PAPER_ENTERED: "录入纸质答卷",
    EntryKind.ROSTER: "导入名册",
    EntryKind.NOTICE: "录入通知",
    EntryKind.NOTICE_WITHDRAWN: "撤回通知",
    EntryKind.ACTIVITIES: "导入活动台账",
    EntryKind.ACTIVITY_FILED: "登记活动",
    EntryKind.ACTIVITY_CORRECTED: "更正活动",
    EntryKind.ACTIVITY_WITHDRAWN: "撤销活动",
    EntryKind.ACTIVITY_REVIEWED: "审核活动",
    EntryKind.REGISTER_FILED: "登记簿添一条",
    EntryKind.REGISTER_CORRECTED: "更正登记簿一条",
    EntryKind.REGISTER_WITHDRAWN: "撤销登记簿一条",
    EntryKind.DUTY_PLANNED: "安排普法责任",
    EntryKind.INVITED: "生成邀请码",
    EntryKind.ROLE_GRANTED: "给予身份",
    EntryKind.ROLE_REVOKED: "收回身份",
    EntryKind.LINK_MADE: "生成登录链接",
    EntryKind.LOGGED_IN: "登录网页",
    EntryKind.LOGIN_REFUSED: "登录失败",
    EntryKind.LOGGED_OUT: "退出网页",
    EntryKind.PASSWORD_SET: "设置密码或验证码",
    EntryKind.SETTING: "更改设置",
    EntryKind.MAINTAINED: "维护数据库",
}
"""Each act in the words of the audit log."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is aware UTC; `actor` is who did it (``lawbot``, ``account:7``, ``console``)."""

    at: datetime
    kind: EntryKind
    actor: str
    unit: UnitId | None = None
    account: AccountId | None = None
    cadre: CadreId | None = None
    campaign: CampaignId | None = None
    exam: ExamId | None = None
    detail: Mapping[str, str | int] = field(default_factory=dict)


class Ledger(Protocol):
    """Where entries are written."""

    def add(self, entry: Entry) -> None: ...
