"""Fits how confidence follows from what is known of the best sentence, and draws how it came out.

    pip install -e ".[bench]"
    python -m eval.calibrate --data bench/news2022 [--index FOLDER]
        [--write rag/finding/confidence.json] [--plot docs/confidence.png]

DATA is as in `eval.quality`. A logistic regression (scikit-learn's, over standardised signals) of whether a question
can be answered, on the even rows alone; what is printed of the odd rows was not fitted. Only the weights are kept.
Unanswerable questions that an article answers after all (`eval.quality.ANSWERED`) are left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Container, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.quality import ANSWERED, auroc, calibration_error, news, rows
from rag import Assistant
from rag.asking.question import understand
from rag.finding.confidence import Signals, confidence
from rag.finding.finder import Finding

SIGNALS = [name for name in Signals.__slots__ if name != "size"]
"""All signals of one folder have the same size."""
STRENGTH = 0.3
"""Inverse strength of regularisation (C): on the even rows, cross-validated, a flat optimum."""
BARS = (0.3, 0.35, 0.41, 0.45, 0.5)
BINS = 10


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--index", type=Path, help="keep the index here instead of in a temporary folder")
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep the fitted weights here")
    parser.add_argument("--plot", type=Path, metavar="FILE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, news(given.data, given.index, Path(folder)) as assistant:
        able = _found(assistant, rows(given.data / "queries.jsonl"))
        unable = _found(assistant, rows(given.data / "unanswerable.jsonl"), {row["id"] for row in rows(ANSWERED)})
    halves = {"even, fitted": (able[0], unable[0]), "odd": (able[1], unable[1])}
    fitted = fit(able[0], unable[0])
    sure = {name: tuple([_sure(fitted, one) for one in part] for part in parts) for name, parts in halves.items()}
    print(json.dumps(fitted | {name: _told(*parts) for name, parts in sure.items()}, indent=2))
    if given.write:
        given.write.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    if given.plot:
        _plot(sure, given.plot)


def fit(able: Sequence[Finding], unable: Sequence[Finding]) -> dict[str, Any]:
    """A weight for each signal, and the constant."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    known = [one.signals for one in (*able, *unable)]
    values = np.array([[getattr(one, name) for name in SIGNALS] for one in known if one])
    right = np.array([1] * len(able) + [0] * len(unable))[[one is not None for one in known]]
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(scaler.transform(values), right)
    weights = model.coef_[0] / scaler.scale_
    constant = float(model.intercept_[0] - weights @ scaler.mean_)
    return {
        "weights": {name: round(float(weight), 3) for name, weight in zip(SIGNALS, weights, strict=True)},
        "constant": round(constant, 3),
    }


def _found(
    assistant: Assistant, asked: Sequence[dict[str, Any]], left_out: Container[str] = ()
) -> tuple[list[Finding], list[Finding]]:
    """What is found for the even rows and for the odd ones."""
    even, odd = (
        [assistant.find(understand(row["question"], ())) for row in half if row["id"] not in left_out]
        for half in (asked[::2], asked[1::2])
    )
    return even, odd


def _sure(fitted: dict[str, Any], found: Finding) -> float:
    """What the fitted weights make of it, in a large folder."""
    if found.signals is None:
        return 0.0
    return confidence(replace(found.signals, size=100.0), found.lack, fitted)


def _told(able: Sequence[float], unable: Sequence[float]) -> dict[str, Any]:
    refused = {
        str(bar): [round(sum(one < bar for one in part) / len(part), 3) for part in (able, unable)] for bar in BARS
    }
    return {
        "AUROC": round(auroc(able, unable), 3),
        "expected calibration error": round(calibration_error(able, unable), 3),
        "bar: refused of the answerable, of the unanswerable": refused,
    }


def _plot(sure: dict[str, tuple[list[float], ...]], file: Path) -> None:
    """The reliability curve: confidence against the share of questions that can be answered."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, chart = pyplot.subplots(figsize=(4.5, 4), constrained_layout=True)
    chart.plot([0, 1], [0, 1], color="#999999", linestyle=":", label="as it should be")
    for name, (able, unable) in sure.items():
        pairs = [(one, 1) for one in able] + [(one, 0) for one in unable]
        bins = [[pair for pair in pairs if min(int(pair[0] * BINS), BINS - 1) == number] for number in range(BINS)]
        points = [np.mean(inside, axis=0) for inside in bins if inside]
        chart.plot([p[0] for p in points], [p[1] for p in points], marker="o", label=name)
    chart.set_xlabel("confidence")
    chart.set_ylabel("share of questions that the articles answer")
    chart.legend(fontsize=8)
    figure.savefig(file, dpi=100)


if __name__ == "__main__":
    main()
