"""Whether two articles are one account: copies, rewrites and cuts of one story are one witness, whoever prints them.

Two articles are compared sentence by sentence. Two sentences belong together where each is the other's nearest, by
their vectors and by their words, a word counting the more the fewer sentences of the two articles have it; so what
the articles are about, which is everywhere in both, ties no sentences. An account is shared where such sentences are
most of either article. What is quoted counts little, since everybody quotes the same press conference
(docs/decisions/0009-accounts.md).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from index.encoder import Vectors
from index.text.terms import stem, stems
from rag.question.query import FUNCTION_STEMS

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]

LONGEST = 400
"""Sentences of an article that are compared: what follows in a longer one (a day's ticker) is not looked at."""
QUOTED = 0.3
"""What a quoted word weighs beside one of the article's own."""
VECTORS = 0.5
"""What the cosine of two sentences' vectors counts for in their likeness; the rest is the cosine of their words."""
ALIKE = 0.4
"""Likeness of two sentences, each the other's nearest, from which on one retells the other."""
SHARED = 0.4
"""Share of two articles that both tell, times the share of their names and numbers, from which on they are one
account. On the tuned half, 98 copies of 100 had .45 or more, and as many independent reports .31 or less
(python -m benchmarks.quality.planted)."""
LEAST = 0.2
"""Share of the longer article that the shorter one must tell: whoever tells five times as much is a witness of his
own, even where a short item stands whole in his report: the item would tie all such reports together."""
ENOUGH = 20.0
"""Words told in both: a shared sentence of two short items shows nothing, unless they are alike word for word."""
ROUNDED = 0.001
"""More than sums of words differ by that are added up in another order."""
COMMON = 0.3
"""Share of one article's stems that the other must have for their sentences to be compared at all: it saves time."""
_QUOTE = re.compile(r"“[^”]{0,1000}(?:”|\Z)|\"[^\"]{0,1000}(?:\"|\Z)")
_MARK = re.compile(r"[A-ZÀ-Þ\d](?:(?<=\d)[\d.,]*|(?<=[\w,;:–—’”)] [A-ZÀ-Þ])[\w’'-]+)")
"""A number, or a word with a capital within a sentence; what stands before it is looked at last, to save time."""


class Told:
    """An article as it is compared with others; each part of it is made when a comparison first comes to it."""

    def __init__(self, sentences: Sequence[str], vectors: Callable[[], Sequence[Vectors]]) -> None:
        self._sentences = tuple(sentences[:LONGEST])
        self._pieces = vectors

    def __len__(self) -> int:
        """How many sentences are compared."""
        return len(self._sentences)

    @cached_property
    def marks(self) -> frozenset[str]:
        """Names and numbers, as stems."""
        found = _MARK.findall("\n".join(self._sentences))  # none goes over the end of a line
        return frozenset(stem(word) for word in {word.rstrip(".,") for word in found})

    @cached_property
    def stems(self) -> tuple[frozenset[str], ...]:
        """The content stems of each sentence."""
        return tuple(stems(sentence) - FUNCTION_STEMS for sentence in self._sentences)

    @cached_property
    def holders(self) -> Mapping[str, int]:
        """In how many sentences each stem stands."""
        return Counter(chain.from_iterable(self.stems))

    @cached_property
    def places(self) -> tuple[Numbers, Numbers]:
        """Where stems stand: of each stem of each sentence the sentence's number, and the stem's in `holders`."""
        numbers = {name: number for number, name in enumerate(self.holders)}
        sentences = np.repeat(np.arange(len(self)), [len(held) for held in self.stems])
        return sentences, np.array([numbers[name] for held in self.stems for name in held], dtype=np.intp)

    @cached_property
    def weights(self) -> Floats:
        """Words of each sentence, those in quotes at QUOTED."""
        return np.array([_weight(sentence) for sentence in self._sentences], dtype=np.float32)

    @cached_property
    def vectors(self) -> Vectors:
        """Unit vectors of the sentences, shape (sentences, dim); none where the article is gone by now."""
        pieces = self._pieces()
        return np.concatenate(pieces)[:LONGEST] if pieces else np.zeros((0, 0), np.float32)


def told(sentences: Sequence[str], vectors: Callable[[], Sequence[Vectors]]) -> Told:
    """The article that these sentences are; `vectors` gives theirs, in pieces of shape (sentences, dim)."""
    return Told(sentences, vectors)


def _weight(sentence: str) -> float:
    quoted = sum(len(match.group().split()) for match in _QUOTE.finditer(sentence))
    count = len(sentence.split())
    return count - (1 - QUOTED) * min(count, quoted)


def same_account(one: Told, other: Told) -> bool:
    """Whether two articles are one account."""
    marks = _common(one.marks, other.marks)
    if len(one) != len(other) and (marks < SHARED or marks * math.sqrt(_most_told(one, other)) < SHARED):
        return False  # most pairs, without stemming their words
    if not one.holders or not other.holders:
        return False
    if one.stems == other.stems:
        return True
    if marks < SHARED or _common(one.holders.keys(), other.holders.keys()) < COMMON:
        return False  # most pairs, without looking at their sentences
    if len(one.vectors) != len(one) or len(other.vectors) != len(other):
        return False  # one was removed a moment ago
    shares, words = told_in_both(one, other)
    return math.sqrt(shares[0] * shares[1]) * marks >= SHARED and min(shares) >= LEAST and words >= ENOUGH


def _most_told(one: Told, other: Told) -> float:
    """The share of the longer article that the shorter one can tell at most, a sentence of it each: its longest."""
    short, long = sorted((one, other), key=len)
    most = float(np.sort(long.weights)[len(long) - len(short) :].sum())
    return most / max(float(long.weights.sum()), 1.0) + ROUNDED


def told_in_both(one: Told, other: Told) -> tuple[tuple[float, float], float]:
    """The share of either article that the other tells too, 0..1, and how many words of one of them that is."""
    likeness = VECTORS * (one.vectors @ other.vectors.T) + (1 - VECTORS) * _words_alike(one, other)
    nearest, back = likeness.argmax(axis=1), likeness.argmax(axis=0)
    rows = np.arange(len(one.stems))
    paired = rows[(back[nearest] == rows) & (likeness[rows, nearest] >= ALIKE)]
    first, second = float(one.weights[paired].sum()), float(other.weights[nearest[paired]].sum())
    whole = float(one.weights.sum()), float(other.weights.sum())
    return (first / max(whole[0], 1.0), second / max(whole[1], 1.0)), min(first, second)


def _words_alike(one: Told, other: Told) -> Floats:
    """Cosines of the sentences' stems, each weighted by how few sentences of the two articles have it."""
    column = {name: place for place, name in enumerate(sorted(one.holders.keys() & other.holders.keys()))}
    alike: Floats = _weighted(one, other, column) @ _weighted(other, one, column).T
    return alike


def _weighted(article: Told, other: Told, column: Mapping[str, int]) -> Floats:
    """A row for each sentence, of unit length but for the stems that only this article has."""
    held = np.array([count + other.holders.get(name, 0) for name, count in article.holders.items()])
    weights = np.log(1 + (len(article) + len(other)) / held)
    columns = np.array([column.get(name, -1) for name in article.holders])
    sentences, names = article.places
    lengths = np.sqrt(np.bincount(sentences, weights[names] ** 2, len(article)))
    shared = columns[names] >= 0
    sentences, names = sentences[shared], names[shared]
    rows = np.zeros((len(article), len(column)), dtype=np.float32)
    rows[sentences, columns[names]] = weights[names] / lengths[sentences]
    return rows


def _common(one: Set[str], other: Set[str]) -> float:
    """The share of the smaller set that the other has too; of an empty one, all."""
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer else 1.0
