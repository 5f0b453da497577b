"""A question's words in passages and articles: counted in memory where the folder is held there, else in the catalog.

What a passage scores is the same. Which passages are scored may differ at the edge: the catalog's full-text index
takes "7.5" for "7" beside "5".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.catalog.catalog import Catalog
from index.catalog.rows import Stems
from index.encoder import Vectors
from index.search.counts import Held
from index.search.postings import Floats, Numbers
from index.search.scope import Scope
from index.store import Index
from rag.retrieval.lexical import bm25, weights

POOL = 60
"""Passages taken for their words, and as many for their meaning."""
RAREST = 12
"""Question words looked up, rarest first: common ones cost time and say little."""
POSTINGS = 5_000
"""Passages that are looked at for holding one of a question's rare words; it keeps a question over a million passages
as quick as one over ten thousand. The other words of the question count when these passages are ranked."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the question's words are weighed by: in how many passages and articles each stands, of how many, of what
    length."""

    in_passages: tuple[int, ...]
    in_articles: tuple[int, ...]
    passages: int
    articles: int
    length: float
    """Mean number of stems of a passage."""
    article_length: float

    def of_passages(self, words: Counted) -> Floats:
        """The BM25 of passages, shape (passages,)."""
        return bm25(words.counts, words.lengths, weights(self.in_passages, self.passages), self.length)

    def of_articles(self, words: Counted) -> Floats:
        """The same of articles."""
        return bm25(words.counts, words.lengths, weights(self.in_articles, self.articles), self.article_length)


@dataclass(frozen=True, slots=True)
class Counted:
    """Texts, and how often each of the question's words stands in them."""

    counts: Numbers
    """Shape (texts, stems)."""
    lengths: Numbers
    """In stems."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may be the best; one behind the other in each of these."""

    ids: Sequence[int]
    articles: Sequence[int]
    """Ids of their articles."""
    places: Sequence[tuple[str, int]]
    """Path, and where in the article it starts: what settles a tie."""
    vectors: Vectors
    scores: Floats
    """BM25 of their words."""

    def only(self, which: npt.NDArray[np.bool_]) -> Candidates:
        """Those of them."""
        kept = np.flatnonzero(which).tolist()
        ids, articles = [self.ids[row] for row in kept], [self.articles[row] for row in kept]
        places = [self.places[row] for row in kept]
        return Candidates(ids, articles, places, self.vectors[which], self.scores[which])


class Lookup(Protocol):
    """A question's words, looked up."""

    def candidates(self, near: Sequence[int]) -> Candidates:
        """The passages that match the words best, and those in `near` with their copies in other files: these have
        the same vector, and which of them a search by vector names first is chance."""

    def whole(self, articles: Sequence[int]) -> tuple[Sequence[int], Floats]:
        """The ids of those of these articles that still exist, and the BM25 of the words in them."""


def look_up(index: Index, stems: Sequence[str], scope: Scope | None) -> Lookup:
    """Looks up these stems; within a small scope as if nothing else were indexed."""
    if scope is not None and scope.owners is not None:
        return _InScope(index.catalog, stems, scope)
    held = index.words.held() if scope is None else None
    return _InMemory(index, stems, held) if held else _InCatalog(index.catalog, stems, scope)


class _InMemory:
    def __init__(self, index: Index, stems: Sequence[str], held: Held) -> None:
        self._index, self._held = index, held
        numbers = index.catalog.numbers(stems)
        columns = [numbers.get(stem, 0) for stem in stems]
        passages, articles = held.passages, held.articles
        in_passages = Counted(passages.table(columns), passages.lengths)
        in_articles = Counted(articles.table(columns), articles.lengths)
        statistics = Statistics(
            in_passages=tuple(np.count_nonzero(in_passages.counts, axis=0).tolist()),
            in_articles=tuple(np.count_nonzero(in_articles.counts, axis=0).tolist()),
            passages=len(passages.ids),
            articles=len(articles.ids),
            length=_mean(passages.lengths),
            article_length=_mean(articles.lengths),
        )
        # Of all of them, for which there is time while the model reads the question; later, there is none.
        self._passages, self._articles = statistics.of_passages(in_passages), statistics.of_articles(in_articles)
        self._matched = self._best(_matching(in_passages, _rarest(stems, statistics.in_passages), statistics))

    def _best(self, scores: Floats) -> Numbers:
        found = np.flatnonzero(scores)
        best = found[_top(scores[found])].tolist()
        best.sort(key=lambda row: (-scores[row], self._place(row)))
        return np.array(best[:POOL], dtype=np.int64)

    def _place(self, row: int) -> tuple[str, int]:
        return self._held.paths[self._held.owners[row]], int(self._held.starts[row])

    def candidates(self, near: Sequence[int]) -> Candidates:
        held = self._held
        alike = held.contents[held.passages.places(near)]
        rows = np.union1d(self._matched, np.flatnonzero(np.isin(held.contents, alike)))
        ids, vectors = self._index.dense.held(held.passages.ids[rows])
        rows = held.passages.places(ids)
        owners = held.articles.ids[held.owners[rows]]
        places = [self._place(row) for row in rows.tolist()]
        return Candidates(ids.tolist(), owners.tolist(), places, vectors, self._passages[rows])

    def whole(self, articles: Sequence[int]) -> tuple[Sequence[int], Floats]:
        rows = self._held.articles.places(articles)
        return self._held.articles.ids[rows].tolist(), self._articles[rows]


class _InCatalog:
    def __init__(self, catalog: Catalog, stems: Sequence[str], scope: Scope | None) -> None:
        self._catalog, self._stems, self._scope = catalog, stems, scope
        counts = list(catalog.frequencies(stems).values())
        articles, passages = catalog.counts()
        in_passages, in_articles = tuple(n for n, _ in counts), tuple(n for _, n in counts)
        self._statistics = Statistics(in_passages, in_articles, passages, articles, *catalog.lengths())
        self._matched = self._match()

    def _match(self) -> list[int]:
        if self._scope is None:
            return [number for number, _ in self._catalog.match(self._rare(POSTINGS), POOL)]
        # As many passages within the scope are looked at as without one.
        postings = POSTINGS * self._statistics.passages // len(self._scope.passages)
        ids, scores = self._catalog.scopes.matches(self._rare(postings))
        inside = self._scope.holds(ids)
        found: list[int] = ids[inside][_top(scores[inside])].tolist()
        return found

    def _rare(self, postings: int) -> list[str]:
        return [self._stems[number] for number in _rarest(self._stems, self._statistics.in_passages, postings)]

    def candidates(self, near: Sequence[int]) -> Candidates:
        found = self._catalog.candidates(self._matched, near)
        scores = self._statistics.of_passages(_counted(self._stems, [one.stems for one in found]))
        vectors = np.array([one.vector for one in found])
        places = [(one.path, one.start) for one in found]
        return Candidates([one.id for one in found], [one.article for one in found], places, vectors, scores)

    def whole(self, articles: Sequence[int]) -> tuple[Sequence[int], Floats]:
        found = self._catalog.stems_of(articles)
        return list(found), self._statistics.of_articles(_counted(self._stems, found.values()))


class _InScope(_InCatalog):
    def __init__(self, catalog: Catalog, stems: Sequence[str], scope: Scope) -> None:
        self._catalog, self._stems = catalog, stems
        having = {stem: catalog.scopes.having(stem) for stem in stems}
        having = {stem: ids[scope.holds(ids)] for stem, ids in having.items()}
        self._statistics = Statistics(
            tuple(len(ids) for ids in having.values()),
            tuple(scope.articles_of(ids) for ids in having.values()),
            len(scope.passages),
            len(scope.articles),
            scope.length,
            scope.article_length,
        )
        rarest = _rarest(stems, self._statistics.in_passages)
        ids = {number for stem in rarest for number in having[stems[stem]].tolist()}
        texts = catalog.stems_of_passages(sorted(ids))
        scores = _matching(_counted(stems, texts.values()), rarest, self._statistics)
        self._matched = np.array(list(texts), dtype=np.int64)[_top(scores)].tolist()


def _matching(words: Counted, rarest: Sequence[int], statistics: Statistics) -> Floats:
    """The BM25 of texts for these of the question's words alone."""
    weighed = weights([statistics.in_passages[number] for number in rarest], statistics.passages)
    return bm25(words.counts[:, list(rarest)], words.lengths, weighed, statistics.length)


def _mean(lengths: Numbers) -> float:
    return float(lengths.mean()) if len(lengths) else 1.0


def _top(scores: Floats) -> Numbers:
    """The places of the best POOL scores, and of whatever is as good as the last of them."""
    if len(scores) <= POOL:
        return np.arange(len(scores))
    return np.flatnonzero(scores >= np.partition(scores, -POOL)[-POOL])


def _counted(stems: Sequence[str], texts: Iterable[Stems]) -> Counted:
    held = list(texts)
    counts = [[text.text.count(f" {stem} ") for stem in stems] for text in held]
    shape = len(held), len(stems)
    return Counted(np.array(counts, dtype=np.int64).reshape(shape), np.array([t.count for t in held], dtype=np.int64))


def _rarest(stems: Sequence[str], passages: Sequence[int], postings: int = POSTINGS) -> list[int]:
    """The numbers of the stems to be looked up, so many that not too many passages have to be."""
    taken: list[int] = []
    left = postings
    for number in sorted(range(len(stems)), key=lambda number: (passages[number], stems[number])):
        if not passages[number]:
            continue
        if len(taken) == RAREST or (taken and passages[number] > left):
            break
        taken.append(number)
        left -= passages[number]
    return taken
