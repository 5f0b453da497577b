"""BM25 (Robertson and Zaragoza 2009, doi:10.1561/1500000019) of passages and articles whose stems are at hand.

The full-text index finds passages by a question's rare words only; here all of its words count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from index.catalog import Stems

K1, B = 1.2, 0.75
"""As usual, and as in SQLite's bm25()."""


def weights(frequencies: Mapping[str, int], texts: int) -> dict[str, float]:
    """What each stem is worth, by how many of the texts it stands in; one that half of them have, next to nothing."""
    return {stem: max(1e-6, math.log((texts - n + 0.5) / (n + 0.5))) for stem, n in frequencies.items() if n}


def bm25(texts: Iterable[Stems], weighed: Mapping[str, float], mean_length: float) -> list[float]:
    """The score of each text for the weighed stems; `mean_length` is that of all texts, in stems."""
    words = [(f" {stem} ", weight) for stem, weight in weighed.items()]
    return [_score(text, words, mean_length) for text in texts]


def _score(stems: Stems, words: Sequence[tuple[str, float]], mean_length: float) -> float:
    text, norm, score = stems.text, K1 * (1 - B + B * stems.count / mean_length), 0.0
    for word, weight in words:
        count = text.count(word)
        if count:
            score += weight * count * (K1 + 1) / (count + norm)
    return score
