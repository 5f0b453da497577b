"""What "how many …" counts, and which numbers of a sentence count that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from index.encoder import Reading
from index.terms import stem
from rag.asking.measures import UNIT_BEHIND
from rag.asking.question import FUNCTION_STEMS, Question, Word
from rag.attribution.person_words import COUNTRIES, PERSON_NOUNS
from rag.finding.offices import another_country, country
from rag.finding.views import View, inside, near

COUNTED, UNIT, UNIT_REACH = 2, 0.45, 30
"""A number counts what is asked where one of the COUNTED words behind "how many" has a cosine of UNIT or more to the
number or to a word within UNIT_REACH characters behind it."""
SAID = 0.7
"""A number that stands alone ("Moe scored 12 in May") counts it where the words before it, in its sentence or the one
before, have such a cosine: what is counted was just spoken of."""
FIT = 0.05
"""How much less than the best of its sentence a number may fit what is asked: the best cosine of what is counted, and
the mean of those of the question's content words, up to the next number."""
Span = tuple[int, int]
_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_WHOSE = re.compile(r"\s(?:[a-z-]+\s)?(?P<whose>[A-Z][\w.’']*)")
"""Whose something is, behind "how many" or a number: "Iraqi soldiers", "additional US troops"."""
_NATIONS = (
    *(name[:4] for name in sorted(COUNTRIES) if " " not in name),
    *("US", "U.S", "UK", "U.K", "EU", "Amer", "Brit", "Euro", "Fren", "Dutc", "Span", "Dani", "Pole", "Poli", "Kurd"),
)
"""How the names of countries and of their people begin, other than those of parties and faiths."""
_PERIOD = r"(?:\w+\s)?(?:second|minute|hour|day|week|month|year|decade|centur)(?:s|y|ies)?\b"
_OF_TIME = re.compile(rf"[\s-]{_PERIOD}|-times?\b")
_NO_TIME = re.compile(
    rf"\bhow (?:many (?!{_PERIOD})|(?:much|large|big|high)\b(?! (?:time|longer|long|later|earlier|sooner|older|"
    r"younger|faster|notice)\b))",
    re.IGNORECASE,
)
"""No number of months or hours answers this: "three months after" counts nobody."""
_NO_COUNT = re.compile(rf"[$€£]|(?:once|twice)\Z|.*(?:%|percent|{UNIT_BEHIND.pattern})\Z", re.DOTALL | re.IGNORECASE)
_ONE_OF = re.compile(r"one of\b", re.IGNORECASE)
_OF_MONEY = re.compile(r"\bhow many\b.*\b(?:dollar|euro|pound|cent|percent|time)s?\b", re.IGNORECASE)
_ALONE = re.compile(
    r"\s?(?:[.,;:)”\"]|\Z|(?:in|on|at|by|from|since|last|this|during|as|when|after|before|and|but)\b)"
)
"""Behind a number that says nothing of what it counts."""
_PEOPLE = re.compile(r"\s(?:[\w-]+\s)?(?:people|persons)\b", re.IGNORECASE)
_PERSONS = re.compile(
    rf"\s(?:(?!(?:to|in|of|on|and|for)\b)[\w-]+\s){{0,2}}(?:{'|'.join(sorted(PERSON_NOUNS))})s?\b", re.IGNORECASE
)
"""Behind a number: it counts people."""


class Counting:
    """What a question counts, made once; of one that counts nothing every number will do."""

    def __init__(self, question: Question, reading: Reading, content: npt.NDArray[np.bool_]) -> None:
        """`content` tells of each token of the question whether it belongs to a word that an answer is about."""
        self._reading, self._content = reading, content
        self._tokens = _counted(question, reading)
        many = _MANY.search(question.text)
        self._whose = _whose(question.text, many.end()) if many else ()
        self._people = bool(many and _PEOPLE.match(question.text, many.end()))
        self._timed = question.kind != "number" or not _NO_TIME.search(question.text)
        self._shares = bool(_OF_MONEY.search(question.text) or UNIT_BEHIND.search(question.text))

    def __bool__(self) -> bool:
        """Whether it is asked how many there are of something."""
        return len(self._tokens) > 0

    def of_the_sort(self, sentence: str, spans: Iterable[Span]) -> Iterable[Span]:
        """Those of the numbers at these spans that may be of what is asked for, by what stands beside them."""
        if not self._timed:
            spans = (span for span in spans if not _OF_TIME.match(sentence, span[1]))
        if self and not self._shares:  # "$200", "23%", "once" and "four miles" are no number of people
            spans = (span for span in spans if not _NO_COUNT.match(sentence[slice(*span)]))
            spans = (span for span in spans if not _ONE_OF.match(sentence, span[0]))  # it tells of one, not how many
        if self._whose:
            spans = (span for span in spans if not another_country(self._whose, _whose(sentence, span[1])))
        return spans

    def matching(self, view: View, number: int, spans: Iterable[Span]) -> list[tuple[Span, float]]:
        """The numbers of a sentence, at `spans`, that count what is asked for, and how well each fits that."""
        begin, offsets = view.hit.passage.sentences[number][0], view.tokens.offsets
        told = list(self.of_the_sort(view.text(number), spans))
        found = []
        for span, following in zip(told, [*told[1:], None], strict=False):  # the last has none behind it
            start, end = begin + span[0], begin + span[1] + UNIT_REACH
            beside = np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > start))
            if len(beside):
                similar = near([view.tokens.only(beside)], self._reading.tokens)
                of_people = self._people and _PERSONS.match(view.text(number), span[1])
                if of_people or similar[:, self._tokens].max() >= UNIT or self._alone(view, number, span):
                    own = offsets[beside, 0] < (begin + following[0] if following else end)
                    best = similar[own].max(axis=0)
                    about = best[self._content].mean() if self._content.any() else 0.0  # "how many people are there"
                    found.append((span, float(best[self._tokens].max() + about)))
        return found

    def _alone(self, view: View, number: int, span: Span) -> bool:
        """Whether a number of a sentence stands alone, and what is asked for was spoken of before it."""
        if not _ALONE.match(view.text(number), span[1]):
            return False
        sentences, offsets = view.hit.passage.sentences, view.tokens.offsets
        start, end = sentences[max(0, number - 1)][0], sentences[number][0] + span[0]
        before = np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > start))
        similar = near([view.tokens.only(before)], self._reading.tokens[self._tokens])
        return bool(similar.max(initial=0.0) >= SAID)

    def fitting(self, view: View, number: int, spans: Iterable[Span]) -> list[Span]:
        """Of the numbers of a sentence that count what is asked for those that fit the question about as well as the
        best: of "2,500 US troops and 1,000 others" one is of "US soldiers"."""
        fits = self.matching(view, number, spans)
        best = max((fit for _, fit in fits), default=0.0)
        return [span for span, fit in fits if fit >= best - FIT]


def _whose(text: str, end: int) -> tuple[str, ...]:
    """The stems of the country whose something is told of at text[end:]; none where none is."""
    match = _WHOSE.match(text, end)
    return country(match["whose"]) if match and match["whose"].startswith(_NATIONS) else ()


def _counted(question: Question, reading: Reading) -> npt.NDArray[np.intp]:
    """The tokens of what a question counts, behind "how many"; none where it does not say ("how many of …")."""
    match = _MANY.search(question.text)
    words = list(re.finditer(r"[^\W_]+", question.text[match.end() :])) if match else []
    if match is None or not words or stem(words[0].group()) in FUNCTION_STEMS:
        return np.array([], dtype=np.intp)
    spans: Sequence[Word] = [Word(match.end() + word.start(), match.end() + word.end()) for word in words]
    named = [(name.start, name.end) for name in question.names]
    spans = [one for one in spans if not any(a <= one.start < b for a, b in named)][:COUNTED]  # whose is not what
    return np.flatnonzero(inside(spans, reading))
