"""What is learned about language holds on examples that somebody else wrote."""

from __future__ import annotations

from benchmarks.language import intents
from rag.question.intent import intent_of


def test_what_a_question_asks_for_is_mostly_seen() -> None:
    texts, truth = intents.examples(intents.JUDGED)
    taken = [intent_of(one) for one in intents.readings(texts)]
    assert sum(map(str.__eq__, taken, truth)) >= 0.83 * len(truth)
    facts = [one for one, true in zip(taken, truth, strict=True) if true == "fact"]
    assert facts.count("fact") >= 0.95 * len(facts)  # a question for one thing is not taken for talk
