"""The accounts of a folder that changes are worked out by one thread, whatever happens to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from ui.collection.told import Group, Told


def soon(holds: Callable[[], bool]) -> bool:
    """Whether something comes true within seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.01)
    return False


def test_changes_in_a_row_are_worked_out_by_one_thread_and_as_one() -> None:
    free, worked = threading.Event(), []

    def groups() -> list[Group]:
        worked.append(threading.active_count())
        free.wait(10)
        return [("a.txt", "b.txt")]

    told = Told(groups)
    assert told.now("1") == (None, False)
    assert soon(lambda: bool(worked))
    before = threading.active_count()
    for change in range(2, 60):
        assert told.now(str(change)) == (None, False)
        assert threading.active_count() == before
    free.set()
    assert soon(lambda: told.now("59") == ((("a.txt", "b.txt"),), True))
    assert len(worked) == 2  # of the first change, and of the last


@pytest.mark.parametrize("error", [ZeroDivisionError(), SystemExit(1)])
def test_a_mistake_leaves_what_was_known_and_the_next_change_is_worked_out(error: BaseException) -> None:
    answers: list[BaseException | list[Group]] = [[("a.txt", "b.txt")], error, [("c.txt", "d.txt")]]

    def groups() -> list[Group]:
        answer = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    told = Told(groups)
    for change, known in (("1", "a.txt"), ("2", "a.txt"), ("3", "c.txt")):
        told.now(change)
        assert soon(lambda change=change: told.now(change)[1])
        assert (told.now(change)[0] or ())[0][0] == known
