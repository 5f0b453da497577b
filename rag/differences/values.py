"""What a sentence says that another could say differently: numbers, dates, names and quoted words.

    values("About 2,500 U.S. troops remain, John Kirby said on Dec. 9.")
        a number (2,500, about, counting U.S. troops), two names and a date

`compatible` tells whether two values can both be true: the same, one a rounding of the other, one more precise, or
the same name in another spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.text.terms import terms, words
from rag.differences.amounts import Number, numbers, same_amount, scores
from rag.differences.when import When, dates, same_days
from rag.question.names import named
from rag.question.query import FUNCTION_WORDS

STEM = 5
"""Letters from which on a name may be the beginning of another form of itself: Indiana, Indianapolis."""
LONGEST = 2_000
"""Characters of a sentence that are read: what is longer is no sentence."""


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name at `sentence[start:end]`; `parts` are its words without titles, in lower case."""

    start: int
    end: int
    text: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words in quotation marks; the span is that of the words."""

    start: int
    end: int
    text: str
    words: tuple[str, ...]
    """In lower case, without what stands in square brackets."""


Value = Number | When | Name | Quote

_PROPER = (
    r"(?:(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Maj|Gen|Brig|Lt|Col|Capt|Sgt|Adm|Sen|Rep|Gov|Prof|Rev|[A-Z])\.(?=\s[A-Z])"
    r"|[A-ZÀ-Þ](?:\.[A-Z])+\.?|[A-ZÀ-Þ][^\W_]*(?:[’'-][^\W_]+)*)"
)
_NAME = re.compile(
    rf"\b(?:(?:al|el|bin|ibn)[ -])?{_PROPER}"
    rf"(?:(?:\s|-)(?:(?:of\s(?:the\s)?|al[ -]|bin\s|von\s|van\s|de\s|la\s){{0,2}}){_PROPER}){{0,8}}"
)
TITLES = frozenset(
    """
    president vice prime minister chancellor mr mrs ms miss dr doctor prof professor sir lord lady dame king queen
    prince princess pope gen general maj major lt lieutenant col colonel capt captain sgt sergeant brig brigadier adm
    admiral sen senator senators rep representative gov governor mayor secretary justice attorney
    officer director chairman chairwoman speaker spokesman spokeswoman commissioner ambassador sheriff detective
    rev reverend ceo coach actor actress
    """.split()  # noqa: SIM905
)
"""Words that may stand before a person's name and are no part of it."""
_OFFICE = re.compile(r"\bSecretary of (?:the )?[A-Z][a-z]+\s(?=[A-Z])")
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii"))
_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december jan feb mar apr aug sept sep oct nov dec today yesterday""".split()  # noqa: SIM905
)
CLIPPED = 4
"""Letters above which a word that ends on "in" may have lost its "g"."""
_QUOTE = re.compile(r"[“\"]([^“”\"]{2,1000})(?:[”\"]|\Z)")
_BRACKETS = re.compile(r"\[[^\]]{0,100}\]|\([^)]{0,100}\)")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PARTICLES = frozenset(("al", "el", "bin", "ibn", "von", "van", "de", "la", "a", "an", "the", "of", "and", "for"))


@lru_cache(maxsize=4_096)
def values(text: str, published: str | None = None) -> tuple[Value, ...]:
    """The values of a sentence by place; of its article the ISO date, against which "last month" is read."""
    text = text[:LONGEST]
    found: list[Value] = []
    said: tuple[Value, ...] = (
        *_quotes(text),
        *dates(text, published),
        *scores(text),
        *numbers(text),
        *_names(text),
    )
    for value in said:
        taken = (other for other in found if not isinstance(other, Quote))
        if not any(value.start < other.end and other.start < value.end for other in taken):
            found.append(value)
    return tuple(sorted(found, key=lambda value: (value.start, -value.end)))


def compatible(one: Value, other: Value) -> bool:
    """Whether two values of one kind can both be right; values of different kinds contradict nothing."""
    if isinstance(one, Number) and isinstance(other, Number):
        return same_amount(one, other)
    if isinstance(one, When) and isinstance(other, When):
        return same_days(one, other)
    if isinstance(one, Name) and isinstance(other, Name):
        return same_name(one.parts, other.parts)
    if isinstance(one, Quote) and isinstance(other, Quote):
        return in_order(one.words, other.words) == min(len(one.words), len(other.words))
    return True


@lru_cache(maxsize=20_000)
def in_order(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many words two quotes have in common, in one order (the longest common subsequence)."""
    one, other = tuple(map(_unclipped, one)), tuple(map(_unclipped, other))
    row = [0] * (len(other) + 1)
    for word in one:
        diagonal = 0
        for at, against in enumerate(other, 1):
            diagonal, row[at] = row[at], diagonal + 1 if word == against else max(row[at], row[at - 1])
    return row[-1]


def _unclipped(word: str) -> str:
    """ "lovin’" and "loving" are one word."""
    return word + "g" if len(word) > CLIPPED and word.endswith("in") else word


def _names(text: str) -> Iterator[Name]:
    for match in _NAME.finditer(text):
        start, end = match.span()
        if office := _OFFICE.match(text, start, end):
            start = office.end()
        tokens = [(token.start(), token.end()) for token in _TOKEN.finditer(text, start, end)]
        kept = _untitled([text[slice(*token)].lower() for token in tokens])
        if kept < len(tokens) and not {text[slice(*token)].lower() for token in tokens} <= _CALENDAR:
            span = tokens[kept][0], end
            parts = tuple(_parts(text[slice(*span)]))
            if parts:
                yield Name(*span, text[slice(*span)], parts)


def _untitled(tokens: list[str]) -> int:
    """How many of a name's words come before the name itself: "U.S. President Joe Biden", "The Hague"."""
    titled = [at for at, word in enumerate(tokens[:-1]) if word in TITLES]
    skipped = titled[-1] + 1 if titled else 0
    while skipped < len(tokens) and tokens[skipped] in FUNCTION_WORDS - {"us", "it", "who", "is", "will"}:
        skipped += 1
    return skipped


def _parts(name: str) -> Iterator[str]:
    """The words of a name in lower case, without possessive, suffixes and particles."""
    for word in words(name):
        plain = re.sub(r"['’]s$|['’]$", "", word).lower()
        if plain and plain not in _SUFFIXES and plain not in _PARTICLES:
            yield plain


def uncontracted(word: str) -> list[str]:
    """The words of one in lower case: "won’t" gives will, not."""
    word = word.lower().replace("’", "'")
    if word == "cannot":
        return ["can", "not"]
    if word.endswith("n't"):
        return [{"wo": "will", "ca": "can", "sha": "shall"}.get(word[:-3], word[:-3]) or "not", "not"]
    ending = next((full for short, full in _ENDINGS.items() if word.endswith(short)), "")
    return [word[: word.rindex("'")], ending] if ending else [word]


_ENDINGS = {"'ll": "will", "'re": "are", "'ve": "have", "'m": "am"}


@lru_cache(maxsize=4_096)
def quotes(text: str) -> tuple[Quote, ...]:
    """The quoted words of a sentence, in order."""
    return tuple(_quotes(text[:LONGEST]))


def _quotes(text: str) -> Iterator[Quote]:
    for match in _QUOTE.finditer(text):
        start, end = match.span(1)
        words = [part for word in _TOKEN.findall(_BRACKETS.sub(" ", match[1])) for part in uncontracted(word)]
        said = tuple(
            word for word, before in zip(words, [None, *words], strict=False) if word != before
        )  # "and – and"
        while end > start and text[end - 1] in " ,.":
            end -= 1
        if said:
            yield Quote(start, end, text[start:end], said)


def same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names may be one: shorter, an acronym, of the same country, or in another spelling."""
    if not one or not other or one == other:
        return True
    if _acronym(one, other) or _acronym(other, one) or _forms(one, other) or _forms(other, one):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) == 1 or len(long) == 1:
        return any(spelled(short[0], part) for part in long)
    within = _all_spelled(short, long) and (len(short) < len(long) or _all_spelled(long, short))
    return within or (spelled(one[-1], other[-1]) and one[0][:2] == other[0][:2])


def _all_spelled(parts: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return all(any(spelled(part, of) for of in name) for part in parts)


def _acronym(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """ISIS for Islamic State, EU for European Union: its letters begin with the initials of the words."""
    letters = short[0].removeprefix("acronym")
    initials = "".join(word[0] for word in long)
    return len(short) == 1 and len(long) > 1 and 2 <= len(letters) <= 6 and letters.startswith(initials)


def _forms(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Iraq and Iraqi, the US and Washington."""
    stems = tuple(terms(" ".join(word.upper() if word in ("us", "is") else word for word in one)))
    others = frozenset(terms(" ".join(word.upper() if word in ("us", "is") else word for word in other)))
    return len(one) == 1 and len(other) <= 2 and named(stems, others)


def spelled(one: str, other: str) -> bool:
    """Whether two words are one name in two spellings: their consonants are the same, as far as they sound apart."""
    if one == other or (min(len(one), len(other)) >= STEM and (one.startswith(other) or other.startswith(one))):
        return True
    return (one[:1] == other[:1] and _consonants(one) == _consonants(other)) or _vowel_start(one, other)


def _vowel_start(one: str, other: str) -> bool:
    both = _consonants(one), _consonants(other)
    return both[0] == both[1] and len(both[0]) >= 3


@lru_cache(maxsize=20_000)
def _consonants(word: str) -> str:
    for letters, sound in (
        ("ph", "f"),
        ("kh", "k"),
        ("gh", "g"),
        ("dh", "d"),
        ("ck", "k"),
        ("q", "k"),
        ("c", "k"),
        ("z", "s"),
    ):
        word = word.replace(letters, sound)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouyhwàâáäãåèéêëìíîïòóôöõùúûü'’-]", "", word))
