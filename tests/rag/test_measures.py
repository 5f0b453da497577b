"""Numbers with units: what a question asks for, and what in a sentence is such a number."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_folders import opened, write

from rag import Assistant
from rag.question.kinds import candidates, kind_of

QUAKE = (
    "# The quake off Bjorn Island\n\nA magnitude 6.4 quake with a depth of 12 kilometers struck about 50 miles east "
    "of Bjorn Island on Monday and killed 16 people. Winds of 155 mph followed in a two-week storm, and it was 41 "
    "degrees. Bjorn Island, made up of dozens of villages, has a population of more than 26,000 people. A wall that "
    "weighed five tons fell on a car.\n"
)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How far is Lombok from Bali?", "length"),
        ("How deep was the quake?", "length"),
        ("How deep were the cuts?", "thing"),
        ("How strong was the earthquake?", "strength"),
        ("What magnitude was the quake?", "strength"),
        ("How fast were the winds?", "speed"),
        ("How much does the panda weigh?", "weight"),
        ("How much did it cost?", "money"),
        ("How hot was it in London?", "temperature"),
        ("How long did the strike last?", "duration"),
        ("How long ago was it?", "date"),
        ("How high did inflation rise?", "number"),
        ("What is the population of Norway?", "population"),
        ("What was the final score?", "score"),
        ("What is the chance of rain?", "percentage"),
    ],
)
def test_what_is_measured(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("length", "about 13 kilometers (8 miles) away", ["13 kilometers", "8 miles"]),
        ("speed", "winds of 155 mph and 200 miles per hour", ["155 mph", "200 miles per hour"]),
        ("duration", "a 24-hour strike after a year and a half of talks", ["24-hour", "a year and a half"]),
        ("duration", "in force since 2014 and until December 31", ["since 2014", "until December 31"]),
        ("weight", "a 5-ton truck with 3.5 million pounds of beef", ["5-ton", "3.5 million pounds"]),
        ("temperature", "104 degrees Fahrenheit or 40°C", ["104 degrees Fahrenheit", "40°C"]),
        ("strength", "the 7.0-magnitude quake and a Category 4 storm", ["7.0-magnitude", "Category 4"]),
        ("population", "thousands of islands with a population of more than 260 million", ["260 million"]),
        ("population", "a population that is nearly 40 percent Muslim", []),
        ("population", "terrorized 8 million people", []),
        ("score", "won 3-6, 7-5, 6-0 on Friday", ["3-6, 7-5, 6-0"]),
        ("score", "first with a score of 99.75 out of 100", ["99.75"]),
    ],
)
def test_measures_are_found_with_their_units(kind: str, text: str, told: list[str]) -> None:
    assert [text[start:end] for start, end in candidates(kind, text)] == told  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("How strong was the quake off Bjorn Island?", "magnitude 6.4"),
        ("How deep was the quake off Bjorn Island?", "12 kilometers"),
        ("How fast were the winds?", "155 mph"),
        ("How long did the storm last?", "two-week"),
        ("What is the population of Bjorn Island?", "26,000"),
        ("How heavy was the wall?", "five tons"),
    ],
)
def test_a_measure_is_short_with_its_unit(tmp_path: Path, question: str, short: str) -> None:
    with opened(write(tmp_path / "articles", {"quake.md": QUAKE}), tmp_path / "index", bar=0.0) as assistant:
        assert assistant.ask(question).short == short


def test_no_measure_no_answer(tmp_path: Path) -> None:
    text = (
        "# The storm\n\nA storm hit the island on Monday. At least 16 people died in the storm, and 30 were hurt.\n"
    )
    with Assistant(write(tmp_path / "articles", {"storm.md": text}), index=tmp_path / "index") as assistant:
        assert assistant.ask("How fast was the storm on the island?").abstained


def test_what_initials_stand_for_is_asked_of_their_words(tmp_path: Path) -> None:
    text = "# The gala\n\nStars came to the MET gala on Monday. The dresses at the gala were long. It rained.\n"
    with Assistant(write(tmp_path / "articles", {"gala.md": text}), index=tmp_path / "index") as assistant:
        assert assistant.ask("What does MET stand for?").abstained


def test_an_undisclosed_sum_is_no_age(tmp_path: Path) -> None:
    text = (
        "# The captain\n\nCaptain Kari Moe paid an undisclosed sum for a house in Bodo. "
        "The captain also sails. He was 59 when Ola Hansen, the cook, died.\n"
    )
    with opened(write(tmp_path / "articles", {"captain.md": text}), tmp_path / "index", bar=0.0) as assistant:
        assert assistant.ask("How old was Kari Moe?").short == "59"
        assert "undisclosed" in assistant.ask("How much did Kari Moe pay for the house?").text


def test_a_number_alone_counts_what_was_just_spoken_of(tmp_path: Path) -> None:
    write(
        tmp_path, {"a.txt": "Ferries in the fjord.\n\nDaily ferry passengers rose. They peaked at 3,920 on May 15."}
    )
    with Assistant(tmp_path, index=tmp_path / "index") as assistant:
        assert assistant.ask("How many ships sank at the peak?").abstained
    with opened(tmp_path, tmp_path / "index", bar=0.0) as telling:
        assert telling.ask("How many ferry passengers were there at the peak?").short == "3,920"
