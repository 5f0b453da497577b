"""Sentences as they are compared: words and values in order, and whether two values are of one time and thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from index.text.outlets import agency_ahead
from index.text.terms import stem, words
from rag.differences.amounts import Number
from rag.differences.values import Name, Quote, Value, compatible, quotes, same_name, uncontracted, values
from rag.differences.when import When
from rag.question.kinds import MEASURED, PLACES
from rag.question.query import FUNCTION_STEMS, Query
from rag.ranking.evidence import Evidence
from rag.types import DifferenceKind

DAYS, DAYS_ASKED = 4, 7
"""Days between two articles above which other numbers and dates are news, and no disagreement: in versions of one
sentence, and where the question asks for them."""
GROWS = 2
"""Days between two articles from which on a greater number in the later one is news."""
MOVES = 0.05
"""Share by which a price or a percentage may have moved from one day to another."""
LIGHT = 0.3
"""What a function word counts."""
FEWEST = 3
"""Words of a quote, or common to two sentences, at least."""
NAMED, COPIED = 0.8, 0.9
"""Share of two sentences' words that must be the same where only a name differs: below NAMED it may be another event,
below COPIED another name of the same. Sentences around quotes are the same from COPIED on."""
ANSWERS = 0.0
"""Share of a pair that only the question holds together."""


class Node(NamedTuple):
    """A value's place: the number of its sentence and its span there."""

    evidence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two values in one role."""

    kind: DifferenceKind
    one: Node
    other: Node
    values: tuple[Value, Value]
    differ: bool
    share: float
    """How much of the two sentences, or quotes, is the same; ANSWERS where only the question holds them together."""
    asked: bool = False
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as it is aligned."""

    tokens: tuple[str, ...]
    weights: tuple[float, ...]
    spans: tuple[tuple[int, int], ...]
    owners: tuple[int | None, ...]
    """The number of the value each token belongs to."""
    values: tuple[Value, ...]
    content: frozenset[str]


_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
NEGATIONS = frozenset(("not", "no", "never", "n't", "neither", "without", "none"))


def apart(one: Evidence, other: Evidence) -> int:
    """Days between two articles; 0 where one has no date."""
    days = ordinal(one.article.published), ordinal(other.article.published)
    return abs(days[0] - days[1]) if all(days) else 0


@lru_cache(maxsize=4_096)
def ordinal(published: str | None) -> int:
    """0 without a date that can be read."""
    try:
        return date.fromisoformat(published).toordinal() if published else 0
    except ValueError:
        return 0


def line(evidence: Evidence) -> Line:
    """A sentence's words, values and all."""
    return _line(evidence.text, evidence.article.published)


@lru_cache(maxsize=4_096)
def _line(text: str, published: str | None) -> Line:
    found = values(text, published)
    agency = agency_ahead(text)
    said = tuple(
        v for v in found if not isinstance(v, Quote) and not _names_within(v, quotes(text)) and v.start not in agency
    )
    tokens: list[str] = []
    owners: list[int | None] = []
    spans: list[tuple[int, int]] = []
    number = 0
    for match in _TOKEN.finditer(text[:2_000]):
        while number < len(said) and said[number].end <= match.start():
            number += 1
        inside = number < len(said) and said[number].start <= match.start()
        if inside and not isinstance(said[number], Name):
            if owners and owners[-1] == number:
                continue
            tokens.append(normal(said[number]))
        else:
            tokens.extend(_stems(match.group()))
        spans.extend([match.span()] * (len(tokens) - len(owners)))
        owners.extend([number if inside else None] * (len(tokens) - len(owners)))
    weights = tuple(LIGHT if token in FUNCTION_STEMS else 1.0 for token in tokens)
    content = frozenset(token for token in tokens if token not in FUNCTION_STEMS and token[0] != "#")
    return Line(tuple(tokens), weights, tuple(spans), tuple(owners), said, content)


def _names_within(value: Value, spans: Sequence[Quote]) -> bool:
    """What a speaker calls things is a matter of wording."""
    return isinstance(value, Name) and any(q.start <= value.start and value.end <= q.end for q in spans)


def _stems(word: str) -> list[str]:
    """ "won't" is two words."""
    parts = uncontracted(word)
    return [stem(part) for part in parts] if len(parts) > 1 else [stem(part) for part in words(word)]


def normal(value: Value) -> str:
    """A value in the form in which equal ones are the same."""
    if isinstance(value, Number):
        return f"#{value.low:g}-{value.high:g}{value.unit}" if value.unit != "score" else f"#{value.text}"
    if isinstance(value, When) and value.low:
        return f"#{value.low}-{value.high}"
    return f"#{value.text.lower()}"


def dice(one: frozenset[str], other: frozenset[str]) -> float:
    """The likeness of two sets, 0..1 (Dice's coefficient)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def one_thing(one: Number, other: Number) -> bool:
    """Whether two numbers count the same, as far as it is said: "three sequoia groves" are no "500 old sequoias"."""
    if one.unit != other.unit:
        return False
    if not one.counted or not other.counted:
        return True
    shared = set(one.counted) & set(other.counted)
    first, last = {one.counted[0], other.counted[0]}, {one.counted[-1]} & {other.counted[-1]}
    return bool(shared & (first | last))


def equal(one: Value, other: Value) -> bool:
    """Whether two values are of one type and may both be right."""
    return type(one) is type(other) and compatible(one, other)


def pair_of(question: Query, one: int, other: int, pair: tuple[Value, Value], differ: bool, share: float) -> Pair:
    """Two values of sentences number `one` and `other`, and whether the question asks for their kind."""
    kind: DifferenceKind = (
        "number" if isinstance(pair[0], Number) else "date" if isinstance(pair[0], When) else "name"
    )
    numbers = ("number", "percentage", "money", "age", *MEASURED)
    asked = {"number": numbers, "date": ("date", "deadline"), "name": ("person", *PLACES)}
    nodes = Node(one, pair[0].start, pair[0].end), Node(other, pair[1].start, pair[1].end)
    return Pair(kind, *nodes, pair, differ, share, question.kind in asked[kind])


def other_days(one: Line, other: Line) -> bool:
    """Whether two sentences say when, and never the same."""
    days = [[value for value in side.values if isinstance(value, When)] for side in (one, other)]
    return all(days) and not any(compatible(a, b) for a in days[0] for b in days[1])


_BACK = re.compile(
    r"\b(?:that|the same|the following|the previous|the next) (?:year|month|week|weekend|day|night|season|game)\b",
    re.IGNORECASE,
)


def points_back(one: Evidence, other: Evidence) -> bool:
    """Whether one sentence means a time that stands before it ("that year") and the other one says when."""
    back = [bool(_BACK.search(side.text)) for side in (one, other)]
    when = other if back[0] else one
    return back[0] != back[1] and any(isinstance(value, When) for value in line(when).values)


def named_beside(question: Query, one: Evidence, other: Evidence) -> bool:
    """Whether a sentence names what neither the question, nor the other sentence or its title does: it may count what
    is so elsewhere, or of others."""
    known = [
        v.parts
        for text in (question.text, other.text, other.article.title)
        for v in values(text)
        if isinstance(v, Name)
    ]
    names = [v.parts for v in line(one).values if isinstance(v, Name)]
    return any(not any(same_name(name, other_name) for other_name in known) for name in names)


def news_since(one: Evidence, value: Value, other: Evidence, against: Value) -> bool:
    """Whether the later article has a newer number: more cases than there were on Monday, today's price."""
    if not isinstance(value, Number) or not isinstance(against, Number):
        return False
    if value.unit and apart(one, other) and abs(value.low - against.low) <= MOVES * max(value.low, against.low):
        return True
    if apart(one, other) < GROWS:
        return False
    if not _GROWING.search(one.text) and not _GROWING.search(other.text):
        return False
    later = ordinal(one.article.published) > ordinal(other.article.published)
    return value.low > against.high if later else against.low > value.high


_GROWING = re.compile(
    r"\b(?:so far|as of|at least|more than|over|cases|confirmed|reported|toll|total|killed|dead|died|deaths|injured"
    r"|wounded|missing|arrested|detained|displaced|now|rose|risen|climbed|grown|reached|surpassed|topped)\b",
    re.IGNORECASE,
)
"""What is counted on and on."""


def parts_of(name: str) -> tuple[str, ...]:
    return next((value.parts for value in values(name) if isinstance(value, Name)), ())
