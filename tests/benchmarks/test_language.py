"""What is learned about language holds on examples that somebody else wrote."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.language import intents
from index.encoder import load_encoder
from index.settings import PACKAGED_MODEL
from index.token_codes import turned
from rag.question.intent import intent_of


def test_what_a_question_asks_for_is_seen_in_nine_of_ten() -> None:
    texts, truth, _ = intents.examples("intents_test.jsonl")
    encoder = load_encoder(PACKAGED_MODEL)
    read = [encoder.read(text) for text in texts]
    taken = [intent_of(replace(one, tokens=turned(one.tokens))) for one in read]
    assert sum(map(str.__eq__, taken, truth)) >= 0.87 * len(truth)
    facts = [one for one, true in zip(taken, truth, strict=True) if true == "fact"]
    assert facts.count("fact") >= 0.95 * len(facts)  # a question for one thing is not taken for talk
