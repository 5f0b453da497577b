"""What is left out for one run is back for the next."""

from __future__ import annotations

import pytest

from eval import ablate
from rag.finding import evidence, voting


def test_every_feature_with_a_weight_and_the_vote_can_be_left_out() -> None:
    assert set(ablate.parts()) >= {"near", "kind", "passage", "vote"}
    assert "names" not in ablate.parts()


@pytest.mark.parametrize("part", [None, *ablate.parts()])
def test_only_the_part_named_counts_nothing_and_afterwards_all_do(part: str | None) -> None:
    before = (evidence.WEIGHTS, voting.SHARE)
    with ablate.without(part):
        left = {name: getattr(evidence.WEIGHTS, name) for name in evidence.WEIGHTS._fields} | {"vote": voting.SHARE}
    whole = {name: getattr(before[0], name) for name in before[0]._fields} | {"vote": before[1]}
    assert {name for name in whole if left[name] != whole[name]} == ({part} if part else set())
    assert before == (evidence.WEIGHTS, voting.SHARE)
