"""Citation support is what a reader's labels say of the citations, and nothing is said of those without a label."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

import benchmarks.quality
from benchmarks.quality import support
from benchmarks.quality.support import LabelsError, Pair, judge, load_labels, pairs
from eval.metrics import Share
from index.settings import CHECKOUT_SEEDS
from rag.types import Answer, Citation, Claim

LABELS = Path(benchmarks.quality.__file__).parent / "labels" / "support.jsonl"


def answer(*cited: tuple[str, str]) -> Answer:
    """An answer of a claim for each (claim, quote)."""
    citations = tuple(
        Citation(number, "a.txt", "A", None, None, quote, 0, len(quote), 1)
        for number, (_, quote) in enumerate(cited, 1)
    )
    claims = tuple(Claim(claim, (number,)) for number, (claim, _) in enumerate(cited, 1))
    return Answer("Who?", "Who?", "", claims, citations)


GOOD = Pair("Who?", "He did.", "a.txt", 0, 7, "He did.")
BAD = Pair("Who?", "He did.", "a.txt", 0, 8, "She did.")
ANSWER = answer(("He did.", "He did."), ("He did.", "She did."), ("It rained.", "It rained."))


def written(folder: Path, *lines: object) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_every_claim_is_paired_with_each_of_its_citations() -> None:
    assert pairs(ANSWER)[:2] == [GOOD, BAD]
    assert pairs(Answer("Who?", "Who?", "No.", abstained=True)) == []


def test_support_is_counted_over_labelled_citations_and_the_others_are_listed() -> None:
    found = judge({GOOD: True, BAD: False}, [ANSWER, ANSWER])
    assert (found.supported, found.labelled) == (Share(1, 2), Share(2, 3))
    assert found.unsupported == (BAD,)
    assert [pair.claim for pair in found.unlabelled] == ["It rained."]


def test_a_label_of_other_words_is_none() -> None:
    assert judge({GOOD: True}, [answer(("He did so.", "He did."))]).labelled == Share(0, 1)


def test_without_labels_the_share_is_undefined() -> None:
    assert support.summary(judge({}, [ANSWER]))["supported"] is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({**asdict(BAD), "holds": "yes"}, "with holds, true or false"),
        (["a"], "a label is a JSON object"),
        ({"claim": "a", "holds": True}, "missing"),
        ({**asdict(GOOD), "holds": False}, "labelled by an earlier line"),
    ],
)
def test_a_bad_label_is_named_by_its_line(tmp_path: Path, line: object, says: str) -> None:
    with pytest.raises(LabelsError, match=says) as caught:
        load_labels(written(tmp_path, {**asdict(GOOD), "holds": True}, line))
    assert ":2: " in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match="cannot read the labels file"):
        load_labels(tmp_path / "none.jsonl")


def test_the_labels_of_the_seeds_are_of_their_very_words() -> None:
    labels = load_labels(LABELS)
    assert len(labels) >= 100
    for pair in labels:
        text = (CHECKOUT_SEEDS / pair.path).read_text(encoding="utf-8")
        assert text[pair.start : pair.end] == pair.quote


def test_a_citation_of_the_claims_own_words_is_never_labelled_unsupported() -> None:
    assert all(holds for pair, holds in load_labels(LABELS).items() if pair.claim == pair.quote)


def test_of_news_a_claims_own_sentence_holds_it_and_the_others_are_labelled_by_key() -> None:
    two = answer(("He did.", "He did."), ("He did.", "She did."))
    both = Answer("Who?", "Who?", "", (Claim("He did.", (1, 2)),), two.citations)
    assert support.judge_news({}, [both]).labelled == Share(1, 2)
    found = support.judge_news({BAD.key: False}, [both])
    assert (found.supported, found.unsupported) == (Share(1, 2), (BAD,))
    assert GOOD.key != BAD.key
