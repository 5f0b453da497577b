"""How often each stem stands in each passage and article, in memory: of folders that are searched exactly.

The catalog is what is counted, as `index.search.dense` keeps such a folder's vectors in memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from index.catalog.catalog import Catalog
from index.catalog.rows import BAG
from index.search import dense
from index.search.postings import Numbers

ROW, COUNT = 17, 16
"""Bits of a text's place, of which there are at most `dense.EXACT`, and of how often a stem stands in it."""


FORGOTTEN = 1_000
"""Contents that are no more, beside as many as there are, from which on the folder is read anew."""
STEMS = 50_000
"""Stems whose article frequency is kept in memory, a few MB."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Passages or articles, and the stems in them."""

    ids: Numbers
    """Ascending."""
    lengths: Numbers
    """In stems."""
    keys: Numbers
    """For each stem of each text, ascending: the stem's number in the catalog, the text's place in `ids`, and how
    often the stem stands in it, in one number."""

    @classmethod
    def none(cls) -> Texts:
        """No text."""
        return cls(*(np.zeros(0, np.int64) for _ in range(3)))

    def table(self, stems: Sequence[int]) -> Numbers:
        """How often each of these stems stands in each text, shape (texts, stems)."""
        table = np.zeros((len(stems), len(self.ids)), np.int64)
        numbers = np.asarray(stems, dtype=np.int64)
        bounds = np.searchsorted(self.keys, np.stack([numbers, numbers + 1]) << (ROW + COUNT))
        for row, start, end in zip(table, *bounds.tolist(), strict=True):
            found = self.keys[start:end]
            row[_rows(found)] = found & (1 << COUNT) - 1
        return table.T

    def places(self, ids: Sequence[int] | Numbers) -> Numbers:
        """Where those of these texts stand that are held."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self.ids):
            return wanted[:0]
        places = np.searchsorted(self.ids, wanted).clip(max=len(self.ids) - 1)
        found: Numbers = places[self.ids[places] == wanted]
        return found

    def kept(self, which: npt.NDArray[np.bool_]) -> Texts:
        """Those of the texts."""
        if which.all():
            return self
        rows = _rows(self.keys)
        inside = which[rows]
        gone = np.cumsum(~which)
        return Texts(self.ids[which], self.lengths[which], (self.keys - (gone[rows] << COUNT))[inside])

    def and_(self, ids: Sequence[int], lengths: Sequence[int], bags: Sequence[bytes]) -> Texts:
        """With texts whose ids are above those of all others."""
        found = np.frombuffer(b"".join(bags), dtype=BAG)
        sizes = [len(bag) // BAG.itemsize for bag in bags]
        rows = np.repeat(np.arange(len(self.ids), len(self.ids) + len(ids)), sizes)
        keys = found["stem"].astype(np.int64) << (ROW + COUNT) | rows << COUNT | found["count"]
        both = (self.ids, ids), (self.lengths, lengths), (self.keys, np.sort(keys))
        texts = Texts(*(np.concatenate(pair).astype(np.int64) for pair in both))
        texts.keys.sort(kind="stable")  # merges what is in order already
        return texts


def _rows(keys: Numbers) -> Numbers:
    return keys >> COUNT & (1 << ROW) - 1


@dataclass(frozen=True, slots=True)
class Held:
    """A folder at one moment."""

    passages: Texts
    articles: Texts
    paths: tuple[str, ...]
    """Of the articles."""
    owners: Numbers
    """For each passage the place of its article."""
    owner_ids: Numbers
    """The same as the article's id."""
    starts: Numbers
    """Where in its article each passage starts."""
    contents: Numbers
    """The same number for passages of the same words behind the same title."""
    numbers: dict[bytes, int]
    """Of contents that are or were there."""

    @classmethod
    def none(cls) -> Held:
        """An empty folder."""
        nothing = np.zeros(0, np.int64)
        return cls(Texts.none(), Texts.none(), (), nothing, nothing, nothing, nothing, {})


class ArticleFrequencies:
    """In how many articles stems stand, kept in memory until something changes; threads may share it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: tuple[int, dict[str, int]] = -1, {}

    def of(self, stems: Iterable[str]) -> dict[str, int]:
        """For each of these stems; 0 where no article has it."""
        changes = self._catalog.changes()
        seen, known = self._known
        if seen != changes or len(known) > STEMS:
            known = {}
            self._known = changes, known
        wanted = list(dict.fromkeys(stems))
        new = [stem for stem in wanted if stem not in known]
        held = self._catalog.article_frequencies(new)
        known.update((stem, held.get(stem, 0)) for stem in new)
        return {stem: known[stem] for stem in wanted}


class WordCounts:
    """The words of one folder, counted; threads may share it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._seen = -1
        self._held: Held | None = None

    def close(self) -> None:
        """Lets go of what is in memory."""
        with self._lock:
            self._seen, self._held = -1, None

    def held(self) -> Held | None:
        """The folder as it is now, for whom reads an earlier moment too; None where it is too large to be held."""
        with self._lock:
            if self._catalog.changes() > self._seen:
                with self._catalog.moment():
                    self._held = self._follow(self._held) if max(self._catalog.counts()) <= dense.EXACT else None
                    self._seen = self._catalog.changes()
            return self._held

    def _follow(self, held: Held | None) -> Held:
        """What the catalog holds, whoever has changed it: only what is new is read."""
        passages = self._catalog.counts()[1]
        if held is None or len(held.numbers) > 2 * passages + FORGOTTEN:
            held = Held.none()
        ids = held.passages.ids
        new, owners, starts, contents = _columns(self._catalog.passage_places(_last(ids)), 4)
        kept = np.ones(len(ids), np.bool_)
        if passages != len(ids) + len(new):
            kept = np.isin(ids, self._catalog.passage_ids(), assume_unique=True)
        known, paths = _columns(self._catalog.paths(), 2)
        articles = self._texts("articles", held.articles, np.isin(held.articles.ids, np.array(known, dtype=np.int64)))
        alike = [held.numbers.setdefault(content, len(held.numbers)) for content in contents]
        owner_ids = _more(held.owner_ids, kept, owners)
        return Held(
            self._texts("passages", held.passages, kept),
            articles,
            paths,
            np.searchsorted(articles.ids, owner_ids),
            owner_ids,
            _more(held.starts, kept, starts),
            _more(held.contents, kept, alike),
            held.numbers,
        )

    def _texts(self, table: Literal["passages", "articles"], before: Texts, kept: npt.NDArray[np.bool_]) -> Texts:
        """Of the texts that were before those that are kept, and the new ones."""
        new = self._catalog.bags_after(table, _last(before.ids))
        return before.kept(kept).and_(*_columns(new, 3)) if new else before.kept(kept)


def _last(ids: Numbers) -> int:
    return int(ids[-1]) if len(ids) else 0


def _more(before: Numbers, kept: npt.NDArray[np.bool_], new: Sequence[int]) -> Numbers:
    return np.concatenate([before[kept], np.array(new, dtype=np.int64)])


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> tuple[tuple[Any, ...], ...]:
    return tuple(zip(*rows, strict=True)) if rows else ((),) * count
