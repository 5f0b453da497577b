"""An assistant that is opened behind the page: what is said meanwhile, and what happens when it cannot be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import FolderError
from index.settings import load
from index.sync import Progress, SyncReport
from rag import Assistant
from ui.server.opening import MISTAKE, NotReadyError, Opening, left


@contextmanager
def started(opening: Opening) -> Iterator[Opening]:
    opening.start()
    try:
        yield opening
    finally:
        opening.close()


def soon(holds: Callable[[], bool]) -> bool:
    """Whether something comes true within seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_it_says_what_it_does_until_it_is_ready_and_then_answers(seeds_index: Path) -> None:
    indexing, go_on, seen = threading.Event(), threading.Event(), []

    def slowly(progress: Progress) -> Assistant:
        for done in (0, 3):
            progress(done, 1200, "a.txt")
            seen.append(opening.doing)
        indexing.set()
        assert go_on.wait(20)
        return Assistant(settings=load(index=seeds_index), sync=False)

    opening = Opening(slowly, load(index=seeds_index))
    assert (opening.ready, opening.folder, opening.doing) == (False, "seeds", "Opening the index")
    with started(opening):
        assert indexing.wait(20)
        with pytest.raises(NotReadyError, match=r"3 of 1,200 articles.*ask again"):
            opening.get(0.2)
        go_on.set()
        assert opening.get(60).status().articles == 5
    assert seen == ["Indexing: 0 of 1,200 articles", "Indexing: 3 of 1,200 articles"]


def test_once_open_it_is_ready_and_nothing_goes_on(seeds_index: Path) -> None:
    with started(Opening(lambda _: Assistant(settings=load(index=seeds_index), sync=False))) as opening:
        assert opening.get(60).status().articles == 5
        assert (opening.ready, opening.doing, opening.failed, opening.folder) == (True, "", None, "seeds")


def test_the_folder_is_followed_and_the_indexing_told(small: Path, tmp_path: Path) -> None:
    told: list[str] = []
    indexed = threading.Event()

    def open(_: Progress) -> Assistant:
        assistant = Assistant(small, index=tmp_path / "index")
        sync = assistant.sync

        def telling(progress: Progress) -> SyncReport:
            def tell(done: int, total: int, path: str) -> None:
                progress(done, total, path)
                told.append(opening.doing)

            report = sync(tell)
            if report.added:
                indexed.set()
            return report

        assistant.sync = telling  # type: ignore[method-assign,assignment]
        return assistant

    opening = Opening(open)
    with started(opening):
        assistant = opening.get(60)
        (small / "new.txt").write_text("A ferry in Bergen\n\nThe ferry in Bergen sank on Monday.\n")
        assert indexed.wait(60)
        assert assistant.status().articles == 4
        assert "Indexing: 0 of 1 article" in told
        assert (opening.watching, opening.problem) == (True, None)
        assert opening.last_looked is not None
    assert opening.doing == ""


def test_a_watcher_that_has_ended_is_a_problem_that_is_told(small: Path, tmp_path: Path) -> None:
    with started(Opening(lambda _: Assistant(small, index=tmp_path / "index"))) as opening:
        opening.get(60)
        assert soon(lambda: opening.watching)
        assert opening.watcher is not None
        opening.watcher.stop()
        assert not opening.watching
        assert opening.problem == "the folder is no longer followed: start Byline again"


def test_an_error_that_ends_the_opening_is_one_line_without_the_way_to_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "there are none"
    with started(Opening(lambda _: Assistant(folder), load(articles=folder))) as opening:
        with pytest.raises(FolderError, match=str(folder)):
            opening.get(20)
        assert opening.failed
        assert "there are none does not exist" in opening.failed
        assert str(tmp_path) not in opening.failed
        assert (opening.ready, opening.doing) == (False, "")


def test_a_mistake_of_the_programs_own_is_reported_on_the_terminal_only(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_: Progress) -> Assistant:
        raise ZeroDivisionError("/secret/place")

    with started(Opening(broken)) as opening:
        with pytest.raises(RuntimeError, match="went wrong"):
            opening.get(20)
        assert opening.failed == MISTAKE
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_an_end_stops_the_indexing_at_the_next_article() -> None:
    begun, closed = threading.Event(), threading.Event()
    reached: list[int] = []

    def endless(progress: Progress) -> Assistant:
        for done in range(1000):
            progress(done, 1000, "")
            reached.append(done)
            begun.set()
            assert closed.wait(20)
        raise AssertionError

    opening = Opening(endless)
    opening.start()
    assert begun.wait(20)
    ending = threading.Thread(target=opening.close)
    ending.start()
    while not opening._closed:
        ending.join(0.01)
    closed.set()
    ending.join(20)
    assert reached == [0]


def test_an_assistant_of_the_callers_own_stays_open(small: Path, tmp_path: Path) -> None:
    with Assistant(small, index=tmp_path / "index") as assistant:
        opening = Opening.of(assistant)
        assert (opening.ready, opening.doing, opening.folder, opening.watcher) == (True, "", small.name, None)
        opening.close()
        assert assistant.status().articles == 3


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("no article in /home/ann/my news is indexed: run it", "no article in my news is indexed: run it"),
        ("the index /home/ann/.cache/x-1 is damaged", "the index x-1 is damaged"),
        (
            "the index /home/ann/.cache/x-1/catalog.sqlite cannot be used",
            "the index x-1/catalog.sqlite cannot be used",
        ),
        ("the model '/opt/models/m' is altered (/usr/lib/python3/m.onnx)", "the model 'm' is altered (m.onnx)"),
        (r"the model C:\Users\ann\m is altered", "the model m is altered"),
        ("~/models/m is missing", "m is missing"),
        ("use and/or 1/2, see https://example.org/a/b", "use and/or 1/2, see https://example.org/a/b"),
    ],
)
def test_a_message_for_the_browser_names_no_folder_on_the_way(message: str, shown: str) -> None:
    opening = Opening(
        lambda _: Assistant(), load(articles=Path("/home/ann/my news"), index=Path("/home/ann/.cache/x-1"))
    )
    assert opening.shown(message) == shown


@pytest.mark.parametrize(
    ("done", "total", "seconds", "words"),
    [
        (0, 100, 0, ""),
        (4, 100, 60, ""),
        (100, 100, 60, ""),
        (50, 100, 10, ", less than a minute left"),
        (50, 100, 60, ", about 1 minute left"),
        (50, 150, 60, ", about 2 minutes left"),
        (10, 10_000, 60, ", about 17 hours left"),
    ],
)
def test_the_time_left_is_told_in_words(done: int, total: int, seconds: float, words: str) -> None:
    assert left(done, total, seconds) == words
