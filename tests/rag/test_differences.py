"""What accounts say differently is shown; what they only say in other words, or of other things, is not."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.terms import terms
from index.types import Article
from rag import Assistant
from rag.differences.found import Found, difference, find, note
from rag.question.kinds import candidates
from rag.question.query import FUNCTION_STEMS, analyse
from rag.ranking.evidence import Evidence, Features

ONE, TWO, THREE = "one.txt", "two.txt", "three.txt"
HOW_MANY = "How many passengers did the ferry carry?"


def said(
    path: str, text: str, published: str | None = "2022-06-01", score: float = 1.0, before: str = ""
) -> Evidence:
    """A sentence of an article, as the ranking would hand it over."""
    article = Article(path, before + text, "A title", published)
    start = len(before)
    return Evidence(article, start, start + len(text), text, Features(1, 1, 1, 1, 1), score, ())


def asked(question: str, *evidence: Evidence) -> list[Found]:
    """What is found among sentences that answer a question."""
    understood = analyse(question)
    return find(understood, [_with_values(understood.kind, one) for one in evidence])


def _with_values(kind: object, one: Evidence) -> Evidence:
    spans = candidates(kind, one.text)  # type: ignore[arg-type]
    stems = (" ".join(s for s in terms(one.text[a:b]) if s not in FUNCTION_STEMS) for a, b in spans)
    return Evidence(one.article, one.start, one.end, one.text, one.features, one.score, tuple(filter(None, stems)))


def texts(found: Sequence[Found]) -> list[tuple[str, list[str]]]:
    """Kind and values of each difference."""
    return [(one.kind, [side.text for side in one.sides]) for one in found]


def search(assistant: Assistant, question: str) -> list[Found]:
    """What is found in the seeds."""
    told = assistant.find(analyse(question))
    return find(told.query, told.ranked)


@pytest.mark.parametrize(
    "question",
    [
        "When did the coalition stop engaging in combat missions?",
        "Since when have the coalition's troops in Iraq been helping instead of fighting?",
    ],
)
def test_two_dates_of_the_end_of_combat_are_shown(assistant: Assistant, question: str) -> None:
    (found,) = search(assistant, question)
    assert (found.kind, found.asked, found.what) == ("date", True, question)
    assert [side.text for side in found.sides] == ["early 2020", "mid-2020"]
    assert "000_e0306189c915787d.txt" in {e.article.path for e in found.sides[0].evidence}
    assert {e.article.path for e in found.sides[1].evidence} == {"002_a5921d1edb7cd594.txt"}


def test_one_quote_in_two_wordings_is_shown_though_one_article_is_a_rewording(assistant: Assistant) -> None:
    found = search(assistant, "What did Brennan say about Daesh?")
    sides = [side.text for one in found if one.kind == "wording" for side in one.sides]
    assert {"Daesh is defeated, but not defeated", "Daesh is down, but not out"} <= set(sides)
    assert all("Brennan" in one.what for one in found)


@pytest.mark.parametrize(
    "question",
    [
        "How many US troops remain in Iraq?",
        "Who is the Iraqi prime minister?",
        "Who is Iraq's national security advisor?",
        "In which year did IS declare a caliphate?",
        "When did the U.S. send troops back?",
        "By what date was the U.S. combat mission in Iraq to end?",
    ],
)
def test_roundings_spellings_and_other_events_are_not(assistant: Assistant, question: str) -> None:
    assert search(assistant, question) == []


def test_a_number_that_a_copy_has_otherwise_is_shown_newest_first() -> None:
    (found,) = asked(
        HOW_MANY,
        said(ONE, "The ferry to Elba carried 120 passengers and 14 cars.", "2022-05-30"),
        said(TWO, "The ferry to Elba carried 140 passengers and 14 cars.", "2022-06-01"),
    )
    assert texts([found]) == [("number", ["140", "120"])]
    assert [side.published for side in found.sides] == ["2022-06-01", "2022-05-30"]


def test_undated_articles_come_last_and_their_date_is_not_invented() -> None:
    (found,) = asked(
        HOW_MANY,
        said(ONE, "The ferry to Elba carried 120 passengers and 14 cars.", None),
        said(TWO, "The ferry to Elba carried 140 passengers and 14 cars.", "2022-06-01"),
        said(THREE, "The ferry to Elba carried 140 passengers and 14 cars.", None),
    )
    numbers = {ONE: 1, TWO: 2, THREE: 3}
    assert note(found, lambda e: numbers[e.article.path]) == (
        f"Sources differ on “{HOW_MANY}”: “140” (1 June 2022 [2][3]) or “120” (undated [1])."
    )
    shown = difference(found, lambda e: numbers[e.article.path])
    assert [(value.text, value.published, value.citations) for value in shown.values] == [
        ("140", "2022-06-01", (2, 3)),
        ("120", None, (1,)),
    ]


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("The mayor opened the bridge on May 3.", "The mayor opened the bridge on May 9.", "date"),
        ("The port strike began in March 2021.", "The port strike began in April 2021.", "date"),
        ("The company will close its Turin plant.", "The company will not close its Turin plant.", "yes/no"),
        ("The court cleared Anna Rossi of fraud.", "The court cleared Carla Bruni of fraud.", "name"),
        ("The fund lost 4.5 percent last quarter.", "The fund lost 6.5 percent last quarter.", "number"),
        ("“We will rebuild the harbour,” Rossi said.", "“We will sell the harbour,” Rossi said.", "wording"),
    ],
)  # fmt: skip
def test_one_value_swapped_in_a_copy_is_shown(one: str, other: str, kind: str) -> None:
    found = asked("What happened?", said(ONE, one), said(TWO, other))
    assert [difference.kind for difference in found] == [kind]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The ferry carried 2,500 passengers to Elba.", "The ferry carried about 2,487 passengers to Elba."),
        ("The ferry carried 2,500 on board.", "The ferry carried two and a half thousand on board."),
        ("The ferry sank in December 2020 off Elba.", "The ferry sank on 31 December 2020 off Elba."),
        ("Premier Mustafa al-Kadhimi opened the talks.", "Premier Mustafa al-Kadhemi opened the talks."),
        ("John Brennan told the US press about the raid.", "Brennan told the United States press about the raid."),
        ("“We will rebuild the harbour,” he said.", "“We will rebuild the harbour and the pier,” he said."),
        ("“We won’t rebuild the harbour,” he said.", "“We will not rebuild the harbour,” he said."),
        ("The ferry carried 120 passengers on Monday.", "The ferry carried 140 passengers on Tuesday."),
        ("The ferry carried 120 passengers to Elba.", "The ferry carried 14 cars to Elba."),
        ("The raid on Mosul killed 12 people in May 2016.", "The raid on Raqqa killed 30 people in June 2017."),
        ("Rome won the match with 3 goals.", "Milan won the match with 2 goals."),
        ("“We will rebuild the harbour,” Anna Rossi said.", "“We will sell the harbour,” Carla Bruni said."),
        ("“We will rebuild the harbour,” Rossi said.", "“Nobody asked us about prices,” Rossi said."),
    ],
)  # fmt: skip
def test_the_same_and_other_things_are_not(one: str, other: str) -> None:
    for question in ("What happened?", HOW_MANY, "When did the ferry sink?"):
        assert asked(question, said(ONE, one), said(TWO, other)) == []


def test_an_article_that_says_both_tells_of_two_things() -> None:
    both = "The ferry to Elba carried 120 passengers that day. ", "The ferry to Elba carried 140 passengers that day."
    first = said(ONE, both[0].strip())
    second = said(ONE, both[1], before=both[0])
    other = said(TWO, both[1])
    assert asked(HOW_MANY, first, second, other) == []


def test_a_series_of_many_values_is_a_list() -> None:
    evidence = [
        said(f"{n}.txt", f"The ferry to Elba carried {n} passengers and some cars.") for n in range(110, 170, 10)
    ]
    assert asked(HOW_MANY, *evidence) == []


def test_what_does_not_answer_as_well_is_not_compared() -> None:
    one = said(ONE, "The ferry carried passengers.", score=1.0)
    low = [said(p, f"The ferry to Elba carried {n} cars.", score=0.5) for p, n in ((TWO, 12), (THREE, 90))]
    assert asked(HOW_MANY, one, *low) == []


def test_numbers_from_months_apart_are_news_and_no_disagreement() -> None:
    one = said(ONE, "The ferry to Elba carried 120 passengers.", "2021-06-01")
    other = said(TWO, "The ferry to Elba carried 140 passengers.", "2022-06-01")
    assert asked(HOW_MANY, one, other) == []


def test_no_evidence_has_no_differences() -> None:
    assert asked(HOW_MANY) == []


WORDS = (  # noqa: SIM905
    "ferry Elba 120 140 passengers “we will not go” “we will go” said Rossi on May 3 May 9 not the \ud800 1e9"
).split(" ")


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1, max_size=6), st.integers())
def test_the_same_evidence_gives_the_same_differences_whatever_went_before(lines: list[str], seed: int) -> None:
    evidence = [said(f"{n}.txt", text) for n, text in enumerate(lines)]
    found = asked(HOW_MANY, *evidence)
    random.Random(seed).shuffle(lines)
    asked(HOW_MANY, *(said(f"{n}.txt", text) for n, text in enumerate(lines)))
    assert asked(HOW_MANY, *evidence) == found
    for one in found:
        assert len(one.sides) >= 2
        assert all(side.text in e.text for side in one.sides for e in side.evidence[:1])
        assert not set.intersection(*({e.article.path for e in side.evidence} for side in one.sides))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The ferry to Elba carried 120 passengers and 16 cars on Tuesday.",
            "The ferry to Elba carried 140 passengers and 16 cars on Thursday.",
        ),
        ("The ferry to Elba carried 120 passengers that year.", "The ferry to Elba carried 140 passengers in 2017."),
    ],
)
def test_a_number_of_another_time_is_no_difference(one: str, other: str) -> None:
    assert asked(HOW_MANY, said(ONE, one), said(TWO, other)) == []


def test_answers_that_count_a_second_thing_otherwise_too_are_of_two_events() -> None:
    question = "How many rebounds did Thomas have?"
    game = said(ONE, "Thomas had 16 points and 15 rebounds as the Sun won the game at home.")
    another = said(TWO, "With 11 points and 10 rebounds Thomas ended the game of the Sun.")
    assert asked(question, game, another) == []


def test_numbers_a_fortnight_apart_are_news() -> None:
    earlier = said(ONE, "The ferry to Elba carried 120 passengers.", "2022-06-01")
    later = said(TWO, "On the ferry to Elba there were 140 passengers.", "2022-06-15")
    assert asked(HOW_MANY, earlier, later) == []
    assert asked(HOW_MANY, earlier, said(TWO, later.text, "2022-06-02")) != []


LONG = "Those who try to blackmail us with such weapons should know that the prevailing winds can turn around"
REWORDED = (
    "Those who are trying to blackmail us with these weapons should know that prevailing winds may shift direction"
)


def test_a_long_quote_in_other_words_is_shown_though_only_one_article_says_whose_it_is() -> None:
    found = asked(
        "What was said about weapons?", said(ONE, f"Rossi said: “{LONG}.”"), said(TWO, f"He said, “{REWORDED}.”")
    )
    assert texts(found) == [("wording", [LONG, REWORDED])]


def test_a_word_said_twice_in_a_quote_is_no_other_wording() -> None:
    one = said(ONE, "“She will be back with us soon and she belongs here,” Rossi said.")
    other = said(TWO, "“She will be back with us soon and – and she belongs here,” Rossi said.")
    assert asked("What was said about her?", one, other) == []


def test_a_count_that_has_grown_in_the_later_article_is_news() -> None:
    question = "How many cases were reported?"
    earlier = said(ONE, "The office has confirmed 2,800 cases in the country.", "2022-07-25")
    later = said(TWO, "The office has confirmed 5,800 cases in the country.", "2022-07-28")
    assert asked(question, earlier, later) == []
    fallen = said(TWO, "The office has confirmed 1,800 cases in the country.", "2022-07-28")
    assert [one.kind for one in asked(question, earlier, fallen)] == ["number"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The capital of a sentence's first word, the agency of a dateline, and a description are no names.
        ("Separately, master Anna Rossi said she is ill.", "(NTB) Harbour master Anna Rossi said she is ill."),
        ("“We will rebuild the harbour,” said Carla Bruni.", "“We will rebuild the harbour,” said the Lyon Green."),
        ("Following protests, Rossi made a U-turn and left.", "Following protests, Rossi U-turned and left."),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_name_is_no_other_name(one: str, other: str) -> None:
    assert asked("What happened?", said(ONE, one), said(TWO, other)) == []


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How many sequoia groves are in the park?",
            "The park has three giant sequoia groves.",
            "The park houses over 500 old sequoias.",
        ),
        (
            "How many seats do the Greens need to win back control?",
            "The Greens only need five seats to win back control.",
            "The Greens need just one seat to win the Senate majority in Nevada.",
        ),
        (
            "Since when have loans been paused?",
            "Payments on loans have been paused since March 2020.",
            "Loans are paused again, with payments starting in January 2023.",
        ),
        (
            "Since when has Carla Bruni been in prison?",
            "After the release of Anna Rossi, who was in prison since 2019, Carla Bruni asked for help.",
            "Carla Bruni has been in prison in Lyon since 2018.",
        ),
        (
            "Since when have loans been paused?",
            "Payments on loans have been paused since March 2020.",
            "Payments on loans are to begin when their pause ends on December 31.",
        ),
    ],
)
def test_what_is_counted_or_begun_elsewhere_is_no_difference(question: str, one: str, other: str) -> None:
    assert asked(question, said(ONE, one), said(TWO, other)) == []


def test_a_price_that_moved_from_one_day_to_the_next_is_news() -> None:
    question = "What is the price of a gallon?"
    first = said(ONE, "A gallon costs $6.39 in the state of Maine.", "2022-06-10")
    second = said(TWO, "A gallon costs $6.43 in the state of Maine.", "2022-06-11")
    assert asked(question, first, second) == []
    assert asked(question, first, said(TWO, second.text, "2022-06-10")) != []


def test_a_post_is_no_other_wording_of_a_speech() -> None:
    speech = said(ONE, "“We have shown our will to rebuild the old harbour with our partners,” Rossi said.")
    post = said(TWO, "“We have shown our firm will to rebuild the harbour,” Rossi said on Twitter.")
    assert asked("What was said about the harbour?", speech, post) == []


def test_who_is_named_beside_the_quote_is_its_speaker() -> None:
    before = "Bruni told the council about its plans for the port. "
    one = said(ONE, f"“{LONG}.”", before=before)
    other = said(TWO, f"Rossi said: “{LONG.replace('should know', 'must be aware')}.”")
    (found,) = asked("What was said about weapons?", one, other)
    assert found.what == "Rossi"


def test_a_clipped_word_is_no_other_wording() -> None:
    one = said(ONE, "She sang “You Make Lovin’ Fun” on the second night.")
    other = said(TWO, "She sang “You Make Loving Fun” on the second night.")
    assert asked("What did she sing?", one, other) == []


def test_nearly_the_same_words_of_weeks_later_were_said_again() -> None:
    one = said(ONE, "“If we lose the harbour, it will be two difficult years,” Rossi said.", "2022-09-12")
    later = "“If we lose the harbour, it will be two horrible years,” Rossi said."
    assert asked("What was said about the harbour?", one, said(TWO, later, "2022-11-08")) == []
    assert asked("What was said about the harbour?", one, said(TWO, later, "2022-09-13")) != []


def test_a_number_beside_other_names_is_of_another_thing() -> None:
    question = "How many seats do the Greens need?"
    house = said(ONE, "The Greens only need a net gain of five seats to win back control.")
    senate = said(TWO, "The Greens need a net gain of just one seat to win the Senate majority in Ohio and Maine.")
    assert asked(question, house, senate) == []


def test_words_of_a_headline_in_capitals_are_no_name() -> None:
    one = said(ONE, "Five years after OLD PORT FIRE they are still waiting for help.")
    other = said(TWO, "Five years after Carla Bruni they are still waiting for help.")
    assert asked("What happened?", one, other) == []
