"""What is said of what was found: the answer, quotes that may answer, or that nothing was found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_folders import opened, write

from rag import Answer, Assistant

FLOOD = """Flood in Oldport

The river Aren rose by four metres on Monday. Mayor Ida Holm closed both bridges of Oldport. Schools stay shut until
Thursday, the town said.
"""
FAIR = """A fair in Newham

Newham's spring fair drew 8,000 visitors on Sunday. Farmers showed sheep and wool. The fair is held each year.
"""


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = write(tmp_path_factory.mktemp("towns") / "articles", {"flood.txt": FLOOD, "fair.txt": FAIR})
    with opened(folder, folder.parent / "index") as assistant:
        yield assistant


def test_what_is_sure_is_one_sentence(towns: Assistant) -> None:
    answer = towns.ask("Who closed both bridges of Oldport?")
    assert (answer.state, answer.abstained, answer.nearby) == ("answered", False, ())
    assert [claim.text for claim in answer.claims] == ["Mayor Ida Holm closed both bridges of Oldport."]
    assert answer.confidence >= 0.6


def test_what_is_not_sure_is_shown_as_it_stands_and_claimed_by_nobody(towns: Assistant) -> None:
    with opened(towns.settings.folder, towns.settings.index_folder, bar=1.0) as careful:
        answer = careful.ask("Who closed both bridges of Oldport?")
    assert (answer.state, answer.abstained) == ("likely here", True)
    assert (answer.claims, answer.citations, answer.short, answer.differences) == ((), (), None, ())
    first = answer.nearby[0]
    assert (first.path, first.quote) == ("flood.txt", "Mayor Ida Holm closed both bridges of Oldport.")
    assert FLOOD[first.start : first.end] == first.quote
    assert first.context.startswith("The river Aren rose")
    assert first.context.endswith("the town said.")
    assert len({(one.path, one.start) for one in answer.nearby}) == len(answer.nearby)


def test_what_is_not_found_is_said_with_what_was_looked_for_and_of_no_article(towns: Assistant) -> None:
    answer = towns.ask("Which orchestra performed the opera in Vienna?")
    assert (answer.state, answer.claims, answer.nearby) == ("not found", (), ())
    assert answer.text == "I did not find this in the articles."
    assert answer.refusal == "Looked for: orchestra, performed, opera, Vienna."
    assert set(answer.nearest) <= {"Flood in Oldport", "A fair in Newham"}


@pytest.mark.parametrize("bar", [0.0, 1.0])
def test_an_answer_comes_back_from_json_as_it_was(towns: Assistant, bar: float) -> None:
    with opened(towns.settings.folder, towns.settings.index_folder, bar=bar) as assistant:
        answer = assistant.ask("Who closed both bridges of Oldport?")
    assert Answer.from_dict(answer.to_dict()) == answer
