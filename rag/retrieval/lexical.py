"""BM25 (Robertson and Zaragoza 2009, doi:10.1561/1500000019) of passages and articles whose stems are counted.

The full-text index finds passages by a question's rare words only; here all of its words count.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.search.postings import Floats, Numbers

K1, B = 1.2, 0.75
"""As usual, and as in SQLite's bm25()."""


def weights(frequencies: Sequence[int], texts: int) -> list[float]:
    """What each stem is worth, by how many of the texts it stands in; one that half of them have, next to nothing."""
    return [max(1e-6, math.log((texts - n + 0.5) / (n + 0.5))) if n else 0.0 for n in frequencies]


def bm25(counts: Numbers, lengths: npt.ArrayLike, weighed: Sequence[float], mean_length: float) -> Floats:
    """The score of each text, shape (texts,).

    `counts` tells how often each stem stands in each text, shape (texts, stems), and `weighed` what that stem is
    worth; `lengths` and `mean_length` are in stems.
    """
    norm = K1 * (1 - B + B * np.asarray(lengths, dtype=np.float64) / mean_length)
    scores = np.zeros(len(counts))
    for column, weight in zip(counts.T, weighed, strict=True):
        held = np.flatnonzero(column)  # few texts hold a word that says something
        often = column[held]
        scores[held] += weight * often * (K1 + 1) / (often + norm[held])
    return scores
