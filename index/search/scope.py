"""Search within limits: which articles and passages a date, an outlet or a file leaves, and what they hold.

What is read here is the catalog's: see index/catalog/catalog.py for what the tables mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.catalog.database import Database
from index.catalog.packing import unpack_each
from index.encoder import Vectors
from index.search.postings import Floats, Numbers, Postings, quoted

KEPT = 8
"""Scopes that are kept: one of a million passages takes 8 MB, and a second to make."""
SMALL, SHARE = 2_000, 50
"""A scope is small up to SMALL passages, or one in SHARE of all passages. What a small one holds is looked at whole:
up to 2,000 passages that takes less than the rest of a question; in a larger folder the full-text index, which knows
of no limits, would walk through more than that to find what is in it."""


class Limits(Protocol):
    """What an article has to be; an empty limit is none."""

    @property
    def since(self) -> str | None:
        """ISO date, included; an article without a date is left out."""

    @property
    def until(self) -> str | None:
        """The same."""

    @property
    def outlets(self) -> tuple[str, ...]:
        """Outlets, as the catalog has them."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of articles, or of files that hold several."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles and passages within limits: their ids, ascending."""

    articles: Numbers
    passages: Numbers
    owners: Numbers | None
    """The article of each passage; None where the scope is not small."""
    length: float = 1.0
    """Mean number of stems of a passage; only of a small scope, as the next."""
    article_length: float = 1.0

    def holds(self, passages: Numbers) -> npt.NDArray[np.bool_]:
        """Which of these passages are within it, shape (passages,)."""
        if not len(self.passages):
            return np.zeros(len(passages), np.bool_)
        places = np.searchsorted(self.passages, passages).clip(max=len(self.passages) - 1)
        found: npt.NDArray[np.bool_] = self.passages[places] == passages
        return found

    def articles_of(self, passages: Numbers) -> int:
        """In how many articles these passages of a small scope stand."""
        if self.owners is None:
            raise ValueError("the scope is not small")
        return len(np.unique(self.owners[np.searchsorted(self.passages, passages)]))


class Scopes:
    """What is within limits; threads may share it."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._postings = Postings(database)
        self._kept: dict[tuple[object, ...], Scope] = {}

    def within(self, limits: Limits) -> Scope:
        """The articles and passages within limits; the last few scopes are kept until the catalog changes."""
        changes = self._db.one("SELECT value FROM meta WHERE key = 'changes'")[0]
        key = (changes, limits.since, limits.until, limits.outlets, limits.paths)
        kept = self._kept  # never changed, only replaced: other threads read it
        if key not in kept:
            current = [(one, scope) for one, scope in kept.items() if one[0] == changes]
            kept = self._kept = {**dict(current[1 - KEPT :]), key: self._made(limits)}
        return kept[key]

    def _made(self, limits: Limits) -> Scope:
        where, values = _condition(limits)
        articles = _first(self._db.rows(f"SELECT a.id FROM articles a WHERE {where}", *values))
        joined = "SELECT p.id FROM articles a JOIN passages p ON p.article = a.id"
        passages = _first(self._db.rows(f"{joined} WHERE {where}", *values))
        if len(passages) > max(SMALL, self._all() // SHARE):
            return Scope(articles, passages, None)
        rows = sorted(self._db.rows_in("SELECT id, article, length FROM passages WHERE id IN", passages.tolist()))
        whole = [row[0] for row in self._db.rows_in("SELECT length FROM articles WHERE id IN", articles.tolist())]
        ids, owners, lengths = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
        means = (sum(each) / len(each) if each else 1.0 for each in (lengths, whole))
        return Scope(articles, np.array(ids, np.int64), np.array(owners, np.int64), *means)

    def _all(self) -> int:
        return int(self._db.one("SELECT value FROM meta WHERE key = 'passages'")[0])

    def has_any(self, limits: Limits) -> bool:
        """Whether any article is within limits."""
        where, values = _condition(limits)
        return self._db.one(f"SELECT 1 FROM articles a WHERE {where} LIMIT 1", *values) is not None

    def undated(self, limits: Limits) -> int:
        """How many articles are left out for having no date: 0 where no date is asked for."""
        if not (limits.since or limits.until):
            return 0
        where, values = _condition(limits, dated=False)
        return int(self._db.one(f"SELECT count(*) FROM articles a WHERE a.published IS NULL AND {where}", *values)[0])

    def outlets(self) -> tuple[str, ...]:
        """Every outlet that an article has, in order."""
        sql = "SELECT DISTINCT outlet FROM articles WHERE outlet IS NOT NULL ORDER BY outlet"
        return tuple(row[0] for row in self._db.rows(sql))

    def files(self) -> tuple[str, ...]:
        """The files that have articles, in order."""
        return tuple(row[0] for row in self._db.rows("SELECT DISTINCT file FROM articles ORDER BY file"))

    def newest(self) -> str | None:
        """The ISO date of the newest article; None where no article has a date."""
        newest = self._db.one("SELECT max(published) FROM articles")[0]
        return str(newest) if newest else None

    def exists(self, path: str) -> bool:
        """Whether an article or a file of articles has this path."""
        return self._db.one("SELECT 1 FROM articles WHERE path = ? OR file = ? LIMIT 1", path, path) is not None

    def first_passages(self, limits: Limits, most: int, stems: Sequence[str] = ()) -> list[int]:
        """The id of the first passage of each article within limits that has any of these stems, where there are
        some; of the newest where there are more than `most`."""
        where, values = _condition(limits)
        if stems:
            having = "SELECT article FROM passages WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?)"
            where, values = f"{where} AND a.id IN ({having})", [*values, " OR ".join(map(quoted, stems))]
        chosen = f"SELECT a.id FROM articles a WHERE {where} ORDER BY a.published IS NULL, a.published DESC, a.path"
        sql = "SELECT id, min(start) FROM passages WHERE article IN ({} LIMIT ?) GROUP BY article"
        return [int(row[0]) for row in self._db.rows(sql.format(chosen), *values, most)]

    def having(self, stem: str) -> Numbers:
        """The ids of all passages that have a stem, ascending; within limits or not."""
        return _first(self._db.rows("SELECT rowid FROM words WHERE words MATCH ?", quoted(stem)))

    def matches(self, stems: Sequence[str]) -> tuple[Numbers, Floats]:
        """The ids of all passages that have any of these stems, ascending, and their BM25; within limits or not."""
        return self._postings.matches(stems)

    def vectors(self, ids: Numbers) -> tuple[Numbers, Vectors]:
        """Those of these passages that exist, ascending, and their vectors, shape (passages, dim)."""
        rows = sorted(self._db.rows_in("SELECT passage, vector FROM vectors WHERE passage IN", ids.tolist()))
        return np.array([row[0] for row in rows], dtype=np.int64), unpack_each([row[1] for row in rows])


def _condition(limits: Limits, *, dated: bool = True) -> tuple[str, list[str]]:
    """The limits in SQL, over a table `a` of articles, and its values; without the dates unless `dated`."""
    parts, values = ["1"], []
    if dated and limits.since:
        parts.append("a.published >= ?")
        values.append(limits.since)
    if dated and limits.until:
        parts.append("a.published <= ?")
        values.append(limits.until)
    if limits.outlets:
        parts.append("a.outlet IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(limits.outlets))
    if limits.paths:
        named = "(SELECT value FROM json_each(?))"
        parts.append(f"(a.path IN {named} OR a.file IN {named})")
        values += [json.dumps(limits.paths)] * 2
    return " AND ".join(parts), values


def _first(rows: Iterable[tuple[int, ...]]) -> Numbers:
    """The first column, ascending."""
    found = np.fromiter((row[0] for row in rows), dtype=np.int64)
    found.sort()
    return found
