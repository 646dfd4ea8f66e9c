"""Where imported questions lie in a content folder, beside those that are there already."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from lawcore.errors import BadInput

_SHOWN = 30


def place_for(folder: Path, ids: Iterable[str]) -> Path:
    """Give a file of the folder that is not there yet: ``questions/imported-2.toml``.

    Raises BadInput naming the ids that the folder has already, or a file that cannot be read.
    """
    room = folder / "questions"
    known = {key: file.name for file in sorted(room.glob("*.toml")) for key in _ids(file)}
    if clashing := [key for key in ids if key in known]:
        named = "、".join(f"“{key}”" for key in clashing[:_SHOWN])
        more = f"等 {len(clashing)} 个" if len(clashing) > _SHOWN else ""
        files = "、".join(sorted({known[key] for key in clashing}))
        raise BadInput(
            f"已经有编号{named}{more}了（{room} 里的 {files}），没有导入任何内容。请改掉编号；"
            "题目自己没有编号的，把要导入的文件改名为小写英文字母和数字，编号就跟着文件名。"
        )
    names = (f"imported{'' if number == 1 else f'-{number}'}.toml" for number in range(1, 10**6))
    return next(path for name in names if not (path := room / name).exists())


def _ids(file: Path) -> list[str]:
    try:
        tables = tomllib.loads(file.read_text("utf-8-sig")).get("question", [])
        return [each["id"] for each in tables]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise BadInput(
            f"“{file}”读不懂，不知道里面有哪些编号。请先运行 lawbot content check 改好。"
        ) from None
