"""Is somebody else of that last name meant? Peter Brennan is not John Brennan."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from index.terms import terms
from rag.attribution.persons import Run, runs
from rag.differences.values import spelled

REACH = 60
"""Characters in front of a last name in which the rest of the name stands."""
ALIKE = 2
"""Letters of a first name that short and long forms of it share: Joe and Joseph, Qassem and Qasim."""
_SHORT = (
    "anthony tony",
    "charles chuck",
    "edward ted ned",
    "elizabeth liz beth betty lisa",
    "henry hank harry",
    "james jim jimmy",
    "john jack",
    "katherine kate kathryn catherine cathy kitty",
    "lawrence larry",
    "margaret peggy meg",
    "richard dick rick",
    "robert bob bobby",
    "theodore ted",
    "thomas tom tommy",
    "william bill billy",
)
"""First names and short forms of them that begin otherwise."""
_FORMS = [frozenset(names.split()) for names in _SHORT]


def conflicting(question: str, article: str, stems: AbstractSet[str]) -> str:
    """Somebody in the question of whom the article, which has these stems, has only namesakes; "" where nobody is."""
    for asked in runs(question, [(0, len(question))]):
        if asked.standing == "other" or len(asked.words) < 2 or not stems.isdisjoint(terms(asked.words[0])):
            continue
        namesakes = [run.words[0] for run in _called(asked.words[-1], article) if len(run.words) > 1]
        if namesakes and not any(_one(asked.words[0], other) for other in namesakes):
            return question[asked.start : asked.end]
    return ""


def _called(last: str, text: str) -> list[Run]:
    """The names in a text that end with this word."""
    found = []
    for match in re.finditer(rf"\b{re.escape(last)}\b", text):
        begin = max(0, match.start() - REACH)
        found += [run for run in runs(text, [(begin, match.end())]) if run.end == match.end()]
    return found


def _one(first: str, other: str) -> bool:
    """Whether two first names may be one person's: an initial, another spelling, a short form."""
    one, two = first.lower().rstrip("."), other.lower().rstrip(".")
    if one[:ALIKE] == two[:ALIKE] or (min(len(one), len(two)) == 1 and one[0] == two[0]) or spelled(one, two):
        return True
    return any(one in form and two in form for form in _FORMS)
