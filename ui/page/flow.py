"""From what a browser asks to the turns it shows: each question brings its conversation along."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import traceback
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from index.errors import BylineError
from ui.page import answers, turns
from ui.server.asking import HistoryError, Limits, Wanted, done_within, history_from
from ui.server.forms import Asked as Form
from ui.server.forms import wrong_form
from ui.server.opening import MISTAKE, Opening

if TYPE_CHECKING:
    from rag import Answer

LOOKS = 0.25
"""Seconds between two looks at an assistant that is being opened."""
MOST_TURNS = 300
"""Turns of a conversation that are shown again at a time; the page asks for a few of them after the other."""
MOST_NUMBER = 100_000
"""Of a turn in its conversation."""
LONGEST_SENT = 2_000_000
"""Characters of what an event brings: more is no body that the gate lets in (`ui.server.gate.BODY`)."""
READING = "Reading the articles"
DAMAGED = "this browser's copy of this turn is damaged, so it is not shown"
_NAME = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the browser sent it."""

    name: str
    """What the browser calls this request, so that it knows its reply."""
    number: int
    """Of the turn in its conversation, from 1."""
    question: str
    records: object
    """The conversation so far, not yet read (`ui.server.asking.history_from`)."""
    limits: Limits
    problem: str = ""
    """Why it is not asked, in one line: it has not the form that the API asks for either."""

    @property
    def anchor(self) -> str:
        """The turn's id in the page."""
        return f"turn-{self.number}"

    @classmethod
    def of(cls, data: object) -> Asked:
        """From an event's untrusted data; what is missing is taken as empty."""
        sent: Mapping[str, Any] = data if isinstance(data, dict) else {}
        given = sent.get("limits")
        given = given if isinstance(given, dict) else {}
        limits: Limits = {name: given.get(name) or None for name in ("since", "until", "outlet")}  # type: ignore[assignment]
        question, history = sent.get("question") or "", sent.get("history") or []
        name, number = _name(sent.get("asked")), _number(sent.get("number"))
        try:
            form = Form.model_validate({"question": question, "history": history, **limits})
        except ValidationError as error:
            shown = question if isinstance(question, str) else ""
            return cls(name, number, shown, [], {}, wrong_form(error))
        return cls(name, number, form.question, form.records(), limits)


def _name(name: object) -> str:
    return name if isinstance(name, str) and _NAME.fullmatch(name) else ""


def _number(number: object) -> int:
    return number if isinstance(number, int) and 0 < number <= MOST_NUMBER else 1


def sent(data: object) -> object:
    """What the page's script sent with an event: JSON, as the one string `sent`; None where it is anything else."""
    text = data.get("sent") if isinstance(data, dict) else None
    if not isinstance(text, str) or len(text) > LONGEST_SENT:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


async def replies(opening: Opening, data: object, who: str = "") -> AsyncGenerator[str | None, None]:
    """The turn in its stages: while Byline opens, while it reads, and then the reply, or why there is none.

    None says that nothing has changed yet: at that moment whoever has gone away can be given up.
    """
    asked = Asked.of(data)
    if asked.problem:
        yield turns.failed(asked.question, asked.problem, asked.anchor, asked.name)
        return
    while not opening.ready and not opening.failed:
        yield turns.waiting(asked.question, opening.doing, asked.anchor, asked.name)
        await asyncio.sleep(LOOKS)
    yield turns.waiting(asked.question, READING, asked.anchor, asked.name)
    try:
        async with aclosing(done_within(opening, partial(_reply, opening, asked), who=who)) as steps:
            async for turn in steps:
                yield turn
    except BylineError as error:
        yield turns.failed(asked.question, opening.shown(str(error)), asked.anchor, asked.name)
    except Exception as error:  # noqa: BLE001 - the person is told, and the terminal has the rest
        traceback.print_exception(error, file=sys.stderr)
        yield turns.failed(asked.question, MISTAKE, asked.anchor, asked.name)


def _reply(opening: Opening, asked: Asked, wanted: Wanted) -> str:
    """The question answered, as a turn."""
    answer = opening.get(timeout=0).ask(asked.question, history_from(asked.records), **asked.limits)
    wanted.check()
    quoted = answers.paragraphs([answer], _text_of(opening, wanted))
    body = answers.reply(answer, quoted, asked.anchor)
    return turns.answered(asked.question, answer, body, asked.anchor, asked.name)


async def again(opening: Opening, data: object, who: str = "") -> AsyncGenerator[str | None, None]:
    """Turns of a conversation that the browser kept, as they are shown; a damaged one says so. None: not made yet."""
    sent: Mapping[str, Any] = data if isinstance(data, dict) else {}
    records, first = sent.get("turns"), _number(sent.get("first"))
    about = f'data-of="{_name(sent.get("id"))}" data-asked="{_name(sent.get("asked"))}"'
    if not isinstance(records, list) or len(records) > MOST_TURNS:
        problem = f"a conversation is opened by at most {MOST_TURNS} turns at a time: reload this page"
        yield f'<div {about} data-problem="{escape(problem)}"></div>'
        return
    try:
        async with aclosing(done_within(opening, partial(_turns, opening, records, first), who=who)) as steps:
            async for shown in steps:
                yield shown if shown is None else f"<div {about}>{shown}</div>"
    except BylineError as error:
        yield f'<div {about} data-problem="{escape(opening.shown(str(error)))}"></div>'


def _turns(opening: Opening, records: Sequence[object], first: int, wanted: Wanted) -> str:
    """Each record as its turn; `first` is the number of the first one."""
    kept = [_kept(record) for record in records]
    quoted = answers.paragraphs((turn[1] for turn in kept if turn), _text_of(opening, wanted))
    shown = []
    for number, turn in enumerate(kept, first):
        wanted.check()
        if turn:
            question, answer = turn
            body = answers.reply(answer, quoted, f"turn-{number}")
            shown.append(turns.answered(question, answer, body, f"turn-{number}"))
        else:
            shown.append(turns.failed("", DAMAGED, f"turn-{number}"))
    return "".join(shown)


def _kept(record: object) -> tuple[str, Answer] | None:
    """A question and its answer as the browser kept them; None where they are damaged."""
    try:
        ((question, answer),) = history_from([record])
    except HistoryError:
        return None
    return question, answer


def _text_of(opening: Opening, wanted: Wanted) -> answers.ArticleText:
    """Reads articles for as long as somebody waits. An article that cannot be read has no text: its quotes stand
    without their paragraphs."""

    def text_of(path: str) -> str:
        wanted.check()
        try:
            article = opening.get(timeout=0).article(path)
        except BylineError:
            return ""
        return article.text if article else ""  # deleted a moment ago

    return text_of
