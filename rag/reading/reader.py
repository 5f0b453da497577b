"""What a reader is, and those that can be named: the packaged one, or a model of the transformers kind.

An extractive question-answering model gives each token a score as the start and as the end of the answer, and the
first token's say that nothing answers (Devlin et al. 2019, arXiv:1810.04805). A cross-encoder gives question and
sentence one score (Nogueira and Cho 2019, arXiv:1901.04085). Both are read as log-odds, which only `rag.choosing`
turns into probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from index.encoder import PassageText, cores, fingerprint
from index.errors import ModelError
from rag.reading import packaged

NONE, PACKAGED = "none", "packaged"
"""Names of no reader, and of the one that comes with Byline."""
TOKENS = 256
"""Of question and passage; what follows is not read."""
LONGEST = 30
"""Tokens of an answer."""
Floats = npt.NDArray[np.float64]


class Span(NamedTuple):
    """The words of one sentence that answer best."""

    start: int
    end: int
    """In the text that was read, in code points."""
    score: float
    """Log-odds of their being the answer against nothing in the text being one."""
    words: bool
    """Whether these words answer by themselves; else the whole sentence was scored."""


class Reader(Protocol):
    """A model that reads passages for the answer to a question; threads may share it."""

    name: str
    """What names its scores: they are calibrated for it."""

    def read(self, question: str, passages: Sequence[PassageText]) -> list[tuple[Span | None, ...]]:
        """For each passage, the best span of each of its sentences; None of one that the model does not reach."""


def load_reader(name: str) -> Reader | None:
    """The reader of a name or path; None for "none". Raises ModelError."""
    if name == NONE:
        return None
    return PackagedReader() if name == PACKAGED else _named(name)


class PackagedReader:
    """The reader that comes with Byline, on ONNX Runtime: one passage at a time, as many at once as there are cores,
    so that what it says of a passage depends on nothing else (docs/decisions/0002-one-passage-at-a-time.md)."""

    def __init__(self, file: Path | None = None) -> None:
        """Loads it, or another export of it. Raises ModelError."""
        import onnxruntime

        file = file or packaged.onnx_file()
        self.name = file.stem
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(file, options, providers=_providers(onnxruntime))
            self._tokenizer = packaged.tokenizer(file.parent)
        except Exception as error:  # both libraries raise bare Exceptions of their own
            raise ModelError(f"the reader at {file} cannot be loaded ({error}): delete the file") from error
        self._tokenizer.enable_truncation(TOKENS, strategy="only_second")
        self._workers = cores()

    def read(self, question: str, passages: Sequence[PassageText]) -> list[tuple[Span | None, ...]]:
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(lambda passage: self._one(question, passage), passages))

    def _one(self, question: str, passage: PassageText) -> tuple[Span | None, ...]:
        encoding = self._tokenizer.encode(question, passage.text)
        ids = np.array([encoding.ids], dtype=np.int64)
        scores = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        own = np.array([part == 1 for part in encoding.sequence_ids])
        return spans(scores.astype(np.float64), np.array(encoding.offsets), own, passage.sentences)


def _providers(onnxruntime: Any) -> list[str]:
    """A GPU where the installed ONNX Runtime knows one, else the processor."""
    wanted = ("CUDAExecutionProvider", "CPUExecutionProvider")
    return [name for name in wanted if name in onnxruntime.get_available_providers()]


def spans(
    scores: Floats, offsets: npt.NDArray[np.int64], own: npt.NDArray[np.bool_], sentences: Sequence[tuple[int, int]]
) -> tuple[Span | None, ...]:
    """The best span of each sentence, by start and end scores, shape (tokens, 2); `own` are the text's tokens."""
    none = float(scores[0].sum())
    own = own & (offsets[:, 1] > offsets[:, 0])
    found: list[Span | None] = []
    for start, end in sentences:
        inside = np.flatnonzero(own & (offsets[:, 0] < end) & (offsets[:, 1] > start))
        if not len(inside):
            found.append(None)
            continue
        pairs = scores[inside, 0][:, None] + scores[inside, 1][None, :]
        length = np.arange(len(inside))[None, :] - np.arange(len(inside))[:, None]
        pairs = np.where((length >= 0) & (length < LONGEST), pairs, -np.inf)
        first, last = divmod(int(pairs.argmax()), len(inside))
        best = float(pairs[first, last])
        at = max(int(offsets[inside[first], 0]), start), min(int(offsets[inside[last], 1]), end)
        found.append(Span(*at, best - none, True))
    return tuple(found)


def _named(name: str) -> Reader:
    """A model by hub name or path: of the question-answering kind, or a cross-encoder."""
    from transformers import AutoConfig

    try:
        kinds = AutoConfig.from_pretrained(name).architectures or [""]
        if kinds[0].endswith("ForQuestionAnswering"):
            return QuestionAnsweringReader(name)
        if kinds[0].endswith("ForSequenceClassification"):
            return CrossEncoderReader(name)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"reader {name!r} cannot be loaded ({reason}): give a folder or a hub name, {PACKAGED!r} or {NONE!r}"
        ) from error
    raise ModelError(
        f"reader {name!r} is neither a question-answering model nor a cross-encoder ({kinds[0] or 'no architecture'})"
    )


class QuestionAnsweringReader:
    """An extractive question-answering model of the transformers kind, in torch, on a GPU if there is one."""

    def __init__(self, name: str) -> None:
        """Raises OSError or ValueError where it cannot be loaded."""
        import torch
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self.name = fingerprint(name).replace("sentence-transformers:", "reader:")
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model: Any = AutoModelForQuestionAnswering.from_pretrained(name).eval().to(self._device)
        self._tokenizer: Any = AutoTokenizer.from_pretrained(name)

    def read(self, question: str, passages: Sequence[PassageText]) -> list[tuple[Span | None, ...]]:
        return [self._one(question, passage) for passage in passages]

    def _one(self, question: str, passage: PassageText) -> tuple[Span | None, ...]:
        how = {"truncation": "only_second", "max_length": TOKENS, "return_offsets_mapping": True}
        encoded = self._tokenizer(question, passage.text, return_tensors="pt", **how)
        offsets = encoded.pop("offset_mapping")[0].numpy()
        own = np.array([part == 1 for part in encoded.sequence_ids(0)])
        with self._torch.inference_mode():
            made = self._model(**{name: value.to(self._device) for name, value in encoded.items()})
        scores = self._torch.stack([made.start_logits[0], made.end_logits[0]], dim=1).double().cpu().numpy()
        return spans(scores, offsets, own, passage.sentences)


class CrossEncoderReader:
    """A cross-encoder of the sentence-transformers kind: it scores whole sentences, each behind its title."""

    def __init__(self, name: str) -> None:
        """Raises OSError or ValueError where it cannot be loaded."""
        from sentence_transformers import CrossEncoder

        self.name = fingerprint(name).replace("sentence-transformers:", "reader:")
        self._model: Any = CrossEncoder(name)

    def read(self, question: str, passages: Sequence[PassageText]) -> list[tuple[Span | None, ...]]:
        pairs = [
            (question, one.text[: one.sentences[0][0]] + one.text[start:end])
            for one in passages
            for start, end in one.sentences
        ]
        if not pairs:
            return [() for _ in passages]
        import torch

        scores = iter(self._model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False))
        return [tuple(Span(*s, float(np.ravel(next(scores))[-1]), False) for s in one.sentences) for one in passages]
