"""Words as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.terms import terms, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("troops remaining", "Troop remains"),
        ("2,500", "2500"),
        ("the U.S. army", "the US army"),
        ("Biden’s", "Biden's"),
        ("the soldiers' pay", "the soldier pay"),
        ("left-wing", "left wing"),
        ("(ISIS)", "ISIS"),
    ],
)
def test_forms_of_one_word_compare_as_one(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(("one", "other"), [("US", "us"), ("2.5", "25"), ("2,500", "2"), ("May 2021", "May 2020")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def test_words_keep_their_order_and_their_repeats() -> None:
    assert terms("The U.S. 2,500 troops and the troops") == [
        "the",
        "acronymus",
        "2500",
        "troop",
        "and",
        "the",
        "troop",
    ]


@given(st.text())
def test_any_text_has_terms_without_blanks(text: str) -> None:
    found = terms(text)
    assert len(found) == len(words(text))
    assert all(stem and not stem.isspace() and '"' not in stem for stem in found)
