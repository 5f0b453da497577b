"""Who is quoted: what asks for it, who is found, and what is told of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_folders import opened, write

import rag.finder
from index.text.articles import parse_article
from index.types import Article
from rag import Assistant
from rag.attribution.quoted import quoted
from rag.question.query import analyse
from rag.question.sought import Sought, sought

TWICE = "The mayor of Kiel, Kari Nordmann, said: “The bridge will open in May at last.”"
TEXT = f"""A bridge in Kiel

{TWICE} Engineer Urs Keller said that it was ready.

“We have waited for nine long years,” said Lt. Gen. Ole Sand, who lives there. “It is about time,” Nordmann added.

UN Secretary General Ana Lima said: “Bridges are what the world needs.” A neighbour said: “It was loud every day.”

The film “A Bridge Too Far” was made by Jan Holt, Kiel wrote.
"""
SAID = (
    ("Trains will run again", "Eva Holm"),
    ("Nobody likes a new tax", "Tom Sand"),
    ("The harbour needs more light", "Ana Lima"),
)


def read(text: str) -> list[tuple[str, str]]:
    sentences = tuple((one.start, one.end) for one in parse_article(text, "a").sentences)
    article = Article("a.txt", text, "A bridge in Kiel")
    return [(one.person.name, text[one.start : one.end]) for one in quoted(article, sentences)]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Who is quoted?", Sought()),
        ("Who was quoted in the articles?", Sought()),
        ("And who else is quoted by name?", Sought()),
        ("List the people who are quoted.", Sought()),
        ("Which people are quoted in these reports?", Sought()),
        ("Which generals are quoted?", Sought("generals")),
        ("Which spokeswomen are quoted?", Sought("spokeswoman")),
        ("Which Iraqi officials are cited on the talks?", Sought("Iraqi officials", "the talks")),
        ("Who is quoted about the bridge in all of the articles?", Sought("", "the bridge")),
        ("Who is being interviewed about oil prices", Sought("", "oil prices")),
    ],
)
def test_who_is_quoted_may_be_asked_in_many_words(question: str, wanted: Sought) -> None:
    assert sought(question) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "Who is quoted as saying that the war is over?",
        "Who quoted Brennan?",
        "Which price is quoted per barrel?",
        "Who?",
    ],
)
def test_other_questions_are_not_for_those_who_are_quoted(question: str) -> None:
    found = sought(question)
    assert found is None or found.called == "price"


def test_those_whose_words_are_given_with_their_names_are_quoted() -> None:
    assert [name for name, _ in read(TEXT)] == ["Kari Nordmann", "Ole Sand", "Kari Nordmann", "Ana Lima"]


def test_each_person_is_told_once_and_called_as_an_article_does(tmp_path: Path) -> None:
    with opened(write(tmp_path / "articles", {"a.txt": TEXT}), tmp_path / "index") as one:
        every, mayor = one.ask("Who is quoted?"), one.ask("Which mayors are quoted?")
        general, officer = one.ask("Which generals are quoted?"), one.ask("Which officers are quoted?")
        nobody = one.ask("Which doctors are quoted?")
    told = " ".join([every.text, *every.notes])
    assert all(name in told for name in ("Kari Nordmann", "Ole Sand", "Ana Lima"))
    assert "Keller" not in told
    assert all(claim.short for claim in every.claims)
    assert (mayor.short, general.short, officer.short) == ("Kari Nordmann", "Ole Sand", "Ole Sand")
    assert len(general.claims) == 1
    assert (nobody.state, nobody.claims) == ("not found", ())


def test_endless_words_and_offices_are_read_all_the_same(tmp_path: Path) -> None:
    said = (
        f"It was the {'m' * 60}; Mary Smith said: “The bridge will open soon.” The {'state ' * 9_000}minister left."
    )
    with opened(write(tmp_path / "articles", {"a.txt": f"Kiel\n\n{said}\n"}), tmp_path / "index") as one:
        assert one.ask("Who is quoted?").short == "Mary Smith"
        assert one.ask("Who is the foreign minister of Kiel?").abstained


def test_whoever_most_accounts_quote_comes_first(tmp_path: Path) -> None:
    articles = {
        "a.txt": TEXT,
        "b.txt": "Rail\n\n“Trains will run again in June,” said minister Eva Holm.\n",
        "c.txt": "Tax\n\nA tax is planned. “Nobody likes a new tax,” Eva Holm said on Monday.\n",
    }
    with opened(write(tmp_path / "articles", articles), tmp_path / "index") as three:
        assert three.ask("Who is quoted?").short == "Eva Holm"
        assert three.ask("Who is quoted?", path="a.txt").short != "Eva Holm"


def test_who_is_quoted_on_something_is_looked_for_there(assistant: Assistant) -> None:
    found = assistant.ask("Who is quoted about Daesh?")
    assert "Brennan" in (found.short or "")
    assert assistant.ask("Who is quoted on sourdough bread?").abstained


def test_where_only_the_newest_articles_are_read_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = {
        f"{day}.txt": f"---\ndate: 2021-05-0{day}\n---\nRail {day}\n\n“{said},” said {name}.\n"
        for day, (said, name) in enumerate(SAID, start=1)
    }
    with opened(write(tmp_path / "articles", articles), tmp_path / "index") as three:
        whole = three.ask("Who is quoted?")
        monkeypatch.setattr(rag.finder, "ARTICLES", 2)
        part = three.ask("Who is quoted?")
    assert {citation.path for citation in whole.citations} == set(articles)
    assert {citation.path for citation in part.citations} == {"2.txt", "3.txt"}
    assert any("newest articles" in note for note in part.notes)
    assert not any("newest articles" in note for note in whole.notes)


def test_the_question_itself_is_analysed_as_any_other() -> None:
    assert analyse("Which generals are quoted?").kind == "person"
