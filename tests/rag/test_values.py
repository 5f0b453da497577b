"""What sentences say that others could say differently, and which of it goes together."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.differences.amounts import Number
from rag.differences.values import Name, Quote, Value, compatible, values
from rag.differences.when import When, dates

PUBLISHED = "2021-12-09"


def only(text: str, kind: type, published: str | None = PUBLISHED) -> Value:
    """The one value of a kind in a text."""
    found = [value for value in values(text, published) if isinstance(value, kind)]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("There are roughly 2,500 U.S. troops.", 2500, 2500, ""),
        ("They sent 2.5 thousand troops.", 2500, 2500, ""),
        ("They sent two and a half thousand troops.", 2500, 2500, ""),
        ("It has one hundred and twenty-five thousand readers.", 125_000, 125_000, ""),
        ("Half a million people fled.", 500_000, 500_000, ""),
        ("About a dozen people fled.", 12, 12, ""),
        ("Between 2,000 and 3,000 people fled.", 2000, 3000, ""),
        ("It took 2,000 to 3,000 tons.", 2000, 3000, ""),
        ("It rose by 8.6% there.", 8.6, 8.6, "percent"),
        ("It rose by forty per cent there.", 40, 40, "percent"),
        ("It cost $1.5 billion to build.", 1.5e9, 1.5e9, "$"),
        ("It cost 2.5 million pounds to build.", 2.5e6, 2.5e6, "£"),
        ("It cost fifty cents to make.", 0.5, 0.5, "$"),
        ("The 25-year-old driver fled.", 25, 25, "age"),
        ("John Doe, 25, fled.", 25, 25, "age"),
    ],
)
def test_an_amount_is_read_with_its_unit(text: str, low: float, high: float, unit: str) -> None:
    number = only(text, Number)
    assert isinstance(number, Number)
    assert (number.low, number.high, number.unit) == (low, high, unit)


def test_a_number_knows_what_it_counts() -> None:
    number = only("There are 2,500 U.S. troops in Iraq.", Number)
    assert isinstance(number, Number)
    assert number.counted == ("acronymus", "troop")


@pytest.mark.parametrize(
    "text",
    [
        "It began at 8:30 a.m. there.",
        "The 9th round.",
        "Covid-19 spread.",
        "In 2014, they left.",
        "One of them left.",
    ],
)
def test_times_ordinals_years_and_names_are_no_amounts(text: str) -> None:
    assert not [value for value in values(text) if isinstance(value, Number)]


SAME = [
    ("2,500 men", "about 2,500 men"),
    ("2,500 men", "2.5 thousand men"),
    ("2,500 men", "2,487 men"),
    ("19 men", "about 20 men"),
    ("$1.5 billion", "$1.54 billion"),
    ("8.6%", "9 percent"),
    ("over 80 countries", "84 countries"),
    ("more than 1,000 men", "at least 1,200 men"),
    ("between 2,000 and 3,000 men", "2,500 men"),
    ("40 percent", "12 people"),
    ("early 2020", "2020"),
    ("early 2020", "early in 2020"),
    ("in December 2020", "31 December 2020"),
    ("Dec. 31", "December 31, 2021"),
    ("on Thursday", "December 9, 2021"),
    ("in 2021", "this year"),
    ("Qassim al-Araji", "Qassem al-Aaraji"),
    ("Mustafa al-Kadhemi", "Mustafa al-Kadhimi"),
    ("Kyiv", "Kiev"),
    ("Brennan", "Maj. Gen. John W. Brennan Jr."),
    ("the US", "the United States"),
    ("the EU", "the European Union"),
    ("ISIS", "the Islamic State"),
    ("“Daesh is down, but not out.”", "“Daesh is down but not out”"),
    ("“is down, but not out”", "“Daesh is down but not out”"),
]
APART = [
    ("19 men", "20 men"),
    ("2,500 men", "3,000 men"),
    ("8.6%", "8.5%"),
    ("$5", "$7"),
    ("between 2,000 and 3,000 men", "4,000 men"),
    ("7-6", "7-5"),
    ("early 2020", "mid-2020"),
    ("in 2014", "in 2017"),
    ("in April", "in July"),
    ("in July", "December 31, 2021"),
    ("on Thursday", "on Friday"),
    ("last month", "in July 2021"),
    ("Iran", "Iraq"),
    ("Austria", "Australia"),
    ("Joe Biden", "Hunter Biden"),
    ("John Kirby", "John Brennan"),
    ("“Daesh is down, but not out.”", "“Daesh is defeated, but not defeated.”"),
]


def first(text: str) -> Value:
    return values(text, PUBLISHED)[0]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_rounding_a_spelling_and_a_more_precise_value_go_together(one: str, other: str) -> None:
    assert compatible(first(one), first(other))
    assert compatible(first(other), first(one))


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_values_do_not(one: str, other: str) -> None:
    assert not compatible(first(one), first(other))
    assert not compatible(first(other), first(one))


def test_a_relative_date_is_read_against_the_articles_own() -> None:
    (last,) = dates("They left last month.", "2022-01-15")
    (said,) = dates("They left in December 2021.")
    assert (last.low, last.high) == (said.low, said.high)


def test_without_a_date_of_its_own_a_relative_date_contradicts_nothing() -> None:
    (last,) = dates("They left last month.")
    (said,) = dates("They left in July 2003.")
    assert compatible(last, said)


def test_a_name_is_told_without_its_title() -> None:
    name = [v for v in values("“Yes,” said Iraqi Prime Minister Mustafa al-Kadhimi.") if isinstance(v, Name)][-1]
    assert isinstance(name, Name)
    assert name.text == "Mustafa al-Kadhimi"
    assert name.parts == ("mustafa", "kadhimi")


def test_the_words_of_a_quote_leave_out_what_stands_in_brackets() -> None:
    quote = only("“They say Daesh [the group] is down.”", Quote)
    assert isinstance(quote, Quote)
    assert quote.words == ("they", "say", "daesh", "is", "down")


ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
TEENS = (ONES + " eighteen nineteen").split()
TENS = "x x twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905


def spelled(number: int) -> str:
    if number < 20:
        return TEENS[number]
    if number < 100:
        return TENS[number // 10] + (f"-{TEENS[number % 10]}" if number % 10 else "")
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = f" {'and ' if size == 100 else ''}{spelled(number % size)}" if number % size else ""
            return f"{spelled(number // size)} {name}{rest}"
    raise AssertionError


@given(st.integers(2, 99_999_999).filter(lambda n: not 1000 <= n <= 2100))
def test_a_number_is_the_same_in_digits_and_in_words(number: int) -> None:
    digits, words = first(f"{number:,} tons"), first(f"{spelled(number)} tons")
    assert isinstance(digits, Number)
    assert isinstance(words, Number)
    assert digits.low == words.low == number


SENTENCES = st.lists(
    st.sampled_from(
        "about 2,500 19 $5 40% half dozens million early 2020 mid-2020 December 31 Dec. 9, 2021 yesterday last month "  # noqa: SIM905
        'Thursday John Brennan Iraq Islamic State US “Daesh is down” "not out" 7-6 , . - and between to'.split(" ")
    ),
    max_size=25,
).map(" ".join)


@example("John John", "John Brennan", None)
@given(SENTENCES | st.text(max_size=80), SENTENCES, st.sampled_from([PUBLISHED, None]))
def test_going_together_is_reflexive_and_symmetric(one: str, other: str, published: str | None) -> None:
    ours, theirs = values(one, published), values(other, None)
    assert all(compatible(value, value) for value in ours)
    assert all(compatible(a, b) == compatible(b, a) for a in (*ours, *theirs) for b in (*theirs, *ours))


@given(SENTENCES | st.text(max_size=200))
def test_a_value_is_verbatim(text: str) -> None:
    for value in values(text, PUBLISHED):
        assert 0 <= value.start < value.end <= len(text)
        if not (isinstance(value, Number) and value.unit == "score"):
            assert text[value.start : value.end] == value.text


@pytest.mark.parametrize(
    "text",
    [
        "1" * 50_000,
        "1," * 30_000,
        "one and " * 9_000,
        "A. " * 20_000,
        "“" * 20_000,
        "Al-" * 20_000,
        "\ud800 2,500 \x00",
        "the end of " * 9_000,
        "between 1 and " * 5_000,
        "",
        "9" * 400 + " million",
    ],
)
def test_hostile_text_costs_no_time(text: str) -> None:
    started = time.perf_counter()
    values(text, "not a date")
    assert time.perf_counter() - started < 2


def test_reading_a_date_that_does_not_exist_gives_none() -> None:
    assert not [
        value for value in dates("On February 31, 2020") if isinstance(value, When) and value.low == value.high
    ]
