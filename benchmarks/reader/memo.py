"""What a reader said before, kept in a file: measuring the same questions again costs no second reading."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

from index.encoder import PassageText
from rag.reading import reader as readers
from rag.reading.reader import NONE, Reader, Span

Read = tuple[Span | None, ...]


class Memo:
    """A reader whose readings are kept, by its name, the question and the passage; several processes may share it."""

    def __init__(self, reader: Reader, file: Path) -> None:
        self.name, self._reader = reader.name, reader
        self._lock = threading.Lock()
        self._kept = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
        self._kept.execute("PRAGMA journal_mode=WAL")
        self._kept.execute("CREATE TABLE IF NOT EXISTS read (key TEXT PRIMARY KEY, spans TEXT)")

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Read]:
        keys = [self._key(question, one) for one in passages]
        with self._lock:
            look = "SELECT spans FROM read WHERE key = ?"
            found = {key: self._kept.execute(look, (key,)).fetchone() for key in keys}
        new = [(key, one) for key, one in zip(keys, passages, strict=True) if found[key] is None]
        made = dict(zip([key for key, _ in new], self._reader.read(question, [one for _, one in new]), strict=True))
        with self._lock:
            rows = [(key, json.dumps(read)) for key, read in made.items()]
            self._kept.executemany("INSERT OR REPLACE INTO read VALUES (?, ?)", rows)
        return [made[key] if key in made else _read(found[key][0]) for key in keys]

    def _key(self, question: str, passage: PassageText) -> str:
        told = json.dumps([self.name, question, passage.text, passage.sentences])
        return hashlib.sha256(told.encode()).hexdigest()


def _read(kept: str) -> Read:
    return tuple(Span(*one) if one else None for one in json.loads(kept))


@contextmanager
def remembering(file: Path) -> Iterator[None]:
    """Within this context each reader that an assistant loads is loaded once, and keeps its readings in a file."""

    @cache
    def load(name: str) -> Reader | None:
        found = readers.load_reader(name)
        return Memo(found, file) if found is not None and name != NONE else None

    with patch("rag.assistant.load_reader", load):
        yield
