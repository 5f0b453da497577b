"""The facade: a folder of articles that answers questions."""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index import settings as configuration
from index.errors import FolderError, OutdatedError
from index.readers import OWN_LINES
from index.settings import Settings
from index.store import Index, Status, rebuild
from index.sync import Progress, SyncReport
from index.types import Article
from index.watch import Watcher
from rag import claims as grouping
from rag import evidence
from rag.confidence import confidence, lacking
from rag.evidence import Evidence
from rag.examples import examples
from rag.question import History, Question, check, understand
from rag.reader import Reader
from rag.refusal import refuse
from rag.retrieve import Hit, retrieve
from rag.types import Answer, Citation, Claim, Retrieved
from rag.verify import Hashes, Verifier
from rag.writers import Draft, QuoteWriter, Writer

_LINE_END = re.compile(r"\r\n|\r|\n")
PASSAGES = 20
"""Passages whose sentences are read; past 16 none helps, and each costs a millisecond."""
CLAIMS = 3
"""Sentences of an answer at most."""
FURTHER = 0.85
"""What a further sentence must have of the first one's score to join the answer."""


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
        **overrides: Any,
    ) -> None:
        """Opens the folder's index and, unless `sync` is False, brings it up to date with the folder."""
        self.settings = configuration.load(settings, articles=folder, **overrides)
        self._index = _open(self.settings, sync)
        self._writer: Writer = QuoteWriter()
        self._reader = Reader(self._index)
        self._hashes = Hashes()
        self._syncing = threading.Lock()
        self.last_report: SyncReport | None = None
        if sync:
            self.sync(progress)

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the index; asking afterwards is an error."""
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

    def examples(self, count: int = 4) -> list[str]:
        """Questions made from the articles that get an answer."""
        return examples(self, count)

    def ask(self, question: str, history: History = (), words: int | None = None) -> Answer:
        """The answer in at most `words` words, or a refusal. `history` holds earlier (question, answer) pairs.

        Raises QuestionError for an empty or endless question, FolderError where nothing is indexed,
        StorageError where the index cannot be read.
        """
        asked = check(question)
        understood = understand(asked, history)
        hits, ranked = self.search(understood)
        return self._compose(asked, understood, hits, ranked, words or self.settings.words)

    def search(self, question: Question) -> tuple[list[Hit], list[Evidence]]:
        """The best passages, and their sentences, both best first: what an answer is made from."""
        if not self._index.catalog.counts()[0]:
            raise FolderError(f"no article in {self.settings.folder} is indexed: run byline index")
        reading = self._index.encoder.read(question.text)
        hits = retrieve(self._index, question, reading.vector, PASSAGES)
        return hits, evidence.rank(question, reading, self._reader.read(hits))

    def _compose(self, asked: str, question: Question, hits: list[Hit], ranked: list[Evidence], words: int) -> Answer:
        verifier = Verifier(self._index.catalog, self.settings.folder, self._hashes)
        held = [e for e in ranked if verifier.holds(e)]
        if question.known:  # only what was not said before is an answer
            held = [e for e in held if e.values] or held
        sure = confidence(question, held[0], self._index.catalog.counts()[1]) if held else 0.0
        passages = tuple(
            Retrieved(h.passage.path, h.passage.start, h.passage.end, h.score, h.lexical, h.article, h.dense)
            for h in hits
        )
        notes = tuple(f"{path} has changed since it was indexed, so it is not quoted." for path in verifier.stale)
        if not held or sure < self.settings.bar:
            lack = lacking(question, held[0]) if held else None
            return refuse(asked, question, self._titles(hits), sure, passages, lack, notes)
        good = [e for e in held if e.score >= FURTHER * held[0].score]
        drafts = self._writer.write(grouping.group(question, good, held, CLAIMS), words)
        claims, citations = number(drafts)
        text = " ".join(claim.text + "".join(f" [{n}]" for n in claim.citations) for claim in claims)
        notes = (said_by(drafts[0]), *notes)
        return Answer(asked, question.text, text, claims, citations, notes=notes, confidence=sure, passages=passages)

    def _titles(self, hits: list[Hit]) -> tuple[str, ...]:
        paths = list(dict.fromkeys(hit.passage.path for hit in hits))[:3]
        found = (self._index.catalog.article(path) for path in paths)
        return tuple(article.title for article in found if article)


def _open(settings: Settings, sync: bool) -> Index:
    """The folder's index; one that another version of Byline made is made anew where it may be changed."""
    try:
        return Index(settings)
    except OutdatedError:
        if not sync:
            raise
        rebuild(settings)
        return Index(settings)


def number(drafts: list[Draft]) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
    """Claims and their citations, numbered in the order in which they are read; a place is cited once."""
    citations: dict[tuple[str, int, int], Citation] = {}
    claims = []
    for draft in drafts:
        places = [(draft.group.lead.article, draft.start, draft.end)]
        places += [(e.article, e.start, e.end) for e in draft.group.support]
        numbers = []
        for article, start, end in places:
            key = (article.path, start, end)
            if key not in citations:
                citations[key] = cite(len(citations) + 1, article, start, end)
            numbers.append(citations[key].number)
        claims.append(Claim(draft.text, tuple(numbers)))
    return tuple(claims), tuple(citations.values())


def cite(number: int, article: Article, start: int, end: int) -> Citation:
    """The citation of a span of an article."""
    line = (
        1 + len(_LINE_END.findall(article.text[:start])) if Path(article.path).suffix.lower() in OWN_LINES else None
    )
    page = bisect_right(article.pages, start) if article.pages else None
    quote = article.text[start:end]
    about = article.path, article.title, article.outlet, article.published
    return Citation(number, *about, quote, start, end, line, page)


def said_by(draft: Draft) -> str:
    """Byline's own words on how many articles stand behind the first sentence."""
    count = len({e.article.path for e in draft.group.all})
    return f"{count} articles say this." if count > 1 else "One article says this."


def answer(question: str, folder: str | Path | None = None, history: History = ()) -> Answer:
    """One answer about a folder: BYLINE_ARTICLES, else the checkout's seeds/, where none is named.

    Opens and closes an Assistant each time: to ask more than once, keep one. Raises BylineError.
    """
    with Assistant(folder) as assistant:
        return assistant.ask(question, history)
