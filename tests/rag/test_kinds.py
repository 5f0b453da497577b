"""What kind of answer a question asks for, and which words of a sentence could be one."""

from __future__ import annotations

import pytest

from rag.question.kinds import Kind, candidates, kind_of
from rag.question.query import analyse


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What percentage of people is vaccinated?", "percentage"),
        ("Which share of the vote did the party win?", "percentage"),
        ("How many percent of homes have power?", "percentage"),
        ("What share price did the firm reach?", "money"),
        ("How many people are vaccinated?", "number"),
        ("How much did the bridge cost?", "money"),
    ],
)
def test_a_share_of_a_whole_is_a_kind_of_its_own(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("sentence", "shares"),
    [
        ("More than 189 million people, about 57% of all, are vaccinated.", ["57%"]),
        ("Some 12.5 percent of homes and two-thirds of shops have power.", ["12.5 percent", "two-thirds"]),
        ("One in five voters stayed at home; a third did in 2018.", ["One in five", "a third"]),
        ("In 2018 the bridge had 4 lanes.", []),
    ],
)
def test_shares_are_told_from_other_numbers(sentence: str, shares: list[str]) -> None:
    assert [sentence[start:end] for start, end in candidates("percentage", sentence)] == shares


@pytest.mark.parametrize(
    ("sentence", "times"),
    [
        ("On 3 May, with five weeks to go, it closed.", ["3 May", "five weeks to go"]),
        (
            "It fell eight days after the storm and a few hours before the next.",
            ["eight days after", "a few hours before"],
        ),
        ("The shell is 66 million years old; it sank a couple of years ago.", ["a couple of years ago"]),
        ("The park is two blocks away and 30 minutes from here.", []),
    ],
)
def test_when_may_be_told_by_how_far_it_is_from_something_else(sentence: str, times: list[str]) -> None:
    assert [sentence[start:end] for start, end in candidates("date", sentence)] == times


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Kari Nordmann, 54, saw a 30-year-old sailor.", ["54", "30-year-old"]),
        ("She turned 40, he is 37, and Ann (43) left.", ["40", "37", "43"]),
        ("He died at the age of 96 on May 3, 20 people said.", ["age of 96"]),
        ("Tracks of 113 million years ago, 2.5-million-year-old", ["113 million years ago", "2.5-million-year-old"]),
        ("It was 20 percent.", []),
    ],
)
def test_ages_are_told_from_other_numbers(sentence: str, said: list[str]) -> None:
    assert [sentence[start:end] for start, end in candidates("age", sentence)] == said


def test_how_many_weeks_before_something_is_a_number_too() -> None:
    sentence = "It reopened two weeks before the games, on 3 May."
    assert [sentence[start:end] for start, end in candidates("number", sentence)] == ["two"]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which European country closed its border?", "country"),
        ("Which two nations signed?", "country"),
        ("Which state’s governor resigned?", "state"),
        ("In which US state did it snow?", "state"),
        ("What continent is the farthest?", "continent"),
        ("Which city hosts the games?", "place"),
        ("Which State Department official resigned?", "organisation"),
    ],
)
def test_countries_and_states_are_kinds_of_places(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("kind", "sentence", "places"),
    [
        ("country", "But Iran and South Korea, unlike the UK, sent none to Paris.", ["Iran", "South Korea", "UK"]),
        ("country", "Michael Jordan flew to New Mexico from Côte d'Ivoire.", ["Côte d'Ivoire"]),
        (
            "state",
            "From West Virginia it moved to New York, said Senator Ford of Maine.",
            ["West Virginia", "New York", "Maine"],
        ),
        ("place", "Two boats lay in the shallow Nile River.", ["Nile River"]),
        ("continent", "No team from Africa or South America won.", ["Africa", "South America"]),
    ],
)
def test_names_of_places_are_told_from_other_names(kind: Kind, sentence: str, places: list[str]) -> None:
    assert [sentence[start:end] for start, end in candidates(kind, sentence)] == places


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which former president was invited?", "person"),
        ("Which member of the council resigned?", "person"),
        ("Which officer attended the talks?", "person"),
        ("Which expert doubts that?", "person"),
        ("Which bridge is making officials nervous?", "thing"),
        ("What was the magnitude of the quake?", "strength"),
        ("What was the reason for the delay?", "thing"),
        ("The singer, who left, bought which company?", "organisation"),
        ("Who is Qasim al-Araji?", "definition"),
        ("Who is Maj. Gen. Qasim al-Araji?", "definition"),
        ("Who are the Hashed al-Shaabi?", "definition"),
        ("How did the mission change?", "clause"),
        ("What happens after December 31?", "clause"),
        ("How long did it take?", "duration"),
        ("How did he react?", "quote"),
        ("When did it end?", "date"),
        ("When did the ferry, which was new, sink?", "date"),
        ("Who was mayor when the ferry sank?", "person"),
        ("When the ferry sank, who was mayor?", "person"),
        ("In what city was he born?", "place"),
        ("In which century was it built?", "date"),
        ("By what means do they rule?", "thing"),
        ("What country has a group who call themselves so?", "country"),
        ("What was the colony called?", "thing"),
        ("By what date must they leave?", "deadline"),
        ("How much did Acme offer?", "money"),
        ("What is the tuition at the college?", "money"),
        ("How many people drowned when the ferry sank?", "number"),
    ],
)
def test_other_kinds_are_told_from_things(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "names", "required"),
    [
        ("Who is Qasim al-Araji?", ["Qasim al-Araji"], []),
        ("Who met al-Kadhimi?", ["al-Kadhimi"], ["met"]),
        ("Did Lula da Silva win?", ["Lula da Silva"], ["win"]),
        ("What did Ursula von der Leyen say?", ["Ursula von der Leyen"], []),
        ("When did George W. Bush resign?", ["George W. Bush"], ["resign"]),
        ("What is Ann Lee's role?", ["Ann Lee's"], []),
        ("Who spoke on Dec. 9?", [], ["spoke", "9"]),
        ("When did Jan Smit leave?", ["Jan Smit"], ["leave"]),
        ("When did Jan leave?", ["Jan"], ["leave"]),
        ("What role did Ann Lee play in April?", ["Ann Lee"], ["role", "play"]),
    ],
)
def test_a_name_is_whole_and_its_words_are_required_with_it(
    question: str, names: list[str], required: list[str]
) -> None:
    found = analyse(question)
    assert [question[name.start : name.end] for name in found.names] == names
    assert [question[word.start : word.end] for word in found.required] == required
