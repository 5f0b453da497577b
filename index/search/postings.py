"""What each stem is worth in each passage that holds it (BM25), kept in memory for the next question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.catalog.database import Database

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

KEPT = 1_000_000
"""Passages of all stems together that are kept, 16 bytes each. The stems that take FTS5 longest are those that many
questions share."""


class Postings:
    """The passages of each stem; threads may share it."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._lock = threading.Lock()
        self._changes: str | None = None
        self._kept: OrderedDict[str, tuple[Numbers, Floats]] = OrderedDict()
        self._size = 0

    def matches(self, stems: Sequence[str]) -> tuple[Numbers, Floats]:
        """The ids of all passages that have any of these stems, ascending, and their BM25, which is above 0.

        A passage's BM25 for several stems is the sum of those for each.
        """
        if not stems:
            return np.zeros(0, np.int64), np.zeros(0, np.float64)
        changes = self._db.one("SELECT value FROM meta WHERE key = 'changes'")[0]
        found = [self._of(stem, changes) for stem in stems]
        ids, places = np.unique(np.concatenate([ids for ids, _ in found]), return_inverse=True)
        scores = np.bincount(places, weights=np.concatenate([scores for _, scores in found]))
        return ids, scores.astype(np.float64)

    def _of(self, stem: str, changes: str) -> tuple[Numbers, Floats]:
        """The passages of one stem; from memory, where they were read since the catalog last changed."""
        with self._lock:
            if changes != self._changes:
                self._changes, self._size = changes, 0
                self._kept.clear()
            if stem in self._kept:
                self._kept.move_to_end(stem)
                return self._kept[stem]
        read = self._read(stem)
        with self._lock:
            if changes == self._changes and stem not in self._kept:
                self._kept[stem] = read
                self._size += len(read[0])
                while self._size > KEPT:
                    self._size -= len(self._kept.popitem(last=False)[1][0])
        return read

    def _read(self, stem: str) -> tuple[Numbers, Floats]:
        rows = self._db.rows("SELECT rowid, -bm25(words) FROM words WHERE words MATCH ?", quoted(stem))
        ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        return ids, np.fromiter((row[1] for row in rows), dtype=np.float64, count=len(rows))


def quoted(stem: str) -> str:
    """A stem in a full-text query, where it is never a command."""
    return '"' + stem.replace('"', '""') + '"'
