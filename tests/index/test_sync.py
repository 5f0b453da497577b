"""The index follows its folder: what is done again, what is not, and what is mended."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_folders import BRIDGE, FERRY, QUESTIONS, THREE, configured, held, opened, printed, started, write

from index import lock
from index.encoder import OnnxEncoder, PassageText, PassageVectors
from index.errors import StorageError
from index.store import Index, rebuild
from index.sync import SyncReport
from index.vectors import close_clients


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of every passage that has gone through the model."""
    seen: list[str] = []
    encode = OnnxEncoder.encode

    def counted(self: OnnxEncoder, passage: PassageText) -> PassageVectors:
        seen.append(passage.text)
        return encode(self, passage)

    monkeypatch.setattr(OnnxEncoder, "encode", counted)
    return seen


@pytest.fixture
def index(small: Path, tmp_path: Path, passes: list[str]) -> Iterator[Index]:
    """An index of the three articles, up to date."""
    opened_index = Index(configured(small, tmp_path / "index"))
    opened_index.sync()
    passes.clear()
    yield opened_index
    opened_index.close()


def clean(folder: Path, index: Path) -> dict[str, Any]:
    built = Index(configured(folder, index))
    built.sync()
    return held(built)


def test_a_second_sync_changes_nothing_and_embeds_nothing(index: Index, passes: list[str]) -> None:
    before = held(index)
    assert index.sync() == SyncReport(articles=3)
    assert index.sync().summary() == "3 articles: nothing changed"
    assert (held(index), passes) == (before, [])


def test_a_file_with_a_new_time_and_the_same_words_is_not_embedded(
    index: Index, small: Path, passes: list[str]
) -> None:
    os.utime(small / "bridge.txt", (1, 1))
    assert index.sync() == SyncReport(articles=3)
    assert passes == []


def test_added_changed_renamed_and_deleted_files_are_followed(
    index: Index, small: Path, tmp_path: Path, passes: list[str]
) -> None:
    write(
        small,
        {"new.txt": "A town hall burns\n\nThe town hall burned on Monday.", "bridge.txt": BRIDGE + "More came."},
    )
    (small / "news" / "ferry.md").rename(small / "boats.md")
    (small / "news" / "museum.txt").unlink()
    assert index.sync() == SyncReport(added=1, changed=1, moved=1, deleted=1, articles=3)
    assert [article.path for article in index.catalog.articles()] == ["boats.md", "bridge.txt", "new.txt"]
    assert not any("ferry" in text for text in passes)
    assert held(index) == clean(small, tmp_path / "other")


def test_a_rename_costs_no_forward_pass(index: Index, small: Path, passes: list[str]) -> None:
    (small / "news").rename(small / "old")
    assert index.sync() == SyncReport(moved=2, articles=3)
    assert passes == []


def test_a_file_changed_under_its_old_size_and_time_is_followed(index: Index, small: Path) -> None:
    file = small / "bridge.txt"
    before = file.stat()
    file.write_text(BRIDGE.replace("Friday", "Monday"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert index.sync().changed == 1


def test_a_bad_file_is_listed_and_skipped_until_it_is_mended(index: Index, small: Path, tmp_path: Path) -> None:
    write(small, {"bridge.txt": b"\0\1\2" * 100, "empty.txt": ""})
    report = index.sync()
    assert (report.articles, [failure.path for failure in report.failed]) == (2, ["bridge.txt", "empty.txt"])
    assert index.sync().failed == report.failed
    assert index.status().failures == report.failed
    write(small, {"bridge.txt": BRIDGE})
    (small / "empty.txt").unlink()
    assert index.sync() == SyncReport(added=1, articles=3)
    assert held(index) == clean(small, tmp_path / "other")


def test_another_model_empties_the_index_first(index: Index, passes: list[str]) -> None:
    before = held(index)
    index.catalog.remember("model", "another")
    report = index.sync()
    assert report.added == 3
    assert report.notes == (
        f"made with another, now {index.catalog.recall('model')}: every article is embedded anew",
    )
    assert len(passes) == len(before["passages"])
    assert held(index) == before


@pytest.mark.parametrize("damage", ["missing", "no database", "cut short", "no graph"])
def test_a_damaged_vector_store_is_made_again_from_the_catalog(damage: str, index: Index, passes: list[str]) -> None:
    before, settings = held(index), index.settings
    index.close()
    close_clients()
    store = settings.index_folder / "chroma"
    match damage:
        case "missing":
            shutil.rmtree(store)
        case "no database":
            (store / "chroma.sqlite3").write_bytes(b"nothing of the kind" * 500)
        case "cut short":
            os.truncate(store / "chroma.sqlite3", 9000)
        case "no graph":
            for file in store.rglob("*.bin"):
                file.write_bytes(b"zz")
    mended = Index(settings)
    assert mended.sync() == SyncReport(articles=3)
    assert (held(mended), passes) == (before, [])


@pytest.mark.parametrize("damage", [b"nothing of the kind" * 999, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_catalog_is_one_line_that_says_how_to_start_anew(damage: bytes, index: Index) -> None:
    file = index.catalog.file
    index.close()
    for leftover in file.parent.glob("catalog.sqlite-*"):
        leftover.unlink()
    file.write_bytes(damage)
    with pytest.raises(StorageError) as caught:
        Index(index.settings)
    assert str(file) in str(caught.value)
    assert "byline index --rebuild" in str(caught.value)
    assert "\n" not in str(caught.value)
    rebuild(index.settings)
    assert Index(index.settings).sync().added == 3


def test_a_catalog_of_another_version_says_how_to_start_anew(index: Index) -> None:
    index.catalog.remember("schema", "0")
    with pytest.raises(StorageError, match="another version of Byline: run byline index --rebuild"):
        Index(index.settings)


@pytest.mark.parametrize("strange", ["thesis.doc", "chromatic.txt", "catalog.sqlite.bak"])
def test_rebuild_deletes_no_folder_that_holds_anything_else(strange: str, index: Index) -> None:
    folder = index.settings.index_folder
    (folder / strange).write_text("mine")
    with pytest.raises(StorageError, match=f"{strange}.*not Byline's"):
        rebuild(index.settings)
    assert index.catalog.counts()[0] == 3
    (folder / strange).unlink()
    rebuild(index.settings)
    assert not folder.exists()
    rebuild(index.settings)


def test_rebuild_of_an_index_that_is_a_file_is_one_line(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for use in (rebuild, Index):
        with pytest.raises(StorageError, match=r"^[^\n]*/file[^\n]*$"):
            use(configured(small, tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "mine"


def test_an_index_that_another_process_writes_says_so(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS", 0.1)
    script = (
        "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True);"
        "import time; time.sleep(60)"
    )
    other = started(script, index.settings.index_folder / "writer.lock")
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with pytest.raises(StorageError, match=r"process \d+ \(.*\): wait for it"):
        index.sync()
    other.kill()
    other.communicate()
    assert index.sync() == SyncReport(articles=3)


def test_what_another_process_indexes_is_found_without_a_restart(small: Path, tmp_path: Path) -> None:
    with opened(small, tmp_path / "index", bar=0.0) as assistant:
        assistant.ask(QUESTIONS[0])
        write(
            small, {"alps.txt": "Skiers rescued\n\nA helicopter saved the stranded skiers on a slope near Chamonix."}
        )
        script = "import sys; from rag import Assistant; Assistant(sys.argv[1], index=sys.argv[2])"
        printed(started(script, small, tmp_path / "index"))
        answer = assistant.ask("Winter sports people brought to safety?")  # no word of the article
        found = {passage.path: passage for passage in answer.passages}
        assert found["alps.txt"].lexical == 0
        assert answer.citations[0].path == "alps.txt"


def test_copies_beyond_the_number_looked_at_are_told_apart_by_path_and_not_by_when_they_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.retrieve.POOL", 5)
    names = [f"copy{n}.txt" for n in range(9)]
    folder = write(tmp_path / "articles", dict.fromkeys(names, FERRY) | {"bridge.txt": BRIDGE})
    with opened(folder, tmp_path / "once") as once:
        wanted = once.ask(QUESTIONS[1]).to_dict()
    shutil.rmtree(folder)
    write(folder, dict.fromkeys(names[5:], FERRY))
    with opened(folder, tmp_path / "twice") as twice:
        write(folder, dict.fromkeys(names, FERRY) | {"bridge.txt": BRIDGE})
        twice.sync()
        assert twice.ask(QUESTIONS[1]).to_dict() == wanted


def test_an_empty_index_says_so_in_its_status(small: Path, tmp_path: Path) -> None:
    with opened(small, tmp_path / "index", sync=False) as assistant:
        assert (assistant.status().articles, assistant.status().last_sync) == (0, None)
        assistant.sync()
        status = assistant.status()
    assert (status.articles, status.folder, status.index) == (3, str(small), str(tmp_path / "index"))
    assert status.last_sync is not None
    assert status.passages == 4
    assert status.bytes > 100_000


def test_progress_names_each_article_and_ends_complete(small: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    Index(configured(small, tmp_path / "index")).sync(lambda *steps: told.append(steps))
    assert told == [(0, 3, ""), *((n, 3, path) for n, path in enumerate(sorted(THREE), 1)), (3, 3, "")]


def test_one_index_keeps_to_its_own_folder(small: Path, tmp_path: Path) -> None:
    settings = configured(small, tmp_path / "index")
    other = replace(settings, articles=tmp_path / "other", index=None)
    assert settings.index_folder == tmp_path / "index"
    assert other.index_folder != replace(other, articles=small).index_folder
    assert other.index_folder == replace(other, articles=tmp_path / "x" / ".." / "other").index_folder
