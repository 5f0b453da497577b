"""Whether a sentence may lack a name at all: most do not, and their articles need not be read for them."""

from __future__ import annotations

import re

from rag.attribution.antecedents import PRONOUN
from rag.attribution.descriptions import may_describe
from rag.attribution.person_words import PARTICLES, PLACES
from rag.attribution.persons import runs

_MARK = re.compile(r"[“”\"]")
_BLANK = re.compile(r"\n[^\S\n]*\n")
PARAGRAPH = 5_000
"""Characters before a sentence in which its paragraph begins."""
_GAPS = " \u00a0\n"
"""What may stand between two words of a name."""


def may_lack_names(text: str, start: int, end: int) -> bool:
    """Whether the names in brackets of text[start:end] can be told only by reading the article.

    True without need costs time; False only where no rule of `rag.attribution.brackets` has anything to put in: no
    pronoun, no description, no quote without words around it, no last name of somebody who was named in full before.
    """
    return (
        PRONOUN.search(text, start, end) is not None
        or may_describe(text, start, end)
        or _may_be_quote(text, start, end)
        or _has_last_name(text, start, end)
    )


def _may_be_quote(text: str, start: int, end: int) -> bool:
    """Whether nothing but quotation marks and what is inside them may stand in a sentence.

    A quote ends with its paragraph at the latest, which a blank line ends, or, in texts without any, every line.
    """
    blanks = [match.end() for match in _BLANK.finditer(text, max(0, start - PARAGRAPH), start)]
    return any(_only_quoted(text, begin, start, end) for begin in {*blanks[-1:], text.rfind("\n", 0, start) + 1})


def _only_quoted(text: str, begin: int, start: int, end: int) -> bool:
    """The same where its paragraph begins at `begin`."""
    inside, at = False, start
    for mark in _MARK.finditer(text, begin, end):
        if mark.start() >= start and not inside and any(char.isalnum() for char in text[at : mark.start()]):
            return False
        inside, at = mark.group() == "“" or (mark.group() == '"' and not inside), max(start, mark.end())
    return inside or not any(char.isalnum() for char in text[at:end])


def _has_last_name(text: str, start: int, end: int) -> bool:
    """Whether a name of one word stands in a sentence that was the end of a longer one before."""
    lower = text.lower()
    if len(lower) != len(text):
        return True  # a letter that has no small one of its own
    alone = [run.words[0] for run in runs(text, [(start, end)]) if len(run.words) == 1 and not run.before]
    words = {word.lower() for word in alone if word not in PLACES}  # each once: a sentence may be a thousand initials
    return any(_ended_a_name(text, lower, word, start) for word in words)


def _ended_a_name(text: str, lower: str, word: str, before: int) -> bool:
    at = lower.find(word, 0, before)
    while at >= 0:
        first = at - 3 if lower.startswith("al-", at - 3) else at
        if first > 0 and text[first - 1] in _GAPS:
            words = text[max(0, first - 40) : first].split()
            ahead = words[-1] if words else ""
            if any(char.isupper() for char in ahead) or ahead in PARTICLES or "-" in ahead or "’" in ahead:
                return True
        at = lower.find(word, at + 1, before)
    return False
