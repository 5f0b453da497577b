"""Nearest passages by vector: exactly, in memory, up to EXACT passages; above that in the vector store.

The catalog is what is searched; the store is only a faster way through it, and what it finds is ranked by the
catalog's vectors. Passages that the store does not have yet are always searched exactly, so an answer never waits for
the store, and ids that the catalog does not have any more are nothing. A store that cannot be read costs time and no
answer (docs/decisions/0007-exact-search-then-the-store.md).

So that a million passages fit into memory, a large folder's store holds vectors of half the length: coordinates along
the directions in which the folder's own vectors vary most (principal components).
"""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

import numpy as np

from index.catalog.catalog import Catalog
from index.encoder import Vectors
from index.errors import StorageError
from index.search.exact import MANY, SHARE, Bounds, components, nearest
from index.search.postings import Numbers
from index.search.scope import Scope
from index.search.vectors import FOLDER, ClosedStoreError, VectorStore, recreate

EXACT = 50_000
"""Passages that are searched exactly: 77 MB in memory and 38 MB for their bounds, some milliseconds a question."""
CHUNK = 20_000
"""Vectors taken from the catalog at once."""
GARBAGE = 100
"""Deleted vectors from which on the store may be made anew, where they are half as many as are left: they take some
250 kB, and adding so few again takes some hundredths of a second."""
SAMPLE = 20_000
"""Passages whose vectors the components are taken from."""
FARTHEST = 10_000
"""Neighbours that the store is asked for at most, to find those within limits among them."""
DAMAGED = "chroma-damaged"
"""A file by which a reader tells the next sync that the store has to be made anew."""


class DenseSearch:
    """The passages nearest to a vector; threads may share it."""

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        self._catalog, self._folder = catalog, folder
        self._lock = threading.Lock()
        self._seen = -1
        """Changes of the catalog that have been followed; -1 to follow it in any case."""
        self._ids: Numbers = np.zeros(0, np.int64)
        self._vectors: Vectors = np.zeros((0, 0), np.float32)
        self._bounds: Bounds | None = None
        self._store: VectorStore | None = None
        self._kept: tuple[VectorStore, str] | None = None
        """The store of a folder that is searched in memory, which this process has fed, and as which feed: the next
        change finds it open. Opened anew it reads all of its vectors again, seconds for a thousand articles."""
        self._covered = 0
        """Passages up to this id are searched in the store, the others in memory."""
        self._fed: str | None = None
        self._basis: Vectors | None = None
        """Shape (dim, length of the store's vectors); None where it holds the vectors as they are."""

    def nearest(self, vector: Vectors, limit: int, scope: Scope | None = None) -> list[int]:
        """Ids of at least `limit` passages (all, where there are fewer), the nearest among them.

        Within a scope they are found exactly, whatever its size, where the folder is searched in memory, and in a
        larger folder for every scope of up to EXACT passages; a larger scope is searched in the store as the whole
        folder is, and exactly where the store's nearest lie outside of it.
        """
        with self._lock:
            self._refresh()
            ids, vectors, bounds = self._ids, self._vectors, self._bounds
            store, covered = self._store, self._covered
        exact = nearest(ids, vectors, vector, limit, scope, bounds)
        if store is None:
            return exact
        try:
            if scope is not None:
                return exact + self._stored_within(store, covered, scope, vector, limit)
            return exact + store.nearest(_along(self._basis, vector), SHARE * limit)
        except ClosedStoreError:  # another thread has opened it again meanwhile
            return self._scan(vector, limit, scope)
        except StorageError:
            self._tell_damage()
            return self._scan(vector, limit, scope)

    def held(self, ids: Numbers) -> tuple[Numbers, Vectors]:
        """Those of these passages, ascending, that were in memory at the last search, and their vectors."""
        with self._lock:
            known, vectors = self._ids, self._vectors
        if not len(known):
            return ids[:0], vectors
        places = np.searchsorted(known, ids).clip(max=len(known) - 1)
        places = places[known[places] == ids]
        return known[places], vectors[places]

    def _stored_within(
        self, store: VectorStore, covered: int, scope: Scope, vector: Vectors, limit: int
    ) -> list[int]:
        """The nearest of a scope's passages up to `covered`: by their own vectors, where they are not too many."""
        inside = scope.passages[: np.searchsorted(scope.passages, covered, side="right")]
        if len(inside) <= EXACT:
            return nearest(*self._catalog.scopes.vectors(inside), vector, limit)
        wanted = SHARE * limit
        asked = max(wanted, 2 * wanted * self._catalog.counts()[1] // len(inside))
        while asked <= FARTHEST:
            found = np.array(store.nearest(_along(self._basis, vector), asked), dtype=np.int64)
            within: list[int] = found[scope.holds(found)].tolist()
            if len(within) >= wanted:
                return within[:wanted]
            asked *= 4
        return self._scan(vector, limit, scope)

    def close(self) -> None:
        """Lets go of vectors and store."""
        self._keep(None)
        with self._lock:
            self._hold(None)
            self._seen = -1
            self._ids, self._vectors, self._bounds = self._ids[:0], self._vectors[:0], None

    # --- reading ---------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Follows the catalog, whoever has changed it; forwards only, for whom reads an earlier moment too."""
        changes = self._catalog.changes()
        if changes <= self._seen:
            if self._bounds is None and len(self._ids) >= MANY:  # it is asked again: they will be worth their time
                self._bounds = Bounds.of(self._vectors)
            return
        if self._catalog.counts()[1] <= EXACT:
            self._hold(None)
            self._cover(0)
        elif self._store is None or self._fed != self._catalog.recall("fed"):
            self._reopen()
        last = int(self._ids[-1]) if len(self._ids) else self._covered
        new, vectors = self._catalog.vectors_after(max(last, self._covered))
        kept = np.ones(len(self._ids), np.bool_)
        if self._covered:
            kept = np.isin(self._ids, self._catalog.ids_after(self._covered), assume_unique=True)
        elif self._catalog.counts()[1] != len(self._ids) + len(new):
            kept = np.isin(self._ids, self._catalog.passage_ids(), assume_unique=True)
        held = self._vectors if kept.all() else self._vectors[kept]
        self._ids = np.concatenate([self._ids[kept], new])
        self._vectors = np.concatenate([held, vectors]) if len(held) and len(new) else (vectors if len(new) else held)
        if self._bounds:
            self._bounds = self._bounds.changed(kept, vectors) if len(self._ids) >= MANY else None
        self._seen = changes

    def _reopen(self) -> None:
        """Another process has changed the store: what it holds by now need not be in memory."""
        self._fed, covered = self._catalog.recall("fed"), int(self._catalog.recall("stored") or 0)
        name = self._catalog.recall("store")
        self._hold(None)  # first, so that two graphs are never in memory at once
        try:
            self._hold(VectorStore(self._folder, name) if name and covered else None)
            self._basis = self._catalog.basis()
        except StorageError:
            self._tell_damage()
        self._cover(covered if self._store else 0)

    def _hold(self, store: VectorStore | None) -> None:
        """From now on this store is searched; the one before is closed."""
        before, self._store = self._store, store
        if before is not None and before is not store:
            before.close()

    def _cover(self, upto: int) -> None:
        """From now on passages up to this id are searched in the store."""
        if upto < self._covered:
            self._ids, self._vectors, self._bounds = self._ids[:0], self._vectors[:0], None
        self._covered = upto

    def _scan(self, vector: Vectors, limit: int, scope: Scope | None = None) -> list[int]:
        """Exact search without keeping what is read: slow, and right."""
        found: list[tuple[float, int]] = []
        last = 0
        while True:
            ids, vectors = self._catalog.vectors_after(last, CHUNK)
            if not len(ids):
                return [number for _, number in sorted(found, reverse=True)[:limit]]
            last = int(ids[-1])
            near = nearest(ids, vectors, vector, limit, scope)
            places = np.searchsorted(ids, near)
            found = sorted([*found, *zip((vectors[places] @ vector).tolist(), near, strict=True)], reverse=True)[
                :limit
            ]

    def _tell_damage(self) -> None:
        (self._folder / DAMAGED).touch()

    # --- writing; the caller holds the index's lock -----------------------------------------------------

    def feed(self) -> None:
        """Makes the vector store equal the catalog, from where it was left; anew where it is damaged or gone.

        Raises StorageError where that does not help.
        """
        damaged = (self._folder / DAMAGED).exists()
        untouched = not damaged and stamp(self._folder) == self._catalog.recall("stamp")
        if untouched and self._is_fed():
            return
        if not untouched:
            self._keep(None)
        try:
            self._feed(anew=damaged or self._mostly_garbage() or self._outgrown())
        except StorageError:
            self._feed(anew=True)
        (self._folder / DAMAGED).unlink(missing_ok=True)

    def _is_fed(self) -> bool:
        return (
            self._catalog.last_passage() <= int(self._catalog.recall("stored") or 0) and not self._catalog.dropped()
        )

    def _mostly_garbage(self) -> bool:
        """HNSW keeps what is deleted: from time to time its graph is made anew."""
        gone = int(self._catalog.recall("garbage") or 0) + len(self._catalog.dropped())
        return gone > GARBAGE and 2 * gone > self._catalog.counts()[1]

    def _outgrown(self) -> bool:
        """Whether the store is that of a folder which was small until now."""
        return self._catalog.counts()[1] > EXACT and self._catalog.basis() is None

    def _feed(self, *, anew: bool) -> None:
        self._catalog.remember("stamp", "")  # a feed that is cut short is always looked into by the next
        self._catalog.checkpoint()  # the store never holds what a power cut could take out of the catalog
        store, stored = self._emptied() if anew else self._resumed()
        fed = None
        try:
            stored = self._filled(store, stored)
            self._probe(store)
            fed = self._finish(store, stored)
        finally:
            if store is not self._store:
                self._keep((store, fed) if fed else None)
                if not fed:
                    store.close()

    def _keep(self, kept: tuple[VectorStore, str] | None) -> None:
        before, self._kept = self._kept, kept
        if before and (kept is None or kept[0] is not before[0]):
            before[0].close()

    def _filled(self, store: VectorStore, stored: int) -> int:
        """Takes out of the store what is gone, and puts in what is new, above `stored`. Returns its highest id."""
        catalog = self._catalog
        basis, dropped = catalog.basis(), catalog.dropped()
        store.delete(number for number in dropped if number <= stored)
        with catalog.transaction():
            catalog.stored(stored, dropped)
            catalog.remember("garbage", str(int(catalog.recall("garbage") or 0) + len(dropped)))
        while True:
            ids, vectors = catalog.vectors_after(stored, CHUNK)
            if not len(ids):
                return stored
            store.add(ids.tolist(), _along(basis, vectors))
            stored = int(ids[-1])
            with catalog.transaction():
                catalog.stored(stored, ())

    def _probe(self, store: VectorStore) -> None:
        """Raises StorageError where the store does not hold, or find, what it should."""
        _, some = self._catalog.vectors_after(self._catalog.last_passage() - 1)
        if store.count() != self._catalog.counts()[1] or (
            len(some) and not store.nearest(_along(self._catalog.basis(), some[0]), 1)
        ):
            raise StorageError(f"the vector store {self._folder / FOLDER} lost vectors: run byline index --rebuild")

    def _finish(self, store: VectorStore, stored: int) -> str:
        """Returns the number of this feed."""
        with self._lock:
            with self._catalog.transaction():
                fed = str(int(self._catalog.recall("fed") or 0) + 1)
                self._catalog.remember("fed", fed)
                self._catalog.remember("stamp", stamp(self._folder))
            if self._catalog.counts()[1] > EXACT:
                self._hold(store)
                self._fed, self._seen = fed, -1
                self._basis = self._catalog.basis()
                self._cover(stored)
        return fed

    def _resumed(self) -> tuple[VectorStore, int]:
        name = self._catalog.recall("store")
        if name is None:
            return self._emptied()
        stored = int(self._catalog.recall("stored") or 0)
        if self._kept and self._kept[1] == self._catalog.recall("fed"):  # else another process has fed it since
            return self._kept[0], stored
        self._keep(None)
        return self._store or VectorStore(self._folder, name), stored

    def _emptied(self) -> tuple[VectorStore, int]:
        """A new store under a new name: one of another catalog is never taken for this one's."""
        name = "passages-" + secrets.token_hex(8)
        large = self._catalog.counts()[1] > EXACT
        basis = components(self._catalog.vectors_after(0, SAMPLE)[1]) if large else None
        with self._catalog.transaction():
            self._catalog.set_basis(basis)
            self._catalog.remember("store", name)
            self._catalog.remember("garbage", "0")
            self._catalog.stored(0, self._catalog.dropped())
        self._keep(None)
        with self._lock:
            self._hold(None)
            self._seen = -1
            self._cover(0)
        return recreate(self._folder, name), 0


def _along(basis: Vectors | None, vectors: Vectors) -> Vectors:
    return vectors if basis is None else vectors @ basis


def stamp(folder: Path) -> str:
    """The sizes of the store's files: a store that was deleted, cut short or replaced has another."""
    files = sorted(file for file in (folder / FOLDER).rglob("*") if file.is_file())
    return " ".join(f"{file.name}={file.stat().st_size}" for file in files)
