"""Is somebody else of that last name meant? Peter Brennan is not John Brennan."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.attribution.persons import runs
from rag.differences.values import spelled

REACH = 60
"""Characters in front of a last name in which the rest of the name stands."""
KEPT = 64
"""Articles and last names whose first names are kept in memory: an article is asked for each of its sentences."""
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


def conflicting(question: str, article: str) -> str:
    """Somebody in the question of whom the article has only namesakes; "" where there is nobody."""
    for asked in runs(question, [(0, len(question))]):
        first, last = asked.words[0], asked.words[-1]
        if asked.standing == "other" or len(asked.words) < 2:
            continue
        others = _firsts(last, article)
        if others and not any(alike(first, other) for other in others) and not _near(first, last, article):
            return question[asked.start : asked.end]
    return ""


def _near(first: str, last: str, article: str) -> bool:
    """Whether the two stand together in another way: "Jill and Joe Biden"."""
    return re.search(rf"\b{re.escape(first)}\b(?:\s[\w.’'-]+){{0,3}}\s{re.escape(last)}\b", article) is not None


def only_one(first: str, last: str, article: str) -> bool:
    """Whether somebody of this name is in the article, and nobody else of that last name."""
    others = _firsts(last, article)
    return bool(others) and all(alike(first, other) for other in others)


@lru_cache(maxsize=KEPT)
def _firsts(last: str, text: str) -> tuple[str, ...]:
    """The first names that stand in a text with this last name; not where it goes on ("Webb Space Telescope")."""
    found: set[str] = set()
    for match in re.finditer(rf"\b{re.escape(last)}\b(?!\s[A-ZÀ-Þ])", text):
        begin = max(0, match.start() - REACH)
        named = [run for run in runs(text, [(begin, match.end())]) if run.end >= match.end()]  # ", Jr." goes with it
        found.update(run.words[0] for run in named if len(run.words) > 1)
    return tuple(sorted(found))


def alike(first: str, other: str) -> bool:
    """Whether two first names may be one person's: an initial, another spelling, a short form."""
    one, two = first.lower().rstrip("."), other.lower().rstrip(".")
    if one[:ALIKE] == two[:ALIKE] or (min(len(one), len(two)) == 1 and one[0] == two[0]) or spelled(one, two):
        return True
    return any(one in form and two in form for form in _FORMS)
