"""What each feature of the evidence is worth: the facts asked again with one feature's weight at nothing.

    python -m eval.ablate

Prints a JSON line each: the feature, and how many facts of the seeds pass without it.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from eval.facts import load_facts
from eval.run import evaluate
from index.settings import CHECKOUT_SEEDS
from rag import Assistant, evidence

FACTS = Path(__file__).with_name("facts") / "seeds.jsonl"


def main() -> None:
    """The command."""
    facts, whole = load_facts(FACTS), evidence.WEIGHTS
    with tempfile.TemporaryDirectory() as index, Assistant(CHECKOUT_SEEDS, index=index) as assistant:
        for name in ("", *(name for name in whole.__slots__ if getattr(whole, name))):
            evidence.WEIGHTS = replace(whole, **{name: 0.0}) if name else whole
            accuracy = evaluate(assistant, facts).scores.accuracy
            print(json.dumps({"without": name or "nothing", "passed": accuracy.hits, "of": accuracy.of}))


if __name__ == "__main__":
    main()
