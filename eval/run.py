"""Asks every fact of an assistant and reports how it did."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from eval.facts import Fact, FactsError
from eval.metrics import failure, scores
from eval.report import Gate, Report, Result
from index.errors import QuestionError
from rag.question.filters import FilterError
from rag.types import Answer


class Asked(Protocol):
    """Whatever answers questions; `rag.Assistant` does."""

    def ask(
        self,
        question: str,
        history: tuple[tuple[str, str], ...] = (),
        *,
        since: str | None = None,
        until: str | None = None,
        outlet: tuple[str, ...] | None = None,
        path: tuple[str, ...] | None = None,
    ) -> Answer:
        """The answer to `question`, asked after the (question, answer) pairs of `history`, within the filters."""


def evaluate(assistant: Asked, facts: Sequence[Fact], gate: Gate | None = None) -> Report:
    """Every fact asked once, in order, and held to `gate` (by default `Gate()`).

    Raises FactsError for a fact whose question is none or whose filter fits no article, and whatever BylineError the
    assistant raises.
    """
    results = tuple(ask(assistant, fact) for fact in facts)
    found = scores([(one.fact, one.answer) for one in results], [one.milliseconds for one in results])
    return Report(results, found, gate or Gate())


def ask(assistant: Asked, fact: Fact) -> Result:
    """The fact asked, and whether its answer passes. Raises as `evaluate` does."""
    start = time.perf_counter()
    try:
        answer = assistant.ask(
            fact.question,
            fact.history,
            since=fact.since,
            until=fact.until,
            outlet=fact.outlet or None,
            path=fact.path or None,
        )
    except (QuestionError, FilterError) as error:
        raise FactsError(f"fact {fact.id}: {error}") from error
    taken = (time.perf_counter() - start) * 1000
    return Result(fact, answer, taken, failure(fact, answer))
