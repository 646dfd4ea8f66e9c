"""Joining the commands, and the one place where errors become sentences and exit codes.

Exit 0: done; 1: failed; 2: bad input, with one clear sentence. Nothing slow is imported here: a
command imports what it needs when it runs.
"""

import sys
from typing import NoReturn

import click
import typer

from lawbot.cli import calendar, campaign, content, db, demo, exam, people, report, run
from lawcore.errors import BadInput, LawbotError

app = typer.Typer(
    name="lawbot",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="乡镇普法机器人：法治日历、普法消息、季度考法和参与情况报表。",
)
for module in (run, demo, db, calendar, content, people, campaign, exam, report):
    module.register(app)


def main() -> NoReturn:
    """Run the command line and exit."""
    command = typer.main.get_command(app)
    try:
        command.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        _fail("已取消。", 1)
    except click.ClickException as error:
        _fail(_in_chinese(error), 2)
    except BadInput as error:
        _fail(str(error), 2)
    except LawbotError as error:
        _fail(str(error), 1)
    except KeyboardInterrupt:
        _fail("已停止。", 1)
    sys.exit(0)


def _fail(sentence: str, code: int) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(code)


def _in_chinese(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    tail = f" 用 {context.command_path} --help 查看用法。" if context else ""
    match error:
        case click.NoSuchOption():
            return f"没有 {error.option_name} 这个选项。{tail}"
        case click.MissingParameter():
            name = error.param.opts[0] if error.param and error.param.opts else "参数"
            return f"缺少 {name}。{tail}"
        case click.BadParameter():
            name = error.param.opts[0] if error.param and error.param.opts else "参数"
            return f"{name} 写得不对：{error.message}{tail}"
        case click.UsageError() if "No such command" in error.message:
            return f"没有这个命令。{tail}"
        case _:
            return f"{error.format_message()}{tail}"
