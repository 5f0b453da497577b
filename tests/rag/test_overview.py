"""What asks for an overview, and what one is made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant
from rag.finder import Finder


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    folder = tmp_path_factory.mktemp("one")
    (folder / "zoo.txt").write_text("Zoo\n\nThe zoo in Quell has a new keeper.\n", encoding="utf-8")
    with Assistant(folder, index=tmp_path_factory.mktemp("index")) as assistant:
        yield assistant._finder


@pytest.mark.parametrize("question", ["What happened?", "what's the news?", "Summarise the articles.", "tl;dr"])
def test_a_question_about_nothing_in_particular_asks_for_everything(question: str, finder: Finder) -> None:
    assert finder.intent(question) == "digest"


@pytest.mark.parametrize(
    "question", ["Summarise the role of the coalition", "Give me a summary of the talks.", "whats up with the zoo"]
)
def test_an_overview_may_have_a_subject(question: str, finder: Finder) -> None:
    assert finder.intent(question) == "overview"


@pytest.mark.parametrize("question", ["Who summarised the news?", "What is Iraq?", "How old is the mayor?"])
def test_other_questions_ask_something_else(question: str, finder: Finder) -> None:
    assert finder.intent(question) == "fact"


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
