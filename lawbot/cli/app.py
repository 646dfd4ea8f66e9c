"""Joining the commands, and the one place where errors become sentences and exit codes.

Exit 0: done; 1: failed; 2: bad input, with one clear sentence. Nothing slow is imported here: a
command imports what it needs when it runs.
"""

import sys
from typing import NoReturn

import typer

from lawbot.cli import (
    activity,
    annual,
    backup,
    calendar,
    campaign,
    content,
    db,
    demo,
    duties,
    exam,
    groups,
    ledger_report,
    paper,
    people,
    report,
    run,
)
from lawcore.errors import BadInput, LawbotError

app = typer.Typer(
    name="lawbot",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="乡镇普法机器人：法治日历、普法消息、季度考法和参与情况报表。",
)
for module in (
    run, demo, db, calendar, content, people, campaign, groups, paper, exam, activity, duties,
    report, ledger_report, annual, backup,
):  # fmt: skip
    module.register(app)


def main() -> NoReturn:
    """Run the command line and exit."""
    command = typer.main.get_command(app)
    try:
        code = command.main(standalone_mode=False)
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
