"""SQLite: a few connections for all threads, transactions, and its errors in words. Only this file knows sqlite3."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.errors import StorageError
from index.text.articles import printable

KEPT = 4
"""Connections that stay open when nobody uses them: two threads answer, one syncs, one draws the page. Threads of the
page come and go by the dozen. (What SQLite closes only later, since POSIX locks end with any closed handle of a file,
it uses again: there are never more handles of the file than connections were in use at once.)"""

TIMEOUT = 30
"""Seconds to wait for another process that writes."""
SHRINK_MS = 200
"""Milliseconds to wait for readers before the log keeps its size until the next sync."""
CHECKPOINT_MS = 2_000
"""Milliseconds to wait for whoever reads an earlier moment: what is committed is in the log on the disk by then, and
only its way into the file is left to the next time."""
EMPTY_SHARE, EMPTY_BYTES = 0.1, 20_000_000
"""Empty pages are given back where they are more than this share of the file, or this many bytes."""
STEP, STEPS = 2_000, 100
"""Pages given back in one transaction, and transactions in a sync: 8 MB, and 800 MB."""


class Database:
    """One file; threads may share it, and readers never wait for the writer.

    A statement borrows a connection and reads all its rows before the next statement may have it. A transaction, and
    a snapshot, keep one for their thread until they end.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._own = threading.local()
        """`connection`: that of the transaction or snapshot which this thread is in."""
        self._closed = False

    def create(self, tables: str) -> None:
        """Makes the tables where the file has none. Another process may be doing the same."""
        with translated(self.file), _Borrowed(self) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                modes = "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;"
                connection.executescript(modes + "BEGIN IMMEDIATE;" + tables + "COMMIT;")

    def shrink(self) -> None:
        """Gives the disk back the pages that hold nothing, where they are many, and the write-ahead log's size.

        It waits for nobody: what readers hold up is left to the next time.
        """
        with translated(self.file), self._waiting(SHRINK_MS) as connection:
            try:
                _vacuum(connection)
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise

    def checkpoint(self) -> None:
        """Writes through to the disk what has been committed."""
        with translated(self.file), self._waiting(CHECKPOINT_MS) as connection:
            connection.execute("PRAGMA wal_checkpoint(FULL)").fetchall()

    @contextmanager
    def _waiting(self, milliseconds: int) -> Iterator[sqlite3.Connection]:
        """A connection that waits so long for others, and as long as always afterwards."""
        with self._for_this_thread() as connection:
            connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
            try:
                yield connection
            finally:
                connection.execute(f"PRAGMA busy_timeout = {1000 * TIMEOUT}")

    def close(self) -> None:
        """Closes every connection, one in use as soon as it is given back; what is asked afterwards raises
        StorageError."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Raises StorageError where the disk is full or the file is damaged."""
        with translated(self.file), self._for_this_thread() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read within is of one moment, whoever writes meanwhile."""
        with self._for_this_thread() as connection:
            self.execute("BEGIN")
            try:
                yield
            finally:
                with translated(self.file):
                    if connection.in_transaction:
                        connection.execute("COMMIT")

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Runs one statement. Returns how many rows it changed, -1 where it is none that changes rows."""
        with translated(self.file), _Borrowed(self) as connection:
            return connection.execute(sql, values).rowcount

    def insert(self, sql: str, values: Sequence[object]) -> int:
        """Inserts one row. Returns its number."""
        with translated(self.file), _Borrowed(self) as connection:
            return connection.execute(sql, values).lastrowid or 0

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Runs one statement for each row of values."""
        with translated(self.file), _Borrowed(self) as connection:
            connection.executemany(sql, rows)

    def one(self, sql: str, *values: object) -> tuple:  # type: ignore[type-arg]
        """The first row, or None."""
        with translated(self.file), _Borrowed(self) as connection:
            return connection.execute(sql, values).fetchone()  # type: ignore[no-any-return]

    def rows(self, sql: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        """Every row."""
        with translated(self.file), _Borrowed(self) as connection:
            return connection.execute(sql, values).fetchall()

    def rows_in(self, sql: str, values: Sequence[object]) -> Iterator[tuple]:  # type: ignore[type-arg]
        """The rows for any of these values; `sql` ends in "IN". SQLite bounds the number of parameters."""
        for start in range(0, len(values), 500):
            part = values[start : start + 500]
            yield from self.rows(f"{sql} ({','.join('?' * len(part))})", *part)

    @contextmanager
    def _for_this_thread(self) -> Iterator[sqlite3.Connection]:
        """A connection with which this thread runs every statement until the end."""
        if getattr(self._own, "connection", None) is not None:  # within one of these: it ends with the outer one
            yield self._own.connection
            return
        self._own.connection = connection = self._take()
        try:
            yield connection
        finally:
            self._own.connection = None
            self._give_back(connection)

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            self._refuse_closed()
            if self._idle:
                return self._idle.pop()
        with translated(self.file):
            connection = sqlite3.connect(self.file, timeout=TIMEOUT, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < KEPT and not connection.in_transaction:
                self._idle.append(connection)
                return
        connection.close()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StorageError(f"the index {printable(str(self.file))} has been closed: open it again")


def _vacuum(connection: sqlite3.Connection) -> None:
    (free,), (pages,), (size,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("freelist_count", "page_count", "page_size")
    )
    if free <= EMPTY_SHARE * pages and free * size <= EMPTY_BYTES:
        return
    for _ in range(min(STEPS, -(-free // STEP))):
        # A script: of a statement without columns `execute` takes one step, which is one page.
        connection.executescript(f"PRAGMA incremental_vacuum({STEP})")


class _Borrowed:
    """A connection for one statement: the thread's own in a transaction or snapshot, else one that is free.

    A class and not a generator: a question runs some hundred statements, and this is around each."""

    __slots__ = ("_connection", "_database", "_taken")

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> sqlite3.Connection:
        own: sqlite3.Connection | None = getattr(self._database._own, "connection", None)
        if own is not None:
            self._database._refuse_closed()
        self._taken = own is None
        self._connection = own if own is not None else self._database._take()
        return self._connection

    def __exit__(self, *_: object) -> None:
        if self._taken:
            self._database._give_back(self._connection)


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
