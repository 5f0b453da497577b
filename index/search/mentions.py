"""Every place in the articles where a word or a phrase stands: exact, and read as a person reads.

Letter case, accents, and the punctuation between words do not count; whole words do. All texts are read: the
full-text index knows stems, and not what stands in boilerplate. Folding is one table look-up for each character, so
that 10,000 articles take less than a second (tests/index/test_mentions.py compares it with a plain reading).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from index.catalog.database import Database
from index.errors import BylineError

LONGEST = 200
"""Characters of a phrase."""
MOST_WORDS = 20
CHUNK = 500
"""Articles whose texts are in memory at once."""
SEVERAL = "\ue000"
"""Stands in the table for a character that folds to none or to several; of the private area, so no text needs it."""
UNKNOWN = "\ufffd"
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)*(?![^\W_])|[^\W_]+")
_BETWEEN = r"(?:(?!\n[^\S\n]*\n)[\W_])+"
"""Between two words of a phrase stands anything but letters, digits and the end of a paragraph."""
_WITHOUT_ACCENT = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Letters that Unicode does not take apart, as they are typed where the keyboard lacks them."""

Numbers = npt.NDArray[np.int64]


class PhraseError(BylineError):
    """Nothing that can be looked for in articles."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is looked for."""

    words: tuple[str, ...]
    """Folded: two phrases of the same words are found in the same places."""
    pattern: re.Pattern[str]
    """Finds it in a folded text."""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """An article and the places in its text where the phrase stands."""

    article: int
    """Its id in the catalog; a changed article has another."""
    spans: npt.NDArray[np.int32]
    """Start and end in code points, shape (mentions, 2), ascending."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in lower case without accents."""

    text: str
    places: Numbers | None
    """For each character of `text`, and its end, where it stands in the original; None: in the same place."""


def phrase(text: str) -> Phrase:
    """What to look for. Raises PhraseError where there is no word in it, or too many."""
    if len(text) > LONGEST:
        raise PhraseError(f"that is longer than {LONGEST} characters: look for a word or a short phrase")
    words = _WORD.findall(fold(text).text)
    if not words:
        raise PhraseError("there is no word in that: look for a word or a short phrase")
    if len(words) > MOST_WORDS:
        raise PhraseError(f"those are more than {MOST_WORDS} words: look for a word or a short phrase")
    words = [word.replace(",", "") for word in words]
    first, *rest = map(_whole, words)
    return Phrase(tuple(words), re.compile(_BETWEEN.join((first, *rest))))


def _whole(word: str) -> str:
    """The pattern of a whole word. It begins with plain letters: `re` looks for those much faster than for anything
    else, so what must not stand before the word is looked at behind it."""
    after = r"(?![^\W_])"
    if not word[0].isdecimal():
        return f"{word}(?<![^\\W_]{word}){after}" + (r"(?![.,][0-9])" if word[-1].isdecimal() else "")
    head = f"{word[0]}(?<![^\\W_]{word[0]})(?<![0-9][.,]{word[0]})"
    if word.replace(".", "").isdecimal():
        return head + "".join(rf",?{re.escape(digit)}" for digit in word[1:]) + after + r"(?![.,][0-9])"
    return head + word[1:] + after + (r"(?![.,][0-9])" if word[-1].isdecimal() else "")


def mentions(database: Database, wanted: Phrase) -> list[Mentioned]:
    """Every article that mentions it, the newest first and those without a date last, each with all its places."""
    order = "SELECT id FROM articles ORDER BY published IS NULL, published DESC, path"
    ids = [row[0] for row in database.rows(order)]
    found: list[Mentioned] = []
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        texts = dict(database.rows_in("SELECT id, text FROM articles WHERE id IN", part))
        for article in part:
            spans = places(texts.get(article, ""), wanted)
            if len(spans):
                found.append(Mentioned(article, spans))
    return found


def places(text: str, wanted: Phrase) -> npt.NDArray[np.int32]:
    """Where the phrase stands in a text: start and end of each mention, shape (mentions, 2), none over another."""
    folded = fold(text)
    spans = np.array([match.span() for match in wanted.pattern.finditer(folded.text)], np.int32).reshape(-1, 2)
    return spans if folded.places is None else folded.places[spans].astype(np.int32)


def fold(text: str) -> Folded:
    """The text in lower case, without accents and invisible characters."""
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) != 2 * len(text):
        data = _BEYOND.sub(UNKNOWN, text).encode("utf-16-le", "surrogatepass")
    codes = np.frombuffer(data, "<u2")
    single, several, lengths = _table()
    folded = np.take(single, codes).tobytes().decode("utf-16-le")
    if SEVERAL not in folded:
        return Folded(folded, None)
    parts, last = [], 0
    for found in re.finditer(SEVERAL, folded):
        parts += [folded[last : found.start()], several[chr(codes[found.start()])]]
        last = found.end()
    starts = np.repeat(np.arange(len(codes)), np.take(lengths, codes))
    return Folded("".join((*parts, folded[last:])), np.append(starts, len(codes)))


@cache
def _table() -> tuple[npt.NDArray[np.uint16], dict[str, str], npt.NDArray[np.uint8]]:
    """For each character below U+10000 what it folds to, where that is one character; else in the dictionary; and
    how many characters that are."""
    single = np.arange(0x10000, dtype="<u2")
    several: dict[str, str] = {}
    lengths = np.ones(0x10000, np.uint8)
    single[0xD800:0xF900] = ord(UNKNOWN)  # halves of characters, and the private area
    for code in (*range(0xD800), *range(0xF900, 0x10000)):
        char = chr(code)
        plain = _plain(char)
        if len(plain) == 1:
            single[code] = ord(plain)
        else:
            single[code], several[char], lengths[code] = ord(SEVERAL), plain, len(plain)
    return single, several, lengths


def _plain(char: str) -> str:
    """What a character is read as; "" for a combining accent and for what nobody sees."""
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return ""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if not char.isalpha() or "\uac00" <= char <= "\ud7a3":  # Hangul syllables fall apart without an accent
        return char
    apart = unicodedata.normalize("NFKD", char.casefold()).casefold().translate(_WITHOUT_ACCENT)
    return "".join(one for one in apart if one.isalnum() and one < SEVERAL) or char
