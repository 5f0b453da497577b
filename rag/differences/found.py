"""What the articles say differently where they answer a question.

Two sentences are compared where they tell the same fact: where they are versions of one sentence (the words around
the value are the same), where they answer the question with the same kind of value in the same role, or where they
quote one speaker in nearly the same words. Another fact is not set against it: docs/decisions/0010-differences.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.text.terms import stems
from rag.differences.alignment import align
from rag.differences.amounts import Number
from rag.differences.lines import ANSWERS, Node, Pair
from rag.differences.values import Quote, Value, compatible
from rag.differences.when import When
from rag.question.query import Query
from rag.ranking.evidence import Evidence
from rag.types import Difference, DifferenceKind
from rag.types import Value as Said

ENOUGH = 0.85
"""What a sentence must have of the best one's score to be an answer too, whose values are compared."""
COUNTERPART = 0.55
"""What one must have to be looked at as another version of such a sentence."""
READ = 80
"""Sentences looked at, best first."""
SIDES = 4
"""More values than these are a series or a list, not a disagreement."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that are said."""

    text: str
    """In the words of the newest article that says it."""
    published: str | None
    """That article's ISO date."""
    evidence: tuple[Evidence, ...]
    """Those who say it: the newest first, undated ones last, one sentence an article."""


@dataclass(frozen=True, slots=True)
class Found:
    """A difference between articles, not yet numbered."""

    kind: DifferenceKind
    what: str
    """The question where the values answer it; else what is counted, who speaks, or the words before the value."""
    sides: tuple[Side, ...]
    """Newest first; what only undated articles say comes last."""
    asked: bool
    """The values are what the question asks for."""


def find(question: Query, evidence: Sequence[Evidence]) -> list[Found]:
    """The differences among sentences that answer about as well as the best one, in the order of `evidence`.

    `evidence` is ranked. Accounts settle nothing here: a copy may say other things than what it was copied from, and
    that is shown like any other difference.
    """
    if not evidence:
        return []
    best = evidence[0].score
    read = [e for e in evidence[:READ] if e.score >= COUNTERPART * best]
    answers = sum(e.score >= ENOUGH * best for e in read)
    pairs: list[Pair] = []
    for number in range(answers):
        for other in range(len(read)):
            if (other > number or other >= answers) and read[number].article.path != read[other].article.path:
                pairs += align(question, read, number, other, both=other < answers)
    found = (_found(question, read, slot) for slot in _slots(_nearest_only(read, pairs)))
    return _distinct([one for one in found if one is not None])


def note(found: Found, number: Callable[[Evidence], int]) -> str:
    """Byline's own words about a difference; `number` gives the citation of a sentence."""
    values = " or ".join(f"“{side.text}” ({_cited(side, number)})" for side in found.sides)
    return f"{_opening(found)}: {values}."


def difference(found: Found, number: Callable[[Evidence], int]) -> Difference:
    """The same as it stands in an answer."""
    sides = (Said(side.text, side.published, tuple(number(e) for e in side.evidence)) for side in found.sides)
    return Difference(found.kind, found.what, tuple(sides), _opening(found), note(found, number))


def _opening(found: Found) -> str:
    if found.kind == "wording":
        return f"{found.what or 'Somebody'} is quoted in different words"
    if found.kind == "yes/no":
        return "Sources contradict each other"
    if found.asked or not found.what:
        return f"Sources differ on “{found.what}”" if found.what else f"Sources differ on a {found.kind}"
    if found.kind == "number":
        return f"Sources differ on the number of {found.what}"
    return f"Sources differ on a {found.kind} (“{found.what} …”)"


def _cited(side: Side, number: Callable[[Evidence], int]) -> str:
    marks = "".join(f"[{n}]" for n in dict.fromkeys(number(e) for e in side.evidence))
    return f"{_day(side.published)} {marks}"


def _day(published: str | None) -> str:
    """ "9 December 2021"; "undated" without a date."""
    if published is None:
        return "undated"
    from datetime import date

    try:
        day = date.fromisoformat(published)
    except ValueError:
        return published
    return f"{day.day} {day:%B} {day.year}"


def _nearest_only(read: Sequence[Evidence], pairs: Sequence[Pair]) -> list[Pair]:
    """Of each sentence, and each quote, its nearest version in each article: "10 dead" is no version of "20 hurt"."""
    best: dict[tuple[object, ...], float] = {}
    for pair in pairs:
        for key in _keys(read, pair):
            best[key] = max(pair.share, best.get(key, 0.0))
    return [pair for pair in pairs if all(pair.share >= best[key] for key in _keys(read, pair))]


def _keys(read: Sequence[Evidence], pair: Pair) -> Iterator[tuple[object, ...]]:
    for node, other in ((pair.one, pair.other), (pair.other, pair.one)):
        place: object = node if pair.kind == "wording" else node.evidence
        yield pair.share == ANSWERS, pair.kind == "wording", place, read[other.evidence].article.path


def _slots(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """Pairs that hang together through a value, in the order of their first."""
    parent: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for pair in pairs:
        one, other = sorted((root(pair.one), root(pair.other)))
        parent[other] = one
    slots: dict[Node, list[Pair]] = defaultdict(list)
    for pair in pairs:
        slots[root(pair.one)].append(pair)
    yield from slots.values()


def _found(question: Query, read: Sequence[Evidence], pairs: Sequence[Pair]) -> Found | None:
    """The difference in one slot; None where all values go together or none can be told from another."""
    if not any(pair.differ for pair in pairs):
        return None
    values: dict[Node, Value] = {}
    for pair in pairs:
        values[pair.one], values[pair.other] = pair.values
    kind = pairs[0].kind
    clusters = _clusters(values, pairs, kind)
    told = [{read[node.evidence].article.path for node in cluster} for cluster in clusters]
    if not 2 <= len(clusters) <= SIDES or len(set().union(*told)) < sum(map(len, told)):
        return None  # an article that says both tells of two things
    sides = sorted((_side(read, values, cluster) for cluster in clusters), key=_newest)
    asked = any(pair.asked for pair in pairs)
    first = max((node for cluster in clusters for node in cluster), key=lambda n: (n.evidence == 0, -n.evidence))
    what = question.text if asked else _what(kind, read[first.evidence], values[first], pairs)
    return Found(kind, what, tuple(sides), asked)


def _clusters(values: Mapping[Node, Value], pairs: Sequence[Pair], kind: DifferenceKind) -> list[list[Node]]:
    """Values that go together; one that goes with several others that differ is left out."""
    clusters: list[list[Node]] = []
    apart = {frozenset((pair.one, pair.other)) for pair in pairs if pair.differ}
    for node in sorted(values, key=lambda node: (_width(values[node]), node)):
        fits = [
            cluster
            for cluster in clusters
            if all(_agree(values[node], values[of], kind) and frozenset((node, of)) not in apart for of in cluster)
        ]
        if not fits:
            clusters.append([node])
        elif len(fits) == 1:
            fits[0].append(node)
    return clusters


def _agree(one: Value, other: Value, kind: DifferenceKind) -> bool:
    if kind == "yes/no":
        return isinstance(one, Quote) and isinstance(other, Quote) and one.words == other.words
    return compatible(one, other)


def _width(value: Value) -> float:
    """Precise values come first."""
    if isinstance(value, Number):
        return value.high - value.low + value.about
    if isinstance(value, When):
        return float(value.high - value.low + value.loose)
    return -float(len(value.text))


def _side(read: Sequence[Evidence], values: Mapping[Node, Value], cluster: Sequence[Node]) -> Side:
    by_article: dict[str, Node] = {}
    for node in sorted(cluster):
        by_article.setdefault(read[node.evidence].article.path, node)
    nodes = sorted(by_article.values(), key=lambda node: _age(read[node.evidence]))
    lead = read[nodes[0].evidence]
    return Side(values[nodes[0]].text, lead.article.published, tuple(read[node.evidence] for node in nodes))


def _age(evidence: Evidence) -> tuple[bool, tuple[int, ...], str, int]:
    published = evidence.article.published
    return published is None, tuple(-ord(char) for char in published or ""), evidence.article.path, evidence.start


def _newest(side: Side) -> tuple[bool, tuple[int, ...], str, int]:
    return _age(side.evidence[0])


def _what(kind: DifferenceKind, evidence: Evidence, value: Value, pairs: Sequence[Pair]) -> str:
    if kind == "wording":
        return next((pair.speaker for pair in pairs if pair.speaker), "")
    if isinstance(value, Number) and not value.unit and value.counted:
        behind = evidence.text[value.end :].split()
        return " ".join(behind[: len(value.counted)]).strip(' ,.;:”"')
    return " ".join(evidence.text[: value.start].split()[-6:]) if kind != "yes/no" else ""


def _distinct(found: Sequence[Found]) -> list[Found]:
    """Each pair of texts once."""
    kept: dict[tuple[str, frozenset[frozenset[str]]], Found] = {}
    for one in found:
        key = one.kind, frozenset(stems(side.text) for side in one.sides)
        kept.setdefault(key, one)
    return list(kept.values())
