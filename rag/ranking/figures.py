"""Does a sentence tell of another figure than the question? A quake of 7.8 is not the one of 7.0, nor the 74th awards
the 78th."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from index.text.terms import terms
from rag.differences.amounts import Number, numbers, same_amount, scores
from rag.question.kinds import DATE
from rag.question.query import FUNCTION_STEMS

BEHIND, AHEAD = 4, 2
"""Words behind and ahead of a figure that may say what it is a figure of."""
ARTICLE = 50_000
"""Characters on either side of the sentence that are looked through: all of any article but of those as long as a
book, in which one question would take seconds."""
_REACH = 60
"""Characters in which these words stand."""
_ASKED_FOR = re.compile(r"\b(?:which|what)\s\Z", re.IGNORECASE)
_ORDINAL = re.compile(
    r"\b(?:(?P<digits>\d{1,4})(?:st|nd|rd|th)|(?P<word>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth))\b",
    re.IGNORECASE,
)
_WORDS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(),  # noqa: SIM905
        1,
    )
}
_JOINED = re.compile(r"(\b[a-z]{2,30})[-–](?=\d)")
"""The hyphen of "magnitude-7.8", which is none of a range, nor of a name."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a text gives."""

    text: str
    number: Number
    of: frozenset[str]
    """Stems of the words around it."""


def conflicting(question: str, sentence: str, article: str) -> str:
    """The figure of the question in whose place the sentence has another, where the article never has it; else "".

    "Which two states" asks for two, and is no figure of theirs.
    """
    asked = [one for one in _figures(question) if not _ASKED_FOR.search(question, 0, one.number.start)]
    if not asked:
        return ""
    said = list(_figures(sentence))
    for one in asked:
        rivals = [other for other in said if other.number.unit == one.number.unit and other.of & one.of]
        if rivals and not any(_same(one, other) for other in rivals):
            at = max(0, article.find(sentence))
            near = article[max(0, at - ARTICLE) : at + len(sentence) + ARTICLE]
            everywhere = (other for other in _figures(near) if other.number.unit == one.number.unit)
            if not any(_same(one, other) for other in everywhere):
                return one.text
    return ""


def _same(one: Figure, other: Figure) -> bool:
    if one.number.unit == "ordinal":
        return one.number.low == other.number.low
    return same_amount(one.number, other.number)


def _figures(text: str) -> Iterator[Figure]:
    """Amounts, scores and ordinals that belong to no date."""
    text = _JOINED.sub(r"\1 ", text)
    dates = [match.span() for match in DATE.finditer(text)]
    tallies = list(scores(text))
    spans = sorted((tally.start, tally.end) for tally in tallies)
    found = [*tallies, *(one for one in numbers(text) if not _inside(one, spans)), *_ordinals(text)]
    for one in found:
        if not _inside(one, dates):
            ahead = [stem for stem in terms(text[max(0, one.start - _REACH) : one.start]) if _says(stem)][-AHEAD:]
            behind = [stem for stem in terms(text[one.end : one.end + _REACH]) if _says(stem)][:BEHIND]
            yield Figure(text[one.start : one.end], one, frozenset(ahead + behind))


def _ordinals(text: str) -> Iterator[Number]:
    for match in _ORDINAL.finditer(text):
        value = float(match["digits"] or _WORDS[match["word"].lower()])
        yield Number(match.start(), match.end(), match[0], value, value, "ordinal")


def _says(stem: str) -> bool:
    return stem not in FUNCTION_STEMS and not stem[0].isdigit()


def _inside(one: Number, spans: list[tuple[int, int]]) -> bool:
    """Whether it overlaps one of the spans, which are in order and apart from each other."""
    place = bisect_left(spans, (one.end, 0))
    return place > 0 and spans[place - 1][1] > one.start
