"""Sentences are spans of the file's own text, cut where a reader would cut; passages are whole sentences."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text.sentences import LONGEST, passages, split_sentences
from index.types import Article, Passage, Sentence

WHOLE = [
    "The U.S. Army said so on Friday.",
    "There are roughly 2,500 U.S. troops remaining in Iraq.",
    "The mission ends by Dec. 31 at the latest.",
    "It was said by Maj. Gen. John Brennan on Thursday.",
    "Kurdish peshmerga Big. Gen. Hazhar Ismail attended the meeting.",
    "Police in Washington, D.C., made no arrests.",
    "John Brennan, Jr., commander of the task force, spoke.",
    "MG John W. Brennan Jr., commander of the task force, spoke.",
    "J. K. Rowling and George R. R. Martin met.",
    "It was No. 5 on the list.",
    "Growth was 3.5 percent, or $1.2 billion.",
    "They met at 10 a.m. Monday and again at 4 p.m. EST in Paris.",
    "“Is this the end, right?” he said.",
    "“Are you leaving?” Kirby asked.",
    "“Never again!” Ms. Clinton said.",
    "“I... I do not know,” she said.",
    "Mr. and Mrs. Smith v. Jones was heard in St. Louis.",
    "Gov. Ron DeSantis met Sen. Marco Rubio of Tampa, Fla. Wednesday.",
    "Sgt. 1st Class Lee of Ft. Hood was there.",
    "Apple Inc. Chief Executive Tim Cook spoke.",
    "Many things, e.g. Turkish coffee and tea, i.e. Black tea, were served.",
    "The case is Brown vs. Board of Education.",
    "He wrote to the U.N. Security Council and the E.U. Commission.",
    "Wait ... what happened?",
    "See example.com or mail a.b@c.org for more.",
    "It was built by Brig. Gen. O’Neill, Ph.D., in 1902.",
    "1. Apple",
    "He came in Sept. 2001 and left in Feb. 2003.",
    "She lives at 5 Main St. N.W. with him.",
    "A wrapped line that goes on and on until the very end of the page\nThe Hague is where it goes on, and it stops.",
]
"""Nothing here ends before the end."""

CUT = [
    ["“Daesh is defeated, but not defeated.”", "For a variety of reasons, aid goes on."],
    ["“This is a changing mission, right?", "Not necessarily a change in posture.”"],
    ["They went back to the U.S.", "The army stayed."],
    ["It ends on Dec. 31.", "In Iraq, nothing changes."],
    ["It is published in Washington, D.C.", "It has many readers."],
    ["He is John Smith Jr.", "He spoke first."],
    ["They left at 10 a.m.", "Police arrived at noon."],
    ["No.", "It is not over."],
    ["It cost $3.5.", "That was cheap."],
    ["Is it over?", "Nobody knows!", "We shall see."],
    ["He paused...", "Then he left."],
    ["(He left.)", "She stayed."],
    ["It was her turn, not I.", "The rest is known."],
    ["It fell in 2017.", "2018 was worse."],
    ["He said so.[1]", "She agreed."],
    ["It rose 5 percent.", "iPhone sales fell."],
    ["“He is in the U.S.”", "Officials disagreed."],
    ["It grew to 6 ft.", "The owner was glad."],
    ["First paragraph", "Second paragraph"],
    ["Das ist gut.", "Ärzte sind da."],
]


@pytest.mark.parametrize("text", WHOLE)
def test_a_sentence_is_not_cut_at_an_abbreviation_or_inside_a_quotation(text: str) -> None:
    assert printed(text) == [text]


@pytest.mark.parametrize("expected", CUT, ids=lambda parts: parts[0])
def test_a_sentence_ends_where_the_next_one_begins(expected: list[str]) -> None:
    between = "\n\n" if not expected[0].endswith(tuple(".?!”)]")) else " "
    assert printed(between.join(expected)) == expected


def test_lines_of_a_list_and_short_lines_stand_alone() -> None:
    assert printed("In Other News\nLoad More") == ["In Other News", "Load More"]
    assert printed("They brought:\n- bread\n- wine") == ["They brought:", "- bread", "- wine"]


def test_line_ends_of_every_kind_separate_paragraphs() -> None:
    for end in ("\n", "\r\n", "\r", "\x85", "\u2028"):
        assert printed(f"One thing{end}{end}Another thing") == ["One thing", "Another thing"]


def test_a_sentence_without_end_is_cut_at_a_space() -> None:
    text = "word " * 1000 + "x" * 2500
    spans = split_sentences(text)
    assert max(end - start for start, end in spans) <= LONGEST
    assert "".join(printed(text)).replace(" ", "") == text.replace(" ", "")


def test_a_long_text_without_stops_or_of_stops_alone_takes_linear_time() -> None:
    for text in ("a\n" * 100_000, "." * 200_000 + "x", "x" * 2_000_000, "A" * 200_000, "word word\n" * 50_000):
        assert split_sentences(text)


PIECES = [
    *(
        "He left.",
        "The U.S.",
        "“Why?”",
        "Dec.",
        "31",
        "\n\n",
        "\r\n",
        "\x85",
        "😀",
        "e\u0301",
        "?!",
        "...",
        "# Head",
        "-",
    ),
    *("a\nb", " ", "  ", "\u00a0", "\u200b", "。", "said", "Gen.", "\u2028", "\t", "(", "”", "1.", "By Jane Doe"),
]
PROSE = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=40).map("".join)


@given(PROSE)
@settings(max_examples=300, deadline=None)
def test_spans_are_ordered_disjoint_stripped_and_cover_all_but_white_space(text: str) -> None:
    spans = split_sentences(text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    covered = {at for start, end in spans for at in range(start, end)}
    assert all(character.isspace() for at, character in enumerate(text) if at not in covered)


@given(PROSE, st.integers(5, 120))
@settings(max_examples=200, deadline=None)
def test_passages_hold_every_body_sentence_once_and_nothing_else(text: str, words: int) -> None:
    roles = ("body", "body", "boilerplate", "body", "title")
    sentences = tuple(Sentence(*span, roles[n % 5]) for n, span in enumerate(split_sentences(text)))
    made = passages(Article("a.txt", text, "t", sentences=sentences), words)
    assert [s for passage in made for s in passage.sentences] == [s for s in sentences if s.role == "body"]
    for passage in made:
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        within = [s for s in sentences if passage.start <= s.start < passage.end]
        assert within == list(passage.sentences)


def test_passages_are_near_the_words_asked_for_and_never_far_above() -> None:
    article = story(40)
    sizes = [len(article.text[p.start : p.end].split()) for p in passages(article)]
    assert max(sizes) <= 150
    assert 70 <= sum(sizes) / len(sizes) <= 125


def test_a_passage_ends_with_a_paragraph_where_paragraphs_are_short() -> None:
    article = story(40)
    assert all(article.text[p.end : p.end + 2] in ("\n\n", "") for p in passages(article))


def test_an_edit_leaves_the_passages_of_far_paragraphs_as_they_were() -> None:
    before, after = story(60), story(60, edited=30)
    kept = {text_of(before, p) for p in passages(before)} & {text_of(after, p) for p in passages(after)}
    assert len(kept) >= len(passages(before)) / 2
    assert text_of(before, passages(before)[0]) in kept
    assert text_of(before, passages(before)[-1]) in kept


def story(paragraphs: int, edited: int = -1) -> Article:
    """Paragraphs of two sentences and 30 words; one may have a sentence more."""
    written = [
        f"Report {n} says that the {n * 7} people of village {n} in the far north have left again."
        f" Nobody knows when the others of them will come back to {n} houses."
        + (" This sentence was added later." if n == edited else "")
        for n in range(paragraphs)
    ]
    text = "\n\n".join(written)
    return Article("a.txt", text, "t", sentences=tuple(Sentence(*span) for span in split_sentences(text)))


def text_of(article: Article, passage: Passage) -> str:
    return article.text[passage.start : passage.end]


def printed(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]
