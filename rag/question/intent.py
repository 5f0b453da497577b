"""What a question asks for: one thing, several, an overview, a comparison; or nothing that articles tell.

Learned from written examples: a multinomial logistic regression over what the packaged embedding model makes of the
question (`python -m benchmarks.language.intents` fits it, and prints how it does on examples that another wrote).
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

import numpy as np

from index.encoder import Reading, Vectors

Intent = Literal["fact", "list", "overview", "digest", "comparison", "collection", "talk"]
"""One thing; several; what is told of one subject; what is told of everything; what is alike or differs; something
about the folder and its files; nothing at all (thanks, small talk)."""
INTENTS: tuple[Intent, ...] = get_args(Intent)
SURE, SURE_OF_ALL = 0.5, 0.6
"""Chance from which on a question is taken for something else than one for one thing; and for one about everything,
to which what is told is no answer where it is not."""
WEIGHTS = "intents.json"
"""The fitted weights, beside this file."""


def intent_of(reading: Reading) -> Intent:
    """What a question asks for, as the packaged model reads it, its tokens turned as the index keeps them."""
    weights, constants = fitted()
    scores = weights @ known_of(reading) + constants
    best = int(scores.argmax())
    share = 1 / float(np.exp(scores - scores[best]).sum())
    return INTENTS[best] if share >= (SURE_OF_ALL if INTENTS[best] == "digest" else SURE) else "fact"


def known_of(reading: Reading) -> Vectors:
    """What a question is judged by, shape (2 * dim,): the vector of all of it and that of its first token."""
    first = reading.tokens[0] if len(reading.tokens) else np.zeros_like(reading.vector)
    return np.concatenate([reading.vector, first])


@cache
def fitted() -> tuple[Vectors, Vectors]:
    """The weights, shape (intents, features), and constants, shape (intents,)."""
    kept = json.loads((files(__package__) / WEIGHTS).read_text("utf-8"))
    rows = [kept[name] for name in INTENTS]
    weights = np.array([row["weights"] for row in rows], np.float32)
    return weights, np.array([row["constant"] for row in rows], np.float32)
