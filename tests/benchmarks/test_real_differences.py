"""Pairs of sentences are found by their values, counted by their labels, and named without their text."""

from __future__ import annotations

import json

import pytest

from benchmarks.quality.real_differences import LABELS, Candidate, Told, conflicts, report, shows
from index.text.terms import stems
from rag import Answer
from rag.types import Citation, Difference, Value


def told(path: str, text: str, published: str = "2022-06-01") -> Told:
    """A sentence at the beginning of an article."""
    return Told(path, 0, text, published, stems(text))


ONE = told("one.md", "The ferry carried 120 passengers to Elba.")
OTHER = told("two.md", "To Elba the ferry carried 140 passengers.")


def pair() -> Candidate:
    ((kind, *values),) = conflicts(ONE, OTHER, 1.0)
    return Candidate(kind, ONE, OTHER, (values[0], values[1]))


def answer(*sides: str) -> Answer:
    """An answer that shows a difference between the articles at these paths."""
    cited = tuple(Citation(n, path, "A title", None, None, "words", 0, 5, None) for n, path in enumerate(sides, 1))
    values = tuple(Value(path, None, (n,)) for n, path in enumerate(sides, 1))
    return Answer("?", "?", "", citations=cited, differences=(Difference("number", "", values),))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("To Elba the ferry carried 140 passengers.", ["number"]),
        ("To Elba the ferry carried about 120 passengers.", []),
        ("To Elba the ferry carried 140 cars.", []),
    ],
)
def test_values_conflict_where_both_cannot_be_right_of_one_thing(text: str, kinds: list[str]) -> None:
    assert [kind for kind, *_ in conflicts(ONE, told("two.md", text), 1.0)] == kinds


def test_sentences_far_apart_in_time_or_words_are_no_pair() -> None:
    assert not list(conflicts(ONE, told("two.md", OTHER.text, "2022-09-01"), 1.0))
    assert not list(conflicts(ONE, OTHER, 0.1))


def test_a_question_asks_for_the_value_of_each_sentence() -> None:
    assert pair().questions == (
        "The ferry carried how many passengers to Elba?",
        "To Elba the ferry carried how many passengers?",
    )


def test_shares_are_of_what_the_labels_say() -> None:
    one = pair()
    answers = answer("one.md", "two.md"), answer("three.md", "two.md")
    assert [shows(each, one) for each in answers] == [True, False]
    told = report([(one, answers)], {one.key: "real"})
    assert told["real differences shown"].startswith("0.500")
    assert told["shown differences real"].startswith("1.000")
    assert told["other differences shown"] == 1


def test_labels_hold_no_text() -> None:
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    assert len({row["key"] for row in rows}) == len(rows)
    assert all(set(row) == {"key", "kind", "label"} and len(row["key"]) == 16 for row in rows)
    assert {row["label"] for row in rows} == {"real", "update", "rounding", "spelling", "other"}
