"""Who is meant: an answer's sentence with the names that its article gives before it, in square brackets.

    He said the bridge was safe.            ->  [Kari Nordmann] said the bridge was safe.
    Nordmann said so on Monday.             ->  [Kari Nordmann] said so on Monday.
    His wife agreed.                        ->  [Urs Keller’s] wife agreed.
    “It will spare drivers an hour a day.”  ->  [Kari Nordmann:] “It will spare drivers an hour a day.”
    The park reopened on Friday.            ->  The park [Yosemite National Park] reopened on Friday.

A pronoun or a last name gives way to the full name; a description stays, with the name behind it. A wrong name is
worse than none, so whatever leaves a doubt is left as it was printed. How: docs/decisions/0013-attribution.md.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.text.articles import parse_article
from index.text.metadata import FENCED, LONGEST_HEAD, read_metadata
from index.text.sentences import split_sentences
from index.types import Article
from rag.attribution.antecedents import OWNS_NAME, PRONOUN, Line, Reading, all_quote, read
from rag.attribution.descriptions import Descriptions
from rag.attribution.lacking import may_lack_names
from rag.attribution.persons import Person, Run, Span

MOST = 400
"""Sentences read at the head of an article; what stands behind them is given no names."""
HEAD = 8_000
"""Characters behind an article's front matter in which its title stands, if it is in the text at all."""
KEPT = 64
"""Articles whose reading is kept in memory."""
ENDINGS = ("", "’s", ":")
"""What may follow a name inside the brackets."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Words left out of a quote and the name put there: `quote[start:end]` gives way to `[name]`.

    An empty span is a place where nothing is left out and the name only put in.
    """

    start: int
    """In code points from the beginning of the quote; `end` is exclusive."""
    end: int
    name: str
    """What stands inside the brackets: the article's own words, with ’s or a colon behind them where need be."""
    source_start: int
    """Where the article names them: `name` is `article.text[source_start:source_end]` and one of ENDINGS."""
    source_end: int


@dataclass(frozen=True, slots=True)
class Attributed:
    """A sentence with names put in, and where they come from."""

    text: str
    replaced: tuple[Replacement, ...]
    sources: tuple[Span, ...]
    """The sentences that the names come from, as spans of the article's text, in order; never the sentence itself."""


def attribute(article: Article, sentences: Sequence[Span], start: int, end: int) -> Attributed:
    """`article.text[start:end]` with names in brackets; `sentences` are the article's, in order, those of its title
    among them or not. All are found again where none are given.

    Each person is named once. The text comes back as it is where nothing is certain.
    """
    quote = article.text[start:end]
    if not may_lack_names(article.text, start, end):
        return Attributed(quote, (), ())
    article_read = reading_of(article, sentences)
    with article_read.lock:  # what is kept of it grows with each sentence that is asked for
        return _attributed(article_read, quote, start, end)


def _attributed(article: ArticleRead, quote: str, start: int, end: int) -> Attributed:
    known = article.reading
    replaced: list[Replacement] = []
    sources: set[Span] = set()
    named: set[str] = set()
    first = bisect_right(known.lines, start, key=lambda line: line.end)
    last = bisect_left(known.lines, end, key=lambda line: line.start)
    for number in range(first, last):
        for place, stop, person, ending in _names(article, number):
            source = known.lines[person.sentence]
            inside = start <= place and stop <= end and not (start < source.end and source.start < end)
            if inside and person.name not in named and (person.first, person.last) not in known.doubtful:
                named.add(person.name)
                sources.add((source.start, source.end))
                replaced.append(
                    Replacement(place - start, stop - start, person.name + ending, person.start, person.end)
                )
    return Attributed(written(quote, replaced), tuple(replaced), tuple(sorted(sources)))


def written(quote: str, replaced: Sequence[Replacement]) -> str:
    """The quote with each replacement made; they are in order and do not overlap."""
    parts, at = [], 0
    for one in replaced:
        behind = one.start == one.end and not one.name.endswith(":")
        ahead = one.start == one.end and not behind
        parts += [quote[at : one.start], " " if behind else "", f"[{one.name}]", " " if ahead else ""]
        at = one.end
    return "".join(parts) + quote[at:]


def verified(text: str, quote: str, replaced: Sequence[Replacement]) -> bool:
    """Whether `text` is `quote` but for the brackets that `replaced` tells of: in order, apart, within the quote."""
    at = 0
    for one in replaced:
        if not at <= one.start <= one.end <= len(quote) or not one.name.strip() or set(one.name) & set("[]"):
            return False
        at = one.end
    return written(quote, replaced) == text


def sourced(article: Article, replaced: Sequence[Replacement]) -> bool:
    """Whether every name in brackets stands in the article where it is said to."""
    return all(
        one.source_start < one.source_end
        and one.name in {article.text[one.source_start : one.source_end] + ending for ending in ENDINGS}
        for one in replaced
    )


@dataclass(frozen=True, slots=True)
class ArticleRead:
    """An article as far as it was read."""

    reading: Reading
    descriptions: Descriptions
    lock: threading.Lock


def reading_of(article: Article, sentences: Sequence[Span]) -> ArticleRead:
    """An article as far as it was read, kept; hold its lock while it is asked anything."""
    return _read(article.text, article.title, tuple(sentences))


@lru_cache(maxsize=KEPT)
def _read(text: str, title: str, sentences: tuple[Span, ...]) -> ArticleRead:
    reading = read(text, _titled(text, title, sentences)[:MOST])
    return ArticleRead(reading, Descriptions(reading), threading.Lock())


def _titled(text: str, title: str, sentences: tuple[Span, ...]) -> tuple[Span, ...]:
    """All sentences of an article, with those of the line that is its title."""
    if not sentences:
        found = parse_article(text, "article").sentences if text.strip() else ()
        return tuple((one.start, one.end) for one in found if one.role != "boilerplate")
    span = read_metadata(text).title_span if _in_head(text, title) else None
    if not span:
        return sentences
    titles = [one for one in split_sentences(text, *span) if one not in sentences]
    return tuple(sorted((*titles, *sentences)))


def _in_head(text: str, title: str) -> bool:
    """Whether a title may stand among the first lines of a text and not only in its front matter. Finding its line
    takes longer than this."""
    front = FENCED.match(text, 0, LONGEST_HEAD)
    start = front.end() if front else 0
    head = text[start : start + HEAD]
    plain = " ".join(head.replace("**", "").replace("__", "").split())
    return title.casefold() in plain.casefold() or "](" in head


def _names(article: ArticleRead, number: int) -> Iterator[tuple[int, int, Person, str]]:
    """Where names belong in a sentence, in order: start, end, who, and what follows the name."""
    known = article.reading
    line = known.resolved(number)
    found: list[tuple[int, int, Person, str]] = []
    for at, person in line.pronouns.items():
        match = PRONOUN.match(known.hidden, at)
        if match and person.start < line.start:
            found.append((at, match.end(), person, _case(known.hidden, match)))
    found += _completed(known, line)
    found += [(at, at, name, "") for at, name in article.descriptions.of(number)]
    speaker = _unnamed_speaker(known, number)
    if speaker:
        found.append((line.start, line.start, speaker, ":"))
    return iter(sorted(found, key=lambda one: one[:2]))


_OBJECT = re.compile(
    r"[^\w\s]|\s(?:to|in|on|at|and|for|that|as|with|from|of|by|when|who|because|if|a|an|the|was|is|had|has|up|down|out|"
    r"off|over|about|into|after|before|or|but|so|how|what|where|why|whether|again|back|home|there|here|this|last)\b|\Z",
    re.IGNORECASE,
)


def _case(hidden: str, match: re.Match[str]) -> str:
    """’s where the pronoun tells whose."""
    word = match.group().lower()
    whose = word in ("his", "hers") or (word == "her" and not _OBJECT.match(hidden, match.end()))
    return "’s" if whose else ""


def _completed(known: Reading, line: Line) -> Iterator[tuple[int, int, Person, str]]:
    """Last names whose full name stands in an earlier sentence."""
    if line.caption:
        return
    full = {person for run in line.runs if len(run.words) > 1 for person in known.who(run)}
    for run in line.runs:
        people = known.who(run)
        teams = known.teams.get(run.words[0], []) if len(run.words) == 1 and run.article and not run.before else []
        named = len(teams) == 1 and teams[0].end <= line.start and not OWNS_NAME.match(known.hidden, run.end)
        if named and not _tied(known, run):
            yield run.start, run.end, teams[0], ""
        if len(run.words) != 1 or len(people) != 1 or run.before or run.article or people[0] in full:
            continue
        person = people[0]
        if (
            person.first
            and person.end <= line.start
            and _last_of(person) in (run.words[0].lower(), "al-" + run.words[0].lower())
            and not _tied(known, run)
        ):
            yield run.start, run.end, person, ""


_ROMAN = re.compile(r"\s[IVX]+\b")


def _tied(known: Reading, run: Run) -> bool:
    """Whether a hyphen, a number or the like makes a word part of another: "Trump-era", "the Jackson 5", "Moss I"."""
    behind, ahead = known.hidden[run.end : run.end + 2], known.hidden[max(0, run.start - 1) : run.start]
    numbered = behind[1:2].isdigit() or _ROMAN.match(known.hidden, run.end)
    return behind[:1] in tuple("-–/&") or bool(numbered) or ahead in ("-", "/", "&")


def _last_of(person: Person) -> str:
    return person.last.removesuffix(" jr")


def _unnamed_speaker(known: Reading, number: int) -> Person | None:
    """Who speaks in a sentence that is nothing but a quote."""
    line = known.lines[number]
    return known.speaker(number) if all_quote(known, line) else None
