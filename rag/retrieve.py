"""Question to passages: by the words of the passage and of its whole article (BM25), and by meaning (cosine), fused.

The three scores are added, which beat fusing ranks; an article that is about the question's words throughout lifts
its passages. What each part is worth on news: docs/decisions/0003-score-fusion.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.catalog import IndexedPassage
from index.encoder import Vectors
from index.store import Index
from rag.question import Question

POOL = 60
"""Passages taken from each side before they are fused."""
PASSAGE, ARTICLE, DENSE = 0.3, 0.2, 0.5
"""Weights of the words of the passage, of the words of its article, and of its meaning. A flat optimum, chosen on
every other question of news2022 and checked on the rest."""
RAREST = 12
"""Question words looked up, rarest first: common ones cost time and say little."""
POSTINGS = 20_000
"""Passages that a question's words may stand in, all words together, beyond its rarest one; keeps a question over
a million passages as quick as one over ten thousand."""


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
    stems = _rarest(index, question)
    lexical = dict(index.catalog.match(stems, POOL))
    found = index.catalog.passages(list(lexical), index.dense.nearest(vector, POOL))
    articles = index.catalog.match_articles(stems, {passage.article for passage in found})
    best, best_article = (max(scores.values(), default=0.0) or 1.0 for scores in (lexical, articles))
    hits = []
    for passage in found:
        share, whole = lexical.get(passage.id, 0.0) / best, articles.get(passage.article, 0.0) / best_article
        dense = float(passage.vectors.passage @ vector)
        hits.append(Hit(passage, PASSAGE * share + ARTICLE * whole + DENSE * dense, share, whole, dense))
    hits.sort(key=lambda hit: (-hit.score, hit.passage.path, hit.passage.start))
    return hits[:limit]


def _rarest(index: Index, question: Question) -> list[str]:
    stems = question.content or tuple(dict.fromkeys(question.stems))
    counts = {stem: index.catalog.frequency(stem) for stem in stems}
    taken: list[str] = []
    left = POSTINGS
    for stem in sorted(counts, key=lambda stem: (counts[stem], stem))[:RAREST]:
        if taken and counts[stem] > left:
            break
        taken.append(stem)
        left -= counts[stem]
    return taken
