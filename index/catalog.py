"""The catalog: one SQLite file that is the truth about what is indexed.

It keeps each article's text, so that a citation can always be checked and shown; each passage with its
vector, so that the vector store can be rebuilt without the model; and a full-text table for the lexical side.
"""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.articles import printable
from index.encoder import PassageVectors, Vectors
from index.errors import OutdatedError, StorageError
from index.terms import terms
from index.types import Article, Passage

SCHEMA = "3"
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    title TEXT NOT NULL, published TEXT, outlet TEXT, url TEXT, text TEXT NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    key TEXT NOT NULL UNIQUE, content TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    spans BLOB NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL);
CREATE INDEX passages_article ON passages (article);
CREATE INDEX passages_content ON passages (content);
CREATE VIRTUAL TABLE words USING fts5 (stems, tokenize = "unicode61");
CREATE TABLE failures (
    path TEXT PRIMARY KEY, reason TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL);
"""
_MATCH = """
WITH found AS MATERIALIZED (SELECT rowid AS id, -bm25(words) AS score FROM words WHERE words MATCH ?),
     least AS (SELECT min(score) AS score FROM (SELECT score FROM found ORDER BY score DESC LIMIT ?))
SELECT p.id, found.score
FROM found JOIN passages p ON p.id = found.id JOIN articles a ON p.article = a.id
WHERE found.score >= (SELECT score FROM least)
ORDER BY found.score DESC, a.path, p.start LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class FileState:
    """What decides whether a file has to be read again."""

    path: str
    size: int
    mtime_ns: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was skipped, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with its vectors, as the catalog holds it."""

    id: int
    key: str
    article: int
    path: str
    content: str
    """Names what was embedded; the same words behind the same title have the same."""
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]
    vectors: PassageVectors


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage to be stored: `key` names it in the vector store, `content` what was embedded."""

    key: str
    content: str
    passage: Passage
    vectors: PassageVectors


class Catalog:
    """One SQLite file; every thread has a connection of its own, readers never wait for the writer."""

    def __init__(self, folder: Path) -> None:
        """Opens or creates `folder`/catalog.sqlite. Raises StorageError where it is damaged."""
        self.file = folder / "catalog.sqlite"
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._closed = False
        with translated(self.file):
            folder.mkdir(parents=True, exist_ok=True)
            fresh = not self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            if fresh:
                self._connection.executescript("PRAGMA journal_mode = WAL; BEGIN;" + _TABLES + "COMMIT;")
                self.remember("schema", SCHEMA)
            elif self.recall("schema") != SCHEMA:
                self.close()
                raise OutdatedError(
                    f"the index {self.file} is of another version of Byline: run byline index --rebuild"
                )

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise StorageError(f"the index {printable(str(self.file))} has been closed: open it again")
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.file, timeout=30, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = connection
            self._all.append(connection)
        return connection

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

    # --- the manifest -------------------------------------------------------------------------------

    def recall(self, key: str) -> str | None:
        """A value of the manifest, or None."""
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else None

    def remember(self, key: str, value: str) -> None:
        """Puts a value into the manifest."""
        with translated(self.file):
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # --- writing --------------------------------------------------------------------------------------

    def put(self, state: FileState, article: Article, rows: Sequence[PassageRow]) -> None:
        """Puts an article in place of what stood at its path, in one transaction."""
        with self.transaction():
            self._remove(article.path)
            values = (article.title, article.published, article.outlet, article.url, article.text)
            cursor = self._connection.execute(
                "INSERT INTO articles (path, sha256, size, mtime_ns, title, published, outlet, url, text) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (state.path, state.sha256, state.size, state.mtime_ns, *values),
            )
            for row in rows:
                self._put_passage(cursor.lastrowid or 0, article, row)

    def _put_passage(self, article_id: int, article: Article, row: PassageRow) -> None:
        spans = np.array([(s.start, s.end) for s in row.passage.sentences], dtype=np.int32)
        text = article.text[row.passage.start : row.passage.end]
        cursor = self._connection.execute(
            "INSERT INTO passages (article, key, content, start, end, spans, vector, sentence_vectors) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article_id,
                row.key,
                row.content,
                row.passage.start,
                row.passage.end,
                spans.tobytes(),
                row.vectors.passage.tobytes(),
                pack(row.vectors.sentences),
            ),
        )
        stems = " ".join(terms(article.title) + terms(text))
        self._connection.execute("INSERT INTO words (rowid, stems) VALUES (?, ?)", (cursor.lastrowid, stems))

    def touch(self, state: FileState) -> None:
        """Remembers a file's new size and time where its content is the same."""
        with self.transaction():
            self._connection.execute(
                "UPDATE articles SET size = ?, mtime_ns = ? WHERE path = ?",
                (state.size, state.mtime_ns, state.path),
            )

    def move(self, old: str, new: FileState) -> None:
        """An article whose file has another name now keeps its passages and vectors."""
        with self.transaction():
            self._connection.execute(
                "UPDATE articles SET path = ?, size = ?, mtime_ns = ? WHERE path = ?",
                (new.path, new.size, new.mtime_ns, old),
            )

    def remove(self, path: str) -> None:
        """Forgets an article, or a failure, at a path."""
        with self.transaction():
            self._remove(path)

    def _remove(self, path: str) -> None:
        for table in ("words WHERE rowid", "passages WHERE id"):
            self._connection.execute(
                f"DELETE FROM {table} IN (SELECT p.id FROM passages p JOIN articles a ON p.article = a.id "
                "WHERE a.path = ?)",
                (path,),
            )
        self._connection.execute("DELETE FROM articles WHERE path = ?", (path,))
        self._connection.execute("DELETE FROM failures WHERE path = ?", (path,))

    def fail(self, state: FileState, reason: str) -> None:
        """Lists a file as skipped; what was indexed at its path is forgotten."""
        with self.transaction():
            self._remove(state.path)
            values = (state.path, reason, state.size, state.mtime_ns)
            self._connection.execute("INSERT INTO failures VALUES (?, ?, ?, ?)", values)

    # --- reading --------------------------------------------------------------------------------------

    def files(self) -> dict[str, FileState]:
        """The state of every indexed file, by path."""
        rows = self._all_rows("SELECT path, size, mtime_ns, sha256 FROM articles")
        return {row[0]: FileState(*row) for row in rows}

    def failed_files(self) -> dict[str, FileState]:
        """The state of every skipped file, by path."""
        rows = self._all_rows("SELECT path, size, mtime_ns FROM failures")
        return {row[0]: FileState(*row) for row in rows}

    def failures(self) -> tuple[Failure, ...]:
        """Every skipped file, by path."""
        return tuple(Failure(*row) for row in self._all_rows("SELECT path, reason FROM failures ORDER BY path"))

    def article(self, path: str) -> Article | None:
        """An article with its text, without its sentences, or None."""
        row = self._one("SELECT path, text, title, published, outlet, url FROM articles WHERE path = ?", path)
        return Article(*row) if row else None

    def articles(self) -> tuple[Article, ...]:
        """Every article in order of path, without text."""
        rows = self._all_rows("SELECT path, '', title, published, outlet, url FROM articles ORDER BY path")
        return tuple(Article(*row) for row in rows)

    def state(self, path: str) -> FileState | None:
        """What is known of the file at a path, or None."""
        row = self._one("SELECT path, size, mtime_ns, sha256 FROM articles WHERE path = ?", path)
        return FileState(*row) if row else None

    def counts(self) -> tuple[int, int]:
        """How many articles and passages there are."""
        return (
            self._one("SELECT count(*) FROM articles")[0],
            self._one("SELECT count(*) FROM passages")[0],
        )

    def keys(self, path: str | None = None) -> set[str]:
        """The vector store's keys of one article's passages, or of all."""
        if path is None:
            return {row[0] for row in self._all_rows("SELECT key FROM passages")}
        sql = "SELECT p.key FROM passages p JOIN articles a ON p.article = a.id WHERE a.path = ?"
        return {row[0] for row in self._all_rows(sql, path)}

    def vectors_of(self, keys: Sequence[str]) -> Iterator[tuple[str, Vectors]]:
        """(key, passage vector) of the keys that the catalog knows."""
        for row in self._in("SELECT key, vector FROM passages WHERE key IN", keys):
            yield row[0], np.frombuffer(row[1], dtype=np.float32)

    def embedded(self, contents: Sequence[str]) -> dict[str, PassageVectors]:
        """Vectors that are known already, by `PassageRow.content`."""
        sql = "SELECT content, vector, sentence_vectors FROM passages WHERE content IN"
        return {row[0]: _vectors(row[1], row[2]) for row in self._in(sql, contents)}

    def passages(self, ids: Sequence[int] = (), keys: Sequence[str] = ()) -> list[IndexedPassage]:
        """The passages of these row ids and vector keys that exist, in order of path and place.

        With a key come the copies of its passage in other files: their vectors are the same, and which of them
        a vector store names first is chance.
        """
        sql = (
            "SELECT p.id, p.key, p.article, a.path, p.content, p.start, p.end, p.spans, p.vector, p.sentence_vectors "
            "FROM passages p JOIN articles a ON p.article = a.id WHERE p.{} IN"
        )
        rows = {row[0]: row for row in self._in(sql.format("id"), ids)}
        contents = {row[0] for row in self._in("SELECT content FROM passages WHERE key IN", keys)}
        rows.update((row[0], row) for row in self._in(sql.format("content"), sorted(contents)))
        found = [_passage(row) for row in rows.values()]
        return sorted(found, key=lambda passage: (passage.path, passage.start))

    def match(self, stems: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """(passage id, BM25 > 0) of the passages that hold any of these stems, best first.

        Ties are broken by path and place, so that which of them are within `limit` is the folder's doing alone.
        """
        if not stems:
            return []
        query = " OR ".join('"' + stem.replace('"', '""') + '"' for stem in stems)
        return [(row[0], row[1]) for row in self._all_rows(_MATCH, query, limit, limit)]

    def frequency(self, stem: str) -> int:
        """In how many passages a stem stands."""
        query = '"' + stem.replace('"', '""') + '"'
        return int(self._one("SELECT count(*) FROM words WHERE words MATCH ?", query)[0])

    def _one(self, sql: str, *values: object) -> tuple:  # type: ignore[type-arg]
        with translated(self.file):
            return self._connection.execute(sql, values).fetchone()  # type: ignore[no-any-return]

    def _all_rows(self, sql: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        with translated(self.file):
            return self._connection.execute(sql, values).fetchall()

    def _in(self, sql: str, values: Sequence[object]) -> Iterator[tuple]:  # type: ignore[type-arg]
        for start in range(0, len(values), 500):  # SQLite bounds the number of parameters
            part = values[start : start + 500]
            yield from self._all_rows(f"{sql} ({','.join('?' * len(part))})", *part)


def pack(vectors: Vectors) -> bytes:
    """Unit vectors as int8 with one float32 scale each: a quarter of the room at a cosine of .9999."""
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-9).astype(np.float32) / 127
    return bytes(scales.tobytes() + np.rint(vectors / scales[:, None]).astype(np.int8).tobytes())


def unpack(data: bytes, dim: int) -> Vectors:
    """What `pack` packed, shape (vectors, dim), to within its rounding."""
    count = len(data) // (dim + 4)
    scales = np.frombuffer(data, dtype=np.float32, count=count)
    values = np.frombuffer(data, dtype=np.int8, offset=4 * count).reshape(count, dim)
    return values.astype(np.float32) * scales[:, None]


def _passage(row: tuple) -> IndexedPassage:  # type: ignore[type-arg]
    id, key, article, path, content, start, end, spans, passage, sentences = row
    vectors = _vectors(passage, sentences)
    return IndexedPassage(id, key, article, path, content, start, end, _spans(spans), vectors)


def _vectors(passage: bytes, sentences: bytes) -> PassageVectors:
    vector = np.frombuffer(passage, dtype=np.float32)
    return PassageVectors(vector, unpack(sentences, len(vector)))


def _spans(data: bytes) -> tuple[tuple[int, int], ...]:
    return tuple((int(start), int(end)) for start, end in np.frombuffer(data, dtype=np.int32).reshape(-1, 2))


@contextmanager
def translated(file: Path) -> Iterator[None]:
    """Turns SQLite's and the disk's errors into StorageErrors that say what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StorageError(_explain(file, str(error))) from error
    except sqlite3.DatabaseError as error:
        raise StorageError(_explain(file, f"malformed: {error}")) from error
    except OSError as error:
        full = error.errno == errno.ENOSPC
        what = "disk is full" if full else (error.strerror or str(error))
        raise StorageError(_explain(file, what)) from error


def _explain(path: Path, problem: str) -> str:
    file, problem = printable(str(path)), printable(problem)
    if "full" in problem:
        return f"no space left for the index {file}: free some, or set BYLINE_INDEX to another disk, and run again"
    if "locked" in problem:
        return f"the index {file} is being written by another process: wait for it and run again"
    if "no such table" in problem or "malformed" in problem:
        return f"the index {file} is damaged ({problem}): run byline index --rebuild"
    return f"the index {file} cannot be used ({problem}): check its folder, or set BYLINE_INDEX to another"
