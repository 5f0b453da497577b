"""The last check before anything is shown: every quote stands in its file, and the file is the one that was read."""

from __future__ import annotations

from pathlib import Path

from index.articles import MAX_BYTES, READERS
from index.catalog import Catalog
from index.errors import ArticleError
from rag.evidence import Evidence


class Verifier:
    """Checks evidence against the catalog and the files on disk; reads each file once a question.

    Files are compared by content: a copy that keeps the old time can have the old size too, and the index may
    have followed a change after the evidence was found.
    """

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        self._catalog, self._folder = catalog, folder
        self._texts: dict[str, str | None] = {}
        self.stale: list[str] = []
        """Files that are no longer what was indexed."""

    def holds(self, evidence: Evidence) -> bool:
        """Whether the quote is exact and its file unchanged."""
        article = evidence.article
        if article.text[evidence.start : evidence.end] != evidence.text or not evidence.text:
            return False
        if article.path not in self._texts:
            self._texts[article.path] = self._text(article.path)
        unchanged = self._texts[article.path] == article.text
        if not unchanged and article.path not in self.stale:
            self.stale.append(article.path)
        return unchanged

    def _text(self, path: str) -> str | None:
        """What the file of an indexed article holds now, or None where that cannot be told."""
        file = self._folder / path
        reader = READERS.get(file.suffix.lower())
        try:
            if reader is None or self._catalog.state(path) is None:
                return None
            if not file.is_file() or file.stat().st_size > MAX_BYTES:
                return None
            return reader(file.read_bytes(), path)
        except (OSError, ArticleError):
            return None
