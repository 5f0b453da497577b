"""Evidence to sentences. The one writer there is quotes; others follow the same seam and the same checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.types import Article
from rag.attribution.brackets import Attributed, attribute
from rag.attribution.persons import Span
from rag.ranking.evidence import Evidence
from rag.ranking.voting import Voted


@dataclass(frozen=True, slots=True)
class Draft:
    """One sentence of an answer and the one that it was made of; `start` and `end` bound its quote there."""

    attributed: Attributed
    lead: Voted
    start: int
    end: int

    @property
    def text(self) -> str:
        """The quote, with names in brackets."""
        return self.attributed.text


class Writer(Protocol):
    """Turns sentences that say different things, best first, into an answer of at most `words` words."""

    def write(self, leads: Sequence[Voted], words: int, most: int) -> list[Draft]:
        """At most `most` drafts in the order in which they are read; every text is verified before it is shown."""


class QuoteWriter:
    """Sentences are the articles' own, word for word but for names in brackets."""

    def __init__(self, body: Callable[[Article], Sequence[Span]]) -> None:
        """`body` gives the sentences of an article but for its title's; none where they are not known."""
        self._body = body

    def write(self, leads: Sequence[Voted], words: int, most: int) -> list[Draft]:
        """As many leads as fit whole; only a first sentence that is too long by itself is cut, at a word."""
        drafts: list[Draft] = []
        left = words
        for voted in leads:
            lead = voted.evidence
            if len(drafts) == most or (len(lead.text.split()) > left and drafts):
                continue
            told, end = self._named(lead, lead.end), lead.end
            count = len(told.text.split())
            if count > left and drafts:
                continue
            if count > left:
                end = lead.start + _cut(lead.text, left - max(0, count - len(lead.text.split())))
                told = self._named(lead, end)
            drafts.append(Draft(told, voted, lead.start, end))
            left -= min(count, left)
        return drafts

    def _named(self, lead: Evidence, end: int) -> Attributed:
        """A sentence up to `end`, with names in brackets."""
        return attribute(lead.article, self._body(lead.article), lead.start, end)


def _cut(text: str, words: int) -> int:
    """Length of the first `words` words, at least one, ending at a clause where one ends in their second half."""
    ends = [match.end() for match in re.finditer(r"\S+", text)][: max(1, words)]
    clauses = [end for end in ends[len(ends) // 2 :] if text[end - 1] in ",;:—–"]
    return clauses[-1] - 1 if clauses else ends[-1]
