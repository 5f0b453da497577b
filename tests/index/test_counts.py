"""What is counted in memory is what the catalog holds, however the folder came to be as it is."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from made_folders import BRIDGE, FERRY, write

from index.search import dense
from index.search.counts import Held, Texts
from index.store import Index
from index.text.terms import terms

STEMS = ("ferri", "bridg", "the", "oslo", "nowher")


def counted(index: Index, texts: Texts, stems: tuple[str, ...] = STEMS) -> dict[int, tuple[int, ...]]:
    """How often each stem stands in each text, by id."""
    numbers = index.catalog.numbers(stems)
    table = texts.table([numbers.get(stem, 0) for stem in stems])
    return dict(zip(texts.ids.tolist(), map(tuple, table.tolist()), strict=True))


def held(index: Index) -> Held:
    found = index.words.held()
    assert found
    return found


def check(index: Index) -> None:
    """Passages and articles are those of the catalog, and so is every count."""
    now, catalog = held(index), index.catalog
    of_passages, of_articles = counted(index, now.passages), counted(index, now.articles)
    ids = catalog.ids_after(0).tolist()
    assert list(of_passages) == ids
    passages = {passage.id: passage for passage in catalog.passages(ids)}
    for row, number in enumerate(ids):
        passage = passages[number]
        article = catalog.article(passage.path)
        assert article
        said = Counter(terms(article.title) + terms(article.text[passage.start : passage.end]))
        assert of_passages[number] == tuple(said[stem] for stem in STEMS)
        assert now.passages.lengths[row] == said.total()
        assert (now.paths[now.owners[row]], now.starts[row]) == (passage.path, passage.start)
        whole = Counter(terms(article.title) + terms(article.text))
        assert of_articles[int(now.articles.ids[now.owners[row]])] == tuple(whole[stem] for stem in STEMS)
    alike = {(passages[number].content, content) for number, content in zip(ids, now.contents.tolist(), strict=True)}
    assert len(alike) == len({content for content, _ in alike}) == len({number for _, number in alike})


def test_every_word_is_counted_in_every_passage_and_article(index: Index) -> None:
    check(index)


def test_counts_follow_the_folder(index: Index, small: Path) -> None:
    check(index)
    write(small, {"copy.txt": FERRY, "zoo.txt": "A zoo in Bergen\n\nThe zoo in Bergen has a lion and the ferry."})
    index.sync()
    check(index)
    (small / "bridge.txt").unlink()
    write(small, {"zoo.txt": "A zoo in Bergen\n\nThe zoo has no lion any more."})
    index.sync()
    check(index)
    (small / "copy.txt").rename(small / "again.txt")
    index.sync()
    assert "again.txt" in held(index).paths
    check(index)
    write(small, {"bridge.txt": BRIDGE})
    index.sync()
    check(index)


def test_whoever_reads_an_earlier_moment_is_given_what_is_held_of_a_later_one(index: Index, small: Path) -> None:
    def later() -> None:
        (small / "bridge.txt").unlink()
        write(small, {"zoo.txt": "A zoo in Bergen\n\nThe zoo in Bergen has a lion and the ferry."})
        index.sync()
        check(index)

    check(index)
    with index.catalog.moment():
        other = threading.Thread(target=later)
        other.start()
        other.join()
        assert "bridge.txt" in dict.fromkeys(path for _, path in index.catalog.paths())
        now = held(index)
        assert set(now.paths) == {"zoo.txt", "news/ferry.md", "news/museum.txt"}
        assert len(now.owners) == len(now.starts) == len(now.contents) == len(now.passages.ids)
    check(index)


def test_a_stem_keeps_its_number_and_no_other_stem_gets_it(index: Index, small: Path) -> None:
    write(small, {"zoo.txt": "A zoo in Bergen\n\nThe zoo has a lion."})
    index.sync()
    before = index.catalog.numbers(["lion", "ferri"])
    (small / "zoo.txt").unlink()
    index.sync()
    assert index.catalog.numbers(["lion", "ferri"]) == {"ferri": before["ferri"]}
    write(small, {"farm.txt": "A farm in Bergen\n\nThe farm has a tortoise."})
    index.sync()
    assert index.catalog.numbers(["tortois"])["tortois"] not in before.values()


def test_what_is_not_there_counts_nothing_and_stands_nowhere(index: Index) -> None:
    assert not held(index).passages.table([0, 2**29]).any()
    assert held(index).passages.table([]).shape == (len(held(index).passages.ids), 0)
    assert held(index).passages.places([10**6]).tolist() == []
    assert Texts.none().places([1]).tolist() == []
    assert Texts.none().table([1]).shape == (0, 1)


def test_a_large_folder_is_not_held(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "EXACT", 1)
    assert index.words.held() is None


def test_texts_that_go_leave_the_others_as_they_are(index: Index) -> None:
    before = held(index).passages
    which = np.arange(len(before.ids)) % 2 == 0
    after = before.kept(which)
    kept, all_counted = counted(index, after), counted(index, before)
    assert kept == {number: all_counted[number] for number in before.ids[which].tolist()}
