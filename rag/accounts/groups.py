"""The accounts among articles of an index: those that one answer cites, or those of the whole folder.

Articles that tell one story in copies or rewordings of each other (`rag.accounts.copies`) are one account, and so
are two that a third one ties together. Collapsing them counts witnesses; it drops no words.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar
from zlib import crc32

from index.types import Article
from rag.accounts.copies import Told, same_account, told

if TYPE_CHECKING:
    from index.encoder import Vectors
    from index.store import Index

Group = tuple[str, ...]
"""The paths of one account's articles, in order."""
Span = tuple[int, int]
_Order = tuple[int, ...]
K = TypeVar("K")
V = TypeVar("V")

KEPT = 24
"""Rarest stems of an article by which `all_accounts` finds others to compare it with."""
IN_COMMON = 0.3
"""Share of these that another article must have, anywhere in it: a copy of all or of a part has more."""
WINDOW = 16
"""Where more articles than these have a stem among their rarest, only so many are looked at that are next in an order
that brings like articles together (sorted neighbourhood, Hernández and Stolfo 1995, doi:10.1145/223784.223807)."""
HELD = 512
"""Articles that are held in memory for the next comparison."""
VERDICTS = 50_000
"""Pairs whose verdict is remembered."""
CHUNK = 500
"""Articles taken from the catalog at once."""


@dataclass(frozen=True, slots=True)
class _Held:
    """An article as the index has it."""

    text: str
    body: tuple[Span, ...]
    """Its sentences, but for its title's."""
    told: Told


class Accounts:
    """The accounts among articles of one index; threads may share it."""

    def __init__(self, index: Index) -> None:
        self._catalog = index.catalog
        self._lock = threading.Lock()
        self._changes = -1
        self._ids: _Kept[str, int] = _Kept(20 * HELD)
        self._articles: _Kept[int, _Held] = _Kept(HELD)
        self._verdicts: _Kept[tuple[int, int], bool] = _Kept(VERDICTS)

    def numbered(self, paths: Iterable[str]) -> dict[str, int]:
        """The account of each path, from 1, in the order in which accounts first appear.

        Those of the given articles that are copies of each other share one, also by way of a third that is given.
        """
        given = list(dict.fromkeys(paths))
        with self._lock:
            self._follow()
            if len(given) > 1:
                self._hold(given)
            joined = _Joined()
            for one, path in enumerate(sorted(given)):
                for other in sorted(given)[:one]:
                    if not joined.same(other, path) and self._same(other, path):
                        joined.join(other, path)
        numbers: dict[str, int] = {}
        return {path: numbers.setdefault(joined.first(path), len(numbers) + 1) for path in given}

    def same(self, one: str, other: str) -> bool:
        """Whether the articles at two paths are one account."""
        with self._lock:
            self._follow()
            return self._same(*sorted((one, other)))

    def body(self, article: Article) -> tuple[Span, ...]:
        """The sentences of an article but for its title's; none where the index no longer has this text of it."""
        with self._lock:
            self._follow()
            held = self._held(self._id(article.path))
        return held.body if held and held.text == article.text else ()

    def _follow(self) -> None:
        """Forgets what stands at which path once the catalog has changed: a changed article has another id."""
        changes = self._catalog.changes()
        if changes != self._changes:
            self._changes = changes
            self._ids.clear()

    def _same(self, one: str, other: str) -> bool:
        first, second = self._id(one), self._id(other)
        if not first or not second:
            return False
        known = self._verdicts.get((first, second))
        if known is None:
            held = self._held(first), self._held(second)
            known = same_account(*(article.told if article else told((), tuple) for article in held))
            self._verdicts.put((first, second), known)
        return known

    def _id(self, path: str) -> int:
        """The id of the article at a path; 0 where there is none."""
        number = self._ids.get(path)
        if number is None:
            number = self._catalog.article_id(path)
            self._ids.put(path, number)
        return number

    def _hold(self, paths: Iterable[str]) -> None:
        """Reads the articles at these paths that are not in memory yet, all at once."""
        missing = [number for number in map(self._id, paths) if number and number not in self._articles]
        for _ in self._read(missing):
            pass

    def _held(self, number: int) -> _Held | None:
        """The article of this id; None where another was put at its path a moment ago."""
        return self._articles.get(number) or next(self._read([number]), None)

    def _read(self, numbers: Sequence[int]) -> Iterator[_Held]:
        """The articles of these ids, out of the catalog."""
        spans = self._catalog.sentences_in(numbers)
        for number, article in self._catalog.articles_of(numbers).items():
            body = spans.get(number, ())
            compared = told([article.text[start:end] for start, end in body], partial(self._vectors, number))
            held = _Held(article.text, body, compared)
            self._articles.put(number, held)
            yield held

    def _vectors(self, number: int) -> list[Vectors]:
        """Those of the sentences of an article: kilobytes, which most comparisons never ask for."""
        return [passage.sentence_vectors for passage in self._catalog.passages_in([number])]


def all_accounts(index: Index) -> list[Group]:
    """Every article of the index, grouped by account: each group's paths in order, groups in order of their first.

    What is compared is found by the rarest stems of articles, not by comparing all with all.
    """
    accounts, joined = Accounts(index), _Joined()
    for one, other in _neighbours(index):
        if not joined.same(one, other) and accounts.same(one, other):
            joined.join(one, other)
    groups: dict[str, list[str]] = {}
    for article in index.catalog.articles():
        groups.setdefault(joined.first(article.path), []).append(article.path)
    return [tuple(group) for group in groups.values()]


def _neighbours(index: Index) -> Iterator[tuple[str, str]]:
    """Pairs of paths of which one article has enough of the other's rarest stems."""
    shared = _shared_stems(index)
    sizes: dict[str, int] = {}
    holders: dict[str, list[tuple[_Order, str]]] = {}
    for path, stems in _stems(index):
        rarest = sorted(stems & shared.keys(), key=lambda one: (shared[one], one))[:KEPT]
        sizes[path] = len(rarest)
        for one in rarest:
            holders.setdefault(one, []).append((_order(rarest), path))
    for held in holders.values():
        held.sort()
    for path, stems in _stems(index):
        order = _order(sorted(stems & shared.keys(), key=lambda one: (shared[one], one))[:KEPT])
        counts: Counter[str] = Counter()
        for held in (holders[one] for one in stems if one in holders):
            counts.update(other for _, other in _next_to((order, path), held))
        for other in sorted(counts):
            if other != path and counts[other] >= max(2.0, IN_COMMON * sizes[other]):
                yield path, other


def _shared_stems(index: Index) -> dict[str, int]:
    """In how many articles each stem stands that more than one has."""
    holders = Counter(one for _, stems in _stems(index) for one in stems)
    return {one: count for one, count in holders.items() if count > 1}


def _order(stems: Sequence[str]) -> _Order:
    """Alike for articles that have most of these stems in common: the least of their checksums (as in MinHash)."""
    return tuple(sorted(crc32(one.encode("utf-8", "replace")) for one in stems)[:4])


def _next_to(place: tuple[_Order, str], held: list[tuple[_Order, str]]) -> list[tuple[_Order, str]]:
    """Those of `held`, which is sorted, that stand around a place."""
    at = bisect_left(held, place)
    return held if len(held) <= WINDOW else held[max(0, at - WINDOW // 2) : at + WINDOW // 2]


def _stems(index: Index) -> Iterator[tuple[str, set[str]]]:
    """Path and distinct stems of every article with a passage, a chunk at a time."""
    last = index.catalog.passages([index.catalog.last_passage()])
    for start in range(1, (last[0].article if last else 0) + 1, CHUNK):
        ids = range(start, start + CHUNK)
        stems = index.catalog.stems_of(ids)
        for number, article in index.catalog.articles_of(ids).items():
            if number in stems:
                yield article.path, set(stems[number].text.split())


class _Joined:
    """Sets of paths that grow together; each is known by its first path in order."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def first(self, path: str) -> str:
        while (parent := self._parents.get(path, path)) != path:
            self._parents[path] = self._parents.get(parent, parent)
            path = parent
        return path

    def same(self, one: str, other: str) -> bool:
        return self.first(one) == self.first(other)

    def join(self, one: str, other: str) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        self._parents[high] = low


class _Kept(Generic[K, V]):
    """The values that were asked for last, so many of them at most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def get(self, key: K) -> V | None:
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def clear(self) -> None:
        self._values.clear()
