"""Text of questions and articles, made fit to be shown: printable, shortened, escaped, as dates are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import Citation

CONTEXT = 260
"""Characters shown on either side of the cited words, at most; a paragraph is seldom longer."""
REACH = 4 * CONTEXT
"""Characters on either side that are searched for the paragraph's ends: what is shown never depends on those further
away, unless hundreds of spaces stand there."""
LONGEST_QUESTION = 400
"""Characters of a question that are shown back; more would push the answer off the screen."""

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters: a terminal would obey them
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # and those that turn the direction of what follows
    "\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"  # and halves of characters, which no output can write
)
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_PARAGRAPH_END = re.compile(r"\r?\n[ \t]*\r?\n")


def printable(text: str) -> str:
    """The text without characters that command a terminal or reorder what is read."""
    return UNSEEN.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """The text on one line, safe to print."""
    return " ".join(printable(text).split())


def shortened(text: str, longest: int) -> str:
    """The text on one line, cut at a word and given an ellipsis when longer than `longest` characters."""
    line = one_line(text[: 4 * longest])
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0].rstrip(" ,;:–—") + "…"


def written_date(iso: str | None) -> str | None:
    """An ISO date as a newspaper prints it, "9 December 2021"; what is no ISO date comes back as it is."""
    try:
        day = date.fromisoformat(iso or "")
    except ValueError:
        return one_line(iso) if iso else None
    return f"{day.day} {day:%B %Y}"


def why_skipped(path: str, reason: str) -> str:
    """The reason on one line, without the path where it begins with it."""
    return one_line(reason.removeprefix(path).lstrip(": "))


def paragraph(text: str, citation: Citation) -> tuple[str, str, str]:
    """The cited words and what stands before and after them in their paragraph.

    Where the text does not hold the quote any more, the quote stands alone.
    """
    start, end = citation.start, citation.end
    if not 0 <= start < end or text[start:end] != citation.quote:
        return "", citation.quote, ""
    behind, ahead = text[max(0, start - REACH) : start], text[end : end + REACH]
    opening = max((match.end() for match in _PARAGRAPH_END.finditer(behind)), default=0)
    closing = _PARAGRAPH_END.search(ahead)
    before = behind[opening:].lstrip()
    after = ahead[: closing.start() if closing else len(ahead)].rstrip()
    return _last_words(before), citation.quote, _first_words(after)


def _last_words(text: str) -> str:
    if len(text) <= CONTEXT:
        return text
    return "… " + "".join(text[-CONTEXT:].split(None, 1)[-1:])  # hundreds of spaces have no word


def _first_words(text: str) -> str:
    if len(text) <= CONTEXT:
        return text
    return "".join(text[:CONTEXT].rsplit(None, 1)[:1]) + " …"


def safe(text: str) -> str:
    """The text as HTML that shows it and does nothing else."""
    return escape(printable(text))


def elements(tag: str, attributes: str, texts: Iterable[str]) -> str:
    """An element for each of the texts, which are HTML already."""
    return "".join(f"<{tag}{attributes}>{text}</{tag}>" for text in texts)


def time_element(published: str | None) -> str:
    """A date as HTML; "" where there is none."""
    written = written_date(published)
    return f'<time datetime="{escape(published or "")}">{safe(written)}</time>' if written else ""
