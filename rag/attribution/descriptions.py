"""What "the park", "the president" or "the film" stands for, where an article gives it one name only.

A description is understood by its noun: one that ends a name ("Yosemite National Park") or begins it ("Hurricane
Ian"), that stands before or beside a person's name ("actor Tom Hanks", "Tom Hanks, an actor"), that is the kind of
a title in quotation marks ("the film"), or the country or state that an article is about. Two names for one noun, or
a park without a name before it, and nothing is put in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from rag.attribution.antecedents import Line, Reading
from rag.attribution.person_words import COUNTRIES, PERSON_NOUNS, STATES, TITLES, UNITED_STATES
from rag.attribution.persons import Person, Run
from rag.attribution.speech import QUOTED

NEAR = 6
"""Sentences within which the name must stand, or a description of it."""
CLOSE = 2
"""The same for what many people are ("the actor")."""
SUBJECT = 3
"""Sentences at the head of an article in which a title is that of its subject."""
LEAD = 5
"""Sentences at the head of an article that tell which country, park or university it is about."""
_HEADS = frozenset(
    """
    park bridge museum zoo festival airport hospital university college cathedral stadium tower hotel lake river
    island hurricane storm typhoon cyclone prize palace theatre theater prison telescope spacecraft treaty
    canyon volcano glacier arena mosque synagogue castle championship marathon
    """.split()  # noqa: SIM905 - as prose it can be read
)
_FIRST = frozenset(("hurricane", "storm", "typhoon", "cyclone", "lake"))
"""These stand before the name."""
_WORKS = frozenset(("film", "movie", "show", "series", "song", "album", "novel", "single", "sitcom", "documentary"))
_OFFICES = frozenset(
    """
    president premier chancellor minister governor mayor judge king queen pope prince princess duke duchess senator
    congressman congresswoman chairman chairwoman
    """.split()  # noqa: SIM905
)
"""Whoever is called so keeps the name through an article."""
_RANKS = frozenset(("former", "vice", "prime", "deputy", "then", "ex"))
_NOUNS = _HEADS | _WORKS | frozenset(PERSON_NOUNS) | frozenset(TITLES) | {"country", "state"}
_THE = re.compile(r"\b[Tt]he\s(?P<rank>(?:[Ff]ormer|[Vv]ice|[Pp]rime|[Dd]eputy)\s)?(?P<noun>[A-Za-z]+)\b")
_OTHER_WORK = (
    "new|original|first|second|third|last|latest|previous|next|other|same|upcoming|another|final|best|awards|whole|of|"
    "and|is|was|to|in|on|a|for|that|by|with"
)
"""Words between "the" and "film" behind which another film, or nothing of the kind, may be meant."""
_WORK = re.compile(rf"\b[Tt]he\s(?:(?!(?:{_OTHER_WORK})\s)[\w’'-]+\s){{1,4}}(?P<noun>{'|'.join(sorted(_WORKS))})\b")
_GOES_ON = re.compile(
    r"[.,;:!?)–—]|[”\"]|\s(?:is|was|are|were|has|had|have|will|would|can|could|may|might|must|should|does|did|do|and|"
    r"or|but|as|at|by|to|in|on|into|after|before|during|since|until|when|while|because|if|also|not|now|then|"
    r"again|told|said|says|made|took|gave|went|came|saw|left|won|lost|led|met|put|sent|began|became|ran|held|kept|"
    r"\w+ed)\b"
    r"|\s[–—-]\s|\Z"
)
"""What follows a noun that is not the first half of another ("the attorney general", "the park rangers")."""
_AGED = re.compile(r"\b[Tt]he (\d{1,3})-year-old(?=[.,;:]| [a-z]+(?:ed|s|d)\b| was\b| has\b| had\b)")
_AGE_BEHIND = re.compile(r",\s(?:aged\s)?(\d{1,3})(?=[,.;)])")
_AGE_AHEAD = re.compile(r"\b(\d{1,3})-year-old\s(?:[\w’'-]+\s){0,3}\Z")
_BESIDE = re.compile(
    r",\s(?:an?|the)\s((?:[\w’'-]+\s){0,5}?[\w’'-]+)(?=,|\sof\b|\sfor\b|\sfrom\b|\sand\b|\swho\b|\.)"
)
_TITLE = re.compile(
    r"[A-Z0-9][\w’'&:.-]*(?:,?\s(?:[A-Z0-9&][\w’'&:.-]*|of|the|and|in|a|an|to|on|for|from|with|at)){0,7}[!?]?"
)
_INDEFINITE = re.compile(
    r"\b(?:an?|another|other|these|those|each|every|one|two|three|four|five|many|several|some|any|both|more)"
    r"((?:\s[a-z’'-]+){1,3})\b(?!\s[A-Z])"
)
_WORD = re.compile(r"[a-z]+")


def may_describe(text: str, start: int, end: int) -> bool:
    """Whether a sentence may hold a description, as far as its words alone tell."""
    return any(True for _ in _nouns_of(text, start, end)) or _AGED.search(text, start, end) is not None


def _nouns_of(text: str, start: int, end: int) -> Iterator[tuple[str, str, int]]:
    """The nouns of "the …" in a sentence that may stand for a name: rank, noun and where it ends."""
    for match in (*_THE.finditer(text, start, end), *_WORK.finditer(text, start, end)):
        noun = match["noun"].lower()
        if noun in _NOUNS and _GOES_ON.match(text, match.end("noun")):
            yield (match.groupdict().get("rank") or "").lower(), noun, match.end("noun")


class Descriptions:
    """The places behind the descriptions of an article and what is meant there, read as far as is asked for."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known = _Known(reading)
        self._found: list[list[tuple[int, Person]]] = []

    def of(self, number: int) -> list[tuple[int, Person]]:
        """Those of one sentence, in order."""
        asked = self._reading.lines[number]
        if not may_describe(self._reading.hidden, asked.start, asked.end):
            return []  # without reading what stands before it
        while len(self._found) <= number:
            at = len(self._found)
            line = self._reading.resolved(at)
            places = [] if line.caption else [one for one in self._known.meant(at, line) if one[1].sentence < at]
            self._found.append(places)
            if not line.caption:
                self._known.learn(at, line)
        return self._found[number]


class _Known:
    """What the sentences so far have named, by the noun that may stand for it."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.named: dict[str, dict[str, Person]] = defaultdict(dict)
        """Noun, then name."""
        self.last: dict[str, int] = {}
        """The last sentence in which a name, or a description of it, stood."""
        self.spoilt: set[str] = set()
        """Nouns that stand for something without a name as well."""
        self.somebody: dict[int, int] = {}
        """How many persons each sentence names."""

    def meant(self, number: int, line: Line) -> Iterator[tuple[int, Person]]:
        """The descriptions in a sentence that can mean but one thing."""
        text = self.reading.hidden
        for rank, noun, end in _nouns_of(text, line.start, line.end):
            if noun not in self.spoilt:
                yield from self._one(number, line, rank + noun, end)
        for match in _AGED.finditer(text, line.start, line.end):
            yield from self._one(number, line, match[1], match.end())

    def _one(self, number: int, line: Line, key: str, at: int) -> Iterator[tuple[int, Person]]:
        names = self.named.get(key, {})
        if len(names) != 1:
            return
        name = next(iter(names.values()))
        away = number - self.last[name.name]
        noun = key.rpartition(" ")[2]
        if noun in PERSON_NOUNS and noun not in _OFFICES:
            others = sum(self.somebody.get(n, 0) for n in range(number - away + 1, number)) + self._people(line)
            if away > CLOSE or others or self.somebody.get(number - away, 0) != 1:
                return
        if noun in _HEADS and name.sentence >= LEAD:
            return
        if not name.name or (noun in ("country", "state") and (name.sentence >= LEAD or name.name in UNITED_STATES)):
            return
        if away <= NEAR and not _stands(line, name):
            self.last[name.name] = number
            yield at, name

    def _people(self, line: Line) -> int:
        return len({person.name for run in line.runs for person in self.reading.who(run)})

    def learn(self, number: int, line: Line) -> None:
        """Takes in what a sentence names."""
        text = self.reading.hidden[line.start : line.end]
        self._spoil(text)
        self.somebody[number] = self._people(line)
        for run in line.runs:
            for noun, name in self._nouns(run):
                self.named[noun].setdefault(name.name, name)
                self.last[name.name] = number
            for person in self.reading.who(run):
                self.last[person.name] = number
        for person in line.pronouns.values():
            self.last[person.name] = number
        for start, end in self.reading.quotes_from(line.start, line.end):
            self._title(number, start + 1, end, text)

    def _spoil(self, text: str) -> None:
        """Takes in nouns that stand for several things, or for one without a name ("a park")."""
        for match in _WORD.finditer(text):
            if match.group().endswith("s") and match.group()[:-1] in _NOUNS and match.group() not in _WORKS:
                self.spoilt.add(match.group()[:-1])
        nouns = _NOUNS - _WORKS if QUOTED in text else _NOUNS  # "“Night Boat,” a film"
        for match in _INDEFINITE.finditer(text):
            self.spoilt.update(word for word in match[1].split() if word in nouns)

    def _title(self, number: int, start: int, end: int, sentence: str) -> None:
        """Takes in a title in quotation marks, as what its sentence calls it; of the subject, as anything."""
        words = self.reading.text[start:end].rstrip('”",.;: ')
        if len(words) < 3 or not _TITLE.fullmatch(words):
            return
        kinds = _WORKS & set(_WORD.findall(sentence))
        for noun in kinds or (_WORKS if number < SUBJECT else ()):
            if not any(words in name or name in words for name in self.named[noun]):
                self.named[noun][words] = Person(words, start, start + len(words), number, "", "")
        self.last.update(
            (name, number) for noun in _WORKS for name in self.named[noun] if words in name or name in words
        )
        self.last[words] = number

    def _nouns(self, run: Run) -> Iterator[tuple[str, Person]]:
        text = self.reading.text
        whole = Person(text[run.start : run.end], run.start, run.end, run.sentence, "", "")
        low = [word.lower() for word in run.words]
        if len(low) > 1 and low[0] in _FIRST:
            yield low[0], whole
        elif len(low) > 1 and low[-1] in _HEADS and _whole(text, run):
            yield low[-1], whole
        for noun, places in (("country", COUNTRIES), ("state", STATES)):
            if whole.name in places:
                yield noun, whole
            elif any(word in places for word in run.words):
                yield noun, Person("", run.start, run.end, run.sentence, "", "")  # another may be meant
        people = self.reading.who(run)
        if len(people) == 1:
            yield from ((noun, people[0]) for noun in _callings(self.reading.hidden, run))


def _whole(text: str, run: Run) -> bool:
    """Whether a name does not go on before or behind its words ("the Vaccines and Related … Committee")."""
    behind = text[run.end : run.end + 5]
    ahead = text[max(0, run.start - 4) : run.start]
    return not behind.startswith((" of ", " for ", " on ", " and ")) and not ahead.endswith(
        ("and ", "of ", "for ", "’s ", "'s ")
    )


def _callings(text: str, run: Run) -> Iterator[str]:
    """What a person is called beside the name: "president", "former president", and the age."""
    if run.before:
        yield _called(run.before)
    if beside := _BESIDE.match(text, run.end):
        words = tuple(beside[1].split())
        if words[-1] in PERSON_NOUNS:
            yield _called(words)
    if aged := _AGE_BEHIND.match(text, run.end):
        yield aged[1]
    if aged := _AGE_AHEAD.search(text[max(0, run.start - 60) : run.start]):
        yield aged[1]


def _called(words: tuple[str, ...]) -> str:
    rank = words[-2].rpartition("-")[2] if len(words) > 1 else ""  # "then-Vice President"
    return f"{rank} {words[-1]}" if rank in _RANKS else words[-1]


def _stands(line: Line, name: Person) -> bool:
    """Whether a sentence has the name already, in full or in part."""
    words = {word.lower() for word in name.name.split() if word[:1].isupper()}
    return any(words & {word.lower() for word in run.words} for run in line.runs) or name in line.pronouns.values()
