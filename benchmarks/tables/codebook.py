"""Makes the codebook of `index.token_codes`, and prints what is lost of a token's vector.

    python -m benchmarks.tables.codebook --squad bench/squad/dev-v2.0.json [--write index/token_codebook.npz]

From the packaged model's readings of SQuAD's paragraphs (CC BY-SA 4.0): the turn is that of a principal component
analysis, its components dealt out so that every part has the same share of the variance (Ge et al. 2013,
doi:10.1109/CVPR.2013.379), the parts are k-means centres. Every eighth article is left out and measured on.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import OnnxEncoder, Vectors
from index.text.sentences import split_sentences
from index.token_codes import CODES, PART, PARTS

PASSES = 8
"""Of k-means over the tokens."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--squad", type=Path, required=True)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    articles = json.loads(arguments.squad.read_text(encoding="utf-8"))["data"]
    encoder = OnnxEncoder()
    made_from = _read(encoder, [article for number, article in enumerate(articles) if number % 8])
    turn = _turn(made_from)
    book = _parts(made_from @ turn)
    print(json.dumps(_lost(encoder, articles[::8], turn, book) | {"tokens": len(made_from)}))
    if arguments.write:
        np.savez_compressed(arguments.write, turn=turn.astype(np.float16), parts=book.astype(np.float16))


def _read(encoder: OnnxEncoder, articles: list[dict[str, Any]]) -> Vectors:
    """The unit vectors of every token of these articles, shape (tokens, dim), as the model gives them."""
    texts = [
        f"{article['title'].replace('_', ' ')}\n{part['context']}"
        for article in articles
        for part in article["paragraphs"]
    ]
    return np.concatenate([encoder.read(text).tokens for text in texts])


def _turn(vectors: Vectors) -> Vectors:
    """A rotation, shape (dim, dim), after which every part has the same product of variances."""
    variances, components = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors / len(vectors))
    parts: list[list[int]] = [[] for _ in range(PARTS)]
    shares = np.zeros(PARTS)
    for component in np.argsort(variances)[::-1]:
        open_parts = [part for part in range(PARTS) if len(parts[part]) < PART]
        least = min(open_parts, key=lambda part: shares[part])
        parts[least].append(int(component))
        shares[least] += np.log(variances[component] * len(variances))
    turn: Vectors = components[:, np.concatenate(parts)].astype(np.float32)
    return turn


def _parts(vectors: Vectors) -> Vectors:
    """The centres of each part, shape (PARTS, CODES, PART)."""
    from sklearn.cluster import MiniBatchKMeans

    means = MiniBatchKMeans(CODES, batch_size=4096, n_init=1, max_iter=PASSES, random_state=0)
    cut = vectors.reshape(len(vectors), PARTS, PART)
    return np.stack([means.fit(cut[:, part]).cluster_centers_ for part in range(PARTS)]).astype(np.float32)


def _lost(encoder: OnnxEncoder, articles: list[dict[str, Any]], turn: Vectors, book: Vectors) -> dict[str, Any]:
    """How a question's best cosines in a sentence follow from those to what is kept of the sentence's tokens."""
    told, true, faithful = [], [], []
    for article in articles:
        for part in article["paragraphs"]:
            reading = encoder.read(part["context"])
            kept = _kept(reading.tokens @ turn, book)
            faithful.append((reading.tokens @ turn * kept).sum(axis=1))
            asked = encoder.read(part["qas"][0]["question"]).tokens
            for start, end in split_sentences(part["context"]):
                inside = (reading.offsets[:, 0] < end) & (reading.offsets[:, 1] > start)
                if inside.any():
                    told.append((kept[inside] @ (asked @ turn).T).max(axis=0))
                    true.append((reading.tokens[inside] @ asked.T).max(axis=0))
    x, y = np.concatenate(told), np.concatenate(true)
    slope, shift = np.polyfit(x, y, 1)
    spread = float(np.std(y - (slope * x + shift)))
    cosine = float(np.concatenate(faithful).mean())
    return {
        name: round(float(value), 3)
        for name, value in {"cosine": cosine, "slope": slope, "shift": shift, "spread": spread}.items()
    }


def _kept(vectors: Vectors, book: Vectors) -> Vectors:
    """What is kept of the vectors, as unit vectors."""
    cut = vectors.reshape(len(vectors), PARTS, PART)
    nearest = [
        ((cut[:, part] @ book[part].T) - (book[part] ** 2).sum(axis=1) / 2).argmax(axis=1) for part in range(PARTS)
    ]
    kept = np.concatenate([book[part][nearest[part]] for part in range(PARTS)], axis=1)
    unit: Vectors = kept / np.linalg.norm(kept, axis=1, keepdims=True)
    return unit


if __name__ == "__main__":
    main()
