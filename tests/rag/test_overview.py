"""What asks for an overview, and what one is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant
from rag.finding.overview import topic


@pytest.mark.parametrize(
    "question",
    ["What happened?", "what's the news?", "Summarise the articles.", "What is this about?", "Give me an overview."],
)
def test_a_question_about_nothing_in_particular_asks_for_everything(question: str) -> None:
    assert topic(question) == ""


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Summarise the role of the coalition", "the role of the coalition"),
        ("Give me a summary of the talks.", "the talks"),
        ("What is the strike about?", "the strike"),
    ],
)
def test_an_overview_may_have_a_topic(question: str, about: str) -> None:
    assert topic(question) == about


@pytest.mark.parametrize("question", ["What happened in Baghdad?", "Who summarised the news?", "What is Iraq?", ""])
def test_other_questions_ask_something_else(question: str) -> None:
    assert topic(question) is None


def test_an_overview_takes_one_opening_from_each_of_several_accounts(tmp_path: Path) -> None:
    seeds = Path(__file__).parents[2] / "seeds"
    with Assistant(seeds, index=tmp_path / "index") as assistant:
        found = assistant.ask("What happened?")
        later = assistant.ask("What happened?", path="003_a3835b98505ff9ac.txt")
    leads = [found.citations[claim.citations[0] - 1] for claim in found.claims]
    assert len(found.claims) >= 2
    assert len({lead.account for lead in leads}) == len(leads)
    assert any("independent accounts" in note for note in found.notes)
    assert {citation.path for citation in later.citations} == {"003_a3835b98505ff9ac.txt"}
