"""How sure is it that the best sentence answers the question? A fitted curve, and what an answer must not lack.

The curve is logistic over the signals below; `python -m eval.calibrate` fits it, and docs/quality.md shows how often
answers of each confidence are right. What it cannot see, a near miss such as another country's troops, is looked for
by itself (docs/decisions/0006-refusal.md).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from index.terms import stems
from rag.asking.callings import CALLED
from rag.asking.kinds import AUXILIARY, STRICT
from rag.asking.question import FUNCTION_STEMS, Question
from rag.finding.evidence import Evidence, Match
from rag.finding.figures import conflicting
from rag.finding.namesakes import conflicting as namesake
from rag.finding.offices import conflicting as other_office
from rag.finding.offices import named_holder

Lack = Literal["name", "word", "kind", "figure", "not", "quoted", "office"]

GAP, MISSING, ESSENTIAL = 0.2, 0.37, 0.58
"""A required word that no retrieved article has is missing where it matches below MISSING, and GAP below the rest;
one that all turns on (`Match.essential`), where it matches below ESSENTIAL. Of 3,100 questions over small folders 9
have such a word: of two right answers that are not refused for something else it matches at .60, of wrong ones at .37
to .46."""
DONE = 0.42
"""Match below which a sentence does not tell of what somebody did, where that is asked: "Who won?"."""
HELD = 0.56
"""Match below which a sentence has no such office as that whose holder is asked for: right sentences that were read
match at .58 and more, others at .54 and less."""
LACKING = 0.3
"""Confidence is multiplied by this where a requirement is not met, so that it falls below the default bar."""
DESCRIBED = 0.9
"""Confidence, at least, where a sentence says beside a name who or what bears it, and that is asked."""
SMALL, LARGE = math.log(512), math.log(5_000)
"""Passages, as logarithms: up to SMALL the curve for small folders holds, from LARGE on the one for large folders, in
between a mixture. In a small folder all passages are read, and little is near by chance: there a question in quite
other words may be answered, while in a large one too much is as near as that."""
COMMON_ARTICLES, COMMON_RARITY = 100, 2.3
"""A name that stands in so many articles, and in more than a tenth of all, need not be said again where it is
meant."""
WEAKEST_ENOUGH = 0.4
"""Match of the words matched worst from which on more says nothing."""
OUT, SPREAD, FEWEST = 4.0, 0.03, 3
"""Most that a sentence stands out, what is added to the deviation of the others, and how many others there have to
be to tell; with fewer it stands out by USUAL."""
USUAL = 2.6
"""The mean over small folders."""
CURVES = "confidence.json"
"""The fitted weights, beside this file."""
_NUMBER = re.compile(r"\d")
_NOT = re.compile(
    rf"\b(?:{AUXILIARY}n['’]t|(?:ca|wo)n['’]t|cannot|never|{AUXILIARY} (?:[\w’'-]+ ){{0,6}}not"
    r"(?! (?:long|far|only|just|all|every|later|more|less|least|so|too)\b))\b",
    re.IGNORECASE,
)
"""A verb that the question denies."""
_STANDS = re.compile(r"\b(?:stands? for|short for|abbreviat\w+|acronym|initials)\b", re.IGNORECASE)
"""What a sentence says, or the question asks, of initials."""
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
    """How well the question's words are matched in the sentence: `rag.finding.evidence.Features`."""
    weakest: float
    names: float
    dense: float
    """Cosine of the question and the passage nearest to it."""
    cover: float
    """Share of the question's content words that stand in the sentence, its title or the sentence before it; rare
    words count more."""
    article: float
    """The same of the whole article."""
    numbers: float
    """Share of the question's numbers that the article has; 1 where it has none."""
    stands_out: float
    """By how many standard deviations `near` is above that of the other sentences read, up to OUT: what answers is
    matched better than what is merely about the same. (Of a folder that is not small, of the best sentences.)"""
    length: float
    """Logarithm of the number of the question's content words: longer questions are covered less by what answers
    them."""
    size: float
    """Logarithm of the number of passages: the best of many is good by chance."""
    described: bool = False
    """It is asked who or what bears a name that the article has in full, and the sentence says so."""


def signals(
    question: Question,
    evidence: Evidence,
    read: Sequence[Evidence],
    dense: float,
    rarity: Mapping[str, float],
    passages: int,
) -> Signals:
    """The signals of a sentence among all that were read; `rarity` is the inverse article frequency of the question's
    stems."""
    features, match = evidence.features, _match(evidence)
    content = [stem for stem in question.content if stem not in FUNCTION_STEMS]
    article = stems_of(evidence)
    around = stems(evidence.text) | stems(evidence.article.title) | stems(match.before)
    numbers = [stem for stem in content if _NUMBER.search(stem)]
    return Signals(
        features.near,
        min(features.weakest, WEAKEST_ENOUGH),
        match.names[0],
        dense,
        _cover(content, around, rarity),
        _cover(content, article, rarity),
        sum(stem in article for stem in numbers) / len(numbers) if numbers else 1.0,
        _stands_out(evidence, read),
        math.log(1 + len(content)),
        math.log(max(passages, 1)),
        bool(question.defined and evidence.values) and article.issuperset(question.names[0].stems),
    )


def stems_of(evidence: Evidence) -> frozenset[str]:
    """The stems of the whole article."""
    return _match(evidence).words | stems(evidence.article.title)


def _stands_out(evidence: Evidence, read: Sequence[Evidence]) -> float:
    others = np.array([one.features.near for one in read if one is not evidence])
    if len(others) < FEWEST:
        return USUAL
    return min(OUT, float((evidence.features.near - others.mean()) / (others.std() + SPREAD)))


def _match(evidence: Evidence) -> Match:
    if evidence.match is None:
        raise ValueError("no question was asked of this sentence")
    return evidence.match


def _cover(content: list[str], held: frozenset[str], rarity: Mapping[str, float]) -> float:
    weight = sum(rarity.get(stem, 1.0) for stem in content)
    said = (stem for stem in content if stem in held or not CALLED.get(stem, frozenset()).isdisjoint(held))
    return sum(rarity.get(stem, 1.0) for stem in said) / weight if weight else 1.0


def confidence(known: Signals, lack: tuple[Lack, str] | None, curves: Mapping[str, Any] | None = None) -> float:
    """0..1: how likely the sentence with these signals, and this lack, is to answer the question.

    `curves` stand in for the fitted weights that are kept.
    """
    curves = curves or _curves()
    large = min(1.0, max(0.0, (known.size - SMALL) / (LARGE - SMALL)))
    small = replace(known, size=min(known.size, SMALL))  # the curve knows of no larger folders
    sure = (1 - large) * _logistic(small, curves["small"]) + large * _logistic(known, curves["large"])
    sure = max(sure, DESCRIBED) if known.described else sure
    return sure * LACKING if lack else sure


def _logistic(known: Signals, curve: Mapping[str, Any]) -> float:
    total: float = curve["constant"]
    total += sum(weight * getattr(known, name) for name, weight in curve["weights"].items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _curves() -> dict[str, Any]:
    """For small and for large folders, a weight for each signal that counts, and the constant."""
    fitted: dict[str, Any] = json.loads(files(__package__).joinpath(CURVES).read_text(encoding="utf-8"))
    return fitted


def lacking(
    question: Question, evidence: Evidence, common: Callable[[str], bool], whole: bool
) -> tuple[Lack, str] | None:
    """What an answer would have to have and this sentence has not: the requirement, and the words at stake.

    `common` says of a name whether it goes without saying; `whole`, that all retrieved articles
    were read, so that it is known what stands in none of them.
    """
    features, match = evidence.features, _match(evidence)
    worth, name = match.names
    if worth == 0 and not common(name):
        return "name", name
    if question.kind in STRICT and not evidence.values:
        return "kind", question.kind
    if _STANDS.search(question.asks) and not evidence.values and not _STANDS.search(evidence.text):
        return "kind", "definition"
    said = question.defined and evidence.values  # it is said who or what that is, in whatever words it is asked
    if whole and not said and match.absent[1] < min(MISSING, features.near - GAP):
        return "word", match.absent[0]
    if whole and match.essential[1] < ESSENTIAL:
        return "word", match.essential[0]
    if question.doing and match.done < DONE:
        return "word", question.text[question.doing.start : question.doing.end]
    if match.held[1] < HELD:
        return "word", match.held[0]
    if match.held[0] and not named_holder(question.text, evidence.text):
        return "office", match.held[0]
    if question.kind not in ("yes/no", "reason") and _NOT.search(question.asks) and not _DENIES.search(evidence.text):
        return "not", ""
    if office := other_office(question.text, evidence.text, evidence.article.text):
        return "office", office
    if name := namesake(question.asks, evidence.article.text):
        return "name", name
    # "Are there 5,000?" is answered by whatever number there is.
    figure = "" if question.kind == "yes/no" else conflicting(question.text, evidence.text, evidence.article.text)
    return ("figure", figure) if figure else None
