"""Sentences to claims: what several articles say is one claim with several citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.terms import terms
from rag.evidence import Evidence
from rag.question import FUNCTION_STEMS, Question

VALUED = frozenset(("number", "money", "age", "date", "person", "place"))
"""Kinds whose answers are compared by value; others by wording."""
SAME_WORDS = 0.5
"""Share of the shorter sentence's content words that the other must hold to say the same."""
SAME_VALUE_WORDS = 0.25
"""The same where both also hold the same answer value."""
CLOSE = 0.8
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


def group(question: Question, ranked: Sequence[Evidence], most: int) -> list[Group]:
    """At most `most` groups in order of their best sentence; one sentence an article in each."""
    groups: list[list[Evidence]] = []
    for evidence in ranked:
        for members in groups:
            if same(question, members[0], evidence):
                if all(evidence.article.path != member.article.path for member in members):
                    members.append(evidence)
                break
        else:
            if len(groups) < most:
                groups.append([evidence])
    return [Group(members[0], tuple(members[1:])) for members in groups]


def same(question: Question, one: Evidence, other: Evidence) -> bool:
    """Whether two sentences say the same as far as the question goes."""
    shared = overlap(one.text, other.text)
    if question.kind not in VALUED or not one.values:
        return shared >= SAME_WORDS
    alike = bool(set(one.values) & set(other.values))
    return alike and shared >= SAME_VALUE_WORDS and other.score >= CLOSE * one.score


def overlap(one: str, other: str) -> float:
    """Share of the shorter sentence's content words that stand in the other, 0..1."""
    first, second = (set(terms(text)) - FUNCTION_STEMS for text in (one, other))
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0
