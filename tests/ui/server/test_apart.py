"""The processes beside a page: what they do for it, and what becomes of it when they end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_folders import write

from index.errors import MassDeletionError, StorageError
from index.settings import Settings, load
from rag import Assistant
from ui.server.apart import Apart
from ui.server.opening import Opening

pytestmark = pytest.mark.slow
FLOOD = "The river Aren rose by four metres on Monday. Mayor Ida Holm closed both bridges.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write(tmp_path / "articles", {f"{name}.txt": f"{name} in Oldport\n\n{FLOOD}" for name in ("a", "b", "c")})
    return load(articles=tmp_path / "articles", index=tmp_path / "index")


@pytest.fixture
def apart(settings: Settings) -> Iterator[Apart]:
    made = Apart(settings)
    yield made
    made.close()
    assert not made._running


def test_what_changes_is_indexed_by_another_process_and_seen_by_this_one(settings: Settings, apart: Apart) -> None:
    with Assistant(settings=settings) as assistant:
        assert assistant.ask("How tall is the tower of Newport?").abstained
        (settings.folder / "d.txt").write_text("A tower\n\nThe tower of Newport is 81 metres tall.\n")
        told: list[tuple[int, int, str]] = []
        report = apart.sync(lambda *done: told.append(done))
        assert (report.added, report.articles, report.failed) == (1, 4, ())
        assert told[-1][:2] == (1, 1)
        assert "81 metres" in assistant.ask("How tall is the tower of Newport?").text
        (settings.folder / "d.txt").unlink()
        assert apart.sync().deleted == 1
        assert assistant.ask("How tall is the tower of Newport?").abstained


def test_accounts_are_those_of_the_assistant(settings: Settings, apart: Apart) -> None:
    with Assistant(settings=settings) as assistant:
        assert apart.accounts() == assistant.accounts()


def test_what_cannot_be_read_and_what_may_not_be_done_are_told_as_they_are(settings: Settings, apart: Apart) -> None:
    Assistant(settings=settings).close()
    (settings.folder / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    (failed,) = apart.sync().failed
    assert failed.path == "bad.pdf"
    for name in "abc":
        (settings.folder / f"{name}.txt").unlink()
    with pytest.raises(MassDeletionError, match="nothing was changed"):
        apart.sync()


def test_after_a_process_was_killed_the_next_sync_has_another(settings: Settings, apart: Apart) -> None:
    apart.sync()
    (process,) = apart._running
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with pytest.raises(RuntimeError, match="ended"):
        apart.sync()
    assert apart.sync().articles == 3


def test_a_process_that_has_grown_large_is_not_kept(
    settings: Settings, apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.server.apart.LARGEST", 1_000_000)
    assert (apart.sync().articles, apart._running) == (3, set())
    assert apart.sync().articles == 3


def test_what_progress_raises_ends_the_process(settings: Settings, apart: Apart) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apart.sync(stop)
    assert not apart._running
    assert apart.sync().articles == 3


def test_a_page_ends_the_processes_that_it_has_started(settings: Settings, apart: Apart) -> None:
    opening = Opening(lambda progress: Assistant(settings=settings, progress=progress), settings, apart)
    opening.start()
    opening.get(60)
    assert sorted(sum(opening.accounts(), ())) == ["a.txt", "b.txt", "c.txt"]
    opening.close()
    assert not apart._running
    with pytest.raises(StorageError, match="ending"):
        apart.accounts()
