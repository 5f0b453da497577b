"""Which words name a country, a state of the USA or a continent? "Which country …?" is not answered by a city.

The names are in places.json, which `python -m benchmarks.tables.places` makes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

PlaceKind = Literal["country", "state", "continent"]

_NAME_BEFORE = re.compile(
    r"\b(?!(?:In|At|From|And|But|The|For|As|When|While|If|Both|Of|To|With)\b)[A-ZÀ-Þ][\w’'-]*\s\Z"
)
"""Another word of the name: "Michael Jordan", "New Mexico"."""


def places(kind: PlaceKind, text: str) -> Iterator[tuple[int, int]]:
    """Where a text names a place of this kind, in order."""
    for match in _names(kind).finditer(text):
        if not _NAME_BEFORE.search(text, max(0, match.start() - 20), match.start()):
            yield match.span()


def place(text: str) -> bool:
    """Whether a text is the name of a country, a state or a continent, and nothing else."""
    return any(_names(kind).fullmatch(text) for kind in get_args(PlaceKind))


@cache
def _names(kind: PlaceKind) -> re.Pattern[str]:
    known: dict[str, list[str]] = json.loads(files(__package__).joinpath("places.json").read_text(encoding="utf-8"))
    longest = sorted(known[kind], key=len, reverse=True)
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, longest))})(?![\w])(?!-[A-Z])")
