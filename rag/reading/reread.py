"""The sentences that were found, read: the best span of each, and the order in which they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.ranking.evidence import Evidence
from rag.ranking.voting import Voted
from rag.reading.reader import Reader, Span

PASSAGES = 5
"""Passages that are read, those of the first sentences by the vote: .87 s a question on two cores."""


def reread(
    reader: Reader, question: str, voted: Sequence[Voted], ranked: Sequence[Evidence], weights: Mapping[str, float]
) -> list[Voted]:
    """All sentences of the passages that are read, with their spans, in the order of vote and reader; behind them the
    others as they were. `ranked` are those that may be quoted, also such as had no vote."""
    places = {id(one.evidence): _place(one.evidence) for one in voted}
    chosen = list(dict.fromkeys(places.values()))[:PASSAGES]
    views = {_place(one): one.match.view for one in ranked if one.match}
    told = reader.read(question, [views[place].whole for place in chosen])
    spans = dict(zip(chosen, told, strict=True))
    known = {id(one.evidence) for one in voted}
    more = [Voted(one, (), {}) for one in ranked if id(one) not in known and _place(one) in spans]
    found = [replace(one, span=_span(one.evidence, spans)) for one in (*voted, *more)]
    read = [one for one in found if one.span]
    read.sort(key=lambda one: (-strength(one, weights), one.evidence.article.path, one.evidence.start))
    return read + [one for one in found if not one.span]


def strength(one: Voted, weights: Mapping[str, float]) -> float:
    """What a sentence that was read is ordered by."""
    assert one.span is not None
    return weights["vote"] * one.score() + weights["read"] * one.span.score


def _place(one: Evidence) -> tuple[str, int]:
    assert one.match is not None
    return one.article.path, one.match.view.hit.passage.start


def _span(one: Evidence, spans: Mapping[tuple[str, int], Sequence[Span | None]]) -> Span | None:
    """The best span of a sentence, in its own text."""
    sentences = spans.get(_place(one))
    if sentences is None or one.match is None:
        return None
    found = sentences[one.match.number]
    if found is None:
        return None
    shift = one.match.view.whole.sentences[one.match.number][0]
    moved = Span(found.start - shift, found.end - shift, found.score, found.words)
    said = one.text[moved.start : moved.end]
    return moved if any(letter.isalnum() for letter in said) else None  # a full stop is no answer
