"""An article read once: whom each of its sentences names, who speaks, and whom "he" and "she" stand for.

A pronoun is given a name only where one person can be meant: the nearest sentence before it that names anybody of
that gender names nobody else, nor tells of somebody without a name ("a neighbour"). "He said" goes to whoever spoke
last. Everything else stays as it was printed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from index.text.sentences import LINE_BREAK
from rag.attribution.person_words import INSTITUTIONS, PERSON_NOUNS, PLACES, RELATIVES, SUFFIXES, Gender
from rag.attribution.persons import Person, Run, Span, runs
from rag.attribution.speech import QUOTED, Attribution, attributions, masked

WINDOW = 3
"""Sentences that a pronoun looks back at most; a pronoun of the same gender in between counts as its name."""
PARAGRAPH = 12
"""Sentences of one paragraph that are looked at for its speaker."""
PRONOUN = re.compile(r"\b(?:(he|him|his|himself)|(she|her|hers|herself))\b", re.IGNORECASE)
_NOUN = re.compile(r"\b[a-z]+(?:-[a-z]+)?\b(?![’'-])")
_SOMEBODY = re.compile(
    r"\b(?:someone|somebody|anyone|anybody|everyone|everybody|nobody|whoever|no one)\b", re.IGNORECASE
)
_DETERMINED = re.compile(
    r"\b(?:a|an|one|another|the|this|that|his|her|their|its|our|my|every|each|first|\w+[’']s?|of)\s(?:[\w’'-]+\s){0,4}\Z",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"(?:\b(?:is|was|as|became|become|be|been|being|named|called)|,)\s(?:now\s|also\s|once\s)?"
    r"(?:a|an|the|one of the)?\s?(?:[\w’'-]+\s){0,4}\Z",
    re.IGNORECASE,
)
OWNS_NAME = re.compile(r"['’]s?\s[A-ZÀ-Þ]")
"""What makes a word a part of another name: "Children’s Hospital"."""
_LINK = re.compile(r"(?:More|MORE|Read more|READ MORE|Related|RELATED|Watch|Photos|Hide Caption)\b")
_CREDIT = re.compile(
    r"Getty Images|/(?:AP|EPA|USA TODAY|Zuma|AFP|Reuters|CNN|Shutterstock|Bloomberg|Pool)\b|\bAP Photo\b"
)
_ENDED = re.compile(r"[.!?…:,;][”\"’')\]]*\Z")


@dataclass(slots=True)
class Line:
    """One sentence as it was read."""

    start: int
    end: int
    paragraph: int
    runs: list[Run]
    caption: bool
    heading: bool
    pronouns: dict[int, Person] = field(default_factory=dict)
    """Where a pronoun stands, and whom it stands for."""
    speaker: Person | None = None
    """Who is last said to speak in it, or whose words it goes on with."""
    _said: list[Attribution] | None = None
    _loose: list[tuple[int, Gender]] | None = None

    def said(self, hidden: str) -> list[Attribution]:
        """Who is said to speak in it, in order; `hidden` is the text, quotes masked."""
        if self._said is None:
            self._said = attributions(hidden, (self.start, self.end), self.runs)
        return self._said

    def loose(self, hidden: str) -> list[tuple[int, Gender]]:
        """Where somebody without a name stands ("a neighbour"), with the gender that it tells."""
        if self._loose is None:
            self._loose = list(_loose(hidden, (self.start, self.end), self.runs))
        return self._loose


@dataclass
class Reading:
    """An article's sentences and persons. What "he" stands for is found sentence by sentence, as far as is asked."""

    text: str
    hidden: str
    """The text, quotes masked."""
    quotes: list[Span]
    lines: list[Line]
    persons: list[Person]
    full: dict[tuple[str, str], Person]
    named: dict[str, list[Person]]
    """Persons by each word that alone may stand for them, in lower case."""
    doubtful: frozenset[tuple[str, str]]
    """First and last words of what may not be a person: no sentence says so, and no verb of saying."""
    teams: dict[str, list[Person]] = field(default_factory=dict)
    """What is called after a place ("Colorado Avalanche"), by the last word."""
    settled: dict[str, Person] = field(default_factory=dict)
    """Whom a last name stands for even where several have it."""
    _meant: dict[int, tuple[Person, ...]] | None = None
    """What `who` said of the run that begins at a place; kept once nothing that would change it is still learnt."""
    _resolved: set[int] = field(default_factory=set)
    """Sentences whose pronouns and speakers are known."""

    def resolved(self, number: int) -> Line:
        """A sentence, with whom its pronouns stand for and who speaks in it."""
        first = at = number
        while at >= max(first, 0):  # back to where no sentence looks at the ones before it
            if at not in self._resolved:
                first = min(first, at - _looks_back(self, self.lines[at]))
            at -= 1
        for at in range(max(first, 0), number + 1):
            if at not in self._resolved:
                _resolve(self, at)
                self._resolved.add(at)
        return self.lines[number]

    def speaker(self, number: int) -> Person | None:
        """Who speaks in a sentence: by it or those before it, or, of nothing but a quote, by those behind it."""
        line = self.resolved(number)
        later = line.speaker is None and not line.caption and all_quote(self, line)
        return _later_speaker(self, number) if later else line.speaker

    def who(self, run: Run) -> tuple[Person, ...]:
        """The persons that a run may stand for: one, several of a name, or none.

        A last name stands for whoever was called so before anybody else of that name was told of.
        """
        if self._meant is None:
            return self._who(run)
        if run.start not in self._meant:
            self._meant[run.start] = self._who(run)
        return self._meant[run.start]

    def _who(self, run: Run) -> tuple[Person, ...]:
        if len(run.words) > 1:
            person = next((self.full[key] for key in _keys(run) if key in self.full), None)
            return (person,) if person else ()
        if run.words[0] in PLACES or (run.article and not run.before):
            return ()
        word = run.words[0].lower()
        people = self.named.get(word, [])
        known = tuple(person for person in people if person.start <= run.start) or tuple(people)
        settled = self.settled.get(word)
        return (settled,) if settled in known and settled.start <= run.start else known

    def quotes_from(self, start: int, end: int) -> list[Span]:
        """The quotes that begin in text[start:end]."""
        return self.quotes[bisect_left(self.quotes, (start, 0)) : bisect_left(self.quotes, (end, 0))]

    @cached_property
    def genders(self) -> dict[str, Gender]:
        """He or she, by each person's name: read once a pronoun asks for it."""
        return _genders(self)

    def gender(self, person: Person) -> Gender:
        """What the article, or else the first name, tells; empty where nothing does."""
        return self.genders.get(person.name, "")


def read(text: str, sentences: Sequence[Span]) -> Reading:
    """The article's persons, told by all of its sentences; what "he" stands for is left to `Reading.resolved`."""
    paragraphs = _paragraphs(text, sentences)
    hidden, quotes = masked(text, sentences, paragraphs)
    captions = {number for number, span in enumerate(sentences) if _is_caption(text[slice(*span)])}
    found = [run for run in runs(hidden, sentences) if run.sentence not in captions]
    of = defaultdict(list)
    for run in found:
        of[run.sentence].append(run)
    lines = [
        _line(text, span, paragraph, of[number], number in captions)
        for number, (span, paragraph) in enumerate(zip(sentences, paragraphs, strict=True))
    ]
    persons = _persons(text, found)
    full = {(person.first, person.last): person for person in persons}
    named: dict[str, list[Person]] = defaultdict(list)
    for person in persons:
        last = person.last.removesuffix(" jr")
        for word in {person.first, last, last.partition("-")[2]} - {""}:
            named[word].append(person)
    reading = Reading(text, hidden, quotes, lines, persons, full, named, _doubtful(found))
    for run in found:
        meant = reading.who(run) if len(run.words) == 1 else ()
        if len(meant) == 1 and meant[0].end <= run.start:
            reading.settled.setdefault(run.words[0].lower(), meant[0])
    _unsettle_relatives(reading, found)
    reading._meant = {}
    reading.teams = _teams(text, found)
    return reading


def _paragraphs(text: str, sentences: Sequence[Span]) -> list[int]:
    """Which paragraph each sentence is in; where the text has no blank line, which line."""
    gaps = [len(LINE_BREAK.findall(text, one[1], other[0])) for one, other in pairwise(sentences)]
    enough = min(2, max(gaps, default=0))
    numbers = [0][: len(sentences)]
    for gap in gaps:
        numbers.append(numbers[-1] + (gap >= enough > 0))
    return numbers


def _is_caption(sentence: str) -> bool:
    """Whether a sentence is a caption or a link to another article: whom it names is not told of around it."""
    if _LINK.match(sentence):
        return True
    credited = "/" in sentence or "Getty Images" in sentence or "AP Photo" in sentence
    return credited and _CREDIT.search(sentence) is not None


def _line(text: str, span: Span, paragraph: int, found: list[Run], caption: bool) -> Line:
    start, end = span
    heading = not _ENDED.search(text[max(start, end - 4) : end])
    return Line(start, end, paragraph, found, caption, heading)


def _loose(hidden: str, span: Span, found: Sequence[Run]) -> Iterator[tuple[int, Gender]]:
    """Who is told of without a name, and is not one who is named beside it."""
    starts = {run.start for run in found}
    for match in _SOMEBODY.finditer(hidden, *span):
        yield match.start(), ""
    for match in _NOUN.finditer(hidden, *span):
        if match.group() not in PERSON_NOUNS or (
            hidden[match.end() : match.end() + 1] == " " and match.end() + 1 in starts
        ):
            continue  # "singer Adele"
        before = hidden[max(span[0], match.start() - 60) : match.start()]
        named = any(run.start < match.start() for run in found) or PRONOUN.search(hidden, span[0], match.start())
        if named and _PREDICATE.search(before):
            continue  # "Adele, the singer"
        gender = PERSON_NOUNS[match.group()]
        if gender or _DETERMINED.search(before) or not before.strip():
            yield match.start(), gender


def _first(run: Run) -> str:
    return run.words[0].lower()


def _last(run: Run) -> str:
    return next((word for word in reversed(run.words) if word.lower() not in SUFFIXES), run.words[-1]).lower()


def _key(run: Run) -> tuple[str, str]:
    """First and last name; a junior is another person."""
    last = _last(run)
    return _first(run), f"{last} jr" if run.junior else last


def _keys(run: Run) -> Iterator[tuple[str, str]]:
    """The name's first and last word; and each two that stand together, since a run may hold other words too."""
    yield _key(run)
    words = [word.lower() for word in run.words]
    if len(words) > 2 and not run.junior:
        yield from pairwise(words)


def _persons(text: str, found: Sequence[Run]) -> list[Person]:
    """Everybody named, in the order in which they are first named in full."""
    alone = {run.words[0].lower() for run in found if len(run.words) == 1 and not run.article}
    full = [
        run for run in found if len(run.words) > 1 and run.standing != "other" and run.words[0] not in ("The", "A")
    ]
    sure = {_key(run) for run in full if run.standing == "person" or _last(run) in alone}
    people: dict[tuple[str, str], Person] = {}
    for run in full:
        key = _key(run)
        if key in sure and key not in people and not any(part in sure for part in list(_keys(run))[1:]):
            people[key] = Person(text[run.start : run.end], run.start, run.end, run.sentence, *key)
    known = {part for key in people for part in key}
    for run in found:
        word = run.words[0].lower()
        if len(run.words) == 1 and run.standing == "person" and word not in known and run.words[0] not in PLACES:
            known.add(word)
            people["", word] = Person(text[run.start : run.end], run.start, run.end, run.sentence, "", word)
    return sorted(people.values(), key=lambda person: person.start)


def _unsettle_relatives(reading: Reading, found: Sequence[Run]) -> None:
    """Where relatives are told apart by first names ("his brother Piers"), a last name alone may be either's."""
    if not any(len(run.words) == 1 and run.before and run.before[-1] in RELATIVES for run in found):
        return
    for person in reading.persons:
        if person.first and person.first in reading.settled:
            reading.named.pop(person.last, None)
            reading.settled.pop(person.last, None)


def _doubtful(found: Sequence[Run]) -> frozenset[tuple[str, str]]:
    said = {run.words[0].lower() for run in found if len(run.words) == 1 and run.standing == "possible"}
    full = [run for run in found if len(run.words) > 1 and run.standing != "other"]
    sure = {_key(run) for run in full if run.standing == "person" or _last(run) in said}
    return frozenset(_key(run) for run in full) - sure


def _teams(text: str, found: Sequence[Run]) -> dict[str, list[Person]]:
    teams: dict[str, dict[str, Person]] = defaultdict(dict)
    for run in found:
        last = run.words[-1]
        if (
            2 <= len(run.words) <= 3
            and run.words[-2] in PLACES
            and last not in PLACES
            and last.lower() not in INSTITUTIONS
            and not OWNS_NAME.match(text, run.end)
        ):
            name = text[run.start : run.end]
            teams[last].setdefault(name, Person(name, run.start, run.end, run.sentence, "", ""))
    return {last: list(named.values()) for last, named in teams.items()}


def _genders(reading: Reading) -> dict[str, Gender]:
    """What titles, first names and, where these tell nothing, pronouns in the same sentence say."""
    votes: dict[str, Counter[Gender]] = defaultdict(Counter)
    for run in [run for line in reading.lines for run in line.runs if run.gender]:
        meant = reading.who(run)
        if len(meant) == 1:
            votes[meant[0].name][run.gender] += 1
    told: dict[str, Gender] = {
        name: max(count, key=lambda g: (count[g], g)) for name, count in votes.items() if len(count) == 1
    }
    held: dict[str, Counter[Gender]] = defaultdict(Counter)
    for line in reading.lines:
        people = {person for run in line.runs for person in reading.who(run)}
        if len(people) != 1:
            continue
        genders = {_gender(match) for match in PRONOUN.finditer(reading.hidden, line.start, line.end)}
        others = any(run.standing == "possible" and not reading.who(run) for run in line.runs)
        if len(genders) == 1 and not others and not line.loose(reading.hidden):
            held[next(iter(people)).name][next(iter(genders))] += 1
    for name, count in held.items():
        if name not in votes and len(count) == 1:
            told[name] = next(iter(count))
    return told


def _gender(match: re.Match[str]) -> Gender:
    return "m" if match.group(1) else "f"


def _looks_back(reading: Reading, line: Line) -> int:
    """How many of the sentences before it must be resolved before a sentence is."""
    if line.caption:
        return 0
    if PRONOUN.search(reading.hidden, line.start, line.end):
        return WINDOW
    return 1 if all_quote(reading, line) else 0


def _resolve(reading: Reading, number: int) -> None:
    """Finds whom the pronouns of a sentence stand for, and who speaks in it."""
    line = reading.lines[number]
    if line.caption:
        return
    for match in PRONOUN.finditer(reading.hidden, line.start, line.end):
        gender = _gender(match)
        if any(_gender_at(reading, at) == gender for at in line.pronouns):
            continue  # the first one is given the name; the others are clear then
        person = _meant(reading, number, match.start(), gender)
        if person:
            line.pronouns[match.start()] = person
    line.speaker = _earlier_speaker(reading, number) if all_quote(reading, line) else _speaker(reading, line)


def all_quote(reading: Reading, line: Line) -> bool:
    """Whether a sentence is nothing but somebody's words in quotation marks."""
    said = reading.hidden[line.start : line.end]
    return QUOTED in said and not any(char.isalnum() for char in said)


def _earlier_speaker(reading: Reading, number: int) -> Person | None:
    """Who goes on speaking: whoever spoke in the sentence before, where nobody else is said to in the paragraph."""
    line, before = reading.lines[number], reading.lines[number - 1] if number else None
    if before is None or before.caption or before.heading:
        return None
    if before.paragraph == line.paragraph:
        return before.speaker
    rest = [one for one in reading.lines[number : number + PARAGRAPH] if one.paragraph == line.paragraph]
    if any(not all_quote(reading, one) for one in rest):
        return None
    return before.speaker


def _later_speaker(reading: Reading, number: int) -> Person | None:
    """Who is said to speak behind the quote that a sentence begins, in the same paragraph."""
    line = reading.lines[number]
    for at in range(number + 1, min(number + PARAGRAPH, len(reading.lines))):
        later = reading.resolved(at)
        if later.paragraph != line.paragraph:
            return None
        if not all_quote(reading, later):
            opened = reading.hidden[later.start] == QUOTED or reading.text[later.start] in '“"'
            return _speaker(reading, later, first=True) if opened else None
    return None


def _gender_at(reading: Reading, at: int) -> Gender:
    match = PRONOUN.match(reading.hidden, at)
    return _gender(match) if match else ""


def _speaker(reading: Reading, line: Line, first: bool = False) -> Person | None:
    """Who is said to speak in a sentence: last, or first."""
    said = line.said(reading.hidden)
    for told in said[:1] if first else said[-1:]:
        if told.pronoun:
            return line.pronouns.get(told.pronoun[0]) or _same(line, told)
        people = reading.who(told.run) if told.run else ()
        return people[0] if len(people) == 1 else None
    return None


def _same(line: Line, told: Attribution) -> Person | None:
    """Whom a later pronoun of the sentence stands for, where all of its pronouns stand for one person."""
    people = set(line.pronouns.values())
    return next(iter(people)) if len(people) == 1 and told.pronoun else None


def _meant(reading: Reading, number: int, at: int, gender: Gender) -> Person | None:
    """Whom the pronoun at `at` stands for, or None where it could be more than one, or nobody."""
    line = reading.lines[number]
    if _present(reading, line, at, gender, ahead=False):
        return None
    said = next((one for one in line.said(reading.hidden) if one.pronoun and one.pronoun[0] == at), None)
    for before in range(number - 1, max(-1, number - 1 - WINDOW), -1):
        earlier = reading.lines[before]
        if earlier.caption:
            continue
        if earlier.heading:
            return None
        people, others = _compatible(reading, earlier, gender)
        if (
            said
            and earlier.speaker
            and (
                reading.gender(earlier.speaker) == gender
                or (earlier.speaker in people and len(people) == 1 and not others)
            )
        ):
            return earlier.speaker
        if others or len(people) > 1:
            return None
        if people:
            person = next(iter(people))
            return (
                person if reading.gender(person) == gender and not _later(reading, line, at, gender, person) else None
            )
    return None


def _compatible(reading: Reading, line: Line, gender: Gender) -> tuple[set[Person], bool]:
    """Who of this gender is named in a sentence or meant by its pronouns, and whether others may be."""
    people: set[Person] = set()
    others = any(not told or told == gender for _, told in line.loose(reading.hidden))
    for run in line.runs:
        found = [person for person in reading.who(run) if reading.gender(person) in ("", gender)]
        people.update(found)
        others = others or (run.standing == "possible" and not reading.who(run))
    for at, person in line.pronouns.items():
        if _gender_at(reading, at) == gender:
            people.add(person)
    first = min((run.start for run in line.runs if people & set(reading.who(run))), default=line.end)
    pronoun = next((m for m in PRONOUN.finditer(reading.hidden, line.start, first) if _gender(m) == gender), None)
    return people, others or (pronoun is not None and pronoun.start() not in line.pronouns)


def _present(reading: Reading, line: Line, at: int, gender: Gender, ahead: bool) -> bool:
    """Whether somebody whom the pronoun may stand for is told of in the sentence before it."""
    if any(place < at and told in ("", gender) for place, told in line.loose(reading.hidden)):
        return True
    for run in line.runs:
        people = reading.who(run)
        if run.start < at and any(reading.gender(person) in ("", gender) for person in people):
            return True
        if run.start < at and run.standing == "possible" and not people:
            return True
    return False


def _later(reading: Reading, line: Line, at: int, gender: Gender, person: Person) -> bool:
    """Whether the sentence goes on to name the same person, or the pronoun may point ahead to another."""
    subject = _SUBJECT.match(reading.hidden, at)
    whose = not reading.hidden[at : at + 4].lower().startswith(("he ", "she ", "he’", "she’", "he'", "she'"))
    if whose and any(place > at and told in ("", gender) for place, told in line.loose(reading.hidden)):
        return True  # "Throughout her travels the first lady …"
    for run in line.runs:
        if run.start > at:
            people = reading.who(run)
            if person in people:
                return True
            if not subject and any(reading.gender(one) in ("", gender) for one in people):
                return True
    return False


_SUBJECT = re.compile(r"(?:He|She)\b")
