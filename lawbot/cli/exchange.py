"""``lawbot content export``, ``import`` and ``schema``: the content in other programs' files."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lawbot.settings import read_settings
from lawbot.wiring import clock_of
from lawcore.clock import local_day
from lawcore.content import Pack, read_calendar, read_pack
from lawcore.errors import BadInput
from lawcore.law.registry import Registry
from lawcore.sheets.whole_file import write_whole


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("export")(export)
    group.command("import")(import_)
    group.command("schema")(schema)


def export(
    folder: Annotated[
        Path | None, typer.Argument(metavar="文件夹", help="叠加的内容文件夹；不写用设置里的。")
    ] = None,
    xlsx: Annotated[Path | None, typer.Option(help="题目写成表格，改好可以再导入。")] = None,
    gift: Annotated[Path | None, typer.Option(help="题目写成 GIFT 格式（Moodle）。")] = None,
    aiken: Annotated[Path | None, typer.Option(help="单选和判断题写成 Aiken 格式。")] = None,
    json_: Annotated[
        Path | None, typer.Option("--json", help="整个内容包写成 JSON，供外部审核。")
    ] = None,
) -> None:
    """导出题库或整个内容包。

    例：lawbot content export --xlsx 题库.xlsx
    例：lawbot content export --json 内容包.json
    """
    if not any((xlsx, gift, aiken, json_)):
        raise BadInput("请写明导出成什么：--xlsx、--gift、--aiken 或 --json，后面跟文件名。")
    settings = read_settings()
    pack = read_pack(folder or settings.content)
    if json_:
        _write_json(pack, json_, local_day(clock_of(settings).now()))
    if xlsx:
        from lawcore.content.exchange.sheet import sheet_of  # noqa: PLC0415 - slow to import

        write_whole(xlsx, sheet_of(pack.questions.values()))
        typer.echo(f"已写入 {xlsx}：{len(pack.questions)} 道题。")
    if gift:
        from lawcore.content.exchange.gift import LOST, gift_of  # noqa: PLC0415

        write_whole(gift, gift_of(pack.questions.values()).encode())
        typer.echo(f"已写入 {gift}：{len(pack.questions)} 道题。{LOST}；导回这里不丢。")
    if aiken:
        _write_aiken(pack, aiken)


def import_(
    file: Annotated[Path, typer.Argument(metavar="文件", help=".xlsx、.gift 或 .txt（Aiken）。")],
    out: Annotated[Path, typer.Option(help="写进哪个内容文件夹；没有就新建。")],
) -> None:
    """导入题目，写成内容文件；有一处错就什么都不导入，所有的错一次列出。

    文件夹里已有的题不动，新的写在旁边；编号有重复的，一道也不导入。

    例：lawbot content import 题库.xlsx --out 我的内容
    """
    from lawcore.content.exchange.folder import place_for  # noqa: PLC0415
    from lawcore.content.exchange.tables import as_toml, missing  # noqa: PLC0415

    questions, lost = _read(file)
    target = place_for(out, (str(raw["id"]) for raw in questions))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise BadInput(f"建不了文件夹“{target.parent}”，请检查能否写入。") from None
    write_whole(target, as_toml(questions).encode())
    typer.echo(f"已写入 {target}：{len(questions)} 道题。")
    if lacking := sum(bool(missing(raw)) for raw in questions):
        typer.echo(f"{lost}。有 {lacking} 道题要补：文件里每道题上面写明了缺什么。")
    typer.echo(f"接着运行 lawbot content check {out} 检查。")


def schema(
    out: Annotated[Path, typer.Option(help="写进哪个文件夹；没有就新建。")],
) -> None:
    """写出各种内容文件的 JSON Schema，供编辑器提示和检查写法。

    例：lawbot content schema --out schema
    """
    from lawcore.content.exchange.schema import schemas  # noqa: PLC0415

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise BadInput(f"建不了文件夹“{out}”，请检查能否写入。") from None
    made = schemas()
    for name, found in made.items():
        text = json.dumps(found, ensure_ascii=False, indent=2)
        write_whole(out / f"{name}.json", f"{text}\n".encode())
    typer.echo(f"已写入 {out}：{'、'.join(f'{name}.json' for name in made)}。")


def _read(file: Path) -> tuple[tuple[dict[str, object], ...], str]:
    """The questions of a file, and what its format does not carry."""
    from lawcore.content.exchange import aiken, gift  # noqa: PLC0415

    match file.suffix.lower():
        case ".xlsx":
            from lawcore.content.exchange.sheet import read_sheet  # noqa: PLC0415

            return tuple(map(dict, read_sheet(file, _registry()))), ""
        case ".gift":
            found = gift.read_gift(gift.read_text(file), file.name, _registry())
            return tuple(map(dict, found)), gift.LOST
        case ".txt":
            text = gift.read_text(file)
            return tuple(map(dict, aiken.read_aiken(text, file.name))), aiken.LOST
    raise BadInput(f"只能导入 .xlsx、.gift 和 .txt（Aiken）文件，不能导入“{file.name}”。")


def _registry() -> Registry:
    return read_calendar(read_settings().content).registry


def _write_aiken(pack: Pack, path: Path) -> None:
    from lawcore.content.exchange.aiken import LOST, aiken_of  # noqa: PLC0415

    text, left_out = aiken_of(pack.questions.values())
    write_whole(path, text.encode())
    written = len(pack.questions) - left_out
    typer.echo(f"已写入 {path}：{written} 道题；{left_out} 道多选题这种格式写不了。{LOST}。")


def _write_json(pack: Pack, path: Path, day: date) -> None:
    from lawcore.content.exchange.audit import audit_of  # noqa: PLC0415

    text = json.dumps(audit_of(pack, day), ensure_ascii=False, indent=1, default=str)
    write_whole(path, f"{text}\n".encode())
    typer.echo(f"已写入 {path}：整个内容包，题目连同答案，不要发给考生。")
