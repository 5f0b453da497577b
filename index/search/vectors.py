"""The vector store: Chroma, embedded in this process, read through LlamaIndex's interface; only this file knows them.

It holds a copy of the catalog's passage vectors, by passage id, and can be made from them at any time, so whatever
is wrong with its folder is mended by starting anew. Vectors are added to Chroma directly: LlamaIndex's way takes
twice the time and four times the disk (docs/decisions/0007-exact-search-then-the-store.md).
Chroma's server is never used: releases up to 1.5.9 let strangers run code in it (CVE-2026-45829).
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.encoder import Vectors
from index.errors import StorageError
from index.text.articles import printable

FOLDER = "chroma"
CONSTRUCTION, SEARCH = 100, 400
"""Neighbours that HNSW looks at when it adds and when it searches. On 11,074 passages of news, 60 nearest: recall
.9999 at 400, .998 at 200."""
PERSIST = 20_000
"""Vectors between two times that Chroma writes its graph. Its default, 1,000, writes a large graph over and over."""
PANIC = "PanicException"
"""What Chroma's core raises where it gave up, for want of file handles for one; no Exception, and of no module."""
BATCH = 2000
"""Vectors in one call: Chroma refuses some thousands at once, and few at a time are slow."""


_OPENING = threading.Lock()
"""Chroma keeps what is behind a client in a table of the whole process, which is to stay empty."""


class ClosedStoreError(StorageError):
    """A store that was closed by whoever opened it, or whose place another has taken."""


class VectorStore:
    """Passage vectors by passage id, found by cosine; whoever opens it closes it: Chroma's files stay open, and its
    threads go on, until then."""

    def __init__(self, folder: Path, name: str) -> None:
        """Opens or creates the collection `name` in `folder`/chroma; the catalog whose copy it is chose the name.

        Raises StorageError where the disk does not let it or the store is damaged.
        """
        self._folder, self._name = folder / FOLDER, name
        self._lock = threading.Lock()
        self._open()

    def _open(self) -> None:
        hnsw = {
            "space": "cosine",
            "ef_construction": CONSTRUCTION,
            "ef_search": SEARCH,
            "batch_size": BATCH,
            "sync_threshold": PERSIST,
        }
        self._system: Any = None
        with _translated(self._folder):
            try:
                client, self._system = _client(self._folder)
                # Vectors are always passed: with an embedding function Chroma would fetch a model.
                self._collection = client.get_or_create_collection(
                    self._name, embedding_function=None, configuration={"hnsw": hnsw}
                )
                from llama_index.vector_stores.chroma import ChromaVectorStore

                self._store = ChromaVectorStore.from_collection(self._collection)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Closes Chroma's files; whatever is asked afterwards raises ClosedStoreError."""
        with self._lock, _translated(self._folder):
            system, self._system = self._system, None
            if system is not None:
                system.stop()

    @contextmanager
    def _used(self) -> Iterator[None]:
        """One caller at a time, with Chroma's errors in words."""
        with self._lock, _translated(self._folder):
            if self._system is None:
                raise ClosedStoreError(f"the vector store {printable(str(self._folder))} has been closed")
            yield

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Adds vectors, shape (ids, dim); an id that is there already gets the new vector."""
        with self._used():
            for start in range(0, len(ids), BATCH):
                part = [str(number) for number in ids[start : start + BATCH]]
                # What LlamaIndex needs to make a node of a hit.
                about = [{"_node_type": "TextNode", "_node_content": f'{{"id_": "{number}"}}'} for number in part]
                self._collection.upsert(ids=part, embeddings=vectors[start : start + BATCH], metadatas=about)

    def delete(self, ids: Iterable[int]) -> None:
        """Deletes the vectors of these ids; unknown ids are fine."""
        gone = [str(number) for number in ids]
        with self._used():
            for start in range(0, len(gone), BATCH):
                self._store.delete_nodes(gone[start : start + BATCH])

    def nearest(self, vector: Vectors, limit: int) -> list[int]:
        """The ids of the nearest vectors, nearest first."""
        from llama_index.core.vector_stores.types import VectorStoreQuery

        query = VectorStoreQuery(query_embedding=vector.tolist(), similarity_top_k=limit)
        with self._used():
            return [int(number) for number in self._store.query(query).ids or []]

    def ids(self) -> set[int]:
        """Every id in the store."""
        with self._used():
            return {int(number) for number in self._collection.get(include=[])["ids"]}

    def count(self) -> int:
        """How many vectors there are."""
        with self._used():
            return int(self._collection.count())


def recreate(folder: Path, name: str) -> VectorStore:
    """An empty store in place of what is there, which its owner has closed."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    return VectorStore(folder, name)


def _client(folder: Path) -> tuple[Any, Any]:
    """A client of the folder, and what holds its files and threads, for itself alone: a client that shares it with
    an older one does not see what other processes have put in, nor can it be closed before that."""
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    logging.getLogger("chromadb").setLevel(logging.ERROR)
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    with _OPENING:
        try:
            client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
            return client, client._system  # type: ignore[attr-defined]
        finally:
            SharedSystemClient.clear_system_cache()


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except StorageError:
        raise
    except BaseException as error:  # Chroma's core raises bare Exceptions of many kinds
        if not isinstance(error, Exception) and type(error).__name__ != PANIC:
            raise
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        name = printable(str(folder))
        raise StorageError(
            f"the vector store {name} cannot be used ({reason}): check the disk, or run byline index --rebuild"
        ) from error
