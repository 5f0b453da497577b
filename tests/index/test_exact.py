"""Vectors that are passed over for their bounds are none of the nearest."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import Vectors
from index.search.exact import SHARE, Bounds, components, nearest
from index.search.scope import Scope


def vectors_like(seed: int, count: int, dim: int, spread: float) -> Vectors:
    """Unit vectors that vary most along a few directions, the less the higher the spread."""
    draw = np.random.default_rng(seed)
    found = draw.standard_normal((count, dim)) * np.exp(-np.arange(dim) / (spread * dim))
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


@given(st.integers(0, 10_000), st.integers(1, 200), st.integers(1, 60), st.sampled_from((0.02, 0.1, 0.5, 5.0)))
def test_the_nearest_are_found_whatever_the_vectors(seed: int, count: int, limit: int, spread: float) -> None:
    vectors = vectors_like(seed, count + 1, 24, spread)
    asked, held = vectors[0], vectors[1:]
    ids = np.arange(1, count + 1) * 3
    found = nearest(ids, held, asked, limit, bounds=Bounds.of(held))
    assert found == nearest(ids, held, asked, limit)
    assert len(found) == min(limit, count)


@given(st.integers(0, 10_000), st.integers(1, 80), st.integers(0, 40), st.data())
def test_bounds_follow_what_is_removed_and_added(seed: int, count: int, added: int, data: st.DataObject) -> None:
    vectors = vectors_like(seed, count + added + 1, 16, 0.5)
    old, new, asked = vectors[:count], vectors[count:-1], vectors[-1]
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    bounds = Bounds.of(old).changed(kept, new)
    now = np.concatenate([old[kept], new])
    assert len(bounds.along) == len(bounds.left) == len(now)
    ids = np.arange(len(now))
    assert nearest(ids, now, asked, 5, bounds=bounds) == nearest(ids, now, asked, 5)


def test_rounding_takes_nothing_from_the_length_of_what_is_left_out() -> None:
    draw = np.random.default_rng(0)
    vectors = draw.standard_normal((500, 32)).astype(np.float32)
    vectors[:, 16:] *= (
        2e-4  # next to nothing beside the directions in which they vary: lost in a difference of squares
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    bounds = Bounds.of(vectors)
    whole = vectors.astype(np.float64)
    beside = whole - (whole @ bounds.directions) @ bounds.directions.T
    assert (bounds.left >= np.linalg.norm(beside, axis=1)).all()


def test_most_are_passed_over() -> None:
    vectors = vectors_like(0, 5_000, 48, 0.2)
    assert len(Bounds.of(vectors).possible(vectors, vectors[7], 20)) < 500


def test_within_a_scope_the_nearest_of_the_scope_are_found() -> None:
    vectors = vectors_like(1, 300, 24, 0.5)
    ids = np.arange(300)
    scope = Scope(articles=ids, passages=ids[::7], owners=None)
    found = nearest(ids, vectors, vectors[0], 10, scope, Bounds.of(vectors))
    assert found == [int(one) for one in ids[::7][np.argsort(-(vectors[::7] @ vectors[0]), kind="stable")][:10]]


def test_directions_are_orthonormal_and_half_as_many() -> None:
    directions = components(vectors_like(2, 100, 24, 0.5))
    assert directions.shape == (24, 24 // SHARE)
    assert np.allclose(directions.T @ directions, np.eye(24 // SHARE), atol=1e-5)
