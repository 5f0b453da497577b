"""Fits what a question asks for, and prints how it does: `python -m benchmarks.language.intents [--write]`.

Learned is from intents.jsonl, judged on intents_test.jsonl, which somebody else wrote, by the share that is taken
for what it is, for each intent; `--write` keeps the weights.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report

from index.encoder import Vectors, load_encoder
from index.settings import PACKAGED_MODEL
from index.token_codes import turned
from rag.question import intent

HERE = Path(__file__).parent
STRENGTH = 16.0
"""Inverse strength of regularisation (C), chosen by cross-validation on the examples that are learned from."""


def examples(name: str) -> tuple[list[str], list[str], Vectors]:
    """The questions of a file, what each asks for, and what they are judged by, shape (questions, features)."""
    encoder = load_encoder(PACKAGED_MODEL)
    rows = [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]
    read = [encoder.read(row["text"]) for row in rows]
    known = [intent.known_of(replace(one, tokens=turned(one.tokens))) for one in read]
    return [row["text"] for row in rows], [row["asks"] for row in rows], np.stack(known)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    _, truth, known = examples("intents.jsonl")
    model = LogisticRegression(C=STRENGTH, max_iter=5_000).fit(known, truth)
    if given.write:
        kept = {
            name: {"weights": [round(float(one), 3) for one in weights], "constant": round(float(constant), 4)}
            for name, weights, constant in zip(model.classes_, model.coef_, model.intercept_, strict=True)
        }
        Path(intent.__file__).with_name(intent.WEIGHTS).write_text(json.dumps(kept) + "\n", "utf-8")
    texts, truth, known = examples("intents_test.jsonl")
    shares = model.predict_proba(known)
    sure = [model.classes_[row.argmax()] if row.max() >= intent.SURE else "fact" for row in shares]
    for text, true, taken in zip(texts, truth, sure, strict=True):
        if true != taken:
            print(f"{true:12} taken for {taken:12} {text}")
    print(classification_report(truth, sure, digits=2))


if __name__ == "__main__":
    main()
