"""Who says the quoted words of a sentence: the name beside the word of saying, there or in the text before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.differences.values import Name, Quote, values
from rag.ranking.evidence import Evidence

REACH, ADVERB = 70, 15
"""Characters behind a word of saying, and before it, in which the speaker's name stands."""
_SAYS = (
    r"(?:said|says|saying|told|tweeted|added|wrote|remarked|explained|announced|concluded|stated|noted|argued|insisted"
    r"|warned|described|called|asked|replied|posted|claimed|declared|testified|continued)"
)
_SAYING = re.compile(rf"\b{_SAYS}\b")
QUOTED_PARTS = re.compile(r"[“\"][^“”\"]{0,1000}(?:[”\"]|\Z)|\A[^“”]{0,1000}”")
_TITLE_DOT = re.compile(r"\b([A-Z][a-z]{1,4}|[A-Z])\.(?=\s[A-Z])")
_CLOSES = re.compile(r"[,;:.]|\b(?:in|at|on|during|of|from|as|who|to|after|before|about|that|when|while|and|by)\b")
BEFORE = 700
"""Characters before a quote in which its speaker is looked for."""


def speaker(evidence: Evidence, quote: Quote) -> str:
    """Who says a quote: the name beside a word of saying in its sentence, else the last such one before; or ""."""
    here = _speaker(evidence.text, quote.start)
    if here:
        return here
    start = max(0, evidence.start - BEFORE)
    before = evidence.article.text[start : evidence.start]
    return _speaker(before, len(before))


@lru_cache(maxsize=4_096)
def _speaker(text: str, near: int) -> str:
    """The speaker by the word of saying that is nearest to a place in a text."""
    outside = QUOTED_PARTS.sub(lambda match: "”" + " " * (len(match.group()) - 1), text)
    outside = _TITLE_DOT.sub(r"\1 ", outside)
    names = [value for value in values(outside) if isinstance(value, Name)]
    for verb in sorted(_SAYING.finditer(outside), key=lambda verb: abs(verb.start() - near)):
        if name := _behind(outside, verb.end(), names) or _ahead(outside, verb.start(), names):
            return name.text
    return ""


def _behind(text: str, start: int, names: Sequence[Name]) -> Name | None:
    """ "said Pentagon spokesman John Kirby"."""
    closes = _CLOSES.search(text, start, start + REACH)
    end = closes.start() if closes else start + REACH
    return next((name for name in reversed(names) if start < name.start and name.end <= end), None)


def _ahead(text: str, end: int, names: Sequence[Name]) -> Name | None:
    """ "Kirby told", or the subject before an apposition: "John Kirby, the spokesman, said"."""
    sentence = max(text.rfind(mark, 0, end) for mark in (". ", "? ", "! ", "\n", "”")) + 1
    before = [name for name in names if sentence <= name.start and name.end <= end]
    if not before:
        return None
    comma = text.find(",", before[0].end, end)
    if text[:end].rstrip().endswith(",") and comma >= 0:
        return [name for name in before if name.end <= comma][-1]
    return before[-1] if end - before[-1].end <= ADVERB else None
