"""A folder that is watched is indexed a moment after it changes, whatever happens to it meanwhile."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from made_folders import BRIDGE, THREE, opened, write

from index import watch
from index.watch import Watcher
from rag import Assistant


@pytest.fixture
def assistant(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    monkeypatch.setattr(watch, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(watch, "LOOK_MS", 200)
    with opened(small, tmp_path / "index") as made:
        yield made


def soon(holds: Callable[[], bool]) -> bool:
    """Whether something comes true within seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


def paths(assistant: Assistant) -> set[str]:
    return {article.path for article in assistant.articles()}


def test_what_is_put_into_a_watched_folder_or_taken_out_is_followed(assistant: Assistant, small: Path) -> None:
    with assistant.watching() as watcher:
        write(small, {"new/alps.txt": "Skiers rescued\n\nA helicopter saved the skiers near Chamonix."})
        assert soon(lambda: "new/alps.txt" in paths(assistant))
        (small / "bridge.txt").unlink()
        assert soon(lambda: "bridge.txt" not in paths(assistant))
        assert watcher.problem is None


def test_what_changed_before_the_watch_began_is_followed_too(assistant: Assistant, small: Path) -> None:
    write(small, {"bridge.txt": BRIDGE + "It is blue."})
    with assistant.watching():
        assert soon(lambda: "It is blue." in getattr(assistant.article("bridge.txt"), "text", ""))


def test_a_folder_that_vanishes_empties_nothing_and_is_followed_again_when_it_is_back(
    assistant: Assistant, small: Path, tmp_path: Path
) -> None:
    with assistant.watching() as watcher:
        small.rename(tmp_path / "unmounted")
        assert soon(lambda: watcher.problem is not None)
        assert paths(assistant) == set(THREE)
        shutil.copytree(tmp_path / "unmounted", small)
        assert soon(lambda: watcher.problem is None)
        write(small, {"later.txt": "A later story\n\nIt came later."})
        assert soon(lambda: "later.txt" in paths(assistant))


def test_most_files_gone_at_once_is_a_problem_that_is_told_and_not_followed(
    assistant: Assistant, small: Path
) -> None:
    with assistant.watching() as watcher:
        shutil.rmtree(small / "news")
        assert soon(lambda: watcher.problem is not None and "byline index --yes" in watcher.problem)
        assert paths(assistant) == set(THREE)


class Panic(BaseException):
    """What a library in Rust raises where it gives up; `except Exception` does not catch it."""


def failing(times: int, error: BaseException) -> tuple[Callable[[], None], list[float]]:
    """A sync that fails so many times, and when it was called."""
    called: list[float] = []

    def sync() -> None:
        called.append(time.monotonic())
        if len(called) <= times:
            raise error

    return sync, called


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(watch, "LOOK_MS", 100)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("error", [Panic("too many\nopen files"), OSError(24, "Too many open files")])
def test_whatever_a_sync_raises_is_told_logged_and_tried_again(
    error: BaseException, small: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "byline.watcher")
    sync, called = failing(2, error)
    watcher = Watcher(small, sync)
    watcher.start()
    try:
        assert soon(lambda: watcher.problem is not None)
        assert "\n" not in str(watcher.problem)
        assert watcher.alive
        assert soon(lambda: watcher.problem is None)
        assert len(called) == 3
        write(small, {"later.txt": "A later story\n\nIt came later."})
        assert soon(lambda: len(called) == 4)
    finally:
        watcher.stop()
    assert not watcher.alive
    assert [record.getMessage().rpartition("; ")[2] for record in caplog.records] == [
        "tried again in 0 s",
        "tried again in 0 s",
        "the folder is followed again",
    ]


@pytest.mark.usefixtures("quick")
def test_what_ends_the_watch_itself_is_told_and_it_begins_again(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync, called = failing(0, Panic())
    with monkeypatch.context() as patched:

        def panics(*_: object, **__: object) -> Iterator[object]:
            raise Panic("no watches left")

        patched.setattr("watchfiles.watch", panics)
        watcher = Watcher(small, sync)
        watcher.start()
        assert soon(lambda: "no watches left" in str(watcher.problem))
        assert watcher.alive
        assert watcher.last_looked is None
    assert soon(lambda: watcher.problem is None)
    assert called
    watcher.stop()


def test_what_goes_on_failing_is_tried_less_and_less_often(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_MS", 50)
    monkeypatch.setattr(watch, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(watch, "RETRY_SECONDS_AT_MOST", 0.4)
    sync, called = failing(100, Panic("again"))
    watcher = Watcher(small, sync)
    watcher.start()
    assert soon(lambda: len(called) == 5)
    watcher.stop()
    pauses = [later - before for before, later in pairwise(called)]
    for pause, at_least in zip(pauses, (0.1, 0.2, 0.4, 0.4), strict=False):
        assert pause >= at_least


@pytest.mark.usefixtures("quick")
def test_it_knows_when_it_last_looked_though_nothing_changes(small: Path) -> None:
    watcher = Watcher(small, lambda: None)
    assert watcher.last_looked is None
    watcher.start()
    assert soon(lambda: watcher.last_looked is not None)
    first = watcher.last_looked
    assert first is not None
    assert first <= datetime.now(UTC)
    assert soon(lambda: watcher.last_looked is not None and watcher.last_looked > first)
    watcher.stop()
