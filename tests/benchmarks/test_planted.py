"""What is planted is seeded, and as hard as it is said to be."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, get_args

import pytest

from benchmarks.quality.planted import Case, cases, report, shared_runs
from benchmarks.quality.rewrites import KINDS, Strength, changed, headline, rewrite

WIRE = "001_62415dbc6ffa0a01.txt"
TOWNS = [
    f"{first}{last}" for first in ("Al", "Be", "Co", "Do", "El") for last in ("by", "rup", "sted", "holm", "vik")
]
DAYS = ("2022/03/01", "2022/03/02", "2022/05/20")


@pytest.fixture(scope="module")
def wire(seeds: Path) -> str:
    """A real article's text."""
    return (seeds / WIRE).read_text(encoding="utf-8")


def rows(seeds: Path) -> list[dict[str, Any]]:
    """The seeds on three days, among them articles about one thing each, so that names are not in all of them."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(seeds.glob("0*.txt"))]
    texts += [f"Nothing new from {town}. It rains on the market." for town in TOWNS]
    return [
        {"id": f"{n} {day}", "title": f"Report {n}", "date": day, "text": text}
        for day in DAYS
        for n, text in enumerate(texts)
    ]


@pytest.mark.parametrize("strength", get_args(Strength))
def test_a_rewrite_is_the_same_for_the_same_seed(wire: str, strength: Strength) -> None:
    assert rewrite(wire, strength, random.Random(1)) == rewrite(wire, strength, random.Random(1))
    assert rewrite(wire, strength, random.Random(1)) != rewrite(wire, strength, random.Random(2))


def test_stronger_rewrites_keep_less_of_the_words(wire: str) -> None:
    kept = [shared_runs(wire, rewrite(wire, strength, random.Random(3))) for strength in get_args(Strength)]
    assert kept == sorted(kept, reverse=True)
    assert kept[-1] < 0.2


@pytest.mark.parametrize("text", ["", "\n\n", "One line", "“", "A. B. C.", "In May, it rained.\n\nIt rained."])
def test_any_text_can_be_rewritten(text: str) -> None:
    for strength in get_args(Strength):
        rewrite(text, strength, random.Random(1))
    for steps in KINDS.values():
        changed(text, random.Random(1), *steps)
    headline(text, random.Random(1))


def test_cases_are_seeded_and_copies_of_a_text_are_never_independent(seeds: Path) -> None:
    made, left_out = cases(rows(seeds), 1, 8)
    again, _ = cases(rows(seeds), 1, 8)
    assert made == again
    assert left_out >= 5  # the same text on the next day is neither
    assert all(shared_runs(case.one.text, case.other.text) < 0.9 for case in made if case.kind == "one event")


def test_precision_and_recall_are_counted_on_either_half(seeds: Path) -> None:
    made, _ = cases(rows(seeds), 1, 8)
    told = report(made, [case.same for case in made])
    assert all(told[half]["recall"].startswith("1.000") for half in told)
    wrong = report([Case("light", False, True, made[0].one, made[0].other)], [False])
    assert wrong["other half"]["recall"].endswith("n=1)")
    assert wrong["other half"]["recall"].startswith("0.000")
