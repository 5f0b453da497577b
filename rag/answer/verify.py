"""The last check before anything is shown: every quote stands in its article, whose file is the one that was read."""

from __future__ import annotations

import hashlib
import threading
import time
from pathlib import Path

from index.catalog.catalog import Catalog
from index.types import Article
from rag.ranking.evidence import Evidence

KEPT = 10_000
"""Files whose hash is kept."""


class Verifier:
    """Checks evidence against the catalog and the files on disk; looks at each file once a question.

    A quote is compared with the text that was read out of the file, and the file by the hash of its bytes: the same
    bytes give the same text in every format.
    """

    def __init__(self, catalog: Catalog, folder: Path, hashes: Hashes | None = None) -> None:
        self._catalog, self._folder = catalog, folder
        self._hashes = hashes or Hashes()
        self._unchanged: dict[str, bool] = {}
        self.stale: list[str] = []
        """Articles whose files are no longer what was indexed."""

    def holds(self, evidence: Evidence) -> bool:
        """Whether the quote is exact, its article still indexed as it was read, and its file unchanged."""
        article = evidence.article
        if article.text[evidence.start : evidence.end] != evidence.text or not evidence.text:
            return False
        if article.path not in self._unchanged:
            self._unchanged[article.path] = self._is_unchanged(article)
            if not self._unchanged[article.path]:
                self.stale.append(article.path)
        return self._unchanged[article.path]

    def _is_unchanged(self, article: Article) -> bool:
        source = self._catalog.source(article.path)
        if source is None:
            return False
        text, file = source
        return text == article.text and self._hashes.of(self._folder / file.path) == file.sha256 != ""


SETTLED_NS = 2_000_000_000
"""A file's times tell of every change to it only when they lie this far back: clocks of file systems are coarse."""


class Hashes:
    """The hashes of files, computed again when a file's size or times change; threads may share it."""

    def __init__(self) -> None:
        self._kept: dict[Path, tuple[tuple[int, ...], str]] = {}
        self._lock = threading.Lock()

    def of(self, file: Path) -> str | None:
        """The hexadecimal sha256 of a file's bytes, or None where it cannot be read."""
        try:
            info = file.stat()
            told = info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns
            with self._lock:
                known, digest = self._kept.get(file, ((), ""))
            if known == told:
                return digest
            if not file.is_file():
                return None
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return None
        if time.time_ns() - max(info.st_mtime_ns, info.st_ctime_ns) > SETTLED_NS:
            with self._lock:
                if len(self._kept) >= KEPT:
                    self._kept.clear()
                self._kept[file] = told, digest
        return digest
