"""Those who speak in the articles, by what they are called, and a sentence of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from index.text.terms import terms
from index.types import Article
from rag.attribution.persons import Person, Span
from rag.attribution.quoted import SHORT, Quoted, quoted
from rag.question.callings import CALLED
from rag.question.sought import Sought
from rag.ranking.evidence import Evidence, Features
from rag.ranking.voting import Candidate, Voted

ARTICLES = 100
"""Articles looked at, the newest first, where nothing says what they are to be about."""
NEWEST = (
    f"The {ARTICLES} newest articles were looked at; a topic, a date or an outlet in the question chooses others."
)


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
