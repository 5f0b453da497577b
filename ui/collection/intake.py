"""How much may be added: at a time, by each person in an hour, in all, and as long as the disks have room.

Shares are of people: a user, or everybody at one address where nobody has a password (`ui.server.who`).
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from index.catalog.listing import states
from index.readers.files import MAX_BYTES
from ui.collection.refusal import RefusedError

if TYPE_CHECKING:
    from index.settings import Settings
    from ui.collection.uploads import Stored
    from ui.server.opening import Opening

AT_ONCE = 32
"""Files on their way at a time, of everybody: each keeps a connection and an open file."""
EACH = 4
"""The same, of one person, or of all at one address without passwords; a page sends its files one after the other."""
GRACE, PACE = 30.0, 20_000
"""A file has so many seconds, and one more for so many bytes that have come: the slowest phone is twice as fast."""
SPARE = 1_000_000_000
"""Bytes that stay free on either disk: for the system, for SQLite's and Chroma's own files, and for what is asked."""
INDEXED = 40
"""Bytes that the index may take for one of an article's text."""
LOOK = 60.0
"""Seconds for which the folder's size is kept: to add it up takes a second for 100,000 files."""
MEGABYTE = 1_000_000
MOST_PEOPLE = 10_000
"""Shares that are remembered; beyond it those are forgotten that are whole again."""


class Hourly:
    """So much for each person in an hour. What was taken comes back steadily, all of it within the hour.

    Nothing is given back for a file that is refused or broken off: its bytes were received all the same, and whoever
    breaks off each of theirs would otherwise have no limit.
    """

    def __init__(self, most: Callable[[], int], clock: Callable[[], float] = monotonic) -> None:
        self._most, self._clock = most, clock
        self._taken: dict[str, tuple[float, float]] = {}

    def wait(self, who: str, amount: int, beside: int = 0) -> float:
        """Seconds until so much may be taken; 0 where it may be now. `beside` is what is being taken at this moment.

        An amount that is more than the whole share waits for all of it.
        """
        most = self._most()
        over = self._left(who) + beside + min(amount, most or 1) - most
        return 3600 * over / most if most and over > 0 else 3600.0 if over > 0 else 0.0

    def take(self, who: str, amount: int) -> None:
        """Counts it, also where it is more than there was: it has been received."""
        if len(self._taken) > MOST_PEOPLE:
            self._taken = {one: taken for one, taken in self._taken.items() if self._left(one)}
        self._taken[who] = self._left(who) + amount, self._clock()

    def _left(self, who: str) -> float:
        """What was taken and is not back yet."""
        taken, at = self._taken.get(who, (0.0, 0.0))
        return max(0.0, taken - self._most() * (self._clock() - at) / 3600)


class Coming:
    """A file on its way."""

    def __init__(self, who: str, size: int | None) -> None:
        self.who = who
        self.size = MAX_BYTES if size is None else size
        """As promised, in bytes; the largest where nothing is said."""
        self.received = 0


class Intake:
    """Decides what is taken. It is asked on the event loop only, by ui.collection.routes."""

    def __init__(self, opening: Opening, clock: Callable[[], float] = monotonic) -> None:
        self._opening, self._clock = opening, clock
        self._coming: set[Coming] = set()
        self._bytes = Hourly(lambda: self._settings.uploads_mb_hour * MEGABYTE, clock)
        self._files = Hourly(lambda: self._settings.uploads_files_hour, clock)
        self._measured: tuple[float, int] | None = None
        self._added: Counter[str] = Counter()

    @contextmanager
    def place(self, who: str, size: int | None) -> Iterator[Coming]:
        """A place for one more file of so many bytes (None: not told). Raises RefusedError where there is none."""
        if sum(one.who == who for one in self._coming) >= EACH or len(self._coming) >= AT_ONCE:
            raise RefusedError(503, "many files are being added: try again in a moment")
        coming = Coming(who, size)
        self._check_share(coming)
        self._files.take(who, 1)
        self._coming.add(coming)
        try:
            yield coming
        finally:
            self._coming.discard(coming)

    async def check_room(self) -> None:
        """Raises RefusedError where the folder may hold no more, or a disk would become too full, with all that is on
        its way."""
        settings = self._settings
        held, unread = await run_in_threadpool(self._look, settings)
        coming = sum(one.size for one in self._coming)
        if held + coming > settings.uploads_mb * MEGABYTE:
            raise RefusedError(
                507,
                f"the articles folder may hold {settings.uploads_mb:,} MB where files are added here, and there is "
                "no room left for this one: ask whoever runs Byline",
            )
        for what, folder, need in (
            ("articles folder", settings.folder, coming),
            ("index", settings.index_folder, INDEXED * (coming + unread)),
        ):
            if (await run_in_threadpool(shutil.disk_usage, folder)).free < SPARE + need:
                raise RefusedError(
                    507,
                    f"the disk of the {what} is too full for more files: ask whoever runs Byline to free some space",
                )

    async def counted(self, coming: Coming, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The file as it comes, its bytes counted. Raises RefusedError where it comes too slowly."""
        began = self._clock()
        while True:
            left = began + GRACE + coming.received / PACE - self._clock()
            try:
                async with asyncio.timeout(max(left, 0.0)):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise RefusedError(
                    408, "the file came too slowly: try again where the connection is better"
                ) from error
            coming.received += len(chunk)
            self._bytes.take(coming.who, len(chunk))
            yield chunk

    def stored(self, coming: Coming, stored: Stored) -> None:
        """The file is in the folder, to be indexed."""
        if stored.new:
            self._added[stored.name] = coming.received
            if self._measured:
                at, held = self._measured
                self._measured = at, held + coming.received

    @property
    def _settings(self) -> Settings:
        return self._opening.get(0).settings

    def _check_share(self, coming: Coming) -> None:
        beside = sum(one.size - one.received for one in self._coming if one.who == coming.who)
        for seconds, most in (
            (self._bytes.wait(coming.who, coming.size, beside), f"{self._settings.uploads_mb_hour:,} MB"),
            (self._files.wait(coming.who, 1), f"{self._settings.uploads_files_hour:,} files"),
        ):
            if seconds:
                minutes = max(1, round(seconds / 60))
                again = f"{minutes} minute{'' if minutes == 1 else 's'}"
                raise RefusedError(
                    429, f"one person may add {most} in an hour: try again in {again}", retry_after=int(seconds) + 1
                )

    def _look(self, settings: Settings) -> tuple[int, int]:
        """Bytes that the folder holds, and bytes of added files that are not indexed yet."""
        if not self._measured or self._clock() - self._measured[0] > LOOK:
            self._measured = self._clock(), size_of(settings.folder)
        added = list(self._added)
        read = states(self._opening.get(0).catalog.database, added)
        for name in added:
            if name in read or not (settings.folder / name).exists():
                del self._added[name]
        return self._measured[1], self._added.total()


def size_of(folder: Path) -> int:
    """Bytes of all files in the folder and below it; what vanishes meanwhile counts nothing."""
    total = 0
    for way, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(way, name)).st_size  # noqa: PTH118 - twice as fast as a Path each
            except OSError:
                continue
    return total
