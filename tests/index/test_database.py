"""Threads share a catalog's few connections, whatever they do at once and however many there are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from handles import open_files

from index.catalog.database import KEPT, Database
from index.errors import StorageError

TABLES = "CREATE TABLE numbers (number INTEGER PRIMARY KEY, squared INTEGER NOT NULL);"
FILES = 3
"""Open files of a connection at most: the file, its write-ahead log, and what threads share of that."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "numbers.sqlite")
    made.create(TABLES)
    yield made
    made.close()


def in_a_thread(work: Callable[[], object]) -> None:
    """Runs something in a thread of its own, which then ends."""
    with ThreadPoolExecutor(1) as one:
        one.submit(work).result()


def test_threads_that_have_ended_leave_nothing_open(database: Database) -> None:
    for number in range(40):
        in_a_thread(lambda number=number: database.insert("INSERT INTO numbers VALUES (?, ?)", (number, number**2)))
    assert len(database.rows("SELECT * FROM numbers")) == 40
    assert len(open_files(database.file.parent)) <= FILES


def test_of_many_threads_that_read_at_once_few_connections_stay(database: Database) -> None:
    together = threading.Barrier(20)

    def read() -> None:
        with database.snapshot():
            together.wait()
            database.rows("SELECT * FROM numbers")

    with ThreadPoolExecutor(20) as pool:
        for _ in range(5):
            for done in [pool.submit(read) for _ in range(20)]:
                done.result()
    left = open_files(database.file.parent)
    assert 0 < left.count("numbers.sqlite-wal") <= KEPT  # one a connection
    assert len(left) <= 20 + KEPT + 1  # SQLite opens the file itself no more often than it was in use at once


def test_a_close_closes_what_is_in_use_as_soon_as_it_is_free(database: Database) -> None:
    with database.snapshot():
        in_a_thread(database.close)
        with pytest.raises(StorageError, match="has been closed: open it again"):
            database.rows("SELECT * FROM numbers")
    assert open_files(database.file.parent) == []
    with pytest.raises(StorageError, match="has been closed: open it again"):
        database.one("SELECT 1")


def test_a_transaction_is_its_own_threads_and_others_see_it_whole_or_not_at_all(database: Database) -> None:
    seen: list[int] = []
    with database.transaction():
        for number in range(3):
            database.insert("INSERT INTO numbers VALUES (?, ?)", (number, number**2))
            in_a_thread(lambda: seen.append(len(database.rows("SELECT * FROM numbers"))))
    assert seen == [0, 0, 0]
    assert len(database.rows("SELECT * FROM numbers")) == 3


def test_a_transaction_that_fails_leaves_its_connection_fit_for_the_next(database: Database) -> None:
    def fail() -> None:
        with database.transaction():
            database.insert("INSERT INTO numbers VALUES (?, ?)", (1, 1))
            raise ValueError("wrong")

    for _ in range(KEPT + 1):
        with pytest.raises(ValueError, match="wrong"):
            fail()
    with database.transaction():
        database.insert("INSERT INTO numbers VALUES (?, ?)", (1, 1))
    assert database.rows("SELECT * FROM numbers") == [(1, 1)]


def test_one_row_of_many_leaves_no_reading_open_that_would_hold_up_a_checkpoint(database: Database) -> None:
    database.executemany("INSERT INTO numbers VALUES (?, ?)", [(number, number**2) for number in range(5000)])
    assert database.one("SELECT number FROM numbers ORDER BY number") == (0,)
    database.execute("SELECT * FROM numbers")
    busy, _, _ = database.one("PRAGMA wal_checkpoint(TRUNCATE)")
    assert busy == 0
