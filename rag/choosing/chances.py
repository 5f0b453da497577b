"""How likely the best sentence is to be right, and one of the first few to be: two fitted curves.

Both are logistic regressions over `rag.choosing.features`; `python -m benchmarks.right` fits them, on questions whose
licences allow it, and prints how they hold on news that they were not fitted on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from rag.choosing.features import features
from rag.finding.finder import Finding

CURVES = "chances.json"
"""The fitted weights, beside this file."""
LIKELY = 0.2
"""Chance of one of the first few from which on they are shown; chosen, like the setting `bar`, on the news of three
years, so that of what they answer few questions are not found (docs/quality.md)."""


class Chances(NamedTuple):
    """Of one finding, each in 0..1."""

    right: float
    """That its best sentence answers the question."""
    nearby: float
    """That one of the first few does."""


def chances(found: Finding, curves: Mapping[str, Any] | None = None) -> Chances:
    """Of what was found for a question. `curves` stand in for those that are kept."""
    known = features(found)
    if not known:  # an overview, or who is quoted: nothing is chosen there
        return Chances(found.sure, found.sure)
    curves = curves or _curves()
    right = _logistic(known, curves["right"])
    return Chances(right, max(right, _logistic(known, curves["nearby"])))


def _logistic(known: Mapping[str, float], curve: Mapping[str, Any]) -> float:
    total: float = curve["constant"]
    total += sum(weight * known[name] for name, weight in curve["weights"].items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _curves() -> dict[str, Any]:
    """For each of `Chances`, a weight for each feature that counts, and the constant."""
    fitted: dict[str, Any] = json.loads(files(__package__).joinpath(CURVES).read_text(encoding="utf-8"))
    return fitted
