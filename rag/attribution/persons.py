"""Who is named in an article: the places where names stand, which of them are persons', and he or she.

No tagger: a run of capitalised words is a person's name where a title ("Maj. Gen."), what somebody does ("analyst"),
a common first name, an age or "who" says so. What may be a person's and is not known to be is kept too: it is never
put in for anybody, but where it stands "he" may be another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rag.attribution.first_names import FEMALE, MALE
from rag.attribution.person_words import (
    BREAKS,
    DEPARTMENTS,
    INSTITUTIONS,
    NOT_NAMES,
    PARTICLES,
    PERSON_NOUNS,
    PLACES,
    SAID,
    SUFFIXES,
    TITLES,
    Gender,
)

Standing = Literal["person", "possible", "other"]

_WORD = re.compile(r"[^\W\d_]+(?:[’'.-][^\W\d_]+)*(?<![’']s)|[^\W\d_]+")
_GAP = re.compile(r"[ \u00a0]|\.[ \u00a0]|\r?\n")
_AFTER = re.compile(r",?\s(?:aged\s)?\(?\d{1,2}\)?,|,\s(?:who|whose)\b")
_AGED = re.compile(r"\b(?:\d{1,2}|[a-z]+)[- ]years?[- ]old\s$")
TIED = re.compile(r"-(?:based|born|led|era|backed|area|style|turned|owned|raised|native|bred)\Z")
"""Ends a word that is no part of the name behind it ("London-based")."""
_INSIDE = re.compile(r"\b(?:in|at|near|across|outside)\s\Z")
"""Before a place, or an institution."""
_SUFFIX = re.compile(r",?\s(?:Jr|Sr|II|III|IV)\b")
_INITIAL = re.compile(r"[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]")
_ABBREVIATED = frozenset(
    "mr mrs ms dr gen maj lt col sgt capt cpl cmdr adm sen rep gov prof rev brig big supt st sens reps jr sr".split()  # noqa: SIM905
)
_PREFIXED = re.compile(r"(?:al|el|ul|ash|as|an|ad|at)-[^\W\d_]|(?:d|l)[’'][^\W\d_]", re.IGNORECASE)
_ARTICLES = frozenset(("the", "a", "an", "this", "our", "new"))
_RANKS = frozenset(("former", "ex", "vice", "prime", "then"))
LONGEST_NAME = 5
"""Words of a person's name at most; a longer run of capitals is a heading."""
SHOUTED = 3
"""Letters from which on a word in capitals is an acronym ("NBA") and no name."""


class Run(NamedTuple):
    """Words of a name that stand together: `text[start:end]`, without titles and without 's."""

    sentence: int
    start: int
    end: int
    words: tuple[str, ...]
    before: tuple[str, ...]
    """Titles and what somebody does, in lower case, directly before the name ("president", "actor")."""
    standing: Standing
    gender: Gender
    junior: bool
    article: bool
    """"the", "a" or the like stands directly before it: "the Biden administration"."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody an article names, at the place where it first does so in full: `text[start:end] == name`."""

    name: str
    start: int
    end: int
    sentence: int
    first: str
    """Empty where only a last name is known."""
    last: str


Span = tuple[int, int]


def runs(text: str, sentences: Sequence[Span]) -> list[Run]:
    """The names in these sentences, in order."""
    return [run for number, (start, end) in enumerate(sentences) for run in _runs(text, number, start, end)]


def _runs(text: str, number: int, start: int, end: int) -> Iterator[Run]:
    words = _Words(text, list(_WORD.finditer(text, start, end)))
    last = -1
    for first in [place for place, word in enumerate(words.printed) if word[0].isupper() or _prefixed(word)]:
        if first > last:
            last = first
            while (following := _next(words, last)) is not None:
                last = following
            made = _run(words, number, first, last, start)
            if made:
                yield made


class _Words:
    """The words of a sentence, and where they stand in the text."""

    __slots__ = ("places", "printed", "text")

    def __init__(self, text: str, places: list[re.Match[str]]) -> None:
        self.text = text
        self.places = places
        self.printed = [place.group() for place in places]

    def joined(self, number: int) -> bool:
        """Whether a word and the one before it may be parts of one name."""
        start, end = self.places[number - 1].end(), self.places[number].start()
        if end - start == 1:
            return self.text[start] in " \u00a0\n"
        gap = self.text[start:end]
        if gap[0] == ".":
            word = self.printed[number - 1]
            abbreviated = word.lower() in _ABBREVIATED or _INITIAL.fullmatch(word) is not None
            return abbreviated and _GAP.fullmatch(gap) is not None
        return gap == "\r\n"


def _next(words: _Words, last: int) -> int | None:
    """The next word of the name that has the word `last`, or None where it ends there."""
    if "-" in words.printed[last] and TIED.search(words.printed[last]):
        return None
    at = last + 1
    while at < len(words.printed) and words.joined(at):
        word = words.printed[at]
        if word[0].isupper() or _prefixed(word):
            return None if word.lower() in BREAKS else at
        if word not in PARTICLES or at > last + 2:
            return None
        at += 1
    return None


def _prefixed(word: str) -> bool:
    """Whether a name begins with a small letter ("al-Sadr")."""
    return not word.isalpha() and _PREFIXED.match(word) is not None


def _run(words: _Words, number: int, first: int, last: int, sentence: int) -> Run | None:
    """The name in the words from `first` to `last`, or None where there is none."""
    text, places = words.text, words.places
    low = [word.lower() for word in words.printed[first : last + 1]]
    if places[first].start() == sentence:
        while low and low[0] in NOT_NAMES:
            low, first = low[1:], first + 1
    title = first - 1
    for at, word in enumerate(low, first):
        if word in TITLES:
            title = at
    if title == last or low[0] in SUFFIXES:
        return None
    ahead = words.printed[first - 1].lower() if first and words.joined(first) else ""
    begin = _begin(words, title + 1, last, title >= first or (ahead == "of" and low[0] in DEPARTMENTS))
    before = _before(words, first, begin)
    start, end = places[begin].start(), places[last].end()
    parts = tuple(words.printed[begin : last + 1])
    if suffix := _SUFFIX.match(text, end):
        end = suffix.end()
    if text[end : end + 1] == "." and text[start:end].endswith(("Jr", "Sr")):
        end += 1
    article = begin == first and ahead in _ARTICLES
    standing, gender = _standing(text, parts, low[begin - first :], before, article, start, end)
    junior = bool(suffix and "Jr" in suffix.group()) or low[-1] == "jr"
    return Run(number, start, end, parts, before, standing, gender, junior, article)


def _begin(words: _Words, first: int, last: int, titled: bool) -> int:
    """Where a person's name itself begins behind "Republican" or "London-based"."""
    begin, printed = first, words.printed
    while begin < last and _no_part(printed[begin]):
        begin += 1
    if titled and last - begin > 1 and not _first_name(printed[begin]) and _first_name(printed[begin + 1]):
        begin += 1  # "the Minister of Finance Chrystia Freeland"
    return begin if titled or (begin < last and _first_name(printed[begin])) else first


def _first_name(word: str) -> bool:
    return word in MALE or word in FEMALE


def _no_part(word: str) -> bool:
    acronym = word.isupper() and len(word) > 1
    return word in PLACES or acronym or word.lower() in DEPARTMENTS or word.lower() in PERSON_NOUNS


def _before(words: _Words, first: int, begin: int) -> tuple[str, ...]:
    """The titles and nouns directly before a name, the nearest last; at most five words."""
    found = [word.lower() for word in words.printed[first:begin]]
    at = first - 1
    while at >= 0 and first - at <= 3 and words.joined(at + 1):
        word = words.printed[at].lower()
        if word not in PERSON_NOUNS and word not in _RANKS:
            break
        found.insert(0, word)
        at -= 1
    return tuple(found[-5:])


def _standing(
    text: str, parts: tuple[str, ...], low: list[str], before: tuple[str, ...], article: bool, start: int, end: int
) -> tuple[Standing, Gender]:
    """What a name is, and he or she; `low` are its `parts` in lower case."""
    named = len(parts) > 1 and _first_name(parts[0])
    if not INSTITUTIONS.isdisjoint(low[named:]):
        return ("possible" if named else "other"), ""
    if len(parts) > 1 and parts[0] in PLACES and not named:
        return "other", ""
    titled = bool(before) and (before[-1] in TITLES or before[-1] in PERSON_NOUNS)
    if (article and not titled) or len(parts) > LONGEST_NAME or parts[-1] in PLACES:
        return "other", ""
    if parts[0].isupper() and all(part.isupper() and len(part) >= SHOUTED for part in parts):
        return "other", ""
    if named or titled or _AFTER.match(text, end) or _aged(text, start):
        return "person", _gender(parts, before)
    if _INSIDE.search(text[max(0, start - 9) : start]):
        return "other", ""
    said = len(parts) == 1 and _says(text, start, end)
    return ("possible" if len(parts) > 1 or said else "other"), _gender(parts, before)


def _aged(text: str, start: int) -> bool:
    """Whether an age stands before text[start:]."""
    return text.startswith("old", start - 4) and _AGED.search(text[max(0, start - 30) : start]) is not None


def _gender(parts: tuple[str, ...], before: tuple[str, ...]) -> Gender:
    for word in reversed(before):
        told = TITLES.get(word) or PERSON_NOUNS.get(word)
        if told:
            return told
    if len(parts) > 1:
        return "m" if parts[0] in MALE else "f" if parts[0] in FEMALE else ""
    return ""


_SAYS_AFTER = re.compile(rf"[ \u00a0](?:(?:has|had|also|later|then) )?(?:{SAID})\b")
_SAYS_BEFORE = re.compile(rf"[,”\"] (?:{SAID})[ \u00a0]$")


def _says(text: str, start: int, end: int) -> bool:
    """Whether a verb of saying stands beside text[start:end]."""
    return bool(_SAYS_AFTER.match(text, end) or _SAYS_BEFORE.search(text[max(0, start - 20) : start]))
