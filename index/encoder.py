"""Texts to vectors: the packaged all-MiniLM-L6-v2 on ONNX Runtime, or any sentence-transformers model.

Each text goes through the model alone. Dynamic int8 quantisation takes its scale over the whole batch,
so a text's vector would otherwise depend on its neighbours, and an index made by edits would differ
from one made at once (docs/decisions/0002-one-passage-at-a-time.md).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index import token_codes
from index.errors import ModelError
from index.packaged_model import model_folder, onnx_file, sha256
from index.settings import PACKAGED_MODEL
from index.types import Article, Passage

Vectors = npt.NDArray[np.float32]
MAX_TOKENS = 256
"""What all-MiniLM-L6-v2 was trained to read; what follows in a longer text is not embedded."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """What is embedded of a passage: its text behind its title, and where its sentences stand in that."""

    text: str
    sentences: tuple[tuple[int, int], ...]
    """(start, end) of each sentence in `text`, in code points."""


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """Unit vectors of a passage, shape (dim,), and of its sentences, shape (sentences, dim)."""

    passage: Vectors
    sentences: Vectors
    tokens: bytes = b""
    """Those of its tokens, packed by `index.token_codes`, with offsets from the start of its first sentence; empty
    where the model has no codebook."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One text as the model reads it: its unit vector, shape (dim,), and its tokens."""

    vector: Vectors
    tokens: Vectors
    """A unit vector for each token of the text, shape (tokens, dim), without the model's own marks."""
    offsets: npt.NDArray[np.int64]
    """(start, end) of each token in the text, in code points, shape (tokens, 2)."""


class Encoder(Protocol):
    """What the index needs of a model."""

    dim: int
    workers: int
    """How many threads may use it at once with profit."""
    keeps_tokens: bool
    """Whether `encode` packs token vectors; a question is then compared by `token_codes.turned`."""

    def read(self, text: str) -> Reading:
        """One text's vector and token vectors, from one forward pass."""

    def encode(self, passage: PassageText) -> PassageVectors:
        """A passage's vectors, which no other text has a part in."""


def passage_text(article: Article, passage: Passage) -> PassageText:
    """What is embedded of a passage: its article's title, then its own words."""
    prefix = article.title + "\n"
    shift = len(prefix) - passage.start
    spans = tuple((s.start + shift, s.end + shift) for s in passage.sentences)
    return PassageText(prefix + article.text[passage.start : passage.end], spans)


def load_encoder(model: str) -> Encoder:
    """The encoder for a model's name or path. Raises ModelError."""
    return OnnxEncoder() if model == PACKAGED_MODEL else SentenceTransformersEncoder(model)


def fingerprint(model: str) -> str:
    """What names a model's vectors, without loading it: the hash of its files, or a hub's name for it.

    Raises ModelError where the packaged model cannot be had.
    """
    if model == PACKAGED_MODEL:
        return f"{PACKAGED_MODEL}-int8-{onnx_file()[1][:16]}"
    return f"sentence-transformers:{_files_hash(Path(model)) if Path(model).is_dir() else model}"


def _files_hash(folder: Path) -> str:
    """The hash of every file of a model; retraining into the same folder changes it."""
    try:
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        told = "".join(f"{file.relative_to(folder).as_posix()} {sha256(file)}\n" for file in files)
    except OSError as error:
        raise ModelError(f"model {folder} cannot be read ({error.strerror}): check its permissions") from error
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class OnnxEncoder:
    """The packaged model, int8, at one thread a text and as many texts at once as there are cores.

    A sentence's vector is the mean of its tokens' states inside the passage's own forward pass ("late
    chunking", Günther et al. 2024, arXiv:2409.04701), so it knows what stands before it and costs nothing.
    """

    dim = 384
    keeps_tokens = True

    def __init__(self, file: Path | None = None) -> None:
        """Loads the packaged model, or another export of it. Raises ModelError."""
        import onnxruntime
        from tokenizers import Tokenizer

        file = file or onnx_file()[0]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        except Exception as error:  # both libraries raise bare Exceptions of their own
            raise ModelError(f"the model at {file} cannot be loaded ({error}): delete the file") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self.workers = cores()

    def read(self, text: str) -> Reading:
        states, offsets = self._states(text)
        return _reading(_unit(states.mean(axis=0)), states, offsets)

    def encode(self, passage: PassageText) -> PassageVectors:
        states, offsets = self._states(passage.text)
        whole = _unit(states.mean(axis=0))
        sentences = []
        for start, end in passage.sentences:
            inside = (offsets[:, 0] < end) & (offsets[:, 1] > start)
            # A sentence past the model's last token has no states of its own: it shares the passage's.
            sentences.append(_unit(states[inside].mean(axis=0)) if inside.any() else whole)
        stacked = np.stack(sentences) if sentences else np.zeros((0, self.dim), np.float32)
        return PassageVectors(whole, stacked, _packed(_reading(whole, states, offsets), passage))

    def _states(self, text: str) -> tuple[Vectors, npt.NDArray[np.int64]]:
        """Last hidden states, shape (tokens, dim), and each token's (start, end) in `text`."""
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], dtype=np.int64)
        states = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        return states, np.array(encoding.offsets, dtype=np.int64)


class SentenceTransformersEncoder:
    """Any sentence-transformers model by hub name or path, on a GPU if there is one."""

    keeps_tokens = False

    def __init__(self, model: str) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(model)
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(
                f"model {model!r} cannot be loaded ({reason}): give a folder or a hub name, "
                f"or leave BYLINE_MODEL unset for the packaged {PACKAGED_MODEL}"
            ) from error
        self.workers = 1  # torch uses every core for one text
        self.dim = int(self._model.get_embedding_dimension() or self._run(["probe"]).shape[1])

    def read(self, text: str) -> Reading:
        output: Any = self._model.encode([text], output_value=None, show_progress_bar=False)
        row = output[0]
        encoded = self._model.tokenizer(
            text, truncation=True, max_length=self._model.max_seq_length, return_offsets_mapping=True
        )
        offsets = np.array(encoded["offset_mapping"], dtype=np.int64)
        states = row["token_embeddings"].float().cpu().numpy()[: len(offsets)]
        return _reading(_unit(row["sentence_embedding"].float().cpu().numpy()), states, offsets)

    def encode(self, passage: PassageText) -> PassageVectors:
        texts = [passage.text, *(passage.text[start:end] for start, end in passage.sentences)]
        vectors = self._run(texts)
        return PassageVectors(vectors[0], vectors[1:])

    def _run(self, texts: list[str]) -> Vectors:
        vectors: Any = self._model.encode(texts, batch_size=1, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def _reading(vector: Vectors, states: Vectors, offsets: npt.NDArray[np.int64]) -> Reading:
    real = offsets[:, 1] > offsets[:, 0]
    lengths = np.linalg.norm(states[real], axis=1, keepdims=True)
    return Reading(vector, (states[real] / np.maximum(lengths, 1e-9)).astype(np.float32), offsets[real])


def _packed(reading: Reading, passage: PassageText) -> bytes:
    """The tokens of the passage's own sentences: those of its title stand before them."""
    first = passage.sentences[0][0] if passage.sentences else len(passage.text)
    own = reading.offsets[:, 0] >= first
    return token_codes.pack(token_codes.turned(reading.tokens[own]), reading.offsets[own] - first)


def _unit(vector: Vectors) -> Vectors:
    length = float(np.linalg.norm(vector))
    unit: Vectors = (vector / length if length else vector).astype(np.float32)
    return unit
