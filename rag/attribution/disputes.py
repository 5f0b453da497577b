"""Which sentence of an article denies, doubts, corrects or overtakes what another of its sentences states?

Learned from written examples: a logistic regression over what the packaged embedding model makes of the two
sentences (`python -m benchmarks.language.disputes` fits it, and prints how it does on examples that another wrote).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from index.encoder import Vectors

BEFORE, BEHIND = 2, 4
"""Sentences of the article that are looked at, before and behind the one that states something."""
BAR = 0.4
"""Chance from which on a sentence is shown with the one that it disputes."""
PRODUCTS = 20.0
"""What the products of two vectors' numbers count beside the numbers, which are some twenty times as large."""
WEIGHTS = "disputes.json"
"""The fitted weights, beside this file."""
Span = tuple[int, int]


def disputing(
    text: str, told: Span, body: Sequence[Span], vector_of: Callable[[Sequence[str]], Sequence[Vectors]]
) -> Span | None:
    """The sentence of the article's `body` that disputes the one that is told, where one does; `vector_of` gives
    unit vectors of the packaged model for sentences by themselves."""
    place = next((number for number, (start, _) in enumerate(body) if start == told[0]), None)
    if place is None:
        return None
    around = [n for n in range(max(0, place - BEFORE), min(len(body), place + BEHIND + 1)) if n != place]
    own, *others = vector_of([text[slice(*body[number])] for number in (place, *around)])
    found = [(chance(own, other, number < place), number) for other, number in zip(others, around, strict=True)]
    best = max(found, default=(0.0, 0), key=lambda one: one[0])
    return body[best[1]] if best[0] >= BAR else None


def chance(told: Vectors, other: Vectors, before: bool) -> float:
    """How likely the other sentence disputes the one that is told, 0..1."""
    weights, constant = _fitted()
    return 1 / (1 + math.exp(-float(weights @ known_of(told, other, before)) - constant))


def known_of(told: Vectors, other: Vectors, before: bool) -> Vectors:
    """What is judged by, shape (3 * dim + 2,): the vectors of both sentences, their products, their cosine, and
    whether the other stands `before` the one that is told."""
    both = np.array([told @ other, before], np.float32)
    return np.concatenate([told, other, PRODUCTS * told * other, both])


@cache
def _fitted() -> tuple[Vectors, float]:
    kept = json.loads((files(__package__) / WEIGHTS).read_text("utf-8"))
    return np.array(kept["weights"], np.float32), float(kept["constant"])
