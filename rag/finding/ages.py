"""Whose age a sentence tells: in "Ann Lee, 54, and 30-year-old Kari Moe" one of them is Ann Lee's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.attribution.persons import runs
from rag.finding.described import bearer

AHEAD = 40
"""Characters behind "30-year-old" in which whoever is as old may be named."""
_BESIDE = re.compile(
    r"(?:,\s(?:who\s(?:is|was|turned|turns)\s)?(?:aged?\s)?|\s\(|\s(?:is|was|turned|turns|became)\s)\Z"
)
"""What stands between a name and an age behind it."""
_OLD = re.compile(r"[\s-]years?[\s-]olds?\Z")
_WORDS = re.compile(r"\s(?:[^\s,.;:()]+\s){0,4}\Z")


def ages(name: str, text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those of the ages at these spans that are not somebody else's than this name's."""
    people = runs(text, [(0, len(text))])
    for start, end in spans:
        owners = [run for run in people if run.end <= start and _BESIDE.fullmatch(text, run.end, start)]
        if _OLD.search(text, start, end):
            behind = [
                run for run in people if end <= run.start <= end + AHEAD and _WORDS.fullmatch(text, end, run.start)
            ]
            owners += behind[:1]
        if not owners or any(bearer(run.words, name) for run in owners):
            yield start, end
