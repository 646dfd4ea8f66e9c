"""A file is written whole or not at all."""

import os
import secrets
from pathlib import Path

from lawcore.errors import BadInput


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, then put it in its place in one step.

    A crash leaves the old file or the new one, never half of one. Raises BadInput if the folder is
    missing or may not be written to; then nothing is left behind.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise BadInput(f"写不了「{path}」：{_reason(path, error)}。") from error
    finally:
        part.unlink(missing_ok=True)


def _reason(path: Path, error: OSError) -> str:
    if path.is_dir():
        return "它是文件夹，请写上文件名"
    if not path.parent.is_dir():
        return "没有这个文件夹，请先建好"
    if isinstance(error, PermissionError):
        return "没有写入权限，或文件正被别的程序打开"
    return error.strerror or "磁盘出错"
