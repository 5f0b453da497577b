"""Makes the index equal the folder: what changed is read, what is new in it is embedded, what is gone is forgotten.

Everything is decided by content. A file whose size and time are as before is not opened; one whose bytes are as
before is not parsed; an article whose words are as before keeps its passages wherever it stands now; and a passage
that is known from anywhere is not embedded again. Articles are read ahead while the model works, and each is
committed whole. Deletions come last, so that moved text is still known when it turns up elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from index.catalog.rows import Failure, FileState, PassageRow
from index.catalog.space import Share, over
from index.encoder import PassageText, PassageVectors, passage_text
from index.errors import ArticleError, MassDeletionError
from index.readers import extract
from index.readers.jsonl import MAX_FILE
from index.scan import Found
from index.text.articles import parse_article, printable
from index.text.sentences import passages
from index.types import Article, Extracted, Passage, Unread

if TYPE_CHECKING:
    from index.store import Index

Progress = Callable[[int, int, str], None]
"""Called with articles done, articles to do as far as is known, and the path at hand."""
PASSAGE_WORDS = 95
UNFINISHED = -1
"""The size under which a file is known whose articles are not all in the catalog yet."""
READING = "1"
"""Raise it when the same file would be read as another article: every file is then read again."""
AHEAD = 64
"""Passages handed to the model before the first of them has to be ready: both cores stay busy while articles are
read and written, and memory stays flat."""
_IF_MEANT = "if they are meant to be gone, run byline index --yes (in Python: sync(allow_mass_delete=True))"
FEED = 20_000
"""New passages after which the vector store is brought up to date, also in the middle of a run."""


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
    """Everything that is skipped, found now or before."""
    notes: tuple[str, ...] = ()
    """What else had to be done, such as "the model is another one: every article is embedded anew"."""

    def summary(self) -> str:
        """One line, such as "5 articles: added 5"."""
        counts = [("added", self.added), ("changed", self.changed), ("moved", self.moved)]
        counts += [("deleted", self.deleted), ("failed", len(self.failed))]
        said = ", ".join(f"{name} {count:,}" for name, count in counts if count)
        return f"{self.articles:,} article{'s' * (self.articles != 1)}: {said or 'nothing changed'}"


@dataclass(slots=True)
class _File:
    """A changed file on its way into the catalog: done when all its new articles are in it."""

    state: FileState
    failures: list[Failure] = field(default_factory=list)
    left: int = 0


@dataclass(slots=True)
class _Put:
    """An article on its way into the catalog, with the vectors that are known and those that are being made."""

    file: _File
    article: Article
    content: str
    parts: list[tuple[bytes, Passage]]
    known: dict[bytes, PassageVectors]
    made: dict[bytes, Future[PassageVectors]]
    replaces: bool
    sentences: int
    """How many the whole article has; its parts may not reach to its end."""

    def ready(self) -> bool:
        return all(future.done() for future in self.made.values())

    def rows(self) -> list[PassageRow]:
        """As many as there is room for. Waits for the model."""
        vectors = self.known | {content: future.result() for content, future in self.made.items()}
        tokens = [len(vectors[content].tokens) for content, _ in self.parts]
        fitting = Share.of(self.article.text).fitting([len(part.sentences) for _, part in self.parts], tokens)
        return [PassageRow(content, part, vectors[content]) for content, part in self.parts[:fitting]]


class _Closed(ArticleError):
    """A file that is there and cannot be opened."""


class Sync:
    """One run. The caller holds the index's lock."""

    def __init__(self, index: Index, found: Found, progress: Progress | None, allow_mass_delete: bool) -> None:
        self.index, self.catalog, self.found = index, index.catalog, found
        self.progress = progress or (lambda done, total, path: None)
        self.allowed = allow_mass_delete
        self.known = self.catalog.files()
        self.sizes = self.catalog.article_counts()
        self.gone = [path for path in sorted(self.known) if path not in found.files and not found.hidden(path)]
        self.moved_away: set[str] = set()
        self.work = [state for state in map(self._state, sorted(found.files)) if state is not None]
        self.done, self.total, self.unfed = 0, len(self.work), 0
        self.pool: ThreadPoolExecutor | None = None
        self.added = self.changed = self.moved = self.deleted = 0
        self.flying: WeakValueDictionary[bytes, Future[PassageVectors]] = WeakValueDictionary()

    def run(self) -> None:
        """Raises MassDeletionError before anything is changed, StorageError, or ModelError."""
        self._refuse_mass_deletion()
        self._list_closed_folders()
        self.progress(0, self.total, "")
        waiting: deque[_Put] = deque()
        try:
            for put in self._puts():
                waiting.append(put)
                while waiting and (waiting[0].ready() or sum(len(one.made) for one in waiting) >= AHEAD):
                    self._commit(waiting.popleft())
            while waiting:
                self._commit(waiting.popleft())
        finally:
            if self.pool:
                self.pool.shutdown(cancel_futures=True)
        for path in self.gone:
            if path not in self.moved_away:
                self._delete(path)
        self.index.dense.feed()
        self.progress(self.done, self.done, "")

    # --- deciding -----------------------------------------------------------------------------------------

    def _state(self, path: str) -> FileState | None:
        """The file's state where it has to be looked at, or None where it is as it was."""
        try:
            info = self.found.files[path].stat()
        except OSError:
            return FileState(path, -1, -1)
        # A copy can keep the old file's time, and new permissions change only the other one.
        state = FileState(path, info.st_size, max(info.st_mtime_ns, info.st_ctime_ns))
        known = self.known.get(path)
        same = known is not None and (known.size, known.mtime_ns) == (state.size, state.mtime_ns)
        return None if same else state

    def _refuse_mass_deletion(self) -> None:
        """An unmounted disk, or another one in its place, must not empty an index. A file that has another name now
        is not lost; a new one makes up for none."""
        articles = sum(self.sizes.values())
        lost = sum(self.sizes.get(path, 0) for path in self.gone)
        if not self.allowed and 2 * (articles - lost) < articles:
            lost -= sum(self.sizes.get(path, 0) for path in self._renamed())
        if not self.allowed and 2 * (articles - lost) < articles:
            made_of = self.catalog.recall("folder") or str(self.index.folder)
            if made_of != str(self.index.folder):
                index = printable(str(self.index.settings.index_folder))
                raise MassDeletionError(
                    f"the index {index} is that of {printable(made_of)}, not of {self.index.name}: name another with "
                    "--index or BYLINE_INDEX; to replace what is in it, run byline index --yes"
                )
            raise MassDeletionError(
                f"{self.index.name} holds {articles - lost:,} of the {articles:,} articles that were in it, as if a "
                f"disk were not mounted: nothing was changed; {_IF_MEANT}"
            )

    def _renamed(self) -> set[str]:
        """Those of the files that are gone whose bytes a new file has."""
        gone = {(self.known[path].size, self.known[path].sha256): path for path in self.gone}
        sizes = {size for size, _ in gone}
        found: set[str] = set()
        for state in self.work:
            if state.path in self.known or state.size not in sizes:
                continue
            try:
                same = gone.get((state.size, self._hashed(state).sha256))
            except ArticleError:  # it is told when it is read
                continue
            found |= {same} if same else set()
        return found

    def _list_closed_folders(self) -> None:
        closed = {Failure(path, reason) for path, reason in self.found.closed.items()}
        listed = {failure for failure in self.catalog.failures() if failure.path.endswith("/")}
        if closed != listed:
            with self.catalog.transaction():
                for failure in listed:
                    self.catalog.forget(failure.path)
                for failure in closed:
                    self.catalog.skip(failure, failure.path)

    # --- reading ------------------------------------------------------------------------------------------

    def _puts(self) -> Iterator[_Put]:
        """Articles that have to be put into the catalog; everything cheaper is done on the way."""
        failed = self.catalog.failed_files()
        whole = [path for path in self.gone if path not in failed and self.known[path].size != UNFINISHED]
        moves = {self.known[path].sha256: path for path in reversed(whole)}
        for state in self.work:
            known = self.known.get(state.path)
            try:
                state = self._hashed(state)
                if known is not None and known.size != UNFINISHED and known.sha256 == state.sha256 != "":
                    self._touch(state)
                elif known is None and Path(moves.get(state.sha256, "")).suffix == Path(state.path).suffix != "":
                    self._move(moves.pop(state.sha256), state)
                else:
                    yield from self._read(state)
            except _Closed as error:
                self._keep(state.path, str(error))
            except ArticleError as error:
                self._fail(state, str(error))

    def _hashed(self, state: FileState) -> FileState:
        """With the hash of the file's bytes; too large a file has none, and cannot be read anyway."""
        file = self.found.files[state.path]
        if not file.as_posix().endswith(state.path):
            raise ArticleError(f"{state.path} has a name that is not UTF-8: rename it")
        if not 0 <= state.size <= MAX_FILE:
            return state
        try:
            with file.open("rb") as stream:
                return replace(state, sha256=hashlib.file_digest(stream, "sha256").hexdigest())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise _Closed(f"{state.path} cannot be read ({reason}): check that it is a file you may open.") from error

    def _read(self, state: FileState) -> Iterator[_Put]:
        """The articles of a changed file that the catalog does not have yet; the others are kept or renamed."""
        file = _File(state)
        new: dict[str, str] = {}
        sole: Extracted | None = None
        for path, record in self._records(state):
            if isinstance(record, Unread):
                file.failures.append(Failure(path, record.reason))
            else:
                new[path], sole = content_of(record), record
        cut = self.catalog.cut_short(state.path)
        wanted = self._rearrange(state, new)
        file.failures += [
            Failure(path, cut[name]) for path, name in new.items() if name in cut and path not in wanted
        ]
        file.left = len(wanted)
        if not wanted:
            self._seen(file)
        elif len(new) == 1 and sole is not None:
            yield from self._parsed(file, [(next(iter(new)), sole)], new, wanted)
        else:
            self.total += len(wanted) - 1
            # Where old articles still stand, nothing of the file can be checked, or quoted, until all is replaced.
            self._begin(replace(state, sha256="") if any(wanted.values()) else state)
            yield from self._parsed(file, self._records(state), new, wanted)

    def _parsed(
        self,
        file: _File,
        records: Iterable[tuple[str, Extracted | Unread]],
        new: dict[str, str],
        wanted: dict[str, bool],
    ) -> Iterator[_Put]:
        """The wanted articles. A file that changes meanwhile is not marked as seen, and so read again next time."""
        for path, record in records:
            if isinstance(record, Unread) or path not in wanted or new[path] != content_of(record):
                continue
            try:
                article = parse_article(record, path)
            except ArticleError as error:
                self._unread(file, Failure(path, str(error)))
            else:
                yield self._put(file, article, new[path], wanted[path])

    def _records(self, state: FileState) -> Iterator[tuple[str, Extracted | Unread]]:
        for record in extract(self.found.files[state.path], state.path, self.index.settings.export_fields):
            if isinstance(record, Unread):
                yield record.path, record
            else:
                yield state.path + ("" if record.record is None else f"#{record.record}"), record

    def _rearrange(self, state: FileState, new: dict[str, str]) -> dict[str, bool]:
        """Renames and removes articles of a changed file. Returns the paths that have to be put, and whether
        each replaces an article that is gone."""
        old = self.catalog.contents(state.path)
        spare = {content: path for path, content in old.items() if new.get(path) != content}
        renamed = {
            spare.pop(content): path for path, content in new.items() if old.get(path) != content and content in spare
        }
        wanted = [path for path, content in new.items() if old.get(path) != content and path not in renamed.values()]
        removed = [path for path in spare.values() if path not in wanted]
        self._refuse_truncation(state.path, len(removed), len(wanted))
        if renamed or removed:
            with self.catalog.transaction():
                self.catalog.rearrange(state.path, renamed, removed)
        self.moved += len(renamed)
        self.deleted += len(removed)
        return {path: path in old and path not in renamed for path in wanted}

    def _refuse_truncation(self, path: str, removed: int, wanted: int) -> None:
        articles = sum(self.sizes.values())
        if not self.allowed and 2 * (articles - removed + wanted) < articles:
            raise MassDeletionError(
                f"{path} lost {removed:,} of its articles, most of the {articles:,} that are indexed: nothing of it "
                f"was changed; {_IF_MEANT}"
            )

    def _put(self, file: _File, article: Article, content: str, replaces: bool) -> _Put:
        parts = passages(article, PASSAGE_WORDS)
        sentences = [len(part.sentences) for part in parts]
        parts = parts[: Share.of(article.text).fitting(sentences)]
        texts = [passage_text(article, part) for part in parts]
        contents = [_hash(text.text + repr(text.sentences)).digest()[:16] for text in texts]
        known = self.catalog.embedded(list(dict.fromkeys(contents)))
        made: dict[bytes, Future[PassageVectors]] = {}
        for name, text in zip(contents, texts, strict=True):
            if name not in known and name not in made:
                made[name] = self.flying.get(name) or self._encoding(text)
                self.flying[name] = made[name]
        named = list(zip(contents, parts, strict=True))
        return _Put(file, article, content, named, known, made, replaces, sum(sentences))

    def _encoding(self, text: PassageText) -> Future[PassageVectors]:
        encoder = self.index.encoder
        if self.pool is None:
            self.pool = ThreadPoolExecutor(encoder.workers, thread_name_prefix="byline-encoder")
        return self.pool.submit(encoder.encode, text)

    # --- writing ------------------------------------------------------------------------------------------

    def _commit(self, put: _Put) -> None:
        rows = put.rows()
        kept = sum(len(row.passage.sentences) for row in rows)
        cut = over(kept, put.sentences) if kept < put.sentences else None
        if cut:
            put.file.failures.append(Failure(put.article.path, cut))
        with self.catalog.transaction():
            self.catalog.put(put.article, put.file.state.path, put.content, rows, cut)
            put.file.left -= 1
            if not put.file.left:
                self.catalog.seen(put.file.state, put.file.failures)
        self.changed += put.replaces
        self.added += not put.replaces
        self._step(put.article.path)
        self.unfed += len(rows)
        if self.unfed >= FEED:
            self.unfed = 0
            self.index.dense.feed()

    def _unread(self, file: _File, failure: Failure) -> None:
        file.failures.append(failure)
        with self.catalog.transaction():
            self.deleted += self.catalog.remove(failure.path)
        file.left -= 1
        if not file.left:
            self._seen(file)

    def _begin(self, state: FileState) -> None:
        """Its articles can be quoted, and checked, before all of them are in; the next run would go on."""
        with self.catalog.transaction():
            self.catalog.seen(replace(state, size=UNFINISHED))

    def _keep(self, path: str, reason: str) -> None:
        """What cannot be opened may be back soon: its articles stay, and cannot be quoted meanwhile."""
        with self.catalog.transaction():
            self.catalog.doubt(path)
            self.catalog.skip(Failure(path, reason), path)
        self._step(path)

    def _seen(self, file: _File) -> None:
        with self.catalog.transaction():
            self.catalog.seen(file.state, file.failures)
        self._step(file.state.path)

    def _touch(self, state: FileState) -> None:
        with self.catalog.transaction():
            self.catalog.touch(state)
        self._step(state.path)

    def _move(self, old: str, state: FileState) -> None:
        with self.catalog.transaction():
            self.moved += self.catalog.move(old, state)
        self.moved_away.add(old)
        self._step(state.path)

    def _fail(self, state: FileState, reason: str) -> None:
        with self.catalog.transaction():
            for path in self.catalog.contents(state.path):
                self.catalog.remove(path)
            self.catalog.seen(state, [Failure(state.path, reason)])
        self._step(state.path)

    def _delete(self, file: str) -> None:
        with self.catalog.transaction():
            for path in self.catalog.contents(file):
                self.catalog.remove(path)
                self.deleted += 1
            self.catalog.forget(file)

    def _step(self, path: str) -> None:
        self.done += 1
        self.progress(self.done, max(self.total, self.done), path)


def content_of(record: Extracted) -> str:
    """What names an article's words and what its file says of it; the same for the same article anywhere."""
    about = record.title, record.published, record.outlet, record.url, record.pages
    return _hash(repr((READING, *about, record.text))).hexdigest()[:32]


def _hash(text: str) -> hashlib._Hash:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass"))
