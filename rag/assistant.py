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
from index.catalog import Catalog
from index.errors import OutdatedError
from index.settings import Settings
from index.store import Index, Status, rebuild
from index.sync import Progress, SyncReport
from index.types import Article
from index.watch import Watcher
from rag.accounts.groups import all_accounts
from rag.asking import filters, scoping
from rag.asking.filters import EVERYTHING, Filter
from rag.asking.followup import readings
from rag.asking.parts import parts
from rag.asking.question import History, Question, again, analyse, check
from rag.asking.scoping import Scoped
from rag.choosing.chances import LIKELY, bar_for, chances, curves_for
from rag.composing import compose
from rag.examples import examples
from rag.finding.finder import Finder, Finding
from rag.finding.quoted import sought
from rag.reading.reader import NONE, load_reader
from rag.types import Answer, State
from rag.unanswered import likely, not_found
from rag.writers import QuoteWriter, Writer

STATES: tuple[State, ...] = ("not found", "likely here", "answered")
"""From the least to the most that is said."""


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
        self._writer: Writer = QuoteWriter(self._finder.body)
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
            answers = [self._read(asked, reading, given, history, words) for reading in readings(asked, history)]
        return max(answers, key=lambda answer: (STATES.index(answer.state), answer.confidence))

    def _read(self, asked: str, reading: str, given: Filter, history: History, words: int | None) -> Answer:
        """The answer to one reading of a question, within the limits that it and the caller set."""
        known = self._index.catalog.scopes
        ways = scoping.read(reading, known, given)
        answer, way = None, ways[0]
        for one in ways:
            made = self._answer(asked, one, history, words or self.settings.words)
            if answer is None or STATES.index(made.state) > STATES.index(answer.state):
                answer, way = made, one
            if made.state == "answered":
                break
        assert answer is not None
        told = filters.notes(known, way.filter) if way.filter else ()
        if way is not ways[0]:
            told = (scoping.fell_back(ways[0], way), *told)
        return replace(answer, notes=(*answer.notes, *told)) if told else answer

    def _answer(self, asked: str, way: Scoped, history: History, words: int) -> Answer:
        """The answer to one way of taking a question."""
        question = self._finder.understood(way.question)
        wanted = sought(way.question)
        if wanted:
            found = [self._finder.quoted(question, wanted, way.filter)]
        elif question.asks == "digest":
            found = [self._finder.overview(question, way.filter)]
        else:
            each = [again(asked, self._finder.understood(part), history) for part in parts(way.question)]
            found = [self.find(one, way.filter) for one in each]
        understood = " ".join(one.question.text for one in found)
        known = [chances(one, self._curves) for one in found]
        bar, bold = bar_for(self.settings), self.settings.bold
        sure_of = [one.voted != () and chance.right >= bar for one, chance in zip(found, known, strict=True)]
        answered = [self._also(one, bar) for one, sure in zip(found, sure_of, strict=True) if sure]
        certain = [chance.short >= bold for chance, sure in zip(known, sure_of, strict=True) if sure]
        notes = tuple(
            f"{path} has changed since it was indexed, so it is not quoted."
            for path in dict.fromkeys(path for one in found for path in one.stale)
        )
        if not answered:
            sure = max(chance.right for chance in known)
            near = [one for one, chance in zip(found, known, strict=True) if one.voted and chance.nearby >= LIKELY]
            if near:
                return likely(asked, understood, near, sure, notes, self._finder.body)
            return not_found(asked, understood, found, sure, self._titles(found), notes)
        missing = tuple(one.question.text for one, sure in zip(found, sure_of, strict=True) if not sure)
        notes = (*(f"Nothing answers “{part}”." for part in missing), *notes)
        least = min(chance.right for chance, sure in zip(known, sure_of, strict=True) if sure)
        ways = self._finder.accounts, self._finder.disputing
        answer = compose(asked, understood, answered, words, self._writer, *ways, least, certain)
        return replace(answer, missing=missing, notes=(*answer.notes, *notes))

    def _also(self, found: Finding, bar: float) -> Finding:
        """With those of the other accounts that would be an answer by themselves."""
        return replace(found, apart=tuple(one for one in found.apart if chances(one, self._curves).right >= bar))

    def find(self, question: Question, filter: Filter = EVERYTHING) -> Finding:
        """What is found for a question: the best passages, their sentences, and what is thought of them.

        Raises FolderError where nothing is indexed.
        """
        return self._finder.find(question, filter)

    def _titles(self, found: Sequence[Finding]) -> tuple[str, ...]:
        paths = list(dict.fromkeys(hit.passage.path for one in found for hit in one.hits))[:3]
        titles = self._index.catalog.titles(paths)
        return tuple(titles[path] for path in paths if path in titles)


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
