"""Passages to sentences: which one answers the question?

The score is late interaction without training: each content token of the question takes its best cosine to a
token of the sentence, and the mean of those is the sentence's score (MaxSim of ColBERT, Khattab and Zaharia 2020,
arXiv:2004.12832, over the embedding model's own last hidden states). A few plain features join it; README's
quality section and docs/decisions/0004-evidence.md say what each is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.encoder import Reading, Vectors
from index.terms import stem, terms
from index.types import Article
from rag.kinds import candidates
from rag.names import named
from rag.question import ASKING_STEMS, FUNCTION_STEMS, Question
from rag.retrieve import Hit


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of one sentence as an answer; each is in 0..1 or a cosine."""

    late: float
    """Mean over the question's content tokens of their best cosine to a token of the sentence."""
    weakest: float
    """The same for the token that is matched worst, in the sentence, the one before it or the title."""
    near: float
    """As `late`, in the sentence, the one before it and the title."""
    cosine: float
    """Question vector to sentence vector."""
    coverage: float
    """Share of the question's words, weighted by rarity, in the sentence, the one before it or the title."""
    names: float
    """Share of the question's names that stand there; 1 where it has none."""
    kind: float
    """1 where the sentence holds words of the expected kind that the question does not."""
    passage: float
    """Fused score of the passage."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer the question."""

    article: Article
    start: int
    end: int
    text: str
    vector: Vectors
    features: Features
    score: float
    values: tuple[str, ...]
    """What in it could be the answer: stems of words of the expected kind that the question does not hold."""


WEIGHTS = Features(
    late=1.0, weakest=0.0, near=0.0, cosine=0.3, coverage=0.2, names=0.1, kind=0.1, passage=0.3
)
"""Of the score; chosen on SQuAD's half, where they move hit@1 by a hundredth: `late` alone has most of it."""


def rank(
    question: Question, reading: Reading, rarity: dict[str, float], hits: Sequence[Hit], look: Look
) -> list[Evidence]:
    """Every sentence of the hits, the likeliest answer first; ties are broken by path and place."""
    asked = _Asked(question, reading, rarity)
    found = [evidence for hit in hits for evidence in _sentences(asked, hit, look)]
    return sorted(found, key=lambda e: (-e.score, e.article.path, e.start))


Look = Callable[[Hit], tuple[Article, Reading]]
"""Gives a hit's article and the reading of its passage."""


class _Asked:
    """The question's side of the comparison, made once."""

    def __init__(self, question: Question, reading: Reading, rarity: dict[str, float]) -> None:
        self.question = question
        self.vector = reading.vector
        self.stems = frozenset(question.stems)
        self.weights = {stem: weight for stem, weight in rarity.items() if stem not in ASKING_STEMS} or rarity
        content = [_content(question.text[start:end]) for start, end in reading.offsets]
        self.tokens = reading.tokens[content] if any(content) else reading.tokens

    def coverage(self, stems: frozenset[str]) -> float:
        total = sum(self.weights.values())
        return sum(w for stem, w in self.weights.items() if stem in stems) / total if total else 0.0

    def names(self, stems: frozenset[str]) -> float:
        names = self.question.names
        return sum(named(name, stems) for name in names) / len(names) if names else 1.0

    def values(self, sentence: str) -> tuple[str, ...]:
        found = []
        for start, end in candidates(self.question.kind, sentence):
            stems = [s for s in terms(sentence[start:end]) if s not in FUNCTION_STEMS]
            if stems and not set(stems) <= self.stems:
                found.append(" ".join(stems))
        return tuple(dict.fromkeys(found))


def _content(token: str) -> bool:
    return token.isalnum() and stem(token) not in FUNCTION_STEMS


def _sentences(asked: _Asked, hit: Hit, look: Look) -> list[Evidence]:
    article, reading = look(hit)
    passage = hit.passage
    shift = len(article.title) + 1 - passage.start
    similar = reading.tokens @ asked.tokens.T
    title = _best(similar, reading.offsets, 0, len(article.title))
    title_stems = frozenset(terms(article.title))
    found: list[Evidence] = []
    before, before_stems = title, title_stems
    for number, (start, end) in enumerate(passage.sentences):
        text = article.text[start:end]
        best = _best(similar, reading.offsets, start + shift, end + shift)
        stems = frozenset(terms(text))
        context = stems | before_stems | title_stems
        near = np.maximum(np.maximum(best, before), title)
        values = asked.values(text)
        features = Features(
            late=float(best.mean()),
            weakest=float(near.min()),
            near=float(near.mean()),
            cosine=float(passage.vectors.sentences[number] @ asked.vector),
            coverage=asked.coverage(context),
            names=asked.names(context),
            kind=float(bool(values)),
            passage=hit.score,
        )
        vector = passage.vectors.sentences[number]
        found.append(Evidence(article, start, end, text, vector, features, _score(features), values))
        before, before_stems = best, stems
    return found


def _best(similar: Vectors, offsets: np.typing.NDArray[np.int64], start: int, end: int) -> Vectors:
    """Best cosine of each question token inside [start, end), shape (question tokens,)."""
    inside = (offsets[:, 0] < end) & (offsets[:, 1] > start)
    best: Vectors = similar[inside].max(axis=0) if inside.any() else np.zeros(similar.shape[1], np.float32)
    return best


def _score(features: Features) -> float:
    return sum(getattr(features, name) * getattr(WEIGHTS, name) for name in Features.__slots__)
