"""Whether somebody else of the same last name is meant."""

from __future__ import annotations

import pytest
from made_folders import first

from rag import Assistant
from rag.finding.namesakes import conflicting

ARTICLE = (
    "Gen. John W. Brennan spoke in Oslo. Brennan and Mustafa al-Kadhimi met Robert Lee, Jill and Joe Biden and the "
    "Dutch Party."
)


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("Who is Peter Brennan?", "Peter Brennan"),
        ("What did General Peter Brennan say?", "Peter Brennan"),
        ("When did Ahmed al-Kadhimi speak?", "Ahmed al-Kadhimi"),
        ("Who is John Brennan?", ""),
        ("Who is J. Brennan?", ""),
        ("Who is Brennan?", ""),
        ("What did General Brennan say?", ""),
        ("Who is Mustapha al-Kadhimi?", ""),
        ("Who is Bob Lee?", ""),
        ("What did the Labour Party say?", ""),
        ("Who is Peter Hansen?", ""),
        ("Who is Jill Biden?", ""),
        ("Who is Robert Brennan?", "Robert Brennan"),
    ],
)
def test_another_first_name_is_another_person_and_another_form_of_it_is_not(question: str, other: str) -> None:
    assert conflicting(question, ARTICLE) == other


def test_a_namesake_is_no_answer(assistant: Assistant) -> None:
    assert assistant.ask("Who is Ahmed al-Kadhimi?").abstained
    assert assistant.ask("What did Peter Brennan say?").abstained
    assert "security advis" in first(assistant.ask("Who is Qasim al-Araji?"))
