"""The one way in which the page and programs ask: a few questions at a time, each within a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import CancelledError
from functools import cache, partial
from time import monotonic
from typing import TYPE_CHECKING, TypedDict, Unpack

from index.errors import BylineError
from ui.server.workers import Job, TooManyError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from rag import Answer
    from ui.server.opening import Opening

SECONDS = 30.0
"""How long a question may take, waiting for its turn included."""
TURNS = 8
"""Turns of a conversation that a question can refer to; older ones are not read."""
LONGEST_QUESTION = 2_000
LONGEST_ANSWER = 100_000
"""Characters in all strings of an answer: a long one has some 10,000."""
MOST_VALUES = 5_000
"""Values in an answer: a long one has some 400."""

History = list[tuple[str, "Answer"]]


class Limits(TypedDict, total=False):
    """What `Assistant.ask` takes beside question and history."""

    since: str | None
    until: str | None
    outlet: str | Sequence[str] | None
    path: str | Sequence[str] | None
    words: int | None


class TooBusyError(BylineError):
    """So many questions are waiting that another could not be answered in time."""


class TooSlowError(BylineError):
    """The question took longer than it may."""


class HistoryError(BylineError):
    """What was sent as the conversation so far is none."""


def ask_within(
    opening: Opening,
    question: str,
    history: Sequence[tuple[str, Answer]] = (),
    *,
    seconds: float = SECONDS,
    who: str = "",
    **limits: Unpack[Limits],
) -> Answer:
    """The answer, within `seconds`. People (`who`, any name for one) take turns. Waits for an assistant that opens.

    Raises TooBusyError, TooSlowError, NotReadyError, and what opening and `Assistant.ask` raise, in one line that
    a browser may see.
    """
    until = monotonic() + seconds
    job = _put(opening, seconds, question, history, who, limits)
    try:
        return _result(opening, job, until - monotonic())
    except TimeoutError as error:
        raise _late(opening, job, seconds) from error
    finally:
        opening.workers.give_up(job)  # whatever ended the waiting; one that is done is not affected


async def answer_within(
    opening: Opening,
    question: str,
    history: Sequence[tuple[str, Answer]] = (),
    *,
    seconds: float = SECONDS,
    who: str = "",
    **limits: Unpack[Limits],
) -> Answer:
    """As `ask_within`, without a thread that waits; an assistant that is not open is not waited for."""
    job = _put(opening, 0, question, history, who, limits)
    done = asyncio.wrap_future(job.future)
    done.add_done_callback(lambda future: future.cancelled() or future.exception())  # else asyncio reports it as lost
    try:
        await asyncio.wait([done], timeout=seconds)
        return _result(opening, job, 0)
    except TimeoutError as error:
        raise _late(opening, job, seconds) from error
    finally:
        opening.workers.give_up(job)


def _put(
    opening: Opening,
    seconds: float,
    question: str,
    history: Sequence[tuple[str, Answer]],
    who: str,
    limits: Limits,
) -> Job:
    """The question in the queue, once the assistant is open."""
    try:
        assistant = opening.get(seconds)
    except BylineError as error:
        raise type(error)(opening.shown(str(error))) from error
    try:
        return opening.workers.put(partial(assistant.ask, question, history, **limits), who)
    except TooManyError as error:
        raise TooBusyError("too many questions are being asked at once: ask again in a moment") from error


def _result(opening: Opening, job: Job, seconds: float) -> Answer:
    """Raises TimeoutError where there is none yet."""
    try:
        answer: Answer = job.future.result(seconds)
    except BylineError as error:
        raise type(error)(opening.shown(str(error))) from error
    except CancelledError as error:
        raise TooBusyError("Byline is ending: ask again when it is back") from error
    return answer


def _late(opening: Opening, job: Job, seconds: float) -> BylineError:
    """What to say of a question that had no answer in time, which depends on whether its turn had come."""
    if opening.workers.give_up(job):
        return TooSlowError(f"no answer was found within {seconds:,.0f} seconds: ask a shorter or narrower question")
    return TooBusyError(
        f"many questions are being asked, and this one did not have its turn within {seconds:,.0f} seconds: "
        "ask again in a moment"
    )


def history_from(records: object) -> History:
    """The last turns of a conversation as a browser or a program sent it: [{"question": ..., "answer": {...}}, ...].

    Raises HistoryError where a record is not of that form, or endless.
    """
    if not isinstance(records, list):
        raise HistoryError("the history is no list of questions and answers: start a new conversation")
    first = max(0, len(records) - TURNS)
    return [_turn(record, number) for number, record in enumerate(records[first:], first + 1)]


def _turn(record: object, number: int) -> tuple[str, Answer]:
    question = record.get("question") if isinstance(record, dict) else None
    answer = record.get("answer") if isinstance(record, dict) else None
    if not isinstance(question, str) or len(question) > LONGEST_QUESTION or not _bounded(answer):
        raise _unreadable(number)
    try:
        return question, _answers().validate_python(answer)
    except (ValueError, TypeError, RecursionError) as error:
        raise _unreadable(number) from error


def _unreadable(number: int) -> HistoryError:
    return HistoryError(f"turn {number} of the history is no question with its answer: start a new conversation")


def _bounded(answer: object) -> bool:
    """Whether it is small enough to be an answer, however it is nested."""
    characters = values = 0
    rest: list[object] = [answer]
    while rest:
        value = rest.pop()
        values += 1
        characters += len(value) if isinstance(value, str) else 0
        if characters > LONGEST_ANSWER or values > MOST_VALUES:
            return False
        if isinstance(value, dict):
            rest.extend(value.values())
        elif isinstance(value, list):
            rest.extend(value)
    return isinstance(answer, dict)


@cache
def _answers() -> TypeAdapter[Answer]:
    from pydantic import TypeAdapter

    from rag import Answer

    return TypeAdapter(Answer)
