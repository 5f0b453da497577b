"""A folder that is watched is indexed a moment after it changes, whatever happens to it meanwhile."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_folders import BRIDGE, THREE, opened, write

from index import watch
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
