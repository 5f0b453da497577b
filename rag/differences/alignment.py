"""Two sentences side by side: which value of one stands where which value of the other stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from index.outlets import AGENCY_AHEAD
from index.terms import stem, stems, terms, words
from rag.asking.kinds import PLACES, STRICT
from rag.asking.question import ASKING_STEMS, FUNCTION_STEMS, Question
from rag.attribution.persons import runs
from rag.differences.amounts import Number
from rag.differences.speakers import QUOTED_PARTS, speaker
from rag.differences.values import Name, Quote, Value, compatible, in_order, quotes, same_name, uncontracted, values
from rag.differences.when import When
from rag.finding.evidence import Evidence
from rag.types import DifferenceKind

NEARLY = 0.72
"""Share of two sentences' words, light ones counting little, from which on they are versions of one sentence."""
NAMED, COPIED = 0.8, 0.9
"""The same where only a name differs: below NAMED it may be another event, below COPIED another name of the same."""
MOST = 3
"""Values that differ in two versions of one sentence at most."""
DAYS, DAYS_ASKED = 4, 7
"""Days between two articles above which other numbers and dates are news, and no disagreement: in versions of one
sentence, and where the question asks for them."""
GROWS = 2
"""Days between two articles from which on a greater number in the later one is news."""
MOVES = 0.05
"""Share by which a price or a percentage may have moved from one day to another."""
LOOKS = 0.45
"""Likeness of their words, order aside, below which they are not looked at more closely."""
LIGHT = 0.3
"""What a function word counts."""
ROLE, ROLE_OF_DATE, ROLE_OF_UNIT = 0.3, 0.45, 0.5
"""Likeness of two answers to one question whose numbers, dates, or shares and sums may be set against each other."""
TOPIC, OPENING = 0.25, 3_000
"""Likeness of two articles, by so many of their first characters, that tell one story."""
QUOTED, QUOTED_SHORT, QUOTED_IN_COPY = 0.55, 0.6, 0.35
"""Share of words in the same order by which two quotes are one; for those under SHORT words; and where the sentence
around them is the same."""
SHORT = 9
FEWEST = 3
"""Words of a quote, or common to two sentences, at least."""
UNSIGNED, UNSIGNED_LONG, MISSIGNED = 0.7, 0.6, 0.7
"""The same where it cannot be told who speaks; for quotes of LONG words and more; and for these where two seem to."""
LONG = 12
BESIDE = 2
"""Words that two numbers or dates in one place may bring with them; a name brings none."""
OTHERWISE = 0.01
"""What a version is nearer that has the same values."""
HALF = 0.5
"""Of the shorter sentence, what must stand in the other."""
NEGATION = 3
"""Words that a "not" may come with: more are a clause of their own."""
Block = tuple[str, int, int, int, int]


ANSWERS = 0.0


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
_NEGATIONS = frozenset(("not", "no", "never", "n't", "neither", "without", "none"))


def align(question: Question, read: Sequence[Evidence], one: int, other: int, both: bool) -> list[Pair]:
    """The values of two sentences that are said of the same thing; `both` where both answer the question."""
    found = list(_quotes(read, one, other))
    apart = _apart(read[one], read[other])
    if apart <= DAYS and _dice(stems(read[one].text), stems(read[other].text)) >= LOOKS:
        found += _versions(question, read, one, other)
    if apart <= DAYS_ASKED and not found and question.kind in STRICT:
        found += _answers(question, read, one, other, both)
    return found


def _apart(one: Evidence, other: Evidence) -> int:
    """Days between two articles; 0 where one has no date."""
    days = _ordinal(one.article.published), _ordinal(other.article.published)
    return abs(days[0] - days[1]) if all(days) else 0


@lru_cache(maxsize=4_096)
def _ordinal(published: str | None) -> int:
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
    dateline = AGENCY_AHEAD.match(text)
    agency = range(*dateline.span("agency")) if dateline else range(0)
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
            tokens.append(_normal(said[number]))
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


def _normal(value: Value) -> str:
    if isinstance(value, Number):
        return f"#{value.low:g}-{value.high:g}{value.unit}" if value.unit != "score" else f"#{value.text}"
    if isinstance(value, When) and value.low:
        return f"#{value.low}-{value.high}"
    return f"#{value.text.lower()}"


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def _versions(question: Question, read: Sequence[Evidence], one: int, other: int) -> Iterator[Pair]:
    """Values in the same place of two versions of one sentence."""
    first, second = line(read[one]), line(read[other])
    blocks = SequenceMatcher(None, first.tokens, second.tokens, autojunk=False).get_opcodes()
    matched: list[tuple[Value, Value]] = []
    for tag, a, b, c, d in blocks:
        if tag in ("equal", "replace"):
            matched += _paired(first, second, (a, b), (c, d))
    differing = [pair for pair in matched if _conflict(pair, first, second)]
    share = _share(first, second, blocks, differing)
    differing = [
        pair
        for pair in differing
        if (not isinstance(pair[0], Name) or _renamed(read, one, other, pair, share))
        and not _news_since(read[one], pair[0], read[other], pair[1])
    ]
    kinds = {type(pair[0]) for pair in differing}
    if share < NEARLY or len(differing) > MOST or len(kinds) > 1:
        return  # another day and another number: another event
    if kinds and When not in kinds and (_other_days(first, second) or _points_back(read[one], read[other])):
        return
    differing = [
        pair
        for pair in differing
        if any(_proper(read[n], value) for n, value in zip((one, other), pair, strict=True))
        and not any(_shouted(value) for value in pair)
    ]
    share = round(share - OTHERWISE * bool(differing), 6)
    for pair in matched:
        yield _pair(question, one, other, pair, pair in differing, share)
    if not differing and share >= NAMED:
        yield from _polarity(read, one, other, first, second, blocks, share)


def _renamed(read: Sequence[Evidence], one: int, other: int, pair: tuple[Value, Value], share: float) -> bool:
    """Whether two names in one place are two things: an article that knows both may use both for one."""
    texts = read[one].article.text, read[other].article.text
    if _described(read[one], pair[0]) != _described(read[other], pair[1]):
        return False  # "Carla Bruni said" and "the Lyon deputy said"
    if any(_one_in_two(pair[0].text, pair[1].text, text) for text in texts):
        return False
    known = pair[0].text in texts[1], pair[1].text in texts[0]
    return not all(known) if share >= COPIED else share >= NAMED and not any(known)


def _described(evidence: Evidence, name: Value) -> bool:
    """Whether a name stands behind an article."""
    return bool(re.search(r"\b(?:the|an?)\s\Z", evidence.text[: name.start], re.IGNORECASE))


def _proper(evidence: Evidence, name: Value) -> bool:
    """Whether a name is more than the capital of a sentence's first word: its article has it within a sentence."""
    if not isinstance(name, Name) or evidence.text[: name.start].strip(" “\"‘'(") or " " in name.text:
        return True
    return bool(re.search(rf"[a-z,;] {re.escape(name.text)}\b", evidence.article.text))


def _shouted(value: Value) -> bool:
    """Whether a name is words of a headline in capitals."""
    return isinstance(value, Name) and value.text.isupper() and " " in value.text


def _news_since(one: Evidence, value: Value, other: Evidence, against: Value) -> bool:
    """Whether the later article has a newer number: more cases than there were on Monday, today's price."""
    if not isinstance(value, Number) or not isinstance(against, Number):
        return False
    if value.unit and _apart(one, other) and abs(value.low - against.low) <= MOVES * max(value.low, against.low):
        return True
    if _apart(one, other) < GROWS:
        return False
    if not _GROWING.search(one.text) and not _GROWING.search(other.text):
        return False
    later = _ordinal(one.article.published) > _ordinal(other.article.published)
    return value.low > against.high if later else against.low > value.high


_GROWING = re.compile(
    r"\b(?:so far|as of|at least|more than|over|cases|confirmed|reported|toll|total|killed|dead|died|deaths|injured"
    r"|wounded|missing|arrested|detained|displaced|now|rose|risen|climbed|grown|reached|surpassed|topped)\b",
    re.IGNORECASE,
)
"""What is counted on and on."""


def _one_in_two(one: str, other: str, text: str) -> bool:
    """Whether a text puts one of two names behind the other: "Indianapolis, Indiana", "the Islamic State (ISIS)"."""
    return any(f"{a}{mark}{b}" in text for a, b in ((one, other), (other, one)) for mark in (", ", " (", ", in "))


def _share(first: Line, second: Line, blocks: Sequence[Block], differing: Sequence[tuple[Value, Value]]) -> float:
    """How much of two sentences is the same, 0..1, where values in one place do not count, nor what only one of them
    has before or behind all of the other (a dateline, a clause)."""
    equal = [block for block in blocks if block[0] == "equal"]
    same = sum(sum(first.weights[a:b]) for _, a, b, _, _ in equal)
    shorter = min(sum(first.weights), sum(second.weights))
    if same < FEWEST or same < HALF * shorter:
        return 0.0
    counted = [
        [
            0.0 if owner is not None and any(line_.values[owner] is pair[number] for pair in differing) else weight
            for weight, owner in zip(line_.weights, line_.owners, strict=True)
        ]
        for number, line_ in enumerate((first, second))
    ]
    (_, a, _, c, _), (_, _, b, _, d) = equal[0], equal[-1]
    ours, theirs = counted
    whole = sum(ours[a:b]) + sum(theirs[c:d])
    whole += 2 * min(sum(ours[:a]), sum(theirs[:c])) + 2 * min(sum(ours[b:]), sum(theirs[d:]))
    return 2 * same / whole


def _paired(first: Line, second: Line, one: tuple[int, int], other: tuple[int, int]) -> Iterator[tuple[Value, Value]]:
    """Values of one type in two blocks of words, in order, where there are as many and not much else."""
    left, right = _inside(first, *one), _inside(second, *other)
    beside = max(_beside(first, *one), _beside(second, *other))
    for kind, most in ((Number, BESIDE), (When, BESIDE), (Name, 0)):
        ours = [value for value in left if isinstance(value, kind)]
        theirs = [value for value in right if isinstance(value, kind)]
        if len(ours) == len(theirs) and (beside <= most or first.tokens[slice(*one)] == second.tokens[slice(*other)]):
            yield from zip(ours, theirs, strict=True)


def _beside(line: Line, start: int, end: int) -> int:
    """Words of a block that belong to no value and are not light."""
    return sum(line.owners[n] is None and line.weights[n] == 1.0 for n in range(start, end))


def _inside(line: Line, start: int, end: int) -> list[Value]:
    numbers = dict.fromkeys(owner for owner in line.owners[start:end] if owner is not None)
    return [line.values[number] for number in numbers]


def _conflict(pair: tuple[Value, Value], first: Line, second: Line) -> bool:
    """Whether two values in one place differ, and neither stands elsewhere in the other sentence."""
    one, other = pair
    if compatible(one, other) or one.text.casefold() == other.text.casefold():
        return False  # "today" is another day in another article, but no other word
    if isinstance(one, Number) and isinstance(other, Number) and not _one_thing(one, other):
        return False
    return not any(_is(one, value) for value in second.values) and not any(_is(other, v) for v in first.values)


def _is(one: Value, other: Value) -> bool:
    """Whether one value is the other, and, but for names, not only agrees with it."""
    if isinstance(one, Name) and isinstance(other, Name):
        return same_name(one.parts, other.parts)
    return type(one) is type(other) and _normal(one).lstrip("#") == _normal(other).lstrip("#")


def _one_thing(one: Number, other: Number) -> bool:
    """Whether two numbers count the same, as far as it is said: "three sequoia groves" are no "500 old sequoias"."""
    if one.unit != other.unit:
        return False
    if not one.counted or not other.counted:
        return True
    shared = set(one.counted) & set(other.counted)
    first, last = {one.counted[0], other.counted[0]}, {one.counted[-1]} & {other.counted[-1]}
    return bool(shared & (first | last))


def _equal(one: Value, other: Value) -> bool:
    return type(one) is type(other) and compatible(one, other)


def _pair(question: Question, one: int, other: int, pair: tuple[Value, Value], differ: bool, share: float) -> Pair:
    kind: DifferenceKind = (
        "number" if isinstance(pair[0], Number) else "date" if isinstance(pair[0], When) else "name"
    )
    numbers = ("number", "percentage", "money", "age")
    asked = {"number": numbers, "date": ("date", "deadline"), "name": ("person", *PLACES)}
    nodes = Node(one, pair[0].start, pair[0].end), Node(other, pair[1].start, pair[1].end)
    return Pair(kind, *nodes, pair, differ, share, question.kind in asked[kind])


def _polarity(
    read: Sequence[Evidence], one: int, other: int, first: Line, second: Line, blocks: Sequence[Block], share: float
) -> Iterator[Pair]:
    """Where one of two versions of a sentence says no and the other yes."""
    negative = [bool(_NEGATIONS & set(side.tokens)) for side in (first, second)]
    if negative[0] == negative[1]:
        return
    for tag, a, b, c, d in blocks:
        short = b - a <= NEGATION and d - c <= NEGATION
        if tag != "equal" and short and _NEGATIONS & {*first.tokens[a:b], *second.tokens[c:d]}:
            sides = _stance(read[one], first, a, b, negative[0]), _stance(read[other], second, c, d, negative[1])
            nodes = Node(one, sides[0].start, sides[0].end), Node(other, sides[1].start, sides[1].end)
            yield Pair("yes/no", *nodes, sides, True, share)
            return


def _stance(evidence: Evidence, line: Line, start: int, end: int, negative: bool) -> Quote:
    """The words around a "not", or around where there is none."""
    low, high = line.spans[max(0, start - 1)][0], line.spans[min(len(line.spans) - 1, end)][1]
    return Quote(low, high, evidence.text[low:high], ("no" if negative else "yes",))


def _answers(question: Question, read: Sequence[Evidence], one: int, other: int, both: bool) -> Iterator[Pair]:
    """The values by which two sentences in other words answer the question."""
    lasting = _turns(question) and bool(_SINCE.search(read[other].text))
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
        yield _pair(question, one, other, (first[0], second[0]), not compatible(first[0], second[0]), ANSWERS)


_SINCE = re.compile(r"\b[Ss]ince\b")
_TURN = (
    r"(?:stop|end|ceas|halt|conclud|quit|finish|begin|began|begun|start|launch|commenc|becom|becam)"
    r"(?:s|es|p?ed|ing|e)?"
)
_TURNS = re.compile(rf"\bsince\b|\bhow long\b|\b{_TURN}\b", re.IGNORECASE)
_TURNED = r"(?:stopped|ended|ceased|halted|concluded|quit|finished|began|begun|started|launched|commenced|became)"
_LASTING = re.compile(rf"\b(?:since|from)\s\Z|\b{_TURNED}\b(?:\s[\w’'-]+){{0,6}}\s(?:in\s)?\Z", re.IGNORECASE)


def _turns(question: Question) -> bool:
    """Whether it is asked when something began or ended, which "since" tells too."""
    return question.kind == "date" and bool(_TURNS.search(question.text))


def _lasts(evidence: Evidence, value: Value) -> bool:
    """Whether a state has begun or ended with a date: "since mid-2020", "stopped fighting in 2020"."""
    published = _ordinal(evidence.article.published)
    if isinstance(value, When) and published and not value.yearless and value.low > published:
        return False
    return bool(_LASTING.search(evidence.text[max(0, value.start - 90) : value.start]))


def _one_topic(read: Sequence[Evidence], one: int, other: int) -> bool:
    """Whether two articles share so many words that they tell one story."""
    first, second = (stems(read[n].article.text[:OPENING]) - FUNCTION_STEMS for n in (one, other))
    return _dice(first, second) >= TOPIC


def _answering(question: Question, evidence: Evidence) -> list[Value]:
    """The values of a sentence that are of the kind asked for and not the question's own."""
    wanted = set(" ".join(evidence.values).split())
    asked = [value for value in values(question.text) if not isinstance(value, Quote)]
    kind = When if question.kind in ("date", "deadline") else Number
    return [
        value
        for value in values(evidence.text, evidence.article.published)
        if isinstance(value, kind)
        and wanted & set(terms(value.text))
        and not any(_equal(value, known) for known in asked)
        and _fits(question, value)
    ]


def _fits(question: Question, value: Value) -> bool:
    """Whether a value is of the unit that is asked for, or a date by itself ("Thursday" depends on the article)."""
    if isinstance(value, When):
        return bool(value.low) and bool(_CALENDAR.search(value.text))
    if not isinstance(value, Number) or question.kind == "age":
        return isinstance(value, Number) and value.unit == "age"
    if question.kind == "money":
        return value.unit not in ("", "percent", "age", "score")
    return value.unit in ("", "percent") and not set(value.counted[:1]) & _PERIODS - set(question.stems)


_CALENDAR = re.compile(r"\d{4}|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
_PERIODS = frozenset(terms("second minute hour day week month year decade"))


def _one_role(question: Question, one: Evidence, value: Value, other: Evidence, against: Value) -> bool:
    """Whether two values answer in one role: they count the same thing, or date the same event."""
    first, second = line(one), line(other)
    if _other_names(first, second):
        return False
    like = _dice(first.content, second.content)
    if not isinstance(value, Number) or not isinstance(against, Number):
        return _role(one.text, value) == _role(other.text, against) and like >= ROLE_OF_DATE
    if not _one_thing(value, against) or _other_days(first, second) or _points_back(one, other):
        return False
    if _other_counts(first, second, value, against) or _news_since(one, value, other, against):
        return False
    if _named_beside(question, one, other) or _named_beside(question, other, one):
        return False
    if value.unit or not (value.counted and against.counted):
        return like >= ROLE_OF_UNIT and _apart(one, other) <= DAYS
    return like >= ROLE or _asked_in_both(question, first, second)


def _other_days(one: Line, other: Line) -> bool:
    """Whether two sentences say when, and never the same."""
    days = [[value for value in side.values if isinstance(value, When)] for side in (one, other)]
    return all(days) and not any(compatible(a, b) for a in days[0] for b in days[1])


_BACK = re.compile(
    r"\b(?:that|the same|the following|the previous|the next) (?:year|month|week|weekend|day|night|season|game)\b",
    re.IGNORECASE,
)


def _points_back(one: Evidence, other: Evidence) -> bool:
    """Whether one sentence means a time that stands before it ("that year") and the other one says when."""
    back = [bool(_BACK.search(side.text)) for side in (one, other)]
    when = other if back[0] else one
    return back[0] != back[1] and any(isinstance(value, When) for value in line(when).values)


def _other_counts(one: Line, other: Line, value: Number, against: Number) -> bool:
    """Whether the sentences count a second thing as well, and differ on that too: another game, another poll."""
    rest = [
        [v for v in side.values if isinstance(v, Number) and v is not known and v.counted and not v.unit]
        for side, known in ((one, value), (other, against))
    ]
    beside = [(a, [b for b in rest[1] if a.counted[0] == b.counted[0]]) for a in rest[0]]
    return any(same and not any(compatible(a, b) for b in same) for a, same in beside)


def _asked_in_both(question: Question, one: Line, other: Line) -> bool:
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
    return all(names) and not same_name(*map(_parts_of, names))


@lru_cache(maxsize=4_096)
def _person_before(text: str, end: int) -> str:
    """The last person who is named in a text before a place in it; "" where nobody is."""
    named = [run for run in runs(text, [(0, len(text))]) if run.standing == "person" and run.end <= end]
    return " ".join(named[-1].words) if named else ""


def _named_beside(question: Question, one: Evidence, other: Evidence) -> bool:
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


def _role(text: str, value: Value) -> str:
    """Whether a date begins something, ends it, or is when it happened."""
    before = text[max(0, value.start - 12) : value.start].lower().split()
    word = before[-1] if before else ""
    return {"since": "since", "from": "since", "by": "by", "until": "by", "till": "by", "before": "by"}.get(word, "")


def _quotes(read: Sequence[Evidence], one: int, other: int) -> Iterator[Pair]:
    """Quotes of two sentences that are one speaker's same words, told alike or not."""
    for first in _said(read[one].text):
        for second in _said(read[other].text):
            same, share = compatible(first, second), _same_words(first, second)
            versions = _versions_of_one(read[one].text, read[other].text)
            if not same and not _reworded(first, second, share, versions):
                continue
            speakers = speaker(read[one], first), speaker(read[other], second)
            long = min(len(first.words), len(second.words)) >= LONG
            if not same and not versions and not _one_speaker(*speakers, share, long):
                continue
            if not same and _written(read[one].text) != _written(read[other].text):
                continue  # a post, and a speech that says nearly the same
            nodes = Node(one, first.start, first.end), Node(other, second.start, second.end)
            said_by = _whose(read[one].text, speakers[0], read[other].text, speakers[1])
            yield Pair("wording", *nodes, (first, second), not same, share, speaker=said_by)


_POSTED = re.compile(
    r"\b(?:tweet(?:s|ed)?|on (?:Twitter|Instagram|Facebook|Telegram|X)|Truth Social|post(?:ed)? on)\b"
)


def _written(text: str) -> bool:
    """Whether a sentence says that its quote was posted, so that its words are there to be read."""
    return bool(_POSTED.search(QUOTED_PARTS.sub(" ", text)))


def _whose(one: str, speaker_of_one: str, other: str, speaker_of_other: str) -> str:
    """The speaker whom one of the sentences names; else the one that both, or the only, texts before them have."""
    here = [name for text, name in ((one, speaker_of_one), (other, speaker_of_other)) if name and name in text]
    if here:
        return here[0]
    if speaker_of_one and speaker_of_other:
        return speaker_of_one if same_name(_parts_of(speaker_of_one), _parts_of(speaker_of_other)) else ""
    return speaker_of_one or speaker_of_other


def _same_words(one: Quote, other: Quote) -> float:
    return round(2 * in_order(one.words, other.words) / (len(one.words) + len(other.words)), 6)


@lru_cache(maxsize=20_000)
def _versions_of_one(one: str, other: str) -> bool:
    """Whether what stands around the quotes is the same, and enough to tell."""
    around = [stems(QUOTED_PARTS.sub(" ", text)) - FUNCTION_STEMS for text in (one, other)]
    return min(map(len, around)) >= FEWEST and _dice(*around) >= COPIED


@lru_cache(maxsize=4_096)
def _said(text: str) -> tuple[Quote, ...]:
    return tuple(quote for quote in quotes(text) if len(quote.words) >= FEWEST)


def _reworded(one: Quote, other: Quote, share: float, versions: bool) -> bool:
    """Whether two quotes are the same words but for some that matter."""
    short = min(len(one.words), len(other.words)) < SHORT
    least = QUOTED_IN_COPY if versions else QUOTED_SHORT if short else QUOTED
    return share >= least and _shared(one.words, other.words)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    first, second = _content(one), _content(other)
    return bool(first & second - ASKING_STEMS) and bool((first ^ second) | (set(one) ^ set(other)) & _NEGATIONS)


def _content(said: tuple[str, ...]) -> frozenset[str]:
    return stems(" ".join(said)) - FUNCTION_STEMS


def _one_speaker(one: str, other: str, share: float, long: bool) -> bool:
    if one and other:
        return same_name(_parts_of(one), _parts_of(other)) or (long and share >= MISSIGNED)
    return share >= (UNSIGNED_LONG if long else UNSIGNED)


def _parts_of(name: str) -> tuple[str, ...]:
    return next((value.parts for value in values(name) if isinstance(value, Name)), ())
