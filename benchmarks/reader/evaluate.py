"""How well a reader reads: `python -m benchmarks.reader.evaluate --data bench [--reader packaged] [--most 500]`.

Asked are questions about SQuAD's pages that nothing was fitted on, each on its own paragraph. Printed are F1 and
exact match of the official script (Rajpurkar and others 2018, arXiv:1806.03822): of those that are answered, where
the best words are taken in any case; and of all at the threshold that does best, where a near miss is right if
nothing is said.
"""

from __future__ import annotations

import argparse
import json
import re
import string
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.reader import data
from index.encoder import PassageText
from index.text.sentences import split_sentences
from rag.reading.reader import PACKAGED, Reader, load_reader


def normal(text: str) -> list[str]:
    """Words without articles and punctuation, as the official script has them."""
    plain = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return re.sub(r"\b(?:a|an|the)\b", " ", plain).split()


def f1(said: str, answers: Sequence[str]) -> float:
    """The best harmonic mean of precision and recall of words."""
    return max(_f1(normal(said), normal(answer)) for answer in answers)


def _f1(said: list[str], answer: list[str]) -> float:
    common = sum((Counter(said) & Counter(answer)).values())
    return 2 * common / (len(said) + len(answer)) if common else float(said == answer)


def measure(reader: Reader, asked: Sequence[data.Example]) -> dict[str, float]:
    """The figures."""
    began = time.monotonic()
    scores, right, exact = [], [], []
    for one in asked:
        title = one.text.index("\n") + 1
        passage = PassageText(one.text, tuple(split_sentences(one.text, title)))
        best = max((span for span in reader.read(one.question, [passage])[0] if span), key=lambda span: span.score)
        said = one.text[best.start : best.end]
        answers = [one.text[start:end] for start, end in one.spans]
        scores.append(best.score)
        right.append(f1(said, answers) if answers else 0.0)
        exact.append(float(any(normal(said) == normal(answer) for answer in answers)))
    able = np.array([bool(one.spans) for one in asked])
    score, got = np.array(scores), np.array(right)
    bars = np.unique(score)
    totals = [float(np.where(score >= bar, got, ~able).mean()) for bar in bars]
    best_bar = float(bars[int(np.argmax(totals))])
    pairs = score[able][:, None] - score[~able][None, :]
    return {
        "questions": len(asked),
        "F1, answered": round(float(got[able].mean()), 3),
        "exact, answered": round(float(np.array(exact)[able].mean()), 3),
        "F1, all, at the best threshold": round(max(totals), 3),
        "threshold": round(best_bar, 2),
        "AUROC, answered against near misses": round(float((pairs > 0).mean() + (pairs == 0).mean() / 2), 3),
        "ms a passage": round(1000 * (time.monotonic() - began) / len(asked), 1),
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--reader", default=PACKAGED)
    parser.add_argument("--most", type=int, default=500)
    given = parser.parse_args()
    reader = load_reader(given.reader)
    if reader is None:
        parser.error("name a reader")
    asked = data.questions_left_out(given.data)[: given.most]
    print(json.dumps(measure(reader, asked), indent=2))


if __name__ == "__main__":
    main()
