"""Question to passages: by the words of the passage and of its whole article (BM25), and by meaning (cosine), fused.

The three scores are added, which beat fusing ranks; an article that is about the question's words throughout lifts
its passages. What each part is worth on news: docs/decisions/0003-score-fusion.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from index.catalog import Candidate, IndexedPassage
from index.encoder import Vectors
from index.store import Index
from rag.lexical import bm25, weights
from rag.question import Question

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


def retrieve(index: Index, question: Question, vector: Vectors, limit: int) -> list[Hit]:
    """The best passages, best first, at most `limit`; ties are broken by path and place."""
    catalog = index.catalog
    stems = question.content or tuple(dict.fromkeys(question.stems))
    counts = {stem: catalog.frequency(stem) for stem in stems}
    matched = [number for number, _ in catalog.match(_rarest({stem: n for stem, (n, _) in counts.items()}), POOL)]
    found = catalog.candidates(matched, index.dense.nearest(vector, POOL))
    ranked = sorted(_scored(index, found, counts, vector), key=lambda one: (-one[1][0], one[0].path, one[0].start))
    passages = {passage.id: passage for passage in catalog.passages([one.id for one, _ in ranked[:limit]])}
    return [Hit(passages[one.id], *scores) for one, scores in ranked[:limit] if one.id in passages]


def _scored(
    index: Index, found: list[Candidate], counts: dict[str, tuple[int, int]], vector: Vectors
) -> Iterator[tuple[Candidate, tuple[float, float, float, float]]]:
    """The best candidates, each with its fused score and the three that it is made of."""
    (all_articles, all_passages), (mean, mean_article) = index.catalog.counts(), index.catalog.lengths()
    weighed = weights({stem: n for stem, (n, _) in counts.items()}, all_passages)
    shares = _shares(bm25([one.stems for one in found], weighed, mean))
    alone = [(share, float(one.vector @ vector), one) for one, share in zip(found, shares, strict=True)]
    # Articles are long: only those of passages that are good by themselves are counted in.
    alone.sort(key=lambda one: (-(PASSAGE * one[0] + DENSE * one[1]), one[2].path, one[2].start))
    kept = alone[:POOL]
    articles = index.catalog.stems_of(sorted({one.article for *_, one in kept}))
    weighed = weights({stem: n for stem, (_, n) in counts.items()}, all_articles)
    whole = dict(zip(articles, _shares(bm25(articles.values(), weighed, mean_article)), strict=True))
    for share, dense, one in kept:
        article = whole.get(one.article, 0.0)
        yield one, (PASSAGE * share + ARTICLE * article + DENSE * dense, share, article, dense)


def _shares(scores: list[float]) -> list[float]:
    """Of the best score."""
    best = max(scores, default=0.0) or 1.0
    return [score / best for score in scores]


def _rarest(counts: dict[str, int]) -> list[str]:
    """The stems to be looked up, so many that not too many passages have to be."""
    taken: list[str] = []
    left = POSTINGS
    for stem in sorted((stem for stem in counts if counts[stem]), key=lambda stem: (counts[stem], stem))[:RAREST]:
        if taken and counts[stem] > left:
            break
        taken.append(stem)
        left -= counts[stem]
    return taken
