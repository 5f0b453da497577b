"""Passages to sentences: which one answers the question?

The score is late interaction without training: each content token of the question takes its best cosine to a
token of the sentence, and the mean of those is the sentence's score (MaxSim of ColBERT, Khattab and Zaharia 2020,
arXiv:2004.12832, over the embedding model's own last hidden states). A few plain features join it; README's
quality section and docs/decisions/0004-evidence.md say what each is worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from operator import mul
from typing import NamedTuple

import numpy as np

from index.encoder import Reading, Vectors
from index.text.terms import terms
from index.types import Article
from rag.question.kinds import STRICT, candidates
from rag.question.query import FUNCTION_STEMS, Name, Query, Word
from rag.ranking.views import Stems, View, inside, near, tokens_of


class Features(NamedTuple):
    """What is known of one sentence as an answer; each is in 0..1 or a cosine."""

    near: float
    """Mean over the question's tokens of their best cosine to a token of the sentence, or, where the sentence refers
    back ("They also …"), of what stands before it; content words count more."""
    weakest: float
    """Best cosine there of the question's required words that are matched worst; 1 where it requires none."""
    cosine: float
    """Query vector to sentence vector."""
    kind: float
    """1 where the sentence holds words of the expected kind that the question does not."""
    passage: float
    """How well its passage alone matches: half of its BM25 share and half of its cosine."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer the question."""

    article: Article
    start: int
    end: int
    text: str
    features: Features
    score: float
    values: tuple[str, ...]
    """What in it could be the answer: stems of words of the expected kind that the question does not hold; the first
    of them alone where the kind is not in STRICT."""
    match: Match | None = None
    """How it holds what is asked about; None of a sentence that was not found for a question."""


class Match:
    """How a sentence holds what is asked about, worked out when it is first wanted: that is of the best one only."""

    def __init__(self, asked: _Asked, view: View, number: int) -> None:
        """Of the sentence of this number in its passage."""
        self._asked = asked
        self.view, self.number = view, number

    @cached_property
    def names(self) -> tuple[float, str]:
        """How the question's name that is matched worst is matched, and that name: 1 where the sentence has it, less
        where only its article does; 1 and "" where the question has none."""
        nearby = self.view.title | (self.view.stems(self.number - 1) if self.number else self.view.title)
        return self._asked.names(self.view, self.number, nearby)

    @property
    def words(self) -> Stems:
        """Stems of its whole article but for the title."""
        return self.view.words


NEARBY = 0.8
"""What a name is worth that stands in the title or the sentence before, but not in the sentence."""
ELSEWHERE = 0.5
"""What a name is worth that stands elsewhere in the article."""
NAME_SHARE = 1.5
"""What a name of several tokens counts at most beside a word: "die" says more of "When did Mary Billman die?"."""
FUNCTION_SHARE = 0.4
"""What the other words of the question count beside the required ones: who, when and where do matter."""
REFERRED = 0.8
"""What a match counts that stands where a pronoun points instead of in the sentence."""
TITLED = 0.6
"""Cosine, at least, of a name that the title has: what an article is about is not named in each sentence."""
_PRONOUN = re.compile(r"\b(?:h(?:e|is|er)|she|the(?:y|ir)|added)\b", re.IGNORECASE)
_ANAPHOR = re.compile(r"\W*(?:that|there|(?:\w+\W+){0,5}?(?:he|she|they|it|this|his|her|their|its))\b", re.IGNORECASE)
"""Words with which a sentence opens that refers back."""
_POINTING = re.compile(r"\b(?:th(?:ese|ose|is)|such) \w", re.IGNORECASE)
"""The same, anywhere in it."""
WEIGHTS = Features(near=1.0, weakest=0.15, cosine=0.15, kind=0.1, passage=0.15)
"""Of the score. A flat optimum over SQuAD, news2022 and the seeds: `near` alone has most of it."""
RECOGNISED = WEIGHTS._replace(kind=0.2)
"""Where an answer is recognised by its kind: "He was 59" says how old he was, and whatever names him does not."""


def rank(question: Query, reading: Reading, views: Sequence[View], most: int | None = None) -> list[Evidence]:
    """The sentences of the passages, at most `most`, the likeliest answer first; ties go by path and place."""
    if not views:
        return []
    asked = _Asked(question, reading)
    similar = near([view.tokens for view in views], asked.tokens)
    places = [(view, number) for view in views for number in range(len(view.hit.passage.sentences))]
    texts = [view.text(number) for view, number in places]
    best = asked.titled(_best(similar, views), [view for view, _ in places])
    referred = asked.near(texts, best, [number for _, number in places])
    matched, shares = asked.matched(referred), (referred @ asked.shares).tolist()
    cosines = np.concatenate([view.hit.passage.sentence_vectors for view in views]) @ asked.vector
    features = [
        Features(share, _weakest(words), cosine, 0.0, view.hit.alone)
        for share, words, cosine, (view, _) in zip(shares, matched, cosines.tolist(), places, strict=True)
    ]
    found = [
        _evidence(asked, *places[place], texts[place], features[place])
        for place in _reaching([_score(one, asked.weights) for one in features], asked.weights.kind, most)
    ]
    return sorted(found, key=lambda e: (-e.score, e.article.path, e.start))[:most]


def _reaching(scores: Sequence[float], more: float, most: int | None) -> list[int]:
    """The places of the scores that are among the best `most`, should they have so much more; the others need not be
    looked at for it."""
    if most is None or len(scores) <= most:
        return list(range(len(scores)))
    least = sorted(scores, reverse=True)[most - 1]
    return [place for place, score in enumerate(scores) if score + more >= least]


_MONTHS = {stem[:3]: stem for stem in terms("January February August September October November December")}
_MONTHS["sept"] = _MONTHS["sep"]
"""Dec. and December are one month."""


class _Asked:
    """The question's side of the comparison, made once."""

    def __init__(self, question: Query, reading: Reading) -> None:
        self.question = question
        self.weights = RECOGNISED if question.kind in STRICT else WEIGHTS
        self.vector = reading.vector
        self.stems = frozenset(question.stems)
        self.tokens = reading.tokens
        self.named = [(name, tokens_of(name, reading)) for name in question.names]
        self.in_name = inside(question.names, reading)
        self.content = self.in_name | inside(question.required, reading)
        shares = np.where(self.content, 1.0, FUNCTION_SHARE).astype(np.float32)
        for _, places in self.named if question.required else ():
            shares[places] *= min(1.0, NAME_SHARE / max(len(places), 1))
        self.shares: Vectors = shares / shares.sum()
        tokens = ((word, tokens_of(word, reading)) for word in question.required)
        self.required = [(word, places) for word, places in tokens if len(places)]
        self.said = question.known if question.kind == "quote" else self.stems | question.known

    def text(self, part: Word | Name) -> str:
        """A part of the question in its own words."""
        return self.question.text[part.start : part.end]

    def titled(self, best: Vectors, views: Sequence[View]) -> Vectors:
        """Each token's best cosine in each sentence, those of a name that its article's title has at least TITLED;
        `views` are the sentences' passages. Shape (sentences, tokens)."""
        for name, tokens in self.named:
            having = {view.article.path: _said(name, view.title) for view in views}
            rows = np.array([having[view.article.path] for view in views], dtype=np.bool_)
            best[np.ix_(rows, tokens)] = np.maximum(best[np.ix_(rows, tokens)], TITLED)
        return best

    def near(self, texts: Sequence[str], best: Vectors, numbers: Sequence[int]) -> Vectors:
        """Each token's best cosine in each sentence, with what the sentence's pronouns stand for: a name earlier in
        its passage, in which it has this number, or, where it opens with one, the sentence before; shape (sentences,
        tokens)."""
        before, earlier = np.zeros_like(best), np.zeros_like(best)
        for row, number in enumerate(numbers):
            if number:
                before[row] = best[row - 1]
                np.maximum(earlier[row - 1], best[row - 1], out=earlier[row])
        refers = np.array([bool(_PRONOUN.search(text)) for text in texts], dtype=np.bool_)[:, None]
        opens = np.array([bool(_ANAPHOR.match(text) or _POINTING.search(text)) for text in texts], dtype=np.bool_)[
            :, None
        ]
        near = np.where(refers & self.in_name, np.maximum(best, REFERRED * earlier), best)
        return np.where(opens, np.maximum(near, REFERRED * before), near)

    def matched(self, near: Vectors) -> list[list[float]]:
        """For each sentence, how each of the required words is matched, of `near`."""
        words = [near[:, tokens].max(axis=1) for _, tokens in self.required]
        return np.stack(words, axis=1).tolist() if words else [[] for _ in near]

    def names(self, view: View, number: int, nearby: Stems) -> tuple[float, str]:
        """How the worst matched of the question's names is matched, 0..1, and that name; 1 where it has none."""
        worth = ((self._name(name, view, number, nearby), self.text(name)) for name in self.question.names)
        return min(worth, default=(1.0, ""))

    def _name(self, name: Name, view: View, number: int, nearby: Stems) -> float:
        if _said(name, view.stems(number)):
            return 1.0
        if _said(name, nearby):
            return NEARBY
        return ELSEWHERE if _said(name, view.words) else 0.0

    def values(self, view: View, number: int) -> tuple[str, ...]:
        """What in a sentence could be the answer, as stems."""
        sentence, kind = view.text(number), self.question.kind
        spans: Iterable[tuple[int, int]] = candidates(kind, sentence)
        new = (
            span for span in spans if (stems := _value(sentence[slice(*span)])) and not self.said.issuperset(stems)
        )
        told = list(new if kind in STRICT else islice(new, 1))  # else any word will do: it is only asked for one
        found = [_stems_of(sentence, span) for span in told]
        return tuple(dict.fromkeys(found))


def _said(name: Name, stems: Stems) -> bool:
    """Whether a name stands among these stems, or its last word does ("Brennan")."""
    return name.stems[-1] in stems


def _stems_of(sentence: str, span: tuple[int, int]) -> str:
    return " ".join(_value(sentence[slice(*span)]))


@lru_cache(maxsize=20_000)
def _value(words: str) -> tuple[str, ...]:
    """The stems of words that could be the answer, function words left out; most come back in other sentences."""
    return tuple(_MONTHS.get(stem, stem) for stem in terms(words) if stem not in FUNCTION_STEMS)


def _evidence(asked: _Asked, view: View, number: int, text: str, features: Features) -> Evidence:
    start, end = view.hit.passage.sentences[number]
    values = asked.values(view, number)
    features = features._replace(kind=float(bool(values)))
    match = Match(asked, view, number)
    return Evidence(view.article, start, end, text, features, _score(features, asked.weights), values, match)


def _best(similar: Vectors, views: Sequence[View]) -> Vectors:
    """Best cosine of each question token inside each sentence of the passages, shape (sentences, question tokens)."""
    bounds, tokens = [], 0
    for view in views:
        offsets = view.tokens.offsets
        starts, ends = np.array(view.hit.passage.sentences, dtype=np.int64).reshape(-1, 2).T
        first = np.searchsorted(offsets[:, 1], starts, "right")
        bounds.append(tokens + np.stack([first, np.searchsorted(offsets[:, 0], ends, "left")], axis=1))
        tokens += len(offsets)
    places = np.concatenate(bounds)
    filled = places[:, 0] < places[:, 1]
    best = np.zeros((len(places), similar.shape[1]), np.float32)
    if filled.any():  # a row more, since the last sentence may end with the last token
        ended = np.concatenate([similar, similar[:1]])
        best[filled] = np.maximum.reduceat(ended, places[filled].ravel(), axis=0)[::2]
    return best


def _weakest(matched: Sequence[float]) -> float:
    """How the worst matched of the words that an answer has to be about are matched: a third of them at most."""
    worst = sorted(matched)[: max(1, len(matched) // 3)]
    return sum(worst) / len(worst) if worst else 1.0


def _score(features: Features, weights: Features) -> float:
    return float(sum(map(mul, features, weights)))
