"""Files that were sent: kept in memory, named by an id as Telegram does."""

import struct
from dataclasses import dataclass
from hashlib import sha256
from mimetypes import guess_type
from typing import Any, Final

from lawbot.sandbox.answers import bad_request

BIGGEST: Final = 50 * 1024 * 1024
"""Bytes a bot may upload."""
BIGGEST_DOWNLOAD: Final = 20 * 1024 * 1024
"""Bytes a bot may download."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One file. `width` and `height` are set for pictures."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str
    data: bytes
    width: int = 0
    height: int = 0

    def body(self) -> dict[str, Any]:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }


class Files:
    """The store; ids are the same in every run that sends the same files in the same order."""

    def __init__(self) -> None:
        self._by_id: dict[str, Stored] = {}
        self._by_path: dict[str, Stored] = {}

    def find(self, file_id: str) -> Stored | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> Stored | None:
        return self._by_path.get(path)

    def keep(self, name: str, mime: str, data: bytes, *, picture: bool) -> Stored:
        """Raises ApiError 400 for an empty file, or for a picture that is none."""
        if not data:
            raise bad_request("file must be non-empty")
        width, height = picture_size(data) if picture else (0, 0)
        number = len(self._by_id) + 1
        name = name.replace("\\", "/").rsplit("/", 1)[-1] or "file"
        folder = "photos" if picture else "documents"
        suffix = name.rsplit(".", 1)[-1] if "." in name else "bin"
        if not (suffix.isascii() and suffix.isalnum()):
            suffix = "bin"
        digest = sha256(data).hexdigest()
        stored = Stored(
            file_id=f"{'AgACAgUAAx' if picture else 'BQACAgUAAx'}{number:06d}{digest[:24]}",
            unique_id=f"AgAD{digest[:12]}",
            path=f"{folder}/file_{number}.{suffix}",
            name=name,
            mime=_mime(name, mime),
            data=data,
            width=width,
            height=height,
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored
        return stored


def _mime(name: str, given: str) -> str:
    if given and given != "application/octet-stream":
        return given
    return guess_type(name)[0] or "application/octet-stream"


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG; raises ApiError 400 when it is neither or too odd."""
    size = _png_size(data) or _jpeg_size(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if not (width and height) or width + height > 10_000 or max(size) > 20 * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size


def _png_size(data: bytes) -> tuple[int, int] | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + length
    return None
