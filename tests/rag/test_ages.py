"""Whose age a sentence tells."""

from __future__ import annotations

import pytest

from rag.asking.kinds import candidates
from rag.finding.ages import ages


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Ann Lee, 54, met 30-year-old Kari Moe.", ["54"]),
        ("Kari Moe, 54, met 30-year-old fellow American Ann Lee.", ["30-year-old"]),
        ("Ann Lee is 54, and Kari Moe turned 30.", ["54"]),
        ("Kari Lee, 54, is her mother.", []),
        ("Lee (54) left.", ["54"]),
        ("She is also a 37-year-old mother.", ["37-year-old"]),
    ],
)
def test_an_age_beside_another_name_is_another_persons(sentence: str, said: list[str]) -> None:
    found = ages("Ann Lee", sentence, candidates("age", sentence))
    assert [sentence[start:end] for start, end in found] == said
