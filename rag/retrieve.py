"""Question to passages: words (BM25 over SQLite's FTS5) and meaning (cosine in the vector store), scores fused.

Fusing scores beat fusing ranks on 225 questions over 1,000 articles: MRR@10 .870 against .854.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.catalog import IndexedPassage
from index.encoder import Vectors
from index.sync import Index
from rag.question import Question

POOL = 60
"""Passages taken from each side before they are fused."""
RAREST = 12
"""Question words looked up, rarest first: common ones cost time and say little."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage; scores as in `rag.types.Retrieved`."""

    passage: IndexedPassage
    score: float
    lexical: float
    dense: float


def retrieve(index: Index, question: Question, vector: Vectors, limit: int) -> list[Hit]:
    """The best passages, best first, at most `limit`; ties are broken by path and place."""
    lexical = dict(index.catalog.match(_rarest(index, question), POOL))
    near = index.vectors.nearest(vector, POOL)
    best = max(lexical.values(), default=0.0) or 1.0
    hits = []
    for passage in index.catalog.passages(list(lexical), near):
        share = lexical.get(passage.id, 0.0) / best
        dense = float(passage.vectors.passage @ vector)
        hits.append(Hit(passage, 0.5 * share + 0.5 * dense, share, dense))
    hits.sort(key=lambda hit: (-hit.score, hit.passage.path, hit.passage.start))
    return hits[:limit]


def _rarest(index: Index, question: Question) -> list[str]:
    stems = question.content or tuple(dict.fromkeys(question.stems))
    counts = {stem: index.catalog.frequency(stem) for stem in stems}
    return sorted(counts, key=lambda stem: (counts[stem], stem))[:RAREST]
