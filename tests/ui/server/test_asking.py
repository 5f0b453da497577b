"""Questions of many people: a few at a time, in turn, each within its time; and what a browser sends as history."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from held import Held, wait_for

from index.errors import BylineError, QuestionError, StorageError
from rag import Answer, Assistant
from ui.server.asking import (
    TURNS,
    HistoryError,
    TooBusyError,
    TooSlowError,
    answer_within,
    ask_within,
    history_from,
)
from ui.server.forms import LONGEST_ANSWER
from ui.server.opening import Opening
from ui.server.workers import Workers

QUESTION = "How many US troops remain in Iraq?"


@pytest.fixture
def opening(held: Held) -> Iterator[Opening]:
    opening = Opening.of(held)  # type: ignore[arg-type]
    opening.workers = Workers(size=2, room=3, room_each=2, stuck=2)
    yield opening
    opening.close()


def in_background(do: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    return thread


def test_an_answer_is_the_assistants(seeds: Assistant) -> None:
    opening = Opening.of(seeds)
    first = ask_within(opening, QUESTION)
    assert first == seeds.ask(QUESTION)
    asked = "And in Syria?"
    assert ask_within(opening, asked, [(QUESTION, first)], since="2021", words=20) == seeds.ask(
        asked, [(QUESTION, first)], words=20, since="2021"
    )
    assert asyncio.run(answer_within(opening, QUESTION)) == first


def test_a_question_that_is_none_is_the_askers_error(seeds: Assistant) -> None:
    with pytest.raises(QuestionError):
        ask_within(Opening.of(seeds), " ")


def test_an_error_that_names_a_folder_names_no_way_to_it(opening: Opening) -> None:
    with pytest.raises(StorageError, match=r"^the index index is damaged$"):
        ask_within(opening, "damaged")


@pytest.mark.parametrize(
    "ask",
    [
        lambda *asked: ask_within(*asked, seconds=0.1),
        lambda *asked: asyncio.run(answer_within(*asked, seconds=0.1)),
    ],
    ids=["waiting", "async"],
)
def test_a_question_that_takes_too_long_is_given_up_and_the_next_one_answered(
    opening: Opening, ask: Callable[..., Answer]
) -> None:
    for number in (1, 2):  # as many as there are workers: none would be left
        with pytest.raises(TooSlowError, match="within 0 seconds"):
            ask(opening, f"slow {number}")
    assert ask_within(opening, "quick", seconds=20).question == "quick"


def test_one_slow_question_does_not_hold_up_the_others(opening: Opening, held: Held) -> None:
    opening.workers = Workers()
    slow = in_background(lambda: ask_within(opening, "slow"))
    assert held.begun.acquire(timeout=20)
    for number in range(20):
        ask_within(opening, f"quick {number}", seconds=20)
    assert slow.is_alive()
    held.go_on.set()
    slow.join(20)
    assert not slow.is_alive()


def test_all_slow_questions_of_one_person_leave_a_thread_for_another(opening: Opening, held: Held) -> None:
    opening.workers = Workers()
    for number in range(5):
        in_background(lambda number=number: ask_within(opening, f"slow {number}", who="eve"))  # type: ignore[misc]
    assert held.begun.acquire(timeout=20)
    assert ask_within(opening, "quick", who="ann", seconds=20).question == "quick"
    held.go_on.set()


def occupied(opening: Opening, held: Held) -> None:
    """Both workers are busy."""
    for number in (1, 2):
        in_background(lambda number=number: ask_within(opening, f"slow {number}", who=f"busy {number}"))  # type: ignore[misc]
        assert held.begun.acquire(timeout=20)


def test_the_queue_is_bounded_for_each_and_for_all(opening: Opening, held: Held) -> None:
    occupied(opening, held)
    waiting = [opening.workers.put(lambda: None, "ann") for _ in range(2)]
    with pytest.raises(TooBusyError, match="ask again in a moment"):
        ask_within(opening, "a third of hers", who="ann")
    waiting.append(opening.workers.put(lambda: None, "bob"))
    with pytest.raises(TooBusyError):
        ask_within(opening, "one more of anybody's", who="eve")
    held.go_on.set()
    for job in waiting:
        assert job.future.result(20) is None


def test_a_question_whose_turn_does_not_come_in_time_is_never_begun(opening: Opening, held: Held) -> None:
    occupied(opening, held)
    with pytest.raises(TooBusyError, match="did not have its turn"):
        ask_within(opening, "late", seconds=0.1)
    assert opening.workers.waiting == 0
    held.go_on.set()
    ask_within(opening, "next", seconds=20)
    assert "late" not in held.asked


def test_people_take_turns_however_many_questions_one_asks(held: Held) -> None:
    workers, done = Workers(size=1), []
    hold = threading.Event()
    first = workers.put(lambda: hold.wait(20), "")
    jobs = [
        workers.put(lambda name=name: done.append(name), name[0]) for name in ("a1", "a2", "a3", "b1", "c1", "b2")
    ]
    hold.set()
    for job in (first, *jobs):
        job.future.result(20)
    assert done == ["a1", "b1", "c1", "a2", "b2", "a3"]
    workers.close()


def test_stuck_questions_are_replaced_only_so_often(opening: Opening, held: Held) -> None:
    for number in range(4):
        with pytest.raises(TooSlowError):
            ask_within(opening, f"slow {number}", who=f"person {number}", seconds=0.1)
    assert len(held.asked) == 4  # two workers, and two in their place
    with pytest.raises(TooBusyError, match="did not have its turn"):
        ask_within(opening, "slow 5", seconds=0.1)
    held.go_on.set()
    assert ask_within(opening, "quick", seconds=20).question == "quick"


def test_whoever_goes_away_leaves_the_queue(opening: Opening, held: Held) -> None:
    async def leave() -> None:
        asking = asyncio.ensure_future(answer_within(opening, "left", seconds=20))
        while not opening.workers.waiting:
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    occupied(opening, held)
    asyncio.run(leave())
    assert opening.workers.waiting == 0


def test_an_assistant_that_could_not_be_opened_says_so_to_whoever_asks() -> None:
    def closed(_: object) -> Assistant:
        raise StorageError("the index /secret/index is damaged")

    opening = Opening(closed)
    opening.start()
    with pytest.raises(StorageError, match=r"^the index index is damaged$"):
        ask_within(opening, QUESTION, seconds=20)


def test_an_end_cancels_what_waits(opening: Opening, held: Held) -> None:
    occupied(opening, held)
    errors: list[BylineError] = []

    def ask() -> None:
        try:
            ask_within(opening, "waiting", seconds=20)
        except BylineError as error:
            errors.append(error)

    asking = in_background(ask)
    wait_for(lambda: opening.workers.waiting == 1)
    opening.workers.close()
    asking.join(20)
    assert isinstance(errors[0], TooBusyError)


def sent(*turns: tuple[str, Answer]) -> object:
    """The history as it comes through JSON."""
    return json.loads(json.dumps([{"question": question, "answer": answer.to_dict()} for question, answer in turns]))


def test_a_history_comes_back_from_json_as_it_was(seeds: Assistant) -> None:
    turns = [(question, seeds.ask(question)) for question in (QUESTION, "When did combat end?", "Who is Zorp?")]
    assert history_from(sent(*turns)) == turns
    assert history_from([]) == []


def test_only_the_last_turns_of_a_long_history_are_read() -> None:
    turns = [(f"question {n}", Answer(f"question {n}", "", "")) for n in range(TURNS + 3)]
    assert history_from(sent(*turns)) == turns[3:]
    assert history_from(["rubbish", *sent(*turns)]) == turns[3:]  # type: ignore[misc]


def test_fields_that_another_version_put_in_are_left_out() -> None:
    [record] = sent(("q", Answer("q", "q", "a")))  # type: ignore[misc]
    record["answer"]["mood"] = "bright"
    assert history_from([record]) == [("q", Answer("q", "q", "a"))]


ANSWER = Answer("q", "q", "a").to_dict()


@pytest.mark.parametrize(
    "records",
    [
        None,
        "text",
        {"question": "q"},
        ["q"],
        [["q", ANSWER]],
        [{"question": "q"}],
        [{"answer": ANSWER}],
        [{"question": 1, "answer": ANSWER}],
        [{"question": "q" * 2001, "answer": ANSWER}],
        [{"question": "q", "answer": None}],
        [{"question": "q", "answer": {}}],
        [{"question": "q", "answer": {**ANSWER, "text": None}}],
        [{"question": "q", "answer": {**ANSWER, "text": "x" * (LONGEST_ANSWER + 1)}}],
        [{"question": "q", "answer": {**ANSWER, "notes": "text"}}],
        [{"question": "q", "answer": {**ANSWER, "notes": [""] * 6000}}],
        [{"question": "q", "answer": {**ANSWER, "claims": [{"text": "x"}]}}],
        [{"question": "q", "answer": {**ANSWER, "claims": [{"text": "x", "citations": ["one"], "short": None}]}}],
        [{"question": "q", "answer": {**ANSWER, "citations": [[]]}}],
        [{"question": "q", "answer": {**ANSWER, "confidence": "high"}}],
        [{"question": "q", "answer": {**ANSWER, "x": json.loads("[" * 900 + "]" * 900), "text": 1}}],
    ],
)
def test_what_is_no_history_is_one_clear_error(records: object) -> None:
    with pytest.raises(HistoryError, match=r"start a new conversation$"):
        history_from(records)


def test_an_answer_may_be_long(seeds: Assistant) -> None:
    answer = seeds.ask(QUESTION)
    longer = replace(answer, passages=answer.passages * 4, citations=answer.citations * 3, text=answer.text * 5)
    assert history_from(sent((QUESTION, longer))) == [(QUESTION, longer)]
