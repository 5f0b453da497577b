"""Follows a folder: whatever changes in it is indexed a moment later."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from index.errors import BylineError

PAUSE_MS = 300
"""A burst of changes, such as many files being copied, is one change once nothing has happened for so long."""
LOOK_MS = 2000
"""How often to look whether the folder itself is still there."""
STOP_SECONDS = 10.0
"""How long an end waits for a sync: whoever presses Ctrl-C does not wait for a large folder."""
RETRY_SECONDS = 2.0
"""How often a folder that cannot be watched is tried again."""


class Watcher:
    """A thread that calls `sync` after each burst of changes in a folder, from `start` until `stop`."""

    def __init__(self, folder: Path, sync: Callable[[], object]) -> None:
        self._folder, self._sync = folder, sync
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="byline-watcher", daemon=True)
        self.problem: str | None = None
        """Why the index does not follow the folder now, in one line; None while it does."""

    def start(self) -> None:
        """Begins to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the watch; a sync that is going on is waited for, though not for ever."""
        self._ended.set()
        if self._thread.is_alive():  # it may be ended before it has begun; then it ends as soon as it begins
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._follow()
            except OSError as error:  # the folder is gone, or the system has no more watches to give
                self.problem = f"the folder is not being watched ({error.strerror or error}): changes are not indexed"
            if not self._ended.wait(RETRY_SECONDS):
                self._indexed()

    def _follow(self) -> None:
        from watchfiles import watch

        watched = self._folder.stat().st_ino
        bursts = watch(
            self._folder,
            watch_filter=None,  # sync decides which files are articles
            step=PAUSE_MS,
            stop_event=self._ended,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
            raise_interrupt=False,
        )
        for number, burst in enumerate(bursts):
            if self._ended.is_set() or self._folder.stat().st_ino != watched:
                return  # another folder stands in its place now
            if burst or number == 0:  # the first: what changed before the watch began
                self._indexed()

    def _indexed(self) -> None:
        try:
            self._sync()
        except BylineError as error:
            self.problem = str(error)
        else:
            self.problem = None
