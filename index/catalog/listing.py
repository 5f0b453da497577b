"""The articles as a person looks through them: a page of them in some order, and what could not be read.

Only columns that stand before an article's text are read, so that a page of 100,000 articles is no more work than
one of a hundred (benchmarks/speed/growth.py measures indexes of that size).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from index.catalog.database import Database
from index.catalog.rows import Failure
from index.search.mentions import fold

Sort = Literal["date", "title", "outlet"]
_ORDERS = {
    "date": "published IS NULL, published {}, title COLLATE NOCASE",
    "title": "title COLLATE NOCASE {}",
    "outlet": "outlet IS NULL, outlet COLLATE NOCASE {}, published DESC",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which articles are listed, and in which order."""

    text: str = ""
    """Stands in the title, the outlet or the path; letter case and accents do not count."""
    sort: Sort = "date"
    descending: bool = True
    since: str | None = None
    """ISO date, included, like `until`; articles without a date are left out where one of them is given."""
    until: str | None = None
    undated: bool = False
    """Only articles without a date."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in the list, and the state in which its file was read."""

    path: str
    title: str
    outlet: str | None
    published: str | None
    file: str
    size: int
    """-1 where the file has to be read again, or not all of it has been."""
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Dated:
    """An article where only its date and its name count."""

    path: str
    title: str
    outlet: str | None
    published: str | None


def listed(database: Database, wish: Wish, offset: int, limit: int) -> tuple[int, list[Listed]]:
    """How many articles there are, and `limit` of them from `offset` on."""
    where, values = _condition(database, wish)
    total = int(database.one(f"SELECT count(*) FROM articles WHERE {where}", *values)[0])
    order = _ORDERS[wish.sort].format("DESC" if wish.descending else "ASC")
    page = f"SELECT path, title, outlet, published, file FROM articles WHERE {where} ORDER BY {order}, path"
    rows = database.rows(f"{page} LIMIT ? OFFSET ?", *values, limit, offset)
    files = {row[4] for row in rows}
    states = database.rows_in("SELECT path, size, mtime_ns FROM files WHERE path IN", sorted(files))
    known = {path: (int(size), int(mtime)) for path, size, mtime in states}
    return total, [
        Listed(path, title, outlet, published, file, *known.get(file, (-1, -1)))
        for path, title, outlet, published, file in rows
    ]


def failed(database: Database, text: str, offset: int, limit: int) -> tuple[int, list[Failure]]:
    """How many files and records were skipped, and `limit` of them from `offset` on, by path; those whose path or
    reason holds `text`, where there is one."""
    rows = database.rows("SELECT path, reason FROM failures ORDER BY path")
    if text:
        chosen = holding(text, (" ".join(row) for row in rows))
        rows = [rows[number] for number in chosen]
    return len(rows), [Failure(*row) for row in rows[offset : offset + limit]]


def failed_count(database: Database) -> int:
    """How many files and records were skipped."""
    return int(database.one("SELECT count(*) FROM failures")[0])


def states(database: Database, files: Sequence[str]) -> dict[str, str | None]:
    """Those of these files that have been read: None, or why something in them was skipped."""
    seen = database.rows_in("SELECT path FROM files WHERE size >= 0 AND path IN", files)
    read: dict[str, str | None] = {row[0]: None for row in seen}
    read.update(
        (row[0], row[1]) for row in database.rows_in("SELECT file, reason FROM failures WHERE file IN", files)
    )
    return read


def same_file(database: Database, sha256: str) -> str | None:
    """The path of a file with these bytes, or None."""
    row = database.one("SELECT path FROM files WHERE sha256 = ? ORDER BY path LIMIT 1", sha256)
    return str(row[0]) if row else None


def dated(database: Database) -> list[Dated]:
    """Every article in order of date, those without one last."""
    sql = "SELECT path, title, outlet, published FROM articles ORDER BY published IS NULL, published, path"
    return [Dated(*row) for row in database.rows(sql)]


def named(database: Database, ids: Sequence[int]) -> dict[int, Dated]:
    """The articles of these ids that still exist."""
    rows = database.rows_in("SELECT id, path, title, outlet, published FROM articles WHERE id IN", ids)
    return {row[0]: Dated(*row[1:]) for row in rows}


def _condition(database: Database, wish: Wish) -> tuple[str, list[object]]:
    parts: list[str] = ["1"]
    values: list[object] = []
    if wish.undated:
        parts.append("published IS NULL")
    if wish.since:
        parts.append("published >= ?")
        values.append(wish.since)
    if wish.until:
        parts.append("published <= ?")
        values.append(wish.until)
    if wish.text.strip():
        rows = database.rows("SELECT id, title, outlet, path FROM articles")
        chosen = holding(wish.text, (f"{title} {outlet or ''} {path}" for _, title, outlet, path in rows))
        parts.append("id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([rows[number][0] for number in chosen]))
    return " AND ".join(parts), values


def holding(text: str, names: Iterable[str]) -> list[int]:
    """The numbers, from 0, of the names that hold each word of `text`, or the beginning or the end of it."""
    lines = [name.replace("\n", " ") for name in names]
    whole = fold("\n".join(lines)).text  # folded at once: that of each name takes longer
    ends = list(accumulate(len(line) + 1 for line in whole.split("\n")))
    found = [_lines(whole, ends, word) for word in fold(text).text.split()[:20]]
    return sorted(set.intersection(*found)) if found else list(range(len(lines)))


def _lines(whole: str, ends: Sequence[int], word: str) -> set[int]:
    found: set[int] = set()
    at = whole.find(word)
    while at >= 0:
        line = bisect_right(ends, at)
        found.add(line)
        at = whole.find(word, ends[line])
    return found
