"""The nearest of vectors that are in memory, exactly, and of many without looking at the whole of each.

Every vector is known by its coordinates along the directions in which all vary most, half as many as it has numbers,
and by the length of what these leave out. Their product with a question's, and the product of what both leave out, at
most, bound how near the vector can be (Cauchy-Schwarz); only those that can be among the nearest are looked at whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.encoder import Vectors
from index.search.postings import Numbers
from index.search.scope import Scope

SHARE = 2
"""By what the length of vectors is divided."""
MANY = 4_000
"""Vectors from which on bounds save time: half of fewer are read as fast as the bounds are worked out."""
SAMPLE = 2_000
"""Vectors that the directions are taken from: with more they hardly change."""
ROUNDED = 1e-5
"""More than products of unit vectors are off by for the order in which they are added up. A length is taken from what
is left of a square, so that its square has to allow for this: near 0 its root is off by far more."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What tells how near each of some vectors can be to another at most."""

    directions: Vectors
    """Shape (dim, dim / SHARE), orthonormal."""
    along: Vectors
    """The vectors' coordinates, shape (vectors, dim / SHARE)."""
    left: npt.NDArray[np.float32]
    """The lengths of what these leave out, shape (vectors,)."""

    @classmethod
    def of(cls, vectors: Vectors, directions: Vectors | None = None) -> Bounds:
        """Those of vectors, along the directions in which they vary most, or along these."""
        if directions is None:
            directions = components(vectors[:: max(1, len(vectors) // SAMPLE)])
        along = vectors @ directions
        squares = np.einsum("ij,ij->i", vectors, vectors) - np.einsum("ij,ij->i", along, along)
        return cls(directions, along, np.sqrt(np.maximum(squares, 0) + np.float32(ROUNDED)))

    def changed(self, kept: npt.NDArray[np.bool_], new: Vectors) -> Bounds:
        """With the bounds of the vectors that are kept, and of new ones behind them."""
        along, left = (self.along, self.left) if kept.all() else (self.along[kept], self.left[kept])
        if not len(new):
            return Bounds(self.directions, along, left)
        more = Bounds.of(new, self.directions)
        return Bounds(self.directions, np.concatenate([along, more.along]), np.concatenate([left, more.left]))

    def possible(self, vectors: Vectors, vector: Vectors, limit: int) -> Numbers:
        """The places of those that can be among the `limit` nearest to `vector`, with all that are."""
        asked = vector @ self.directions
        near = self.along @ asked
        some = np.argpartition(-near, limit - 1)[:limit]  # as many that are near: the nearest are no farther
        least = float((vectors[some] @ vector).min()) - ROUNDED
        left = np.sqrt(max(0.0, float(vector @ vector - asked @ asked)) + ROUNDED)
        return np.flatnonzero(near + self.left * np.float32(left) >= least)


def nearest(
    ids: Numbers,
    vectors: Vectors,
    vector: Vectors,
    limit: int,
    scope: Scope | None = None,
    bounds: Bounds | None = None,
) -> list[int]:
    """The ids of the nearest vectors, nearest first; only those within the scope, where there is one. `bounds` are
    those of the vectors, where they are known."""
    if not len(ids):
        return []
    if bounds is not None and scope is None and len(ids) > limit:
        places = bounds.possible(vectors, vector, limit)
        ids, vectors = ids[places], vectors[places]
    scores = vectors @ vector
    if scope is not None:
        inside = scope.holds(ids)
        ids, scores = ids[inside], scores[inside]
    best = np.argpartition(-scores, limit - 1)[:limit] if len(ids) > limit else np.arange(len(ids))
    order = best[np.lexsort((ids[best], -scores[best]))]
    return [int(number) for number in ids[order]]


def components(vectors: Vectors) -> Vectors:
    """The directions in which vectors, shape (vectors, dim), vary most: shape (dim, dim / SHARE), orthonormal.

    Principal components without centring, so that products of vectors are kept as well as so few numbers can.
    """
    _, directions = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors)
    kept = max(1, vectors.shape[1] // SHARE)
    return np.ascontiguousarray(directions[:, ::-1][:, :kept], dtype=np.float32)
