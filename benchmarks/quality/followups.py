"""How well follow-ups are completed, against the rewrites that people made of them.

    python -m benchmarks.quality.followups --data bench/cast [--pool bench/squad/dev-v2.0.json]

DATA holds TREC CAsT's conversations: 2019_topics.json with 2019_resolved.tsv, and 2020_topics.json. A conversation's
history is its earlier questions as they were asked; it has no answers, so none are used. First turns are not counted.
The rules were made looking at the even topics only; the odd ones are the measure. Compared are the question as asked,
with the one before it, with the first and the one before it, ours, and (2020 only) the neural rewriter that CAsT's
organisers provide.

terms      stems of content words that are in the person's rewrite and not in the question as asked (wanted), against
           those that a way adds to it (added): recall, precision and F1 over all turns, so that what is added to a
           question which stands alone counts against it. `left alone`: of those, the share without an added stem.
own        the rewrites of all turns, ranked by cosine to the completed question: mean reciprocal rank of the turn's
           own rewrite. It tells whether the right thing is asked (neighbours in the conversation) about the right
           subject; a question as asked does well here, as its rewrite holds its words.
passages   nDCG@10 of the pool's passages ranked by the completed question, those that the person's rewrite ranks
           first to tenth counting 10 to 1. CAsT's own passages are tens of gigabytes, but how two questions rank
           whatever is at hand says whether they retrieve alike. Left out without --pool.

Intervals are 95%, by bootstrap over topics; `over` is ours less the question joined to the one before it.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.encoder import OnnxEncoder
from index.text.terms import terms
from rag.question.followup import standalone
from rag.question.query import FUNCTION_STEMS

Matrix = npt.NDArray[np.float32]
Measure = Callable[[Sequence["Case"]], float]
DEPTH = 10
SAMPLES = 1000
"""Bootstrap samples of the topics."""
OURS, JOINED = "ours", "previous + asked"


@dataclass(frozen=True, slots=True)
class Turn:
    """A follow-up and what a person made of it."""

    topic: int
    asked: str
    rewrite: str
    before: tuple[str, ...]
    neural: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What one way of completing made of a turn."""

    turn: Turn
    wanted: frozenset[str]
    added: frozenset[str]
    own: float
    passages: float | None


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pool", type=Path, help="passages to rank, in SQuAD's layout")
    parser.add_argument("--show", action="store_true", help="print each even turn that is completed in other words")
    given = parser.parse_args()
    turns = conversations(given.data)
    if given.show:
        show(turns)
        return
    encoder = Encoded()
    rewrites = encoder.matrix([turn.rewrite for turn in turns])
    pool = encoder.matrix(passages_of(given.pool)) if given.pool else None
    for half, rest in (("tuned on (even topics)", 0), ("not tuned on (odd topics)", 1)):
        chosen = [at for at, turn in enumerate(turns) if turn.topic % 2 == rest]
        found = {
            name: [judged(turns, at, way(turns[at]), encoder, rewrites, pool) for at in chosen]
            for name, way in WAYS.items()
        }
        print(json.dumps({"half": half} | report(found), indent=1))


def conversations(data: Path) -> list[Turn]:
    """Every turn but the first of each conversation, in order."""
    resolved = dict(
        line.split("\t", 1) for line in (data / "2019_resolved.tsv").read_text("utf-8").splitlines() if "\t" in line
    )
    found: list[Turn] = []
    for file in ("2019_topics.json", "2020_topics.json"):
        for topic in json.loads((data / file).read_text("utf-8")):
            before: tuple[str, ...] = ()
            for turn in topic["turn"]:
                asked = turn["raw_utterance"].strip()
                rewrite = turn.get("manual_rewritten_utterance") or resolved[f"{topic['number']}_{turn['number']}"]
                if before:
                    neural = turn.get("automatic_rewritten_utterance")
                    found.append(Turn(topic["number"], asked, rewrite.strip(), before, neural))
                before = (*before, asked)
    return found


WAYS: dict[str, Callable[[Turn], str | None]] = {
    "as asked": lambda turn: turn.asked,
    JOINED: lambda turn: f"{turn.before[-1]} {turn.asked}",
    "first + previous + asked": lambda turn: " ".join(dict.fromkeys((turn.before[0], turn.before[-1], turn.asked))),
    OURS: lambda turn: standalone(turn.asked, [(question, "") for question in turn.before]),
    "ours (2020)": lambda turn: WAYS[OURS](turn) if turn.neural else None,
    "neural (2020)": lambda turn: turn.neural,
}


class Encoded:
    """Unit vectors of texts, each computed once."""

    def __init__(self) -> None:
        self._encoder = OnnxEncoder()
        self._known: dict[str, Matrix] = {}

    def vector(self, text: str) -> Matrix:
        """Shape (dim,)."""
        if text not in self._known:
            self._known[text] = self._encoder.read(text).vector
        return self._known[text]

    def matrix(self, texts: Sequence[str]) -> Matrix:
        """Shape (texts, dim)."""
        return np.stack([self.vector(text) for text in texts])


def passages_of(file: Path) -> list[str]:
    """The paragraphs of a file in SQuAD's layout."""
    data: Any = json.loads(file.read_text("utf-8"))
    return [paragraph["context"] for article in data["data"] for paragraph in article["paragraphs"]]


def judged(
    turns: Sequence[Turn], at: int, completed: str | None, encoder: Encoded, rewrites: Matrix, pool: Matrix | None
) -> Case | None:
    """The case of a turn; None where this way has nothing for it."""
    if completed is None:
        return None
    turn, asked = turns[at], _stems(turns[at].asked)
    likeness = rewrites @ encoder.vector(completed)
    same = [n for n, other in enumerate(turns) if other.rewrite == turn.rewrite]
    own = 1 / (1 + int((likeness > max(likeness[same])).sum()))
    passages = None if pool is None else ndcg(pool @ rewrites[at], pool @ encoder.vector(completed))
    return Case(turn, _stems(turn.rewrite) - asked, _stems(completed) - asked, own, passages)


def ndcg(wanted: Matrix, given: Matrix) -> float:
    """Of the ranking by `given` scores, where the best ten by `wanted` scores gain 10 to 1; in 0..1."""
    gains = {int(n): DEPTH - rank for rank, n in enumerate(np.argsort(-wanted, kind="stable")[:DEPTH])}
    best = np.argsort(-given, kind="stable")[:DEPTH]
    discounts = 1 / np.log2(np.arange(2, DEPTH + 2))
    ideal = float(np.arange(DEPTH, 0, -1) @ discounts)
    return float(np.array([gains.get(int(n), 0) for n in best]) @ discounts) / ideal


def _stems(text: str) -> frozenset[str]:
    return frozenset(terms(text)) - FUNCTION_STEMS


def report(found: dict[str, list[Case | None]]) -> dict[str, Any]:
    """Every measure of every way with its interval, and of ours over the joined questions."""
    made: dict[str, Any] = {}
    for name, cases in found.items():
        kept = [case for case in cases if case is not None]
        made[name] = {"turns": len(kept)} | {
            label: _with_interval(kept, measure) for label, measure in MEASURES.items() if _measurable(kept, label)
        }
    ours, joined = ([case for case in found[name] if case is not None] for name in (OURS, JOINED))
    made["over"] = {
        label: _difference(ours, joined, measure) for label, measure in MEASURES.items() if _measurable(ours, label)
    }
    return made


def _measurable(cases: Sequence[Case], label: str) -> bool:
    return label != "passages" or all(case.passages is not None for case in cases)


def recall(cases: Sequence[Case]) -> float:
    """Of the wanted stems, those added."""
    return sum(len(c.wanted & c.added) for c in cases) / max(1, sum(len(c.wanted) for c in cases))


def precision(cases: Sequence[Case]) -> float:
    """Of the added stems, those wanted; 1 where none is added."""
    added = sum(len(c.added) for c in cases)
    return sum(len(c.wanted & c.added) for c in cases) / added if added else 1.0


def f1(cases: Sequence[Case]) -> float:
    """The harmonic mean of the two."""
    both = recall(cases) + precision(cases)
    return 2 * recall(cases) * precision(cases) / both if both else 0.0


def left_alone(cases: Sequence[Case]) -> float:
    """Of the questions to which the person added nothing, those to which nothing is added."""
    alone = [not case.added for case in cases if not case.wanted]
    return statistics.mean(alone) if alone else 1.0


MEASURES: dict[str, Measure] = {
    "recall": recall,
    "precision": precision,
    "F1": f1,
    "left alone": left_alone,
    "own": lambda cases: statistics.mean(case.own for case in cases),
    "passages": lambda cases: statistics.mean(case.passages or 0.0 for case in cases),
}


def _with_interval(cases: Sequence[Case], measure: Measure) -> str:
    spread = sorted(measure(sample) for sample in _samples(cases))
    return f"{measure(cases):.3f} ({spread[SAMPLES // 40]:.3f} to {spread[-SAMPLES // 40]:.3f})"


def _difference(ours: Sequence[Case], other: Sequence[Case], measure: Measure) -> str:
    pairs = zip(_samples(ours), _samples(other), strict=True)  # one seed: the same topics in each pair
    spread = sorted(measure(one) - measure(two) for one, two in pairs)
    middle = measure(ours) - measure(other)
    return f"{middle:+.3f} ({spread[SAMPLES // 40]:+.3f} to {spread[-SAMPLES // 40]:+.3f})"


def _samples(cases: Sequence[Case]) -> list[list[Case]]:
    """The cases of topics drawn with replacement."""
    topics: dict[int, list[Case]] = {}
    for case in cases:
        topics.setdefault(case.turn.topic, []).append(case)
    chance = random.Random(4)
    drawn = [chance.choices(list(topics), k=len(topics)) for _ in range(SAMPLES)]
    return [[case for topic in sample for case in topics[topic]] for sample in drawn]


def show(turns: Sequence[Turn]) -> None:
    """The even turns where ours differs from the person's rewrite in its stems."""
    for turn in turns:
        ours = WAYS[OURS](turn) or ""
        if turn.topic % 2 == 0 and _stems(ours) != _stems(turn.rewrite):
            print(f"{turn.topic}  {turn.asked}\n    person: {turn.rewrite}\n    ours:   {ours}")


if __name__ == "__main__":
    main()
