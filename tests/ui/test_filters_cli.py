"""Filters on the command line, as a person gives them, on seeds/."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rag.types import Answer
from ui import cli

QUESTION = "How many US troops remain in Iraq?"


@pytest.fixture(autouse=True)
def _index_of_seeds(seeds_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_INDEX", str(seeds_index))


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Answer:
    assert cli.run(["ask", QUESTION, "--json", *arguments]) == 0
    return Answer.from_dict(json.loads(capsys.readouterr().out))


def cited(answer: Answer) -> set[str]:
    return {citation.path[:3] for citation in answer.citations}


def test_only_articles_within_the_dates_are_cited_and_undated_ones_are_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = asked(capsys, "--since", "2021-12", "--until", "2021-12-09")
    assert cited(answer) <= {"000", "002"}
    assert "Only articles from 1 to 9 December 2021 are looked at." in answer.notes
    assert "3 articles without a date were left out." in answer.notes


def test_a_file_may_be_named_by_how_it_begins_and_several_may_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert cited(asked(capsys, "--file", "003.txt")) == {"003"}
    assert cited(asked(capsys, "--file", "003", "--file", "seeds/004_29c4ca78781c7bca.txt")) <= {"003", "004"}


def test_an_outlet_may_be_named_in_part(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, "--outlet", "newsday")
    assert {citation.outlet for citation in answer.citations} <= {"Washington Newsday", "The Washington Newsday"}
    assert "Only articles of The Washington Newsday are looked at." in answer.notes


def test_limits_that_no_article_meets_are_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, "--since", "2030")
    assert answer.abstained
    assert not answer.passages


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--since", "yesterday"), "'yesterday' is no date"),
        (("--since", "2021-12-10", "--until", "2021-12-09"), "swap"),
        (("--outlet", "The Daily Planet"), "'The Daily Planet'.*Washington Newsday"),
        (("--file", "none.txt"), "'none.txt'.*000_e0306189c915787d.txt"),
    ],
)
def test_what_cannot_be_filtered_by_is_one_line_and_exit_2(
    arguments: tuple[str, ...], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["ask", QUESTION, *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(rf"byline: .*{named}.*\n", shown.err)
