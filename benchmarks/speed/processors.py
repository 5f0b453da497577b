"""Which facts hold on any processor: they are asked with models that differ by a ten-millionth.

    python -m benchmarks.speed.processors [--articles seeds] [--facts eval/facts/seeds.jsonl] [--rounds 10]
    python -m benchmarks.speed.processors --data bench/news2022 [--rounds 10]

The packaged model rounds what flows through it to 8 bits. Processors add in different orders; a sum that lies between
two steps is then rounded the other way, and what follows differs by as much as rounding costs anyway. In each round
the weights of the model's first normalisation are changed by about a ten-millionth, which has the same effect, the
folder is indexed anew and every fact is asked. Printed as JSON: for each round the cosines of passages to those of
the model as it is, and how many facts fail; and each fact that failed, with how often and why. Exits with 1 where one
did.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

import eval
from benchmarks.quality.news import measured as quality
from benchmarks.quality.news import news
from eval.facts import Fact, load_facts
from eval.report import Result
from eval.run import ask
from index import encoder
from index.encoder import Vectors
from index.packaged_model import onnx_file, sha256
from index.settings import CHECKOUT_SEEDS
from rag import Assistant

FACTS = Path(eval.__file__).with_name("facts") / "seeds.jsonl"
FIRST = "bert.embeddings.LayerNorm.weight"
CHANGED = 1e-7
"""Standard deviation of the change, as a share of each weight: the last bit or two of a float. Half of the passages
get another vector by it; between AVX2 and AVX-512 two of five did. Ten times as much changes all of them."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, default=CHECKOUT_SEEDS)
    parser.add_argument("--facts", type=Path, default=FACTS)
    parser.add_argument("--data", type=Path, help="measure news answers, not facts")
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    if given.data:
        print(json.dumps(of_news(given.data, given.rounds), indent=2))
        return
    found = measured(given.articles, load_facts(given.facts), given.rounds)
    print(json.dumps(found, indent=2, ensure_ascii=False))
    sys.exit(1 if found["failed"] else 0)


def measured(articles: Path, facts: Sequence[Fact], rounds: int) -> dict[str, Any]:
    """What is printed."""
    told, failed = [], dict[str, list[Result]]()
    with tempfile.TemporaryDirectory() as made:
        plain, _ = _asked(articles, (), Path(made, "plain"))
        for number in range(1, rounds + 1):
            with another(number, Path(made)):
                vectors, results = _asked(articles, facts, Path(made, str(number)))
            near = (vectors * plain).sum(axis=1)
            wrong = [one for one in results if not one.passed]
            told.append({"least cosine": round(float(near.min()), 5), "mean": round(float(near.mean()), 5)})
            told[-1]["facts that fail"] = len(wrong)
            for one in wrong:
                failed.setdefault(one.fact.id, []).append(one)
    return {
        "facts": len(facts),
        "rounds": told,
        "failed": {
            name: {"times": len(ones), "question": ones[0].fact.question, "why": ones[0].reason}
            for name, ones in sorted(failed.items(), key=lambda pair: -len(pair[1]))
        },
    }


def of_news(data: Path, rounds: int) -> dict[str, Any]:
    """What is printed of news."""
    with tempfile.TemporaryDirectory() as made:
        plain = _news(data, Path(made, "plain"))
        told = []
        for number in range(1, rounds + 1):
            with another(number, Path(made)):
                told.append(_news(data, Path(made, str(number))))
    spread = {name: sorted(one[name] for one in told) for name in plain}
    return {
        name: {"as it is": plain[name], "least": some[0], "middle": statistics.median(some), "most": some[-1]}
        for name, some in spread.items()
    }


def _news(data: Path, index: Path) -> dict[str, float]:
    """The figures of all questions."""
    with news(data, index, index.parent) as assistant:
        return {name: _figure(told) for name, told in quality(assistant, data)["all"].items()}


def _figure(told: str | float) -> float:
    """A share without its interval."""
    return float(told.split()[0]) if isinstance(told, str) else told


@contextmanager
def another(seed: int, folder: Path) -> Iterator[None]:
    """Within this context the packaged model is one that differs by a ten-millionth."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(onnx_file()[0])
    weights = next(one for one in model.graph.initializer if one.name == FIRST)
    held = numpy_helper.to_array(weights)
    change = CHANGED * np.random.default_rng(seed).standard_normal(held.shape)
    weights.CopyFrom(numpy_helper.from_array((held * (1 + change)).astype(held.dtype), FIRST))
    file = folder / f"{seed}.onnx"
    onnx.save(model, file)
    with mock.patch.object(encoder, "onnx_file", return_value=(file, sha256(file))):
        yield


def _asked(articles: Path, facts: Sequence[Fact], index: Path) -> tuple[Vectors, list[Result]]:
    """The vectors of the folder's passages, and how its facts do."""
    with Assistant(articles, index=index) as assistant:
        _, vectors = assistant.catalog.vectors_after(0)
        return vectors, [ask(assistant, fact) for fact in facts]


if __name__ == "__main__":
    main()
