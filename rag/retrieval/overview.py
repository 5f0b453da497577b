"""An overview of everything: the opening sentence of the articles that are most like all the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from index.catalog.rows import IndexedPassage
from index.store import Index
from index.types import Article
from rag.question.filters import Filter
from rag.ranking.evidence import Evidence, Features
from rag.retrieval.retrieve import DENSE, Hit

ARTICLES = 300
"""Articles looked at, the newest first: an overview of more is one of these."""
CENTRAL = 12
"""Those of them that are most like the rest, whose openings are offered."""
LEAST_WORDS = 8
"""An opening sentence has so many words at least: bylines and captions have fewer."""


def openings(
    index: Index, filter: Filter, holds: Callable[[Evidence], bool]
) -> tuple[tuple[Hit, ...], tuple[Evidence, ...]]:
    """The first passages of the most central articles within the filter, and their opening sentences."""
    firsts = index.catalog.scopes.first_passages(filter, ARTICLES)
    passages = index.catalog.passages(firsts)
    if not passages:
        return (), ()
    vectors = np.stack([passage.vectors.passage for passage in passages])
    central = vectors @ vectors.mean(axis=0)
    order = sorted(range(len(passages)), key=lambda n: (-float(central[n]), passages[n].path))[:CENTRAL]
    articles = index.catalog.articles_of([passages[number].article for number in order])
    hits, found = [], []
    for number in order:
        passage, score = passages[number], float(central[number])
        hits.append(Hit(passage, DENSE * score, 0.0, 0.0, score))
        if article := articles.get(passage.article):
            found += [one for one in _opening(article, passage, score) if holds(one)][:1]
    return tuple(hits), tuple(found)


def _opening(article: Article, passage: IndexedPassage, score: float) -> Iterator[Evidence]:
    for start, end in passage.sentences:
        text = article.text[start:end]
        if len(text.split()) >= LEAST_WORDS and text != article.title:
            yield Evidence(article, start, end, text, Features(0, 0, 0, 0, score), score, ())
