"""``lawbot run`` and ``lawbot doctor``."""

import asyncio
from typing import Annotated

import typer

from lawbot.settings import Part, Settings, read_settings


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("run")(run)
    app.command("doctor")(doctor)


def run(
    role: Annotated[
        Part,
        typer.Option(
            help="这个进程做什么：all 全都做；bot 接收按键和文字；rounds 起草、开考等定时的事；"
            "sender 发送；web 管理页面。后四种要用 PostgreSQL，可在几台机器上各开几个。"
        ),
    ] = Part.ALL,
) -> None:
    """启动机器人，直到 Ctrl-C。

    例：LAWBOT_TELEGRAM_TOKEN=123:ABC lawbot run
    """
    from lawbot.cli import logs  # noqa: PLC0415 - structlog is slow to import

    logs.quiet()
    asyncio.run(_run(read_settings(), role))


async def _run(settings: Settings, part: Part) -> None:
    from lawbot import wiring  # noqa: PLC0415 - slow

    if part is not Part.WEB:
        settings.token()
    house = await wiring.open_house(settings)
    stop = asyncio.Event()
    try:
        with wiring.stopped_by_signals(stop):
            if part is Part.WEB:
                async with wiring.desk_doors(settings, house):
                    typer.echo(f"管理页面：{settings.web_address}。按 Ctrl-C 停止。")
                    await stop.wait()
            else:
                await wiring.Service(settings, house, part).run(stop, _say_ready, doors=True)
    finally:
        await house.store.close()
    typer.echo("已停止。")


def _say_ready(name: str) -> None:
    typer.echo(f"机器人 @{name} 已启动。按 Ctrl-C 停止。")


def doctor(
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """逐项检查：时钟、令牌、数据库、内容、名册、管理员、备份、待通知等。

    例：lawbot doctor
    """
    from lawbot.cli import health  # noqa: PLC0415 - only this command needs it
    from lawbot.cli.house import show_json  # noqa: PLC0415

    found = asyncio.run(health.examine(read_settings()))
    if json_:
        show_json([{"name": f.name, "ok": f.ok, "detail": f.detail} for f in found])
    else:
        for finding in found:
            mark = "正常" if finding.ok else "注意"
            typer.echo(f"[{mark}] {finding.name}：{finding.detail}")
    if not all(finding.ok for finding in found):
        raise typer.Exit(1)
