"""What a run found: as a value with a gate, as JSON, and as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from eval.facts import Fact
from eval.metrics import Scores, Share
from index.errors import SettingsError
from rag.types import Answer


@dataclass(frozen=True, slots=True)
class Gate:
    """The least shares, in 0..1, with which a run passes. Raises SettingsError for a value outside."""

    accuracy: float = 1.0
    citation_precision: float = 0.95
    abstention_recall: float = 1.0

    def __post_init__(self) -> None:
        for name, least in asdict(self).items():
            if not 0 <= least <= 1:
                raise SettingsError(f"the gate's {_words(name)} is {least}: give a share between 0 and 1")

    def misses(self, scores: Scores) -> tuple[str, ...]:
        """One line for each measure below the gate. A measure without facts is not judged, accuracy excepted."""
        found = []
        for name, least in asdict(self).items():
            value = getattr(scores, name).value
            if value is None and name == "accuracy":
                found.append("accuracy is undefined: no facts were asked")
            elif value is not None and value < least:
                found.append(f"{_words(name)} {_cut(value)} is below the gate's {_cut(least)}")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Result:
    """One fact, the answer it got, and how that went."""

    fact: Fact
    answer: Answer
    milliseconds: float
    reason: str | None
    """Why the fact fails; None where it passes."""

    @property
    def passed(self) -> bool:
        return self.reason is None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict with the fact's id and question, the answer in short, and milliseconds."""
        fact, answer = self.fact, self.answer
        return {
            "id": fact.id,
            "question": fact.question,
            "kind": fact.kind,
            "tags": list(fact.tags),
            "passed": self.passed,
            "reason": self.reason,
            "milliseconds": round(self.milliseconds, 3),
            "understood_as": answer.understood_as,
            "answer": answer.text,
            "state": answer.state,
            "abstained": answer.abstained,
            "confidence": answer.confidence,
            "cited": [{"path": one.path, "quote": one.quote} for one in answer.citations],
            "nearby": [{"path": one.path, "quote": one.quote} for one in answer.nearby],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The results of all facts, what they come to, and the gate they are held to."""

    results: tuple[Result, ...]
    scores: Scores
    gate: Gate

    @property
    def misses(self) -> tuple[str, ...]:
        """What is below the gate, one line each."""
        return self.gate.misses(self.scores)

    @property
    def passed(self) -> bool:
        """Whether every measure reaches the gate."""
        return not self.misses

    @property
    def failures(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if not result.passed)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict: passed, misses, gate, scores (shares in 0..1, milliseconds) and facts."""
        scores = self.scores
        return {
            "passed": self.passed,
            "misses": list(self.misses),
            "gate": asdict(self.gate),
            "scores": {
                **{name.replace(" ", "_"): _share_dict(share) for name, share in _shares(scores)},
                "mrr@10": scores.mrr_10,
                "latency_ms": {"p50": scores.latency_p50, "p95": scores.latency_p95},
            },
            "facts": [result.to_dict() for result in self.results],
        }


def render(report: Report) -> Group:
    """The report for a terminal: the measures, the facts by kind and tag, those that fail, and the verdict."""
    verdict = Text("passed", "bold green") if report.passed else Text("failed", "bold red")
    for miss in report.misses:
        verdict.append(f"\n  {miss}", "red")
    failures = [_failures(report.failures)] if report.failures else []
    return Group(_measures(report.scores), _groups(report.results), *failures, verdict)


def _measures(scores: Scores) -> Table:
    table = _table("measure", "", "of", "95% interval")
    for name, share in _shares(scores):
        interval = share.interval
        between = f"{_number(interval[0])} to {_number(interval[1])}" if interval else "–"
        table.add_row(name, _number(share.value), f"{share.hits}/{share.of}", between)
    table.add_row("MRR@10", _number(scores.mrr_10), "", "")
    table.add_row("latency p50", _milliseconds(scores.latency_p50), "", "")
    table.add_row("latency p95", _milliseconds(scores.latency_p95), "", "")
    return table


def _groups(results: Iterable[Result]) -> Table:
    """Facts that pass by kind, then by tag; a fact counts under each of its tags."""
    kinds: dict[str, list[bool]] = {}
    tags: dict[str, list[bool]] = {}
    for result in results:
        kinds.setdefault(result.fact.kind, []).append(result.passed)
        for tag in result.fact.tags:
            tags.setdefault(tag, []).append(result.passed)
    table = _table("facts", "pass", "of")
    for groups in (kinds, tags):
        for name, passed in sorted(groups.items()):
            table.add_row(Text(name), str(sum(passed)), str(len(passed)))
        table.add_section()
    return table


def _failures(failures: Iterable[Result]) -> Table:
    table = Table("fails", "question", "why", box=box.SIMPLE_HEAD)
    for result in failures:
        table.add_row(Text(result.fact.id), Text(result.fact.question), Text(result.reason or ""))
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(first, box=box.SIMPLE_HEAD)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _shares(scores: Scores) -> list[tuple[str, Share]]:
    return [
        ("accuracy", scores.accuracy),
        ("citation precision", scores.citation_precision),
        ("citation recall", scores.citation_recall),
        ("abstention precision", scores.abstention_precision),
        ("abstention recall", scores.abstention_recall),
        *((f"hit@{depth}", share) for depth, share in scores.hits),
    ]


def _share_dict(share: Share) -> dict[str, Any]:
    interval = list(share.interval) if share.interval else None
    return {"value": share.value, "hits": share.hits, "of": share.of, "interval_95": interval}


def _words(name: str) -> str:
    return name.replace("_", " ")


def _cut(share: float) -> str:
    """Three decimals, cut and not rounded, so that .9996 does not read as 1.000."""
    return f"{int(share * 1000 + 1e-9) / 1000:.3f}"


def _number(value: float | None) -> str:
    return "–" if value is None else _cut(value)


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} ms"
