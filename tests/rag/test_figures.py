"""Another figure in the place of the question's is no answer; a rounding of it, or none, is no conflict."""

from __future__ import annotations

import pytest

from rag.ranking.figures import conflicting


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which city hosts the 78th Harbour Awards?", "The 74th Harbour Awards are held in Lund in May."),
        (
            "Where did the 7.0-magnitude quake strike?",
            "A magnitude-7.8 earthquake, a quake like none before, hit Peru.",
        ),
        ("Who sent 5,000 troops to Mali?", "France is sending 3,000 troops to Mali."),
        ("Who raised fares by 12%?", "Metro raised fares by 40% in June."),
        ("Where were four bridges closed?", "Two bridges were closed in Lund."),
    ],
)
def test_another_figure_in_its_place(question: str, sentence: str) -> None:
    assert conflicting(question, sentence, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which city hosts the 78th Harbour Awards?", "The Harbour Awards are held in Lund in May."),
        ("Who sent 5,000 troops to Mali?", "France is sending about 4,900 troops to Mali."),
        ("Who sent more than 5,000 troops to Mali?", "France is sending 5,600 troops to Mali."),
        ("Which two cities sent troops?", "Three cities sent troops, said 3 officers."),
        ("Who eased the Covid-19 rules?", "Norway left its zero-Covid rules behind."),
        ("Who raised fares by 12%?", "Metro raised fares in 40 towns."),
        ("Who moved in on June 5, 2020?", "The Harts moved in on June 7, 2020."),
    ],
)
def test_no_other_figure(question: str, sentence: str) -> None:
    assert conflicting(question, sentence, sentence) == ""


def test_a_figure_that_the_article_has_elsewhere_is_no_conflict() -> None:
    article = "The 74th Harbour Awards are held in Lund. The 78th awards will be held in Oslo."
    assert conflicting("Where are the 78th Harbour Awards held?", article.partition(". ")[0], article) == ""


def test_the_second_is_not_the_first() -> None:
    assert (
        conflicting("What did the Second Harbour Act change?", "The First Harbour Act changed tolls.", "") == "Second"
    )
    assert conflicting("Who came second?", "Ola came second.", "") == ""
