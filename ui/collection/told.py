"""The accounts of the whole folder, worked out in the background and kept until the index changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from index.errors import BylineError

Group = tuple[str, ...]

_logger = logging.getLogger("byline.collection")


class Told:
    """Who tells the same story. Nobody waits for it: what was known last is there meanwhile."""

    def __init__(self, groups: Callable[[], Sequence[Group]]) -> None:
        self._groups = groups
        self._lock = threading.Lock()
        self._working = False
        """Whether there is a thread at work: never more than one, whatever changes meanwhile."""
        self._wanted = ""
        """The catalog's number of changes that was last asked about."""
        self._changes = ""
        """The number that `_known` is of."""
        self._known: tuple[Group, ...] | None = None

    def now(self, changes: str) -> tuple[tuple[Group, ...] | None, bool]:
        """The accounts as they were last known, or None, and whether they are those of the index now.

        `changes` is the catalog's number; where it is another than before, they are worked out anew.
        """
        with self._lock:
            current = self._known is not None and self._changes == changes
            self._wanted = changes
            if not current and not self._working:
                self._working = True
                try:
                    threading.Thread(target=self._work, name="byline-accounts", daemon=True).start()
                except RuntimeError:  # the system has no thread to give: asked again in a moment
                    self._working = False
            return self._known, current

    def _work(self) -> None:
        """Works them out, and again where the index has changed meanwhile and somebody asked: many changes in a
        row are one."""
        while True:
            with self._lock:
                changes = self._wanted
                if self._known is not None and self._changes == changes:
                    self._working = False
                    return
            known: tuple[Group, ...] | None = None
            try:
                known = tuple(self._groups())
            except BylineError:  # the index was closed, or is being made anew
                pass
            except BaseException as error:  # the picture goes without colours, and the log says why
                _logger.exception("the accounts of the articles cannot be worked out (%s)", type(error).__name__)
            with self._lock:
                self._known, self._changes = known or self._known or (), changes
