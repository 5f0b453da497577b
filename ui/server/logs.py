"""What Byline writes on the terminal while it serves: one line an event, however often somebody makes it happen."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import gmtime, monotonic

LOGGERS = ("byline", "uvicorn", "asyncio")
"""Ours, and those of the libraries that serve."""
SECONDS = 10.0
"""At most one line of a kind in so many; the next one says how many were left out."""
KINDS = 200
"""Kinds that are remembered: a kind is a message before its names and numbers are put in, so there are few."""
LONGEST = 2_000
"""Characters of an event; a library's may hold what a client sent."""


class Seldom(logging.Filter):
    """Lets a kind of event through once in a while, so that nobody fills a disk by repeating something."""

    def __init__(self, seconds: float = SECONDS) -> None:
        super().__init__()
        self._seconds = seconds
        self._last: dict[tuple[str, int, str], tuple[float, int]] = {}  # when it was let through, how many since

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; notes on it how many like it were not."""
        kind = record.name, record.levelno, str(record.msg)
        when, left_out = self._last.pop(kind, (-self._seconds, 0))
        passed = monotonic() - when >= self._seconds
        self._last[kind] = (monotonic(), 0) if passed else (when, left_out + 1)
        if len(self._last) > KINDS:
            del self._last[next(iter(self._last))]
        record.left_out = left_out if passed else 0
        return passed


class OneLine(logging.Formatter):
    """As "2026-11-30T13:45:01Z byline.watcher WARNING what happened"; a traceback follows on lines of its own."""

    converter = staticmethod(gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(name)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, whatever the event had in it."""
        line = "".join(one if one.isprintable() else " " for one in super().formatMessage(record))
        line = line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
        left_out = getattr(record, "left_out", 0)
        return f"{line} (and {left_out:,} more like this)" if left_out else line


@contextmanager
def on_the_terminal() -> Iterator[None]:
    """Writes events to stderr for as long as the context lasts: ours, and from warnings up the libraries'."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    handler.addFilter(Seldom())
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO if logger.name == "byline" else logging.WARNING)
        logger.propagate = False  # a library may have set up the root logger; nothing is written twice
    try:
        yield
    finally:
        for logger, (level, propagate) in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate
