"""Words as they are compared: one function for the full-text index, the question and the evidence."""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

_ACRONYM = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_POSSESSIVE = re.compile(r"['’]s$|['’]$")
_ACRONYMS = frozenset(("US", "IS", "IT", "WHO"))
"""Names that lower case would turn into function words."""
_stemmer = snowballstemmer.stemmer("english")


def terms(text: str) -> list[str]:
    """The stems of a text's words in order: "The U.S. 2,500 troops" gives the, acronymus, 2500, troop.

    Porter's second stemmer ("English" of snowballstem.org). Dotted acronyms lose their dots, numbers their
    thousands separators, and words joined by hyphens count as words of their own.
    """
    return list(map(stem, words(text)))


@lru_cache(maxsize=20_000)
def stems(text: str) -> frozenset[str]:
    """The distinct stems of a sentence or title, kept for the next time that it is compared."""
    return frozenset(terms(text))


def words(text: str) -> list[str]:
    """The words of a text as `terms` sees them, before stemming; "US" stays apart from "us"."""
    if text.count(".") > 1:  # most texts are parts of sentences: there is nothing to be looked for in them
        text = _ACRONYM.sub(_undotted, text)
    return _WORD.findall(text)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The form under which a word is found: lower case, without possessive, stemmed."""
    if word[0].isdigit():
        return word.replace(",", "")
    if word in _ACRONYMS:
        return "acronym" + word.lower()
    return str(_stemmer.stemWord(_POSSESSIVE.sub("", word.lower())))


def _undotted(match: re.Match[str]) -> str:
    return match.group().replace(".", "") + " "
