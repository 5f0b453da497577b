"""The last check before anything is shown: every quote stands in its file, and the file is the one that was read."""

from __future__ import annotations

from pathlib import Path

from index.articles import read_article
from index.catalog import Catalog
from index.errors import ArticleError
from index.sync import content_hash
from rag.evidence import Evidence


class Verifier:
    """Checks evidence against the catalog and the files on disk; remembers each file for one question."""

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        self._catalog, self._folder = catalog, folder
        self._current: dict[str, bool] = {}
        self.stale: list[str] = []
        """Files that are no longer what was indexed."""

    def holds(self, evidence: Evidence) -> bool:
        """Whether the quote is exact and its file unchanged."""
        article = evidence.article
        if article.text[evidence.start : evidence.end] != evidence.text or not evidence.text:
            return False
        if article.path not in self._current:
            self._current[article.path] = self._unchanged(article.path)
            if not self._current[article.path]:
                self.stale.append(article.path)
        return self._current[article.path]

    def _unchanged(self, path: str) -> bool:
        state = self._catalog.state(path)
        file = self._folder / path
        if state is None:
            return False
        try:
            info = file.stat()
            if (info.st_size, info.st_mtime_ns) == (state.size, state.mtime_ns):
                return True
            return content_hash(read_article(file, path).text) == state.sha256
        except (OSError, ArticleError):
            return False
