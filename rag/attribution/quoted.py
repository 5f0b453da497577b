"""Who is quoted by name in an article, in which sentence, and what they are called there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.text.terms import terms
from index.types import Article
from rag.attribution.antecedents import Line, Reading
from rag.attribution.brackets import reading_of
from rag.attribution.persons import Person, Run, Span, runs
from rag.attribution.speech import attributions, masked

LEAST_WORDS = 3
"""Words of a quote; fewer are a title, or a word that is called so."""
AHEAD, BEHIND = 80, 120
"""Characters before a name and behind it in which it is said what somebody is."""
_PART = r"(?!(?:of|for|at|in|from|with|on|to|by|said|says|told)\b)[\w’'&-]+"
_NOUN = rf"{_PART}(?:\s{_PART}){{0,8}}"
"""A description as far as its noun: of "professor of economics", "professor"."""
_APPOSITION = re.compile(rf",\s({_NOUN})")
_OFFICES = re.compile(
    r"\b(secretary|attorney|director|surgeon|solicitor|governor|consul)[- ]general\b", re.IGNORECASE
)
"""No generals."""
_OFFICE = re.compile(rf"\b[Tt]he\s({_NOUN})(?!\w)[^,;:.“”\"\x01]{{0,60}},\s\Z")
"""What stands before a name and its comma: "the mayor of Kiel, "."""
_CLAUSE = re.compile(r"[^,;:.“”\"\x01]*(?:\b[A-Z][a-z]{0,4}\.\s[^,;:.“”\"\x01]*){0,3}\Z")
"""What stands before a name in its clause; the full stop of "Maj. Gen." ends none."""
SHORT = {
    "gen": "general",
    "sen": "senator",
    "rep": "representative",
    "gov": "governor",
    "prof": "professor",
    "lt": "lieutenant",
    "col": "colonel",
    "sgt": "sergeant",
    "capt": "captain",
    "adm": "admiral",
    "dr": "doctor",
}
"""Titles as they are shortened, and in full."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of an article that quotes somebody and names them."""

    start: int
    end: int
    person: Person
    name: Span
    """Where the sentence has the name, in the article's text."""
    called: frozenset[str]
    """Stems of what stands beside the name: "coalition commander Maj. Gen.", "the mayor"."""


def quoted(article: Article, sentences: Sequence[Span]) -> list[Quoted]:
    """The sentences that quote somebody whom they name, in order; `sentences` as for `rag.attribution.attribute`."""
    if not any(mark in article.text for mark in '“”"'):
        return []
    held = reading_of(article, sentences)
    with held.lock:
        return list(_quoted(held.reading))


def speaker(sentence: str) -> tuple[str, ...]:
    """The words of the name that a sentence by itself says speaks; none where it names nobody so."""
    whole = [(0, len(sentence))]
    hidden, _ = masked(sentence, whole, [0])
    said = attributions(hidden, whole[0], runs(hidden, whole))
    return next((one.run.words for one in said if one.run), ())


def _quoted(reading: Reading) -> Iterator[Quoted]:
    for line in reading.lines:
        if line.caption or not _has_quote(reading, line):
            continue
        for said in line.said(reading.hidden):
            people = reading.who(said.run) if said.run else ()
            if said.run and len(people) == 1 and (people[0].first, people[0].last) not in reading.doubtful:
                called = frozenset(_called(reading.hidden, line, said.run))
                yield Quoted(line.start, line.end, people[0], (said.run.start, said.run.end), called)
                break


def _has_quote(reading: Reading, line: Line) -> bool:
    spans = reading.quotes_from(line.start, line.end)
    return any(len(reading.text[start:end].split()) >= LEAST_WORDS for start, end in spans)


def _called(hidden: str, line: Line, run: Run) -> Iterator[str]:
    ahead = max(line.start, run.start - AHEAD)
    office, clause = _OFFICE.search(hidden, ahead, run.start), _CLAUSE.search(hidden, ahead, run.start)
    behind = _APPOSITION.match(hidden, run.end, min(line.end, run.end + BEHIND))
    for words in (office[1] if office else "", clause.group() if clause else "", behind[1] if behind else ""):
        for stem in terms(_OFFICES.sub(r"\1", words)):
            yield from terms(SHORT[stem]) if stem in SHORT else (stem,)
