"""An assistant that is being opened while the page is already there."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from index.errors import BylineError
from index.text.articles import printable
from ui.server.workers import Workers

if TYPE_CHECKING:
    from index.settings import Settings
    from index.sync import Progress
    from index.watch import Watcher
    from rag import Assistant
    from ui.server.apart import Apart

_logger = logging.getLogger("byline.watcher")

STOP_SECONDS = 10.0
"""How long an end waits for what is being opened: the next article that is indexed stops it."""
WARMING = "Who said what about whom?"
"""Asked once before anyone else asks: the model and the vectors are loaded by the first question."""
UNFOLLOWED = "the folder is no longer followed: start Byline again"
MISTAKE = "something went wrong inside Byline; the terminal it runs in says what"
_ABSOLUTE = re.compile(r"(?:(?<=[\s\"'(“‘«=])|^)(?:/|~/|[A-Za-z]:[\\/])[^\s\"'”’»);,]*[\\/](?=[^\s\"'”’»);,\\/])")
"""The folders of an absolute path."""


class NotReadyError(BylineError):
    """The assistant is still being opened."""


class _Stopped(BaseException):
    """Ends an indexing run that nobody waits for any more."""


class Opening:
    """An assistant that is being opened in the background, and what is being done meanwhile."""

    def __init__(
        self,
        open: Callable[[Progress], Assistant],
        settings: Settings | None = None,
        apart: Apart | None = None,
    ) -> None:
        """`open` makes the assistant and reports its progress; `settings`, where given, tells the folder's name now.
        What changes later is indexed by `apart`, where given, which is closed with this; else by the assistant.

        Raises SettingsError where the settings name no folder.
        """
        self._open, self._apart = open, apart
        self._ours = True
        self._assistant: Assistant | None = None
        self._error: BaseException | None = None
        self._settled = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._private = (settings.folder, settings.index_folder) if settings else ()
        self.folder = settings.folder.name if settings else ""
        """The articles folder's own name, without the way there."""
        self.doing = "Opening the index"
        """What the page waits for or what goes on behind it; "" where there is nothing."""
        self.watcher: Watcher | None = None
        self._unfollowed: str | None = None
        self.workers = Workers()
        """What answers questions, a few at a time (`ui.server.asking`)."""

    @classmethod
    def of(cls, assistant: Assistant) -> Opening:
        """One that is open already; whoever opened the assistant closes it. `start()` makes it follow its folder."""
        opening = cls(lambda progress: assistant)
        opening._ours = False
        opening._take(assistant)
        opening.doing = ""
        opening._settled.set()
        return opening

    @property
    def ready(self) -> bool:
        """Whether questions are answered."""
        return self._assistant is not None and self._settled.is_set()

    @property
    def failed(self) -> str | None:
        """Why the assistant could not be opened, in one line that may be shown; None where it could, or may yet."""
        if self._error is None:
            return None
        return self.shown(str(self._error)) if isinstance(self._error, BylineError) else MISTAKE

    @property
    def problem(self) -> str | None:
        """Why the index does not follow its folder now, in one line that may be shown."""
        problem = self._unfollowed or (self.watcher.problem if self.watcher else None)
        if problem is None and self.watcher and not self.watching and not self._closed:
            problem = UNFOLLOWED
        return self.shown(problem) if problem else None

    @property
    def watching(self) -> bool:
        """Whether the folder is followed, or that is tried again and again."""
        return self.watcher is not None and self.watcher.alive

    @property
    def last_looked(self) -> datetime | None:
        """When the folder was last seen to be there, UTC; some seconds ago, while it is followed and nothing is
        being indexed."""
        return self.watcher.last_looked if self.watcher else None

    def accounts(self) -> Sequence[tuple[str, ...]]:
        """Every article grouped by independent account, as `Assistant.accounts`; seconds for a thousand articles.

        Raises what `get(0)` raises, and RuntimeError.
        """
        assistant = self.get(0)
        return self._apart.accounts() if self._apart else assistant.accounts()

    def start(self) -> None:
        """Begins to open the assistant, then to follow its folder."""
        self._thread = threading.Thread(target=self._run, name="byline-opening", daemon=True)
        self._thread.start()

    def get(self, timeout: float | None = None) -> Assistant:
        """The assistant, as soon as it is open.

        Raises NotReadyError where that takes longer than `timeout` seconds, or the BylineError that opening it
        ended in; RuntimeError after a mistake of the program's own.
        """
        if not self._settled.wait(timeout):
            raise NotReadyError(f"Byline is still starting ({self.doing}): ask again in a moment")
        if isinstance(self._error, BylineError):
            raise self._error
        if self._assistant is None:
            raise RuntimeError(MISTAKE) from self._error
        return self._assistant

    def close(self) -> None:
        """Ends what goes on; the assistant is closed where it was opened here."""
        self._closed = True
        if self._apart:
            self._apart.close()
        if self.watcher:
            self.watcher.stop()
        if self._thread and self._thread.is_alive():  # Ctrl-C may come before it has begun
            self._thread.join(STOP_SECONDS)
        self.workers.close()
        if self._ours and self._assistant:
            self._assistant.close()

    def shown(self, message: str) -> str:
        """A message as a browser may see it: files and folders by name, never by the way there."""
        for folder in sorted(self._private, key=lambda folder: len(folder.parent.parts), reverse=True):
            message = message.replace(f"{folder.parent}/", "") if folder.parent != folder else message
        return _ABSOLUTE.sub("", message)

    def _run(self) -> None:
        try:
            assistant = self._assistant or self._opened()
        except _Stopped:
            return
        except BaseException as error:  # noqa: BLE001 - whoever calls `get` has it
            if not isinstance(error, BylineError):  # the command ends with a BylineError's line
                _logger.error("the articles cannot be opened (%s)", _first_line(error))
                traceback.print_exception(error, file=sys.stderr)
            self._error, self.doing = error, ""
            self._settled.set()
            return
        self._settled.set()
        if not self._closed:
            self._follow(assistant)

    def _opened(self) -> Assistant:
        assistant = self._open(self._progress)
        try:
            self.doing = "Loading the model"
            assistant.ask(WARMING)
        except BaseException:
            assistant.close()
            raise
        self._take(assistant)
        self.doing = ""
        return assistant

    def _take(self, assistant: Assistant) -> None:
        status = assistant.status()
        self._private = Path(status.folder), Path(status.index)
        self.folder = Path(status.folder).name
        self._assistant = assistant

    def _follow(self, assistant: Assistant) -> None:
        from index.watch import Watcher

        def sync() -> None:
            with self._until_done():
                try:
                    (self._apart or assistant).sync(self._progress)
                except (BylineError, RuntimeError):
                    if not self._closed:  # else its process was ended
                        raise

        watcher = Watcher(assistant.settings.folder, sync)
        try:
            watcher.start()
        except RuntimeError as error:  # the system has no thread to give
            _logger.error("the folder cannot be followed (%s)", error)
            self._unfollowed = UNFOLLOWED
        else:
            self.watcher = watcher

    @contextmanager
    def _until_done(self) -> Iterator[None]:
        try:
            yield
        except _Stopped:
            pass
        finally:
            self.doing = ""

    def _progress(self, done: int, total: int, path: str) -> None:
        if self._closed:
            raise _Stopped
        if done == 0:
            self._began = monotonic()
        if total:
            self.doing = f"Indexing: {done:,} of {total:,} article{'' if total == 1 else 's'}"
            self.doing += left(done, total, monotonic() - self._began)


def _first_line(error: BaseException) -> str:
    said = str(error) if isinstance(error, BylineError) else f"{type(error).__name__}: {error}"
    return printable(said.strip()[:300].partition("\n")[0])


def left(done: int, total: int, seconds: float) -> str:
    """How long the rest will take at the pace so far, in words; "" while that would be a guess.

    >>> left(50, 150, 60)
    ', about 2 minutes left'
    """
    if done == total or done < 5 or seconds < 2:
        return ""
    rest = seconds / done * (total - done)
    if rest < 45:
        return ", less than a minute left"
    minutes = round(rest / 60)
    if minutes < 90:
        return f", about {minutes} minute{'' if minutes == 1 else 's'} left"
    return f", about {round(minutes / 60)} hours left"
