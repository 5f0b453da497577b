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
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.articles import printable
from index.encoder import Vectors
from index.errors import StorageError

FOLDER = "chroma"
CONSTRUCTION, SEARCH = 100, 400
"""Neighbours that HNSW looks at when it adds and when it searches. On 11,074 passages of news, 60 nearest: recall
.9999 at 400, .998 at 200."""
PERSIST = 20_000
"""Vectors between two times that Chroma writes its graph. Its default, 1,000, writes a large graph over and over."""
BATCH = 2000
"""Vectors in one call: Chroma refuses some thousands at once, and few at a time are slow."""


class VectorStore:
    """Passage vectors by passage id, found by cosine."""

    def __init__(self, folder: Path, name: str) -> None:
        """Opens or creates the collection `name` in `folder`/chroma; the catalog whose copy it is chose the name.

        Raises StorageError where the disk does not let it or the store is damaged.
        """
        self._folder, self._name = folder / FOLDER, name
        self._lock = threading.Lock()
        self._open()

    def _open(self) -> None:
        with _translated(self._folder):
            self._client = _client(self._folder)
            hnsw = {
                "space": "cosine",
                "ef_construction": CONSTRUCTION,
                "ef_search": SEARCH,
                "batch_size": BATCH,
                "sync_threshold": PERSIST,
            }
            # Vectors are always passed: with an embedding function Chroma would fetch a model.
            self._collection = self._client.get_or_create_collection(
                self._name, embedding_function=None, configuration={"hnsw": hnsw}
            )
            from llama_index.vector_stores.chroma import ChromaVectorStore

            self._store = ChromaVectorStore.from_collection(self._collection)

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Adds vectors, shape (ids, dim); an id that is there already gets the new vector."""
        with self._lock, _translated(self._folder):
            for start in range(0, len(ids), BATCH):
                part = [str(number) for number in ids[start : start + BATCH]]
                # What LlamaIndex needs to make a node of a hit.
                about = [{"_node_type": "TextNode", "_node_content": f'{{"id_": "{number}"}}'} for number in part]
                self._collection.upsert(ids=part, embeddings=vectors[start : start + BATCH], metadatas=about)

    def delete(self, ids: Iterable[int]) -> None:
        """Deletes the vectors of these ids; unknown ids are fine."""
        gone = [str(number) for number in ids]
        with self._lock, _translated(self._folder):
            for start in range(0, len(gone), BATCH):
                self._store.delete_nodes(gone[start : start + BATCH])

    def nearest(self, vector: Vectors, limit: int) -> list[int]:
        """The ids of the nearest vectors, nearest first."""
        from llama_index.core.vector_stores.types import VectorStoreQuery

        query = VectorStoreQuery(query_embedding=vector.tolist(), similarity_top_k=limit)
        with self._lock, _translated(self._folder):
            return [int(number) for number in self._store.query(query).ids or []]

    def ids(self) -> set[int]:
        """Every id in the store."""
        with self._lock, _translated(self._folder):
            return {int(number) for number in self._collection.get(include=[])["ids"]}

    def count(self) -> int:
        """How many vectors there are."""
        with self._lock, _translated(self._folder):
            return int(self._collection.count())


def open_afresh(folder: Path, name: str) -> VectorStore:
    """The store with what other processes have put into it: an open Chroma client does not see that."""
    close_clients()
    return VectorStore(folder, name)


def recreate(folder: Path, name: str) -> VectorStore:
    """An empty store in place of what is there."""
    close_clients()
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    return VectorStore(folder, name)


def close_clients() -> None:
    """Lets go of every Chroma client of this process, so that its files can be deleted or read afresh."""
    if "chromadb" not in sys.modules:
        return
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()


def _client(folder: Path) -> Any:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    logging.getLogger("chromadb").setLevel(logging.ERROR)
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except StorageError:
        raise
    except Exception as error:  # Chroma's core raises bare Exceptions of many kinds
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        name = printable(str(folder))
        raise StorageError(
            f"the vector store {name} cannot be used ({reason}): check the disk, or run byline index --rebuild"
        ) from error
