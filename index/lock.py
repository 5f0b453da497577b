"""One writer at a time: a lock on the index folder that the system lets go of when its holder dies."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import StorageError
from index.text.articles import printable

LOCK = "writer.lock"
HOLDER = "writer.json"
"""Beside the lock, since whoever waits for the lock empties its file."""
SECONDS = 60.0
"""How long to wait for another writer."""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Holds the folder's lock. Raises StorageError, which names the process that has it, after a minute's waiting."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=SECONDS)
    except Timeout as error:
        name = printable(str(folder))
        raise StorageError(
            f"the index {name} is being written by {_holder(folder)}: wait for it and run again"
        ) from error
    try:
        (folder / HOLDER).write_text(json.dumps(_this_process()), encoding="utf-8")
        yield
    finally:
        lock.release()


def _this_process() -> dict[str, object]:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])[:100]
    return {
        "pid": os.getpid(),
        "command": command,
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _holder(folder: Path) -> str:
    try:
        told = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        since = datetime.fromisoformat(told["since"])
        return printable(f"process {int(told['pid'])} ({told['command']}, since {since:%H:%M:%S})")
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
