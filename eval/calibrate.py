"""Fits to facts how far answers with a reader can be trusted: `byline calibrate --reader NAME --facts facts.jsonl`.

The curves that come with Byline are kept as one feature beside the reader's own scores, so that some dozens of facts
are enough to fit (Platt 1999). What is fitted is kept beside the index, and used from then on with that reader.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.facts import Fact, FactsError, holds_any
from rag import Assistant
from rag.answer.unanswered import QUOTES
from rag.choosing.chances import CURVES, Curves, fitted
from rag.choosing.features import features, of_words
from rag.choosing.fitting import Bools, Curve, Floats, order_weights
from rag.finder import Finding
from rag.question.query import analyse
from rag.reading.reader import NONE

FEWEST = 20
"""Facts that are answered rightly, and wrongly or not at all, that there have to be."""
READ = ("read", "read_ahead", "read_as_voted")
"""What the reader says, beside the log-odds without it."""
BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What was fitted, and on how many facts."""

    curves: Curves
    facts: int
    right: int
    """Facts whose first sentence answers."""


def calibrate(assistant: Assistant, facts: Sequence[Fact]) -> Calibrated:
    """Fits the curves for the assistant's reader. Facts that need a conversation or a filter are left out.

    Raises FactsError where there are too few facts of either sort.
    """
    plain = [one for one in facts if not (one.history or one.since or one.until or one.outlet or one.path)]
    found = [(one, assistant.find(analyse(one.question))) for one in plain]
    told = [(fact, one) for fact, one in found if features(one)]
    right = [_holds(fact, one, 1) for fact, one in told]
    if min(sum(right), len(right) - sum(right)) < FEWEST:
        raise FactsError(
            f"{sum(right)} of {len(right)} questions have a right first sentence: calibration needs {FEWEST} that "
            f"have one and {FEWEST} that have none, such as questions that the articles do not answer"
        )
    base = fitted(NONE)
    curves: dict[str, object] = {
        "right": _fit("right", [one for _, one in told], right, base),
        "nearby": _fit("nearby", [one for _, one in told], [_holds(fact, one, QUOTES) for fact, one in told], base),
        "order": order_weights([_read(fact, one) for fact, one in told if not fact.abstain]),
    }
    curves["short"] = _words(told, curves["right"])
    return Calibrated(curves, len(told), sum(right))


def keep(folder: Path, reader: str, curves: Curves) -> Path:
    """Puts the curves of a reader beside an index; gives the file."""
    file = folder / CURVES
    kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
    file.write_text(json.dumps(kept | {reader: curves}, indent=2) + "\n", encoding="utf-8")
    return file


def _fit(kind: str, found: Sequence[Finding], truth: Sequence[bool], base: Curves) -> dict[str, object]:
    """A curve over all features: what is weighed without a reader keeps its proportions."""
    before = Curve(base[kind]["weights"], base[kind]["constant"])
    known = [features(one) for one in found]
    rows = [
        {BEFORE: float(logit), **{name: one.get(name, 0.0) for name in READ}}
        for one, logit in zip(known, before.logits(known), strict=True)
    ]
    fitted_to = Curve.of(rows, (BEFORE, *READ), truth)
    share = fitted_to.weights[BEFORE]
    weights = {name: share * weight for name, weight in before.weights.items()}
    weights |= {name: fitted_to.weights[name] for name in READ}
    return {"weights": weights, "constant": share * before.constant + fitted_to.constant}


def _words(told: Sequence[tuple[Fact, Finding]], right: object) -> dict[str, object]:
    """The curve of the words that answer by themselves."""
    curve = right if isinstance(right, dict) else {}
    logits = Curve(curve["weights"], curve["constant"]).logits([features(one) for _, one in told])
    rows, truth = [], []
    for (fact, one), logit in zip(told, logits, strict=True):
        short = one.voted[0].short()
        if short:
            said = one.voted[0].evidence.text[short.start : short.end]
            rows.append(of_words(one, float(1 / (1 + np.exp(-logit)))))
            truth.append(not fact.abstain and (fact.held_by(said) or holds_any(" ".join(fact.any_of), [said])))
    if not any(truth) or all(truth):
        return {"weights": {}, "constant": -5.0}  # nothing is known of words: none are set apart
    return Curve.of(rows, ("right", *READ), truth).to_dict()


def _holds(fact: Fact, found: Finding, first: int) -> bool:
    """Whether one of the first sentences answers."""
    return not fact.abstain and any(
        fact.held_by(one.evidence.text) and one.evidence.article.path in fact.acceptable
        for one in found.voted[:first]
    )


def _read(fact: Fact, found: Finding) -> tuple[Floats, Bools]:
    read = [one for one in found.voted if one.span]
    values = np.array([[one.score(), one.span.score] for one in read if one.span]).reshape(len(read), 2)
    return values, np.array([fact.held_by(one.evidence.text) for one in read], dtype=np.bool_)
