"""Follows a folder: whatever changes in it is indexed a moment later, and whatever goes wrong is tried again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from index.errors import BylineError
from index.text.articles import printable

PAUSE_MS = 300
"""A burst of changes, such as many files being copied, is one change once nothing has happened for so long."""
LOOK_MS = 2000
"""How often to look whether the folder itself is still there, and whether something has to be tried again."""
STOP_SECONDS = 10.0
"""How long an end waits for a sync: whoever presses Ctrl-C does not wait for a large folder."""
RETRY_SECONDS = 2.0
"""When what failed is tried again; after twice as long each time that it fails again."""
RETRY_SECONDS_AT_MOST = 60.0

_logger = logging.getLogger("byline.watcher")


class Watcher:
    """A thread that calls `sync` after each burst of changes in a folder, from `start` until `stop`."""

    def __init__(self, folder: Path, sync: Callable[[], object]) -> None:
        self._folder, self._sync = folder, sync
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="byline-watcher", daemon=True)
        self._pause = RETRY_SECONDS
        self._again: float | None = None
        """When to try again what failed, by the monotonic clock; None where nothing did."""
        self.problem: str | None = None
        """Why the index does not follow the folder now, in one line; None while it does."""
        self.last_looked: datetime | None = None
        """When the folder was last seen to be there, UTC: every few seconds, but for the time of a sync."""

    @property
    def alive(self) -> bool:
        """Whether it goes on watching, or trying to."""
        return self._thread.is_alive()

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
            except BaseException as error:  # noqa: BLE001 - the thread has no end but its stop
                # the folder is gone, or the system has no more watches to give, or the library gave up
                self._failed(f"the folder is not being watched ({_named(error)}): changes are not indexed")
            if self._ended.wait(self._seconds_left()):
                return

    def _follow(self) -> None:
        """Returns where the folder has become another one."""
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
                return
            self.last_looked = datetime.now(UTC)
            again = self._again is not None and self._seconds_left() == 0
            if burst or again or number == 0:  # the first: what changed before the watch began
                self._indexed()

    def _indexed(self) -> None:
        try:
            self._sync()
        except BylineError as error:
            self._failed(str(error))
        except BaseException as error:  # noqa: BLE001 - a library's panic is no Exception
            self._failed(f"the last changes could not be indexed ({_named(error)}): this is tried again", error)
        else:
            if self.problem is not None:
                _logger.info("the folder is followed again")
            self.problem, self._again, self._pause = None, None, RETRY_SECONDS

    def _failed(self, problem: str, mistake: BaseException | None = None) -> None:
        """Tells what is wrong, and sets the time to try again."""
        _logger.error("%s; tried again in %.0f s", problem, self._pause)
        if mistake is not None:
            _logger.debug("where it happened", exc_info=mistake)
        self.problem, self._again = problem, monotonic() + self._pause
        self._pause = min(2 * self._pause, RETRY_SECONDS_AT_MOST)

    def _seconds_left(self) -> float:
        """Until what failed is tried again; a folder that has become another is followed after a moment too."""
        return RETRY_SECONDS if self._again is None else max(0.0, self._again - monotonic())


def _named(error: BaseException) -> str:
    """An error on one short line."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
    return printable(said.strip()[:200].partition("\n")[0])
