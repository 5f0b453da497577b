"""What each feature of the evidence and the vote are worth: the facts asked again with one of them at nothing.

    python -m eval.ablate

Prints a JSON line each: what is left out, and how many facts of the seeds pass without it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.facts import load_facts
from eval.run import evaluate
from index.settings import CHECKOUT_SEEDS
from rag import Assistant
from rag.finding import evidence, voting

FACTS = Path(__file__).with_name("facts") / "seeds.jsonl"
VOTE = "vote"


def parts() -> tuple[str, ...]:
    """What can be left out: each feature that has a weight, and the vote."""
    whole = evidence.WEIGHTS
    return (*(name for name in whole._fields if getattr(whole, name)), VOTE)


@contextmanager
def without(part: str | None) -> Iterator[None]:
    """Within this context one of `parts` counts nothing; None leaves all as they are."""
    weights, share = evidence.WEIGHTS, voting.SHARE
    try:
        if part == VOTE:
            voting.SHARE = 0.0
        elif part:
            evidence.WEIGHTS = weights._replace(**{part: 0.0})
        yield
    finally:
        evidence.WEIGHTS, voting.SHARE = weights, share


def main() -> None:
    """The command."""
    facts = load_facts(FACTS)
    with tempfile.TemporaryDirectory() as index, Assistant(CHECKOUT_SEEDS, index=index) as assistant:
        for part in (None, *parts()):
            with without(part):
                accuracy = evaluate(assistant, facts).scores.accuracy
            print(json.dumps({"without": part or "nothing", "passed": accuracy.hits, "of": accuracy.of}))


if __name__ == "__main__":
    main()
