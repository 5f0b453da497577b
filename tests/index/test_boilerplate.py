"""What a reader would skip is told by how it stands and speaks; a story's own sentences stay."""

from __future__ import annotations

import pytest

from index.text.articles import parse_article

BEFORE = "The minister resigned on Monday after a long dispute. Nobody knows who will follow him.\n\n"
AFTER = "\n\nThe opposition asked for elections, and the president promised an answer by Friday."


def boilerplate(text: str) -> list[str]:
    return [text[s.start : s.end] for s in parse_article(text, "a.txt").sentences if s.role == "boilerplate"]


@pytest.mark.parametrize(
    "line",
    [
        "Read more: What we know about the minister",
        "RELATED: The minister's career in pictures",
        "Sign up for our newsletter",
        "Sign up here for the morning newsletter.",
        "Subscribe now to get the latest headlines in your inbox.",
        "Share this article",
        "Advertisement",
        "Story continues below",
        "Most Read",
        "More stories",
        "You may also like",
        "A DIVIDED HOUSE:Why the vote matters",
        "Click here to read the full text.",
        "Follow Jane Doe on Twitter: @janedoe.",
        "© 2021 The Daily Star. All rights reserved.",
        "Copyright 2021 Daily Star",
        "This material may not be published, broadcast, rewritten or redistributed.",
        "The minister leaves his office on Monday. Jane Doe/Getty Images",
        "Jane Doe/AFP/Getty Images",
        "Jane Doe/Reuters The minister leaves his office on Monday.",
        "The minister in his office UPI photo",
        "Photo: Jane Doe",
        "(Photo by Jane Doe/Reuters)",
        "This story has been updated.",
        "This article was originally published in the Daily Star.",
        "This is an abridged version of the article.",
        "This is a developing story.",
        "An earlier version of this story gave a wrong date.",
        "Editor's note: The author is a former minister.",
        "Correction: His age was wrong.",
        "Jane Doe and John Roe contributed to this report.",
        "Additional reporting by Jane Doe",
        "Reporting by Jane Doe; Editing by John Roe",
        "The views expressed here are the author's own.",
        "* * *",
        "https://example.org/story",
    ],
)
def test_lines_around_a_story_are_boilerplate(line: str) -> None:
    assert " ".join(boilerplate(BEFORE + line + AFTER)).startswith(line[:15])
    assert "minister resigned" not in " ".join(boilerplate(BEFORE + line + AFTER))


@pytest.mark.parametrize(
    "sentence",
    [
        "The report was published in Washington.",
        "This report was the third in five years.",
        "The story of the minister begins in 1990.",
        "The article of the treaty was amended in June.",
        "The page has been turned, he said.",
        "This is a version of events that nobody believes.",
        "This is a breaking point for the government.",
        "“This story has been updated so often,” he said.",
        "Read the treaty and you will see, he told reporters.",
        "Share prices rose by 3 percent after the news.",
        "Follow the money, the judge said.",
        "Watch sales fell by a third in November.",
        "More than 2,500 people remain in the camp.",
        "Related companies were fined as well.",
        "He contributed to the report of the commission in 2019.",
        "The photo was taken in Baghdad.",
        "The Guardian is a British newspaper, and it reported the story first.",
        "Correction of the budget will take years.",
        "Sign language was used at the meeting.",
        "Get out, he told them.",
        "Copyright law was changed by the ministry.",
        "Here is what he said:",
        "Subscribers left the network by the thousands.",
        "By the end of the year, all of them will have left.",
        "By Friday, Washington had agreed",
        "A heading in the story",
        "• Runner/swimmer of the year: Jane",
        "Edited by Friday, the draft of Washington was ready.",
        "Photos by NASA show that the ice has melted.",
        "The 9/11 Commission/White House dispute went on.",
    ],
)
def test_sentences_of_a_story_are_not(sentence: str) -> None:
    assert boilerplate(BEFORE + sentence + AFTER) == []
    assert boilerplate(BEFORE.strip() + " " + sentence + AFTER) == []


def test_short_lines_after_the_last_sentence_are_boilerplate_but_an_announced_list_is_not() -> None:
    assert boilerplate(BEFORE + "Across the Region\n\nTop Ten") == ["Across the Region", "Top Ten"]
    assert boilerplate(BEFORE + "Those who left are:\n\nJane Doe\n\nJohn Roe") == []


def test_an_outlet_that_describes_itself_at_the_end_is_boilerplate_and_in_the_middle_is_not() -> None:
    about = "The Daily Star is a newspaper published in Beirut."
    assert boilerplate(BEFORE + AFTER + " " + about) == [about]
    assert boilerplate(BEFORE + about + AFTER * 3) == []


def test_bylines_and_dates_at_the_head_are_boilerplate() -> None:
    head = "Minister resigns over budget\n\nBy Jane Doe, Reuters\nDec. 9, 2021\n\n"
    assert boilerplate(head + BEFORE + AFTER) == ["By Jane Doe, Reuters", "Dec. 9, 2021"]


def test_a_note_at_the_end_of_a_paragraph_leaves_the_paragraph() -> None:
    note = "This is a shortened version of the text."
    assert boilerplate(BEFORE + AFTER + " " + note) == [note]
