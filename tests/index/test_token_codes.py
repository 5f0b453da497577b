"""What the index keeps of token vectors: enough to tell near words from far ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder import OnnxEncoder, passage_text
from index.settings import load
from index.store import Index
from index.text.articles import read_article
from index.text.sentences import passages
from index.token_codes import PART, PARTS, cosines, joined, pack, split, turned
from index.types import Article, Passage, Sentence
from rag import Assistant

TEXT = "The harbour of Vardal was repaired for seven weeks. The mayor thanked the divers on Friday."


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder()


def test_cosines_are_kept_nearly(encoder: OnnxEncoder) -> None:
    reading, asked = encoder.read(TEXT), turned(encoder.read("Who thanked the divers?").tokens)
    kept, _ = split(pack(turned(reading.tokens), reading.offsets))
    true = (turned(reading.tokens) @ asked.T).max(axis=0)
    assert np.abs(cosines(kept, asked).max(axis=0) - true).max() < 0.15
    assert (
        np.corrcoef(
            (reading.tokens @ encoder.read(TEXT).tokens.T).ravel(), cosines(kept, turned(reading.tokens)).ravel()
        )[0, 1]
        > 0.9
    )


def test_a_turn_leaves_cosines_as_they_are(encoder: OnnxEncoder) -> None:
    tokens = encoder.read(TEXT).tokens
    assert np.allclose(turned(tokens) @ turned(tokens).T, tokens @ tokens.T, atol=5e-3)


def test_offsets_point_at_the_words_behind_the_title(encoder: OnnxEncoder) -> None:
    article = Article("a.txt", "Dateline. " + TEXT, "A title of its own")
    first = Sentence(10, 10 + TEXT.index(".") + 1)
    passage = Passage(first.start, first.end, (first,))
    _, offsets = split(encoder.encode(passage_text(article, passage)).tokens)
    words = [article.text[first.start + start : first.start + end] for start, end in offsets]
    assert words[:3] == ["The", "harbour", "of"]
    assert "".join(words) == article.text[first.start : first.end].replace(" ", "")


def test_tokens_further_away_than_two_bytes_count_are_left_out() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(3, PARTS * PART)).astype(np.float32)
    offsets = np.array([[0, 4], [65_534, 70_000], [70_000, 70_002]])
    codes, kept = split(pack(vectors, offsets))
    assert kept.tolist() == [[0, 4], [65_534, 65_535]]
    assert joined(codes, kept) == pack(vectors[:2], offsets[:2])


def test_a_passage_without_tokens_is_packed_and_unpacked() -> None:
    empty = pack(np.zeros((0, PARTS * PART), np.float32), np.zeros((0, 2), np.int64))
    codes, offsets = split(empty)
    assert cosines(codes, np.zeros((2, PARTS * PART), np.float32)).shape == (0, 2)
    assert offsets.shape == (0, 2)


def test_the_index_keeps_the_tokens_of_every_passage_and_forgets_them_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "one.txt").write_text("Harbour repaired\n\n" + TEXT, encoding="utf-8")
    (folder / "two.txt").write_text("Another thing\n\nNobody was there to see it.", encoding="utf-8")
    index = Index(load(articles=folder, index=tmp_path / "index"))
    index.sync()
    article = read_article(folder / "one.txt", "one.txt")
    part = passages(article)[0]
    expected = index.encoder.encode(passage_text(article, part)).tokens
    ids = index.catalog.ids_after(0).tolist()
    kept = index.catalog.tokens(ids)
    assert set(kept) == set(ids)
    assert expected in kept.values()
    (folder / "one.txt").unlink()
    index.sync()
    assert len(index.catalog.tokens(ids)) == 1
    index.close()


def test_a_question_reads_no_passage_through_the_model(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    encoder = assistant._index.encoder
    whole = encoder.read
    monkeypatch.setattr(encoder, "read", lambda text: read.append(text) or whole(text))
    assert assistant.ask("Who is the Pentagon's spokesman?").state != "not found"
    assert all(len(text) < 80 for text in read)
