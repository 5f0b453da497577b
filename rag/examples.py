"""Example questions made from the articles at hand, each of which gets an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from rag.kinds import NAME
from rag.question import FUNCTION_WORDS

if TYPE_CHECKING:
    from rag.assistant import Assistant

READ = 200
"""Articles looked at, so that a page over a large folder starts quickly."""
_COUNTED = re.compile(r"\b\d[\d,.]*\s+((?:[\w.’'-]+\s){0,2}[a-z]{3,}s)\b(?=[\s,.])")
_SPEAKER = re.compile(r"(?:said|tweeted|told|added|remarked|explained|announced)\b")


def examples(assistant: Assistant, count: int) -> list[str]:
    """At most `count` questions, those about what most articles mention first."""
    numbers: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for article in assistant.articles()[:READ]:
        whole = assistant.article(article.path)
        text = whole.text if whole else ""
        numbers.update({" ".join(match[1].split()) for match in _COUNTED.finditer(text)})
        people.update(set(_speakers(text)))
    found: list[str] = []
    for question in _alternating(numbers, people):
        if len(found) >= count:
            break
        if not assistant.ask(question).abstained:
            found.append(question)
    return found


def _alternating(numbers: Counter[str], people: Counter[str]) -> Iterator[str]:
    """Counts and speakers in turn, so that examples differ in kind."""
    rank = lambda counter: sorted(counter, key=lambda key: (-counter[key], key))[:8]  # noqa: E731
    for number, person in zip_longest(rank(numbers), rank(people)):
        if number:
            yield f"How many {number}?"
        if person:
            yield f"What did {person} say?"


def _speakers(text: str) -> Iterator[str]:
    for match in NAME.finditer(text):
        name = match.group()
        if len(name.split()) not in (2, 3) or name.split()[0].lower() in FUNCTION_WORDS:
            continue
        around = text[max(0, match.start() - 12) : match.start()] + "|" + text[match.end() : match.end() + 12]
        if _SPEAKER.search(around):
            yield name
