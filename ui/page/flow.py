"""From what a browser asks to the turns it shows: each question brings its conversation along."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import traceback
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.errors import BylineError
from ui.page import answers, turns
from ui.server.asking import Limits, answer_within, history_from
from ui.server.opening import MISTAKE, Opening

if TYPE_CHECKING:
    from rag import Answer, Assistant

LOOKS = 0.25
"""Seconds between two looks at an assistant that is being opened."""
MOST_TURNS = 300
"""Turns of a conversation that are shown again."""
LONGEST_SENT = 10_000_000
"""Characters: a conversation of `MOST_TURNS` long answers."""
READING = "Reading the articles"
_NAME = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the browser sent it."""

    name: str
    """What the browser calls this request, so that it knows its reply."""
    number: int
    """Of the turn in its conversation, from 1."""
    question: str
    history: object
    limits: Limits

    @property
    def anchor(self) -> str:
        """The turn's id in the page."""
        return f"turn-{self.number}"

    @classmethod
    def of(cls, data: object) -> Asked:
        """From an event's untrusted data; what is missing or of another form is taken as empty."""
        sent: Mapping[str, Any] = data if isinstance(data, dict) else {}
        name, number = sent.get("asked"), sent.get("number")
        chosen = sent.get("limits")
        given = {key: str(value)[:500] for key, value in chosen.items() if value} if isinstance(chosen, dict) else {}
        return cls(
            name if isinstance(name, str) and _NAME.fullmatch(name) else "",
            number if isinstance(number, int) and 0 < number <= MOST_TURNS else 1,
            str(sent.get("question") or ""),
            sent.get("history") or [],
            {"since": given.get("since"), "until": given.get("until"), "outlet": given.get("outlet")},
        )


def sent(data: object) -> object:
    """What the page's script sent with an event: JSON, as the one string `sent`; None where it is anything else."""
    text = data.get("sent") if isinstance(data, dict) else None
    if not isinstance(text, str) or len(text) > LONGEST_SENT:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


async def replies(opening: Opening, data: object, who: str = "") -> AsyncIterator[str]:
    """The turn in its stages: while Byline opens, while it reads, and then the reply, or why there is none."""
    asked = Asked.of(data)
    while not opening.ready and not opening.failed:
        yield turns.waiting(asked.question, opening.doing, asked.anchor, asked.name)
        await asyncio.sleep(LOOKS)
    yield turns.waiting(asked.question, READING, asked.anchor, asked.name)
    try:
        answer = await answer_within(opening, asked.question, history_from(asked.history), who=who, **asked.limits)
        yield _turn(opening, asked.question, answer, asked.anchor, asked.name)
    except BylineError as error:
        yield turns.failed(asked.question, opening.shown(str(error)), asked.anchor, asked.name)
    except Exception as error:  # noqa: BLE001 - the person is told, and the terminal has the rest
        traceback.print_exception(error, file=sys.stderr)
        yield turns.failed(asked.question, MISTAKE, asked.anchor, asked.name)


def again(opening: Opening, data: object) -> str:
    """The turns of a conversation that the browser kept, as they are shown; a damaged one says so."""
    sent = data if isinstance(data, dict) else {}
    name, records = sent.get("id"), sent.get("turns")
    kept = records[:MOST_TURNS] if isinstance(records, list) else []
    shown = "".join(_again(opening, record, f"turn-{number}") for number, record in enumerate(kept, 1))
    return f'<div data-of="{name if isinstance(name, str) and _NAME.fullmatch(name) else ""}">{shown}</div>'


def _again(opening: Opening, record: object, anchor: str) -> str:
    try:
        ((question, answer),) = history_from([record])
        return _turn(opening, question, answer, anchor)
    except (BylineError, ValueError, TypeError, KeyError, IndexError):
        return turns.failed("", "this browser's copy of this turn is damaged, so it is not shown", anchor)


def _turn(opening: Opening, question: str, answer: Answer, anchor: str, name: str = "") -> str:
    try:
        text_of = _text_of(opening.get(timeout=0))
    except BylineError:
        text_of = _nothing  # the quotes stand without their paragraphs until the articles can be read
    return turns.answered(question, answer, answers.reply(answer, text_of, anchor), anchor, name)


def _nothing(path: str) -> str:
    return ""


def _text_of(assistant: Assistant) -> answers.ArticleText:
    def text_of(path: str) -> str:
        try:
            article = assistant.article(path)
        except BylineError:
            article = None
        return article.text if article else ""  # deleted a moment ago: the quote stands without its paragraph

    return text_of
