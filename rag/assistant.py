"""The facade: a folder of articles that answers questions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from index import settings as configuration
from index.catalog.catalog import Catalog
from index.errors import OutdatedError
from index.settings import Settings
from index.store import Index, Status, rebuild
from index.sync import Progress, SyncReport
from index.types import Article
from index.watch import Watcher
from rag.accounts.groups import all_accounts
from rag.choosing.chances import bar_for, chances, curves_for
from rag.examples import examples
from rag.finder import Finder, Finding
from rag.pipeline import Pipeline
from rag.question import filters
from rag.question.query import History, Query, analyse, check
from rag.reading.reader import NONE, load_reader
from rag.types import Answer


class Assistant:
    """Answers questions about one folder; threads may share it.

        with Assistant("articles") as assistant:
            print(assistant.ask("Who is the mayor?").text)

    Settings are taken from `settings`, else from BYLINE_* variables; `folder` and keywords named like the
    fields of `index.settings.Settings` win over them. Raises BylineError.
    """

    def __init__(
        self,
        folder: str | Path | None = None,
        *,
        sync: bool = True,
        settings: Settings | None = None,
        progress: Progress | None = None,
        allow_mass_delete: bool = False,
        **overrides: Any,
    ) -> None:
        """Opens the folder's index and, unless `sync` is False, brings it up to date with the folder, as `sync()`."""
        self.settings = configuration.load(settings, articles=folder, **overrides)
        self._curves = curves_for(self.settings.reader, self.settings.index_folder)
        self._index = _open(self.settings, sync, allow_mass_delete)
        self._reader = cache(partial(load_reader, self.settings.reader))
        self._finder = Finder(self._index, self._reader, self._curves.get("order", {}))
        bars = bar_for(self.settings), self.settings.bold
        self._pipeline = Pipeline(self._index.catalog, self._finder, self._curves, *bars)
        self._syncing = threading.Lock()
        self.last_report: SyncReport | None = None
        if sync:
            with ExitStack() as unfinished:
                unfinished.callback(self.close)  # nobody else could
                self.sync(progress, allow_mass_delete)
                unfinished.pop_all()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the index; asking afterwards is an error."""
        self._finder.close()
        self._index.close()

    def sync(self, progress: Progress | None = None, allow_mass_delete: bool = False) -> SyncReport:
        """Brings the index up to date with the folder. Files that cannot be read are listed, not raised.

        Raises MassDeletionError, and changes nothing, where more than half of the articles are gone, unless
        `allow_mass_delete`; and what else `index.store.Index.sync` raises.
        """
        with self._syncing:
            self.last_report = self._index.sync(progress, allow_mass_delete)
        return self.last_report

    @contextmanager
    def watching(self) -> Iterator[Watcher]:
        """Within this context, whatever changes in the folder is indexed a moment later.

        The watcher's `problem` says why that is not so at the moment.
        """
        watcher = Watcher(self.settings.folder, self.sync)
        watcher.start()
        try:
            yield watcher
        finally:
            watcher.stop()

    def status(self) -> Status:
        """What the index holds."""
        return self._index.status()

    def articles(self) -> tuple[Article, ...]:
        """Every indexed article by path, without its text."""
        return self._index.catalog.articles()

    def article(self, path: str) -> Article | None:
        """One article with its text, or None."""
        return self._index.catalog.article(path)

    @property
    def catalog(self) -> Catalog:
        """What is indexed, to be read."""
        return self._index.catalog

    def accounts(self) -> list[tuple[str, ...]]:
        """Every article grouped by independent account: the paths of each, those of one account together.

        Looks at the whole folder: seconds for a thousand articles.
        """
        return all_accounts(self._index)

    def examples(self, count: int = 4) -> list[str]:
        """Questions made from the articles that get an answer."""
        return examples(self, count, self._told)

    def _told(self, question: str) -> bool:
        """Whether a question is answered, as far as that is seen without a reader, which would take too long."""
        found = self._finder.find(analyse(question), every=True)
        return chances(found).right >= bar_for(replace(self.settings, reader=NONE))

    def ask(
        self,
        question: str,
        history: History = (),
        words: int | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
        outlet: str | Sequence[str] | None = None,
        path: str | Sequence[str] | None = None,
    ) -> Answer:
        """The answer in at most `words` words, or what may answer, or that nothing was found.

        `history` holds earlier (question, answer) pairs.

        `since` and `until` are ISO dates ("2021-12-09", "2021"), both included; `outlet` and `path` name one or
        several that may be quoted. What the question itself says of these holds too.

        Raises QuestionError for an empty or endless question, FilterError for a date, outlet or file that no article
        can have, FolderError where nothing is indexed, StorageError where the index cannot be read.
        """
        asked = check(question)
        if not history:  # else it is most often asked in other words
            self._finder.expect(asked)
        with self._index.catalog.moment():
            given = filters.chosen(self._index.catalog.scopes, since, until, outlet, path)
            return self._pipeline.answer(asked, history, given, words or self.settings.words)

    def find(self, query: Query) -> Finding:
        """What is found for a query: the best passages, their sentences, and what is thought of them.

        Raises FolderError where nothing is indexed.
        """
        return self._finder.find(query)


def _open(settings: Settings, sync: bool, allow_mass_delete: bool) -> Index:
    """The folder's index; one that another version of Byline made is made anew where it may be changed."""
    try:
        return Index(settings)
    except OutdatedError:
        if not sync:
            raise
        rebuild(settings, allow_mass_delete)
        return Index(settings)


def answer(question: str, folder: str | Path | None = None, history: History = ()) -> Answer:
    """One answer about a folder: BYLINE_ARTICLES, else the checkout's seeds/, where none is named.

    Opens and closes an Assistant each time: to ask more than once, keep one. Raises BylineError.
    """
    with Assistant(folder) as assistant:
        return assistant.ask(question, history)
