"""Makes the index equal the folder.

Order keeps deleted text from ever coming back, whatever is interrupted: an article's vectors are added before
its catalog rows and deleted after them, and a vector without a row is nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.articles import find_articles, printable, read_article
from index.catalog import Catalog, Failure, FileState, PassageRow, translated
from index.encoder import Encoder, PassageText, load_encoder
from index.errors import ArticleError, FolderError, StorageError
from index.sentences import passages
from index.settings import Settings
from index.types import Article, Passage
from index.vectors import VectorStore, close_clients

Progress = Callable[[int, int, str], None]
"""Called with articles done, articles to do, and the path at hand."""
PASSAGE_WORDS = 95
LOCK_SECONDS = 60.0
OWN = frozenset(("chroma", "writer.lock", *("catalog.sqlite" + end for end in ("", "-wal", "-shm", "-journal"))))
"""What an index folder holds."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync changed, in articles."""

    added: int = 0
    changed: int = 0
    moved: int = 0
    deleted: int = 0
    articles: int = 0
    """How many there are now."""
    failed: tuple[Failure, ...] = ()
    """Every file that is skipped, found now or before."""

    def summary(self) -> str:
        """One line, such as "5 articles: added 5"."""
        counts = [("added", self.added), ("changed", self.changed), ("moved", self.moved)]
        counts += [("deleted", self.deleted), ("failed", len(self.failed))]
        said = ", ".join(f"{name} {count}" for name, count in counts if count)
        return f"{self.articles} article{'s' * (self.articles != 1)}: {said or 'nothing changed'}"


@dataclass(frozen=True, slots=True)
class Status:
    """What the index holds."""

    folder: str
    index: str
    articles: int
    passages: int
    bytes: int
    """On disk, the whole index folder."""
    model: str
    last_sync: str | None
    """ISO time, UTC."""
    failures: tuple[Failure, ...]


class Index:
    """The catalog, the vector store and the encoder of one articles folder."""

    def __init__(self, settings: Settings) -> None:
        """Opens the index, or creates an empty one. Raises StorageError where it is damaged."""
        self.settings = settings
        self.folder = settings.folder
        self.catalog = Catalog(settings.index_folder)
        self._vectors: VectorStore | None = None
        self._encoder: Encoder | None = None
        self._generation: str | None = None
        self._opening = threading.Lock()

    @property
    def vectors(self) -> VectorStore:
        """The vector store, opened when it is first needed, and again when another process has changed it."""
        generation = self.catalog.recall("generation")
        with self._opening:
            if self._vectors is None:
                self._vectors = VectorStore(self.settings.index_folder)
            elif generation != self._generation:
                self._vectors.reopen()
            self._generation = generation
            return self._vectors

    @property
    def encoder(self) -> Encoder:
        """The model, loaded when it is first needed."""
        with self._opening:
            if self._encoder is None:
                self._encoder = load_encoder(self.settings.model)
            return self._encoder

    def close(self) -> None:
        """Lets go of the catalog's connections."""
        self.catalog.close()

    def sync(self, progress: Progress | None = None) -> SyncReport:
        """Makes the index equal the folder. A file that cannot be read is listed and skipped.

        Raises FolderError where the folder is missing or has no article, StorageError where the index is
        locked by another process for a minute, damaged, or its disk is full.
        """
        files = scan(self.folder)
        with self._locked():
            self._mend_vectors()
            self._check_manifest()
            report = _Sync(self, files, progress).run()
            self.catalog.remember("last_sync", datetime.now(UTC).isoformat(timespec="seconds"))
            self._generation = self.catalog.recall("generation")  # its own changes are seen already
        return report

    def status(self) -> Status:
        """What the index holds now."""
        articles, count = self.catalog.counts()
        folder = self.settings.index_folder
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        model = self.catalog.recall("model") or self.settings.model
        last = self.catalog.recall("last_sync")
        failures = self.catalog.failures()
        return Status(str(self.folder), str(folder), articles, count, size, model, last, failures)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = FileLock(self.settings.index_folder / "writer.lock")
        with translated(self.settings.index_folder):
            try:
                lock.acquire(timeout=LOCK_SECONDS)
            except Timeout as error:  # an OSError too, which `translated` would take it for
                name = printable(str(self.settings.index_folder))
                raise StorageError(
                    f"the index {name} is being written by another process: wait for it and run again"
                ) from error
            try:
                yield
            finally:
                lock.release()

    def _mend_vectors(self) -> None:
        """Starts the vector store anew where it cannot be opened; `_Sync` fills it from the catalog."""
        try:
            self.vectors.probe()
        except StorageError:
            close_clients()
            shutil.rmtree(self.settings.index_folder / "chroma", ignore_errors=True)
            self._vectors = None

    def _check_manifest(self) -> None:
        """Vectors of different models or passage sizes are never mixed: a change empties the index first."""
        expected = {"model": self.encoder.fingerprint, "passage_words": str(PASSAGE_WORDS)}
        if all(self.catalog.recall(key) == value for key, value in expected.items()):
            return
        for path in self.catalog.files():
            self.catalog.remove(path)
        self.vectors.recreate()
        for key, value in expected.items():
            self.catalog.remember(key, value)


def rebuild(settings: Settings) -> None:
    """Deletes the index, so that the next sync makes it anew. Only Byline's own files are deleted.

    Raises StorageError where the folder holds something else, so that a mistyped BYLINE_INDEX deletes nothing.
    """
    folder = settings.index_folder
    with translated(folder):
        if not folder.exists():
            return
        strange = sorted(entry.name for entry in folder.iterdir() if entry.name not in OWN)
        if strange:
            raise StorageError(
                f"{printable(str(folder))} holds {strange[0]!r}, which is not Byline's: name another index folder"
            )
        close_clients()
        shutil.rmtree(folder)


def scan(folder: Path) -> dict[str, Path]:
    """The article files of a folder by relative path. Raises FolderError where there is none."""
    name = printable(str(folder))
    if not os.path.exists(folder):
        raise FolderError(f"the articles folder {name} does not exist: check its name")
    if not os.path.isdir(folder):
        raise FolderError(f"{name} is not a folder: name the folder that the articles are in")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise FolderError(f"the articles folder {name} cannot be read: check its permissions")
    files = {_storable(file.relative_to(folder).as_posix()): file for file in find_articles(folder)}
    if not files:
        raise FolderError(f"no .txt or .md articles in {name}: put some in, or name another folder")
    return files


def _storable(path: str) -> str:
    """The path, or where its bytes are not text, what is printed in its place."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return printable(path)
    return path


class _Sync:
    """One run: decides what each file needs, and does it."""

    def __init__(self, index: Index, files: dict[str, Path], progress: Progress | None) -> None:
        self.index, self.catalog = index, index.catalog
        self.files = files
        self.progress = progress or (lambda done, total, path: None)
        self.known = self.catalog.files()
        self.known_failures = self.catalog.failed_files()
        self.added = self.changed = self.moved = self.deleted = 0

    def run(self) -> SyncReport:
        self._mend_vectors()
        work = [state for state in map(self._state, sorted(self.files)) if state is not None]
        gone = sorted(set(self.known) - set(self.files))
        if work or gone:
            self.catalog.remember("unfinished", "1")
        by_content = {self.known[path].sha256: path for path in reversed(gone)}
        for done, state in enumerate(work):
            self.progress(done, len(work), state.path)
            self._update(state, by_content)
        for path in gone:
            self._delete(path)
        for path in set(self.known_failures) - set(self.files):
            self.catalog.remove(path)
        self.progress(len(work), len(work), "")
        if work or gone:
            self.catalog.remember("generation", str(int(self.catalog.recall("generation") or 0) + 1))
            self.catalog.remember("unfinished", "")
        counts = self.added, self.changed, self.moved, self.deleted
        return SyncReport(*counts, self.catalog.counts()[0], self.catalog.failures())

    def _mend_vectors(self) -> None:
        """Makes the vector store equal the catalog after a run that was cut short or a damaged store."""
        store = self.index.vectors
        if not self.catalog.recall("unfinished") and store.count() == self.catalog.counts()[1]:
            return
        wanted, present = self.catalog.keys(), store.keys()
        store.delete(present - wanted)
        store.add(self.catalog.vectors_of(sorted(wanted - present)))

    def _state(self, path: str) -> FileState | None:
        """The file's state where it has to be looked at, or None where it is as it was."""
        try:
            info = self.files[path].stat()
        except OSError:
            return FileState(path, -1, -1)
        # A copy can keep the old file's time, and new permissions change only the other one.
        state = FileState(path, info.st_size, max(info.st_mtime_ns, info.st_ctime_ns))
        known = self.known.get(path) or self.known_failures.get(path)
        same = known is not None and (known.size, known.mtime_ns) == (state.size, state.mtime_ns)
        return None if same else state

    def _update(self, state: FileState, gone: dict[str, str]) -> None:
        known = self.known.get(state.path)
        try:
            article = self._read(state.path)
        except ArticleError as error:
            self._fail(state, str(error))
            return
        state = FileState(state.path, state.size, state.mtime_ns, content_hash(article.text))
        if known is not None and known.sha256 == state.sha256:
            self.catalog.touch(state)
        elif known is None and state.sha256 in gone and gone[state.sha256] in self.known:
            self._move(gone[state.sha256], state)
        else:
            self._put(state, article)
            self.changed += known is not None
            self.added += known is None

    def _read(self, path: str) -> Article:
        file = self.files[path]
        if not file.as_posix().endswith(path):
            raise ArticleError(f"{path} has a name that is not UTF-8: rename it")
        return read_article(file, path)

    def _move(self, old: str, state: FileState) -> None:
        self.catalog.move(old, state)
        del self.known[old]
        self.moved += 1

    def _fail(self, state: FileState, reason: str) -> None:
        stale = self.catalog.keys(state.path)
        self.catalog.fail(state, reason)
        self.index.vectors.delete(stale)

    def _put(self, state: FileState, article: Article) -> None:
        parts = passages(article, PASSAGE_WORDS)
        rows = self._rows(article, parts)
        stale = self.catalog.keys(state.path)
        self.index.vectors.add((row.key, row.vectors.passage) for row in rows)
        self.catalog.put(state, article, rows)
        self.index.vectors.delete(stale)

    def _rows(self, article: Article, parts: list[Passage]) -> list[PassageRow]:
        texts = [passage_text(article, part) for part in parts]
        contents = [content_hash(text.text + repr(text.sentences)) for text in texts]
        vectors = self.catalog.embedded(contents)
        missing = [(c, t) for c, t in dict(zip(contents, texts, strict=True)).items() if c not in vectors]
        embedded = self.index.encoder.encode_passages([text for _, text in missing])
        vectors.update(zip((content for content, _ in missing), embedded, strict=True))
        return [
            PassageRow(secrets.token_hex(16), content, part, vectors[content])
            for part, content in zip(parts, contents, strict=True)
        ]

    def _delete(self, path: str) -> None:
        if path not in self.known:
            return
        stale = self.catalog.keys(path)
        self.catalog.remove(path)
        self.index.vectors.delete(stale)
        self.deleted += path not in self.files


def passage_text(article: Article, passage: Passage) -> PassageText:
    """What is embedded of a passage: its article's title, then its own words."""
    prefix = article.title + "\n"
    shift = len(prefix) - passage.start
    spans = tuple((s.start + shift, s.end + shift) for s in passage.sentences)
    return PassageText(prefix + article.text[passage.start : passage.end], spans)


def content_hash(text: str) -> str:
    """The hexadecimal sha256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
