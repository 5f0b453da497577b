"""An answer in the pieces that page and terminal both show."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import Answer, Citation, Claim, Difference

_BRACKETED = re.compile(r"\[[^\[\]]{1,200}\]")


@dataclass(frozen=True, slots=True)
class Run:
    """Part of a claim's text, not yet escaped."""

    text: str
    short: bool = False
    """It answers by itself: `Claim.short`."""
    put_in: bool = False
    """It stands in brackets that no cited article has there: whose words they are, in place of "he"."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says besides its claims, each of it once."""

    differences: tuple[tuple[str, Difference], ...]
    """Each with what its note says before the values: "Sources differ on “When did combat end?”"."""
    caution: str
    """What is to be read first; "" where there is nothing."""
    notes: tuple[str, ...]
    """Those that say neither that, nor a difference, nor a missing part."""
    accounts: str
    """The one of `notes` that says how many articles and accounts stand behind it; "" where there is none."""


def runs(claim: Claim, citations: Sequence[Citation]) -> Iterator[Run]:
    """The claim's text in parts; joined, they are the text. `citations` are the answer's."""
    text, cited = claim.text, set(claim.citations)
    quotes = (citation.quote for citation in citations if citation.number in cited)
    their_own = {bracketed for quote in quotes for bracketed in _BRACKETED.findall(quote)}
    put_in = [found.span() for found in _BRACKETED.finditer(text) if found[0] not in their_own]
    short = claim.short or (0, 0)
    cuts = sorted({0, len(text), *short, *(place for span in put_in for place in span)})
    brackets = deque(put_in)
    for start, end in pairwise(cuts):
        while brackets and brackets[0][1] <= start:
            brackets.popleft()
        inside = bool(brackets) and brackets[0][0] <= start
        yield Run(text[start:end], short[0] <= start and end <= short[1], inside)


def told(answer: Answer) -> Told:
    """The answer's differences and its other notes: a difference and a missing part are said in a note too."""
    said = {answer.caution, *(one.note for one in answer.differences)}
    left = [note for note in answer.notes if note not in said]
    left = [note for note in left if not any(f"“{part}”" in note for part in answer.missing)]
    differences = tuple((one.heading, one) for one in answer.differences)
    return Told(differences, answer.caution, tuple(left), answer.support)


def understood_otherwise(answer: Answer) -> bool:
    """Whether the question was taken for another than was typed, but for its case and its question mark."""
    typed, taken = (
        " ".join(text.split()).rstrip("?!. ").casefold() for text in (answer.question, answer.understood_as)
    )
    return typed != taken


def by_account(answer: Answer) -> list[tuple[int, list[Citation]]]:
    """The citations of each account, both in the order of their numbers; one group where one account says it all."""
    groups: dict[int, list[Citation]] = {}
    for citation in answer.citations:
        groups.setdefault(citation.account, []).append(citation)
    return sorted(groups.items())
