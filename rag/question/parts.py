"""A question of several parts, taken apart: each part is looked up by itself, so that one may be missing.

"When did the mission end and how much did it cost?"    When did the mission end? How much did it cost?
"Compare Iran and Turkey on troops."                    What is said about Iran on troops? … about Turkey …?
"""

from __future__ import annotations

import re

from rag.question.followup import standalone

MOST = 4
"""Parts of a question that are looked up; what comes behind them stays with the last."""
LEAST = 3
"""Words from which on a piece of a question is a question of its own."""
_ASKS = (
    r"(?:who|whom|whose|what|which|when|where|why|how|(?:is|are|was|were|did|does|do|has|have|had|will|would|can)"
    r"\s+(?:the|a|an|it|he|she|they|there|his|her|its|their|this|that|these|any|[A-Z]))"
)
_JOINT = re.compile(rf"(?:\s*[,;]\s*(?:and\s+|or\s+|but\s+)?|\s+(?:and|but)\s+)(?=(?:also\s+)?{_ASKS}\b)")
_LEADING = re.compile(rf"^\s*(?:(?:in|on|at|by|for|to|from|of|with|since|until)\s+)?{_ASKS}\b", re.IGNORECASE)
_ENDS = re.compile(r"(?<=\?)\s+(?=\w)")
_COMPARE = re.compile(
    r"^\s*(?:please\s+)?(?:compare|contrast)\s+(?P<all>.{3,400}?)[\s.?!]*$"
    r"|^\s*(?:what\s+(?:is|are|was|were)\s+the\s+(?:difference|differences)\s+between|"
    r"how\s+(?:do|does|did|are|is)(?=.{3,400}\b(?:differ|compare|different))\s)\s*(?P<both>.{3,400}?)"
    r"(?:\s+(?:differ|compare)(?:\s+(?P<rest>.{2,200}?))?)?[\s.?!]*$",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"^(?:what\s+)?(?P<one>.{2,150}?)\s+(?:and|with|to|versus|vs\.?|against)\s+(?P<other>.{2,150}?)"
    r"(?:\s+(?P<rest>(?:say|says|said)(?:\s.{2,150})?|"
    r"(?:on|about|in|over|regarding|concerning|when it comes to)\s.{2,150}))?$",
    re.IGNORECASE,
)

_SAID = re.compile(r"(?:say|says|said)\b", re.IGNORECASE)


def parts(question: str) -> tuple[str, ...]:
    """The questions that a standalone question asks, in order; itself alone where it asks one thing."""
    return _compared(question) or _joined(question)


def _compared(question: str) -> tuple[str, ...]:
    """ "Compare A and B on C": what is said about A on C, and about B; "what A and B said": what each said."""
    match = _COMPARE.match(question)
    if match is None:
        return ()
    pair = _PAIR.match((match["all"] or match["both"]).strip())
    if pair is None:
        return ()
    rest = (pair["rest"] or match["rest"] or "").strip()
    if said := _SAID.match(rest):
        return tuple(f"What did {side.strip()} say{rest[said.end() :]}?" for side in pair.group(1, 2))
    return tuple(f"What is said about {side.strip()}{' ' + rest if rest else ''}?" for side in pair.group(1, 2))


def _joined(question: str) -> tuple[str, ...]:
    """Questions one behind the other, and questions joined by "and"; a later one takes its subject from the first.

    A sentence that only sets the scene stays with the question behind it.
    """
    pieces = [piece for sentence in _ENDS.split(question) for piece in _divided(sentence)][:MOST]
    if len(pieces) < 2:
        return (question,)
    first = _asked(pieces[0])
    return (first, *(standalone(_asked(piece), [(first, "")]) for piece in pieces[1:]))


def _divided(sentence: str) -> list[str]:
    """A sentence at the joints before question words, where both sides ask something."""
    pieces = [sentence]
    for match in reversed(list(_JOINT.finditer(sentence))):
        before, behind = sentence[: match.start()], pieces[0][match.end() :]
        if _LEADING.match(before) and min(len(before.split()), len(behind.split())) >= LEAST:
            pieces[:1] = [before, behind]
    return pieces


def _asked(piece: str) -> str:
    piece = piece.strip().rstrip("?!., ")
    return f"{piece[:1].upper()}{piece[1:]}?"
