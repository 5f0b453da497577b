"""Questions about no thing in particular, "What happened?", and the sentences that give an overview.

An overview takes the opening sentence of the articles that are most like all the others, one from each account.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np

from index.catalog import IndexedPassage
from index.store import Index
from index.types import Article
from rag.asking.filters import Filter
from rag.finding.evidence import Evidence, Features
from rag.finding.retrieve import Hit

ARTICLES = 300
"""Articles looked at, the newest first: an overview of more is one of these."""
CENTRAL = 12
"""Those of them that are most like the rest, whose openings are offered."""
LEAST_WORDS = 8
"""An opening sentence has so many words at least: bylines and captions have fewer."""
_ABOUT = r"(?:\s+(?:of|about|on|for)\s+(?P<{}>.{{2,300}}?))?"
_WIDE = re.compile(
    r"^\W*(?:(?:so|please|can you|could you)\s+)*(?:"
    r"what(?:['’]s|\s+is|\s+was|\s+has|\s+are)?\s+(?:happen(?:ed|ing|s)|been\s+happening|going\s+on|new)(?:\s+here)?"
    r"|what(?:['’]s|\s+is|\s+was|\s+are|\s+were)\s+(?P<it>.{2,100}?)\s+(?:all\s+)?about"
    r"|(?:what(?:['’]s|\s+is|\s+are)\s+)?the\s+(?:main\s+)?(?:news|story|gist|headlines|main\s+points?|key\s+points?)"
    + _ABOUT.format("of1")
    + r"|(?:summari[sz]e|sum\s+up|recap)(?:\s+(?P<of2>.{2,300}?))?"
    r"|(?:give|write|show)\s+(?:me\s+)?(?:an?|the)\s+(?:short\s+|brief\s+)?(?:overview|summary|recap)"
    + _ABOUT.format("of3")
    + r"|(?:an?\s+)?(?:short\s+|brief\s+)?(?:overview|summary)"
    + _ABOUT.format("of4")
    + r")\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"^(?:(?:all|each|both)\s+(?:of\s+)?)?(?:this|these|that|those|it|them|everything|(?:the|these|this|all|my|those)\s+"
    r"(?:\w+\s+)?(?:articles?|news|stor(?:y|ies)|files?|reports?|texts?|collection|folder|coverage|sources?))"
    r"(?:\s+(?:here|all))?$",
    re.IGNORECASE,
)


def topic(question: str) -> str | None:
    """What an overview is asked of: "" of everything; None where the question asks something else."""
    match = _WIDE.match(question)
    if match is None:
        return None
    named = next((group for group in match.groups() if group), "").strip()
    return "" if _EVERYTHING.match(named) else named


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
        hits.append(Hit(passage, score, 0.0, 0.0, score))
        if article := articles.get(passage.article):
            found += [one for one in _opening(article, passage, score) if holds(one)][:1]
    return tuple(hits), tuple(found)


def _opening(article: Article, passage: IndexedPassage, score: float) -> Iterator[Evidence]:
    for start, end in passage.sentences:
        text = article.text[start:end]
        if len(text.split()) >= LEAST_WORDS and text != article.title:
            yield Evidence(article, start, end, text, Features(0, 0, 0, 0, score), score, ())
