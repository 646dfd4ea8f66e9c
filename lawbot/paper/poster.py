"""A poster for each village: a QR code that joins this village, and what a person agrees to."""

import io
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import segno

from lawcore.errors import BadInput
from lawcore.people.model import Unit

_UNFIT = re.compile(r'[\\/:*?"<>|\s]')
_SCALE = 24
"""Dots of the picture for one module: sharp at 30 cm."""
_BORDER = 4
"""Modules of white around the code, as ISO/IEC 18004 asks for."""
WIDTH = 11.5
"""Centimetres of the code on the poster: it is read from two metres."""
PROMISES = (
    "每逢普法日，收到一条和咱们有关的法律常识。",
    "不用填姓名、电话，只记您选的村。",
    "不想收了，发 /stop，马上就停。",
)
"""What a person agrees to (个人信息保护法 article 17)."""


@dataclass(frozen=True, slots=True)
class Poster:
    """The poster of one village."""

    village: Unit
    bot: str
    township: str

    @property
    def link(self) -> str:
        """What the code says: pressing 开始 behind this link joins the village."""
        return f"https://t.me/{self.bot}?start={quote(self.village.code)}"

    @property
    def file_name(self) -> str:
        """A name without the signs that file systems refuse."""
        return _UNFIT.sub("_", f"{self.village.code}-{self.village.name}")


def write_poster(poster: Poster, folder: Path, at: datetime) -> tuple[Path, Path]:
    """Write the code as a picture and the poster as a document; return both paths."""
    picture = folder / f"{poster.file_name}.png"
    document = folder / f"{poster.file_name}.docx"
    code = _code(poster.link)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(code)
    except OSError:
        raise BadInput(f"写不了“{picture}”：请换个位置。") from None
    _write_sheet(poster, code, document, at)
    return picture, document


def _code(link: str) -> bytes:
    """The QR code as PNG; level Q is read even with a quarter of it dirty or torn."""
    made = io.BytesIO()
    segno.make(link, error="q", micro=False).save(
        made, kind="png", scale=_SCALE, border=_BORDER, dpi=300
    )
    return made.getvalue()


def _write_sheet(poster: Poster, code: bytes, path: Path, at: datetime) -> None:
    from lawbot.paper.sheet import Font, Look, Sheet  # noqa: PLC0415 - docx is slow to import

    name = poster.village.name
    sheet = Sheet(f"{name}普法消息", poster.township, at, margin=2)
    sheet.line(poster.township, Look(26, Font.HEAVY, centred=True))
    title = Look(48, Font.HEAVY, red=True, centred=True, spacing=1.4)
    sheet.line(f"{name}普法消息", title)
    sheet.rule(after=6)
    sheet.line("手机扫一扫，点“开始”，就收得到", Look(28, Font.BRUSH, centred=True))
    sheet.picture(code, WIDTH, f"二维码，内容是 {poster.link}")
    for promise in PROMISES:
        sheet.line(f"· {promise}", Look(22, spacing=1.7))
    sheet.rule(after=6)
    for way in (
        "要先装 Telegram。扫不了码，就在里面找到",
        f"@{poster.bot}，发 /start {poster.village.code}",
    ):
        sheet.line(way, Look(16, centred=True))
    sheet.save(path)
