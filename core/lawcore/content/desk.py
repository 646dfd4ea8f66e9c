"""Opens content files, layer by layer, and keeps every fault until the end."""

import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from lawcore.content.faults import shape_faults, syntax_fault
from lawcore.content.forms.base import Form
from lawcore.content.place import Place
from lawcore.errors import BadInput, Fault, FaultyFile

FormT = TypeVar("FormT", bound=Form)
BuiltT = TypeVar("BuiltT")

_ROOMS = (
    "laws", "observances", "messages", "loudspeaker", "leaflets", "questions", "exams",
    "hotlines.toml", "categories.toml", "consent.toml",
)  # fmt: skip
_FILE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Layer(NamedTuple):
    """A folder with content, and what stands before its files' names in a fault."""

    folder: Traversable
    prefix: str


class Table(NamedTuple):
    """One thing of a content file, as TOML gave it."""

    file: str
    """The file's name without .toml."""
    place: Place
    raw: dict[str, Any]


class Desk:
    """Reads the rooms of the pack over all layers; `close` raises what was wrong."""

    def __init__(self, layers: list[Layer]) -> None:
        self.places: dict[tuple[str, str], Place] = {}
        self._layers = layers
        self._faults: list[Fault] = []
        for overlay in layers[1:]:
            self._refuse_strange_rooms(overlay)

    def close(self) -> None:
        """Raise FaultyFile with all faults, if there are any."""
        if self._faults:
            raise FaultyFile(f"内容文件有 {len(self._faults)} 处错误：", self._faults)

    def read(
        self,
        room: str,
        shape: type[FormT],
        build: Callable[[str, FormT], BuiltT],
        *,
        blame: str,
        table: str | None = None,
        key: Callable[[FormT], str] | None = None,
    ) -> dict[str, BuiltT]:
        """Read a room: one thing a file under its name, or each ``[[table]]`` under its `key`.

        A later layer replaces what an earlier one has under the same key. Where `build` raises
        BadInput, the line of `blame` is named.
        """
        found: dict[str, BuiltT] = {}
        for layer in self._layers:
            here: set[str] = set()
            for each in self._tables(layer, room, table):
                form = self._shape(shape, each)
                if form is None:
                    continue
                name = key(form) if key else each.file
                if name in here:
                    self._fault(each.place.at(), f"“{name}”写了两次", "删去一处")
                    continue
                here.add(name)
                try:
                    found[name] = build(name, form)
                except BadInput as wrong:
                    self._fault(each.place.at(blame), str(wrong))
                self.places[room.removesuffix(".toml"), name] = each.place
        return found

    def _tables(self, layer: Layer, room: str, table: str | None) -> Iterator[Table]:
        for path in _paths(layer.folder.joinpath(room)):
            label = layer.prefix + (path.name if path.name == room else f"{room}/{path.name}")
            name = path.name.removesuffix(".toml")
            if name == path.name or not _FILE_NAME.fullmatch(name):
                self._fault(label, "文件名不对", "只用小写英文字母、数字和连字符，以 .toml 结尾")
                continue
            text = self._text(path, label)
            document = self._document(text, label) if text is not None else None
            if text is None or document is None:
                continue
            if table is None:
                yield Table(name, Place(label, text), document)
            else:
                yield from self._many(Table(name, Place(label, text), document), table)

    def _many(self, whole: Table, table: str) -> Iterator[Table]:
        for strange in whole.raw.keys() - {table}:
            self._fault(whole.place.at(strange), f"不认识“{strange}”", f"每一条以 [[{table}]] 开头")
        listed = whole.raw.get(table, [])
        if not isinstance(listed, list) or not all(isinstance(raw, dict) for raw in listed):
            self._fault(whole.place.at(table), f"“{table}”写得不对", f"每一条以 [[{table}]] 开头")
            return
        for index, raw in enumerate(listed):
            place = Place(whole.place.file, whole.place.text, (table, index))
            yield Table(whole.file, place, raw)

    def _text(self, path: Traversable, label: str) -> str | None:
        try:
            return path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            self._fault(label, "文件不是 UTF-8 编码", "用记事本打开，另存为时编码选 UTF-8")
            return None

    def _document(self, text: str, label: str) -> dict[str, Any] | None:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as wrong:
            self._faults.append(syntax_fault(wrong, label, text))
            return None

    def _shape(self, shape: type[FormT], table: Table) -> FormT | None:
        try:
            return shape.model_validate(table.raw)
        except ValidationError as wrong:
            self._faults.extend(shape_faults(wrong, table.place))
            return None

    def _refuse_strange_rooms(self, overlay: Layer) -> None:
        for path in overlay.folder.iterdir():
            if path.name not in _ROOMS and not _passed_over(path.name):
                self._fault(
                    overlay.prefix + path.name, "不认识这个名字", f"可以有：{'、'.join(_ROOMS)}"
                )

    def _fault(self, where: str, reason: str, remedy: str = "") -> None:
        self._faults.append(Fault(where, reason, remedy))


def _paths(room: Traversable) -> list[Traversable]:
    """List the files of a room by name; a room may be missing, or be a single file."""
    if room.is_file():
        return [room]
    if not room.is_dir():
        return []
    return sorted(
        (path for path in room.iterdir() if not _passed_over(path.name)),
        key=lambda path: path.name,
    )


def _passed_over(name: str) -> bool:
    return name.startswith((".", "README")) or name == "__pycache__"
