"""Two sentences side by side: which value of one stands where which value of the other stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from index.text.terms import stems
from rag.differences.amounts import Number
from rag.differences.answering import answers
from rag.differences.lines import (
    COPIED,
    DAYS,
    DAYS_ASKED,
    FEWEST,
    NAMED,
    NEGATIONS,
    Line,
    Node,
    Pair,
    apart,
    dice,
    line,
    named_beside,
    news_since,
    normal,
    one_thing,
    other_days,
    pair_of,
    points_back,
)
from rag.differences.sayings import reworded_quotes
from rag.differences.values import Name, Quote, Value, compatible, same_name
from rag.differences.when import When
from rag.question.kinds import STRICT
from rag.question.query import Query
from rag.ranking.evidence import Evidence

NEARLY = 0.72
"""Share of two sentences' words, light ones counting little, from which on they are versions of one sentence."""
MOST = 3
"""Values that differ in two versions of one sentence at most."""
LOOKS = 0.45
"""Likeness of their words, order aside, below which they are not looked at more closely."""
BESIDE = 2
"""Words that two numbers or dates in one place may bring with them; a name brings none."""
OTHERWISE = 0.01
"""What a version is nearer that has the same values."""
HALF = 0.5
"""Of the shorter sentence, what must stand in the other."""
NEGATION = 3
"""Words that a "not" may come with: more are a clause of their own."""
Block = tuple[str, int, int, int, int]


def align(question: Query, read: Sequence[Evidence], one: int, other: int, both: bool) -> list[Pair]:
    """The values of two sentences that are said of the same thing; `both` where both answer the question."""
    found = list(reworded_quotes(read, one, other))
    days = apart(read[one], read[other])
    if days <= DAYS and dice(stems(read[one].text), stems(read[other].text)) >= LOOKS:
        found += _versions(question, read, one, other)
    if days <= DAYS_ASKED and not found and question.kind in STRICT:
        found += answers(question, read, one, other, both)
    return found


def _versions(question: Query, read: Sequence[Evidence], one: int, other: int) -> Iterator[Pair]:
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
        and not news_since(read[one], pair[0], read[other], pair[1])
    ]
    kinds = {type(pair[0]) for pair in differing}
    if share < NEARLY or len(differing) > MOST or len(kinds) > 1:
        return  # another day and another number: another event
    if kinds and When not in kinds and (other_days(first, second) or points_back(read[one], read[other])):
        return
    if Number in kinds and share < NAMED:
        sides = read[one], read[other]
        if named_beside(question, *sides) or named_beside(question, *reversed(sides)):
            return
    differing = [
        pair
        for pair in differing
        if any(_proper(read[n], value) for n, value in zip((one, other), pair, strict=True))
        and not any(_shouted(value) for value in pair)
    ]
    share = round(share - OTHERWISE * bool(differing), 6)
    for pair in matched:
        yield pair_of(question, one, other, pair, pair in differing, share)
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
    if isinstance(one, Number) and isinstance(other, Number) and not one_thing(one, other):
        return False
    return not any(_is(one, value) for value in second.values) and not any(_is(other, v) for v in first.values)


def _is(one: Value, other: Value) -> bool:
    """Whether one value is the other, and, but for names, not only agrees with it."""
    if isinstance(one, Name) and isinstance(other, Name):
        return same_name(one.parts, other.parts)
    return type(one) is type(other) and normal(one).lstrip("#") == normal(other).lstrip("#")


def _polarity(
    read: Sequence[Evidence], one: int, other: int, first: Line, second: Line, blocks: Sequence[Block], share: float
) -> Iterator[Pair]:
    """Where one of two versions of a sentence says no and the other yes."""
    negative = [bool(NEGATIONS & set(side.tokens)) for side in (first, second)]
    if negative[0] == negative[1]:
        return
    for tag, a, b, c, d in blocks:
        short = b - a <= NEGATION and d - c <= NEGATION
        if tag != "equal" and short and NEGATIONS & {*first.tokens[a:b], *second.tokens[c:d]}:
            sides = _stance(read[one], first, a, b, negative[0]), _stance(read[other], second, c, d, negative[1])
            nodes = Node(one, sides[0].start, sides[0].end), Node(other, sides[1].start, sides[1].end)
            yield Pair("yes/no", *nodes, sides, True, share)
            return


def _stance(evidence: Evidence, line: Line, start: int, end: int, negative: bool) -> Quote:
    """The words around a "not", or around where there is none."""
    low, high = line.spans[max(0, start - 1)][0], line.spans[min(len(line.spans) - 1, end)][1]
    return Quote(low, high, evidence.text[low:high], ("no" if negative else "yes",))
