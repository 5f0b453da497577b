"""Question to passages: by the words of the passage and of its whole article (BM25), and by meaning (cosine), fused.

The three scores are added, which beat fusing ranks; an article that is about the question's words throughout lifts
its passages. What each part is worth on news: docs/decisions/0003-score-fusion.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.catalog import Candidate, Catalog, IndexedPassage
from index.encoder import Vectors
from index.postings import Floats, Numbers
from index.scope import Scope
from index.store import Index
from rag.asking.filters import EVERYTHING, Filter
from rag.asking.question import Question
from rag.finding.lexical import bm25, weights

POOL = 60
"""Passages taken from each side before they are fused."""
PASSAGE, ARTICLE, DENSE = 0.3, 0.2, 0.5
"""Weights of the words of the passage, of the words of its article, and of its meaning. A flat optimum, chosen on
every other question of news2022 and checked on the rest."""
RAREST = 12
"""Question words looked up, rarest first: common ones cost time and say little."""
POSTINGS = 5_000
"""Passages that are looked at for holding one of a question's rare words; it keeps a question over a million passages
as quick as one over ten thousand. The other words of the question count when these passages are ranked."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage; scores as in `rag.types.Retrieved`."""

    passage: IndexedPassage
    score: float
    lexical: float
    article: float
    dense: float

    @property
    def alone(self) -> float:
        """How well the passage matches, its article aside."""
        return 0.5 * self.lexical + 0.5 * self.dense


@dataclass(frozen=True, slots=True)
class Statistics:
    """What words are weighed by: in how many passages and articles each stem stands, of how many, of what length."""

    counts: Mapping[str, tuple[int, int]]
    articles: int
    passages: int
    length: float
    """Mean number of stems of a passage."""
    article_length: float


def retrieve(
    index: Index, question: Question, vector: Callable[[], Vectors], limit: int, filter: Filter = EVERYTHING
) -> list[Hit]:
    """The best passages, best first, at most `limit`; ties are broken by path and place.

    `vector` is the question's, asked for when its words have been looked up: the model may read it meanwhile.

    Under a filter that leaves a small scope, every passage of it is considered and words weigh what they would if
    nothing else were indexed. In a larger one they weigh what they weigh in the whole folder, and the nearest by
    meaning and the best by words are found among as many passages as without a filter.
    """
    catalog = index.catalog
    scope = catalog.scopes.within(filter) if filter.limits else None
    if scope is not None and not len(scope.passages):
        return []
    stems = question.content or tuple(dict.fromkeys(question.stems))
    statistics, matched = _by_words(catalog, stems, scope)
    asked = vector()
    found = catalog.candidates(matched, index.dense.nearest(asked, POOL, scope))
    if scope is not None:  # copies outside of it came along
        inside = scope.holds(np.array([one.id for one in found], dtype=np.int64))
        found = [one for one, within in zip(found, inside, strict=True) if within]
    scored = _scored(catalog, found, statistics, asked)
    ranked = sorted(scored, key=lambda one: (-one[1][0], one[0].path, one[0].start))
    passages = {passage.id: passage for passage in catalog.passages([one.id for one, _ in ranked[:limit]])}
    return [Hit(passages[one.id], *scores) for one, scores in ranked[:limit] if one.id in passages]


def _by_words(catalog: Catalog, stems: Sequence[str], scope: Scope | None) -> tuple[Statistics, list[int]]:
    """What the question's words are weighed by, and the passages that match them best."""
    if scope is not None and scope.owners is not None:
        return _by_words_within(catalog, stems, scope)
    counts = catalog.frequencies(stems)
    statistics = Statistics(counts, *catalog.counts(), *catalog.lengths())
    passages = {stem: n for stem, (n, _) in counts.items()}
    if scope is None:
        return statistics, [number for number, _ in catalog.match(_rarest(passages), POOL)]
    # As many passages within the scope are looked at as without one.
    ids, scores = catalog.scopes.matches(_rarest(passages, POSTINGS * statistics.passages // len(scope.passages)))
    inside = scope.holds(ids)
    return statistics, _top(ids[inside], scores[inside])


def _by_words_within(catalog: Catalog, stems: Sequence[str], scope: Scope) -> tuple[Statistics, list[int]]:
    """The same, as if nothing outside the scope were indexed."""
    having = {stem: catalog.scopes.having(stem) for stem in stems}
    having = {stem: ids[scope.holds(ids)] for stem, ids in having.items()}
    counts = {stem: (len(ids), scope.articles_of(ids)) for stem, ids in having.items()}
    statistics = Statistics(counts, len(scope.articles), len(scope.passages), scope.length, scope.article_length)
    passages = {stem: n for stem, (n, _) in counts.items()}
    rarest = _rarest(passages)
    if not rarest:
        return statistics, []
    ids = np.unique(np.concatenate([having[stem] for stem in rarest]))
    texts = catalog.stems_of_passages(ids.tolist())
    weighed = weights({stem: passages[stem] for stem in rarest}, statistics.passages)
    scores = bm25(texts.values(), weighed, statistics.length)
    return statistics, _top(np.array(list(texts), dtype=np.int64), np.array(scores, dtype=np.float64))


def _top(ids: Numbers, scores: Floats) -> list[int]:
    """The best POOL of these passages, and whatever is as good as the last of them."""
    if len(ids) > POOL:
        ids = ids[scores >= np.partition(scores, -POOL)[-POOL]]
    return [int(number) for number in ids]


def _scored(
    catalog: Catalog, found: list[Candidate], statistics: Statistics, vector: Vectors
) -> Iterator[tuple[Candidate, tuple[float, float, float, float]]]:
    """The best candidates, each with its fused score and the three that it is made of."""
    counts = statistics.counts
    weighed = weights({stem: n for stem, (n, _) in counts.items()}, statistics.passages)
    shares = _shares(bm25([one.stems for one in found], weighed, statistics.length))
    alone = [(share, float(one.vector @ vector), one) for one, share in zip(found, shares, strict=True)]
    # Articles are long: only those of passages that are good by themselves are counted in.
    alone.sort(key=lambda one: (-(PASSAGE * one[0] + DENSE * one[1]), one[2].path, one[2].start))
    kept = alone[:POOL]
    articles = catalog.stems_of(sorted({one.article for *_, one in kept}))
    weighed = weights({stem: n for stem, (_, n) in counts.items()}, statistics.articles)
    whole = dict(zip(articles, _shares(bm25(articles.values(), weighed, statistics.article_length)), strict=True))
    for share, dense, one in kept:
        article = whole.get(one.article, 0.0)
        yield one, (PASSAGE * share + ARTICLE * article + DENSE * dense, share, article, dense)


def _shares(scores: list[float]) -> list[float]:
    """Of the best score."""
    best = max(scores, default=0.0) or 1.0
    return [score / best for score in scores]


def _rarest(counts: Mapping[str, int], postings: int = POSTINGS) -> list[str]:
    """The stems to be looked up, so many that not too many passages have to be."""
    taken: list[str] = []
    left = postings
    for stem in sorted((stem for stem in counts if counts[stem]), key=lambda stem: (counts[stem], stem))[:RAREST]:
        if taken and counts[stem] > left:
            break
        taken.append(stem)
        left -= counts[stem]
    return taken
