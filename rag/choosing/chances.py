"""How likely the best sentence is to be right, one of the first few to be, and its bold words to be: fitted curves.

All are logistic regressions over `rag.choosing.features`; `python -m benchmarks.quality.right` fits them, on
questions whose licences allow it, and prints how they hold on news that they were not fitted on. There is a set of
them for answers without a reader and one for each reader that scores were fitted for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import ModelError
from index.settings import Settings
from rag.choosing.features import features, of_words
from rag.finder import Finding
from rag.reading.reader import NONE, PACKAGED

CURVES = "chances.json"
"""The fitted weights, beside this file."""
LIKELY = 0.2
"""Chance of one of the first few from which on they are shown; chosen on the news of several years, so that of what
they answer few questions are not found (docs/quality.md)."""
BARS = {NONE: 0.6, PACKAGED: 0.7}
"""Chance of being right from which on the best sentence is claimed, without and with a reader: chosen on the same
news, so that about a third of what it answers is claimed, and as much as can be of that is right."""
Curves = Mapping[str, Any]
"""For each of `Chances` a weight for each feature that counts, and the constant; of a reader, also what orders
sentences."""


class Chances(NamedTuple):
    """Of one finding, each in 0..1."""

    right: float
    """That its best sentence answers the question."""
    nearby: float
    """That one of the first few does."""
    short: float
    """That the words of the best sentence that answer by themselves are right."""


def chances(found: Finding, curves: Curves | None = None) -> Chances:
    """Of what was found for a question, by the `curves` of its reader; by those without one where none read it, as
    where an order is asked for or what was not said before."""
    if not found.voted:
        return Chances(0.0, 0.0, 0.0)
    known = features(found)
    if not known:  # an overview, or who is quoted: no sentence is chosen there
        near = chances(found.about, curves).nearby if found.about else 1.0
        return Chances(near, near, near)
    curves = curves if curves and found.voted[0].span else fitted(NONE)
    right = _logistic(known, curves["right"])
    words = of_words(found, right)
    short = _logistic(words, curves["short"]) if words else 0.0
    return Chances(right, max(right, _logistic(known, curves["nearby"])), short)


def _logistic(known: Mapping[str, float], curve: Mapping[str, Any]) -> float:
    total: float = curve["constant"]
    total += sum(weight * known.get(name, 0.0) for name, weight in curve["weights"].items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(files(__package__).joinpath(CURVES).read_text(encoding="utf-8"))
    return kept


def fitted(reader: str) -> Curves:
    """The curves that come with Byline, for the packaged reader or without one; those of the packaged one stand in
    for those of any other."""
    curves: Curves = _kept()[NONE if reader == NONE else PACKAGED]
    return curves


def bar_for(settings: Settings) -> float:
    """The bar that is set, or the one that was chosen for its reader."""
    return settings.bar if settings.bar is not None else BARS[NONE if settings.reader == NONE else PACKAGED]


def curves_for(reader: str, index: Path) -> Curves:
    """Those that `byline calibrate` kept beside an index for a reader, or else those that come with Byline.

    Raises ModelError where the file beside the index cannot be used.
    """
    file = index / CURVES
    if reader == NONE or not file.exists():
        return fitted(reader)
    try:
        curves: Curves = json.loads(file.read_text(encoding="utf-8")).get(reader) or fitted(reader)
        if not all(isinstance(curves[kind], dict) for kind in ("right", "nearby", "short", "order")):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{file} cannot be used: delete it, and run byline calibrate again") from error
    return curves
