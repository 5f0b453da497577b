"""A question taken apart: its content words, its names, the kind of answer it expects, and what it refers back to.

Follow-ups are completed in a simple, documented way (docs/decisions/0005-follow-ups.md):

    "And in Syria?"                  takes the earlier question and puts the new phrase in the old one's place
    "What about the elections?"      asks what is said about them
    "And how many from …?"           a question without its subject gets the earlier question's words behind it
    "What did he say?"               a pronoun is followed by the name it most likely stands for
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.errors import QuestionError
from index.terms import stem, terms, words
from rag.kinds import Kind, kind_of
from rag.types import Answer

LONGEST = 2000
"""Characters of a question; the model reads no more than about 1,000."""
History = Sequence[tuple[str, Answer | str]]

FUNCTION_WORDS = frozenset(
    """
    a an the of in on at to for by with from and or but nor as than then so if not no yes also about into over is are
    was were be been being am do does did done has have had having will would can could shall should may might must
    it its it's they them their theirs he him his she her hers we us our you your i me my mine this that these those
    there here what which who whom whose when where why how any such only own same just very much more most some many
    few because while whether until during against between without within s t ll re ve d m
    """.split()  # noqa: SIM905 - as prose it can be read
)
FUNCTION_STEMS = frozenset(stem(word) for word in FUNCTION_WORDS)
ASKING_STEMS = frozenset(
    stem(word)
    for word in """
    say said says tell told talk speak ask according name kind type sort please article articles report reports
    do make made take took get got give gave go goes went come came happen happened occur work works use used call
    called think know want mean be become let put set try need look seem start still now today currently ever
    else thing things person people man woman guy someone anyone way place time part lot besides apart roughly
    number amount share percentage size total figure count level charge responsible little exact current main
    foreign local new old last first next former recent early late big small large long good bad great high low
    """.split()  # noqa: SIM905
)
"""Words by which people ask, and light ones, that the answering sentence need not hold."""
_OPENING = re.compile(r"^\s*(?:and|but|so|then|ok(?:ay)?|well|what about|how about)\b[\s,]*", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|\w{3,}ed|say|happen|remain|come|go)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|there|then|one|ones|such)\b", re.IGNORECASE)
_KIND_WORD = re.compile(
    r"\b(?:what|which)\s+(?:(?:kinds?|types?|sorts?|part|number|amount|percentage|share|name)\s+of\s+(?:the\s+)?)?"
    r"([\w’'-]+)|\bhow\s+([\w]+)",
    re.IGNORECASE,
)
_WHERE = re.compile(r"\b(?:in|at|near|across|inside|outside|around|into)\s+(?:the\s+)?$", re.IGNORECASE)
_SUBJECT = re.compile(r"\b(?:it|they)\b", re.IGNORECASE)
_CONTRAST = re.compile(r"\b(?:other|others|else|another|rest|instead)\b", re.IGNORECASE)
_PHRASE = re.compile(
    r"^(in|from|of|for|to|by|at|on|with|about|against|under|since|before|after)\s+(.+)$", re.IGNORECASE
)
_CAPITALISED = (
    r"(?:(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Maj|Gen|Brig|Lt|Col|Capt|Sgt|Adm|Sen|Rep|Gov|Prof|Rev)\.(?=\s[A-Z])"
    r"|[A-ZÀ-Þ][\w’'-]*(?:\.[A-Z]\b\.?)*)"
)
_PROPER = re.compile(rf"\b{_CAPITALISED}(?:\s+(?:(?:al|bin|of|the|von|de)\s+)?{_CAPITALISED})*")
_CALENDAR = frozenset(
    terms(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August"
    )
    + terms("September October November December")
)
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)”\"][.!?])\s+(?=[A-ZÀ-Þ“\"])")


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name of the question, at `text[start:end]`."""

    start: int
    end: int
    stems: tuple[str, ...]
    place: bool
    """It says where ("in Syria")."""
    owner: bool
    """It owns what is asked about ("Iran's president")."""

    @property
    def fixed(self) -> bool:
        """A pronoun cannot stand for it in the answer."""
        return self.place or self.owner


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question, at `text[start:end]`; `kind` tells whether it is the kind asked for."""

    start: int
    end: int
    kind: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A standalone question, ready to be looked up."""

    text: str
    kind: Kind
    stems: tuple[str, ...]
    """All its words, in order, as the index sees them."""
    content: tuple[str, ...]
    """Its content words without repeats."""
    names: tuple[Name, ...]
    required: tuple[Word, ...]
    """The words that an answer has to be about: not names, nor words by which one asks ("which city", "say")."""
    known: frozenset[str] = frozenset()
    """Stems of an earlier answer that is not wanted again ("the other countries")."""


def check(text: str) -> str:
    """The question without surrounding space. Raises QuestionError where there is nothing to look up."""
    text = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())  # half a surrogate pair is no text
    if len(text) > LONGEST:
        raise QuestionError(f"the question has {len(text):,} characters: ask in at most {LONGEST:,}")
    if not any(char.isalnum() for char in text):
        raise QuestionError("the question is empty: ask something about the articles")
    return text


def analyse(text: str) -> Question:
    """Takes a standalone question apart."""
    all_words = words(text)
    stems = tuple(stem(word) for word in all_words)
    content = tuple(dict.fromkeys(s for s in stems if s not in FUNCTION_STEMS))
    asking = _asking(text)
    names = tuple(name for name in _names(text) if name.start >= asking)
    required = tuple(word for word in _required(text) if word.start >= asking)
    return Question(text, kind_of(text[asking:]), stems, content, names, required)


def understand(text: str, history: History) -> Question:
    """The question on its own, with what it leaves unsaid filled in from the last question and answer."""
    completed = standalone(text, history)
    question = analyse(completed if len(completed) <= LONGEST else text)
    if history and _CONTRAST.search(text):
        reply = history[-1][1]
        said = reply.text if isinstance(reply, Answer) else reply
        return replace(question, known=frozenset(terms(said)))
    return question


def standalone(text: str, history: History) -> str:
    """The question in words that stand by themselves."""
    if not history:
        return text
    before, reply = history[-1]
    body = _OPENING.sub("", text).strip()
    opened = body != text.strip()
    if opened and not _ASKS.search(body) and not _VERB.search(body):
        return _substituted(body, before)
    if pronoun := _PERSON.search(body):
        name = _person(before) or _person(reply.text if isinstance(reply, Answer) else reply)
        if name and not _names(body):
            return _filled(body, pronoun, name)
    if (pronoun := _SUBJECT.search(body)) and (subject := _subject(before)):
        return _filled(body, pronoun, subject)
    content = [w for w in words(body) if w.lower() not in FUNCTION_WORDS]
    refers = bool(_THING.search(body)) and len(content) <= 5 and not _names(body)
    if (opened and not _names(body)) or refers or len(content) <= 1:
        return _with_topic(body, before)
    return text


def _filled(body: str, pronoun: re.Match[str], name: str) -> str:
    """The question with a name in brackets behind the pronoun that stands for it."""
    return _capital(f"{body[: pronoun.end()]} ({name}){body[pronoun.end() :]}")


def _subject(before: str) -> str | None:
    """The first name of a question that does not say where."""
    return next((before[name.start : name.end] for name in _names(before) if not name.place), None)


def _substituted(body: str, before: str) -> str:
    """ "in Syria?" after "How many troops are in Iraq?" asks how many troops are in Syria."""
    new = body.rstrip("?!. ")
    if phrase := _PHRASE.match(new):
        old = re.compile(rf"\b{phrase[1]}\s+(?:the\s+)?[\w’'.-]+(?:\s+[A-ZÀ-Þ][\w’'.-]*)*", re.IGNORECASE)
        if old.search(before):
            return old.sub(lambda _: new, before, count=1)
        return f"{before.rstrip('?!. ')} {new}?"
    return f"What is said about {new}?"


def _with_topic(body: str, before: str) -> str:
    known = {stem(word) for word in words(body)}
    names = {part for name in _names(before) for part in name.stems}
    contrast = bool(_CONTRAST.search(body))
    elsewhere = any(name.place for name in _names(body))
    kept = []
    for match in re.finditer(r"[\w’'.-]+", before.rstrip("?!. ")):
        word = match.group()
        parts = [stem(part) for part in words(word)]
        placed = re.search(r"\b(?:in|at|from|of|to)\s+(?:the\s+)?$", before[: match.start()], re.IGNORECASE)
        if not parts or word.lower() in FUNCTION_WORDS or set(parts) <= known:
            continue
        if placed and word[0].isupper() and elsewhere:
            continue  # "in Syria" takes the place of "in Iraq"
        if contrast and set(parts) <= names and not placed:
            continue  # "the other countries" are not the one that was named
        kept.append(f"in {word}" if placed and word[0].isupper() else word)
    return _capital(f"{body.rstrip('?!. ')} ({' '.join(kept)})?") if kept else _capital(body)


def _asking(text: str) -> int:
    """Where the last sentence starts: it asks, and what stands before it only sets the scene."""
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    return next((start for start in reversed(starts) if len(words(text[start:])) > 2), 0)


def _required(text: str) -> Iterator[Word]:
    plain = kind_of(text) != "thing"  # "which country" asks for a place; "which company" is about a company
    kinds = [match.span(match.lastindex or 0) for match in _KIND_WORD.finditer(text)]
    names = [match.span() for match in _PROPER.finditer(text) if match.start()]
    for match in re.finditer(r"[^\W_]+(?:\.[^\W_]\.?)*", text):
        stems = terms(match.group())
        light = not stems or stems[0] in FUNCTION_STEMS | ASKING_STEMS or match.group().endswith("ly")
        kind = _within(match, kinds)
        if not light and not (kind and plain) and not _within(match, names):
            yield Word(match.start(), match.end(), kind)


def _within(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(start <= match.start() < end for start, end in spans)


def _names(text: str) -> tuple[Name, ...]:
    found = []
    for match in _PROPER.finditer(text):
        parts = tuple(stem(word) for word in words(match.group()))
        if match.start() == 0 or text[: match.start()].rstrip().endswith(("?", ".", "!", ":")):
            rest = tuple(itertools.dropwhile(FUNCTION_STEMS.__contains__, parts))
            parts = rest if len(rest) < len(parts) or len(parts) > 1 else ()  # a first capital says nothing
        if _ASKS.match(match.group()):
            continue  # "Which European countries": a kind of country, not a name that the answer repeats
        if parts and not set(parts) <= FUNCTION_STEMS | _CALENDAR:
            place = bool(_WHERE.search(text[: match.start()]))
            found.append(Name(*match.span(), parts, place, match.group().endswith(("'s", "’s"))))
    return tuple(found)


def _person(text: str) -> str | None:
    """The last name of two words or more, which is most often a person's."""
    names = [match.group().rstrip(".’'") for match in _PROPER.finditer(text)]
    people = [name for name in names if len(name.split()) > 1 and name.split()[0].lower() not in FUNCTION_WORDS]
    return people[-1] if people else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
