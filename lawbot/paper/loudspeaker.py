"""The script that is read over a village's loudspeaker: large type, a sentence to a paragraph."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lawcore.campaigns.spoken import minutes
from lawcore.errors import BadInput


@dataclass(frozen=True, slots=True)
class Script:
    """What is read, and where it comes from: ``source`` is printed but not read."""

    title: str
    township: str
    lines: tuple[str, ...]
    source: str
    approved: bool


def write_script(script: Script, path: Path, at: datetime) -> None:
    """Write `script` as .txt (only what is read) or .docx. Raises BadInput for another ending."""
    match path.suffix.lower():
        case ".txt":
            _write_text(script, path)
        case ".docx":
            _write_sheet(script, path, at)
        case _:
            raise BadInput(f"“{path.name}”的结尾要是 .txt 或 .docx。")


def _write_text(script: Script, path: Path) -> None:
    """Write it as the notepad and the speech programs of an office read it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\r\n".join((*script.lines, "")), encoding="utf-8-sig", newline="")
    except OSError:
        raise BadInput(f"写不了“{path}”：请换个位置。") from None


def _write_sheet(script: Script, path: Path, at: datetime) -> None:
    from lawbot.paper.sheet import Font, Look, Sheet  # noqa: PLC0415 - docx is slow to import

    sheet = Sheet(f"{script.title}广播稿", script.township, at, margin=2.2)
    sheet.line(f"{script.title}广播稿", Look(26, Font.HEAVY, centred=True, after=4))
    told = f"{script.township}　念一遍约 {minutes(script.lines)} 分钟，慢一点，一句一停"
    sheet.line(told, Look(14, Font.BRUSH, centred=True))
    sheet.rule()
    for line in script.lines:
        sheet.line(line, Look(22, after=8))
    sheet.rule(after=4)
    sheet.line(script.source, Look(12, Font.BRUSH, with_next=True))
    sheet.line("播出：　　　年　　月　　日　　时　　　播音员：", Look(14, Font.BRUSH))
    sheet.page_numbers()
    sheet.save(path)
