"""Does a sentence tell of another office than the question? The prime minister is not the foreign minister."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.terms import terms
from rag.asking.names import named
from rag.attribution.person_words import PLACES

_OFFICE = (
    "minister|ministers|secretary|secretaries|president|presidents|premier|premiers|adviser|advisers|advisor|advisors|"
    "spokesman|spokesmen|spokeswoman|spokesperson|governor|governors|chief|chiefs|director|directors|commissioner|"
    "ambassador|ambassadors|commander|commanders|general"
)
_FIELD = (
    "prime|foreign|defen[cs]e|interior|home|finance|economy|economic|health|justice|education|trade|commerce|oil|energy|"
    "labou?r|environment|climate|culture|transport|transportation|agriculture|industry|housing|homeland|security|"
    "national|treasury|press|police|fire|intelligence|army|navy|state|vice|deputy|assistant|attorney|surgeon"
)
_GAP = r"[\s-]{1,3}"
_SECOND = frozenset(("vice", "deputy", "assistant"))
"""Whoever is called so does not hold the office itself."""
_HELD = re.compile(
    rf"\b(?P<fields>(?:(?:{_FIELD})(?:{_GAP}and)?{_GAP}){{0,4}})(?P<office>{_OFFICE})\b"
    rf"(?P<to>{_GAP}(?:of|for){_GAP}(?:the{_GAP})?(?:{_FIELD})\b)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")
REACH = 30
"""Characters in front of an office in which its country stands."""
_OWNER = re.compile(r"(?<![\w.])(?P<owner>[A-Z][\w.]*(?:['’]s)?)\s\Z")
_OWNER_BEHIND = re.compile(r"\sof\s(?P<owner>[A-Z][\w.]*\w)")
_INITIALS = frozenset(("US", "U.S.", "U.S", "UK", "U.K.", "U.K", "EU", "UN", "U.N."))
"""What stands for a country, or a union of them, and is not among the names of places."""
_SEVERAL = frozenset(("premier", "premiers", "spokesman", "spokesmen", "spokeswoman", "spokesperson"))
"""Words for an office that is called by another one as often: prime minister, or as whoever holds it is."""
_SPELLED = {"defence": "defense", "labour": "labor", "advisor": "adviser", "spokesmen": "spokesman"}


@dataclass(frozen=True, slots=True)
class Office:
    """An office that a text names."""

    text: str
    name: str
    """"minister", in the singular."""
    fields: frozenset[str]
    """What it is the office of, and whether it is the second one: "prime", "deputy"."""
    owner: tuple[str, ...]
    """Stems of the country before or behind it ("Iraqi", "Iraq's", "of Iraq"); none where none stands there."""


def conflicting(question: str, sentence: str, article: str) -> str:
    """The office of the question in whose place the sentence has another, where the article never has it, or another
    country's; else ""."""
    for asked in _offices(question):
        rivals = [other for other in _offices(sentence) if other.name == asked.name]
        if rivals and all(another_country(asked.owner, other.owner) for other in rivals):
            return asked.text
        if rivals and all(_another(asked, other) for other in rivals):
            everywhere = (other for other in _offices(article) if other.name == asked.name)
            if all(_another(asked, other) for other in everywhere):
                return asked.text
    return ""


def offices(text: str) -> frozenset[str]:
    """The nouns of the offices that a text names, in the singular: "minister"."""
    return frozenset(one.name for one in _offices(text))


def office_words(text: str) -> frozenset[str]:
    """The words of the offices that a text names, in lower case: "defence", "minister"; none of which has several."""
    said = frozenset(word for one in _offices(text) for word in _WORD.findall(one.text.lower()))
    return said - _SEVERAL - {"and", "of", "for", "the"}


def _another(asked: Office, other: Office) -> bool:
    """Whether they are two offices: of two fields, or one is that of a deputy. Without a field ("the minister said")
    any may be meant."""
    if asked.fields & _SECOND != other.fields & _SECOND:
        return True
    return bool(asked.fields and other.fields) and not asked.fields <= other.fields


def _offices(text: str) -> Iterator[Office]:
    for match in _HELD.finditer(text):
        words = f"{match['fields'] or ''} {match['to'] or ''}".lower()
        fields = frozenset(_SPELLED.get(word, word) for word in _WORD.findall(words)) - {"and", "of", "for", "the"}
        office = match["office"].lower().removesuffix("s").replace("secretarie", "secretary")
        office = _SPELLED.get(office, office)
        if office == "premier":
            office, fields = "minister", fields | {"prime"}
        yield Office(match.group().strip(), office, fields, _owner(text, match.start(), match.end()))


def _owner(text: str, start: int, end: int) -> tuple[str, ...]:
    """The stems of the country whose office stands at text[start:end]."""
    said = _OWNER.search(text, max(0, start - REACH), start) or _OWNER_BEHIND.match(text, end)
    return country(said["owner"]) if said else ()


def country(word: str) -> tuple[str, ...]:
    """The stems of a word that names a country, or whose something is ("Iraqi", "U.S.", "Iraq's"); none of others."""
    plain = word.removesuffix("’s").removesuffix("'s")
    return tuple(terms(plain)) if plain.rstrip(".") in PLACES or plain in _INITIALS else ()


def another_country(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether both tell of a country, and it is not the same."""
    return bool(one and other) and not named(one, frozenset(other), place=True)
