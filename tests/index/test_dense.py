"""Search by vector gives the same passages exactly and through the store, whoever has changed what."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest
from handles import open_files
from made_folders import BRIDGE, QUESTIONS, configured, held, opened, printed, started, write

from index import sync
from index.catalog.catalog import Catalog
from index.encoder import Vectors
from index.errors import StorageError
from index.search import dense
from index.search.vectors import VectorStore
from index.store import Index


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder of forty short articles."""
    told = (
        "Harbour {n} reopens\n\nThe harbour number {n} reopened in May after {n} weeks of repairs by Berg and sons."
    )
    return write(tmp_path / "many", {f"{n:02}.txt": told.format(n=n) for n in range(40)})


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above 25 passages the store is asked, and it is fed after every ten."""
    monkeypatch.setattr(dense, "EXACT", 25)
    monkeypatch.setattr(dense, "CHUNK", 7)
    monkeypatch.setattr(dense, "GARBAGE", 7)
    monkeypatch.setattr(sync, "FEED", 10)


@pytest.fixture
def index(many: Path, tmp_path: Path) -> Iterator[Index]:
    made = Index(configured(many, tmp_path / "index"))
    made.sync()
    yield made
    made.close()


def asked(index: Index) -> Vectors:
    return index.encoder.read("Which harbour was repaired for seven weeks?").vector


def exactly(index: Index, limit: int) -> list[int]:
    """The nearest passages, by looking at every one."""
    ids, vectors = index.catalog.vectors_after(0)
    return [int(number) for number in ids[np.argsort(-(vectors @ asked(index)), kind="stable")][:limit]]


def test_a_folder_of_many_passages_is_searched_exactly_whatever_changes(
    index: Index, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "MANY", 10)
    for _ in range(2):  # bounds are worked out when it is asked again
        assert index.dense.nearest(asked(index), 8) == exactly(index, 8)
    for changed in ({"40.txt": BRIDGE}, {"41.txt": BRIDGE.replace("bridge", "harbour")}):
        write(many, changed)
        (many / f"0{len(changed)}.txt").unlink(missing_ok=True)
        index.sync()
        assert index.dense.nearest(asked(index), 8) == exactly(index, 8)
    for file in many.glob("[0-2]*.txt"):
        file.unlink()
    (many / "30.txt").unlink()
    index.sync(allow_mass_delete=True)
    for _ in range(2):
        assert index.dense.nearest(asked(index), 8) == exactly(index, 8)


def test_a_small_folder_is_searched_exactly_and_without_the_store(index: Index, many: Path) -> None:
    shutil.rmtree(index.settings.index_folder / "chroma")
    assert index.dense.nearest(asked(index), 8) == exactly(index, 8)
    write(many, {"40.txt": BRIDGE})
    (many / "07.txt").unlink()
    index.sync()
    assert index.dense.nearest(asked(index), 8) == exactly(index, 8)


@pytest.mark.usefixtures("stored")
def test_the_store_finds_what_exact_search_finds_after_every_change(index: Index, many: Path) -> None:
    assert set(exactly(index, 8)) <= set(index.dense.nearest(asked(index), 8))
    for n in range(0, 40, 3):
        (many / f"{n:02}.txt").unlink()
    write(many, {f"{n}.txt": BRIDGE + f"Story {n}." for n in range(40, 60)})
    index.sync()
    assert set(exactly(index, 8)) <= set(index.dense.nearest(asked(index), 8))
    assert held(index)["passages without a vector"] == held(index)["vectors that no passage has"] == 0


@pytest.mark.slow
@pytest.mark.usefixtures("stored")
def test_a_reader_finds_what_another_process_has_added_to_a_folder_that_is_searched_in_the_store(
    index: Index, many: Path
) -> None:
    with opened(many, index.settings.index_folder, sync=False) as reader:
        reader.ask("Which harbour was repaired for seven weeks?")
        write(
            many, {"alps.txt": "Skiers rescued\n\nA helicopter saved the stranded skiers on a slope near Chamonix."}
        )
        script = "import sys; from rag import Assistant; Assistant(sys.argv[1], index=sys.argv[2])"
        printed(started(script, many, index.settings.index_folder))
        found = reader.ask("Winter sports people brought to safety?").passages
        assert "alps.txt" in {passage.path for passage in found}


@pytest.mark.usefixtures("stored")
def test_passages_that_the_store_does_not_have_yet_are_found(
    index: Index, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.dense.nearest(asked(index), 3)
    write(many, {"alps.txt": "Skiers rescued\n\nA helicopter saved the stranded skiers on a slope near Chamonix."})
    with monkeypatch.context() as patched:
        patched.setattr(dense.DenseSearch, "feed", lambda self: None)
        index.sync()
    near = index.catalog.passages(index.dense.nearest(index.encoder.read("stranded skiers saved").vector, 3))
    assert "alps.txt" in {passage.path for passage in near}


@pytest.mark.usefixtures("stored")
def test_a_store_that_fails_when_it_is_asked_costs_no_answer_and_is_made_anew_by_the_next_sync(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = exactly(index, 8)
    index.dense.nearest(asked(index), 8)

    def broken(self: VectorStore, vector: Vectors, limit: int) -> list[int]:
        raise StorageError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(VectorStore, "nearest", broken)
        assert index.dense.nearest(asked(index), 8) == wanted
    before = index.catalog.recall("store")
    index.sync()
    assert index.catalog.recall("store") != before
    assert held(index)["passages without a vector"] == 0


@pytest.mark.usefixtures("stored")
def test_a_store_that_holds_mostly_what_was_deleted_is_made_anew(index: Index, many: Path) -> None:
    first = index.catalog.recall("store")
    for version in range(2):
        assert index.catalog.recall("store") == first
        write(many, {f"{n:02}.txt": f"Harbour {n} reopens\n\nIt is version {version}." for n in range(12)})
        index.sync()
    assert index.catalog.recall("store") != first
    assert int(index.catalog.recall("garbage") or 0) < 40


def test_a_store_of_another_catalog_is_not_taken_for_this_one(index: Index, many: Path, tmp_path: Path) -> None:
    other = Index(configured(many, tmp_path / "other"))
    other.sync()
    shutil.rmtree(index.settings.index_folder / "chroma")
    shutil.copytree(tmp_path / "other" / "chroma", index.settings.index_folder / "chroma")
    (many / "07.txt").unlink()
    index.sync()
    assert held(index)["vectors that no passage has"] == held(index)["passages without a vector"] == 0


@pytest.mark.usefixtures("stored")
def test_answers_are_the_same_whether_the_store_is_asked_or_not(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "EXACT", 1)
    with opened(small, tmp_path / "index") as through_store:
        given = [through_store.ask(question).to_dict() for question in QUESTIONS]
    monkeypatch.setattr(dense, "EXACT", 100)
    with opened(small, tmp_path / "index") as exact:
        assert [exact.ask(question).to_dict() for question in QUESTIONS] == given


def test_a_vector_that_was_stored_just_before_a_kill_is_gone_once_its_article_is(
    index: Index, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    write(many, {"alps.txt": BRIDGE})
    with monkeypatch.context() as patched:
        patched.setattr(Catalog, "stored", lambda self, upto, dropped: killed() if dropped == () else None)
        with pytest.raises(Killed):
            index.sync()
    (many / "alps.txt").unlink()
    with monkeypatch.context() as patched:
        patched.setattr(dense.DenseSearch, "_probe", killed)
        with pytest.raises(Killed):
            index.sync()
    index.sync()
    assert held(index)["vectors that no passage has"] == 0


@pytest.mark.parametrize("size", ["small", "stored"])
def test_changes_of_a_folder_leave_no_file_of_the_store_open(
    size: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if size == "stored":
        monkeypatch.setattr(dense, "EXACT", 1)
    with opened(small, tmp_path / "index") as assistant:
        counts: list[int] = []
        for version in range(8):
            write(small, {"bridge.txt": BRIDGE + f"It is version {version}."})
            assistant.sync()
            assistant.ask("When did the bridge in Oslo open?")
            counts.append(len(open_files(tmp_path / "index" / "chroma")))
        assert max(counts[3:]) <= counts[3] + 4, counts  # Chroma opens more of its own as it is used, up to a bound
    until = monotonic() + 10  # Chroma closes its files in threads of its own
    while open_files(tmp_path / "index") and monotonic() < until:
        sleep(0.01)
    assert open_files(tmp_path / "index") == []


@pytest.mark.usefixtures("stored")
def test_a_store_that_another_thread_closes_costs_no_answer_and_is_not_taken_for_damaged(index: Index) -> None:
    index.dense.nearest(asked(index), 8)
    store = index.dense._store
    assert store is not None
    store.close()
    assert index.dense.nearest(asked(index), 8) == exactly(index, 8)
    assert not (index.settings.index_folder / dense.DAMAGED).exists()


@pytest.mark.slow
def test_sixty_changes_are_indexed_where_a_process_may_open_256_files(small: Path, tmp_path: Path) -> None:
    script = """
import gc, os, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
gc.disable()  # nothing may have to wait for it
from rag import Assistant
folder = Path(sys.argv[1])
with Assistant(folder, index=sys.argv[2]) as assistant:
    for number in range(60):
        (folder / "changing.txt").write_text(f"Report {number}\\n\\nThe harbour was measured {number} times in May.")
        assert assistant.sync().changed + (number == 0)
        assistant.ask("How often was the harbour measured?")
        print(len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task")))
"""
    told = printed(started(script, small, tmp_path / "index"))
    counts = [tuple(map(int, line.split())) for line in told.splitlines()]
    assert len(counts) == 60
    for kind in zip(*counts[5:], strict=True):  # files, and threads
        assert max(kind) <= kind[0] + 6, counts
