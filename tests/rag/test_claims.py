"""A citation stands behind a claim only where its sentence, read alone, says what the claim says."""

from __future__ import annotations

import pytest

from index.types import Article
from rag.answer.claims import supports
from rag.question.query import analyse
from rag.ranking.evidence import Evidence, Features

QUESTION = analyse("What happened to the mission in Iraq?")


def said(path: str, text: str) -> Evidence:
    """A sentence of an article."""
    article = Article(path, text, "A title", "2021-12-09")
    return Evidence(article, 0, len(text), text, Features(1, 1, 1, 1, 1), 1.0, ())


def holds(claim: str, other: str) -> bool:
    return supports(QUESTION, said("one.txt", claim), said("two.txt", other))


def test_the_same_in_other_words_supports_a_claim() -> None:
    assert holds(
        "The troops ended their combat mission in Iraq.", "In Iraq the troops have ended the combat mission."
    )


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        ("The troops ended their combat mission in Iraq.", "The troops have not ended their combat mission in Iraq."),
        ("The mission in Iraq was over in 2021.", "The mission in Iraq was over."),
        ("The mission in Iraq was over early in July.", "The mission in Iraq was over early."),
        (
            "“Many brave men gave their lives in Iraq,” the commander said.",
            "“Many courageous men have given their lives in Iraq,” the commander said.",
        ),
        (
            "“We mark the fourth anniversary of a victory,” the commander of the mission in Iraq, Kurt Weber, said.",
            "The commander of the mission in Iraq, Kurt Weber, said so in a statement to the press.",
        ),
    ],
    ids=["denied", "in no year", "in no month", "in another wording", "without the quoted words"],
)
def test_a_sentence_that_lacks_what_the_claim_says_supports_it_not(claim: str, other: str) -> None:
    assert not holds(claim, other)


def test_a_shorter_quote_supports_a_claim_whose_other_words_stand_beside_it() -> None:
    assert holds("“ISIS is down but not out,” Brennan added.", "ISIS “is down, but not out,” Brennan concluded.")
