"""Which words of the best sentences answer the question by themselves?

Every sentence near the top votes for the words in it that could be the answer and that the question does not hold,
and so does its article's title; a sentence's vote weighs as much as the sentence is likely (a softmax over scores), a
rare word's more than a common one's, and copies of one article share one vote. Two readings come of it: the short
answer, and a better order of the sentences, since most that come out on top wrongly restate the question and lack
what is asked for (redundancy instead of a model: Clarke, Cormack and Lynam 2001, doi:10.1145/383952.384024).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from index.text.terms import terms
from rag.attribution.persons import runs
from rag.question.kinds import NAME, NUMBER, PLACES, STRICT, Kind, candidates
from rag.question.query import CALENDAR, FUNCTION_STEMS, Query
from rag.ranking.evidence import Evidence
from rag.reading.reader import Span

VOTERS = 12
"""Sentences that vote."""
TEMPERATURE = 0.2
"""Of the softmax over their scores: flat, because being many is what counts here."""
TITLE = 1.5
"""What a word in the title counts beside the same word in the sentence."""
RARITY = 0.3
"""Power of a word's inverse article frequency; where that is below 1, in more than a third of all articles, the word
counts in proportion to it."""
RELATED = 0.9
"""What a vote for "Joe Biden" counts for "Biden", and the other way round."""
SHARE = 0.3
"""Of the vote in a sentence's score. These constants lie on a flat top of the even half of news2022's questions; the
odd half's figures stood beside them at each choice, so it is not unseen. `python -m benchmarks.quality.news` prints
both."""
FEW = 25
"""Articles with which the vote counts half of that: the fewer there are, the less it tells that words come back, and
the less it is known which words are rare."""
COMMON = 100
"""Articles with which the rarity of a number or date counts half: what all of a few tell is none the worse for it."""
NEW = 0.5
"""Share of a candidate's words that the question must not have."""
WEIGHTS = {"placed": 1.0, "name": 1.0, "elsewhere": 0.6, "number": 0.4, "word": 0.6} | {
    "person": 1.0,
    "possible": 0.7,
    "other": 0.2,
}
"""Kinds of candidates: where the kind of answer cannot be recognised, names come before words, and words before
numbers."""
TOLD = 20_000
"""Words that may be answers whose stems are kept in memory, a few MB: most come back in other sentences."""
UNVOTED: frozenset[Kind] = frozenset(("quote", "reason", "yes/no", "definition"))
"""Kinds whose answer is a sentence, not some words of it."""
_NO_NAME = re.compile(r"(?:[^\W\d]|jr|sr|ii|iii|iv)\Z")
"""An initial or a suffix that was cut off its name."""
_WORD = re.compile(r"\b[a-zà-ÿ][\w’'-]{3,40}\b")

Stems = tuple[str, ...]


class Candidate(NamedTuple):
    """Words of a sentence that could be the answer."""

    stems: Stems
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Voted:
    """A sentence after the vote."""

    evidence: Evidence
    words: tuple[Candidate, ...]
    votes: Mapping[Stems, float]
    """For each of its candidates, as a share of all votes; related words and titles may take it above 1."""
    share: float = SHARE
    """What all votes would add to its score."""
    span: Span | None = None
    """The words of it that answer best, as a reader sees it, in the sentence's own text; None where none read it."""

    def best(self, used: frozenset[Stems] = frozenset()) -> Candidate | None:
        """Its words that were voted for most and are not used yet; the first of them where several are."""
        left = [word for word in self.words if word.stems not in used] if used else self.words
        return max(left, key=lambda word: (self.votes[word.stems], word.weight, -word.start), default=None)

    def short(self) -> Candidate | None:
        """Its words that a reader takes for the answer; else those that were voted for most."""
        if self.span and self.span.words:
            held = tuple(terms(self.evidence.text[self.span.start : self.span.end]))
            return Candidate(held, self.span.start, self.span.end, WEIGHTS["name"])
        return self.best()

    def score(self, used: frozenset[Stems] = frozenset()) -> float:
        """With the share of the vote for what it says that is not used yet."""
        best = self.best(used)
        return self.evidence.score + (self.share * self.votes[best.stems] if best else 0.0)


def vote(
    question: Query,
    evidence: Sequence[Evidence],
    rarity: Callable[[Iterable[str]], Mapping[str, float]],
    copies: Mapping[str, int],
    articles: int,
) -> list[Voted]:
    """The first VOTERS of these sentences, ranked by their score, in the order of score and vote.

    `rarity` tells the inverse article frequency of stems (those it leaves out count 1), `copies` the number of
    articles that tell the same as the one at a path, `articles` that of all articles.
    """
    voters = evidence[:VOTERS]
    if question.kind in UNVOTED:
        return [Voted(one, (), {}) for one in voters]
    held, titles = _held(question, voters)
    stems = {stem for words in (*held, *titles.values()) for word in words for stem in word.stems}
    many = articles / (articles + FEW)
    worth = _worth(rarity(stems), articles / (articles + COMMON) if question.kind in STRICT else 1.0)
    tally = _related(_count(voters, held, titles, worth, copies))
    votes, share = sum(_shares(voters, copies)), SHARE * many
    voted = [
        Voted(one, words, {word.stems: tally[word.stems] / votes for word in words}, share)
        for one, words in zip(voters, held, strict=True)
    ]
    return sorted(voted, key=lambda v: (-v.score(), v.evidence.article.path, v.evidence.start))


def _held(
    question: Query, voters: Sequence[Evidence]
) -> tuple[list[tuple[Candidate, ...]], dict[str, list[Candidate]]]:
    """What could be the answer in each of these sentences, and in each of their articles' titles."""
    old = frozenset(question.stems) | question.known
    held = [tuple(_candidates(question.kind, old, one.text)) for one in voters]
    heads = {one.article.title for one in voters}
    return held, {title: _candidates(question.kind, old, title) for title in heads}


def _count(
    voters: Sequence[Evidence],
    held: Sequence[Sequence[Candidate]],
    titles: Mapping[str, Sequence[Candidate]],
    worth: Callable[[Stems], float],
    copies: Mapping[str, int],
) -> dict[Stems, float]:
    tally: dict[Stems, float] = {}
    worths: dict[Stems, float] = {}
    headed = Counter({one.article.path: one.article.title for one in voters}.values())
    for one, words, share in zip(voters, held, _shares(voters, copies), strict=True):
        said: dict[Stems, float] = {}
        for word in words:
            if word.weight > said.get(word.stems, 0.0):
                said[word.stems] = word.weight
        title = one.article.title if headed[one.article.title] == 1 else ""  # else it is a series' name
        for word in titles.get(title, ()):
            said[word.stems] = max(said.get(word.stems, 0.0), TITLE * word.weight)
        for stems, weight in said.items():
            if stems not in worths:
                worths[stems] = worth(stems)
            tally[stems] = tally.get(stems, 0.0) + share * weight * worths[stems]
    return tally


def _worth(rarity: Mapping[str, float], matters: float) -> Callable[[Stems], float]:
    """What a vote for some stems counts, by the rarest of them, as far as that matters, 0..1."""

    def worth(stems: Stems) -> float:
        rare = max([rarity.get(stem, 1.0) for stem in stems])
        return float(min(rare**RARITY, max(rare, 0.0)) ** matters)

    return worth


def _shares(voters: Sequence[Evidence], copies: Mapping[str, int]) -> list[float]:
    best = max((one.score for one in voters), default=0.0)
    return [math.exp((one.score - best) / TEMPERATURE) / copies.get(one.article.path, 1) for one in voters]


def _related(tally: Mapping[Stems, float]) -> dict[Stems, float]:
    """With a part of the votes for longer and shorter forms: "Joe Biden" and "Biden" are one answer."""
    sets = {stems: frozenset(stems) for stems in tally}
    having: dict[str, list[Stems]] = {}  # only what shares a stem can be a form of it
    for stems in tally:
        for stem in sets[stems]:
            having.setdefault(stem, []).append(stems)
    return {
        stems: votes + RELATED * sum(tally[other] for other in _forms(sets, having, stems) if other != stems)
        for stems, votes in tally.items()
    }


def _forms(
    sets: Mapping[Stems, frozenset[str]], having: Mapping[str, Sequence[Stems]], one: Stems
) -> Iterable[Stems]:
    """Those that have all stems of one, or of which it has all."""
    if len(sets[one]) == 1:
        return having[one[0]]
    near = dict.fromkeys(other for stem in one for other in having[stem])
    return (other for other in near if sets[one] <= sets[other] or sets[other] <= sets[one])


def _candidates(kind: Kind, old: frozenset[str], text: str) -> list[Candidate]:
    """What could be the answer in a text, in order; not what the question says itself, or an earlier answer said,
    whose stems `old` holds."""
    found = []
    for start, end, weight in _spans(kind, text):
        stems, length, calendar = _told(text[start:end])
        new = [stem for stem in stems if stem not in old]
        if new and len(new) >= NEW * len(stems) and (kind in ("date", "deadline") or not calendar):
            found.append(Candidate(stems, start, start + length, weight))
    return found


@lru_cache(maxsize=TOLD)
def _told(words: str) -> tuple[Stems, int, bool]:
    """The stems of words that may be an answer, function words left out, how much of them is the answer, and whether
    it is but a day or month; no stems where they are none."""
    stems = tuple(stem for stem in terms(words) if stem not in FUNCTION_STEMS)
    if _NO_NAME.match("".join(stems)):
        return (), 0, False
    answer = words.rstrip(" ,’'.").removesuffix("’s").removesuffix("'s")
    return stems, len(answer), CALENDAR.issuperset(stems)


def _spans(kind: Kind, text: str) -> Iterator[tuple[int, int, float]]:
    """Where something of this kind stands in a text, and what it weighs."""
    if kind in STRICT or kind in PLACES:
        for start, end in candidates(kind, text):
            yield start, end, WEIGHTS["placed"]
    if kind == "person":
        for run in runs(text, [(0, len(text))]):
            yield run.start, run.end, WEIGHTS[run.standing]
    elif kind not in STRICT:
        yield from _matches(NAME, text, WEIGHTS["elsewhere" if kind in PLACES else "name"])
    if kind not in STRICT and kind not in PLACES and kind not in ("person", "organisation"):
        yield from _matches(NUMBER, text, WEIGHTS["number"])
        yield from _matches(_WORD, text, WEIGHTS["word"])


def _matches(pattern: re.Pattern[str], text: str, weight: float) -> Iterator[tuple[int, int, float]]:
    return ((*match.span(), weight) for match in pattern.finditer(text))
