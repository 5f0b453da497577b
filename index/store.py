"""One articles folder's index: its catalog, its search by vector, its model; opened, synced, looked at, deleted."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from threadpoolctl import threadpool_limits

from index import lock
from index.catalog.catalog import Catalog
from index.catalog.database import translated
from index.catalog.rows import Failure
from index.catalog.schema import SCHEMA
from index.encoder import Encoder, fingerprint, load_encoder
from index.errors import FolderError, StorageError
from index.readers import READERS, RECORDS
from index.scan import Found, scan
from index.search.counts import WordCounts
from index.search.dense import DAMAGED, DenseSearch
from index.settings import Settings
from index.sync import PASSAGE_WORDS, READING, Progress, Sync, SyncReport
from index.text.articles import printable

OWN = frozenset(
    (
        *("chroma", DAMAGED, lock.LOCK, lock.HOLDER),
        *("catalog.sqlite" + end for end in ("", "-wal", "-shm", "-journal")),
    )
)
"""What an index folder holds."""
LIBRARIES = ("trafilatura", "lxml_html_clean", "pypdf", "cryptography", "python-docx")
"""What reads some formats: with another version of one of them, files may read differently, or at all."""


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

    def synced(self, now: datetime | None = None) -> str | None:
        """When the folder was last synced, with how long ago that was in words; None where it never was."""
        if self.last_sync is None:
            return None
        try:
            then = datetime.fromisoformat(self.last_sync)
            ago = ((now or datetime.now(UTC)) - then).total_seconds()
        except (ValueError, TypeError):
            return self.last_sync
        return f"{time_ago(ago)} ({self.last_sync})"


def time_ago(seconds: float) -> str:
    """A time that has passed, in words.

    >>> time_ago(250)
    '4 minutes ago'
    """
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count:,} {unit}{'s' * (count != 1)} ago"
    return "less than a minute ago"


class Index:
    """The catalog, the search by vector and the encoder of one articles folder."""

    def __init__(self, settings: Settings, encoder: Encoder | None = None) -> None:
        """Opens the index, or creates an empty one; `encoder` stands in for the settings' model.

        Raises FolderError where there is neither an index nor an articles folder, StorageError where the index is
        damaged.
        """
        self.settings = settings
        self.folder = settings.folder
        if not os.path.exists(settings.index_folder / "catalog.sqlite"):
            scan(self.folder)  # a mistyped name makes no index
        self.catalog = Catalog(settings.index_folder)
        self.dense = DenseSearch(self.catalog, settings.index_folder)
        self.words = WordCounts(self.catalog)
        self._encoder = encoder
        self._fingerprint = "given" if encoder else None
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """The articles folder as it is named in messages."""
        return f"the articles folder {printable(str(self.folder))}"

    @property
    def encoder(self) -> Encoder:
        """The model, loaded when it is first needed."""
        with self._loading:
            if self._encoder is None:
                self._encoder = load_encoder(self.settings.model)
            return self._encoder

    def close(self) -> None:
        """Lets go of the catalog's connections and of what is in memory."""
        self.catalog.close()
        self.dense.close()
        self.words.close()

    def sync(self, progress: Progress | None = None, allow_mass_delete: bool = False) -> SyncReport:
        """Makes the index equal the folder. What cannot be read is listed and skipped.

        Raises FolderError where the folder is missing or has no article, MassDeletionError where most of what was
        indexed is gone and `allow_mass_delete` is False, StorageError where the index is locked by another process
        for a minute, damaged, or its disk is full.
        """
        with translated(self.settings.index_folder), lock.writing(self.settings.index_folder):
            found = self._found(allow_mass_delete)
            notes = self._check_manifest()
            run = Sync(self, found, progress, allow_mass_delete)
            # Each encoder thread has a core; NumPy's own threads would spin beside them and halve the speed.
            with threadpool_limits(1, "blas"):
                run.run()
            self.catalog.remember("folder", str(self.folder))
            self.catalog.remember("last_sync", datetime.now(UTC).isoformat(timespec="seconds"))
            self.catalog.shrink()
            counts = run.added, run.changed, run.moved, run.deleted
            return SyncReport(*counts, self.catalog.counts()[0], self.catalog.failures(), notes)

    def _found(self, allow_mass_delete: bool) -> Found:
        known = self.catalog.counts()[0]
        if known and allow_mass_delete and not os.path.exists(self.folder):
            return Found({}, {})
        found = scan(self.folder)
        if not found.files and not known:
            raise FolderError(_no_articles(self.folder))
        return found

    def status(self) -> Status:
        """What the index holds now."""
        articles, count = self.catalog.counts()
        folder = self.settings.index_folder
        size = sum(map(_size, folder.rglob("*")))
        model = self.catalog.recall("model") or self.settings.model
        last = self.catalog.recall("last_sync")
        return Status(str(self.folder), str(folder), articles, count, size, model, last, self.catalog.failures())

    def _check_manifest(self) -> tuple[str, ...]:
        """Vectors of different models or passage sizes are never mixed, nor articles read in different ways.

        Returns what had to be done about it, in words.
        """
        if self._fingerprint is None:
            self._fingerprint = fingerprint(self.settings.model)
        made = {"model": self._fingerprint, "passage_words": str(PASSAGE_WORDS)}
        read = {"reading": f"{READING} {self.settings.fields} {_versions(LIBRARIES)}"}
        told = {"version": _version("byline"), "schema": SCHEMA}
        notes: list[str] = []
        if not self._differs(made | read | told):
            return ()
        with self.catalog.transaction():
            if self._differs(made):
                before = self.catalog.recall("model")
                if self.catalog.counts()[0]:
                    notes.append(f"made with {before}, now {made['model']}: every article is embedded anew")
                self.catalog.clear()
            elif self._differs(read):
                if self.catalog.counts()[0]:
                    notes.append("articles are read in another way now: every file is read again")
                self.catalog.doubt()
            for key, value in (made | read | told).items():
                self.catalog.remember(key, value)
        return tuple(notes)

    def _differs(self, expected: dict[str, str]) -> bool:
        return any(self.catalog.recall(key) != value for key, value in expected.items())


def rebuild(settings: Settings, allow_mass_delete: bool = False) -> None:
    """Deletes the index, so that the next sync makes it anew. Only Byline's own files are deleted.

    Raises StorageError where the folder holds something else, so that a mistyped BYLINE_INDEX deletes nothing, and
    where another process is writing it; FolderError where there are no articles to make it from, unless
    `allow_mass_delete`.
    """
    if not allow_mass_delete and not scan(settings.folder).files:
        raise FolderError(_no_articles(settings.folder))
    folder = settings.index_folder
    with translated(folder):
        if not folder.exists():
            return
        strange = sorted(entry.name for entry in folder.iterdir() if entry.name not in OWN)
        if strange:
            raise StorageError(
                f"{printable(str(folder))} holds {strange[0]!r}, which is not Byline's: name another index folder"
            )
        with lock.writing(folder):
            shutil.rmtree(folder)


def _size(file: Path) -> int:
    """In bytes; 0 for what has gone since it was listed, as a vector store does that is made anew."""
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:
        return 0


def _no_articles(folder: Path) -> str:
    formats = ", ".join((*READERS, *RECORDS))
    return f"no articles ({formats}) in {printable(str(folder))}: put some in, or name another folder"


def _versions(packages: tuple[str, ...]) -> str:
    return " ".join(f"{name}={_version(name)}" for name in packages)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
