"""What a question speaks of: its noun phrases, found by closed classes of English words.

Function words, verbs and predicates end a phrase; what is left between them is one. No tagger: questions are short
and built from few patterns, and a phrase that is cut wrongly costs a clumsy rewriting, not a wrong answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.text.sentences import TITLES
from rag.question.word_classes import (
    AUXILIARIES,
    BEING,
    COMPLEMENTED,
    DESCRIBING,
    DETERMINERS,
    GENERIC,
    LINKS,
    LY_NOUNS,
    ORGANISED,
    PARTICIPLES,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
    SUBJECTS,
    SUPPORT,
    VERBS,
)

TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’.&/-][^\W_]+)*['’]?|[^\s\w]|_")
MOST_TOKENS = 400
"""Tokens of a question that are looked at; an endless one is no follow-up."""

_DESCRIBES = re.compile(r"[a-z]{2,}(?:able|ible|ful|ous|ive|less|ed|tant|est)")
_OWNER = re.compile(r"(?:['’]s|s['’])\s")
_PLURAL = re.compile(r"[^\W\d_]{2,}(?<![su’'i])s")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark, at `start` of its text."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Exclusive."""
        return self.start + len(self.text)

    @property
    def low(self) -> str:
        """In lower case, with a straight apostrophe."""
        return self.text.lower().replace("’", "'")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase at `text[start:end]` of its question."""

    text: str
    start: int
    end: int
    before: str = ""
    """The preposition in front of it, or "which", in lower case."""

    @property
    def words(self) -> tuple[str, ...]:
        """Its words without the determiners it begins with."""
        found = [match.group() for match in TOKEN.finditer(self.text) if match.group()[0].isalnum()]
        while len(found) > 1 and found[0].lower() in DETERMINERS:
            found = found[1:]
        return tuple(found)

    @property
    def bare(self) -> str:
        """Its text without the determiners it begins with."""
        text = self.text
        while (parts := text.split(None, 1)) and len(parts) > 1 and parts[0].lower() in DETERMINERS:
            text = parts[1]
        return text

    @property
    def proper(self) -> bool:
        """Every word of it is capitalised."""
        return all(not word[0].islower() or word.lower() in PARTICLES | {"of"} for word in self.words)

    @property
    def definite(self) -> bool:
        """It begins with "the", "this" and the like: as if known."""
        return self.text.split()[0].lower() in ("the", "this", "these", "those", "that")

    @property
    def name(self) -> bool:
        """It has a capital after its first letter or a capitalised word."""
        return any(word[:1].isupper() or any(char.isupper() for char in word[1:]) for word in self.words)

    @property
    def head(self) -> str:
        """The noun that it turns on, in lower case: the last word before "of"."""
        words = list(self.words)
        cut = next((n for n, word in enumerate(words) if n and word.lower() in PREPOSITIONS), len(words))
        return words[cut - 1].lower() if words else ""

    @property
    def plural(self) -> bool | None:
        """Whether "they" fits and "it" does not; None where both do."""
        if " and " in self.text:
            return True
        if self.name and self.head.capitalize() in self.text and self.text.split()[0].lower() != "the":
            return None
        return bool(_PLURAL.fullmatch(self.head)) or self.head in ("people", "men", "women", "children", "police")

    @property
    def lacking(self) -> bool:
        """It needs an "of …" that it has not: "the advantages"."""
        return singular(self.head) in COMPLEMENTED and " of " not in self.text and not self.name

    @property
    def substantial(self) -> bool:
        """It is a thing that "it" or "they" could stand for: "the largest" and "people" are not."""
        generic = self.head in GENERIC or singular(self.head) in GENERIC
        owned = bool(_OWNER.search(self.text)) and singular(self.head) in COMPLEMENTED
        doing = self.before != "" and len(self.words) == 1 and self.head.endswith("ing")
        return not (self.lacking or generic or owned or doing) and (self.name or not _describes(self.head))

    @property
    def person(self) -> bool:
        """It looks like a person's name: two capitalised words or more, none an organisation's or a place's."""
        words = self.words
        if self.definite or not 2 <= len(words) <= 6 or any(word.lower() in ORGANISED for word in words):
            return False
        return all(capital(word) for word in words) and not all(word.isupper() for word in words)


def capital(word: str) -> bool:
    """Whether it may be part of a name: Kirby, al, al-Kadhimi."""
    return word[0].isupper() or word.lower() in PARTICLES or word.lower().split("-")[0] in PARTICLES


def singular(word: str) -> str:
    """A noun's singular, roughly, in lower case."""
    low = word.lower()
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    return low[:-1] if _PLURAL.fullmatch(low) else low


def tokens(text: str) -> list[Token]:
    """The words and marks of a text, in order."""
    found: list[Token] = []
    for match in TOKEN.finditer(text):
        if len(found) >= MOST_TOKENS:
            break
        found.append(Token(match.group(), match.start()))
    return found


def content(text: str) -> list[str]:
    """The words of a question that are of no closed class, in lower case."""
    return [token.low for token in tokens(text) if token.text[0].isalnum() and not closed(token.low)]


def closed(word: str) -> bool:
    """Whether a word, in lower case, says nothing by itself."""
    stem = word.split("'")[0] if "'" in word else word
    return any(stem in group for group in (DETERMINERS, AUXILIARIES, PREPOSITIONS, PRONOUNS, LINKS)) or word in (
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
        "don't",
        "doesn't",
        "didn't",
        "s",
        "t",
        "ll",
        "re",
        "ve",
        "d",
    )


def phrases(text: str) -> list[Phrase]:
    """The noun phrases of a question, in order; "A of B" is one, unless A asks for its "of" ("the causes of B")."""
    joined: list[Phrase] = []
    for phrase in _chunks(text):
        last = joined[-1] if joined else None
        between = text[last.end : phrase.start].strip().lower() if last else ""
        if last and ((between == "of" and _complete(last)) or (between == "and" and _pair(last, phrase))):
            joined[-1] = replace(last, text=text[last.start : phrase.end], end=phrase.end)
        else:
            joined.append(phrase)
    return joined


def _complete(phrase: Phrase) -> bool:
    """Whether an "of …" behind it is part of what it names: not so in "the causes of"."""
    return not phrase.lacking and singular(phrase.head) not in GENERIC


def _pair(one: Phrase, other: Phrase) -> bool:
    """Whether "A and B" is one thing: both are names, or neither is and both are short."""
    return one.name == other.name and len(other.words) <= 3 and not other.definite


def _chunks(text: str) -> Iterator[Phrase]:
    found = tokens(text)
    start: int | None = None
    for at, token in enumerate([*found, Token("?", len(text))]):
        inside = start is not None
        chunk = found[start:at] if start is not None else []
        if at < len(found) and _continues(found, at, chunk):
            start = at if start is None else start
            continue
        if inside and start is not None and (phrase := _phrase(text, found, start, at)):
            yield phrase
        start = at if at < len(found) and token.low in DETERMINERS and _determines(found, at) else None


def _determines(found: list[Token], at: int) -> bool:
    """Whether the determiner has a noun: "that" in "Who said that?" has none."""
    follower = found[at + 1] if at + 1 < len(found) else None
    if follower is None or not follower.text[0].isalnum():
        return False
    return _acronym(follower) or follower.low in DETERMINERS or not closed(follower.low)


def _acronym(token: Token) -> bool:
    """Whether it is "US" and not "us"."""
    return len(token.text) > 1 and token.text.isupper()


def _particle(found: list[Token], at: int, chunk: list[Token]) -> bool:
    """Whether the word stands inside a name: Tió de Nadal."""
    capitals = bool(chunk) and chunk[-1].text[0].isupper() and at + 1 < len(found) and found[at + 1].text[0].isupper()
    return capitals and found[at].low in PARTICLES


def _continues(found: list[Token], at: int, chunk: list[Token]) -> bool:
    """Whether the token is part of a noun phrase, of which `chunk` came before."""
    token = found[at]
    if not token.text[0].isalnum():
        return token.text == "." and bool(chunk) and chunk[-1].low in TITLES
    if token.low in ("most", "other") and chunk and chunk[-1].text.endswith(("'s", "’s", "s'", "s’")):
        return True
    if token.low in DETERMINERS:
        return bool(chunk) and all(one.low in DETERMINERS for one in chunk) and _determines(found, at)
    if token.text[0].isupper() and at and found[at - 1].text not in ".?!":
        return token.low not in PRONOUNS or _acronym(token)
    if closed(token.low):
        return False
    if _particle(found, at, chunk):
        return True
    return not _predicate(found, at, chunk)


def _predicate(found: list[Token], at: int, opened: list[Token]) -> bool:
    """Whether a lower-case word is a verb, or says something of the phrase before it."""
    word = found[at].low
    before = found[at - 1].low if at else ""
    after = found[at + 1] if at + 1 < len(found) else None
    ends = after is None or closed(after.low) or not after.text[0].isalnum()
    chunk = [one for one in opened if one.low not in DETERMINERS]
    if not opened:
        return _begins_as_verb(word, before, after, ends)
    if not chunk:
        return word in VERBS and opened[-1].low in ("that", "this")
    earlier = found[: at - len(opened)]
    nearest = next((one.low for one in reversed(earlier) if one.low in AUXILIARIES), "")
    aux = nearest if earlier and earlier[-1].low in AUXILIARIES | {"and"} else ""
    tall = not chunk[-1].text[0].islower() or capital(chunk[-1].text)
    if (word.endswith("ed") and len(word) > 4) or _adverb(word):
        return True
    if nearest in BEING and ends and (_describes(word) or word in PARTICIPLES):
        return True
    if _PLURAL.fullmatch(word) and word not in VERBS:
        return False
    if word in VERBS:
        return tall or bool(_PLURAL.fullmatch(chunk[-1].low)) or aux in SUPPORT
    acts = ends and not (after is not None and after.low in AUXILIARIES)
    return (aux in SUPPORT and acts) or (word.endswith("ing") and aux in BEING and tall)


def _adverb(word: str) -> bool:
    return word.endswith("ly") and len(word) > 4 and word not in LY_NOUNS


def _describes(word: str) -> bool:
    """Whether a word is most often an adjective."""
    return word in DESCRIBING or bool(_DESCRIBES.fullmatch(word))


def _begins_as_verb(word: str, before: str, after: Token | None, ends: bool) -> bool:
    """Whether a lower-case word that no noun stands in front of is a verb."""
    if before in SUBJECTS or before == "how" or (ends and _describes(word)):
        return True
    if after is not None and after.low in AUXILIARIES:
        return False
    if word.endswith("ing") and after is not None and (after.text[0].isupper() or after.low in DETERMINERS):
        return True
    if before == "to" and after is not None and (after.low in DETERMINERS or after.low in PRONOUNS):
        return True
    return (word in VERBS and (before == "to" or before not in PREPOSITIONS)) or (word.endswith("ed") and ends)


def _phrase(text: str, found: list[Token], start: int, stop: int) -> Phrase | None:
    if all(token.low in DETERMINERS for token in found[start:stop]):
        return None
    before = found[start - 1].low if start else ""
    first, last = found[start], found[stop - 1]
    end = last.end - (1 if last.text[-1] in "'’" else 0)
    return Phrase(text[first.start : end], first.start, end, before if before in PREPOSITIONS | {"which"} else "")
