"""Filters: which words of a question set one, which never do, and that what they leave is searched exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_folders import configured, few, write

from index.search.scope import Limits
from index.store import Index
from index.types import Article
from rag.question.filters import EVERYTHING, Filter, FilterError, chosen, notes, ordered
from rag.question.query import analyse
from rag.question.scoping import Scoped, fell_back, read
from rag.question.times import days, period
from rag.ranking.evidence import Evidence, Features
from rag.retrieval.retrieve import Hit, retrieve

OUTLETS = ("AP", "BBC News", "Deutsche Welle", "Los Angeles Times", "The Washington Post", "Washington Newsday")
FILES = ("000_iraq.txt", "003_talks.txt", "export.jsonl", "news/a.md")


class Listed:
    """What articles have that a filter can name, as a list; the newest is of 9 December 2021, a Thursday."""

    def outlets(self) -> Sequence[str]:
        return OUTLETS

    def files(self) -> Sequence[str]:
        return FILES

    def newest(self) -> str | None:
        return "2021-12-09"

    def exists(self, path: str) -> bool:
        return path in (*FILES, "export.jsonl#3")

    def has_any(self, limits: Limits) -> bool:
        return limits.until is None or limits.until >= "2020"

    def undated(self, limits: Limits) -> int:
        return 3 if limits.since or limits.until else 0


KNOWN = Listed()
JULY = Filter("2021-07-01", "2021-07-31")
SINCE = Filter("2020-12-10")


def the_only(question: str) -> Scoped:
    (scoped,) = read(question, KNOWN)
    return scoped


# --- words that limit the articles ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "left", "filter"),
    [
        ("What do articles from July say about troops?", "What do articles say about troops?", JULY),
        ("How many troops remain, in articles published since 10 December?", "How many troops remain?", SINCE),
        (
            "In articles from 2020, who led the coalition?",
            "Who led the coalition?",
            Filter("2020-01-01", "2020-12-31"),
        ),
        ("What do articles published in July say about ISIS?", "What do articles say about ISIS?", JULY),
        ("What have newspapers written in July?", "What have newspapers written?", JULY),
        ("What has been reported since 10 December?", "What has been reported?", SINCE),
        ("What was reported before 2021 on ISIS?", "What was reported on ISIS?", Filter(until="2020-12-31")),
        ("What did outlets say in July?", "What did outlets say?", JULY),
        (
            "What did the media report between 1 and 9 December 2021?",
            "What did the media report?",
            Filter("2021-12-01", "2021-12-09"),
        ),
        ("What is in this week's news?", "What is in the news?", Filter("2021-12-06", "2021-12-12")),
        (
            "Show me news from last December about Syria.",
            "Show me news about Syria.",
            Filter("2020-12-01", "2020-12-31"),
        ),
        ("In the Newsday article, who spoke?", "Who spoke?", Filter(outlets=("Washington Newsday",))),
        (
            "What do articles by Deutsche Welle say about Iraq?",
            "What do articles say about Iraq?",
            Filter(outlets=("Deutsche Welle",)),
        ),
        ("How many troops remain in 003.txt?", "How many troops remain?", Filter(paths=("003_talks.txt",))),
        (
            "What does news/a.md say about ISIS?",
            "What does the article say about ISIS?",
            Filter(paths=("news/a.md",)),
        ),
        ("In export.jsonl#3, who spoke?", "Who spoke?", Filter(paths=("export.jsonl#3",))),
        (
            "What's the latest on the combat mission?",
            "What is said about the combat mission?",
            Filter(order="latest"),
        ),
        ("What is the latest death toll?", "What is the death toll?", Filter(order="latest")),
        (
            "What did the first reports say about the talks?",
            "What did the reports say about the talks?",
            Filter(order="first"),
        ),
        (
            "What does the newest article say about Iraq?",
            "What does the article say about Iraq?",
            Filter(order="latest"),
        ),
    ],
)
def test_words_about_reporting_are_taken_out_and_limit_the_articles(question: str, left: str, filter: Filter) -> None:
    assert the_only(question) == Scoped(left, filter)


@pytest.mark.parametrize(
    ("question", "left", "filter"),
    [
        ("What happened in July?", "What happened?", JULY),
        ("In December 2021, what happened in Iraq?", "What happened in Iraq?", Filter("2021-12-01", "2021-12-31")),
        ("What's new this week?", "What's new?", Filter("2021-12-06", "2021-12-12")),
        ("What did outlets say about the talks in July?", "What did outlets say about the talks?", JULY),
        ("What do UN reports from 2020 say?", "What do UN reports say?", Filter("2020-01-01", "2020-12-31")),
        ("How many remain, according to Deutsche Welle?", "How many remain?", Filter(outlets=("Deutsche Welle",))),
        ("According to the Post, who fled?", "Who fled?", Filter(outlets=("The Washington Post",))),
        ("How many troops did AP say remain?", "How many troops remain?", Filter(outlets=("AP",))),
        ("What did the BBC report about ISIS?", "What was reported about ISIS?", Filter(outlets=("BBC News",))),
    ],
)
def test_words_that_may_mean_either_are_tried_first_and_then_left_alone(
    question: str, left: str, filter: Filter
) -> None:
    assert read(question, KNOWN) == (Scoped(left, filter), Scoped(question, EVERYTHING))


@pytest.mark.parametrize(
    "question",
    [
        "What happened on 31 December 2020?",
        "Why did troops leave Iraq in 2011?",
        "Who won the 2020 election?",
        "When did combat end?",
        "Who was the first woman president?",
        "What is Apple's latest iPhone?",
        "How many cases were reported in July?",
        "What did Biden announce in July?",
        "What did Kirby say on December 9th?",
        "Which troops left before 2021?",
        "According to the White House, how many troops remain?",
        "How many troops have left since January 2020?",
        "What does the July report say?",
        "What did the 2019 report of the UN say?",
        "When was the first article of the constitution written?",
        "Who may leave in May?",
        "What did the press secretary say in July?",
        "What happened in 1787?",
        "Which show was recently renewed?",
        "What country elected a new leader this week?",
        "Who wrote the post?",
        "What is in config.py?",
        "What is in 2,500.5 articles?",
        "",
        "?",
    ],
)
def test_dates_and_names_that_are_part_of_what_is_asked_limit_nothing(question: str) -> None:
    assert read(question, KNOWN) == (Scoped(question, EVERYTHING),)


def test_given_limits_hold_besides_those_of_the_question() -> None:
    given_limits = Filter(since="2021-07-10", outlets=("AP",))
    (scoped,) = read("What do articles from July say?", KNOWN, given_limits)
    assert scoped.filter == Filter("2021-07-10", "2021-07-31", ("AP",))
    with pytest.raises(FilterError):
        read("What do articles by Deutsche Welle say?", KNOWN, given_limits)
    assert read("According to the BBC, who fled?", KNOWN, given_limits)[0].filter == given_limits


WORDS = """
    what did outlets the say in on July since 10 December 2020 articles from between and 003.txt according to Deutsche
    Welle latest report ’s , ? ( 31 99 about first BBC last week é
    """.split()  # noqa: SIM905 - as prose it can be read


@few(200)
@given(
    st.lists(
        st.sampled_from([*WORDS, "\ud800"]),
        max_size=25,
    )
)
def test_any_words_at_all_can_be_read_and_something_is_left_to_ask(words: list[str]) -> None:
    question = " ".join(words)
    for scoped in read(question, KNOWN):
        assert scoped.question == question or any(char.isalnum() for char in scoped.question)


def test_a_question_of_the_greatest_length_is_read_at_once() -> None:
    for part in ("between 10 and ", "what did the a b c d e f ", "a" * 50 + "/", "in the x y ", "articles from "):
        assert read((part * 2000)[:2000], KNOWN)


# --- days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "first", "last"),
    [
        ("yesterday", "2021-12-08", "2021-12-08"),
        ("Tuesday", "2021-12-07", "2021-12-07"),
        ("Thursday", "2021-12-09", "2021-12-09"),
        ("last Thursday", "2021-12-02", "2021-12-02"),
        ("next Monday", "2021-12-13", "2021-12-13"),
        ("last week", "2021-11-29", "2021-12-05"),
        ("earlier this week", "2021-12-06", "2021-12-09"),
        ("last month", "2021-11-01", "2021-11-30"),
        ("two weeks ago", "2021-11-22", "2021-11-28"),
        ("a couple of days ago", "2021-12-07", "2021-12-07"),
        ("a year ago", "2020-01-01", "2020-12-31"),
        ("the past two years", "2019-12-09", "2021-12-09"),
        ("last December", "2020-12-01", "2020-12-31"),
    ],
)
def test_a_relative_phrase_is_read_against_a_given_day(phrase: str, first: str, last: str) -> None:
    assert days(phrase, date(2021, 12, 9)) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("phrase", ["", "soon", "999 years before", "x" * 5000])
def test_what_is_no_day_is_not_read(phrase: str) -> None:
    assert days(phrase, date(2021, 12, 9)) is None


def test_a_date_without_its_year_is_the_nearest_that_is_not_after_the_newest_article() -> None:
    newest = date(2021, 12, 9)
    assert days("December", newest) == (date(2021, 12, 1), date(2021, 12, 31))
    assert days("10 December", newest) == (date(2020, 12, 10), date(2020, 12, 10))
    assert days("29 February", newest) == (date(2020, 2, 29), date(2020, 2, 29))
    assert days("July", None) is None
    assert days("31 February 2020", newest) is None
    assert period("since 2021-13-01", newest) is None


@few(100)
@given(st.dates(date(1700, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_in_all_the_ways_that_it_is_written(day: date) -> None:
    for written in ("%-d %B %Y", "%B %-d, %Y", "%b. %-d, %Y", "the %-dth of %B %Y", "%Y-%m-%d"):
        assert days(day.strftime(written), None) == (day, day)
    assert period(f"after {day:%B %-d, %Y}", None) == (day + timedelta(1), None)


# --- the filter itself --------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["2021-13-01", "yesterday", "20211209", "", "2021-1-1", "٢٠٢١-12-09", "x" * 500])
def test_a_date_that_is_none_is_refused_in_one_short_line(bad: str) -> None:
    with pytest.raises(FilterError, match="2021-12-09") as error:
        Filter(since=bad)
    assert len(str(error.value)) < 120


def test_limits_that_leave_nothing_are_refused() -> None:
    with pytest.raises(FilterError, match="swap"):
        Filter("2021-12-10", "2021-12-09")
    with pytest.raises(FilterError):
        Filter("2021-12-10").narrowed(Filter(until="2021-12-09"))


def test_a_callers_own_words_choose_whole_years_parts_of_names_and_files() -> None:
    assert chosen(KNOWN, "2021", "2021-02") == Filter("2021-01-01", "2021-02-28")
    assert chosen(KNOWN, outlet="washington").outlets == ("The Washington Post", "Washington Newsday")
    assert chosen(KNOWN, path=["seeds/000_iraq.txt", "export.jsonl#3"]).paths == ("000_iraq.txt", "export.jsonl#3")
    assert not chosen(KNOWN, since=" ", until=None, outlet=[], path=())
    for wrong in (
        {"outlet": "Reuters"},
        {"path": "none.txt"},
        {"outlet": "\ud800"},
        {"path": ""},
        {"since": "2021-13"},
    ):
        with pytest.raises(FilterError):
            chosen(KNOWN, **wrong)


@pytest.mark.parametrize(
    ("filter", "words"),
    [
        (EVERYTHING, ""),
        (Filter("2020-12-10", "2020-12-31"), "Only articles from 10 to 31 December 2020 are looked at."),
        (Filter("2020-11-28", "2020-12-03"), "Only articles from 28 November to 3 December 2020 are looked at."),
        (Filter("2020-12-28", "2021-01-03"), "Only articles from 28 December 2020 to 3 January 2021 are looked at."),
        (JULY, "Only articles from July 2021 are looked at."),
        (Filter("2021-01-01", "2021-12-31"), "Only articles from 2021 are looked at."),
        (Filter("2021-12-09", "2021-12-09"), "Only articles from 9 December 2021 are looked at."),
        (SINCE, "Only articles from 10 December 2020 on are looked at."),
        (Filter(until="2020-12-31"), "Only articles until 31 December 2020 are looked at."),
        (Filter(outlets=("AP", "BBC News")), "Only articles of AP and BBC News are looked at."),
        (Filter(outlets=("The Times", "Times")), "Only articles of The Times are looked at."),
        (Filter(paths=("a.txt",)), "Only a.txt is looked at."),
        (Filter(order="first"), "The oldest articles that answer come first."),
    ],
)
def test_a_filter_is_told_in_plain_words(filter: Filter, words: str) -> None:
    assert filter.describe() == words
    assert bool(filter) == bool(words)


def test_articles_that_are_left_out_for_having_no_date_are_counted() -> None:
    assert notes(KNOWN, JULY) == (
        "Only articles from July 2021 are looked at.",
        "3 articles without a date were left out.",
    )
    assert notes(KNOWN, Filter(outlets=("AP",))) == ("Only articles of AP are looked at.",)
    assert notes(KNOWN, EVERYTHING) == ()


def test_that_no_answer_was_found_within_tried_limits_is_told() -> None:
    tried, used = read("What happened in July?", KNOWN)
    assert fell_back(tried, used) == "No answer was found in articles from July 2021, so all articles were looked at."


# --- order --------------------------------------------------------------------------------------------------


def sentence(published: str | None, score: float, path: str = "a.txt") -> Evidence:
    article = Article(path, "It is so.", "Title", published)
    return Evidence(article, 0, 9, "It is so.", Features(0, 0, 0, 0, 0), score, ())


def test_the_latest_and_the_first_are_so_among_the_sentences_that_answer_well() -> None:
    ranked = [sentence(None, 1.0), sentence("2021-01-01", 0.99), sentence("2021-03-01", 0.98), sentence("2022", 0.5)]
    best, old, new, poor = ranked
    assert ordered(ranked, "latest") == [new, old, best, poor]
    assert ordered(ranked, "first") == [old, new, best, poor]
    assert ordered(ranked, None) == ranked
    assert ordered([], "latest") == []


# --- search -------------------------------------------------------------------------------------------------

TOWNS = ("Oslo", "Bergen", "Basel", "Malmo", "Ghent", "Turku")
TOLD = """---
{date}outlet: {outlet}
---

Harbour of {town} reopens

The harbour of {town} reopened after {n} weeks of repairs by Berg and sons. The mayor of {town} praised the workers.

Ferries from {town} carry {m} passengers a day. The bridge beside it is to be painted in the spring.
"""
QUESTIONS = (
    "Which harbour was repaired for seven weeks?",
    "How many passengers do ferries from Bergen carry?",
    "Who praised the workers?",
    "Is there a volcano?",
)


def published(n: int) -> str | None:
    return None if n % 6 == 5 else (date(2021, 1, 1) + timedelta(9 * n)).isoformat()


def told(n: int) -> str:
    dated = f"date: {published(n)}\n" if published(n) else ""
    return TOLD.format(date=dated, outlet=("AP", "BBC News", "Reuters")[n % 3], town=TOWNS[n % 6], n=n, m=100 + n)


MADE = {f"{'news/' * (n % 2)}{n:02}.md": told(n) for n in range(30)}


def within(path: str, filter: Filter) -> bool:
    """Whether a made article is within limits, worked out from its number alone."""
    n = int(Path(path).stem)
    day, outlet = published(n) or "", ("AP", "BBC News", "Reuters")[n % 3]
    return (
        (not filter.since or (day != "" and day >= filter.since))
        and (not filter.until or (day != "" and day <= filter.until))
        and (not filter.outlets or outlet in filter.outlets)
        and (not filter.paths or path in filter.paths)
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("filters")
    made = Index(configured(write(folder / "articles", MADE), folder / "index"))
    made.sync()
    yield made
    made.close()


def hits(index: Index, question: str, filter: Filter = EVERYTHING, limit: int = 100) -> list[Hit]:
    return retrieve(index, analyse(question), lambda: index.encoder.read(question).vector, limit, filter)


def places(found: Sequence[Hit]) -> list[tuple[str, int]]:
    return [(hit.passage.path, hit.passage.start) for hit in found]


limits = st.builds(
    lambda bounds, outlets, paths: Filter(bounds[0], bounds[1], tuple(outlets), tuple(paths)),
    st.tuples(*[st.sampled_from([None, *(p for p in map(published, range(30)) if p)])] * 2).map(
        lambda two: tuple(sorted(two)) if None not in two else two
    ),
    st.sets(st.sampled_from(["AP", "BBC News", "Reuters", "Nobody"]), max_size=2).map(sorted),
    st.sets(st.sampled_from([*MADE, "none.txt"]), max_size=6).map(sorted),
)


@few(60)
@given(limits, st.sampled_from(QUESTIONS))
def test_every_passage_within_any_limits_is_considered_and_no_other(
    index: Index, filter: Filter, question: str
) -> None:
    everything = places(hits(index, question))
    assert sorted(places(hits(index, question, filter))) == sorted(
        place for place in everything if within(place[0], filter)
    )


@pytest.mark.parametrize(
    "filter", [Filter("2021-03-01", "2021-07-31"), Filter(outlets=("AP",)), Filter("2021-08-01")]
)
def test_a_small_scope_is_ranked_as_if_nothing_else_were_indexed(
    index: Index, filter: Filter, tmp_path: Path
) -> None:
    kept = {path: text for path, text in MADE.items() if within(path, filter)}
    alone = Index(configured(write(tmp_path / "articles", kept), tmp_path / "index"))
    alone.sync()
    for question in QUESTIONS:
        expected, found = hits(alone, question), hits(index, question, filter)
        assert places(found) == places(expected)
        assert np.allclose([hit.score for hit in found], [hit.score for hit in expected], atol=1e-5)
    alone.close()


def test_limits_that_no_article_meets_find_nothing(index: Index) -> None:
    assert hits(index, QUESTIONS[0], Filter("2030-01-01")) == []
    assert hits(index, QUESTIONS[0], Filter(outlets=("Nobody",))) == []
