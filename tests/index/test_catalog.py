"""The catalog keeps what it is given: vectors to within their rounding, counts, matches."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_folders import BRIDGE, FERRY, few, write

from index.catalog.catalog import Catalog
from index.catalog.packing import pack, unpack
from index.errors import StorageError
from index.store import Index


@few(30)
@given(st.integers(0, 40), st.integers(1, 400), st.integers(0, 9))
def test_packed_unit_vectors_come_back_at_a_cosine_of_9998_and_more(count: int, dim: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    back = unpack(pack(vectors), dim)
    assert back.shape == (count, dim)
    cosines = (back * vectors).sum(axis=1) / np.linalg.norm(back, axis=1)
    assert (cosines > 0.9998).all()


def test_a_vector_of_zeros_is_packed_too() -> None:
    assert not unpack(pack(np.zeros((2, 384), np.float32)), 384).any()


def test_counts_are_those_of_what_is_there(index: Index, small: Path) -> None:
    passages = index.catalog.passages(ids=index.catalog.ids_after(0).tolist())
    assert index.catalog.counts() == (3, len(passages))
    (small / "bridge.txt").unlink()
    index.sync()
    assert index.catalog.counts() == (2, len([passage for passage in passages if passage.path != "bridge.txt"]))


def test_within_a_moment_nothing_changes_for_the_thread_that_reads(index: Index, small: Path) -> None:
    before = index.catalog.changes()
    with index.catalog.moment(), index.catalog.moment():
        (small / "bridge.txt").unlink()
        writer = threading.Thread(target=index.sync)
        writer.start()
        writer.join()
        assert index.catalog.counts()[0] == 3
        assert index.catalog.article("bridge.txt") is not None
        assert index.catalog.changes() == before
    assert index.catalog.counts()[0] == 2
    assert index.catalog.article("bridge.txt") is None
    assert index.catalog.changes() != before


def test_a_moment_ends_with_an_error_in_it(index: Index) -> None:
    with pytest.raises(ValueError, match="wrong"), index.catalog.moment():
        raise ValueError("wrong")
    index.catalog.remember("key", "value")  # as one may outside of a moment
    assert index.catalog.recall("key") == "value"


def test_an_article_comes_back_as_its_file_tells_it(index: Index) -> None:
    article = index.catalog.article("bridge.txt")
    assert article is not None
    assert (article.text, article.title) == (BRIDGE, "A bridge in Oslo opens")
    assert index.catalog.article("none.txt") is None


def test_stems_are_matched_best_first_in_passages_and_titles(index: Index) -> None:
    ferry = index.catalog.match(["ferri"], 10)
    found = index.catalog.passages(ids=[number for number, _ in ferry])
    assert {passage.path for passage in found} == {"news/ferry.md"}
    assert index.catalog.frequencies(["ferri"]) == {"ferri": (len(ferry), 1)} == {"ferri": (1, 1)}
    everywhere = index.catalog.match(["the"], 10)
    assert [score for _, score in everywhere] == sorted((score for _, score in everywhere), reverse=True)
    assert len(index.catalog.match(["the"], 2)) == 2
    assert index.catalog.match([], 10) == []


@pytest.mark.parametrize("stem", ['"', 'a" OR "b', "NOT", "*", "words:the", "東京", ""])
def test_no_word_of_a_question_is_a_command_of_the_full_text_index(index: Index, stem: str) -> None:
    assert index.catalog.match([stem], 10) == []
    assert index.catalog.frequencies([stem]) == {stem: (0, 0)}


def test_copies_of_a_passage_come_with_its_key_and_share_one_content(index: Index, small: Path) -> None:
    write(small, {"copy.txt": FERRY})
    index.sync()
    both = index.catalog.match(["ferri"], 10)
    candidates = index.catalog.candidates([], [both[0][0]])
    assert {candidate.id for candidate in candidates} == {number for number, _ in both}
    found = index.catalog.passages([candidate.id for candidate in candidates])
    assert [passage.path for passage in found] == ["copy.txt", "news/ferry.md"]
    assert len({passage.content for passage in found}) == 1
    assert list(index.catalog.embedded([found[0].content])) == [found[0].content]


def test_every_thread_may_read_and_a_closed_catalog_says_that_it_is(index: Index) -> None:
    counts: list[tuple[int, int]] = []
    threads = [threading.Thread(target=lambda: counts.append(index.catalog.counts())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [index.catalog.counts()] * 8
    index.close()
    with pytest.raises(StorageError, match="has been closed"):
        index.catalog.counts()
    assert Catalog(index.settings.index_folder).counts() == counts[0]


def test_the_count_of_a_word_follows_what_is_added_and_deleted(index: Index, small: Path) -> None:
    before = index.catalog.frequencies(["ferri", "bridg", "the"])
    write(small, {"copy.txt": FERRY})
    index.sync()
    assert index.catalog.frequencies(["ferri"]) == {"ferri": (2, 2)}
    (small / "copy.txt").unlink()
    index.sync()
    assert index.catalog.frequencies(list(before)) == before
