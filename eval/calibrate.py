"""Fits the coefficients of `rag.confidence` on SQuAD 2.0's questions, half of its articles, and reports on the other.

    python -m eval.calibrate --data bench/squad/dev-v2.0.json [--write]

A question counts as answered where the first sentence holds the marked answer. Its opposite are questions that SQuAD
marks as unanswerable (near misses) and questions asked of the other half's articles (off topic).
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag import Assistant
from rag.confidence import COEFFICIENTS
from rag.evidence import Features
from rag.question import analyse

FITTED = ("late", "near", "weakest", "cosine", "names", "kind")
"""Features whose weight is fitted; the others add nothing to these."""
A_PARAGRAPH = 3
"""Questions taken from each paragraph, of those with and without an answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question as asked of one folder: its best sentence's features, and whether that sentence is right."""

    kind: str
    features: Features
    right: bool


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="SQuAD 2.0 in its official layout")
    parser.add_argument("--write", action="store_true", help="write the coefficients that rag/ ships")
    arguments = parser.parse_args()
    articles = json.loads(arguments.data.read_text(encoding="utf-8"))["data"]
    halves = articles[0::2], articles[1::2]
    cases = [list(collect(mine, other)) for mine, other in (halves, halves[::-1])]
    weights = fit(cases[0])
    print(json.dumps({"weights": weights, "fitted": report(weights, cases[0]), "held out": report(weights, cases[1])}))
    if arguments.write:
        source = "fitted on SQuAD 2.0 (Rajpurkar et al. 2018, CC BY-SA 4.0) by python -m eval.calibrate"
        COEFFICIENTS.write_text(json.dumps({"source": source, "weights": weights}, indent=2) + "\n", encoding="utf-8")


def collect(mine: Sequence[dict[str, Any]], other: Sequence[dict[str, Any]]) -> Iterator[Case]:
    """Cases over the articles of `mine`, with off-topic questions from `other`."""
    choose = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder, "articles")
        articles.mkdir()
        for number, article in enumerate(mine):
            text = "\n\n".join(paragraph["context"] for paragraph in article["paragraphs"])
            title = article["title"].replace("_", " ")
            (articles / f"{number}.txt").write_text(f"{title}\n\n{text}", encoding="utf-8")
        with Assistant(articles, index=Path(folder, "index")) as assistant:
            for article in mine:
                for paragraph in article["paragraphs"]:
                    yield from _paragraph(assistant, paragraph, choose)
            for article in other:
                for paragraph in article["paragraphs"]:
                    question = choose.choice(paragraph["qas"])["question"]
                    yield _case(assistant, "off topic", question, ())


def _paragraph(assistant: Assistant, paragraph: dict[str, Any], choose: random.Random) -> Iterator[Case]:
    for impossible, kind in ((False, "answerable"), (True, "near miss")):
        questions = [q for q in paragraph["qas"] if q["is_impossible"] is impossible]
        for question in choose.sample(questions, min(len(questions), A_PARAGRAPH)):
            answers = () if impossible else tuple(answer["text"] for answer in question["answers"])
            yield _case(assistant, kind, question["question"], answers)


def _case(assistant: Assistant, kind: str, question: str, answers: Sequence[str]) -> Case:
    _, ranked = assistant.search(analyse(question))
    right = any(answer.lower() in ranked[0].text.lower() for answer in answers)
    return Case(kind, ranked[0].features, right)


def fit(cases: Sequence[Case]) -> dict[str, float]:
    """Logistic regression; the three kinds of question weigh the same together."""
    from sklearn.linear_model import LogisticRegression

    rows = np.array([[getattr(case.features, name) for name in FITTED] for case in cases])
    counts = {kind: sum(case.kind == kind for case in cases) for kind in {case.kind for case in cases}}
    weights = [1 / counts[case.kind] for case in cases]
    model = LogisticRegression(C=1e3, max_iter=5000)
    model.fit(rows, [case.right for case in cases], sample_weight=np.array(weights) * len(cases) / len(counts))
    return {"intercept": round(float(model.intercept_[0]), 3)} | {
        name: round(float(weight), 3) for name, weight in zip(FITTED, model.coef_[0], strict=True)
    }


def report(weights: dict[str, float], cases: Sequence[Case]) -> dict[str, Any]:
    """AUROC of right against everything else, and the share of each kind that is answered at a bar of .5."""
    from sklearn.metrics import roc_auc_score

    total = [
        weights["intercept"] + sum(weights[name] * getattr(case.features, name) for name in FITTED) for case in cases
    ]
    rates = {
        kind: round(float(np.mean([score > 0 for score, case in zip(total, cases, strict=True) if case.kind == kind])), 3)
        for kind in ("answerable", "near miss", "off topic")
    }
    return {"cases": len(cases), "auroc": round(float(roc_auc_score([c.right for c in cases], total)), 3)} | rates


if __name__ == "__main__":
    main()
