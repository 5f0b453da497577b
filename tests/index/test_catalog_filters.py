"""Limits by date, outlet and file are kept exactly, in memory and in the vector store, whatever has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_folders import BRIDGE, configured, few, write

from index import sync
from index.encoder import Vectors
from index.errors import StorageError
from index.search import dense, scope
from index.search.vectors import VectorStore
from index.store import Index


@dataclass(frozen=True)
class Limits:
    since: str | None = None
    until: str | None = None
    outlets: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


TOLD = "---\ndate: 2021-{n:02}-01\noutlet: {outlet}\n---\n\nPier {n}\n\nPier {n} reopened after {n} weeks of repairs."
MADE = {f"{n:02}.md": TOLD.format(n=n, outlet="BBC News" if n % 2 else "AP") for n in range(1, 13)} | {
    "undated.txt": BRIDGE.replace(", 3 May 2019,", ""),
    "export.jsonl": '{"text": "A fair opens in Ulm.", "published": "2021-03-09"}\n{"text": "A fair ends in Ulm."}\n',
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("limits")
    made = Index(configured(write(folder / "articles", MADE), folder / "index"))
    made.sync()
    yield made
    made.close()


def paths(index: Index, limits: Limits) -> list[str]:
    found = index.catalog.articles_of(index.catalog.scopes.within(limits).articles.tolist())
    return sorted(article.path for article in found.values())


def asked(index: Index) -> Vectors:
    return index.encoder.read("Which pier was repaired for seven weeks?").vector


def exactly(index: Index, limits: Limits, limit: int) -> list[int]:
    """The nearest passages within limits, by looking at every one."""
    ids, vectors = index.catalog.vectors_after(0)
    kept = np.isin(ids, index.catalog.scopes.within(limits).passages)
    return [int(number) for number in ids[kept][np.argsort(-(vectors[kept] @ asked(index)), kind="stable")][:limit]]


def test_dates_are_included_and_articles_without_one_left_out_and_counted(index: Index) -> None:
    march = Limits("2021-03-01", "2021-04-01")
    assert paths(index, march) == ["03.md", "04.md", "export.jsonl#1"]
    scopes = index.catalog.scopes
    assert scopes.undated(march) == 2
    assert scopes.undated(Limits(until="2021-01-01", paths=("export.jsonl",))) == 1
    assert scopes.undated(Limits(outlets=("AP",))) == scopes.undated(Limits()) == 0


def test_outlets_files_records_and_dates_hold_together(index: Index) -> None:
    assert paths(index, Limits("2021-11-01", outlets=("AP",))) == ["12.md"]
    assert paths(index, Limits(paths=("export.jsonl", "02.md"))) == ["02.md", "export.jsonl#1", "export.jsonl#2"]
    assert paths(index, Limits(paths=("export.jsonl#2",))) == ["export.jsonl#2"]
    assert paths(index, Limits()) == sorted(article.path for article in index.catalog.articles())
    assert paths(index, Limits(outlets=("\ud800", "' OR 1", "ap"))) == []


def test_what_there_is_to_limit_by_is_listed(index: Index) -> None:
    scopes = index.catalog.scopes
    assert scopes.outlets() == ("AP", "BBC News")
    assert scopes.newest() == "2021-12-01"
    assert set(scopes.files()) == set(MADE)
    assert scopes.exists("export.jsonl#2")
    assert scopes.exists("export.jsonl")
    assert not scopes.exists("export.jsonl#9")
    assert scopes.has_any(Limits("2021-12-01"))
    assert not scopes.has_any(Limits("2022-01-01"))


def test_a_scope_follows_the_catalog(index: Index, tmp_path: Path) -> None:
    articles = write(tmp_path / "articles", {path: MADE[path] for path in ("01.md", "02.md")})
    made = Index(configured(articles, tmp_path / "index"))
    made.sync()
    assert paths(made, Limits(outlets=("AP",))) == ["02.md"]
    write(articles, {"04.md": MADE["04.md"]})
    (articles / "02.md").unlink()
    made.sync()
    assert paths(made, Limits(outlets=("AP",))) == ["04.md"]
    made.close()


months = st.none() | st.integers(1, 12).map("2021-{:02}-01".format)


@few(40)
@given(months, months, st.sampled_from([(), ("AP",), ("AP", "BBC News")]), st.integers(1, 20))
def test_search_in_memory_is_exact_within_any_limits(
    index: Index, since: str | None, until: str | None, outlets: tuple[str, ...], limit: int
) -> None:
    limits = Limits(since, until, outlets)
    within = index.catalog.scopes.within(limits)
    assert index.dense.nearest(asked(index), limit, within) == exactly(index, limits, limit)


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """An index whose store is asked for every scope of more than three passages."""
    monkeypatch.setattr(dense, "EXACT", 3)
    monkeypatch.setattr(dense, "CHUNK", 4)
    monkeypatch.setattr(sync, "FEED", 5)
    monkeypatch.setattr(scope, "SMALL", 2)
    made = Index(configured(write(tmp_path / "articles", MADE), tmp_path / "index"))
    made.sync()
    yield made
    made.close()


EACH = [Limits(outlets=("AP",)), Limits("2021-11-01"), Limits("2021-02-01", "2021-09-30"), Limits(paths=("07.md",))]


@pytest.mark.parametrize("limits", EACH)
def test_search_through_the_store_finds_the_nearest_within_limits(stored: Index, limits: Limits) -> None:
    within = stored.catalog.scopes.within(limits)
    found = stored.dense.nearest(asked(stored), 2, within)
    assert set(exactly(stored, limits, 2)) <= set(found) <= set(within.passages.tolist())


def test_limits_far_from_the_question_are_searched_exactly_where_the_store_finds_none(
    stored: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "FARTHEST", 0)
    limits = Limits("2021-02-01", "2021-09-30")
    found = stored.dense.nearest(asked(stored), 2, stored.catalog.scopes.within(limits))
    assert found == exactly(stored, limits, 2)


def test_a_store_that_fails_costs_no_answer_within_limits(stored: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: VectorStore, vector: Vectors, limit: int) -> list[int]:
        raise StorageError("broken")

    limits = Limits("2021-02-01", "2021-09-30")
    wanted = exactly(stored, limits, 2)
    monkeypatch.setattr(VectorStore, "nearest", broken)
    assert stored.dense.nearest(asked(stored), 2, stored.catalog.scopes.within(limits)) == wanted


def test_words_are_looked_up_without_being_commands(index: Index) -> None:
    scopes = index.catalog.scopes
    assert len(scopes.having("pier")) == 12
    ids, scores = scopes.matches(["pier", "fair"])
    assert len(ids) == len(scores) == 14
    for stem in ('"', 'a" OR "b', "NOT", "*", "words:the", ""):
        assert len(scopes.having(stem)) == 0
    assert len(scopes.matches([])[0]) == 0
