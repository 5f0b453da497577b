"""The one way in which the page and programs ask: a few questions at a time, each within a time limit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import aclosing, contextmanager
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from index.errors import BylineError
from ui.server.forms import is_answer, is_text
from ui.server.workers import Job, TooManyError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from rag import Answer, Assistant
    from ui.server.opening import Opening

SECONDS = 30.0
"""How long a question may take, waiting for its turn included."""
LOOK = 1.0
"""Seconds between two looks whether somebody still waits for what is being done."""
TURNS = 8
"""Turns of a conversation that a question can refer to; older ones are not read."""
LONGEST_QUESTION = 2_000
T = TypeVar("T")
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


class LeftError(BylineError):
    """Nobody waits any more for what was being done."""


class HistoryError(BylineError):
    """What was sent as the conversation so far is none."""


class Wanted:
    """Whether anybody still waits for some work. A thread cannot be ended: whoever works looks between two steps."""

    def __init__(self) -> None:
        self._left = threading.Event()

    def leave(self) -> None:
        """Nobody waits any more."""
        self._left.set()

    def check(self) -> None:
        """Raises LeftError where nobody waits."""
        if self._left.is_set():
            raise LeftError


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
    assistant = _opened(opening, seconds)
    with _working(opening, lambda _: assistant.ask(question, history, **limits), who) as job:
        answer: Answer = _result(opening, job, until - monotonic(), seconds)
        return answer


async def answer_within(
    opening: Opening,
    question: str,
    records: Sequence[object] = (),
    *,
    seconds: float = SECONDS,
    who: str = "",
    **limits: Unpack[Limits],
) -> Answer:
    """As `ask_within`, without a thread that waits; an assistant that is not open is not waited for.

    `records` are the conversation so far as it was sent, see `history_from`.
    """
    assistant = _opened(opening, 0)

    def work(wanted: Wanted) -> Answer:
        return assistant.ask(question, history_from(list(records)), **limits)

    return await last(done_within(opening, work, seconds=seconds, who=who))


async def last(steps: AsyncGenerator[T | None, None]) -> T:
    """What `done_within` gives in the end."""
    async with aclosing(steps):
        async for made in steps:
            if made is not None:
                return made
    raise AssertionError("the last step is what was made")


async def done_within(
    opening: Opening, work: Callable[[Wanted], T], *, seconds: float = SECONDS, who: str = ""
) -> AsyncGenerator[T | None, None]:
    """What `work` makes in one of the threads that answer, in `who`'s turn; None each `LOOK` until it is made.

    Whoever goes away closes the generator: then the work is not begun, or it ends at its next `Wanted.check`. Raises
    as `ask_within`.
    """
    with _working(opening, work, who) as job:
        done = asyncio.wrap_future(job.future)
        done.add_done_callback(lambda one: one.cancelled() or one.exception())  # else asyncio reports it as lost
        until = monotonic() + seconds
        while not done.done() and (left := until - monotonic()) > 0:
            await asyncio.wait([done], timeout=min(LOOK, left))
            if not done.done():
                yield None
        yield _result(opening, job, 0, seconds)


@contextmanager
def _working(opening: Opening, work: Callable[[Wanted], object], who: str) -> Iterator[Job]:
    """The work in the queue. At the end nobody waits for it any more; work that is done is not affected."""
    wanted = Wanted()
    try:
        job = opening.workers.put(lambda: work(wanted), who)
    except TooManyError as error:
        raise TooBusyError("too many questions are being asked at once: ask again in a moment") from error
    try:
        yield job
    finally:
        wanted.leave()
        opening.workers.give_up(job)


def _opened(opening: Opening, seconds: float) -> Assistant:
    """The assistant; errors of opening it as a browser may see them."""
    try:
        return opening.get(seconds)
    except BylineError as error:
        error.args = (opening.shown(str(error)),)
        raise


def _result(opening: Opening, job: Job, wait: float, seconds: float) -> Any:
    """What the job made, waited for for so many seconds of those it had."""
    try:
        return job.future.result(wait)
    except TimeoutError as error:
        if not job.future.done():
            raise _late(opening, job, seconds) from error
        raise
    except BylineError as error:
        error.args = (opening.shown(str(error)),)
        raise
    except CancelledError as error:
        raise TooBusyError("Byline is ending: ask again when it is back") from error


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
    if not isinstance(question, str) or len(question) > LONGEST_QUESTION or not is_text(question):
        raise _unreadable(number)
    if not is_answer(answer):
        raise _unreadable(number)
    try:
        return question, _answers().validate_python(answer)
    except (ValueError, TypeError, RecursionError) as error:
        raise _unreadable(number) from error


def _unreadable(number: int) -> HistoryError:
    return HistoryError(f"turn {number} of the history is no question with its answer: start a new conversation")


@cache
def _answers() -> TypeAdapter[Answer]:
    from pydantic import TypeAdapter

    from rag import Answer

    return TypeAdapter(Answer)
