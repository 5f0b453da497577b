"""A question taken apart: its content words, its names, and the kind of answer it expects.

Follow-ups are completed first, from the conversation (`rag.question.followup`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.errors import QuestionError
from index.text.terms import stem, terms, words
from rag.question.filters import EVERYTHING, Filter
from rag.question.followup import LONGEST
from rag.question.followup import History as History
from rag.question.intent import Intent
from rag.question.kinds import AUXILIARY, DATE, Kind, kind_of
from rag.question.memory import said
from rag.question.sought import Sought, sought
from rag.question.word_classes import PARTICLES

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
_ASKS = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_KIND_WORD = re.compile(
    r"\b(?:what|which)\s+(?:(two|three|four|five|six|several|other)\s+)?"
    r"(?:(?:kinds?|types?|sorts?|part|number|amount|percentage|share|name)\s+of\s+(?:the\s+)?)?"
    r"([\w’'-]+)|\bhow\s+([\w]+)",
    re.IGNORECASE,
)
_IDIOM = re.compile(
    r"\b(?:on the ground|at the moment|these days|so far|at present|to date|in the end)\b"
    r"|(?<=['’]s )(?:role|job|position|title|rank|post|occupation|profession)(?=\W*$)",
    re.IGNORECASE,
)
"""Phrases whose nouns are not meant, and what somebody is, of which the answer gives the name ("Brennan's rank")."""
_NOT = re.compile(
    rf"\b(?:{AUXILIARY}n['’]t|(?:ca|wo)n['’]t|cannot|never|{AUXILIARY} (?:[\w’'-]+ ){{0,6}}not"
    r"(?! (?:long|far|only|just|all|every|later|more|less|least|so|too)\b))\b",
    re.IGNORECASE,
)
"""A verb that the question denies."""
_TURN = (
    r"(?:stop|end|ceas|halt|conclud|quit|finish|begin|began|begun|start|launch|commenc|becom|becam)"
    r"(?:s|es|p?ed|ing|e)?"
)
_TURNS = re.compile(rf"\bsince\b|\bhow long\b|\b{_TURN}\b", re.IGNORECASE)
_ASKED_OF = re.compile(r"\b(?:did|does|do|has|have)\s\Z", re.IGNORECASE)
_CONTRAST = re.compile(r"\b(?:other|others|else|another|rest|instead)\b", re.IGNORECASE)
_SHORT = r"(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Maj|Gen|Brig|Lt|Col|Capt|Sgt|Adm|Sen|Rep|Gov|Prof|Rev|[A-Z])\."
_CAPITALISED = (
    rf"(?:{_SHORT}(?=\s[A-Z])"
    r"|[A-ZÀ-Þ][\w’'-]*(?:\.[A-Z]\b\.?)*)"
)
_PARTICLE = rf"(?:{'|'.join(sorted(PARTICLES))})"
_INSIDE = rf"(?:of|the|{_PARTICLE}(?:\s(?:der|den|la|las|los))?)"
"""Small words inside names: "al-", "von der"."""
_PROPER = re.compile(rf"\b(?:{_PARTICLE}-)?{_CAPITALISED}(?:\s+(?:{_INSIDE}[\s-]+)?(?:[dl]['’])?{_CAPITALISED})*")
CALENDAR = frozenset(
    terms(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August"
    )
    + terms("September October November December")
)
_DIGIT = re.compile(r"\d")
_ABBREVIATED = re.compile(rf"\b{_SHORT}\Z")
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)”\"][.!?])\s+(?=[A-ZÀ-Þ“\"])")


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name of the question, at `text[start:end]`."""

    start: int
    end: int
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question, at `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
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
    asks: Intent = "fact"
    filter: Filter = EVERYTHING
    """Which articles it is asked of, and in which order."""
    sought: Sought | None = None
    """Whoever is quoted, where it asks for that."""
    denied: bool = False
    """Its verb is denied: "Who did not come?"."""
    turns: bool = False
    """It asks when something began or ended, which "since" tells too."""
    speaker: Name | None = None
    """Whose words it asks for."""
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


def analyse(text: str, asks: Intent = "fact", filter: Filter = EVERYTHING) -> Query:
    """Takes a standalone question apart."""
    all_words = words(text)
    stems = tuple(stem(word) for word in all_words)
    content = tuple(dict.fromkeys(s for s in stems if s not in FUNCTION_STEMS))
    asking = _asking(text)
    names = tuple(name for name in _names(text) if name.start >= asking)
    required = tuple(word for word in _required(text, names) if word.start >= asking)
    kind = kind_of(text[asking:])
    denied = kind not in ("yes/no", "reason") and bool(_NOT.search(text, asking))
    turns = kind == "date" and bool(_TURNS.search(text))
    speaker = next((one for one in names if kind == "quote" and _ASKED_OF.search(text, 0, one.start)), None)
    return Query(text, kind, stems, content, names, required, asks, filter, sought(text), denied, turns, speaker)


def again(asked: str, question: Query, history: History) -> Query:
    """The question, with what was answered before kept out where it asks for the others ("And from where else?")."""
    if history and _CONTRAST.search(asked):
        return replace(question, known=frozenset(terms(said(history[-1][1]))))
    return question


def _asking(text: str) -> int:
    """Where the last sentence starts: it asks, and what stands before it only sets the scene."""
    ends = (match for match in _SENTENCE_END.finditer(text) if not _ABBREVIATED.search(text, 0, match.start()))
    starts = [0, *(match.end() for match in ends)]
    return next((start for start in reversed(starts) if len(words(text[start:])) > 2), 0)


def _required(text: str, names: Sequence[Name]) -> Iterator[Word]:
    plain = kind_of(text) not in (
        "thing",
        "organisation",
    )  # "which country" asks for a place; "which company" is about a company
    kinds = [match.span(number) for match in _KIND_WORD.finditer(text) for number in (1, 2, 3) if match[number]]
    proper = [match.span() for match in _PROPER.finditer(text) if match.start()]  # months as well, which are no names
    proper += [(name.start, name.end) for name in names]
    idioms = [match.span() for match in _IDIOM.finditer(text)]
    for match in re.finditer(r"[^\W_]+(?:\.[^\W_]\.?)*", text):
        stems = terms(match.group())
        light = not stems or stems[0] in FUNCTION_STEMS | ASKING_STEMS or match.group().endswith("ly")
        kind = _within(match, kinds)
        if not light and not (kind and plain) and not _within(match, proper + idioms):
            yield Word(match.start(), match.end())


def _within(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(start <= match.start() < end for start, end in spans)


def _names(text: str) -> tuple[Name, ...]:
    found = []
    for match in _PROPER.finditer(text):
        parts = tuple(stem(word) for word in words(match.group()))
        if match.start() == 0 or text[: match.start()].rstrip().endswith(("?", ".", "!", ":")):
            rest = tuple(itertools.dropwhile(FUNCTION_STEMS.__contains__, parts))
            parts = rest if len(rest) < len(parts) or len(parts) > 1 else ()  # a first capital says nothing
        dated = DATE.match(text, match.start())
        if dated and dated.end() >= match.end() and _DIGIT.search(dated.group()):
            continue  # "Dec. 9", and not Jan
        if _ASKS.match(match.group()):
            continue  # "Which European countries": a kind of country, not a name that the answer repeats
        if parts and not set(parts) <= FUNCTION_STEMS | CALENDAR:
            found.append(Name(match.start() + _dropped(match.group(), len(parts)), match.end(), parts))
    return tuple(found)


def _dropped(name: str, kept: int) -> int:
    """Where the last so many words of a name begin ("Does Iran": the question's own first word is none)."""
    starts = [word.start() for word in re.finditer(r"[^\W_]+(?:[.’'-][^\W_]+)*", name)]
    return starts[-kept] if len(starts) > kept and len(words(name)) == len(starts) else 0
