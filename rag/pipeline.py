"""One question, end to end: understood, looked up, chosen, told.

    question + history --understand--> queries               rag/question/
      --find--> passages, sentences, what a reader says       rag/finder.py: retrieval/, ranking/, reading/
      --choose--> answered | likely here | not found          rag/choosing/
      --compose--> claims, or quotes, or what was looked for  rag/answer/, with accounts/, differences/, attribution/

Every sentence found is held against its file before it goes on (`rag.answer.verify`), every claim before it is
shown (`rag.attribution.brackets`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from index.catalog.catalog import Catalog
from rag.answer.composing import compose
from rag.answer.unanswered import likely, not_found
from rag.choosing.chances import Curves
from rag.choosing.choice import choose
from rag.finder import Finder, Finding
from rag.question import filters, scoping
from rag.question.filters import Filter
from rag.question.followup import readings
from rag.question.intent import Intent
from rag.question.parts import parts
from rag.question.query import History, Query, again, analyse
from rag.question.scoping import Scoped
from rag.types import Answer, State
from rag.writers import QuoteWriter, Writer

STATES: tuple[State, ...] = ("not found", "likely here", "answered")
"""From the least to the most that is said."""


class Pipeline:
    """Answers questions from one index; threads may share it."""

    def __init__(self, catalog: Catalog, finder: Finder, curves: Curves, bar: float, bold: float) -> None:
        """`bar` and `bold` are the chances from which on something is claimed, and set in bold."""
        self._catalog, self._finder = catalog, finder
        self._curves, self._bar, self._bold = curves, bar, bold
        self._writer: Writer = QuoteWriter(finder.body)

    def answer(self, asked: str, history: History, given: Filter, words: int) -> Answer:
        """The answer to the reading of the question that has the best one; `given` limits the articles."""
        answers = [self._reading(asked, reading, given, history, words) for reading in readings(asked, history)]
        return max(answers, key=lambda answer: (STATES.index(answer.state), answer.confidence))

    def _reading(self, asked: str, reading: str, given: Filter, history: History, words: int) -> Answer:
        """The answer to one reading of it: within the limits that its words may set, else without these."""
        known = self._catalog.scopes
        ways = scoping.read(reading, known, given)
        answer, way = None, ways[0]
        for one in ways:
            made = self._tell(asked, understand(asked, one, history, self._finder.intent), words)
            if answer is None or STATES.index(made.state) > STATES.index(answer.state):
                answer, way = made, one
            if made.state == "answered":
                break
        assert answer is not None
        told = filters.notes(known, way.filter) if way.filter else ()
        if way is not ways[0]:
            told = (scoping.fell_back(ways[0], way), *told)
        return replace(answer, notes=(*answer.notes, *told)) if told else answer

    def _tell(self, asked: str, queries: Sequence[Query], words: int) -> Answer:
        """What is found for the parts of a question, as it is told."""
        found = [self._finder.find(query) for query in queries]
        choice = choose(found, self._curves, self._bar, self._bold)
        understood = " ".join(query.text for query in queries)
        notes = tuple(_stale(found))
        if choice.state == "likely here":
            return likely(asked, understood, choice.found, choice.sure, notes, self._finder.body)
        if choice.state == "not found":
            return not_found(asked, understood, found, choice.sure, self._titles(found), notes)
        notes = (*(f"Nothing answers “{part}”." for part in choice.missing), *notes)
        answer = compose(
            asked, understood, choice, words, self._writer, self._finder.accounts, self._finder.disputing
        )
        return replace(answer, missing=choice.missing, notes=(*answer.notes, *notes))

    def _titles(self, found: Sequence[Finding]) -> tuple[str, ...]:
        paths = list(dict.fromkeys(hit.passage.path for one in found for hit in one.hits))[:3]
        titles = self._catalog.titles(paths)
        return tuple(titles[path] for path in paths if path in titles)


def understand(asked: str, way: Scoped, history: History, intent: Callable[[str], Intent]) -> tuple[Query, ...]:
    """The question as one of the ways to take it has it: a query for each of its parts."""
    whole = analyse(way.question, intent(way.question), way.filter)
    if whole.sought or whole.asks == "digest":
        return (whole,)
    pieces = parts(way.question)
    queries = [whole] if pieces == (way.question,) else [analyse(one, intent(one), way.filter) for one in pieces]
    return tuple(again(asked, query, history) for query in queries)


def _stale(found: Sequence[Finding]) -> Iterator[str]:
    for path in dict.fromkeys(path for one in found for path in one.stale):
        yield f"{path} has changed since it was indexed, so it is not quoted."
