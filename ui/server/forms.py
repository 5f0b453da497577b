"""What a request may say: the form of a question, and what an answer holds that a browser or a program sends back.

Everything is measured here before anything is done with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ui.render import one_line

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

LONGEST_ANSWER = 100_000
"""Characters in all strings of an answer: 1,000 words from 300 articles that copy each other have 50,000."""
MOST_VALUES = 5_000
"""Values in an answer: that long one has some 1,500."""
MOST: Mapping[str, int] = {
    "claims": 50,  # 4 parts of a question, 4 claims each (rag.question.parts, rag.answer.composing)
    "citations": 400,  # of each part 80 sentences are looked at (rag.differences.found); 63 were seen
    "accounts": 400,  # an article is of one account
    "differences": 50,  # 2 were seen
    "missing": 10,  # parts of a question
    "notes": 100,  # one a difference, one an article that has changed
    "nearest": 10,  # 3 are offered
    "nearby": 10,  # 3 are offered
    "passages": 500,  # 100 of a question that asks who is quoted
}
"""Entries of an answer's lists, each twice what the longest answer has or more."""
MOST_SIDES = 10
"""Values of one difference; with more than 4 it is none (rag.differences.found)."""
_HALF = re.compile("[\ud800-\udfff]")
LARGEST = 2**53
"""Numbers: beyond it, JavaScript does not count exactly, and 500 digits are no place in any article."""
Name = Annotated[str, Field(max_length=500)]


class Turn(BaseModel):
    """An earlier question and its answer, as this API gave it."""

    question: str
    answer: dict[str, Any]


class Asked(BaseModel):
    """A question, what was said before it, and which articles may answer it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"question": "How many US troops remain in Iraq?"}]}
    )

    question: Annotated[str, Field(description="At most 2,000 characters.", max_length=10_000)]
    history: Annotated[
        list[Turn], Field(description="The conversation so far; the last turns of it are read.", max_length=100)
    ] = []
    since: Annotated[Name | None, Field(description="ISO date: only articles of this day or later.")] = None
    until: Annotated[Name | None, Field(description="ISO date: only articles of this day or earlier.")] = None
    outlet: Annotated[Name | list[Name] | None, Field(description="Only these outlets.")] = None
    path: Annotated[Name | list[Name] | None, Field(description="Only these files.")] = None
    words: Annotated[int | None, Field(description="The longest answer.", ge=1, le=1000)] = None

    def records(self) -> list[dict[str, Any]]:
        """The history as `ui.server.asking.history_from` reads it."""
        return [{"question": turn.question, "answer": turn.answer} for turn in self.history]


def wrong_form(error: ValidationError) -> str:
    """What is wrong with the form of a request, in one line that holds nothing of what was sent."""
    return problems(error.errors(include_url=False, include_input=False, include_context=False))


def problems(found: list[ErrorDetails] | list[Any]) -> str:
    """The first of pydantic's errors, in one line: where each is, and what."""
    return "; ".join(map(_problem, found[:3]))


def _problem(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "json_invalid":
        return "the body is no JSON"
    where = one_line(".".join(str(part)[:40] for part in problem["loc"] if part != "body"))
    return f"{where}: {problem['msg']}" if where else f"the body: {problem['msg']}"


def is_text(value: object) -> bool:
    """Whether it is text that can be written down: JSON can also hold half of a character ("\\ud800")."""
    return isinstance(value, str) and not _HALF.search(value)


def is_answer(value: object) -> bool:
    """Whether it may be an answer by its size: in characters, in values and in its lists, however it is nested."""
    if not isinstance(value, dict) or any(_entries(value.get(name)) > most for name, most in MOST.items()):
        return False
    differences = value.get("differences")
    for one in differences if isinstance(differences, list) else ():
        if isinstance(one, dict) and _entries(one.get("values")) > MOST_SIDES:
            return False
    characters = values = 0
    rest: list[object] = [value]
    while rest:
        one = rest.pop()
        values += 1
        if isinstance(one, str):
            characters += len(one)
        if characters > LONGEST_ANSWER or values > MOST_VALUES or not _writable(one):
            return False
        if isinstance(one, dict):
            rest.extend(one)
            rest.extend(one.values())
        elif isinstance(one, list):
            rest.extend(one)
    return True


def _entries(value: object) -> int:
    return len(value) if isinstance(value, list | dict | str) else 0


def _writable(value: object) -> bool:
    if isinstance(value, str):
        return is_text(value)
    if isinstance(value, int):
        return abs(value) <= LARGEST
    return not isinstance(value, float) or isfinite(value)
