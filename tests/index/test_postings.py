"""What is kept in memory of words is what the full-text index says, as long as the catalog stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_folders import FERRY, write

from index.search.postings import Postings, quoted
from index.store import Index


def test_the_bm25_of_several_words_is_what_sqlite_says(index: Index) -> None:
    stems = ["ferri", "the", "oslo", "nowhere"]
    ids, scores = Postings(index.catalog.database).matches(stems)
    sql = "SELECT rowid, -bm25(words) FROM words WHERE words MATCH ? ORDER BY rowid"
    expected = index.catalog.database.rows(sql, " OR ".join(map(quoted, stems)))
    assert ids.tolist() == [number for number, _ in expected]
    assert scores.tolist() == pytest.approx([score for _, score in expected])


def test_what_is_kept_of_a_word_is_forgotten_when_an_article_comes_or_goes(index: Index, small: Path) -> None:
    postings = Postings(index.catalog.database)
    before = postings.matches(["ferri"])
    write(small, {"copy.txt": FERRY})
    index.sync()
    assert len(postings.matches(["ferri"])[0]) == 2 * len(before[0])
    (small / "copy.txt").unlink()
    index.sync()
    after = postings.matches(["ferri"])
    assert (after[0].tolist(), after[1].tolist()) == (before[0].tolist(), before[1].tolist())


def test_no_more_than_a_bounded_number_of_passages_is_kept(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.postings.KEPT", 2)
    postings = Postings(index.catalog.database)
    for stem in ("ferri", "the", "oslo", "ferri"):
        assert len(postings.matches([stem])[0]) == index.catalog.frequencies([stem])[stem][0]
        assert sum(len(ids) for ids, _ in postings._kept.values()) == postings._size <= 2
