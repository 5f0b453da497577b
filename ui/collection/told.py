"""The accounts of the whole folder, worked out in the background and kept until the index changes."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Sequence

from index.errors import BylineError

Group = tuple[str, ...]


class Told:
    """Who tells the same story. Nobody waits for it: what was known last is there meanwhile."""

    def __init__(self, groups: Callable[[], Sequence[Group]]) -> None:
        self._groups = groups
        self._lock = threading.Lock()
        self._busy = False
        self._changes = ""
        self._known: tuple[Group, ...] | None = None

    def now(self, changes: str) -> tuple[tuple[Group, ...] | None, bool]:
        """The accounts as they were last known, or None, and whether they are those of the index now.

        `changes` is the catalog's number; where it is another than before, they are worked out anew.
        """
        with self._lock:
            current = self._known is not None and self._changes == changes
            if not current and not self._busy:
                self._busy = True
                threading.Thread(target=self._work, args=(changes,), name="byline-accounts", daemon=True).start()
            return self._known, current

    def _work(self, changes: str) -> None:
        known: tuple[Group, ...] | None = None
        try:
            known = tuple(self._groups())
        except BylineError:  # the index was closed, or is being made anew
            pass
        except Exception:  # noqa: BLE001 - the picture goes without colours, and the terminal says why
            traceback.print_exc()
        with self._lock:
            self._known, self._changes, self._busy = known or self._known or (), changes, False
