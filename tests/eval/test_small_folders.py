"""How small folders are put together, and what is told of them."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from eval.small_folders import Case, _fill, report
from rag.asking.question import analyse
from rag.finding.finder import Finding

NAMES = [f"{number}.md" for number in range(30)]


def case(sort: str, answered: bool, sure: float, right: bool = False) -> Case:
    found = Finding(analyse("Who came?"), (), (), (), None, sure, None, ())
    return Case(sort, True, answered, found, right)


@given(st.sets(st.sampled_from(NAMES[:10])), st.sets(st.sampled_from(NAMES), max_size=10), st.integers(1, 15))
def test_a_folder_has_its_size_and_nothing_that_is_left_out(page: set[str], but: set[str], size: int) -> None:
    taken = _fill(random.Random(1), sorted(page - but), NAMES, but, size)
    assert len(set(taken)) == len(taken) == size
    assert not set(taken) & but
    assert len(set(taken) & page) >= min(size, len(page - but))


def test_refusals_are_counted_by_sort_and_right_answers_where_there_are_any() -> None:
    told = report(
        [case("answered", True, 0.9, True), case("answered", True, 0.2, True), case("left out", False, 0.3)], 0.4
    )
    assert told["answered: refused"].startswith("0.500")
    assert told["answered: the best sentence is right, and shown"].startswith("0.500")
    assert told["left out: refused"].startswith("1.000")
    assert "left out: the best sentence is right, and shown" not in told
    assert told["AUROC of confidence"] == 0.5
