"""Example questions made from the articles at hand, each of which gets an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from rag.question.kinds import NAME
from rag.question.query import FUNCTION_WORDS

if TYPE_CHECKING:
    from rag.assistant import Assistant

READ = 200
"""Articles looked at, so that a page over a large folder starts quickly."""
_COUNTED = re.compile(
    r"\b\d[\d,.]*\s+((?:[\w.’'-]+\s){0,2}[a-z]{3,}s)\s(?:(?:remaining|stationed|based|living|working)\s)?in\s([A-Z]\w+)\b"
)
"""A number, what is counted (at most three words), and where."""
_MEASURES = re.compile(
    r"(?:meters|metres|miles|feet|acres|hectares|years|months|weeks|days|hours|dollars|tons|tonnes)$"
)
"""What is measured, not counted."""
_BEFORE = re.compile(r"(?:said|tweeted|added|remarked|explained|announced|told)\s(?:[a-z]+\s){0,3}(?:\w+\.\s){0,2}$")
_AFTER = re.compile(r"^(?:\s(?:said|tweeted|added|remarked|explained|announced|told)\b|[,.”])")


def examples(assistant: Assistant, count: int, answered: Callable[[str], bool]) -> list[str]:
    """At most `count` questions that are `answered`, those about what most articles mention first."""
    numbers: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for article in assistant.articles()[:READ]:
        whole = assistant.article(article.path)
        text = whole.text if whole else ""
        counted = {(" ".join(match[1].split()), match[2]) for match in _COUNTED.finditer(text)}
        numbers.update(f"{what} are in {where}" for what, where in counted if not _MEASURES.search(what))
        people.update(set(_speakers(text)))
    found: list[str] = []
    for question in _alternating(numbers, people):
        if len(found) >= count:
            break
        if answered(question):
            found.append(question)
    return found


def _alternating(numbers: Counter[str], people: Counter[str]) -> Iterator[str]:
    """Counts and speakers in turn, so that examples differ in kind; then who the speakers are."""
    for number, person in zip_longest(_ranked(numbers), _ranked(people)):
        if number:
            yield f"How many {number}?"
        if person:
            yield f"What did {person} say?"
    yield from (f"Who is {person}?" for person in _ranked(people))


def _ranked(counts: Counter[str]) -> list[str]:
    """The most frequent first, ties by name."""
    return sorted(counts, key=lambda key: (-counts[key], key))[:8]


def _speakers(text: str) -> Iterator[str]:
    """Names of two or three words beside a verb of saying."""
    for match in NAME.finditer(text):
        name = match.group()
        words = name.split()
        before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 12]
        said = _AFTER.match(after) and (_BEFORE.search(before) or after[0] == " ")
        if len(words) in (2, 3) and words[0].lower() not in FUNCTION_WORDS and not name.isupper() and said:
            yield name
