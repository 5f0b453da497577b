"""A few threads that do many people's jobs: in turn between people, with room for so many jobs and no more."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

SIZE = 3
"""Jobs done at a time, of one person at most one less: however long hers take, a thread is left for the others."""
SLOW_SECONDS = 0.5
"""A person's next job is done beside one that has gone on for so long: else one after the other, since all share one
interpreter, and who asks much would slow down who asks little."""
ROOM = 300
"""Jobs that may wait, of everybody together."""
ROOM_EACH = 100
"""The same, of one person or program, or of all who share an address and have no password."""
STUCK = 6
"""Jobs that may go on though nobody waits for them, each with another thread in its place; Python cannot end them."""


class TooManyError(Exception):
    """There is no room for another job."""


@dataclass(eq=False, slots=True)
class Job:
    """Something to be done; its result or its error comes as `future`."""

    do: Callable[[], Any]
    who: str
    future: Future[Any] = field(default_factory=Future)
    begun: float = 0.0
    """Moment of `time.monotonic`."""
    replaced: bool = False
    """Another thread has taken the place of the one that is still busy with it."""


class Workers:
    """Threads that start with the first job; people take turns, and one's own jobs are done in order."""

    def __init__(self, size: int = SIZE, room: int = ROOM, room_each: int = ROOM_EACH, stuck: int = STUCK) -> None:
        self._size, self._room, self._room_each, self._stuck_at_most = size, room, room_each, stuck
        self._busy_each = max(1, size - 1)
        self._changed = threading.Condition()
        self._lines: dict[str, deque[Job]] = {}
        self._busy: dict[str, list[Job]] = {}
        """Jobs of each person that are being done."""
        self._threads = self._idle = self._stuck = 0
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many jobs wait for a thread."""
        with self._changed:
            return sum(map(len, self._lines.values()))

    def put(self, do: Callable[[], Any], who: str = "") -> Job:
        """The job, in `who`'s line. Raises TooManyError where no more jobs may wait."""
        job = Job(do, who)
        with self._changed:
            line = self._lines.get(who, ())
            if len(line) >= self._room_each or self.waiting >= self._room or self._closed:
                raise TooManyError
            self._lines.setdefault(who, deque()).append(job)
            if self.waiting > self._idle and self._threads < self._size:
                self._start()
            self._changed.notify()
        return job

    def give_up(self, job: Job) -> bool:
        """Nobody waits for the job any more: it is not begun, or another thread goes on in place of its own.

        Returns whether it had been begun.
        """
        with self._changed:
            if job.future.cancel():
                line = self._lines.get(job.who)
                if line and job in line:
                    line.remove(job)
                    self._drop_empty(job.who)
                return False
            if not job.future.done() and not job.replaced and self._stuck < self._stuck_at_most:
                job.replaced = True
                self._ended(job)
                self._stuck += 1
                self._threads -= 1
                if not self._closed:
                    self._start()
            return True

    def close(self) -> None:
        """Begins no more jobs; those that wait are cancelled."""
        with self._changed:
            self._closed = True
            for line in self._lines.values():
                for job in line:
                    job.future.cancel()
            self._lines.clear()
            self._changed.notify_all()

    def _start(self) -> None:
        self._threads += 1
        threading.Thread(target=self._work, name="byline-answering", daemon=True).start()

    def _work(self) -> None:
        while job := self._next():
            try:
                result = job.do()
            except BaseException as error:  # noqa: BLE001 - whoever waits for the job has it
                job.future.set_exception(error)
            else:
                job.future.set_result(result)
            with self._changed:
                if job.replaced:
                    self._stuck -= 1
                    return
                self._ended(job)

    def _next(self) -> Job | None:
        """The first job of whose turn it is, and to the end of the queue with him; None when it is over."""
        with self._changed:
            while not self._closed:
                for who in [who for who in self._lines if self._may_begin(who)]:
                    line = self._lines.pop(who)
                    job = line.popleft()
                    if line:
                        self._lines[who] = line
                    if job.future.set_running_or_notify_cancel():
                        job.begun = monotonic()
                        self._busy.setdefault(who, []).append(job)
                        return job
                    break
                else:
                    self._idle += 1
                    self._changed.wait(SLOW_SECONDS if self._lines else None)
                    self._idle -= 1
            return None

    def _may_begin(self, who: str) -> bool:
        """Whether another job of this person may begin now."""
        busy = self._busy.get(who, ())
        return len(busy) < self._busy_each and all(monotonic() - job.begun >= SLOW_SECONDS for job in busy)

    def _ended(self, job: Job) -> None:
        """Another job of the same person may begin."""
        self._busy[job.who].remove(job)
        if not self._busy[job.who]:
            del self._busy[job.who]
        self._changed.notify()

    def _drop_empty(self, who: str) -> None:
        if not self._lines[who]:
            del self._lines[who]
