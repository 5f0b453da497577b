"""Fits what a question asks for: `python -m benchmarks.language.intents --data bench [--write]`.

Learned is from intents.jsonl, whose lines hold what people type and what it asks for, and from questions that people
asked of an encyclopedia (`benchmarks.reader.documents`), nearly all of which ask for one thing: written examples have
far more of the rest than is asked. Judged is on intents_test.jsonl, which somebody else wrote, by how much of each
intent is taken for it, and on other questions of an encyclopedia, by how many are taken for what else. `--write`
keeps the weights.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report

from benchmarks.reader.documents import documents
from index.encoder import Reading, load_encoder
from index.settings import PACKAGED_MODEL
from index.token_codes import turned
from rag.question import intent

HERE = Path(__file__).parent
LEARNED, JUDGED = "intents.jsonl", "intents_test.jsonl"
STRENGTH = 16.0
"""Inverse strength of regularisation (C), chosen by cross-validation on the examples that are learned from."""
ASKED, OTHERS, WEIGHT = 1_500, 800, 0.3
"""Questions of an encyclopedia that are learned from and judged on, and what each counts beside a written example."""
SEED = 5


def examples(name: str) -> tuple[list[str], list[str]]:
    """The questions of a file, and what each asks for."""
    rows = [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]
    return [row["text"] for row in rows], [row["asks"] for row in rows]


def readings(texts: Sequence[str]) -> list[Reading]:
    """The questions as the packaged model reads them, as `rag.question.intent.intent_of` takes them."""
    encoder = load_encoder(PACKAGED_MODEL)
    return [replace(one, tokens=turned(one.tokens)) for one in map(encoder.read, texts)]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    questions = sorted({one.text for one in documents(given.data)[1] if one.answers})
    random.Random(SEED).shuffle(questions)
    if given.write:
        write(questions[:ASKED])
    texts, truth = examples(JUDGED)
    taken = [intent.intent_of(one) for one in readings(texts)]
    for text, true, took in zip(texts, truth, taken, strict=True):
        if true != took:
            print(f"{true:12} taken for {took:12} {text}")
    print(classification_report(truth, taken, digits=2))
    others = Counter(intent.intent_of(one) for one in readings(questions[ASKED : ASKED + OTHERS]))
    print(f"{OTHERS} questions of an encyclopedia: {dict(others)}")


def write(questions: Sequence[str]) -> None:
    """Fits, and keeps the weights."""
    texts, truth = examples(LEARNED)
    known = np.stack([intent.known_of(one) for one in readings([*texts, *questions])])
    weights = [1.0] * len(texts) + [WEIGHT] * len(questions)
    model = LogisticRegression(C=STRENGTH, max_iter=5_000)
    model.fit(known, [*truth, *["fact"] * len(questions)], sample_weight=weights)
    kept = {
        name: {"weights": [round(float(one), 3) for one in row], "constant": round(float(constant), 4)}
        for name, row, constant in zip(model.classes_, model.coef_, model.intercept_, strict=True)
    }
    Path(intent.__file__).with_name(intent.WEIGHTS).write_text(json.dumps(kept) + "\n", "utf-8")
    intent.fitted.cache_clear()


if __name__ == "__main__":
    main()
