"""A folder of hostile files costs nobody anything: nothing crashes, hangs or leaves the folder, each failure is told.

The usual run takes a sample; HOSTILE_FILES and HOSTILE_SEEDS make it longer.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hostile import SECRET, Hostile, hostile
from made_folders import BRIDGE, QUESTIONS, ROOT, opened, started, write

from index.readers import readable
from index.scan import scan, storable
from index.sync import SyncReport
from index.text.articles import printable

pytestmark = pytest.mark.slow

FILES = int(os.environ.get("HOSTILE_FILES", "20"))
SEEDS = range(int(os.environ.get("HOSTILE_SEEDS", "1")))
LONG = "HOSTILE_FILES" in os.environ
READER_SECONDS = 20.0 if LONG else 2.0
"""The helper's limit for one file; a sample has no time for those that reach the usual one."""
SYNC_SECONDS = 60.0 + FILES
"""Generous: forty files take five."""
VAULT = "What is the code word of the vault?"

TWICE = """
import json, sys, time
from pathlib import Path
from made_folders import opened
from index.readers import process
folder, index, seconds, *questions = sys.argv[1:]
process.SECONDS = float(seconds)
with opened(Path(folder), Path(index), sync=False) as assistant:
    syncs = []
    for _ in range(2):
        began = time.perf_counter()
        report = assistant.sync()
        changes = report.added, report.changed, report.moved, report.deleted
        failed = [(failure.path, failure.reason) for failure in report.failed]
        syncs.append((time.perf_counter() - began, report.articles, changes, failed, report.notes))
    print(json.dumps([syncs, [assistant.ask(question).to_dict() for question in questions]]))
"""


@dataclass(frozen=True, slots=True)
class Sync:
    """What one sync of a hostile folder said, as it left the process that ran it."""

    seconds: float
    articles: int
    changes: list[int]
    failed: list[list[str]]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Run:
    """A hostile folder that was synced twice and asked, by another process."""

    made: Hostile
    index: Path
    syncs: list[Sync]
    answers: list[dict[str, Any]]
    opened_outside: list[str] | None
    """What was opened or listed outside, by whatever process and library; None where the system does not tell."""


@contextmanager
def watched(folder: Path) -> Iterator[Callable[[], list[str] | None]]:
    """What is opened in `folder`, and whether it is listed itself, as the kernel tells it (inotify): libxml2 opens
    files behind Python's back, and not every reader is this process's child."""
    if sys.platform != "linux":
        yield lambda: None
        return
    system = ctypes.CDLL(None, use_errno=True)
    told = system.inotify_init1(os.O_NONBLOCK)
    access, open_ = 0x1, 0x20
    assert system.inotify_add_watch(told, os.fsencode(folder), access | open_) > 0

    def names() -> list[str]:
        try:
            events = os.read(told, 1 << 20)
        except BlockingIOError:
            return []
        found, at = [], 0
        while at < len(events):
            size = struct.unpack_from("I", events, at + 12)[0]
            found.append(events[at + 16 : at + 16 + size].rstrip(b"\0").decode() or ".")
            at += 16 + size
        return found

    try:
        yield names
    finally:
        os.close(told)


@pytest.fixture(scope="module", params=SEEDS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Made and read once for all claims. A process that hangs is ended, and fails them."""
    folder = tmp_path_factory.mktemp("hostile")
    made = hostile(folder / "articles", FILES, request.param)
    write(made.folder, {"clean.txt": BRIDGE})
    with watched(made.outside) as names:
        arguments = (made.folder, folder / "index", READER_SECONDS, QUESTIONS[0], VAULT)
        process = started(TWICE, *arguments, PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'tests'}")
        try:
            out, error = process.communicate(timeout=2 * SYNC_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            pytest.fail(f"the folder of seed {request.param} was not read in {2 * SYNC_SECONDS:.0f} s")
        finally:
            (made.folder / "closed").chmod(0o700)
        outside = names()
    assert process.returncode == 0, error
    syncs, answers = json.loads(out)
    return Run(made, folder / "index", [Sync(*sync) for sync in syncs], answers, outside)


def test_no_file_stops_a_sync_or_makes_it_endless(run: Run) -> None:
    first, again = run.syncs
    print(
        f"{len(run.made.files)} files, {first.articles} articles, {len(first.failed)} failures, {first.seconds:.1f} s"
    )
    assert first.seconds < SYNC_SECONDS
    assert again.seconds < 10


def test_each_file_is_an_article_or_a_failure_told_in_one_line_that_names_it(run: Run) -> None:
    failed = dict(run.syncs[0].failed)
    for path, reason in failed.items():
        assert reason.isprintable()
        assert printable(path) in reason or path.endswith("/"), reason
    with opened(run.made.folder, run.index, sync=False) as assistant:
        told = {article.path for article in assistant.articles()} | set(failed)
    told |= {path.rpartition("#")[0] for path in told if not readable(path)}
    found = set(scan(run.made.folder).files)
    assert found <= told
    assert {storable(os.fsdecode(name)) for name in run.made.files} <= found
    assert "closed/" in failed or os.geteuid() == 0  # who may list any folder


def test_nothing_outside_the_folder_is_read_or_kept(run: Run) -> None:
    assert not run.opened_outside
    assert SECRET not in json.dumps([run.answers, [sync.failed for sync in run.syncs]])
    with opened(run.made.folder, run.index, sync=False) as assistant:
        whole = filter(None, (assistant.article(article.path) for article in assistant.articles()))
        assert not [article.path for article in whole if SECRET in article.text]
    for file in run.index.rglob("*"):
        assert file.is_dir() or SECRET.encode() not in file.read_bytes()


def test_another_sync_of_hostile_files_changes_nothing(run: Run) -> None:
    first, again = run.syncs
    assert (again.changes, again.notes) == ([0, 0, 0, 0], [])
    assert (again.articles, again.failed) == (first.articles, first.failed)


def test_a_sound_file_among_hostile_ones_is_quoted(run: Run) -> None:
    about_the_bridge, about_the_vault = run.answers
    assert {citation["path"] for citation in about_the_bridge["citations"]} == {"clean.txt"}
    assert "Friday, 3 May 2019" in about_the_bridge["text"]
    assert about_the_vault["abstained"] != bool(about_the_vault["citations"])


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    def contents(seed: int) -> dict[bytes, bytes]:
        made = hostile(tmp_path / "articles", 12, seed)
        held = {name: Path(os.fsdecode(os.fsencode(made.folder) + b"/" + name)).read_bytes() for name in made.files}
        made.folder.rename(tmp_path / f"made {len(list(tmp_path.iterdir()))}")
        made.outside.rename(tmp_path / f"pointed at {len(list(tmp_path.iterdir()))}")
        return held

    assert contents(3) == contents(3) != contents(4)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell what is opened")
def test_what_is_opened_outside_is_seen(tmp_path: Path) -> None:
    write(tmp_path, {"outside/secret.txt": SECRET})
    with watched(tmp_path / "outside") as names:
        (tmp_path / "outside" / "secret.txt").stat()
        assert names() == []
        subprocess.run(["cat", tmp_path / "outside" / "secret.txt"], check=True, capture_output=True)
        assert "secret.txt" in (names() or [])
        assert os.listdir(tmp_path / "outside")  # noqa: PTH208
        assert "." in (names() or [])


def test_folders_that_link_to_each_other_are_walked_once_each(tmp_path: Path) -> None:
    folders = [f"folder {n}" for n in range(12)]
    write(tmp_path / "in", {f"{name}/a.txt": BRIDGE for name in folders} | {".kept/news/b.txt": BRIDGE})
    for name in folders:
        for other in folders:
            (tmp_path / "in" / name / f"to {other}").symlink_to(f"../{other}")
    (tmp_path / "in" / "news").symlink_to(".kept/news")
    (tmp_path / "in" / "old news").symlink_to(".kept/news")
    wanted = sorted([f"{name}/a.txt" for name in folders] + ["news/b.txt"])
    assert list(scan(tmp_path / "in").files) == wanted


def test_a_folder_that_may_be_listed_and_not_used_is_told_and_its_articles_stay(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lstat = Path.lstat

    def refuse(path: Path) -> os.stat_result:
        if path.parent.name == "news":
            raise PermissionError(13, "Permission denied")
        return lstat(path)

    with opened(small, tmp_path / "index") as assistant:
        with monkeypatch.context() as patched:
            patched.setattr(Path, "lstat", refuse)  # the tests may run with root's rights
            report = assistant.sync()
        assert [(failure.path, failure.reason) for failure in report.failed] == [("news/", "Permission denied")]
        assert report.articles == 3
        assert assistant.sync() == SyncReport(articles=3)


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A folder of folders in folders, with an article in some of them, and how many letters a path may have."""
    if os.mkdir not in os.supports_dir_fd:
        pytest.skip("this system makes no path longer than it can use")
    inside = os.open(write(tmp_path / "articles", {"a.txt": BRIDGE}), os.O_RDONLY)
    for depth in range(1, 3001):
        os.mkdir("d", dir_fd=inside)
        deeper = os.open("d", os.O_RDONLY, dir_fd=inside)
        os.close(inside)
        inside = deeper
        if depth in (300, 1500, 3000):
            file = os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=inside)
            os.write(file, BRIDGE.encode())
            os.close(file)
    os.close(inside)
    yield tmp_path / "articles", os.pathconf(tmp_path, "PC_PATH_MAX")
    subprocess.run(["rm", "-rf", tmp_path / "articles"], check=True)  # shutil calls itself once for each folder


def test_folders_are_walked_as_deep_as_a_path_goes_and_what_is_deeper_is_told(
    deep: tuple[Path, int], tmp_path: Path
) -> None:
    folder, longest = deep
    paths = ["d/" * depth + "a.txt" for depth in (0, 300, 1500, 3000)]
    wanted = [path for path in paths if len(os.fsencode(folder / path)) < longest]
    assert 1 < len(wanted) < len(paths)
    with opened(folder, tmp_path / "index") as assistant:
        assert {article.path for article in assistant.articles()} == set(wanted)
        report = assistant.sync()
        assert report.articles == len(wanted)
        assert [(failure.path[-4:], failure.reason) for failure in report.failed] == [("d/d/", "File name too long")]
        assert {citation.path for citation in assistant.ask(QUESTIONS[0]).citations} == set(wanted)
