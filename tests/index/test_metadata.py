"""Title, date, outlet and address come from the file's own words, and from nowhere else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from index.text.articles import parse_article
from index.text.dates import parse_date
from index.text.metadata import Metadata, fallback_title, read_metadata

BODY = "The minister resigned on Monday after a long dispute over the budget. Nobody knows who will follow him.\n"


def held(head: str, body: str = BODY) -> Metadata:
    return read_metadata(head + body)


def test_front_matter_is_read_and_is_no_part_of_the_body() -> None:
    head = '---\nTitle: "The minister: why he left"\ndate: 2021-12-09T10:14:00+01:00\nsource: Reuters\nlink: https://a.org/b\n---\n'
    found = held(head)
    assert (found.title, found.published, found.outlet, found.url) == (
        "The minister: why he left",
        "2021-12-09",
        "Reuters",
        "https://a.org/b",
    )
    assert found.body_start == len(head)


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: The minister: why he left\ndate: 9 December 2021\n---\n",
        "---\r\nheadline: 'The minister: why he left'\r\npublished_at: 2021-12-09\r\n---\r\n",
        "Title: The minister: why he left\nPublished: Dec. 9, 2021\n\n",
    ],
)
def test_heads_that_are_no_yaml_are_read_by_lines(head: str) -> None:
    assert (held(head).title, held(head).published) == ("The minister: why he left", "2021-12-09")


@pytest.mark.parametrize(
    "values", ["title: [a, b]\ndate: 5", "date: 2021-13-45", "title: ''\nurl: not one", "date: Thursday"]
)
def test_values_that_make_no_sense_are_left_out(values: str) -> None:
    found = held(f"---\n{values}\n---\n")
    assert (found.title, found.published, found.outlet, found.url) == (None, None, None, None)


@pytest.mark.parametrize(
    "head",
    [
        "---\n: : {[\n---\n",
        "---\n&a [*a\n---\n",
        "---\nno end\n",
        "---\n" + "[" * 60_000 + "\n---\n",
        "---\n" + "- " * 30_000 + "\n---\n",
        "---\n\n---\n",
    ],
)
def test_a_rule_or_a_broken_head_loses_no_text(head: str) -> None:
    assert held(head).body_start == 0


@pytest.mark.parametrize(
    "line",
    [
        " date 2021-12-09 Minister resigns over budget.",
        "2021-12-09 Minister resigns over budget.",
        "Published: 9 December 2021 – Minister resigns over budget.",
        "Dec. 9, 2021 | Minister resigns over budget.",
        "Thursday, December 9, 2021: Minister resigns over budget.",
    ],
)
def test_a_first_line_that_begins_with_a_date_is_date_and_title(line: str) -> None:
    text = f"{line}\n\n{BODY}"
    found = read_metadata(text)
    assert (found.title, found.published) == ("Minister resigns over budget.", "2021-12-09")
    assert found.title_span is not None
    assert text[slice(*found.title_span)] == found.title


@pytest.mark.parametrize(
    "line",
    [
        "December 9, 2021 was the day on which he resigned.",
        "On December 9, 2021 he resigned, and his party left the government.",
        "In its issue of 2021-12-09 the paper said so.",
        "The talks began on December 9, 2021.",
        "09/12/2021 is not clear.",
    ],
)
def test_a_date_inside_a_sentence_is_no_date_of_publication(line: str) -> None:
    assert read_metadata(f"{line}\n\n{BODY}").published is None


@pytest.mark.parametrize(
    "line",
    [
        "Published: 9 December 2021",
        "Dec. 9, 2021, 10:14 a.m.",
        "Dec. 9, 2021, 10:14 a.m. ET",
        "Thursday 9 December 2021 10.14 GMT",
        "Posted on December 9th, 2021",
        "2021-12-09T10:14:00Z",
        "Updated: 12/19/2021",
    ],
)
def test_a_line_that_is_nothing_but_a_date_is_the_date_of_publication(line: str) -> None:
    found = held(f"Minister resigns over budget\n\nBy Jane Doe\n{line}\n\n")
    assert found.published == ("2021-12-19" if "19/" in line else "2021-12-09")
    assert found.title == "Minister resigns over budget"


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("December 9, 2021", "2021-12-09"),
        ("9th Dec. 2021", "2021-12-09"),
        ("Sept. 3, 1999", "1999-09-03"),
        ("2021/12/9", "2021-12-09"),
        ("13.12.2021", "2021-12-13"),
        ("12/12/2021", "2021-12-12"),
        ("December 2021", None),
        ("Dec. 9", None),
        ("Thursday", None),
        ("yesterday", None),
        ("February 30, 2021", None),
        ("12/9/2021", None),
        ("2021", None),
    ],
)
def test_a_date_is_read_where_it_is_whole_and_clear(printed: str, iso: str | None) -> None:
    assert parse_date(printed) == iso


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("# Minister resigns\n\n", "Minister resigns"),
        ("## **Minister** [resigns](https://a.org) ##\n", "Minister resigns"),
        ("Minister resigns over budget\n\n", "Minister resigns over budget"),
        ("Minister resigns over budget\n=====\n", "Minister resigns over budget"),
        ("Will the minister resign?\n\n", "Will the minister resign?"),
        ("CNN —\n\n", None),
        ("By Jane Doe and John Roe\n\n", None),
        ("Jane Doe, The Arizona Republic\n\n", None),
        ("Special for the Daily Star\n\n", None),
        ("Sign up for our newsletter\n\n", None),
        ("He came home late that night.\n\n", None),
        ("", None),
    ],
)
def test_a_title_is_a_heading_or_a_line_that_reads_like_one(head: str, title: str | None) -> None:
    assert held(head).title == title


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        (f"WASHINGTON (Reuters) - {BODY}", "Reuters"),
        (f"LONDON, Dec 9 (Reuters) - {BODY}", "Reuters"),
        (f"BAGHDAD (AP) — {BODY}", "AP"),
        (f"New York CNN Business —\n\n{BODY}", "CNN Business"),
        (f"Washington, DC CNN —\n\n{BODY}", "CNN"),
        (f"By Jane Doe, Reuters\n\n{BODY}", "Reuters"),
        (f"By JANE DOE, Associated Press\n\n{BODY}", "Associated Press"),
        (f"By Jane Doe, Senior Editor\n\n{BODY}", None),
        (f"IRBIL, Iraq — {BODY}", None),
        (f"PARIS — {BODY}", None),
        (f"{BODY}\n© 2021 The Daily Star. All rights reserved.", "The Daily Star"),
        (f"{BODY}\nThe Daily Star is a newspaper published in Beirut.", "The Daily Star"),
        (f"{BODY}\nThe Daily Star News Desk is an online news site based in Beirut.", "The Daily Star"),
        (f"The Daily Star is a newspaper published in Beirut. {BODY * 4}", None),
        (f"The ministry did not respond to a request for comment from the Daily Star. {BODY}", "the Daily Star"),
        (f"There was no word from the ministry, according to the Washington Post. {BODY}", None),
        (f"He ignored a request for comment from Reuters. {BODY}", None),
    ],
)
def test_the_outlet_is_the_one_the_article_names_as_its_own(text: str, outlet: str | None) -> None:
    assert read_metadata(text).outlet == outlet


def test_a_title_made_from_a_sentence_is_short_and_ends_between_words() -> None:
    made = fallback_title("IRBIL, Iraq — " + "word " * 40)
    assert made == "word " * 17 + "word…"
    assert len(made) <= 90
    assert fallback_title("Short\n and plain.") == "Short and plain."
    assert len(fallback_title("x" * 300)) == 90


def test_reading_articles_loads_no_date_parser_until_a_date_needs_it() -> None:
    code = (
        "import sys; from index.text.articles import parse_article;"
        "parse_article(' date 2021-12-09 A title here\\n\\nBody.', 'a');"
        "assert not {'dateparser', 'yaml', 'frontmatter', 'charset_normalizer'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_half_of_a_surrogate_pair_in_front_matter_is_no_part_of_a_title() -> None:
    article = parse_article('---\ntitle: "A ship \\ud83d\\ude80 and \\ud83d"\n---\n\nIt left.', "a.md")
    assert article.title.encode().decode() == article.title
    assert article.title.startswith("A ship 🚀 and")
