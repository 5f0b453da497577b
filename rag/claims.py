"""Sentences to claims: what several articles say is one claim with several citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.terms import stems
from rag.evidence import Evidence
from rag.kinds import STRICT
from rag.question import FUNCTION_STEMS, Question

SAME_WORDS = 0.5
"""Likeness of two sentences from which on they say the same."""
SAME_VALUE_WORDS = 0.3
"""The same where the other sentence also holds every number or date that the first one answers with."""
CLOSE = 0.7
"""A supporting sentence's score, as a share of the claim's own, where only the value ties them."""


@dataclass(frozen=True, slots=True)
class Group:
    """Evidence for one claim: the sentence that is quoted first, and those that say the same elsewhere."""

    lead: Evidence
    support: tuple[Evidence, ...] = ()

    @property
    def all(self) -> tuple[Evidence, ...]:
        """The lead and its support."""
        return (self.lead, *self.support)


def group(question: Question, leads: Sequence[Evidence], ranked: Sequence[Evidence], most: int) -> list[Group]:
    """At most `most` claims, from `leads` in order; support comes from all of `ranked`, one sentence an article."""
    groups: list[list[Evidence]] = []
    for evidence in leads:
        if len(groups) < most and not any(same(question, members[0], evidence) for members in groups):
            groups.append([evidence])
    for evidence in ranked:
        members = next((members for members in groups if same(question, members[0], evidence)), None)
        if members is not None and all(evidence.article.path != member.article.path for member in members):
            members.append(evidence)
    return [Group(members[0], tuple(members[1:])) for members in groups]


def same(question: Question, one: Evidence, other: Evidence) -> bool:
    """Whether the other sentence says what the first one says, as far as the question goes."""
    alike = likeness(one.text, other.text)
    if question.kind not in STRICT or not one.values:
        return alike >= SAME_WORDS
    return set(one.values) <= set(other.values) and alike >= SAME_VALUE_WORDS and other.score >= CLOSE * one.score


def likeness(one: str, other: str) -> float:
    """Dice coefficient of the content words of two sentences, 0..1."""
    first, second = stems(one) - FUNCTION_STEMS, stems(other) - FUNCTION_STEMS
    together = len(first) + len(second)
    return 2 * len(first & second) / together if together else 0.0
