"""One saying in two wordings: quotes of two sentences that are the same speaker's same words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from index.text.terms import stems
from rag.differences.lines import (
    COPIED,
    FEWEST,
    NEGATIONS,
    Node,
    Pair,
    apart,
    dice,
    parts_of,
)
from rag.differences.speakers import QUOTED_PARTS, speaker
from rag.differences.values import Quote, compatible, in_order, quotes, same_name
from rag.question.query import ASKING_STEMS, FUNCTION_STEMS
from rag.ranking.evidence import Evidence

QUOTED, QUOTED_SHORT, QUOTED_IN_COPY = 0.55, 0.6, 0.35
"""Share of words in the same order by which two quotes are one; for those under SHORT words; and where the sentence
around them is the same."""
SHORT = 9
UNSIGNED, UNSIGNED_LONG, MISSIGNED = 0.7, 0.6, 0.7
"""The same where it cannot be told who speaks; for quotes of LONG words and more; and for these where two seem to."""
LONG = 12
SAID_AGAIN = 14
"""Days between two articles above which nearly the same words were said twice."""


def reworded_quotes(read: Sequence[Evidence], one: int, other: int) -> Iterator[Pair]:
    """Quotes of two sentences that are one speaker's same words, told alike or not."""
    for first in _said(read[one].text):
        for second in _said(read[other].text):
            same, share = compatible(first, second), _same_words(first, second)
            versions = _versions_of_one(read[one].text, read[other].text)
            if not same and not _reworded(first, second, share, versions):
                continue
            speakers = speaker(read[one], first), speaker(read[other], second)
            long = min(len(first.words), len(second.words)) >= LONG
            if not same and not versions and not _one_speaker(*speakers, share, long):
                continue
            if not same and apart(read[one], read[other]) > SAID_AGAIN:
                continue
            if not same and _written(read[one].text) != _written(read[other].text):
                continue  # a post, and a speech that says nearly the same
            nodes = Node(one, first.start, first.end), Node(other, second.start, second.end)
            said_by = _whose(read[one].text, speakers[0], read[other].text, speakers[1])
            yield Pair("wording", *nodes, (first, second), not same, share, speaker=said_by)


_POSTED = re.compile(
    r"\b(?:tweet(?:s|ed)?|on (?:Twitter|Instagram|Facebook|Telegram|X)|Truth Social|post(?:ed)? on)\b"
)


def _written(text: str) -> bool:
    """Whether a sentence says that its quote was posted, so that its words are there to be read."""
    return bool(_POSTED.search(QUOTED_PARTS.sub(" ", text)))


def _whose(one: str, speaker_of_one: str, other: str, speaker_of_other: str) -> str:
    """The speaker whom one of the sentences names; else the one that both, or the only, texts before them have."""
    here = [name for text, name in ((one, speaker_of_one), (other, speaker_of_other)) if name and name in text]
    if here:
        return here[0]
    if speaker_of_one and speaker_of_other:
        return speaker_of_one if same_name(parts_of(speaker_of_one), parts_of(speaker_of_other)) else ""
    return speaker_of_one or speaker_of_other


def _same_words(one: Quote, other: Quote) -> float:
    return round(2 * in_order(one.words, other.words) / (len(one.words) + len(other.words)), 6)


@lru_cache(maxsize=20_000)
def _versions_of_one(one: str, other: str) -> bool:
    """Whether what stands around the quotes is the same, and enough to tell."""
    around = [stems(QUOTED_PARTS.sub(" ", text)) - FUNCTION_STEMS for text in (one, other)]
    return min(map(len, around)) >= FEWEST and dice(*around) >= COPIED


@lru_cache(maxsize=4_096)
def _said(text: str) -> tuple[Quote, ...]:
    return tuple(quote for quote in quotes(text) if len(quote.words) >= FEWEST)


def _reworded(one: Quote, other: Quote, share: float, versions: bool) -> bool:
    """Whether two quotes are the same words but for some that matter."""
    short = min(len(one.words), len(other.words)) < SHORT
    least = QUOTED_IN_COPY if versions else QUOTED_SHORT if short else QUOTED
    return share >= least and _shared(one.words, other.words)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    first, second = _content(one), _content(other)
    return bool(first & second - ASKING_STEMS) and bool((first ^ second) | (set(one) ^ set(other)) & NEGATIONS)


def _content(said: tuple[str, ...]) -> frozenset[str]:
    return stems(" ".join(said)) - FUNCTION_STEMS


def _one_speaker(one: str, other: str, share: float, long: bool) -> bool:
    if one and other:
        return same_name(parts_of(one), parts_of(other)) or (long and share >= MISSIGNED)
    return share >= (UNSIGNED_LONG if long else UNSIGNED)
