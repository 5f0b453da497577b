"""The vector store: Chroma, embedded in this process, through LlamaIndex's interface. Only this file knows either.

It can be rebuilt from the catalog at any time, so whatever is wrong with its folder is mended by starting anew.
Chroma's server is never used: releases up to 1.5.9 let strangers run code in it (CVE-2026-45829).
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.articles import printable
from index.encoder import Vectors
from index.errors import StorageError

COLLECTION = "passages"
EF = 200
"""How many neighbours HNSW looks at: above every k that is asked for, so that small folders are searched exactly."""
BATCH = 2000


class VectorStore:
    """Passage vectors by key, found by cosine."""

    def __init__(self, folder: Path) -> None:
        """Opens or creates the store in `folder`/chroma. Raises StorageError where the disk does not let it."""
        self._folder = folder / "chroma"
        self._lock = threading.Lock()
        self._open()

    def _open(self) -> None:
        with _translated(self._folder):
            self._client = _client(self._folder)
            collection = self._client.get_or_create_collection(
                COLLECTION,
                embedding_function=None,  # vectors are always passed: Chroma would fetch a model
                configuration={"hnsw": {"space": "cosine", "ef_search": EF, "ef_construction": EF}},
            )
            from llama_index.vector_stores.chroma import ChromaVectorStore

            self._collection = collection
            self._store = ChromaVectorStore.from_collection(collection)

    def add(self, vectors: Iterable[tuple[str, Vectors]]) -> None:
        """Adds vectors by key; a key that is there already keeps its vector."""
        from llama_index.core.schema import TextNode

        nodes = [TextNode(id_=key, text="", embedding=vector.tolist()) for key, vector in vectors]
        with self._lock, _translated(self._folder):
            for start in range(0, len(nodes), BATCH):
                self._store.add(list(nodes[start : start + BATCH]))

    def delete(self, keys: Iterable[str]) -> None:
        """Deletes the vectors of these keys; unknown keys are fine."""
        ids = sorted(keys)
        with self._lock, _translated(self._folder):
            for start in range(0, len(ids), BATCH):
                self._store.delete_nodes(ids[start : start + BATCH])

    def nearest(self, vector: Vectors, limit: int) -> list[str]:
        """The keys of the nearest vectors, nearest first."""
        from llama_index.core.vector_stores.types import VectorStoreQuery

        query = VectorStoreQuery(query_embedding=vector.tolist(), similarity_top_k=limit)
        with self._lock, _translated(self._folder):
            return list(self._store.query(query).ids or [])

    def probe(self) -> None:
        """Raises StorageError where the store cannot be read."""
        with self._lock, _translated(self._folder):
            if some := self._collection.get(limit=1, include=["embeddings"])["embeddings"].tolist():
                self._collection.query(query_embeddings=some, n_results=1, include=[])

    def keys(self) -> set[str]:
        """Every key in the store."""
        with self._lock, _translated(self._folder):
            return set(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        """How many vectors there are."""
        with self._lock, _translated(self._folder):
            return int(self._collection.count())

    def reopen(self) -> None:
        """Sees what another process has added: an open Chroma client does not."""
        with self._lock:
            close_clients()
            self._open()

    def recreate(self) -> None:
        """Starts with an empty store in place of a damaged one."""
        with self._lock:
            close_clients()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._open()


def close_clients() -> None:
    """Lets go of every Chroma client of this process, so that its files can be deleted or read afresh."""
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
