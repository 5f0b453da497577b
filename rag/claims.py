"""Sentences to claims: what several articles say is one claim with several citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.terms import stems, words
from rag.asking.kinds import STRICT
from rag.asking.question import FUNCTION_STEMS, Question
from rag.attribution.persons import Run, runs
from rag.differences.values import spelled
from rag.finding.evidence import Evidence
from rag.finding.voting import Stems, Voted

SAME_WORDS = 0.5
"""Likeness of two sentences from which on they say the same."""
SAME_VALUE_WORDS = 0.3
"""The same where the other sentence also holds every number or date that the first one answers with."""
CLOSE = 0.7
"""A supporting sentence's score, as a share of the claim's own, where only the value ties them."""
FURTHER = 0.6
"""What a further sentence must have of the first one's score to join the answer; what the first has already said
counts for nothing in it."""


_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Group:
    """Evidence for one claim: the sentence that is quoted first, and those that say the same elsewhere."""

    lead: Voted
    support: tuple[Evidence, ...] = ()

    @property
    def all(self) -> tuple[Evidence, ...]:
        """The lead and its support."""
        return (self.lead.evidence, *self.support)


def group(question: Question, voted: Sequence[Voted], ranked: Sequence[Evidence], most: int) -> list[Group]:
    """At most `most` claims: the first of `voted`, and then whichever adds most to those before it. Support comes
    from all of `ranked`, one sentence an article."""
    leads = _leads(question, voted, most)
    support: list[list[Evidence]] = [[] for _ in leads]
    for evidence in ranked:
        number = next((n for n, lead in enumerate(leads) if supports(question, lead.evidence, evidence)), None)
        if number is not None:
            told = {leads[number].evidence.article.path, *(one.article.path for one in support[number])}
            if evidence.article.path not in told:
                support[number].append(evidence)
    return [Group(lead, tuple(others)) for lead, others in zip(leads, support, strict=True)]


def _leads(question: Question, voted: Sequence[Voted], most: int) -> list[Voted]:
    left, leads = list(voted), list(voted[:1])
    used: frozenset[Stems] = frozenset()
    while leads and len(leads) < most:
        used |= {word.stems for word in leads[-1].words}
        left = [one for one in left if not any(same(question, lead.evidence, one.evidence) for lead in leads)]
        best = max(left, key=lambda one: one.score(used), default=None)  # of equals, the first
        if best is None or best.score(used) < FURTHER * leads[0].score():
            break
        leads.append(best)
    return leads


def same(question: Question, one: Evidence, other: Evidence) -> bool:
    """Whether the other sentence says what the first one says, as far as the question goes."""
    if one is other:
        return True
    alike = likeness(one.text, other.text)
    if question.kind not in STRICT or not one.values:
        return alike >= SAME_WORDS
    return set(one.values) <= set(other.values) and alike >= SAME_VALUE_WORDS and other.score >= CLOSE * one.score


def supports(question: Question, lead: Evidence, other: Evidence) -> bool:
    """Whether the other sentence says what the first one says by itself, with each of its numbers and persons."""
    if not same(question, lead, other):
        return False
    held = stems(other.text)
    numbers = {stem for stem in stems(lead.text) if _NUMBER.search(stem)}
    last_names = [words(run.words[-1])[-1].lower() for run in runs(lead.text, [(0, len(lead.text))]) if _person(run)]
    said = [word.lower() for word in words(other.text)]
    return numbers <= held and all(any(spelled(name, word) for word in said) for name in last_names)


def _person(run: Run) -> bool:
    return run.standing == "person" and bool(words(run.words[-1]))


def likeness(one: str, other: str) -> float:
    """Dice coefficient of the content words of two sentences, 0..1."""
    first, second = stems(one) - FUNCTION_STEMS, stems(other) - FUNCTION_STEMS
    together = len(first) + len(second)
    return 2 * len(first & second) / together if together else 0.0
