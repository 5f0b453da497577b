"""The catalog: one SQLite file that is the truth about what is indexed.

It keeps each article's text, so that a citation can always be checked and shown; each passage with its
vector, so that the vector store can be rebuilt without the model; and a full-text table for the lexical side.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Literal

import numpy as np

from index.catalog.database import Database, translated
from index.catalog.packing import pack, unpack_each
from index.catalog.rows import (
    Candidate,
    Failure,
    FileState,
    IndexedPassage,
    PassageRow,
    Stems,
    article_of,
    counted,
    passage_of,
    spans_of,
    vectors_of,
)
from index.catalog.schema import SCHEMA, TABLES
from index.encoder import PassageVectors, Vectors
from index.errors import OutdatedError
from index.search.postings import Numbers
from index.search.scope import Scopes
from index.text.terms import terms
from index.types import Article

_ARTICLE = "path, text, title, published, outlet, url, pages"
_WITHOUT_TEXT = "path, '', title, published, outlet, url, pages"


class Catalog:
    """One SQLite file; threads may share it, readers never wait for the writer."""

    def __init__(self, folder: Path) -> None:
        """Opens or creates `folder`/catalog.sqlite. Raises StorageError where it is damaged."""
        self.database = Database(folder / "catalog.sqlite")
        self._moment = threading.local()
        self.file = self.database.file
        self.scopes = Scopes(self.database)
        with translated(self.file):
            folder.mkdir(parents=True, exist_ok=True)
        self.database.create(TABLES)
        if self.recall("schema") != SCHEMA:
            self.close()
            raise OutdatedError(f"the index {self.file} is of another version of Byline: run byline index --rebuild")

    def close(self) -> None:
        """Closes its connections; whatever is asked afterwards raises StorageError."""
        self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and one more change for readers to see. Raises StorageError where the disk is full."""
        with self.database.transaction():
            yield
            self.database.execute("UPDATE meta SET value = value + 1 WHERE key = 'changes'")

    @contextmanager
    def moment(self) -> Iterator[None]:
        """What this thread reads within is of one moment, whoever writes meanwhile, and asks but once whether
        anything has changed; it must not write. A moment within a moment is the same. A writer that makes sure of
        the disk waits for it: milliseconds, not for somebody's reply."""
        if getattr(self._moment, "changes", None) is not None:
            yield
            return
        with self.database.snapshot():
            self._moment.changes = self.changes()
            try:
                yield
            finally:
                self._moment.changes = None

    def changes(self) -> int:
        """How many changes there have been until now, or until the moment: with more, something may be another,
        whoever did it."""
        known: int | None = getattr(self._moment, "changes", None)
        return int(self.recall("changes") or 0) if known is None else known

    def checkpoint(self) -> None:
        """Writes through to the disk what has been committed."""
        self.database.checkpoint()

    def shrink(self) -> None:
        """Gives the disk back what deleted articles took, where that is much."""
        self.database.shrink()

    # --- the manifest -------------------------------------------------------------------------------

    def recall(self, key: str) -> str | None:
        """A value of the manifest, or None."""
        row = self.database.one("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else None

    def remember(self, key: str, value: str) -> None:
        """Puts a value into the manifest."""
        self.database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # --- writing, inside a transaction ----------------------------------------------------------------

    def put(
        self, article: Article, file: str, content: str, rows: Sequence[PassageRow], cut: str | None = None
    ) -> None:
        """Puts an article of a file in place of what stood at its path; `content` names its words and metadata,
        `cut` says why only its beginning is in `rows`."""
        self.remove(article.path)
        about = article.title, article.published, article.outlet, article.url
        pages = np.array(article.pages, dtype=np.int32).tobytes()
        title = terms(article.title)
        stems = title + terms(article.text)
        parts = [title + terms(article.text[row.passage.start : row.passage.end]) for row in rows]
        numbers = self._count_stems(stems, parts, 1)
        article_id = self.database.insert(
            "INSERT INTO articles "
            "(path, file, content, title, published, outlet, url, pages, text, stems, length, bag, cut) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (article.path, file, content, *about, pages, article.text, *counted(stems, numbers), cut),
        )
        for row, part in zip(rows, parts, strict=True):
            self._put_passage(article_id, row, *counted(part, numbers))
        self._count(1, len(stems), len(rows), sum(map(len, parts)))

    def _put_passage(self, article_id: int, row: PassageRow, stems: str, length: int, bag: bytes) -> None:
        passage = row.passage
        spans = np.array([(s.start, s.end) for s in passage.sentences], dtype=np.int32).tobytes()
        about = passage.start, passage.end, length, bag, spans
        number = self.database.insert(
            "INSERT INTO passages (article, content, start, end, length, bag, spans, sentences) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (article_id, row.content, *about, pack(row.vectors.sentences)),
        )
        self.database.execute("INSERT INTO vectors VALUES (?, ?)", (number, pack(row.vectors.passage[None])))
        self.database.execute("INSERT INTO tokens VALUES (?, ?)", (number, row.vectors.tokens))
        self.database.execute("INSERT INTO words (rowid, stems) VALUES (?, ?)", (number, stems))

    def remove(self, path: str) -> bool:
        """Forgets the article at a path. Returns whether there was one."""
        article = self.database.one("SELECT id, length, stems FROM articles WHERE path = ?", path)
        if article is None:
            return False
        sql = "SELECT p.id, w.c0 FROM passages p JOIN words_content w ON w.id = p.id WHERE article = ?"
        rows = self.database.rows(sql, article[0])
        passages, parts = [(row[0],) for row in rows], [row[1].split() for row in rows]
        for sql in (
            "DELETE FROM words WHERE rowid = ?",
            "DELETE FROM vectors WHERE passage = ?",
            "DELETE FROM tokens WHERE passage = ?",
            "DELETE FROM passages WHERE id = ?",
            "INSERT INTO dropped VALUES (?)",
        ):
            self.database.executemany(sql, passages)
        self.database.execute("DELETE FROM articles WHERE id = ?", article[:1])
        self._count(-1, -article[1], -len(rows), -sum(map(len, parts)))
        self._count_stems(article[2].split(), parts, -1)
        return True

    def _count(self, articles: int, article_length: int, passages: int, passage_length: int) -> None:
        more = articles, article_length, passages, passage_length
        keys = "articles", "article_length", "passages", "passage_length"
        sql = "UPDATE meta SET value = value + ? WHERE key = ?"
        self.database.executemany(sql, list(zip(more, keys, strict=True)))

    def _count_stems(self, whole: Sequence[str], parts: Sequence[Sequence[str]], sign: int) -> dict[str, int]:
        """Keeps count of the passages and articles of each stem: FTS5 would walk all of them at each question.

        Returns the number of each stem, which is never given to another.
        """
        stems = set(whole)
        counts = Counter(stem for part in parts for stem in set(part))
        known = sorted(stems | counts.keys())
        new = "INSERT INTO frequencies (stem, passages, articles) VALUES (?, 0, 0)"
        numbers = self.numbers(known)
        if len(numbers) < len(known):
            self.database.executemany(new, [(stem,) for stem in known if stem not in numbers])
            numbers = self.numbers(known)
        self.database.executemany(
            "UPDATE frequencies SET passages = passages + ?, articles = articles + ? WHERE number = ?",
            [(sign * counts[stem], sign * (stem in stems), numbers[stem]) for stem in known],
        )
        if sign < 0:
            unused = "DELETE FROM frequencies WHERE number = ? AND passages = 0 AND articles = 0"
            self.database.executemany(unused, [(numbers[stem],) for stem in known])
        return numbers

    def rearrange(self, file: str, renamed: Mapping[str, str], removed: Iterable[str]) -> None:
        """Articles of one file change places: `renamed` is old path to new path. What stands in a new place and
        moves nowhere is removed."""
        self.database.executemany(
            "UPDATE articles SET path = char(0) || ? WHERE path = ?", [(new, old) for old, new in renamed.items()]
        )
        for path in (*removed, *renamed.values()):
            self.remove(path)
        self.database.executemany(
            "UPDATE articles SET path = ? WHERE path = char(0) || ?", [(new, new) for new in renamed.values()]
        )

    def move(self, old: str, new: FileState) -> int:
        """A file has another name now; its articles keep their passages and vectors. Returns their number."""
        moved = self.database.execute(
            "UPDATE articles SET path = ? || substr(path, ?), file = ? WHERE file = ?",
            (new.path, len(old) + 1, new.path, old),
        )
        self.forget(old)
        self.seen(new)
        return moved

    def seen(self, state: FileState, failures: Iterable[Failure] = ()) -> None:
        """Remembers that a file was read in this state, and what of it could not be."""
        self.database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", astuple(state))
        self.database.execute("DELETE FROM failures WHERE file = ?", (state.path,))
        for failure in failures:
            self.skip(failure, state.path)

    def skip(self, failure: Failure, file: str) -> None:
        """Lists a file, or an article in it, as skipped."""
        values = failure.path, file, failure.reason
        self.database.execute("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", values)

    def touch(self, state: FileState) -> None:
        """A file has a new size or time and the same bytes."""
        values = state.size, state.mtime_ns, state.path
        self.database.execute("UPDATE files SET size = ?, mtime_ns = ? WHERE path = ?", values)

    def set_basis(self, basis: Vectors | None) -> None:
        """What the vector store's vectors are coordinates along, shape (dim, their length); None: the axes."""
        self.database.execute("DELETE FROM basis")
        if basis is not None:
            self.database.execute("INSERT INTO basis VALUES (?, ?)", (basis.shape[0], basis.tobytes()))

    def forget(self, file: str) -> None:
        """Forgets that a file was ever seen; its articles are removed one by one before."""
        self.database.execute("DELETE FROM files WHERE path = ?", (file,))
        self.database.execute("DELETE FROM failures WHERE file = ?", (file,))

    def doubt(self, file: str | None = None) -> None:
        """A file, or every file, has to be read again by the next sync, whatever its size and time; until then
        it counts as changed."""
        self.database.execute("UPDATE files SET size = -1, sha256 = '' WHERE path = coalesce(?, path)", (file,))

    def clear(self) -> None:
        """Forgets everything but the manifest; the vector store has to be made anew."""
        made = "articles", "passages", "vectors", "tokens", "dropped", "words", "frequencies"
        for table in ("files", "failures", *made):
            self.database.execute(f"DELETE FROM {table}")
        self.database.execute(
            "UPDATE meta SET value = '0' WHERE key IN "
            "('articles', 'passages', 'article_length', 'passage_length', 'stored')"
        )
        self.database.execute("DELETE FROM meta WHERE key = 'store'")

    def stored(self, upto: int, dropped: Sequence[int]) -> None:
        """The vector store has the passages up to this id, and these are no longer in it."""
        self.remember("stored", str(upto))
        self.database.executemany("DELETE FROM dropped WHERE passage = ?", [(number,) for number in dropped])

    # --- reading --------------------------------------------------------------------------------------

    def files(self) -> dict[str, FileState]:
        """The state of every file that was read, or tried, by path."""
        return {
            row[0]: FileState(*row) for row in self.database.rows("SELECT path, size, mtime_ns, sha256 FROM files")
        }

    def contents(self, file: str) -> dict[str, str]:
        """The articles of a file: path, and what names its words and metadata."""
        return dict(self.database.rows("SELECT path, content FROM articles WHERE file = ? ORDER BY id", file))

    def article_counts(self) -> dict[str, int]:
        """How many articles each file has given."""
        return dict(self.database.rows("SELECT file, count(*) FROM articles GROUP BY file"))

    def failed_files(self) -> set[str]:
        """The files of which something was skipped."""
        return {row[0] for row in self.database.rows("SELECT file FROM failures")}

    def cut_short(self, file: str) -> dict[str, str]:
        """The articles of a file of which only the beginning is indexed: what names their words, and why."""
        sql = "SELECT content, cut FROM articles WHERE file = ? AND cut IS NOT NULL"
        return dict(self.database.rows(sql, file))

    def failures(self) -> tuple[Failure, ...]:
        """Everything that was skipped, by path."""
        return tuple(Failure(*row) for row in self.database.rows("SELECT path, reason FROM failures ORDER BY path"))

    def article(self, path: str) -> Article | None:
        """An article with its text, without its sentences, or None."""
        row = self.database.one(f"SELECT {_ARTICLE} FROM articles WHERE path = ?", path)
        return article_of(row) if row else None

    def titles(self, paths: Sequence[str]) -> dict[str, str]:
        """The titles of the articles at these paths that exist, by path."""
        return dict(self.database.rows_in("SELECT path, title FROM articles WHERE path IN", paths))

    def articles(self) -> tuple[Article, ...]:
        """Every article in order of path, without text."""
        rows = self.database.rows(f"SELECT {_WITHOUT_TEXT} FROM articles ORDER BY path")
        return tuple(article_of(row) for row in rows)

    def paths(self) -> list[tuple[int, str]]:
        """(id, path) of every article, by id."""
        return self.database.rows("SELECT id, path FROM articles ORDER BY id")

    def articles_of(self, ids: Sequence[int]) -> dict[int, Article]:
        """The articles of these ids that still exist; a changed article has another id."""
        return {
            row[0]: article_of(row[1:])
            for row in self.database.rows_in(f"SELECT id, {_ARTICLE} FROM articles WHERE id IN", ids)
        }

    def article_id(self, path: str) -> int:
        """The id of the article at a path; 0 where there is none."""
        row = self.database.one("SELECT id FROM articles WHERE path = ?", path)
        return int(row[0]) if row else 0

    def passages_of(self, path: str) -> list[IndexedPassage]:
        """The passages of the article at a path, in order."""
        return self.passages_in([self.article_id(path)])

    def passages_in(self, articles: Sequence[int]) -> list[IndexedPassage]:
        """The passages of the articles of these ids, in order of path and place."""
        return self._passages("p.article", articles)

    def sentences_in(self, articles: Sequence[int]) -> dict[int, tuple[tuple[int, int], ...]]:
        """(start, end) of each sentence of the articles of these ids, in order, but for their titles' own."""
        sql = "SELECT article, spans FROM passages WHERE article IN"
        found: dict[int, list[tuple[int, int]]] = {}
        for article, spans in self.database.rows_in(sql, articles):
            found.setdefault(article, []).extend(spans_of(spans))
        return {article: tuple(sorted(spans)) for article, spans in found.items()}

    def source(self, path: str) -> tuple[str, FileState] | None:
        """The text of the article at a path, and the file that it was read from, or None."""
        sql = (
            "SELECT a.text, f.path, size, mtime_ns, sha256 FROM files f JOIN articles a ON a.file = f.path "
            "WHERE a.path = ?"
        )
        row = self.database.one(sql, path)
        return (row[0], FileState(*row[1:])) if row else None

    def counts(self) -> tuple[int, int]:
        """How many articles and passages there are."""
        articles, passages = self._numbers("articles", "passages")
        return articles, passages

    def _numbers(self, *keys: str) -> list[int]:
        """Numbers of the manifest; 0 for what is not in it."""
        held = dict(self.database.rows_in("SELECT key, value FROM meta WHERE key IN", keys))
        return [int(held.get(key, 0)) for key in keys]

    def vectors_after(self, number: int, limit: int = -1) -> tuple[Numbers, Vectors]:
        """Ids above `number`, ascending, and their passages' vectors, shape (ids, dim); at most `limit`."""
        rows = self.database.rows(
            "SELECT passage, vector FROM vectors WHERE passage > ? ORDER BY passage LIMIT ?", number, limit
        )
        ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        return ids, unpack_each([row[1] for row in rows])

    def ids_after(self, number: int) -> Numbers:
        """The ids above `number` of passages that exist, ascending."""
        rows = self.database.rows("SELECT passage FROM vectors WHERE passage > ? ORDER BY passage", number)
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def basis(self) -> Vectors | None:
        """What `set_basis` has set."""
        row = self.database.one("SELECT dim, numbers FROM basis")
        return np.frombuffer(row[1], dtype=np.float32).reshape(row[0], -1) if row else None

    def last_passage(self) -> int:
        """The highest id of a passage, or 0."""
        return int(self.database.one("SELECT max(passage) FROM vectors")[0] or 0)

    def dropped(self) -> list[int]:
        """Passages that are gone and may still be in the vector store."""
        return [row[0] for row in self.database.rows("SELECT passage FROM dropped")]

    def embedded(self, contents: Sequence[bytes]) -> dict[bytes, PassageVectors]:
        """Vectors that are known already, by `PassageRow.content`."""
        sql = (
            "SELECT content, vector, sentences, packed FROM passages p JOIN vectors v ON v.passage = p.id "
            "JOIN tokens t ON t.passage = p.id WHERE content IN"
        )
        return {row[0]: vectors_of(*row[1:]) for row in self.database.rows_in(sql, contents)}

    def tokens(self, ids: Sequence[int]) -> dict[int, bytes]:
        """The token vectors of passages by id, as `index.token_codes.pack` packed them; empty where none are kept."""
        return dict(self.database.rows_in("SELECT passage, packed FROM tokens WHERE passage IN", ids))

    def passages(self, ids: Sequence[int]) -> list[IndexedPassage]:
        """The passages of these ids that exist, in order of path and place."""
        return self._passages("p.id", ids)

    def _passages(self, column: str, values: Sequence[int]) -> list[IndexedPassage]:
        sql = (
            "SELECT p.id, p.article, a.path, p.content, p.start, p.end, p.spans, v.vector, p.sentences "
            "FROM passages p JOIN articles a ON p.article = a.id JOIN vectors v ON v.passage = p.id "
            f"WHERE {column} IN"
        )
        found = [passage_of(row) for row in self.database.rows_in(sql, values)]
        return sorted(found, key=lambda passage: (passage.path, passage.start))

    def candidates(self, ids: Sequence[int], near: Sequence[int]) -> list[Candidate]:
        """What ranks the passages of these ids that exist.

        With those in `near` come their copies in other files: their vectors are the same, and which of them
        a search by vector names first is chance.
        """
        sql = (
            "SELECT p.id, p.article, a.path, p.start, v.vector, w.c0, p.length FROM passages p JOIN articles a "
            "ON p.article = a.id JOIN vectors v ON v.passage = p.id JOIN words_content w ON w.id = p.id WHERE p.{} IN"
        )
        contents = {row[0] for row in self.database.rows_in("SELECT content FROM passages WHERE id IN", near)}
        rows = {row[0]: row for row in self.database.rows_in(sql.format("content"), sorted(contents))}
        rows.update(
            (row[0], row) for row in self.database.rows_in(sql.format("id"), [id for id in ids if id not in rows])
        )
        vectors = unpack_each([row[4] for row in rows.values()])
        return [
            Candidate(id, article, path, start, vector, Stems(stems, length))
            for (id, article, path, start, _, stems, length), vector in zip(rows.values(), vectors, strict=True)
        ]

    def stems_of(self, articles: Sequence[int]) -> dict[int, Stems]:
        """The stems of whole articles, title first, by article id."""
        rows = self.database.rows_in("SELECT id, stems, length FROM articles WHERE id IN", articles)
        return {id: Stems(stems, length) for id, stems, length in rows}

    def numbers(self, stems: Sequence[str]) -> dict[str, int]:
        """The number under which `bags_after` tells of each of these stems, where it stands anywhere."""
        return dict(self.database.rows_in("SELECT stem, number FROM frequencies WHERE stem IN", stems))

    def passage_places(self, number: int) -> list[tuple[int, int, int, bytes]]:
        """(id, article, start, content) of every passage with an id above `number`, by id."""
        sql = "SELECT id, article, start, content FROM passages WHERE id > ? ORDER BY id"
        return self.database.rows(sql, number)

    def passage_ids(self) -> Numbers:
        """The id of every passage, ascending."""
        rows = self.database.rows("SELECT id FROM passages")  # in any order: an index is read, and no passage
        return np.sort(np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows)))

    def bags_after(self, table: Literal["passages", "articles"], number: int) -> list[tuple[int, int, bytes]]:
        """(id, length in stems, how often each stem stands in it as BAG) of those with ids above `number`, by id."""
        return self.database.rows(f"SELECT id, length, bag FROM {table} WHERE id > ? ORDER BY id", number)

    def stems_of_passages(self, ids: Sequence[int]) -> dict[int, Stems]:
        """The stems of passages, those of the article's title first, by passage id."""
        sql = "SELECT p.id, w.c0, p.length FROM passages p JOIN words_content w ON w.id = p.id WHERE p.id IN"
        return {id: Stems(stems, length) for id, stems, length in self.database.rows_in(sql, ids)}

    def lengths(self) -> tuple[float, float]:
        """The mean number of stems of a passage and of an article; 1 where there are none."""
        articles, passages, whole, part = self._numbers("articles", "passages", "article_length", "passage_length")
        return (part / passages if passages else 1.0), (whole / articles if articles else 1.0)

    def match(self, stems: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """(passage id, BM25 > 0) of the passages that hold any of these stems, best first.

        Where several are as good as the last of `limit`, those come first in path and place, so that which of them
        are within it is the folder's doing alone.
        """
        ids, scores = self.scopes.matches(stems)
        if len(ids) > limit:
            good = scores >= np.partition(scores, -limit)[-limit]
            ids, scores = ids[good], scores[good]
        found = sorted(zip(ids.tolist(), scores.tolist(), strict=True), key=lambda one: (-one[1], one[0]))
        if len(found) > limit:
            sql = "SELECT p.id, a.path, p.start FROM passages p JOIN articles a ON p.article = a.id WHERE p.id IN"
            place = {id: place for id, *place in self.database.rows_in(sql, [id for id, _ in found])}
            found = sorted((one for one in found if one[0] in place), key=lambda one: (-one[1], *place[one[0]]))
        return found[:limit]

    def frequencies(self, stems: Sequence[str]) -> dict[str, tuple[int, int]]:
        """In how many passages each of these stems stands, and in how many articles, in the order of `stems`."""
        sql = "SELECT stem, passages, articles FROM frequencies WHERE stem IN"
        held = {row[0]: (row[1], row[2]) for row in self.database.rows_in(sql, stems)}
        return {stem: held.get(stem, (0, 0)) for stem in stems}

    def article_frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """In how many articles each of these stems stands, where it stands in any."""
        return dict(self.database.rows_in("SELECT stem, articles FROM frequencies WHERE stem IN", stems))
