"""What the facts say does not hang on how a processor rounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speed import processors
from eval.facts import load_facts
from index import encoder
from index.settings import CHECKOUT_SEEDS


def test_another_model_stands_in_for_the_packaged_one_only_within(tmp_path: Path) -> None:
    before = encoder.onnx_file()
    with pytest.MonkeyPatch.context() as context:
        context.setattr(processors, "CHANGED", 1e-3)
        with processors.another(1, tmp_path):
            inside = encoder.onnx_file()
            there = encoder.OnnxEncoder().read("Who is the mayor?").vector
    assert inside != before
    assert encoder.onnx_file() == before
    assert 0.9 < float(there @ encoder.OnnxEncoder().read("Who is the mayor?").vector) < 0.99999


@pytest.mark.slow
def test_the_facts_hold_on_other_processors() -> None:
    found = processors.measured(CHECKOUT_SEEDS, load_facts(processors.FACTS), rounds=4)
    assert all(one["least cosine"] < 0.9999 for one in found["rounds"])
    assert not found["failed"]
