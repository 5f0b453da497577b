"""Questions for those who speak in the articles, "Which officials are quoted?", and a sentence of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.terms import terms
from index.types import Article
from rag.asking.callings import CALLED
from rag.attribution.persons import Person, Span
from rag.attribution.quoted import SHORT, Quoted, quoted
from rag.finding.evidence import Evidence, Features
from rag.finding.voting import Candidate, Voted

ARTICLES = 100
"""Articles looked at, the newest first, where nothing says what they are to be about."""
NEWEST = (
    f"The {ARTICLES} newest articles were looked at; a topic, a date or an outlet in the question chooses others."
)
_QUOTED = r"(?:being\s+)?(?:quoted|cited|interviewed|heard)(?:\s+by\s+name)?"
_IN = (
    r"(?:\s+(?:here|in\s+(?:it|them|(?:all\s+)?(?:of\s+)?(?:the|these|this|all|my|those)\s+(?:\w+\s+)?"
    r"(?:articles?|news|stor(?:y|ies)|files?|reports?|texts?|collection|folder|coverage|sources?))))?"
)
_ABOUT = r"(?:\s+(?:about|on|regarding|concerning)\s+(?P<about>.{2,200}?))?"
_IS = r"(?:is|are|was|were|gets|has\s+been|have\s+been)"
_ASKED = re.compile(
    rf"^\W*(?:(?:and|so|please)\s+)*(?:who(?:\s+all|\s+else)?\s+{_IS}"
    rf"|(?:which|what)\s+(?P<role>[\w’' -]{{3,60}}?)\s+{_IS}"
    rf"|(?:list|name|show(?:\s+me)?)\s+(?:all\s+(?:of\s+)?)?(?:the\s+|those\s+)?(?P<role2>[\w’' -]{{3,60}}?)"
    rf"(?:\s+(?:who|that)\s+{_IS})?)"
    rf"\s+{_QUOTED}{_IN}{_ABOUT}{_IN}\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_ANYBODY = frozenset(
    terms("people persons speakers voices sources everyone everybody those names individuals anyone")
)
_NOBODY = frozenset(
    terms("price figure number amount cost statistic study report document paper book law poll survey article source")
)
"""What is quoted and does not speak."""
_ONE = {"men": "man", "women": "woman", "people": "person"}
_PLURAL = re.compile(r"(?<=\w)(?:men|women|people)\Z", re.IGNORECASE)
"""Plurals that no stem undoes ("spokesmen")."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose words are asked for."""

    called: str = ""
    """What they are, in the question's words; empty where anybody will do."""
    about: str = ""
    """What they speak of; empty where anything will do."""


def sought(question: str) -> Sought | None:
    """Who is asked for, where a question asks who is quoted; else None."""
    match = _ASKED.match(question)
    called = (match["role"] or match["role2"] or "") if match else ""
    if match is None or not _NOBODY.isdisjoint(terms(called)[-1:]):
        return None
    called = _PLURAL.sub(lambda match: _ONE[match.group().lower()], called)
    anybody = not _ANYBODY.isdisjoint(terms(called)[-1:])
    return Sought("" if anybody else called, match["about"] or "")


def callings(wanted: Sought) -> list[str]:
    """Stems by one of which an article calls whoever is asked for, in full or shortened; none for anybody."""
    names = _names(terms(wanted.called))
    return sorted(names | {short for short, name in SHORT.items() if terms(name)[0] in names})


def _names(role: Sequence[str]) -> frozenset[str]:
    return CALLED.get(role[-1], frozenset(role[-1:])) if role else frozenset()


def among(found: Iterable[tuple[Article, Sequence[Span]]], wanted: Sought) -> list[tuple[Article, Quoted]]:
    """The sentences of articles, each with its sentences' spans, that quote by name whoever is asked for."""
    role = terms(wanted.called)
    every = [(article, one) for article, spans in found for one in quoted(article, spans)]
    persons = {_key(one.person) for _, one in every if _is(one, role)}  # whoever is called so once is so
    return [(article, one) for article, one in every if _key(one.person) in persons]


def _is(one: Quoted, role: Sequence[str]) -> bool:
    """Whether somebody is called what is asked for, in its last word, and the words before it stand there too."""
    if not role:
        return True
    return not _names(role).isdisjoint(one.called) and one.called.issuperset(role[:-1])


def _key(person: Person) -> tuple[str, str]:
    """By which a person is known in several articles; of a name that is spelled in two ways, two."""
    return person.first, person.last.removesuffix(" jr")


def evidence(article: Article, one: Quoted) -> Evidence:
    """A sentence that quotes, as evidence of who does."""
    text = article.text[one.start : one.end]
    return Evidence(article, one.start, one.end, text, Features(0, 0, 0, 0, 0), 1.0, ())


def one_each(
    held: Sequence[tuple[Evidence, Quoted]], wanted: Sought, numbered: Callable[[Iterable[str]], Mapping[str, int]]
) -> list[Voted]:
    """A sentence of each person, those first whom most independent accounts quote: of theirs the shortest that says
    what they are, so that an answer has room for many."""
    accounts = numbered(found.article.path for found, _ in held)
    quoting = Counter(key for key, _ in {(_key(one.person), accounts[found.article.path]) for found, one in held})
    names = _names(terms(wanted.called))

    def place(pair: tuple[Evidence, Quoted]) -> tuple[int, bool, int]:
        found, one = pair
        told = one.called & names if names else one.called
        return -quoting[_key(one.person)], not told, found.end - found.start

    ordered = sorted(held, key=place)
    firsts = {_key(one.person): (found, one) for found, one in reversed(ordered)}
    shown = sorted(firsts.values(), key=ordered.index)
    return [Voted(found, (_candidate(found, one),), {_candidate(found, one).stems: 1.0}, 0.0) for found, one in shown]


def _candidate(found: Evidence, one: Quoted) -> Candidate:
    start, end = one.name[0] - found.start, one.name[1] - found.start
    return Candidate(tuple(terms(found.text[start:end])), start, end, 1.0)
