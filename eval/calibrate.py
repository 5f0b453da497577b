"""Fits how confidence follows from what is known of the best sentence, and draws how it came out.

    pip install -e ".[bench]"
    python -m eval.calibrate --data bench/news2022 --squad bench/squad/dev-v2.0.json [--index FOLDER]
        [--write rag/finding/confidence.json] [--plot docs/confidence.png]

DATA is as in `eval.quality`, SQUAD as in `eval.small_folders`. Two logistic regressions (scikit-learn's, over
standardised signals) of whether a question can be answered: one for large folders, on the news, and one for small
folders, on these and on the facts about the seeds, many of which are asked in quite other words than the articles
use. What is printed of the odd rows and pages was not fitted. Only the weights are kept. Unanswerable questions that
an article answers after all (`eval.quality.ANSWERED`) are left out, and so are, of small folders, those that were
written to mislead: hardly anybody asks like that.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.quality import ANSWERED, Row, auroc, calibration_error, rows
from eval.small_folders import MISLEADING, Case, cases, opened, report
from index.settings import CHECKOUT_SEEDS
from rag import Assistant
from rag.asking.question import understand
from rag.finding.confidence import Signals, confidence
from rag.finding.finder import Finding

FACTS = [Path(__file__).with_name(folder) / "seeds.jsonl" for folder in ("facts", "open")]
"""Those that hold and those that are open alike: which is which is for the fitted curve to say."""
SMALL_ONLY = ("stands_out", "size")
"""Signals of small folders: the large folder has one size, and in it what stands out tells nothing more."""
SIGNALS = [name for name in Signals.__slots__ if name not in (*SMALL_ONLY, "described")]
ABLE = 2.9
"""What the questions that a small folder answers weigh beside those that it does not: its reader knows more or less
what is in it. Each sort of question weighs the same, however many there are."""
MORE = frozenset(("follow-up", "filter", "parts", "overview", "list", "compare"))
"""Tags of facts whose questions are not put to the index as they stand."""
STRENGTH = 0.3
"""Inverse strength of regularisation (C): on the even rows, cross-validated, a flat optimum."""
SEED = 1
"""By which small folders are put together."""
BARS = (0.3, 0.35, 0.41, 0.45, 0.5)
BINS = 10


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--squad", type=Path, required=True)
    parser.add_argument("--index", type=Path, help="keep the indexes in this folder instead of in a temporary one")
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep the fitted weights here")
    parser.add_argument("--plot", type=Path, metavar="FILE")
    given = parser.parse_args()
    with opened(given.data, given.squad, given.index) as (news, encyclopedia):
        able = _found(news, rows(given.data / "queries.jsonl"))
        unable = _found(news, rows(given.data / "unanswerable.jsonl"), {row["id"] for row in rows(ANSWERED)})
        small = cases(news, given.data, encyclopedia, given.squad, SEED)
    with tempfile.TemporaryDirectory() as folder, Assistant(CHECKOUT_SEEDS, index=folder) as seeds:
        small += _of_seeds(seeds)
    fitted = {"large": fit(able[0], unable[0]), "small": fit_small([case for case in small if case.even])}
    halves = {"even, fitted": (able[0], unable[0]), "odd": (able[1], unable[1])}
    sure = {name: tuple([_sure(fitted, one) for one in part] for part in parts) for name, parts in halves.items()}
    told = {f"large, {name}": _told(*parts) for name, parts in sure.items()}
    for name, even in (("even, fitted", True), ("odd", False)):
        half = [_again(fitted, case) for case in small if case.even is even]
        told[f"small, {name}"] = report(half, news.settings.bar)
    print(json.dumps(fitted | told, indent=2))
    if given.write:
        given.write.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    if given.plot:
        _plot(sure, given.plot)


def fit(able: Sequence[Finding], unable: Sequence[Finding]) -> dict[str, Any]:
    """A weight for each signal, and the constant, for large folders."""
    known = [(one.signals, answered) for part, answered in ((able, True), (unable, False)) for one in part]
    return _fitted(SIGNALS, [(one, answered, 1.0) for one, answered in known if one])


def fit_small(some: Sequence[Case]) -> dict[str, Any]:
    """The same for small folders, whose size is a signal too."""
    used = [case for case in some if case.found.signals and case.sort != MISLEADING]
    count = Counter(case.sort for case in used)
    sorts = Counter(answered for _, answered in {(case.sort, case.answered) for case in used})
    weights = {True: ABLE / sorts[True], False: 1 / sorts[False]}
    known = [(case.found.signals, case.answered, weights[case.answered] / count[case.sort]) for case in used]
    return _fitted([*SIGNALS, *SMALL_ONLY], [(one, answered, weight) for one, answered, weight in known if one])


def _of_seeds(seeds: Assistant) -> list[Case]:
    """The facts as cases; not those whose answer stands in another sentence than the best: they are no gain shown."""
    facts = [fact for file in FACTS for fact in rows(file)]
    facts = [fact for fact in facts if MORE.isdisjoint(fact.get("tags", ())) and "path" not in fact]
    made = [_of_fact(fact, seeds.find(understand(fact["question"], ()))) for fact in facts]
    return [case for case in made if case.right or not case.answered]


def _of_fact(fact: Row, found: Finding) -> Case:
    best = found.voted[0].evidence.text if found.voted else ""
    right = any(words in best for words in (*fact.get("any_of", ()), *fact.get("all_of", ())))
    answered = not fact.get("abstain")
    return Case(f"seeds, {'answered' if answered else 'not answered'}", True, answered, found, right)


def _fitted(names: list[str], known: Sequence[tuple[Signals, bool, float]]) -> dict[str, Any]:
    """A weight for each signal, and the constant; each row has its signals, whether it can be answered and its
    weight."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    values = np.array([[getattr(one, name) for name in names] for one, *_ in known])
    shares = np.array([weight for *_, weight in known])
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(
        scaler.transform(values), [answered for _, answered, _ in known], sample_weight=shares / shares.mean()
    )
    weights = model.coef_[0] / scaler.scale_
    constant = float(model.intercept_[0] - weights @ scaler.mean_)
    return {
        "weights": {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)},
        "constant": round(constant, 3),
    }


def _again(fitted: dict[str, Any], case: Case) -> Case:
    """A case with the confidence that the fitted weights give it."""
    known = case.found.signals
    sure = confidence(known, case.found.lack, fitted) if known else 0.0
    return replace(case, found=replace(case.found, sure=sure))


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
