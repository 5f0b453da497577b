"""Unit vectors as bytes: int8 with one float32 scale each, a quarter of the room at a cosine of .9999."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.encoder import Vectors


def pack(vectors: Vectors) -> bytes:
    """Unit vectors as int8 with one float32 scale each: a quarter of the room at a cosine of .9999."""
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-9).astype(np.float32) / 127
    return bytes(scales.tobytes() + np.rint(vectors / scales[:, None]).astype(np.int8).tobytes())


def unpack(data: bytes, dim: int) -> Vectors:
    """What `pack` packed, shape (vectors, dim), to within its rounding."""
    count = len(data) // (dim + 4)
    scales = np.frombuffer(data, dtype=np.float32, count=count)
    values = np.frombuffer(data, dtype=np.int8, offset=4 * count).reshape(count, dim)
    return values.astype(np.float32) * scales[:, None]


def unpack_each(packed: Sequence[bytes]) -> Vectors:
    """Vectors that were packed one by one, all of one length, shape (vectors, dim)."""
    if not packed:
        return np.zeros((0, 0), np.float32)
    rows = np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(len(packed), -1)
    scales = np.ascontiguousarray(rows[:, :4]).view(np.float32)
    return rows[:, 4:].view(np.int8).astype(np.float32) * scales
