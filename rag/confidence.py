"""How likely the best sentence is to answer the question: a logistic curve over its features.

The coefficients are fitted by `python -m eval.calibrate` on SQuAD 2.0 (CC BY-SA 4.0), never on the seeds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rag.evidence import Features

COEFFICIENTS = Path(__file__).with_name("confidence.json")


def confidence(features: Features) -> float:
    """Probability in 0..1 that a sentence with these features answers the question."""
    weights = _coefficients()
    total = weights["intercept"]
    total += sum(weights.get(name, 0.0) * getattr(features, name) for name in Features.__slots__)
    return 1 / (1 + math.exp(-total))


@cache
def _coefficients() -> Mapping[str, float]:
    loaded: dict[str, float] = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))["weights"]
    return loaded
