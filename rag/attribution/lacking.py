"""Whether a sentence may lack a name at all: most do not, and their articles need not be read for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
_NO_LETTER = re.compile(r"[\W\d_]")
"""What ends a word of letters alone."""


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
    alone = {
        (run.words[0], run.article) for run in runs(text, [(start, end)]) if len(run.words) == 1 and not run.before
    }
    lower = text[:start].lower() if alone else ""
    if alone and len(lower) != start:
        return True  # a letter that has no small one of its own
    for word, article in alone:  # each once: a sentence may be a thousand initials
        ahead = () if word in PLACES else _ahead(text, lower, word.lower(), start)
        # "the" stands before no person's last name, but before a team's ("Denver Broncos")
        if any(_NO_LETTER.split(one)[-1] in PLACES if article else _is_named(one) for one in ahead):
            return True
    return False


def _ahead(text: str, lower: str, word: str, before: int) -> Iterator[str]:
    """What stands before a word wherever it may end a longer name in text[:before]."""
    at = lower.find(word, 0, before)
    while at >= 0:
        first = at - 3 if lower.startswith("al-", at - 3) else at
        joined = first > 1 and text[first - 1] in _GAPS and (text[first - 2].isalnum() or text[first - 2] in ".\r")
        if joined and not text[at + len(word) : at + len(word) + 1].isalpha():
            yield from text[max(0, first - 40) : first].split()[-1:]
        at = lower.find(word, at + 1, before)


def _is_named(ahead: str) -> bool:
    """Whether a word may be a part of a name."""
    return any(char.isupper() for char in ahead) or ahead in PARTICLES or "-" in ahead or "’" in ahead
