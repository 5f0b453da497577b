"""Facts that are known of a folder of articles: one JSON object a line of a .jsonl file.

    {"id": "troops-us-remaining", "question": "How many US troops remain in Iraq?", "kind": "number",
     "any_of": ["2,500"], "sources": ["001.txt"], "also": ["000.txt"], "tags": ["several"]}
    {"id": "no-mission-cost", "question": "How much did the mission cost?", "kind": "unanswerable",
     "abstain": true}
    {"id": "combat-end", "question": "When did combat end?", "kind": "date", "outlet": ["Washington Newsday"],
     "any_of": ["2020"], "sources": ["000.txt"], "differs": ["early 2020", "mid-2020"], "accounts": 2}

The keys are the fields of `Fact`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

from index.errors import BylineError
from rag.types import State

STRAIGHT_QUOTES = str.maketrans("“”„‘’‚", "\"\"\"'''")

ISO = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


class FactsError(BylineError):
    """A facts file that cannot be used; the message names the file and, where there is one, the line."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A question, and what an answer to it must hold and cite; or must be refused."""

    id: str
    question: str
    kind: str
    """What is asked for, such as "number" or "person": results are also shown by kind."""
    history: tuple[tuple[str, str], ...] = ()
    """The (question, answer) pairs that went before, the oldest first."""
    all_of: tuple[str, ...] = ()
    """The first claim, or the first quote that is offered, must hold every one of these strings."""
    any_of: tuple[str, ...] = ()
    """It must hold at least one of these, where there are any."""
    sources: tuple[str, ...] = ()
    """Files, relative to the articles folder, every one of which must be cited."""
    any_source: tuple[str, ...] = ()
    """Files at least one of which must be cited, where there are any."""
    also: tuple[str, ...] = ()
    """Other files that say the same and may be cited too."""
    short: tuple[str, ...] = ()
    """The short answer, where one is sure enough to be given, must hold one of these, where there are any."""
    attributed: tuple[str, ...] = ()
    """The first claim must name one of these in square brackets, where there are any."""
    differs: tuple[str, ...] = ()
    """Each must stand in what the answer's differences say."""
    missing: tuple[str, ...] = ()
    """Each must stand in a part of the question that the answer calls unanswered."""
    accounts: int | None = None
    """How many independent accounts the citations must come from."""
    since: str | None = None
    """An ISO date that the question is asked with, like `until`."""
    until: str | None = None
    outlet: tuple[str, ...] = ()
    """Outlets that the question is asked of, like the files of `path`."""
    path: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    abstain: bool = False
    """The articles do not answer the question."""
    state: str | None = None
    """The state that the answer must have ("answered", "likely here", "not found"); None where either of the first
    two will do."""

    @property
    def acceptable(self) -> frozenset[str]:
        """Every file that may be cited for the answer."""
        return frozenset(self.sources + self.any_source + self.also)

    def held_by(self, text: str) -> bool:
        """Whether `text` holds the answer; letter case, the shape of quotes and white space do not count."""
        return not lacking(self.all_of, [text]) and (not self.any_of or holds_any(text, self.any_of))


def lacking(parts: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Those of `parts` that stand in none of `texts`, read as `plain` has them."""
    read = [plain(text) for text in texts]
    return tuple(part for part in parts if not any(plain(part) in text for text in read))


def holds_any(text: str, parts: Sequence[str]) -> bool:
    """Whether `text` holds at least one of `parts`, read as `plain` has them."""
    return any(plain(part) in plain(text) for part in parts)


def plain(text: str) -> str:
    """`text` in lower case, with straight quotes and single spaces."""
    return " ".join(text.translate(STRAIGHT_QUOTES).casefold().split())


def load_facts(path: str | Path) -> tuple[Fact, ...]:
    """The facts of a file, in its order; empty lines are passed over.

    Raises FactsError, naming the file and line, when the file cannot be read, a line is not a JSON object,
    has an unknown key or lacks something, two facts have one id, or there is no fact at all.
    """
    found: dict[str, Fact] = {}
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            fact = _fact(_json_object(line))
            if fact.id in found:
                raise ValueError(f"the id {fact.id!r} is taken by an earlier line: give it another")
        except ValueError as error:
            raise FactsError(f"{path}:{number}: {error}") from error
        found[fact.id] = fact
    if not found:
        raise FactsError(f"{path} holds no facts: write one JSON object a line")
    return tuple(found.values())


def _text(path: str | Path) -> str:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise FactsError(f"cannot read the facts file {path}: {reason}; name a .jsonl file") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FactsError(f"{path}:{line}: not UTF-8: save the file as UTF-8") from error


def _json_object(line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON at column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply to be a fact") from error
    if not isinstance(data, dict):
        raise ValueError("a fact is a JSON object, {...}")
    return data


def _fact(data: Mapping[str, Any]) -> Fact:
    """The fact that `data` describes. Raises ValueError saying what is wrong with it."""
    known = [field.name for field in fields(Fact)]
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r}: the keys are {', '.join(known)}")
    fact = Fact(**{name: _value(data, name) for name in known})
    answer, cited = fact.all_of + fact.any_of, fact.acceptable
    more = fact.short + fact.attributed + fact.differs + fact.missing
    if fact.abstain and (answer or cited or more or fact.accounts):
        raise ValueError("a fact to abstain from has no answer and no sources")
    if not fact.abstain and not answer:
        raise ValueError("say what the answer must hold in all_of or any_of, or set abstain")
    if not fact.abstain and not fact.sources + fact.any_source:
        raise ValueError("name the files that must be cited in sources or any_source")
    return fact


def _value(data: Mapping[str, Any], name: str) -> Any:
    value = data.get(name)
    if name in ("id", "question", "kind"):
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{name} must be a text that is not empty")
        return value
    if name == "abstain":
        if value is not None and not isinstance(value, bool):
            raise ValueError("abstain must be true or false")
        return bool(value)
    if name == "accounts":
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise ValueError("accounts must be a whole number from 1")
        return value
    if name == "state":
        if value is not None and value not in get_args(State):
            raise ValueError(f"state must be one of {', '.join(get_args(State))}")
        return value
    if name in ("since", "until"):
        return None if value is None else _iso(name, value)
    return _pairs(value) if name == "history" else _texts(name, value)


def _iso(name: str, value: Any) -> str:
    if not isinstance(value, str) or not ISO.fullmatch(value):
        raise ValueError(f'{name} must be a date such as "2021-12-09", "2021-12" or "2021"')
    return value


def _texts(name: str, value: Any) -> tuple[str, ...]:
    values = [] if value is None else value
    if not isinstance(values, list) or not all(isinstance(one, str) and one.strip() for one in values):
        raise ValueError(f"{name} must be a list of texts that are not empty")
    return tuple(values)


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    turns = [] if value is None else value
    if not isinstance(turns, list) or not all(isinstance(turn, list) and len(turn) == 2 for turn in turns):
        raise ValueError("history must be a list of [question, answer] pairs")
    pairs = [_texts("history", turn) for turn in turns]
    return tuple((question, answer) for question, answer in pairs)
