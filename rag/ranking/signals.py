"""What is known of the best sentence, and what it lacks that an answer must have: of a near miss, such as another
country's troops, something is missing (docs/decisions/0006-refusal.md). `rag.choosing` weighs both."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from index.text.terms import stems
from rag.question.kinds import STRICT
from rag.question.query import FUNCTION_STEMS, Query
from rag.ranking.evidence import NEARBY, Evidence, Match
from rag.ranking.figures import conflicting

Lack = Literal["name", "kind", "figure", "not", "quoted"]

COMMON_ARTICLES, COMMON_RARITY = 100, 2.3
"""A name that stands in so many articles, and in more than a tenth of all, need not be said again where it is
meant."""
_NUMBER = re.compile(r"\d")
_DENIES = re.compile(
    r"\b(?:not|no|nor|none|never|nothing|nobody|neither|without|cannot|hardly|barely|few|little|except|fail\w*|refus\w*|"
    r"declin\w*|reject\w*|den(?:y|ies|ied)|lack\w*|miss(?:es|ed|ing)|avoid\w*|skip\w*|unable|unlikely|"
    r"against|instead|rather than|yet to|un\w{4,})\b|n['’]t\b",
    re.IGNORECASE,
)
"""What may say in a sentence that something is not so."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of the best sentence and its article, each about 0..1."""

    near: float
    """How well the question's words are matched in the sentence: `rag.ranking.evidence.Features`."""
    names: float
    dense: float
    """Cosine of the question and the passage nearest to it."""
    article: float
    """Share of the question's content words that stand in the whole article; rare words count more."""
    numbers: float
    """Share of the question's numbers that the article has; 1 where it has none."""
    length: float
    """Logarithm of the number of the question's content words: longer questions are covered less by what answers
    them."""


def signals(question: Query, evidence: Evidence, dense: float, rarity: Mapping[str, float]) -> Signals:
    """The signals of a sentence; `rarity` is the inverse article frequency of the question's stems, `dense` the
    cosine of the nearest passage."""
    content = [stem for stem in question.content if stem not in FUNCTION_STEMS]
    article = stems_of(evidence)
    numbers = [stem for stem in content if _NUMBER.search(stem)]
    return Signals(
        evidence.features.near,
        _match(evidence).names[0],
        dense,
        _cover(content, article, rarity),
        sum(stem in article for stem in numbers) / len(numbers) if numbers else 1.0,
        math.log(1 + len(content)),
    )


def stems_of(evidence: Evidence) -> frozenset[str]:
    """The stems of the whole article."""
    return _match(evidence).words | stems(evidence.article.title)


def _match(evidence: Evidence) -> Match:
    if evidence.match is None:
        raise ValueError("no question was asked of this sentence")
    return evidence.match


def _cover(content: list[str], held: frozenset[str], rarity: Mapping[str, float]) -> float:
    weight = sum(rarity.get(stem, 1.0) for stem in content)
    return sum(rarity.get(stem, 1.0) for stem in content if stem in held) / weight if weight else 1.0


def lacking(question: Query, evidence: Evidence, common: Callable[[str], bool]) -> tuple[Lack, str] | None:
    """What an answer would have to have and this sentence has not: the requirement, and the words at stake.

    `common` says of a name whether it goes without saying.
    """
    worth, name = _match(evidence).names
    if worth < NEARBY and not common(name):
        return "name", name
    if question.kind in STRICT and not evidence.values:
        return "kind", question.kind
    if question.denied and not _DENIES.search(evidence.text):
        return "not", ""
    # "Are there 5,000?" is answered by whatever number there is.
    figure = "" if question.kind == "yes/no" else conflicting(question.text, evidence.text, evidence.article.text)
    return ("figure", figure) if figure else None
