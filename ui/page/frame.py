"""The page's head: what is asked, what Byline is doing, and what the page can offer to ask."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from zlib import crc32

from index.errors import BylineError
from ui.render import elements, one_line, printable, safe

if TYPE_CHECKING:
    from rag import Assistant
    from ui.server.opening import Opening

MOST_FAILURES = 200
"""Skipped files that the head names; the Articles tab has them all."""
MOST_OUTLETS = 500
"""Outlets that the filter offers."""


class Frame:
    """The page's head over one opening; its examples are made once, when somebody looks."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._examples: list[str] | None = None
        self._making = threading.Lock()

    def head(self) -> str:
        """The head as HTML. It carries as JSON what the page's script needs: folder, readiness, examples, outlets."""
        opening = self._opening
        if not opening.ready:
            return masthead(opening.folder, None, doing=opening.doing, problem=opening.failed)
        assistant = opening.get(0)
        try:
            status, outlets = assistant.status(), outlets_of(assistant)
        except BylineError as error:
            return masthead(opening.folder, None, problem=opening.shown(str(error)))
        failures = [(one.path, opening.shown(one.reason)) for one in status.failures]
        return masthead(
            opening.folder,
            status.articles,
            failures,
            doing=opening.doing,
            problem=opening.problem,
            offered={"examples": self._made(assistant) if status.articles else [], "outlets": outlets},
        )

    def _made(self, assistant: Assistant) -> list[str] | None:
        """Questions made from the articles; None while somebody else's look has them made."""
        if self._examples is None and self._making.acquire(blocking=False):
            try:
                self._examples = [printable(question) for question in assistant.examples()]
            except BylineError:
                self._examples = []  # a question will say what is wrong
            finally:
                self._making.release()
        return self._examples


def outlets_of(assistant: Assistant) -> list[str]:
    """Each outlet once, in order; "The Herald" and "Herald" are one, as they are to the filter."""
    known = sorted({article.outlet for article in assistant.articles() if article.outlet})
    return sorted({outlet.casefold().removeprefix("the "): outlet for outlet in known}.values(), key=str.casefold)[
        :MOST_OUTLETS
    ]


def masthead(
    folder: str,
    articles: int | None,
    failures: Sequence[tuple[str, str]] = (),
    *,
    doing: str = "",
    problem: str | None = None,
    offered: dict[str, Any] | None = None,
) -> str:
    """What is asked, what goes on, which files could not be read, what is wrong; `articles` None: not open yet."""
    state = {"folder": printable(folder), "ready": articles is not None, "doing": bool(doing), **(offered or {})}
    count = "" if articles is None else f"{articles:,} article{'' if articles == 1 else 's'} in "
    shown = f'<p class="collection">{count}<span class="folder">{safe(one_line(folder))}</span></p>'
    if doing:
        shown += f'<p class="doing">{safe(one_line(doing))}…</p>'
    if failures:
        shown += _skipped(failures)
    if problem:
        shown += f'<p class="unfollowed">{safe(one_line(problem))}</p>'
    carried = json.dumps(state, ensure_ascii=False)
    mark = crc32(f"{carried}{shown}".encode())
    return (
        f'<header class="masthead" data-mark="{mark}" data-state="{escape(carried)}"><h1>Byline</h1>{shown}</header>'
    )


def _skipped(failures: Sequence[tuple[str, str]]) -> str:
    files = f"{len(failures):,} file{'' if len(failures) == 1 else 's'} skipped"
    named = (f"<b>{safe(path)}</b> {safe(one_line(reason))}" for path, reason in failures[:MOST_FAILURES])
    return f'<details class="skipped"><summary>{files}</summary><ul>{elements("li", "", named)}</ul></details>'
