"""``lawbot content``: the checker of the content pack."""

from pathlib import Path
from typing import Annotated

import typer

from lawbot.cli.house import show_json
from lawbot.settings import read_settings
from lawbot.wiring import clock_of
from lawcore.clock import local_day
from lawcore.content import Pack, check_pack, read_pack
from lawcore.errors import Fault, FaultyFile


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    content = typer.Typer(no_args_is_help=True, help="内容包：法律、节点、文稿、题目、试卷方案。")
    content.command("check")(check)
    app.add_typer(content, name="content")


def check(
    folder: Annotated[
        Path | None, typer.Argument(help="叠加的内容文件夹；不写就用设置里的 LAWBOT_CONTENT。")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """检查法律、日期、文稿和题目，逐条列出文件和行号；有问题时退出码为 2。

    例：lawbot content check 我的内容
    """
    settings = read_settings()
    try:
        pack = read_pack(folder or settings.content)
        faults = check_pack(pack, local_day(clock_of(settings).now()))
        if faults:
            raise FaultyFile(f"内容检查发现 {len(faults)} 处问题：", faults)
    except FaultyFile as found:
        if as_json:
            show_json({"ok": False, "faults": [_plain(fault) for fault in found.faults]})
        raise
    if as_json:
        show_json({"ok": True, "faults": []})
    else:
        typer.echo(f"内容检查通过：{_summary(pack)}。")


def _summary(pack: Pack) -> str:
    return (
        f"{len(pack.registry)} 部法律法规，{len(pack.observances)} 个节点，"
        f"{len(pack.messages)} 篇文稿，{len(pack.loudspeaker)} 份广播稿，"
        f"{len(pack.leaflets)} 份明白纸，{len(pack.questions)} 道题，"
        f"{len(pack.blueprints)} 份试卷方案，{len(pack.hotlines)} 个电话"
    )


def _plain(fault: Fault) -> dict[str, str]:
    return {"where": fault.where, "reason": fault.reason, "remedy": fault.remedy}
