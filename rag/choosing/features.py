"""What is known of the best sentence once all have been read, as numbers: what its being right is judged by.

Which of some forty such numbers are taken was chosen on news, each year left out in turn; what they weigh is fitted
on other texts (`python -m benchmarks.right`, docs/decisions/0024-three-states.md). Left out were, among others, how
many articles agree, the share of the vote, and the passage's place: they weigh one thing in news, where all is told
many times, and another in an encyclopedia.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.terms import stems
from rag.asking.kinds import STRICT

if TYPE_CHECKING:
    from rag.finding.finder import Finding
    from rag.finding.voting import Voted

LACKS = ("name", "word", "kind", "figure", "not", "office")
"""What an answer may lack (`rag.finding.confidence.lacking`), each a feature of its own."""
OTHERS = 12
"""Sentences behind the best that it is compared with."""


def features(found: Finding) -> dict[str, float]:
    """Of the first of `found.voted`, by name; empty where nothing was found, or what was found is no answer to a
    question in words (an overview, a list of who is quoted)."""
    if not found.voted or found.signals is None:
        return {}
    best, known = found.voted[0], found.signals
    scores = [one.score() for one in found.voted[1 : 1 + OTHERS]]
    lack = found.lack[0] if found.lack else ""
    return {
        "near": known.near,
        "cosine": best.evidence.features.cosine,
        "dense": known.dense,
        "score": best.score(),
        "ahead_of_rival": best.score() - _rival(best, found.voted[1 : 1 + OTHERS]),
        "ahead_of_most": best.score() - (sum(scores) / len(scores) if scores else 0.0),
        "cover_article": known.article,
        "name": known.names,
        "numbers": known.numbers,
        "length": known.length,
        "words": math.log1p(len(best.evidence.text.split())) / 4,
        "strict": float(found.question.kind in STRICT),
        "thing": float(found.question.kind == "thing"),
        "described": float(known.described),
        **{f"lacks_{name}": float(lack == name) for name in LACKS},
    }


def _rival(best: Voted, others: Sequence[Voted]) -> float:
    """The score of the best sentence that does not hold the words by which `best` answers; 0 where all do."""
    short = best.short()
    held = frozenset(short.stems) if short else None
    apart = (one for one in others if held is None or not held <= stems(one.evidence.text))
    return max((one.score() for one in apart), default=0.0)
