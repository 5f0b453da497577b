"""Token vectors in 64 bytes each, so that a question finds what the model read when an article was indexed.

Product quantisation (Jégou, Douze and Schmid 2011, doi:10.1109/TPAMI.2010.57): a vector is turned, cut into 64 parts,
and each part is kept as the number of the nearest of 256 that are known for it. The turn spreads what vectors have in
common evenly over the parts (Ge et al. 2013, doi:10.1109/CVPR.2013.379). `benchmarks.tables.codebook` made both from
what the packaged model reads in SQuAD (CC BY-SA 4.0), and prints what is lost; they serve no other model.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Offsets = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]

CODEBOOK = Path(__file__).with_name("token_codebook.npz")
PARTS, CODES, PART = 64, 256, 6
"""Parts of a vector, vectors known for each, numbers in one."""
SLOPE, SHIFT = 1.12, -0.02
"""The best cosine of a question's token in a sentence, from the best cosine to what is kept of the sentence's tokens:
least squares on articles of SQuAD that the codebook was not made from (`benchmarks.tables.codebook`)."""
_FURTHEST = 65_535
"""Tokens that begin further into their passage than two bytes count are left out."""


@lru_cache(maxsize=1)
def _codebook() -> tuple[Vectors, Vectors, Vectors]:
    """The turn, shape (dim, dim); the known parts, shape (PARTS, CODES, PART); and what ranks these by nearness to a
    part with a 1 behind it, shape (PARTS, PART + 1, CODES): their product with it, less half of their square."""
    with np.load(CODEBOOK) as file:
        turn, book = file["turn"].astype(np.float32), file["parts"].astype(np.float32)
    halves = (book**2).sum(axis=2)[:, None, :] / 2
    return turn, book, np.concatenate([book.transpose(0, 2, 1), -halves], axis=1)


def turned(vectors: Vectors) -> Vectors:
    """The vectors, shape (tokens, dim), as they are kept: cosines among turned vectors are what they were."""
    return vectors @ _codebook()[0]


def pack(vectors: Vectors, offsets: Offsets) -> bytes:
    """Turned unit vectors, and each token's (start, end) in its passage, as bytes."""
    near = offsets[:, 0] < _FURTHEST
    vectors, offsets = vectors[near], np.minimum(offsets[near], _FURTHEST)
    parts = np.ones((PARTS, len(vectors), PART + 1), np.float32)
    parts[:, :, :PART] = vectors.reshape(-1, PARTS, PART).transpose(1, 0, 2)
    nearness = parts @ _codebook()[2]
    return joined(nearness.argmax(axis=2).T.astype(np.uint8), offsets)


def cosines(codes: Codes, asked: Vectors) -> Vectors:
    """The cosines of packed vectors, of which these are the codes, to turned ones, shape (tokens, asked), as far as
    what is kept tells."""
    known = _codebook()[1].reshape(PARTS * CODES, PART)
    vectors = known.take(codes + CODES * np.arange(PARTS), axis=0).reshape(len(codes), PARTS * PART)
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    found: Vectors = vectors @ asked.T * (SLOPE / np.maximum(lengths, 1e-9))[:, None] + SHIFT
    return found


def joined(codes: Codes, offsets: Offsets) -> bytes:
    """Codes, shape (tokens, PARTS), and offsets, shape (tokens, 2), as bytes."""
    return offsets.astype("<u2").tobytes() + codes.tobytes()


def split(data: bytes) -> tuple[Codes, Offsets]:
    """What was `joined`."""
    count = len(data) // (PARTS + 4)
    offsets = np.frombuffer(data, dtype="<u2", count=2 * count).reshape(count, 2).astype(np.int64)
    return np.frombuffer(data, dtype=np.uint8, offset=4 * count).reshape(count, PARTS), offsets
