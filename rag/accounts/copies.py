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
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.encoder import Vectors
from index.terms import stem, stems
from rag.asking.question import FUNCTION_STEMS

Floats = npt.NDArray[np.float32]

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
(python -m eval.planted)."""
LEAST = 0.2
"""Share of the longer article that the shorter one must tell: whoever tells five times as much is a witness of his
own, even where a short item stands whole in his report: the item would tie all such reports together."""
ENOUGH = 20.0
"""Words told in both: a shared sentence of two short items shows nothing, unless they are alike word for word."""
COMMON = 0.3
"""Share of one article's stems that the other must have for their sentences to be compared at all: it saves time."""
_QUOTE = re.compile(r"“[^”]{0,1000}(?:”|\Z)|\"[^\"]{0,1000}(?:\"|\Z)")
_MARK = re.compile(r"(?<=[\w,;:–—’”)] )[A-ZÀ-Þ][\w’'-]+|\d[\d.,]*")


class Told:
    """An article as it is compared with others; each part of it is made when a comparison first comes to it."""

    def __init__(self, sentences: Sequence[str], vectors: Sequence[Vectors]) -> None:
        self._sentences = tuple(sentences[:LONGEST])
        self._pieces = vectors

    def __len__(self) -> int:
        """How many sentences are compared."""
        return len(self._sentences)

    @cached_property
    def marks(self) -> frozenset[str]:
        """Names and numbers, as stems."""
        return frozenset(mark for sentence in self._sentences for mark in _marks(sentence))

    @cached_property
    def stems(self) -> tuple[frozenset[str], ...]:
        """The content stems of each sentence."""
        return tuple(stems(sentence) - FUNCTION_STEMS for sentence in self._sentences)

    @cached_property
    def holders(self) -> Mapping[str, int]:
        """In how many sentences each stem stands."""
        return Counter(one for held in self.stems for one in held)

    @cached_property
    def weights(self) -> Floats:
        """Words of each sentence, those in quotes at QUOTED."""
        return np.array([_weight(sentence) for sentence in self._sentences], dtype=np.float32)

    @cached_property
    def vectors(self) -> Vectors:
        """Unit vectors of the sentences, shape (sentences, dim)."""
        return np.concatenate(self._pieces)[:LONGEST] if self._sentences else np.zeros((0, 0), np.float32)


def told(sentences: Sequence[str], vectors: Sequence[Vectors]) -> Told:
    """The article that these sentences are; `vectors` holds theirs, in pieces of shape (sentences, dim)."""
    return Told(sentences, vectors)


def _weight(sentence: str) -> float:
    quoted = sum(len(match.group().split()) for match in _QUOTE.finditer(sentence))
    count = len(sentence.split())
    return count - (1 - QUOTED) * min(count, quoted)


def _marks(sentence: str) -> Iterator[str]:
    for word in _MARK.findall(sentence):
        yield stem(word.rstrip(".,"))


def same_account(one: Told, other: Told) -> bool:
    """Whether two articles are one account."""
    marks = _common(one.marks, other.marks)
    if marks < SHARED and len(one) != len(other):
        return False  # most pairs, without stemming their words
    if not one.holders or not other.holders:
        return False
    if one.stems == other.stems:
        return True
    if marks < SHARED or _common(one.holders.keys(), other.holders.keys()) < COMMON:
        return False  # most pairs, without looking at their sentences
    shares, words = told_in_both(one, other)
    return math.sqrt(shares[0] * shares[1]) * marks >= SHARED and min(shares) >= LEAST and words >= ENOUGH


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
    sentences = len(one) + len(other)
    weights = [0.0, *(math.log(1 + sentences / holders) for holders in range(1, sentences + 1))]
    held = Counter(one.holders)
    held.update(other.holders)
    weight = {name: weights[count] for name, count in held.items()}
    column = {name: place for place, name in enumerate(sorted(one.holders.keys() & other.holders.keys()))}
    alike: Floats = _weighted(one, weight, column) @ _weighted(other, weight, column).T
    return alike


def _weighted(article: Told, weight: Mapping[str, float], column: Mapping[str, int]) -> Floats:
    """A row for each sentence, of unit length but for the stems that only this article has."""
    rows = np.zeros((len(article), len(column)), dtype=np.float32)
    for row, held in zip(rows, article.stems, strict=True):
        length = math.sqrt(math.fsum([weight[name] ** 2 for name in held])) or 1.0
        places = [(column[name], weight[name] / length) for name in held if name in column]
        if places:
            at, shares = zip(*places, strict=True)
            row[list(at)] = shares
    return rows


def _common(one: Set[str], other: Set[str]) -> float:
    """The share of the smaller set that the other has too; of an empty one, all."""
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer else 1.0
