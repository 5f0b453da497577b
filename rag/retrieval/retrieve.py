"""Query to passages: by the words of the passage and of its whole article (BM25), and by meaning (cosine), fused.

The three scores are added, which beat fusing ranks; an article that is about the question's words throughout lifts
its passages. What each part is worth on news: docs/decisions/0003-score-fusion.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index.catalog.rows import IndexedPassage
from index.encoder import Vectors
from index.search.postings import Floats
from index.store import Index
from rag.question.filters import EVERYTHING, Filter
from rag.question.query import Query
from rag.retrieval.lookup import POOL, Candidates, Lookup, look_up

PASSAGE, ARTICLE, DENSE = 0.3, 0.2, 0.5
"""Weights of the words of the passage, of the words of its article, and of its meaning. A flat optimum, chosen on
every other question of news2022 and checked on the rest."""


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


def retrieve(
    index: Index,
    question: Query,
    vector: Callable[[], Vectors],
    limit: int,
    filter: Filter = EVERYTHING,
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
    looked = look_up(index, question.content or tuple(dict.fromkeys(question.stems)), scope)
    asked = vector()
    found = looked.candidates(index.dense.nearest(asked, POOL, scope))
    if scope is not None:  # copies outside of it came along
        found = found.only(scope.holds(np.array(found.ids, dtype=np.int64)))
    ranked = _ranked(looked, found, asked)[:limit]
    passages = {passage.id: passage for passage in catalog.passages([id for id, _ in ranked])}
    return [Hit(passages[id], *scores) for id, scores in ranked if id in passages]


def _ranked(
    looked: Lookup, found: Candidates, vector: Vectors
) -> list[tuple[int, tuple[float, float, float, float]]]:
    """The ids of the best candidates, best first, each with its fused score and the three that it is made of."""
    shares = _shares(found.scores)
    # One by one: in a product with all of them the last bit would depend on the others.
    dense = np.array([float(one @ vector) for one in found.vectors])
    alone = PASSAGE * shares + DENSE * dense
    # Articles are long: only those of passages that are good by themselves are counted in.
    kept = sorted(range(len(found.ids)), key=lambda place: (-alone[place], found.places[place]))[:POOL]
    articles, whole = looked.whole(sorted({found.articles[place] for place in kept}))
    of = dict(zip(articles, _shares(whole).tolist(), strict=True))
    scores = {}
    for place in kept:
        share, near, article = float(shares[place]), float(dense[place]), of.get(found.articles[place], 0.0)
        scores[place] = PASSAGE * share + ARTICLE * article + DENSE * near, share, article, near
    kept.sort(key=lambda place: (-scores[place][0], found.places[place]))
    return [(found.ids[place], scores[place]) for place in kept]


def _shares(scores: Floats) -> Floats:
    """Of the best score."""
    return scores / (scores.max(initial=0.0) or 1.0)
