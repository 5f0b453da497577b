"""Names in brackets: each rule that puts one in, each doubt that keeps it out, and the text outside the brackets."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_folders import ROOT

from benchmarks.quality.attribution import labelled
from benchmarks.quality.news import rows
from index.text.articles import parse_article, read_article
from rag.attribution import brackets
from rag.attribution.brackets import Attributed, Replacement, attribute, sourced, verified

LABELS = ROOT / "benchmarks" / "quality" / "labels" / "attribution.jsonl"
MAYOR = "The bridge is safe, said the mayor, Kari Nordmann. "
GENERAL = "“We will remain here,” said Maj. Gen. John Brennan, who leads the coalition.\n\n"


def told(text: str, sentence: str) -> Attributed:
    """What becomes of one sentence of an article."""
    article = parse_article("A bridge opens\n\n" + text, "made.txt")
    start = article.text.rindex(sentence)
    spans = [(one.start, one.end) for one in article.sentences]
    found = attribute(article, spans, start, start + len(sentence))
    assert verified(found.text, sentence, found.replaced)
    assert sourced(article, found.replaced)
    for source in found.sources:
        assert source in spans
    return found


# --- what is put in ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "sentence", "expected"),
    [
        (GENERAL, "He referred to IS by its acronym.", "[John Brennan] referred to IS by its acronym."),
        (GENERAL, "The war was not over, he added.", "The war was not over, [John Brennan] added."),
        (GENERAL, "His wife agreed.", "[John Brennan’s] wife agreed."),
        (GENERAL, "Critics blamed him for the delay.", "Critics blamed [John Brennan] for the delay."),
        (GENERAL, "Brennan flew home.", "[John Brennan] flew home."),
        (GENERAL, "Brennan’s staff stayed.", "[John Brennan]’s staff stayed."),
        ("Sarah Keller runs the clock museum. ", "It lost her father.", "It lost [Sarah Keller’s] father."),
        ("Sarah Keller runs the clock museum. ", "Visitors like her.", "Visitors like [Sarah Keller]."),
        (
            "Yosemite National Park closed on Monday.\n\n",
            "The park reopened on Friday.",
            "The park [Yosemite National Park] reopened on Friday.",
        ),
        (
            "Former President Donald Trump spoke in Ohio.\n\n",
            "The former president said nothing new.",
            "The former president [Donald Trump] said nothing new.",
        ),
        ("“Night Boat,” a film, opened.\n\n", "The film was long.", "The film [Night Boat] was long."),
        ("Peter Moss, 42, swam home.\n\n", "The 42-year-old was tired.", "The 42-year-old [Peter Moss] was tired."),
        ("Hurricane Ian came ashore.\n\n", "The hurricane was strong.", "The hurricane [Hurricane Ian] was strong."),
        (
            "The Colorado Avalanche won again.\n\n",
            "The Avalanche finish on top.",
            "The [Colorado Avalanche] finish on top.",
        ),
    ],
)
def test_a_name_is_put_for_whoever_stands_alone_before_it(before: str, sentence: str, expected: str) -> None:
    assert told(before + sentence, sentence).text == expected


def test_the_sentence_that_a_name_comes_from_is_a_source() -> None:
    found = told(GENERAL + "He flew home.", "He flew home.")
    article = parse_article("A bridge opens\n\n" + GENERAL + "He flew home.", "made.txt")
    assert [article.text[start:end] for start, end in found.sources] == [GENERAL.strip()]


@pytest.mark.parametrize(
    ("text", "sentence", "expected"),
    [
        ("“It is over,” John Brennan said. “We go home.”", "“We go home.”", "[John Brennan:] “We go home.”"),
        (
            "The war was not over, said John Brennan. “It is down.”",
            "“It is down.”",
            "[John Brennan:] “It is down.”",
        ),
        ("“It is over. We go home,” John Brennan said.", "“It is over.", "[John Brennan:] “It is over."),
        (
            "“It is over,” John Brennan said. “We go. The ships are here.”",
            "The ships are here.”",
            "[John Brennan:] The ships are here.”",
        ),
        (
            "“It is over,” John Brennan, commander of the Joint Task Force, said. “We go home.”",
            "“We go home.”",
            "[John Brennan:] “We go home.”",
        ),
        (
            "“It is over,” John Brennan said.\n\n“We go home.”",
            "“We go home.”",
            "[John Brennan:] “We go home.”",
        ),
    ],
)
def test_a_quote_without_its_speaker_gets_him_in_front(text: str, sentence: str, expected: str) -> None:
    assert told(text, sentence).text == expected


def test_he_said_goes_to_whoever_spoke_last() -> None:
    text = "“Peter Moss was right,” John Brennan said. “It is over,” he added."
    assert told(text, "“It is over,” he added.").text == "“It is over,” [John Brennan] added."


def test_a_person_is_named_once_in_a_sentence() -> None:
    sentence = "He said he would call his wife."
    assert told(GENERAL + sentence, sentence).text == "[John Brennan] said he would call his wife."


def test_she_passes_over_a_man_and_he_over_a_woman() -> None:
    text = "Sarah Keller met John Brennan on Monday. "
    assert told(text + "She was glad.", "She was glad.").text == "[Sarah Keller] was glad."
    assert told(text + "He was glad.", "He was glad.").text == "[John Brennan] was glad."


def test_the_article_itself_tells_he_from_she() -> None:
    text = "The analyst Xu Dibei lost her keys. Later Xu Dibei went home.\n\nShe slept."
    assert told(text, "She slept.").text == "[Xu Dibei] slept."


def test_where_relatives_are_told_apart_by_first_names_a_last_name_alone_is_nobodys() -> None:
    text = "John Brennan met his brother Piers. John was late. Piers was not. Brennan sells maps."
    assert told(text, "Brennan sells maps.").replaced == ()


def test_a_junior_is_another_person() -> None:
    text = "Donald Trump Jr. spoke first. Donald Trump came later. Trump was late."
    assert told(text, "Trump was late.").replaced == ()


# --- what is left alone -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("Peter Moss met John Brennan. ", "He was glad."),
        ("Sarah Keller met the mayor. ", "He was glad."),
        (GENERAL + "A neighbour opened the door. ", "He was glad."),
        (GENERAL + "Police arrested a man. ", "He was 42 years old."),
        (GENERAL, "She was glad."),
        (GENERAL, "The suspect said he was glad."),
        (GENERAL, "Peter Moss said he was glad."),
        (GENERAL, "In his speech, Peter Moss was harsh."),
        (GENERAL, "“He is a good man,” the minister said."),
        (GENERAL, "It is unclear who paid."),
        (GENERAL, "It rained all day."),
        (GENERAL, "I said that we would go."),
        (GENERAL, "They left on Monday."),
        (GENERAL + "It rained. The road was wet. Cars slid. Nobody came. ", "He was glad."),
        (MAYOR + "Erik Nordmann is an uncle. Erik Nordmann and Kari Nordmann spoke. ", "Erik Nordmann left."),
        ("Yosemite National Park and Zion National Park closed.\n\n", "The park reopened on Friday."),
        ("It is from NASA The Artemis I rocket left.\n\nArtemis said so. ", "They built Artemis I."),
        ("Peter Moss spoke. ", "They launched Moss I."),
        ("He leads Texas Children's Pediatrics.\n\n", "She leads the Children's Hospital in Ohio."),
        ("The Colorado Avalanche won.\n\n", "They met at the Avalanche's Hall of Fame."),
        ("Yosemite National Park closed, as did a park in town.\n\n", "The park reopened on Friday."),
        ("A park closed.\n\n", "The park reopened on Friday."),
        ("Yosemite National Park closed.\n\n", "The park rangers left."),
        ("President Joe Biden and President Emmanuel Macron met.\n\n", "The president spoke."),
        ("Then-Vice President Mike Pence spoke.\n\n", "The president was angry."),
        ("Attorney John Brennan spoke.\n\n", "The attorney general spoke."),
        (GENERAL, "The Brennan administration ended."),
        (GENERAL, "Brennan-era rules ended."),
    ],
)
def test_nothing_is_put_in_where_there_is_a_doubt(before: str, sentence: str) -> None:
    assert told(before + sentence, sentence).text == sentence


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("“It is over,” John Brennan said. A spokesman disagreed. “We go home.”", "“We go home.”"),
        ("John Brennan spoke. Police said no. “We go home.”", "“We go home.”"),
        ("A spokesman for John Brennan said it was over. “We go home.”", "“We go home.”"),
        ("John Brennan and Peter Moss said it was over. “We go home.”", "“We go home.”"),
        ("“It is over,” John Brennan said.\n\n“We go home,” a witness said.", "“We go home,” a witness said."),
        ("“We go home.”", "“We go home.”"),
    ],
)
def test_no_quote_is_given_to_the_wrong_speaker(text: str, quote: str) -> None:
    assert told(text, quote).text == quote


def test_a_sentence_that_has_the_full_name_is_left_as_it_is() -> None:
    sentence = "John Brennan said he would go."
    assert told(GENERAL + sentence, sentence).text == sentence


def test_only_what_is_asked_for_is_named() -> None:
    article = parse_article("A bridge opens\n\n" + GENERAL + "It rained, and he left.", "made.txt")
    spans = [(one.start, one.end) for one in article.sentences]
    start = article.text.index("It rained")
    assert attribute(article, spans, start, start + len("It rained,")).text == "It rained,"


def test_a_span_outside_of_all_sentences_comes_back_as_it_is() -> None:
    article = parse_article("A bridge opens\n\n" + GENERAL, "made.txt")
    assert attribute(article, [(0, 14)], 16, 30).text == article.text[16:30]
    assert attribute(replace(article, text=""), [], 0, 0).text == ""


def test_the_sentences_of_an_article_that_lost_them_are_found_again() -> None:
    article = parse_article("A bridge opens\n\n" + GENERAL + "He flew home.", "made.txt")
    start = article.text.index("He flew")
    found = attribute(replace(article, sentences=()), [], start, len(article.text))
    assert found.text == "[John Brennan] flew home."


# --- the text outside the brackets ------------------------------------------------------------------------

WORDS = st.sampled_from(
    """
    John Brennan Sarah Keller Brennan Keller Maj. Gen. Mr. Dr. president President he she his her He She him it It the
    The park Park Yosemite National former said added told says , , . . . “ ” " ( ) [ ] [John ] — : who 42 ,
    42-year-old film “Night Boat,” a man neighbour and of for was left 's ’s al-Araji Jr. \n\n \n Σ İ ﬁ 🚢 e\u0301
    \u202e \u2028 \x01
    """.split(" ")  # noqa: SIM905
)
TEXTS = st.lists(WORDS, max_size=80).map(" ".join) | st.text(max_size=200)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_putting_back_what_was_left_out_gives_the_quote(text: str) -> None:
    if not text.strip():
        return
    article = parse_article(text, "made.txt")
    spans = [(one.start, one.end) for one in article.sentences]
    for start, end in [*spans, (0, len(text)), (len(text) // 3, len(text) // 2)]:
        found = attribute(article, spans, start, end)
        quote = article.text[start:end]
        assert verified(found.text, quote, found.replaced)
        assert sourced(article, found.replaced)
        assert _undone(found, quote) == quote
        assert set(found.sources) <= set(spans)


def _undone(found: Attributed, quote: str) -> str:
    """The text with its own brackets taken out again, and the words that they stand for put back."""
    text, shift, at = "", 0, 0
    for one in found.replaced:
        put = len(one.name) + 2 + (one.start == one.end)
        text += found.text[at : one.start + shift] + quote[one.start : one.end]
        at = one.start + shift + put
        shift += put - (one.end - one.start)
    return text + found.text[at:]


def test_a_changed_text_is_not_verified() -> None:
    quote = "He said so."
    he = Replacement(0, 2, "John Brennan", 0, 12)
    assert verified("[John Brennan] said so.", quote, [he])
    assert not verified("[John Brennan] denied so.", quote, [he])
    assert not verified("John Brennan said so.", quote, [he])
    assert not verified("[John Brennan] said so.", quote, [])
    assert not verified("[John Brennan] said so.", quote, [he, he])
    assert not verified("[a] b] said so.", quote, [Replacement(0, 2, "a] b", 0, 4)])
    assert not verified("[John Brennan]", quote, [Replacement(0, 99, "John Brennan", 0, 12)])
    assert not verified("[ ] said so.", quote, [Replacement(0, 2, " ", 0, 1)])


def test_a_name_that_its_article_does_not_have_is_not_sourced() -> None:
    article = parse_article("John Brennan spoke.", "made.txt")
    assert sourced(article, [Replacement(0, 2, "John Brennan’s", 0, 12)])
    assert not sourced(article, [Replacement(0, 2, "Peter Moss", 0, 12)])
    assert not sourced(article, [Replacement(0, 2, "John Brennan is a liar", 0, 12)])
    assert not sourced(article, [Replacement(0, 2, "", 3, 3)])


# --- what was made to harm --------------------------------------------------------------------------------


def test_brackets_of_the_source_stay_where_they_are() -> None:
    sentence = "He said [sic] that it [the bridge] was “safe [enough]."
    assert told(GENERAL + sentence, sentence).text == sentence.replace("He", "[John Brennan]", 1)


@pytest.mark.parametrize(
    "piece", ["He said, ", "“", '" ', "John ", "Mr. ", "the ", "A, ", "[", "John Brennan said. ", "a-"]
)
def test_endless_texts_cost_no_more_than_a_moment(piece: str) -> None:
    text = GENERAL + piece * (60_000 // len(piece))
    article = parse_article(text, "made.txt")
    spans = [(one.start, one.end) for one in article.sentences]
    started = time.perf_counter()
    for start, end in (spans[0], spans[len(spans) // 2], spans[-1]):
        found = attribute(article, spans, start, end)
        assert verified(found.text, text[start:end], found.replaced)
    assert time.perf_counter() - started < 5


# --- the articles of the seeds ----------------------------------------------------------------------------


def test_the_labelled_sentences_of_the_seeds_get_no_wrong_name_and_most_right_ones(seeds: Path) -> None:
    found = labelled(rows(LABELS), seeds)
    assert found["wrong"] == []
    assert len(found["missing"]) <= 5


def test_an_article_is_left_unread_only_where_reading_it_names_nobody(
    seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [read_article(path, path.name) for path in sorted(seeds.glob("*.txt"))]
    places = [(article, one.start, one.end) for article in articles for one in article.sentences]
    found = [attribute(article, [], start, end) for article, start, end in places]
    monkeypatch.setattr(brackets, "may_lack_names", lambda *_: True)
    assert found == [attribute(article, [], start, end) for article, start, end in places]


def test_the_speaker_of_the_seeds_is_named_with_the_sentence_that_names_him(seeds: Path) -> None:
    article = read_article(seeds / "001_62415dbc6ffa0a01.txt", "001.txt")
    spans = [(one.start, one.end) for one in article.sentences]
    start = article.text.index("“Daesh is down")
    found = attribute(article, spans, start, start + len("“Daesh is down, but not out.”"))
    assert found.text == "[John Brennan:] “Daesh is down, but not out.”"
    assert [article.text[a:b][-26:] for a, b in found.sources] == ["er Maj. Gen. John Brennan."]
