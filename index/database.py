"""SQLite: a connection for each thread, transactions, and its errors in words. Only this file knows sqlite3."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.articles import printable
from index.errors import StorageError


class Database:
    """One file; every thread has a connection of its own, readers never wait for the writer."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._closed = False

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise StorageError(f"the index {printable(str(self.file))} has been closed: open it again")
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.file, timeout=30, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = connection
            self._all.append(connection)
        return connection

    def create(self, tables: str) -> None:
        """Makes the tables where the file has none. Another process may be doing the same."""
        with translated(self.file):
            if not self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                self._connection.executescript("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;" + tables + "COMMIT;")

    def close(self) -> None:
        """Closes the connections of all threads; whatever is asked afterwards raises StorageError."""
        self._closed = True
        while self._all:
            self._all.pop().close()
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Raises StorageError where the disk is full or the file is damaged."""
        with translated(self.file):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read within is of one moment, whoever writes meanwhile."""
        self.execute("BEGIN")
        try:
            yield
        finally:
            self.execute("COMMIT")

    def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Runs one statement."""
        with translated(self.file):
            return self._connection.execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Runs one statement for each row of values."""
        with translated(self.file):
            self._connection.executemany(sql, rows)

    def one(self, sql: str, *values: object) -> tuple:  # type: ignore[type-arg]
        """The first row, or None."""
        with translated(self.file):
            return self._connection.execute(sql, values).fetchone()  # type: ignore[no-any-return]

    def rows(self, sql: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        """Every row."""
        with translated(self.file):
            return self._connection.execute(sql, values).fetchall()

    def rows_in(self, sql: str, values: Sequence[object]) -> Iterator[tuple]:  # type: ignore[type-arg]
        """The rows for any of these values; `sql` ends in "IN". SQLite bounds the number of parameters."""
        for start in range(0, len(values), 500):
            part = values[start : start + 500]
            yield from self.rows(f"{sql} ({','.join('?' * len(part))})", *part)


class translated:
    """Turns SQLite's and the disk's errors into StorageErrors that say what to do."""

    __slots__ = ("_file",)

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> None:
        """Nothing is done before an error comes."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        if isinstance(error, sqlite3.OperationalError):
            raise StorageError(_explain(self._file, str(error))) from error
        if isinstance(error, sqlite3.DatabaseError):
            raise StorageError(_explain(self._file, f"malformed: {error}")) from error
        if isinstance(error, OSError):
            what = "disk is full" if error.errno == errno.ENOSPC else (error.strerror or str(error))
            raise StorageError(_explain(self._file, what)) from error


def _explain(path: Path, problem: str) -> str:
    file, problem = printable(str(path)), printable(problem)
    if "full" in problem:
        return f"no space left for the index {file}: free some, or set BYLINE_INDEX to another disk, and run again"
    if "locked" in problem:
        return f"the index {file} is being written by another process: wait for it and run again"
    if "no such table" in problem or "malformed" in problem:
        return f"the index {file} is damaged ({problem}): run byline index --rebuild"
    return f"the index {file} cannot be used ({problem}): check its folder, or set BYLINE_INDEX to another"
