"""Where nothing is sure enough to be called the answer: the quotes that may answer, or what was looked for.

Never said is what articles do not say: only what was found, and that it was not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from index.text.terms import stem, words
from index.types import Article
from rag.answer.claims import SAME_WORDS, likeness
from rag.answer.composing import line_of, page_of, retrieved
from rag.finder import Finding
from rag.ranking.evidence import Evidence
from rag.types import Answer, Nearby

LIKELY = "I am not sure which of these answers it."
NOT_FOUND = "I did not find this in the articles."
QUOTES = 3
"""Quotes that are offered."""
Body = Callable[[Article], Sequence[tuple[int, int]]]
"""The sentences of an article but for its title's; none where they are not known."""


def likely(
    asked: str, understood: str, found: Sequence[Finding], sure: float, notes: tuple[str, ...], body: Body
) -> Answer:
    """The quotes that may answer; `sure` is how likely the first of them does."""
    nearby = tuple(_nearby(one, body(one.article)) for one in offered(found))
    return Answer(
        asked,
        understood,
        LIKELY,
        state="likely here",
        nearby=nearby,
        notes=notes,
        abstained=True,
        refusal=looked_for(found),
        confidence=sure,
        passages=retrieved(found),
    )


def not_found(
    asked: str,
    understood: str,
    found: Sequence[Finding],
    sure: float,
    titles: tuple[str, ...],
    notes: tuple[str, ...],
) -> Answer:
    """What was looked for, and the titles of the nearest articles."""
    return Answer(
        asked,
        understood,
        NOT_FOUND,
        state="not found",
        notes=notes,
        abstained=True,
        refusal=looked_for(found),
        nearest=titles,
        confidence=sure,
        passages=retrieved(found),
    )


def offered(found: Sequence[Finding]) -> list[Evidence]:
    """The first sentences of each finding in turn that are not in other words what stands before them, at most
    QUOTES."""
    ranked = [[voted.evidence for voted in one.voted] for one in found]
    chosen: list[Evidence] = []
    for one in (one for row in zip_longest(*ranked) for one in row if one is not None):
        if len(chosen) < QUOTES and all(likeness(one.text, other.text) < SAME_WORDS for other in chosen):
            chosen.append(one)
    return chosen


def _nearby(one: Evidence, body: Sequence[tuple[int, int]]) -> Nearby:
    """The sentence with those before and behind it."""
    article = one.article
    around = list(_around(one, body)) or [(one.start, one.end)]
    first, last = min(one.start, around[0][0]), max(one.end, around[-1][1])
    return Nearby(
        article.path,
        article.title,
        article.outlet,
        article.published,
        one.text,
        one.start,
        one.end,
        line_of(article, one.start),
        page_of(article, one.start),
        article.text[first:last],
        first,
    )


def _around(one: Evidence, body: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = bisect_right(body, (one.start, len(one.article.text))) - 1
    if at >= 0 and body[at][0] == one.start:
        yield from body[max(0, at - 1) : at + 2]


def looked_for(found: Sequence[Finding]) -> str:
    """The words of the question that were looked up, in its own words."""
    said: dict[str, str] = {}
    for one in found:
        content = set(one.query.content)
        for word in words(one.query.text):
            if stem(word) in content:
                said.setdefault(stem(word), word)
    return f"Looked for: {', '.join(said.values())}." if said else ""
