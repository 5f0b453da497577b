"""What an article takes on the disk is bounded by its size, said where that cuts it short, and given back."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from made_folders import BRIDGE, configured, opened, write

from index.catalog import space
from index.catalog.space import Share
from index.search import dense
from index.store import Index
from index.sync import PASSAGE_WORDS
from index.text.articles import parse_article
from index.text.sentences import passages

SHORT = "Stop! Wait! Go on! " * 1500 + "It is over."
"""28 kB of sentences of a word: an index of all of it would take 130 times that."""


def taken(folder: Path) -> int:
    """Bytes of an index on the disk."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a small allowance for every article, so that small files are cut short as large ones are."""
    monkeypatch.setattr(space, "ALLOWANCE", 20_000)


@pytest.mark.usefixtures("narrow")
def test_a_file_of_very_short_lines_is_indexed_as_far_as_there_is_room_and_that_is_told(
    small: Path, tmp_path: Path
) -> None:
    with opened(small, tmp_path / "index") as assistant:
        before = taken(tmp_path / "index")
        write(small, {"list.txt": "Every call to stop\n\n" + SHORT})
        report = assistant.sync()
        assert report.added == 1
        assert [failure.path for failure in report.failed] == ["list.txt"]
        assert report.failed[0].reason.startswith("only the first ")
        article = assistant.article("list.txt")
        assert article is not None
        assert article.text.endswith("It is over.")  # the whole of it can be read
        grown = taken(tmp_path / "index") - before
        assert grown <= 40 * (small / "list.txt").stat().st_size + 20_000
        assert assistant.sync().failed == report.failed


@pytest.mark.usefixtures("narrow")
def test_what_was_cut_short_stays_told_when_its_file_is_written_anew(small: Path, tmp_path: Path) -> None:
    with opened(small, tmp_path / "index") as assistant:
        page = json.dumps({"title": "Every item of the list", "text": SHORT})
        bridge = json.dumps({"title": "A bridge", "text": BRIDGE})
        write(small, {"list.jsonl": f"{page}\n{bridge}\n"})
        told = assistant.sync().failed
        assert [failure.path for failure in told] == ["list.jsonl#1"]
        write(small, {"list.jsonl": f"{bridge}\n{page}\n"})
        report = assistant.sync()
        assert (report.added, report.changed, report.moved) == (0, 0, 2)
        assert [(failure.path, failure.reason) for failure in report.failed] == [("list.jsonl#2", told[0].reason)]
        write(small, {"list.jsonl": bridge})
        assert assistant.sync().failed == ()


@pytest.mark.usefixtures("narrow")
def test_the_same_folder_is_cut_at_the_same_place_however_the_index_came_to_be(small: Path, tmp_path: Path) -> None:
    half = SHORT[len(SHORT) // 2 :]
    write(small, {"list.txt": half})
    with opened(small, tmp_path / "index") as grown:
        write(small, {"list.txt": SHORT, "other.txt": half})
        told = grown.sync().failed
    with opened(small, tmp_path / "new") as new:
        assert new.last_report.failed == told
        assert len(told) == 2


def test_articles_are_not_cut_short(seeds: Path) -> None:
    for file in seeds.rglob("*.txt"):
        article = parse_article(file.read_text(encoding="utf-8"), file.name)
        parts = passages(article, PASSAGE_WORDS)
        tokens = [68 * (part.end - part.start) // 2 for part in parts]  # twice what the model reads
        assert Share.of(article.text).fitting([len(part.sentences) for part in parts], tokens) == len(parts)


def test_the_space_of_what_is_deleted_is_given_back(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "GARBAGE", 10)
    index = Index(configured(small, tmp_path / "index"))
    index.sync()
    before = taken(tmp_path / "index")
    write(small, {"list.txt": SHORT})
    index.sync()
    full = taken(tmp_path / "index")
    assert full > 2 * before
    (small / "list.txt").unlink()
    index.sync()
    assert taken(tmp_path / "index") < 1.2 * before
    index.close()


def test_a_reader_in_the_way_holds_up_no_sync_and_what_it_held_up_is_given_back_later(index: Index) -> None:
    log = index.catalog.file.with_name("catalog.sqlite-wal")
    with index.catalog.moment(), ThreadPoolExecutor(1) as another:
        index.catalog.articles()
        another.submit(index.catalog.remember, "key", "value").result()
        another.submit(index.catalog.shrink).result()
        assert log.stat().st_size > 0
    index.catalog.shrink()
    assert log.stat().st_size == 0
