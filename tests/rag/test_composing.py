"""An answer's parts: who says it, what differs, what is missing, what stands in brackets, what is short."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_folders import write

from index.types import Article
from rag import Assistant
from rag.answer.composing import checked, moved
from rag.attribution.brackets import Attributed, Replacement, written

SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLE = Article("a.txt", "Kari Nordmann spoke. He said so twice on Monday.", "News", None, None, None)
START, END = 21, 48
QUOTE = ARTICLE.text[START:END]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(SEEDS, index=tmp_path_factory.mktemp("index"), bar=0.25) as assistant:
        yield assistant


def test_copies_of_a_report_are_one_account_and_every_citation_names_its_own(seeds: Assistant) -> None:
    found = seeds.ask("How many US troops remain in Iraq?")
    account = {path.split("_")[0]: one.number for one in found.accounts for path in one.articles}
    assert account["000"] == account["001"]
    assert len(set(account.values())) > 1
    assert [one.number for one in found.accounts] == list(range(1, len(found.accounts) + 1))
    assert any("independent accounts, say this" in note for note in found.notes)


def test_where_accounts_differ_each_value_is_shown_with_its_words_newest_first(seeds: Assistant) -> None:
    found = seeds.ask("When did combat end?")
    (difference,) = (one for one in found.differences if one.kind == "date")
    assert {"mid-2020", "early 2020"} <= {value.text for value in difference.values}
    dates = [value.published or "" for value in difference.values]
    assert dates == sorted(dates, reverse=True)
    for value in difference.values:
        for number in value.citations:
            assert "2020" in found.citations[number - 1].quote
    assert any("mid-2020" in note and "early 2020" in note for note in found.notes)


def test_a_part_without_an_answer_is_named(seeds: Assistant) -> None:
    found = seeds.ask("When did the mission end and how much did it cost?")
    assert not found.abstained
    assert len(found.missing) == 1
    assert "cost" in found.missing[0]
    assert any(found.missing[0] in note for note in found.notes)


def test_all_parts_without_an_answer_are_a_refusal(seeds: Assistant) -> None:
    found = seeds.ask("What does milk cost in Norway and who is the king of Spain?")
    assert found.abstained
    assert not found.missing


def test_a_quote_gets_its_speaker_in_brackets_and_the_sentence_that_names_him_is_cited(seeds: Assistant) -> None:
    found = seeds.ask("Who said Daesh is down but not out?")
    claim = found.claims[0]
    assert claim.text.startswith("[John Brennan:] “Daesh is down, but not out.”")
    assert any("John Brennan" in found.citations[number - 1].quote for number in claim.citations)


def test_the_short_answer_stands_in_its_claim(telling: Assistant) -> None:
    found = telling.ask("How many US troops remain in Iraq?")
    assert found.short == "2,500"
    assert found.claims[0].short is not None
    assert found.claims[0].text[slice(*found.claims[0].short)] == found.short


def told(*replaced: Replacement) -> Attributed:
    return Attributed(written(QUOTE, replaced), replaced, ((0, 20),))


def test_words_move_along_with_what_is_put_in_before_them() -> None:
    he = Replacement(0, 2, "Kari Nordmann", 0, 13)
    text = told(he).text
    start = QUOTE.index("Monday")
    span = moved(start, start + 6, told(he))
    assert span is not None
    assert text[slice(*span)] == "Monday"
    name = moved(0, 2, told(he))
    assert name is not None
    assert text[slice(*name)] == "Kari Nordmann"


def test_words_hold_what_is_put_in_among_them() -> None:
    on = QUOTE.index(" on ")
    put = told(Replacement(on, on, "Kari Nordmann", 0, 13))
    span = moved(0, len(QUOTE) - 1, put)
    assert span is not None
    assert put.text[slice(*span)] == put.text[:-1]


@pytest.mark.parametrize("name", ["Ola Hansen", "[Kari Nordmann", ""])
def test_brackets_that_do_not_hold_what_the_article_says_are_left_out(name: str) -> None:
    wrong = told(Replacement(0, 2, name, 0, 13))
    assert checked(wrong, ARTICLE, START, END) == Attributed(QUOTE, (), ())


def test_brackets_that_hold_it_stay() -> None:
    right = told(Replacement(0, 2, "Kari Nordmann", 0, 13))
    assert checked(right, ARTICLE, START, END) == right
    assert right.text.startswith("[Kari Nordmann] said so twice")


def test_a_person_is_no_short_answer_to_where(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "A new line.\n\nThe ferry captain Kari Nordmann opened the new line with a speech."})
    with Assistant(tmp_path, index=tmp_path / "index", bar=0.0) as opened:
        found = opened.ask("Where was the new line opened?")
        assert not found.abstained
        assert found.short is None


def test_what_can_be_nobodys_name_is_no_short_answer_to_who(assistant: Assistant) -> None:
    found = assistant.ask("Who was hit by rockets and drones?")
    assert found.short != "American"
