"""Does a sentence tell of another office than the question? The prime minister is not the foreign minister."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from index.sentences import words_of
from index.terms import stems, terms
from rag.asking.kinds import AUXILIARY
from rag.asking.names import named
from rag.asking.office_names import FIELD, OFFICE
from rag.asking.question import CALENDAR, FUNCTION_STEMS
from rag.attribution.first_names import FEMALE, MALE
from rag.attribution.person_words import PERSON_NOUNS, PLACES
from rag.attribution.persons import runs

_GAP = r"[\s-]{1,3}"
_SECOND = frozenset(("vice", "deputy", "assistant"))
"""Whoever is called so does not hold the office itself."""
_FIELDS = rf"(?:(?:{FIELD})(?:{_GAP}and)?{_GAP}){{0,4}}"
_HELD = re.compile(
    rf"\b(?P<fields>{_FIELDS})(?P<office>{OFFICE})\b"
    rf"(?P<to>{_GAP}(?:of|for){_GAP}(?:the{_GAP})?(?:{FIELD})\b)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")
REACH = 30
"""Characters in front of an office in which its country stands."""
_CAPITALS = re.compile(r"[A-Z][\w.]*\w")
_PRONOUN = re.compile(r"\b(?:he|she|I)\b", re.IGNORECASE)
"""A sentence with one may be of whoever holds the office, who is named in front of it."""
_NAME = r"[A-Z][\w.&-]*"
BESIDE = 6
"""Characters between an office and the name of whoever holds it: ", the "."""
_OWNER = re.compile(rf"(?<![\w.])(?P<owner>(?:{_NAME}\s){{0,3}}{_NAME}(?:['’]s)?)\s(?:new\s)?\Z")
_OWNER_BEHIND = re.compile(rf"\s(?:of|at|for)\s(?:the\s)?(?P<owner>{_NAME}(?:\s{_NAME}){{0,3}})")
_OWNS = re.compile(r"['’]s?\s[a-z]")
"""Behind an office of whose holder something is told."""
_TITLED = re.compile(r"\s(?:[A-Z][\w.’'-]*\s?){1,4}")
"""The name behind a title: " Joe Biden"."""
_PAST = re.compile(r"\b(?:former|previous|ex|then|late|one-time|onetime)[\s-]\Z", re.IGNORECASE)
"""Whoever is called so does not hold the office any more."""
_HOLDER = re.compile(
    r"\b(?:who(?:(?P<now>['’]s| is| are)| was| were| became)|what(?:['’]s| is| was) the name of)\s"
    rf"(?:the\s|an?\s)?(?:(?!{AUXILIARY}\b)[\w’'.&-]+\s){{0,5}}?(?={_FIELDS}(?P<office>{OFFICE}|{'|'.join(sorted(PERSON_NOUNS))})\b(?!['’]))",
    re.IGNORECASE,
)
"""The beginning of a question that asks who holds an office."""
_INITIALS = frozenset(("US", "U.S.", "U.S", "UK", "U.K.", "U.K", "EU", "UN", "U.N."))
"""What stands for a country, or a union of them, and is not among the names of places."""
_SEATS = frozenset(seat + end for seat in ("Pentagon", "Kremlin") for end in ("", "’s", "'s"))
"""Among the names of places, and yet the spokesman of one is nobody else's in its country."""
_SEVERAL = words_of(
    """
    premier premiers spokesman spokesmen spokeswoman spokesperson chair chairman chairwoman chairperson ceo executive
    leader leaders head boss manager owner founder founders
    """
)
"""Words for an office that is called by another one as often: prime minister, or as whoever holds it is."""
_SPELLED = {"defence": "defense", "labour": "labor", "advisor": "adviser", "chief executive": "ceo"}
_SPELLED |= dict.fromkeys(("spokesmen", "spokeswoman", "spokesperson"), "spokesman")
_SPELLED |= dict.fromkeys(("chair", "chairwoman", "chairperson"), "chairman")


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
    body: tuple[str, ...]
    """The same of any name: "UPS chief", "the president of the NewsGuild"."""
    past: bool
    """It is a former one's."""
    end: int
    """Where it ends in the text."""


def holder(question: str) -> tuple[int, int] | None:
    """Where in a question the office stands whose holder is asked for; None where none is."""
    match = _HOLDER.search(question)
    return match.span("office") if match else None


def conflicting(question: str, sentence: str, article: str) -> str:
    """The office of the question in whose place the sentence has another, where the article never has it, another
    country's or company's, or a former holder's where today's is asked for; else ""."""
    asks = _HOLDER.search(question)
    for asked in _offices(question):
        rivals = [other for other in _offices(sentence) if other.name == asked.name]
        if rivals and all(another_country(asked.owner, other.owner) for other in rivals):
            return asked.text
        if rivals and all(_another_body(asked, other, sentence) for other in rivals):
            return asked.text
        if asks and rivals and asked.owner and not any(other.owner for other in rivals) and _abroad(asked, sentence):
            return asked.text
        if asks and rivals and _somebody_else(asked, rivals, sentence, article):
            return asked.text
        if rivals and asks and asks["now"] and not asked.past and all(other.past for other in rivals):
            return asked.text
        if rivals and all(_another(asked, other) for other in rivals):
            everywhere = (other for other in _offices(article) if other.name == asked.name)
            if all(_another(asked, other) for other in everywhere):
                return asked.text
    return ""


def tells(question: str, sentence: str) -> bool:
    """Whether a sentence has an office of the question, and says of which country where the question does."""
    return any(
        other.name == asked.name and bool(asked.owner) <= bool(other.owner)
        for asked in _offices(question)
        for other in _offices(sentence)
    )


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


def named_holder(question: str, sentence: str) -> bool:
    """Whether a sentence names a person whom the question does not, somebody beside an office, or has a pronoun."""
    known = stems(question)
    held = [match.span() for match in _HELD.finditer(sentence)]
    asked = _HOLDER.search(question)
    said = list(re.finditer(rf"\b{re.escape(asked['office'])}\b", sentence, re.IGNORECASE)) if asked else []
    if said and all(_OWNS.match(sentence, match.end()) for match in said):
        return False  # "a sheriff's deputy"
    held += [match.span() for match in said]  # "his wife, Karen"
    for run in runs(sentence, [(0, len(sentence))]):
        beside = any(0 <= run.start - end <= BESIDE or 0 <= start - run.end <= BESIDE for start, end in held)
        first = run.words[0] in MALE or run.words[0] in FEMALE
        sort = run.standing == "person" or ((run.standing == "possible" or first) and beside)
        if sort and not known.issuperset(terms(" ".join(run.words))):
            return True
    return bool(_PRONOUN.search(sentence))


def _abroad(asked: Office, sentence: str) -> bool:
    """Whether a sentence names another country than that of the office: whose president it is may be either's."""
    said = (country(word) for word in _CAPITALS.findall(sentence))
    return any(another_country(asked.owner, one) for one in said)


def _somebody_else(asked: Office, rivals: Sequence[Office], sentence: str, article: str) -> bool:
    """Whether a sentence has the office only as a title, of nobody's ("President Joe Biden"), and the article says of
    others that they hold the one that is asked about ("Norwick President Lars Juhl")."""
    bare = [_TITLED.match(sentence, one.end) for one in rivals if not one.owner and not one.body]
    if not (asked.owner or asked.body) or len(bare) < len(rivals) or not all(bare):
        return False
    known = [one for one in _offices(article) if one.name == asked.name and _of_the_same(asked, one)]
    holders = [_TITLED.match(article, one.end) for one in known]
    said = stems(sentence)
    return any(holders) and not any(said.intersection(terms(one.group())) for one in holders if one)


def _of_the_same(asked: Office, other: Office) -> bool:
    """Whether another office is of the same country, or of the same company."""
    if asked.owner:
        return bool(other.owner) and not another_country(asked.owner, other.owner)
    return bool(other.body) and named(asked.body, frozenset(other.body), place=True)


def _another_body(asked: Office, other: Office, sentence: str) -> bool:
    """Whether both say whose they are, and the sentence does not name the one of the question."""
    return bool(asked.body and other.body) and not named(asked.body, stems(sentence), place=True)


def _offices(text: str) -> Iterator[Office]:
    for match in _HELD.finditer(text):
        words = f"{match['fields'] or ''} {match['to'] or ''}".lower()
        fields = frozenset(_SPELLED.get(word, word) for word in _WORD.findall(words)) - {"and", "of", "for", "the"}
        office = match["office"].lower().removesuffix("s").replace("secretarie", "secretary")
        office = _SPELLED.get(office, office)
        if office == "premier":
            office, fields = "minister", fields | {"prime"}
        owner = _owner(text, match.start(), match.end())
        land = () if owner in _SEATS else country(owner.rsplit(" ", 1)[-1])
        past = bool(_PAST.search(text, max(0, match.start() - REACH), match.start()))
        body = () if land else _body(owner)
        yield Office(match.group().strip(), office, fields, land, body, past, match.end())


def _owner(text: str, start: int, end: int) -> str:
    """Whose office stands at text[start:end]; "" where it is not said."""
    said = _OWNER.search(text, max(0, start - REACH), start) or _OWNER_BEHIND.match(text, end)
    return said["owner"] if said else ""


def _body(owner: str) -> tuple[str, ...]:
    """The stems of a name that owns an office, without words that only open the sentence; none of days."""
    said = tuple(dropwhile(FUNCTION_STEMS.__contains__, terms(owner.removesuffix("’s").removesuffix("'s"))))
    return () if CALENDAR.intersection(said) else said


def country(word: str) -> tuple[str, ...]:
    """The stems of a word that names a country, or whose something is ("Iraqi", "U.S.", "Iraq's"); none of others."""
    plain = word.removesuffix("’s").removesuffix("'s")
    return tuple(terms(plain)) if plain.rstrip(".") in PLACES or plain in _INITIALS else ()


def another_country(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether both tell of a country, and it is not the same."""
    return bool(one and other) and not named(one, frozenset(other), place=True)
