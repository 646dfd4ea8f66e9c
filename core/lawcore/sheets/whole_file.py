"""A file is written whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lawcore.errors import BadInput


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file that is written beside `path`, and put in its place in one step when the block ends.

    A crash leaves the old file or the new one, never half of one. Raises BadInput if the folder is
    missing or may not be written to; then nothing is left behind.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise BadInput(f"写不了“{path}”：{_reason(path, error)}。") from error
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` whole. Raises BadInput as `whole` does."""
    with whole(path) as file:
        file.write(content)


def _reason(path: Path, error: OSError) -> str:
    if path.is_dir():
        return "它是文件夹，请写上文件名"
    if not path.parent.is_dir():
        return "没有这个文件夹，请先建好"
    if isinstance(error, PermissionError):
        return "没有写入权限，或文件正被别的程序打开"
    return error.strerror or "磁盘出错"
