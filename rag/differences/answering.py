"""Two sentences in other words that answer the question in one role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from index.text.terms import stems, terms
from rag.attribution.persons import runs
from rag.differences.amounts import Number
from rag.differences.lines import (
    ANSWERS,
    DAYS,
    Line,
    Pair,
    apart,
    dice,
    equal,
    line,
    named_beside,
    news_since,
    one_thing,
    ordinal,
    other_days,
    pair_of,
    parts_of,
    points_back,
)
from rag.differences.values import Name, Quote, Value, compatible, same_name, values
from rag.differences.when import When
from rag.question.query import FUNCTION_STEMS, Query
from rag.ranking.evidence import Evidence

ROLE, ROLE_OF_DATE, ROLE_OF_UNIT = 0.3, 0.45, 0.5
"""Likeness of two answers to one question whose numbers, dates, or shares and sums may be set against each other."""
TOPIC, OPENING = 0.25, 3_000
"""Likeness of two articles, by so many of their first characters, that tell one story."""


def answers(question: Query, read: Sequence[Evidence], one: int, other: int, both: bool) -> Iterator[Pair]:
    """The values by which two sentences in other words answer the question."""
    lasting = question.turns and bool(_SINCE.search(read[other].text))
    if not (both or lasting):
        return
    first, second = _answering(question, read[one]), _answering(question, read[other])
    if (
        len(first) == 1 == len(second)
        and not _other_person(read[one], first[0], read[other], second[0])
        and (
            (both and _one_role(question, read[one], first[0], read[other], second[0]))
            or (
                lasting
                and _lasts(read[one], first[0])
                and _lasts(read[other], second[0])
                and _one_topic(read, one, other)
            )
        )
    ):
        yield pair_of(question, one, other, (first[0], second[0]), not compatible(first[0], second[0]), ANSWERS)


_SINCE = re.compile(r"\b[Ss]ince\b")
_TURNED = r"(?:stopped|ended|ceased|halted|concluded|quit|finished|began|begun|started|launched|commenced|became)"
_LASTING = re.compile(rf"\b(?:since|from)\s\Z|\b{_TURNED}\b(?:\s[\w’'-]+){{0,6}}\s(?:in\s)?\Z", re.IGNORECASE)


def _lasts(evidence: Evidence, value: Value) -> bool:
    """Whether a state has begun or ended with a date: "since mid-2020", "stopped fighting in 2020"."""
    published = ordinal(evidence.article.published)
    if isinstance(value, When) and published and not value.yearless and value.low > published:
        return False
    return bool(_LASTING.search(evidence.text[max(0, value.start - 90) : value.start]))


def _one_topic(read: Sequence[Evidence], one: int, other: int) -> bool:
    """Whether two articles share so many words that they tell one story."""
    first, second = (stems(read[n].article.text[:OPENING]) - FUNCTION_STEMS for n in (one, other))
    return dice(first, second) >= TOPIC


def _answering(question: Query, evidence: Evidence) -> list[Value]:
    """The values of a sentence that are of the kind asked for and not the question's own."""
    wanted = set(" ".join(evidence.values).split())
    asked = [value for value in values(question.text) if not isinstance(value, Quote)]
    kind = When if question.kind in ("date", "deadline") else Number
    return [
        value
        for value in values(evidence.text, evidence.article.published)
        if isinstance(value, kind)
        and wanted & set(terms(value.text))
        and not any(equal(value, known) for known in asked)
        and _fits(question, value)
    ]


def _fits(question: Query, value: Value) -> bool:
    """Whether a value is of the unit that is asked for, or a date by itself ("Thursday" depends on the article)."""
    if isinstance(value, When):
        return bool(value.low) and bool(_CALENDAR.search(value.text))
    if not isinstance(value, Number) or question.kind == "age":
        return isinstance(value, Number) and value.unit == "age"
    if question.kind == "money":
        return value.unit not in ("", "percent", "age", "score")
    if question.kind == "duration":
        return bool(set(value.counted[:1]) & _PERIODS)
    return value.unit in ("", "percent") and not set(value.counted[:1]) & _PERIODS - set(question.stems)


_CALENDAR = re.compile(r"\d{4}|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
_PERIODS = frozenset(terms("second minute hour day week month year decade"))


def _one_role(question: Query, one: Evidence, value: Value, other: Evidence, against: Value) -> bool:
    """Whether two values answer in one role: they count the same thing, or date the same event."""
    first, second = line(one), line(other)
    if _other_names(first, second):
        return False
    like = dice(first.content, second.content)
    if not isinstance(value, Number) or not isinstance(against, Number):
        return _role(one.text, value) == _role(other.text, against) and like >= ROLE_OF_DATE
    if not one_thing(value, against) or other_days(first, second) or points_back(one, other):
        return False
    if _other_counts(first, second, value, against) or news_since(one, value, other, against):
        return False
    if named_beside(question, one, other) or named_beside(question, other, one):
        return False
    if value.unit or not (value.counted and against.counted):
        return like >= ROLE_OF_UNIT and apart(one, other) <= DAYS
    return like >= ROLE or _asked_in_both(question, first, second)


def _other_counts(one: Line, other: Line, value: Number, against: Number) -> bool:
    """Whether the sentences count a second thing as well, and differ on that too: another game, another poll."""
    rest = [
        [v for v in side.values if isinstance(v, Number) and v is not known and v.counted and not v.unit]
        for side, known in ((one, value), (other, against))
    ]
    beside = [(a, [b for b in rest[1] if a.counted[0] == b.counted[0]]) for a in rest[0]]
    return any(same and not any(compatible(a, b) for b in same) for a, same in beside)


def _asked_in_both(question: Query, one: Line, other: Line) -> bool:
    """Whether both sentences hold half of the words that the question is about."""
    required = {stem for word in question.required for stem in terms(question.text[word.start : word.end])}
    return bool(required) and 2 * len(required & one.content & other.content) >= len(required)


def _other_names(one: Line, other: Line) -> bool:
    """Whether two sentences name things, and not one in common."""
    names = [[v.parts for v in side.values if isinstance(v, Name)] for side in (one, other)]
    return all(names) and not any(same_name(a, b) for a in names[0] for b in names[1])


def _other_person(one: Evidence, value: Value, other: Evidence, against: Value) -> bool:
    """Whether another person is named last before one of two values than before the other."""
    names = [_person_before(side.text, at.start) for side, at in ((one, value), (other, against))]
    return all(names) and not same_name(*map(parts_of, names))


@lru_cache(maxsize=4_096)
def _person_before(text: str, end: int) -> str:
    """The last person who is named in a text before a place in it; "" where nobody is."""
    named = [run for run in runs(text, [(0, len(text))]) if run.standing == "person" and run.end <= end]
    return " ".join(named[-1].words) if named else ""


def _role(text: str, value: Value) -> str:
    """Whether a date begins something, ends it, or is when it happened."""
    before = text[max(0, value.start - 12) : value.start].lower().split()
    word = before[-1] if before else ""
    return {"since": "since", "from": "since", "by": "by", "until": "by", "till": "by", "before": "by"}.get(word, "")
