"""Wrong answers as drafts of facts for the eval suite, in eval's format (eval/facts.py), in a file of their own.

A draft is a fact that fails until a person has finished it: it says what was asked and answered, and what would be
right where that was given. The file lies in the user's data folder: the index folder may be deleted at any time, and
the articles folder is not ours.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.settings import Settings
from ui.collection.refusal import RefusedError
from ui.render import shortened

if TYPE_CHECKING:
    from rag import Answer

LONGEST = 1_000
"""Characters of a question, and of what would be right."""
MOST_DRAFTS, MOST_BYTES = 2_000, 5_000_000
"""In the file: more than a person finishes in a month."""
MOST_EACH = 500
"""Drafts of one user, or of one address where nobody has a password: four would have to fill the file together."""
READ = 2_000
"""Characters of an earlier answer: a follow-up is understood by no more (`rag.question.memory`)."""
MOST_SOURCES = 20
"""Files that are named as those that would be right."""
UNKNOWN = "(write here what the answer must hold)"
NO_SOURCE = "(write here which file says so)"
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft and the file that it is in."""

    id: str
    file: Path
    drafts: int
    """How many there are now."""
    new: bool
    """False where the same draft was there already."""


def drafts_file(settings: Settings) -> Path:
    """Where the drafts about this articles folder are kept; named as its index is."""
    import platformdirs

    folder = Path(platformdirs.user_data_dir("byline", appauthor=False))
    return folder / "drafts" / f"{settings.index_folder.name}.jsonl"


def draft(
    question: str,
    history: Sequence[tuple[str, Answer]],
    answer: Answer,
    expected: str = "",
    abstain: bool = False,
    sources: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The fact that a person has to finish; `expected` is what would be right, `abstain` that no answer would be.

    `sources` are the cited files that the collection has; None: the answer is not from outside, all of them are.
    Raises RefusedError where there is no question, or one of the texts is endless.
    """
    asked, right = " ".join(question.split()), " ".join(expected.split())
    if not asked or max(len(asked), len(right)) > LONGEST:
        raise RefusedError(422, f"a question, and what would be right, have at most {LONGEST:,} characters")
    fact: dict[str, Any] = {"question": asked, "kind": "draft"}
    turns = [[one.strip(), told.text[:READ].strip()] for one, told in history]
    if turns := [turn for turn in turns if all(turn)]:
        fact["history"] = turns
    if abstain:
        fact["abstain"] = True
    else:
        fact["any_of"] = [right or UNKNOWN]
        fact["any_source"] = list(cited(answer) if sources is None else sources)[:MOST_SOURCES] or [NO_SOURCE]
    fact["tags"] = ["draft", "was answered: " + (shortened(answer.text, 300) or "nothing")]
    named = hashlib.sha256(json.dumps(fact, sort_keys=True).encode()).hexdigest()
    return {"id": f"draft-{named[:12]}", **fact}


def cited(answer: Answer) -> list[str]:
    """The files that an answer says it quotes, each once."""
    return list(dict.fromkeys(one.path for one in answer.citations))


def append(file: Path, fact: dict[str, Any], who: str = "") -> Drafted:
    """Adds a draft of `who` to its file: whole, once, and without touching what a person has written there.

    Raises RefusedError where the file is full, or has as many drafts of `who` as it may, or cannot be written.
    """
    from filelock import FileLock, Timeout

    mark = f"from: {hashlib.sha256(who.encode()).hexdigest()[:12]}"  # counted by it, and named to nobody
    line = json.dumps({**fact, "tags": [*fact["tags"], mark]} if who else fact, ensure_ascii=False)
    try:
        with _lock, suppress(FileExistsError):
            file.parent.mkdir(parents=True, exist_ok=True)
        with _lock, FileLock(f"{file}.lock", timeout=10):
            lines = _lines(file)
            if any(_id(one) == fact["id"] for one in lines):
                return Drafted(fact["id"], file, len(lines), False)
            if len(lines) >= MOST_DRAFTS or sum(map(len, lines)) + len(line) > MOST_BYTES:
                raise RefusedError(507, f"there are {len(lines):,} drafts already: finish some, or move them away")
            if sum(f'"{mark}"' in one for one in lines) >= MOST_EACH:
                raise RefusedError(
                    507, f"there are {MOST_EACH:,} drafts of yours already: ask for some to be finished"
                )
            _replace(file, [*lines, line])
            return Drafted(fact["id"], file, len(lines) + 1, True)
    except Timeout as error:
        raise RefusedError(503, "the drafts are being written by another process: try again in a moment") from error
    except OSError as error:
        reason = error.strerror or "an error of the disk"
        raise RefusedError(507, f"the draft could not be written ({reason}): ask whoever runs Byline") from error


def _lines(file: Path) -> list[str]:
    try:
        text = file.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return []
    return [line for line in text.split("\n") if line.strip()]


def _id(line: str) -> object:
    with suppress(ValueError, RecursionError):
        found = json.loads(line)
        return found.get("id") if isinstance(found, dict) else None
    return None


def _replace(file: Path, lines: Sequence[str]) -> None:
    """Writes all of it beside the file, then puts it in its place: nobody ever reads half a line."""
    part = file.with_name(f".{file.name}.part")
    with part.open("w", encoding="utf-8", newline="\n") as out:
        out.write("\n".join(lines) + "\n")
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
