"""Mentions of a phrase: what counts as one, and that none is missed."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_folders import few, opened, write

from index.search.mentions import PhraseError, fold, mentions, phrase, places

OTHER_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}


def found(text: str, wanted: str) -> list[str]:
    return [text[start:end] for start, end in places(text, phrase(wanted)).tolist()]


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("Al-Kadhimi met al Kadhimi.", "al-Kadhimi", ["Al-Kadhimi", "al Kadhimi"]),
        ("Al-Kadhimi met al Kadhimi.", "AL KADHIMI", ["Al-Kadhimi", "al Kadhimi"]),
        ("Iraq’s army left Iraq; Iraqis stayed", "iraq", ["Iraq", "Iraq"]),
        ("a café, a cafe\u0301, a CAFÉ", "cafe", ["café", "cafe\u0301", "CAFÉ"]),
        ("a cafe", "café", ["cafe"]),
        ("Straße, STRASSE, Strasse", "strasse", ["Straße", "STRASSE", "Strasse"]),
        ("in Łódź", "lodz", ["Łódź"]),
        ("don't, don’t", "don't", ["don't", "don’t"]),
        ("2,500 troops, 2500 troops, 12,500, 2,500.5 and 500", "2,500", ["2,500", "2500"]),
        ("2,500 troops, 2500 troops", "500", []),
        ("the mission\nended", "mission ended", ["mission\nended"]),
        ("the mission\n\nended", "mission ended", []),
        ("covid19 and covid", "covid", ["covid"]),
        ("the U.S. and the US", "U.S.", ["U.S"]),
        ("word🙂word word", "word", ["word", "word", "word"]),
        ("invis\u200bible", "invisible", ["invis\u200bible"]),
        ("Москва и москва", "МОСКВА", ["Москва", "москва"]),
        ("a.*b", "a.*b", ["a.*b"]),
    ],
)
def test_case_accents_and_punctuation_do_not_count_and_whole_words_do(
    text: str, wanted: str, expected: list[str]
) -> None:
    assert found(text, wanted) == expected


@pytest.mark.parametrize("wanted", ["", " ", "—", "…!", "x" * 201, "a " * 21])
def test_what_is_no_phrase_is_refused_in_one_line(wanted: str) -> None:
    with pytest.raises(PhraseError) as refused:
        phrase(wanted)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 120


def naive(text: str, wanted: str) -> list[tuple[int, int]]:
    """The mentions of words without digits, read letter by letter."""
    words, asked = _words(text), [word for word, _, _ in _words(wanted)]
    spans, at = [], 0
    while asked and at <= len(words) - len(asked):
        here = words[at : at + len(asked)]
        gaps = [text[one[2] : other[1]] for one, other in pairwise(here)]
        if [word for word, _, _ in here] == asked and not any(_paragraph_ends(gap) for gap in gaps):
            spans.append((here[0][1], here[-1][2]))
            at += len(asked)
        else:
            at += 1
    return spans


def _paragraph_ends(gap: str) -> bool:
    return any(not line.strip() for line in gap.split("\n")[1:-1])


def _words(text: str) -> list[tuple[str, int, int]]:
    """Folded words with their places; an accent behind a word is part of it."""
    words: list[tuple[str, int, int]] = []
    inside = False
    for place, char in enumerate(text):
        apart = unicodedata.normalize("NFKD", char.casefold()).casefold()
        plain = "".join(OTHER_LETTERS.get(one, one) for one in apart if not unicodedata.combining(one))
        if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
            if words and words[-1][2] == place:
                words[-1] = (*words[-1][:2], place + 1)
        elif not char.isalnum():
            inside = False
        elif inside:
            word, start, _ = words[-1]
            words[-1] = (word + plain, start, place + 1)
        else:
            words.append((plain, place, place + 1))
            inside = True
    return words


LETTERS = st.sampled_from("abAB éÉße\u0301łœ\u200b-’.\n🙂ж_")


@few(400)
@given(st.text(LETTERS, max_size=60), st.text(LETTERS, min_size=1, max_size=6))
def test_every_mention_that_a_plain_reading_finds_is_found_and_no_other(text: str, wanted: str) -> None:
    try:
        sought = phrase(wanted)
    except PhraseError:
        assert not _words(wanted)
        return
    assert [(start, end) for start, end in places(text, sought).tolist()] == naive(text, wanted)


@few(200)
@given(st.text(max_size=80))
def test_any_text_can_be_folded_and_each_letter_knows_its_place(text: str) -> None:
    folded = fold(text)
    if folded.places is None:
        assert len(folded.text) == len(text)
    else:
        assert len(folded.places) == len(folded.text) + 1
        assert sorted(folded.places.tolist()) == folded.places.tolist()
        assert folded.places[-1] == len(text)


def test_the_newest_article_comes_first_and_one_without_a_date_last(tmp_path: Path) -> None:
    texts = {
        "old.md": "---\ntitle: Old\ndate: 2019-05-03\n---\n\nThe ferry sails. A ferry it is.\n",
        "new.md": "---\ntitle: New\ndate: 2021-05-03\n---\n\nThe Ferry stays.\n",
        "undated.txt": "Harbour news\n\nNo ferry came to the harbour that day, people said.\n",
        "none.txt": "Clock news\n\nNothing of the kind was seen by anybody in the town.\n",
    }
    with opened(write(tmp_path / "articles", texts), tmp_path / "index") as assistant:
        catalog = assistant._index.catalog
        all_found = mentions(catalog.database, phrase("ferry"))
        paths = [catalog.articles_of([one.article])[one.article].path for one in all_found]
    assert paths == ["new.md", "old.md", "undated.txt"]
    assert [len(one.spans) for one in all_found] == [1, 2, 1]
