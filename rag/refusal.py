"""Saying no: one sentence, the reason, and where to look instead."""

from __future__ import annotations

from collections.abc import Sequence

from rag.composing import retrieved
from rag.finding.confidence import Lack
from rag.finding.finder import Finding
from rag.types import Answer, Retrieved

REFUSAL = "The articles do not answer this question."
NOTHING = "Nothing in the articles is about it."
NOT_ANSWERED = "Some articles are about it, but no sentence of theirs answers the question."
LACKS: dict[Lack, str] = {
    "name": "Some sentences are close, but none says this of “{}”.",
    "word": "Some sentences are close, but none says anything of “{}”.",
    "kind": "Some sentences are about it, but none near enough gives {}.",
    "not": "Some sentences are close, but none says that it is not so.",
    "quoted": "The articles quote nobody by name whom they call “{}”.",
    "office": "Some sentences are close, but they tell of another “{}”, of a former one, or of one without a name.",
    "figure": "Some sentences are close, but they give another figure in place of “{}”.",
}
KINDS = {
    "number": "a number",
    "percentage": "a share of a whole",
    "money": "an amount of money",
    "age": "an age",
    "length": "a length or distance",
    "speed": "a speed",
    "weight": "a weight",
    "temperature": "a temperature",
    "duration": "how long it is",
    "strength": "a magnitude or category",
    "population": "how many live there",
    "score": "a score",
    "definition": "what it stands for",
    "date": "a date",
    "deadline": "a deadline",
}
NOBODY = "The articles quote nobody by name."
ABOUT = 0.25
"""Cosine of question and passage below which nothing counts as being about the question."""


def refuse(
    asked: str, understood: str, found: Sequence[Finding], titles: tuple[str, ...], notes: tuple[str, ...]
) -> Answer:
    """The refusal: no claims and no citations; the nearest titles are offered."""
    passages = retrieved(found)
    best = max(found, key=lambda one: one.sure)
    return Answer(
        asked,
        understood,
        REFUSAL,
        notes=notes,
        abstained=True,
        refusal=reason(passages, best.lack),
        nearest=titles,
        confidence=best.sure,
        passages=passages,
    )


def reason(passages: tuple[Retrieved, ...], lack: tuple[Lack, str] | None) -> str:
    """Why there is no answer: nothing is about it, or what the closest sentence lacks."""
    if lack and lack[0] == "quoted":
        return LACKS["quoted"].format(lack[1]) if lack[1] else NOBODY
    if max((passage.dense for passage in passages), default=0.0) < ABOUT:
        return NOTHING
    if lack is None:
        return NOT_ANSWERED
    what, words = lack
    return LACKS[what].format(KINDS.get(words, words) if what == "kind" else words)
