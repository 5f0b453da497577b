"""How likely the best sentence is to answer the question, and what it lacks if it does not.

A logistic curve over two features says whether the sentence is about what is asked at all. Three requirements then
tell a near miss (the same people, places and words, another fact) from an answer. All constants were set by hand;
docs/decisions/0006-refusal.md says on what, and what `python -m eval.quality` measures with them.
"""

from __future__ import annotations

import math
from typing import Literal

from rag.evidence import Evidence
from rag.kinds import STRICT
from rag.question import Question

Lack = Literal["name", "kind", "word"]
NEAR, NEAR_MIDDLE, NEAR_GROWTH = 12.0, 0.263, 0.030
"""Slope and middle of the curve. The best of many sentences is near by chance: the middle grows with the logarithm of
the number of passages (.36 for the five seeds, .54 for 1,000 articles)."""
WEAKEST, WEAKEST_MIDDLE, WEAKEST_ENOUGH = 4.0, 0.28, 0.40
"""The same for the words matched worst, which count no further once they are matched well enough."""
NAMES = 2.0
"""What it costs that a name of the question stands near the sentence but not in it."""
GAP, MISSING = 0.24, 0.37
"""A required word that no retrieved article has is missing where it matches below MISSING, and GAP below the rest."""
LACKING = 0.3
"""Confidence is multiplied by this where a requirement is not met, so that it falls below the default bar."""


def confidence(question: Question, evidence: Evidence, passages: int) -> float:
    """0..1: how likely this sentence, the best of so many passages, is to answer the question."""
    features = evidence.features
    total = NEAR * (features.near - NEAR_MIDDLE - NEAR_GROWTH * math.log(max(passages, 1)))
    total += WEAKEST * (min(features.weakest, WEAKEST_ENOUGH) - WEAKEST_MIDDLE)
    total += NAMES * (features.names - 1)
    sure = 1 / (1 + math.exp(-total))
    return sure * LACKING if lacking(question, evidence) else sure


def lacking(question: Question, evidence: Evidence) -> tuple[Lack, str] | None:
    """What an answer would have to have and this sentence has not: the requirement, and the words at stake."""
    features = evidence.features
    if features.names == 0:
        return "name", evidence.worst_name
    if question.kind in STRICT and not evidence.values:
        return "kind", question.kind
    if evidence.absent_match < min(MISSING, features.near - GAP):
        return "word", evidence.absent
    return None
