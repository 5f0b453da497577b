"""What an article denies, doubts, corrects or overtakes goes with an answer; other accounts of the same follow it."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_folders import opened, write

DENIED = """Panic over the weir at Skarnby

Messages that went round on Sunday claimed that a crack had opened in the weir at Skarnby. That is not true, and there
is no crack in the weir, the water board said. The river stood a metre below the mark at noon. A choir sang in the
church.
"""
PLAIN = """A new roof for the school

The school in Skarnby will get a new roof in the summer. It will cost 40,000 crowns. The pupils painted the doors.
"""
STRIKE = {
    "a.txt": "Bus strike\n\nHerald, 4 May 2024\n\nThe bus strike in Moss began on Tuesday. Rain fell on the fjord.\n",
    "b.txt": "Moss without buses\n\nGazette, 4 May 2024\n\nOn Tuesday the bus strike in Moss began, to everybody's "
    "surprise. Cod is dear.\n",
    "c.txt": "A play\n\nCourier, 6 May 2024\n\nThe theatre in Moss puts on a play about a lighthouse keeper.\n",
}


def test_what_the_article_denies_is_told_with_the_denial_and_is_not_set_in_bold(tmp_path: Path) -> None:
    with opened(write(tmp_path / "articles", {"weir.txt": DENIED}), tmp_path / "index", bar=0.0, bold=0.0) as one:
        answer = one.ask("What had opened in the weir at Skarnby?")
    texts = [claim.text for claim in answer.claims]
    assert any("That is not true" in text for text in texts)
    assert any("may be denied, doubted, corrected or overtaken" in note for note in answer.notes)
    assert answer.short is None


def test_what_nothing_disputes_stands_alone(tmp_path: Path) -> None:
    with opened(write(tmp_path / "articles", {"school.txt": PLAIN}), tmp_path / "index", bar=0.0) as one:
        answer = one.ask("What will the school in Skarnby get in the summer?")
    assert [claim.text for claim in answer.claims] == ["The school in Skarnby will get a new roof in the summer."]


@pytest.mark.parametrize("bar", [0.0, 0.3])
def test_one_thing_is_told_in_one_sentence_of_an_account(bar: float, tmp_path: Path) -> None:
    with opened(write(tmp_path / "articles", STRIKE), tmp_path / "index", bar=bar) as one:
        answer = one.ask("When did the bus strike in Moss begin?")
    told = [answer.citations[claim.citations[0] - 1].path for claim in answer.claims]
    assert len(told) == len(set(told))
    assert {"a.txt", "b.txt"} <= {citation.path for citation in answer.citations}
