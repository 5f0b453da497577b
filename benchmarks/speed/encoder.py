"""What batching does to an int8 passage vector, and what it is worth: `python -m benchmarks.speed.encoder [FOLDER]`.

Dynamic quantisation takes its scale over the whole batch, so a passage gets another vector beside other passages
(docs/decisions/0002-one-passage-at-a-time.md). Prints one JSON object: the cosine between a passage's vector alone
and in a batch of 16, passages a second both ways on one thread each text, and milliseconds of one short question.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import MAX_TOKENS, Vectors, passage_text
from index.packaged_model import model_folder, onnx_file
from index.settings import CHECKOUT_SEEDS
from index.sync import PASSAGE_WORDS
from index.text.articles import find_articles, read_article
from index.text.sentences import passages

BATCH = 16
QUESTION = "How many US troops remain in Iraq?"


def main() -> None:
    """The command."""
    import onnxruntime
    from tokenizers import Tokenizer

    folder = Path(sys.argv[1]) if sys.argv[1:] else CHECKOUT_SEEDS
    articles = [read_article(file, file.relative_to(folder).as_posix()) for file in find_articles(folder)]
    texts = [passage_text(article, part).text for article in articles for part in passages(article, PASSAGE_WORDS)]
    session = onnxruntime.InferenceSession(onnx_file()[0], providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()
    alone, alone_s = _timed(lambda: np.concatenate([embed(session, tokenizer, [text]) for text in texts]))
    batched, batched_s = _timed(lambda: np.concatenate([embed(session, tokenizer, b) for b in _batches(texts)]))
    cosines = (alone * batched).sum(axis=1)
    asked = [_timed(lambda: embed(session, tokenizer, [QUESTION]))[1] for _ in range(20)]
    found = {
        "passages": len(texts),
        "cosine_mean": round(float(cosines.mean()), 4),
        "cosine_least": round(float(cosines.min()), 4),
        "passages_per_s_alone": round(len(texts) / alone_s, 1),
        "passages_per_s_in_batches": round(len(texts) / batched_s, 1),
        "question_ms": round(1000 * statistics.median(asked), 1),
    }
    print(json.dumps(found))


def embed(session: Any, tokenizer: Any, texts: list[str]) -> Vectors:
    """Unit vectors of texts that share one forward pass, shape (texts, dim)."""
    encodings = tokenizer.encode_batch(texts)
    ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
    mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
    states = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    sums = (states * mask[:, :, None]).sum(axis=1)
    unit: Vectors = (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _batches(texts: list[str]) -> list[list[str]]:
    return [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]


def _timed(work: Callable[[], Vectors]) -> tuple[Vectors, float]:
    """The second result and its seconds: the first pays for memory."""
    work()
    started = time.perf_counter()
    done = work()
    return done, time.perf_counter() - started


if __name__ == "__main__":
    main()
