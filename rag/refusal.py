"""Saying no: one sentence, the reason, and where to look instead."""

from __future__ import annotations

from rag.question import Question
from rag.types import Answer, Retrieved

REFUSAL = "The articles do not answer this question."
NOTHING = "Nothing in the articles is about it."
NOT_ANSWERED = "Some articles are about it, but no sentence of theirs answers the question."
ABOUT = 0.35
"""Confidence and cosine below which nothing counts as being about the question."""


def refuse(
    asked: str,
    question: Question,
    titles: tuple[str, ...],
    sure: float,
    passages: tuple[Retrieved, ...],
    notes: tuple[str, ...] = (),
) -> Answer:
    """The refusal: no claims and no citations; the nearest titles are offered."""
    related = max((passage.dense for passage in passages), default=0.0) >= ABOUT
    return Answer(
        asked,
        question.text,
        REFUSAL,
        notes=notes,
        abstained=True,
        refusal=NOT_ANSWERED if related else NOTHING,
        nearest=titles,
        confidence=sure,
        passages=passages,
    )
