"""Joining the commands, and the one place where errors become sentences and exit codes.

Exit 0: done; 1: failed; 2: bad input, with one clear sentence. No command's module is imported
here: each is a door that opens when it is asked for, and what is slow is imported behind it.
"""

import gc
import sys
from functools import cached_property
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from lawcore.errors import BadInput, LawbotError


class Door(TyperCommand):
    """A command by its name and its line in the help; its modules are imported when it is used."""

    def __init__(self, name: str, line: str, *modules: str) -> None:
        super().__init__(name, help=line, rich_markup_mode=None)
        self._modules = modules

    @cached_property
    def behind(self) -> Any:
        """The command, or the group of commands."""
        inner = typer.Typer(rich_markup_mode=None)
        gc.disable()  # importing makes much that stays and no rubbish: searching costs a tenth
        for module in self._modules:
            import_module(f"lawbot.cli.{module}").register(inner)
        gc.enable()
        return typer.main.get_group(inner).commands[str(self.name)]

    def make_context(self, *words: Any, **more: Any) -> Any:
        """Go on with what is behind the door."""
        return self.behind.make_context(*words, **more)


DOORS = (
    Door("run", "启动机器人，直到 Ctrl-C。", "run"),
    Door("doctor", "逐项检查：时钟、令牌、数据库、内容、名册、管理员、备份、待通知等。", "run"),
    Door(
        "demo",
        "演示：14 个村、300 位居民、40 名干部，从普法日历到考试和报表，一分多钟。",
        "demo",
    ),
    Door("calendar", "列出一年的普法节点：日期、依据、部门，以及还在待通知的。", "calendar"),
    Door("notice", "每年发文确定的节点：录入、查看、撤回通知。", "notice"),
    Door(
        "campaign", "宣传任务：起草、查看、批准、退回、暂停、继续、取消、更正、撤回。", "campaign"
    ),
    Door("groups", "工作群：查看群文件，重发一个群。", "groups"),
    Door("paper", "纸面和广播：海报、广播稿、明白纸。", "paper"),
    Door("exam", "季度考法：创建、开始、结束、名单、补考、更正、分析。", "exam"),
    Door("activity", "活动台账：记录、导入、审核、更正活动。", "activity", "duties"),
    Door("report", "报表：参与情况、考试成绩。", "report", "ledger_report", "annual"),
    Door("roster", "名册：单位和干部，用 xlsx 文件导入导出。", "people"),
    Door("invite", "生成一次性邀请码，7 天内有效，用过即废。", "people"),
    Door("login-link", "打开管理页面的一次性链接，10 分钟内有效。", "login"),
    Door("people", "人：删除个人数据。", "people"),
    Door("content", "内容包：法律、节点、文稿、题目、试卷方案。", "content"),
    Door("db", "数据库：升级、检查版本、核对汇总数。", "db"),
    Door("backup", "备份全部数据到一个文件，写完核对；机器人不用停。", "backup"),
    Door("restore", "把备份恢复到一个空库（LAWBOT_DATABASE_URL 指向的库）。", "backup"),
)
"""Every command, in the order of the help. A line is the first one of the command's own help."""

app = TyperGroup(
    name="lawbot",
    commands=DOORS,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="乡镇普法机器人：法治日历、普法消息、季度考法和参与情况报表。",
)


def main() -> NoReturn:
    """Run the command line and exit."""
    try:
        code = app.main(prog_name="lawbot", standalone_mode=False)
    except typer.Abort:
        _fail("已取消。", 1)
    except typer.TyperException as error:
        _fail(_in_chinese(error), 2)
    except BadInput as error:
        _fail(str(error), 2)
    except LawbotError as error:
        _fail(str(error), 1)
    except KeyboardInterrupt:
        _fail("已停止。", 1)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(sentence: str, code: int) -> NoReturn:
    if sentence:
        print(sentence, file=sys.stderr)
    sys.exit(code)


def _in_chinese(error: typer.TyperException) -> str:
    """What was wrong with the words of the command, and where its help is."""
    context = getattr(error, "ctx", None)
    tail = f"用 {context.command_path} --help 查看用法。" if context else ""
    option = getattr(error, "option_name", None)
    if isinstance(error, typer.BadParameter):
        name = _name(error)
        return f"{name} 写得不对。{tail}" if error.message else f"缺少 {name}。{tail}"
    if option:
        return f"没有 {option} 这个选项，或者写法不对。{tail}"
    if "No such command" in error.message:
        return f"没有这个命令。{tail}"
    # called without any words, typer raises the whole help as its message
    return error.message if "\n" in error.message else f"{error.message} {tail}"


def _name(error: typer.BadParameter) -> str:
    """The option as it is typed, or the argument as the help calls it."""
    if error.param is None:
        return "参数"
    return error.param.opts[0] if error.param.opts[0].startswith("-") else error.param.metavar or ""
