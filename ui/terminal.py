"""An Answer on the terminal, and a progress bar for work that takes more than a moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import monotonic
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from rag.types import Answer, Citation, Difference, Nearby
from ui import pieces
from ui.render import UNSEEN, one_line, printable, written_date

MOMENT = 1.0
"""Seconds of work before a progress bar appears."""

Line = tuple[str, str | Text, str]
"""Indentation, text and rich style of one paragraph."""


def console(*, stderr: bool = False) -> Console:
    """Colour on a terminal only (and not under NO_COLOR); no markup is read from what is printed."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def printable_json(data: dict[str, Any]) -> str:
    """Readable JSON, in which what could command a terminal is written as \\u escapes."""
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(data, ensure_ascii=False, indent=2))


def print_answer(answer: Answer, out: Console) -> None:
    """Prints the answer in whichever state, with its citations; wrapped on a terminal, unwrapped into a file."""
    for indent, text, style in _lines(answer):
        room = out.width - len(indent) if out.is_terminal else None
        for line in _wrapped(Text(text, style) if isinstance(text, str) else text, room, out):
            out.print(Text(indent) + line, soft_wrap=True)


def _wrapped(text: Text, room: int | None, out: Console) -> list[Text]:
    lines = list(text.wrap(out, max(room, 20))) if room else [text]
    for line in lines:
        line.rstrip()
        line.highlight_regex(r"(?<=[\s\]])\[\d+\]|^\[\d+\]", "cyan")
    return lines


def _lines(answer: Answer) -> Iterator[Line]:
    if pieces.understood_otherwise(answer):
        yield "", f"Understood as: {one_line(answer.understood_as)}", "dim"
        yield "", "", ""
    told = pieces.told(answer)
    if told.caution:
        yield "", f"Byline: {one_line(told.caution)}", "italic"
        yield "", "", ""
    yield "", _marked(answer), ""
    for one in answer.nearby:
        yield from _nearby(one)
    if not answer.claims and not answer.nearby:
        yield from _refusal(answer)
    if told.notes or answer.missing:
        yield "", "", ""
    for part in answer.missing:
        yield "", f"Not found: {one_line(part)}", "italic"
    for note in told.notes:
        yield "", f"Byline: {one_line(note)}", "italic"
    for opening, difference in told.differences:
        yield from _difference(opening, difference)
    several = len({citation.account for citation in answer.citations}) > 1
    for citation in answer.citations if not answer.abstained else ():
        yield from _source(citation, several)


def _marked(answer: Answer) -> Text:
    """The answer's text: the words that answer in bold, those that no article has there dim."""
    marked, done = Text(), 0
    for claim in answer.claims:
        at = answer.text.find(claim.text, done)
        if at < 0:
            continue
        marked.append(printable(answer.text[done:at]))
        for run in pieces.runs(claim, answer.citations):
            style = "bold" if run.short else "dim" if run.put_in else ""
            marked.append(printable(run.text), style)
        done = at + len(claim.text)
    return marked.append(printable(answer.text[done:]))


def _difference(opening: str, difference: Difference) -> Iterator[Line]:
    """What accounts say differently, one below the other, newest first."""
    yield "", "", ""
    yield "", f"{one_line(opening)}:", "bold"
    for value in difference.values:
        said = f"“{one_line(value.text)}”" if difference.kind == "wording" else one_line(value.text)
        marks = " ".join(f"[{number}]" for number in sorted(value.citations))
        yield "  ", f"{said} ({written_date(value.published) or 'undated'}) {marks}", ""


def _refusal(answer: Answer) -> Iterator[Line]:
    if answer.refusal and answer.refusal not in answer.text:
        yield "", one_line(answer.refusal), ""
    if answer.nearest:
        yield "", "", ""
        yield "", "Nearest articles:", "bold"
    for title in answer.nearest:
        yield "  ", f"- {one_line(title)}", ""


def _nearby(one: Nearby) -> Iterator[Line]:
    """A quote that may answer behind a line, between the sentences around it, and where it stands."""
    at = one.start - one.context_start
    before, after = one_line(one.context[:at]), one_line(one.context[at + len(one.quote) :])
    facts = [one.outlet, written_date(one.published), one.place]
    yield "", "", ""
    if before:
        yield "    ", before, "dim"
    yield "  │ ", one_line(one.quote), ""
    if after:
        yield "    ", after, "dim"
    yield "    ", f"{one_line(one.title)}", "bold"
    yield "    ", " · ".join(one_line(fact) for fact in facts if fact), "dim"


def _source(citation: Citation, several: bool) -> Iterator[Line]:
    account = f"account {citation.account}" if several else None
    facts = [citation.outlet, written_date(citation.published), citation.place, account]
    indent = " " * (len(str(citation.number)) + 3)
    yield "", "", ""
    yield "", f"[{citation.number}] {one_line(citation.title)}", "bold"
    yield indent, " · ".join(one_line(fact) for fact in facts if fact), "dim"
    yield f"{indent}│ ", one_line(citation.quote), ""


class SlowProgress:
    """A progress callback whose bar shows only on a terminal, and only after a moment of work.

    It tells articles done and to do, articles a second, the time left, and the article at hand.
    """

    def __init__(self, err: Console) -> None:
        self._err = err
        self._started: float | None = None
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, done: int, total: int, path: str) -> None:
        """Articles done, articles to do, and the path at hand."""
        self._started = self._started or monotonic()
        if not self._err.is_terminal or monotonic() - self._started < MOMENT:
            return
        if self._bar is None or self._task is None:
            columns = (
                *(TextColumn("Indexing"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}")),
                *(TimeRemainingColumn(), TextColumn("{task.fields[path]}", table_column=Column(no_wrap=True))),
            )
            self._bar = Progress(*columns, console=self._err, transient=True)
            self._task = self._bar.add_task("", total=total, path="", speed="", completed=done)
            self._bar.start()
        speed = f"{done / (monotonic() - self._started):,.1f} articles/s"
        self._bar.update(self._task, completed=done, total=total, path=one_line(path), speed=speed)

    def __enter__(self) -> SlowProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
