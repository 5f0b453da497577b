"""What is known of the best sentence, and of the words in it that answer: numbers by which it is judged how likely
they are to be right.

Which of some forty such numbers are taken was chosen on news, each year left out in turn; what they weigh is fitted
on other texts (`python -m benchmarks.quality.right`, docs/decisions/0024-three-states.md). Left out were, among
others, how many articles agree, the share of the vote, and the passage's place: they weigh one thing in news, where
all is told many times, and another in an encyclopedia.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.text.terms import stems
from rag.question.kinds import STRICT

if TYPE_CHECKING:
    from rag.finder import Finding
    from rag.ranking.voting import Voted

LACKS = ("name", "kind", "figure", "not")
"""What an answer may lack (`rag.ranking.signals.lacking`), each a feature of its own."""
OTHERS = 12
"""Sentences behind the best that it is compared with."""
SURELY = 12.0
"""Log-odds of a reader beyond which more says nothing."""


def features(found: Finding) -> dict[str, float]:
    """Of the first of `found.voted`, by name; empty where nothing was found, or what was found is no answer to a
    question in words (an overview, a list of who is quoted)."""
    if not found.voted or found.signals is None:
        return {}
    best, known = found.voted[0], found.signals
    others = found.voted[1 : 1 + OTHERS]
    scores = [one.score() for one in others]
    lack = found.lack[0] if found.lack else ""
    return {
        "near": known.near,
        "cosine": best.evidence.features.cosine,
        "dense": known.dense,
        "score": best.score(),
        "ahead_of_rival": best.score() - max((one.score() for one in _apart(best, others)), default=0.0),
        "ahead_of_most": best.score() - (sum(scores) / len(scores) if scores else 0.0),
        "cover_article": known.article,
        "name": known.names,
        "numbers": known.numbers,
        "length": known.length,
        "words": math.log1p(len(best.evidence.text.split())) / 4,
        "strict": float(found.query.kind in STRICT),
        "thing": float(found.query.kind == "thing"),
        **{f"lacks_{name}": float(lack == name) for name in LACKS},
        **_read(best, others),
    }


def of_words(found: Finding, right: float) -> dict[str, float]:
    """Of the words that answer in the first of `found.voted`, which is `right` with this probability; empty where no
    words do by themselves."""
    best = found.voted[0] if found.voted and found.signals else None
    short = best.short() if best else None
    if not best or not short:
        return {}
    voted = best.best()
    votes = best.votes.get(voted.stems, 0.0) if voted else 0.0
    rivals = (
        one.votes[word.stems]
        for one in found.voted[: 1 + OTHERS]
        for word in one.words
        if voted and not set(word.stems) & set(voted.stems)
    )
    kind = found.query.kind
    return {
        "right": math.log(max(right, 1e-6) / max(1 - right, 1e-6)),
        "votes": min(votes, 1.0),
        "votes_ahead": min(votes, 1.0) - min(max(rivals, default=0.0), 1.0),
        "weight": short.weight,
        "alone": 1 / len(best.words) if best.words else 0.0,
        "long": math.log1p(len(short.stems)),
        "strict": float(kind in STRICT),
        "person": float(kind == "person"),
        **_read(best, found.voted[1 : 1 + OTHERS]),
    }


def _read(best: Voted, others: Sequence[Voted]) -> dict[str, float]:
    """What a reader says of the best sentence; nothing where none read it."""
    if best.span is None:
        return {}
    score = _bounded(best.span.score)
    rival = max((_bounded(one.span.score) for one in _apart(best, others) if one.span), default=-SURELY)
    short, voted = best.short(), best.best()
    same = bool(short and voted and not set(short.stems).isdisjoint(voted.stems))
    return {"read": score, "read_ahead": score - rival, "read_as_voted": float(same)}


def _bounded(score: float) -> float:
    return max(-SURELY, min(SURELY, score))


def _apart(best: Voted, others: Sequence[Voted]) -> list[Voted]:
    """The sentences that do not hold the words by which `best` answers; all where it has no such words."""
    short = best.short()
    held = frozenset(short.stems) if short else None
    return [one for one in others if held is None or not held <= stems(one.evidence.text)]
