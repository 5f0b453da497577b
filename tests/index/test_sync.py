"""The index follows its folder: what is done again, what is not, and what is mended."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from made_folders import BRIDGE, FERRY, MUSEUM, QUESTIONS, THREE, configured, held, opened, printed, started, write

from index import lock
from index.encoder import OnnxEncoder, PassageText, PassageVectors
from index.errors import FolderError, MassDeletionError, StorageError
from index.store import Index, rebuild
from index.sync import SyncReport


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
    passages = [row[0] for row in index.catalog.database.rows("SELECT id FROM passages ORDER BY id")]
    for table in ("vectors", "tokens"):
        assert [row[0] for row in index.catalog.database.rows(f"SELECT passage FROM {table}")] == passages


@pytest.mark.parametrize("damage", ["missing", "no database", "cut short", "no graph"])
def test_a_damaged_vector_store_is_made_again_from_the_catalog(damage: str, index: Index, passes: list[str]) -> None:
    before, settings = held(index), index.settings
    index.close()
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
    monkeypatch.setattr("rag.retrieval.retrieve.POOL", 5)
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
    assert status.synced() == f"less than a minute ago ({status.last_sync})"
    assert str(status.synced(datetime.fromisoformat(status.last_sync) + timedelta(hours=3))).startswith("3 hours ago")
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


# --- what is known is not embedded again -------------------------------------------------------------------

LONG = "A long report\n\n" + "\n\n".join(
    f"Paragraph {n} tells of harbour number {n}, its cranes, and the {n * 7} ships that were loaded there in spring. "
    f"Its master, Captain {chr(64 + n % 26)}. Berg, said that the {n * 3} cranes were old and long out of use."
    for n in range(1, 61)
)


def test_an_edit_embeds_only_the_passages_around_it(index: Index, small: Path, passes: list[str]) -> None:
    write(small, {"long.txt": LONG})
    index.sync()
    whole = len(passes)
    passes.clear()
    write(small, {"long.txt": LONG.replace("harbour number 12", "harbour number twelve")})
    assert index.sync().changed == 1
    assert whole > 20
    assert 1 <= len(passes) <= 6  # from the anchor before it to the anchor behind it


def test_copies_cost_no_forward_pass_whether_they_come_together_or_later(
    index: Index, small: Path, passes: list[str]
) -> None:
    write(small, {"long.txt": LONG, "also long.txt": LONG})
    assert index.sync().added == 2
    assert len(passes) == len(set(passes)) == len(index.catalog.passages_of("long.txt"))
    passes.clear()
    write(small, {"third.txt": LONG, "with a mark.txt": b"\xef\xbb\xbf" + LONG.encode()})
    assert index.sync().added == 2
    assert passes == []


def test_articles_that_are_read_in_another_way_now_are_read_again_and_not_embedded_again(
    index: Index, passes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = held(index)
    monkeypatch.setattr("index.store.READING", "another")
    monkeypatch.setattr("index.sync.READING", "another")
    report = index.sync()
    assert (report.changed, report.notes) == (3, ("articles are read in another way now: every file is read again",))
    assert (held(index), passes) == (before, [])


# --- exports of many articles -------------------------------------------------------------------------------


def export(*texts: str) -> str:
    return "".join(json.dumps({"headline": text.split("\n")[0], "body": text}) + "\n" for text in texts)


def test_a_line_put_into_an_export_costs_one_forward_pass_and_moves_the_others(
    index: Index, small: Path, tmp_path: Path, passes: list[str]
) -> None:
    write(small, {"wire.jsonl": export(BRIDGE + "One.", FERRY + "Two.", MUSEUM + "Three.")})
    assert index.sync().added == 3
    passes.clear()
    write(
        small, {"wire.jsonl": export("A new story\n\nIt is new.", BRIDGE + "One.", MUSEUM + "Three.", FERRY + "Two.")}
    )
    assert index.sync() == SyncReport(added=1, moved=2, articles=7)  # the museum's line is its old one
    assert len(passes) == 1
    write(small, {"wire.jsonl": export(MUSEUM + "Three.", FERRY + "Four.")})
    assert index.sync() == SyncReport(changed=1, moved=1, deleted=2, articles=5)
    assert held(index) == clean(small, tmp_path / "other")


def test_an_export_that_is_renamed_costs_no_forward_pass(index: Index, small: Path, passes: list[str]) -> None:
    write(small, {"wire.jsonl": export(BRIDGE + "One.", FERRY + "Two.")})
    index.sync()
    passes.clear()
    (small / "wire.jsonl").rename(small / "news" / "old.jsonl")
    assert index.sync() == SyncReport(moved=2, articles=5)
    assert [a.path for a in index.catalog.articles() if "jsonl" in a.path] == ["news/old.jsonl#1", "news/old.jsonl#2"]
    assert passes == []


def test_a_bad_line_of_an_export_is_listed_and_costs_no_other(index: Index, small: Path, tmp_path: Path) -> None:
    good = export(BRIDGE + "One.", FERRY + "Two.").splitlines(keepends=True)
    write(small, {"wire.jsonl": good[0] + "no json\n" + good[1] + '{"headline": "no text"}\n'})
    report = index.sync()
    assert (report.added, [f.path for f in report.failed]) == (2, ["wire.jsonl#2", "wire.jsonl#4"])
    assert index.sync().failed == report.failed
    write(small, {"wire.jsonl": "".join(good)})
    assert index.sync() == SyncReport(moved=1, articles=5)
    assert held(index) == clean(small, tmp_path / "other")


def test_an_export_whose_fields_have_other_names_is_read_by_them(small: Path, tmp_path: Path) -> None:
    write(small, {"wire.jsonl": json.dumps({"b": {"plain": FERRY}, "h": "The ferry"}) + "\n"})
    assert len(Index(configured(small, tmp_path / "index")).sync().failed) == 1
    named = Index(configured(small, tmp_path / "index", fields="text=b.plain,title=h"))
    report = named.sync()
    assert (report.added, report.failed) == (1, ())
    assert getattr(named.catalog.article("wire.jsonl#1"), "title", "") == "The ferry"


# --- what must not be lost ----------------------------------------------------------------------------------


def test_a_folder_that_lost_most_of_its_articles_changes_nothing_unless_it_is_meant(
    index: Index, small: Path
) -> None:
    before = held(index)
    shutil.rmtree(small / "news")
    with pytest.raises(
        MassDeletionError, match=r"holds 1 of the 3 articles.*nothing was changed.*byline index --yes"
    ):
        index.sync()
    assert held(index) == before
    assert index.sync(allow_mass_delete=True) == SyncReport(deleted=2, articles=1)


def test_a_folder_that_vanished_or_is_empty_empties_no_index_unless_it_is_meant(index: Index, small: Path) -> None:
    small.rename(small.with_name("unmounted"))
    with pytest.raises(FolderError, match="does not exist"):
        index.sync()
    small.mkdir()
    with pytest.raises(MassDeletionError):
        index.sync()
    with pytest.raises(FolderError, match="no articles"):
        rebuild(index.settings)
    assert index.catalog.counts()[0] == 3
    small.rmdir()
    assert index.sync(allow_mass_delete=True) == SyncReport(deleted=3)


def test_an_export_that_was_cut_short_forgets_nothing_unless_it_is_meant(small: Path, tmp_path: Path) -> None:
    write(small, {"wire.jsonl": export(*(f"Story {n}\n\nIt is number {n}." for n in range(20)))})
    index = Index(configured(small, tmp_path / "index"))
    index.sync()
    write(small, {"wire.jsonl": export("Story 0\n\nIt is number 0.")})
    with pytest.raises(MassDeletionError, match=r"wire.jsonl lost 19 of its articles"):
        index.sync()
    assert index.catalog.counts()[0] == 23
    assert index.sync(allow_mass_delete=True).deleted == 19


def test_half_of_the_articles_may_go(index: Index, small: Path) -> None:
    write(small, {"one more.txt": "One more\n\nIt is the fourth."})
    index.sync()
    shutil.rmtree(small / "news")
    assert index.sync() == SyncReport(deleted=2, articles=2)


def test_a_folder_whose_files_were_all_replaced_by_others_changes_nothing_unless_it_is_meant(
    index: Index, small: Path
) -> None:
    before = held(index)
    for file in list(small.rglob("*.*")):
        file.unlink()
    others = {f"{n}.txt": f"Story {n}\n\nIt is number {n}." for n in range(4)}
    write(small, others)
    with pytest.raises(MassDeletionError, match=r"holds 0 of the 3 articles.*byline index --yes"):
        index.sync()
    assert held(index) == before
    assert index.sync(allow_mass_delete=True) == SyncReport(added=4, deleted=3, articles=4)


def test_a_folder_whose_files_all_have_other_names_now_is_followed(index: Index, small: Path) -> None:
    files = [file for file in small.rglob("*.*") if file.is_file()]
    for number, file in enumerate(files):
        file.rename(small / f"renamed {number}{file.suffix}")
    write(small, {"new.txt": "A new story\n\nIt is new."})
    assert index.sync() == SyncReport(added=1, moved=3, articles=4)


def test_a_sync_that_is_interrupted_keeps_what_it_has_and_the_next_goes_on(
    small: Path, tmp_path: Path, passes: list[str]
) -> None:
    write(small, {f"{n}.txt": f"Story {n}\n\nIt is number {n}." for n in range(30)})
    index = Index(configured(small, tmp_path / "index"))

    def interrupted(done: int, total: int, path: str) -> None:
        if done == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.sync(interrupted)
    assert index.catalog.counts()[0] == 12
    passes.clear()
    assert index.sync() == SyncReport(added=21, articles=33)
    assert len(passes) == 22  # BRIDGE has two passages
    assert held(index) == clean(small, tmp_path / "other")


def test_articles_of_every_format_are_indexed_beside_each_other(small: Path, tmp_path: Path) -> None:
    page = "<html><head><title>Trams return to Turin</title></head><body><article><h1>Trams return to Turin</h1>"
    page += "<p>The trams of Turin run again since Monday, after a strike of nine days, the city said.</p>" * 2
    write(small, {"trams.html": page + "</article></body></html>", "wire.jsonl": export(FERRY + "More.")})
    with opened(small, tmp_path / "index") as assistant:
        citation = assistant.ask("How long was the strike of the trams of Turin?").citations[0]
        assert (citation.path, citation.line, citation.page) == ("trams.html", None, None)
        assert "nine days" in citation.quote
        write(small, {"trams.html": page.replace("nine", "eight") + "</article></body></html>"})
        changed = assistant.ask("How long was the strike of the trams of Turin?")
        assert "trams.html" not in {c.path for c in changed.citations}
