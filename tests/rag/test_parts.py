"""What a question of several parts is divided into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.parts import MOST, parts


@pytest.mark.parametrize(
    "question",
    [
        "How many US troops remain in Iraq?",
        "Who met in Baghdad and Erbil?",
        "The ferry to Oslo was opened on Monday. How many cars does it hold?",
        "When will the troops and their families leave?",
        "Which country, and not only it, has agreed?",
        "Who won and when?",
    ],
)
def test_a_question_of_one_thing_stays_as_it_is(question: str) -> None:
    assert parts(question) == (question,)


def test_two_questions_joined_by_and_are_asked_apart_and_the_second_takes_the_first_ones_subject() -> None:
    first, second = parts("When did the mission end and how much did it cost?")
    assert first == "When did the mission end?"
    assert second.startswith("How much did")
    assert "mission" in second


def test_questions_one_behind_the_other_are_asked_apart() -> None:
    assert parts("Who commands the coalition? Where is Baghdad?") == (
        "Who commands the coalition?",
        "Where is Baghdad?",
    )


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Compare Iran and Turkey on troops.", ("Iran on troops", "Turkey on troops")),
        ("What are the differences between Kirby and Brennan?", ("Kirby", "Brennan")),
        ("How do Iran and Iraq differ over the border?", ("Iran over the border", "Iraq over the border")),
    ],
)
def test_a_comparison_asks_what_is_said_of_each_side(question: str, sides: tuple[str, str]) -> None:
    assert parts(question) == tuple(f"What is said about {side}?" for side in sides)


def test_a_comparison_of_what_was_said_asks_each_sides_words() -> None:
    assert parts("Compare what Iran and Iraq said about the border.") == (
        "What did Iran say about the border?",
        "What did Iraq say about the border?",
    )
    assert parts("Compare what Kirby and Brennan said.") == ("What did Kirby say?", "What did Brennan say?")


@given(st.text(max_size=300))
def test_whatever_is_asked_has_at_least_one_part_and_not_too_many(text: str) -> None:
    assert 1 <= len(parts(text)) <= MOST
