"""Who is named in an article: the places where names stand, which of them are persons', and he or she.

No tagger: a run of capitalised words is a person's name where a title ("Maj. Gen."), what somebody does ("analyst"),
a common first name, an age or "who" says so. What may be a person's and is not known to be is kept too: it is never
put in for anybody, but where it stands "he" may be another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

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
_TIED = re.compile(r"-(?:based|born|led|era|backed|area|style|turned|owned|raised|native|bred)\Z")
"""Ends a word that is no part of the name behind it ("London-based")."""
_INSIDE = re.compile(r"\b(?:in|at|near|across|outside)\s\Z")
"""Before a place, or an institution."""
_SUFFIX = re.compile(r",?\s(?:Jr|Sr|II|III|IV)\b")
_INITIAL = re.compile(r"[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]")
_ABBREVIATED = frozenset(
    "mr mrs ms dr gen maj lt col sgt capt cpl cmdr adm sen rep gov prof rev brig big supt st sens reps jr sr".split()  # noqa: SIM905
)
_PREFIXED = re.compile(r"(?:al|el|ul|ash|as|an|ad|at)-[^\W\d_]|(?:d|l)[’'][^\W\d_]", re.IGNORECASE)
LONGEST_NAME = 5
"""Words of a person's name at most; a longer run of capitals is a heading."""
SHOUTED = 3
"""Letters from which on a word in capitals is an acronym ("NBA") and no name."""


@dataclass(frozen=True, slots=True)
class Run:
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
    words = list(_WORD.finditer(text, start, end))
    at = 0
    while at < len(words):
        if not _capital(words[at].group()):
            at += 1
            continue
        last = at
        while (following := _next(text, words, last)) is not None:
            last = following
        made = _run(text, number, words, at, last, start)
        if made:
            yield made
        at = last + 1


def _next(text: str, words: Sequence[re.Match[str]], last: int) -> int | None:
    """The next word of the name that has `words[last]`, or None where it ends there."""
    if _TIED.search(words[last].group()):
        return None
    at = last + 1
    while at < len(words) and _joined(text, words[at - 1], words[at]):
        word = words[at].group()
        if _capital(word):
            return None if word.lower() in BREAKS else at
        if word not in PARTICLES or at > last + 2:
            return None
        at += 1
    return None


def _joined(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    gap = text[one.end() : other.start()]
    if gap.startswith("."):
        word = one.group().lower()
        return bool(_GAP.fullmatch(gap)) and (word in _ABBREVIATED or bool(_INITIAL.fullmatch(word)))
    return bool(_GAP.fullmatch(gap))


def _capital(word: str) -> bool:
    return word[0].isupper() or bool(_PREFIXED.match(word))


def _run(text: str, number: int, words: Sequence[re.Match[str]], first: int, last: int, sentence: int) -> Run | None:
    """The name in the words from `first` to `last`, or None where there is none."""
    while first <= last and words[first].start() == sentence and words[first].group().lower() in NOT_NAMES:
        first, sentence = first + 1, words[first + 1].start() if first < last else -1
    title = next((n for n in range(last, first - 1, -1) if words[n].group().lower() in TITLES), first - 1)
    if title == last or words[first].group().lower() in SUFFIXES:
        return None
    ahead = words[first - 1].group().lower() if first and _joined(text, words[first - 1], words[first]) else ""
    begin = _begin(
        words,
        title + 1,
        last,
        titled=title >= first or (ahead == "of" and words[first].group().lower() in DEPARTMENTS),
    )
    before = _before(text, words, first, begin)
    start, end = words[begin].start(), words[last].end()
    parts = tuple(word.group() for word in words[begin : last + 1])
    if suffix := _SUFFIX.match(text, end):
        end = suffix.end()
    if text[start:end].endswith(("Jr", "Sr")) and text[end : end + 1] == ".":
        end += 1
    article = begin == first and ahead in ("the", "a", "an", "this", "our", "new")
    standing, gender = _standing(text, parts, before, article, start, end)
    junior = bool(suffix and "Jr" in suffix.group()) or parts[-1].lower() == "jr"
    return Run(number, start, end, parts, before, standing, gender, junior, article)


def _begin(words: Sequence[re.Match[str]], first: int, last: int, titled: bool) -> int:
    """Where a person's name itself begins behind "Republican" or "London-based"."""
    begin = first
    while begin < last and _no_part(words[begin].group()):
        begin += 1
    if (
        titled
        and last - begin > 1
        and not _first_name(words[begin].group())
        and _first_name(words[begin + 1].group())
    ):
        begin += 1  # "the Minister of Finance Chrystia Freeland"
    return begin if titled or (begin < last and _first_name(words[begin].group())) else first


def _first_name(word: str) -> bool:
    return word in MALE or word in FEMALE


def _no_part(word: str) -> bool:
    acronym = word.isupper() and len(word) > 1
    return word in PLACES or acronym or word.lower() in DEPARTMENTS or word.lower() in PERSON_NOUNS


def _before(text: str, words: Sequence[re.Match[str]], first: int, begin: int) -> tuple[str, ...]:
    """The titles and nouns directly before a name, the nearest last; at most five words."""
    found = [words[n].group().lower() for n in range(first, begin)]
    at = first - 1
    while at >= 0 and first - at <= 3 and _joined(text, words[at], words[at + 1]):
        word = words[at].group()
        if not (word.lower() in PERSON_NOUNS or word.lower() in ("former", "ex", "vice", "prime", "then")):
            break
        found.insert(0, word.lower())
        at -= 1
    return tuple(found[-5:])


def _standing(
    text: str, parts: tuple[str, ...], before: tuple[str, ...], article: bool, start: int, end: int
) -> tuple[Standing, Gender]:
    gender = _gender(parts, before)
    named = len(parts) > 1 and _first_name(parts[0])
    if any(part.lower() in INSTITUTIONS for part in parts[named:]):
        return ("possible" if named else "other"), ""
    if len(parts) > 1 and parts[0] in PLACES and not named:
        return "other", ""
    titled = bool(before) and (before[-1] in TITLES or before[-1] in PERSON_NOUNS)
    if (article and not titled) or len(parts) > LONGEST_NAME or parts[-1] in PLACES:
        return "other", ""
    if all(part.isupper() and len(part) >= SHOUTED for part in parts):
        return "other", ""
    told = _AFTER.match(text, end) or _AGED.search(text[max(0, start - 30) : start])
    if named or titled or told:
        return "person", gender
    if _INSIDE.search(text[max(0, start - 9) : start]):
        return "other", ""
    said = len(parts) == 1 and _says(text, start, end)
    return ("possible" if len(parts) > 1 or said else "other"), gender


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
