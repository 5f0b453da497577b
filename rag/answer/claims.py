"""Sentences to claims: what several articles say is one claim with several citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index.text.terms import stems, words
from rag.attribution.brackets import Attributed
from rag.attribution.person_words import PLACES
from rag.attribution.persons import runs
from rag.attribution.quoted import speaker
from rag.differences.values import Quote, in_order, quotes, spelled, uncontracted
from rag.differences.when import When, dates, same_days
from rag.question.kinds import STRICT
from rag.question.names import named
from rag.question.query import FUNCTION_STEMS, Query
from rag.ranking.evidence import Evidence
from rag.ranking.voting import Stems, Voted

SAME_WORDS = 0.5
"""Likeness of two sentences from which on they say the same."""
SAME_VALUE_WORDS = 0.3
"""The same where the other sentence also holds every number or date that the first one answers with."""
HELD = 0.5
"""Share of the claim's content words that a supporting sentence must have; of those that it quotes, too."""
QUOTED = 6
"""Words from which on a quote is more than a turn of phrase."""
REWORDED = 0.35
"""Share of words in the same order from which on two quotes are versions of one: a version supports no other."""
CLOSE = 0.7
"""A supporting sentence's score, as a share of the claim's own, where only the value ties them."""
FURTHER = 0.6
"""What a further sentence must have of the first one's score to join the answer; what the first has already said
counts for nothing in it."""


_NUMBER = re.compile(r"\d")
_DENYING = frozenset(("not", "no", "never", "neither", "nor", "none", "without", "cannot"))


def leads(question: Query, voted: Sequence[Voted], most: int) -> list[Voted]:
    """At most `most` sentences that say different things: the first of `voted`, and then whichever adds most to those
    before it."""
    left, found = list(voted), list(voted[:1])
    used: frozenset[Stems] = frozenset()
    while found and len(found) < most:
        used |= {word.stems for word in found[-1].words}
        left = [one for one in left if not same(question, found[-1].evidence, one.evidence)]
        best = max(left, key=lambda one: one.score(used), default=None)  # of equals, the first
        if best is None or best.score(used) < FURTHER * found[0].score():
            break
        found.append(best)
    return found


def support(question: Query, claims: Sequence[Evidence], ranked: Sequence[Evidence]) -> list[tuple[Evidence, ...]]:
    """What stands behind each of these sentences: itself, and of all that were `ranked` those that say the same, one
    an article, and each for the first that it supports."""
    found: list[dict[str, Evidence]] = [{claim.article.path: claim} for claim in claims]
    for evidence in ranked:
        number = next((n for n, claim in enumerate(claims) if _belongs(question, claim, evidence)), None)
        if number is not None:
            found[number].setdefault(evidence.article.path, evidence)
    return [tuple(one.values()) for one in found]


def _belongs(question: Query, claim: Evidence, evidence: Evidence) -> bool:
    """Whether a sentence is the claim itself, which need not be read for that, or supports it."""
    return evidence is claim or supports(question, claim, evidence)


def by_another(question: Query, told: Attributed) -> bool:
    """Whether a sentence gives another's words where somebody's are asked for: "What did Kari Nordmann say?"."""
    asked = question.speaker
    if asked is None or question.text[asked.start : asked.end] in PLACES:
        return False  # a country has many voices
    plain = told.text.replace("[", "").replace("]", "")
    says = bool(speaker(plain)) or any(one.name.endswith(":") for one in told.replaced)
    return says and not named(asked.stems, frozenset(stems(plain)))


def same(question: Query, one: Evidence, other: Evidence) -> bool:
    """Whether the other sentence says what the first one says, as far as the question goes."""
    if one is other:
        return True
    if question.kind not in STRICT or not one.values:
        return likeness(one.text, other.text) >= SAME_WORDS
    valued = other.score >= CLOSE * one.score and set(one.values) <= set(other.values)
    return valued and likeness(one.text, other.text) >= SAME_VALUE_WORDS


def supports(question: Query, lead: Evidence, other: Evidence) -> bool:
    """Whether the other sentence says what the first one says by itself: with its numbers, dates and persons,
    denied where it is denied there, and with no other wording of what it quotes."""
    if not same(question, lead, other):
        return False
    if not _numbers(lead.text) <= stems(other.text) or _denies(lead.text) != _denies(other.text):
        return False
    if not _holds(lead.text, other.text) or not _agree(lead, other):
        return False
    last_names = _last_names(lead.text)
    said = {word.lower() for word in words(other.text)} if last_names else frozenset()
    return all(any(spelled(name, word) for word in said) for name in last_names)


def _holds(lead: str, other: str) -> bool:
    """Whether the second sentence has half of the first one's words, and half of the words that are quoted there."""
    held = _content(other)
    said = [quote.text for quote in quotes(lead) if len(quote.words) >= QUOTED]
    return all(len(content & held) >= HELD * len(content) for content in map(_content, (lead, *said)))


def _agree(lead: Evidence, other: Evidence) -> bool:
    """Whether each date of the first sentence (a weekday is none) is one of the other's, and none of its quotes is
    there in other words."""
    ours = [day for day in _days(lead.text, lead.article.published) if day.low]
    theirs = _days(other.text, other.article.published) if ours else ()
    if not all(any(same_days(day, known) for known in theirs) for day in ours):
        return False
    return not any(_reworded(one, two, other.text) for one in quotes(lead.text) for two in quotes(other.text))


@lru_cache(maxsize=2_048)
def _days(text: str, published: str | None) -> tuple[When, ...]:
    return tuple(dates(text, published))


def _reworded(one: Quote, other: Quote, text: str) -> bool:
    """Whether the second quote is another version of the first, or a part of it: words of the first are missing in
    all of the sentence that quotes the second (ISIS “is down” has all of “ISIS is down”)."""
    common = in_order(one.words, other.words)
    if 2 * common < REWORDED * (len(one.words) + len(other.words)):
        return False
    return common < len(one.words) and not {word.lower() for word in words(text)} >= set(one.words)


@lru_cache(maxsize=4_096)
def _denies(text: str) -> bool:
    said = [word.lower() for word in words(text)]
    if not _DENYING.isdisjoint(said):
        return True
    return any(part in _DENYING for word in said if "’" in word or "'" in word for part in uncontracted(word))


@lru_cache(maxsize=2_048)
def _numbers(text: str) -> frozenset[str]:
    """The numbers of a sentence, as stems."""
    return frozenset(stem for stem in stems(text) if _NUMBER.search(stem))


@lru_cache(maxsize=2_048)
def _last_names(text: str) -> tuple[str, ...]:
    """The last names of a sentence's persons in lower case."""
    persons = [run for run in runs(text, [(0, len(text))]) if run.standing == "person"]
    last_names = [words(run.words[-1]) for run in persons]
    return tuple(found[-1].lower() for found in last_names if found)


def likeness(one: str, other: str) -> float:
    """Dice coefficient of the content words of two sentences, 0..1."""
    first, second = _content(one), _content(other)
    together = len(first) + len(second)
    return 2 * len(first & second) / together if together else 0.0


@lru_cache(maxsize=4_096)
def _content(text: str) -> frozenset[str]:
    return stems(text) - FUNCTION_STEMS
