"""PDF: lines of text with their places become paragraphs again (pypdf).

Read in the helper process. A PDF knows no paragraphs, only lines: one ends where the gap to the next line is
wider than usual, the size of type changes or the next line is indented. The day on which the file was made is not
the day of publication, and its own title counts only where the first page shows it.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING, Any

from index.errors import ArticleError
from index.readers.files import MAX_BYTES, printable, without_strays
from index.text.sentences import CAPITALISED, LIST_ITEM
from index.types import Extracted

if TYPE_CHECKING:
    from pypdf import PdfReader

EDGE = 2
"""Lines at the top and the bottom of a page that can be a running head or foot."""
REPEATED = 0.4
"""Share of the pages; left and right pages often have heads of their own."""
WIDE = 1.35
"""Times the usual gap between lines: more is a paragraph's end. Word and LaTeX add a half and more."""
ENDED = re.compile(r"[.!?…:][\"'”’»)\]]*\Z")
BULLETS = "•▪◦·►‣"
FULL = 0.75
"""Share of the longest line: a line that is shorter with the next word added was not wrapped there."""
PRINTED = re.compile(r"(?:file|https?):\S+ \d+/\d+\Z")
"""The foot that browsers print on each page, a single one too."""
LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
"""Glyphs of old fonts, under which no word would be found."""
ABBREVIATED = re.compile(rf"\b(?:{'|'.join(sorted(CAPITALISED))}|No|p|pp|vol|ch|fig|sec)\.\Z", re.IGNORECASE)
SPLIT = re.compile(r"(?<=[\w.])[-\u00ad\u2010]\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; its place and the size of its type are in points, `y` counts upwards."""

    text: str
    page: int
    x: float
    y: float
    size: float


def read(data: bytes, path: str) -> Extracted:
    """The text of all pages, a blank line between paragraphs, and where each page starts. Raises ArticleError for
    a file that is encrypted or has no text."""
    try:
        import pypdf
    except ImportError as error:
        raise ArticleError(
            f'{printable(path)} needs pypdf to be read: run pip install pypdf (Byline\'s extra "pdf").'
        ) from error
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _locked(path)
        pages = list(_pages(reader, path))
    except pypdf.errors.FileNotDecryptedError as error:
        raise _locked(path) from error
    except pypdf.errors.DependencyError as error:
        raise ArticleError(
            f"{printable(path)} is encrypted: run pip install 'pypdf[crypto]', or save it without a password."
        ) from error
    except pypdf.errors.PyPdfError as error:
        raise ArticleError(f"{printable(path)} is no PDF, or a damaged one: save it again.") from error
    if not any(pages):
        raise ArticleError(f"{printable(path)} has no text (a scan?): run OCR on it first.")
    text, starts = _joined(_without_running(pages), len(pages))
    return Extracted(text, _title(reader, pages[0]), pages=starts)


def _locked(path: str) -> ArticleError:
    return ArticleError(f"{printable(path)} is encrypted: save it without a password.")


def _pages(reader: PdfReader, path: str) -> Iterator[list[Line]]:
    """The lines of each page that hold text."""
    size = 0
    for number, page in enumerate(reader.pages):
        pieces: list[tuple[str, float, float, float]] = []

        def keep(text: str, cm: Any, tm: Any, _: object, size: float, kept: Any = pieces) -> None:
            if text:
                x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[2]) or 1.0
                kept.append((text, x, y, abs(size) * scale))

        page.extract_text(visitor_text=keep)
        lines = list(_lines(pieces, number))
        size += sum(len(line.text) for line in lines)
        if size > MAX_BYTES:
            raise ArticleError(
                f"{printable(path)} holds more than {MAX_BYTES / 1e6:.0f} million characters: split it."
            )
        yield lines


def _lines(pieces: Sequence[tuple[str, float, float, float]], page: int) -> Iterator[Line]:
    """The pieces in which a page was drawn, put together to its lines. A line stands where its first word does; its
    type is that of its longest piece, since a bullet or a note's number is smaller."""
    held: list[tuple[str, float, float, float]] = []
    for text, *at in (*pieces, ("\n", 0.0, 0.0, 0.0)):
        for part in re.split(r"(\n)", text):
            if part != "\n":
                held.append((part, at[0], at[1], at[2]))
                continue
            line = without_strays("".join(piece for piece, *_ in held)).translate(LIGATURES)
            shown = [piece for piece in held if piece[0].strip()]
            if shown and line.strip():
                size = max(shown, key=lambda piece: len(piece[0]))[3]
                yield Line(" ".join(line.split()), page, shown[0][1], shown[0][2], size)
            held = []


def _without_running(pages: Sequence[list[Line]]) -> list[Line]:
    """The lines without heads, feet and page numbers: what stands at an edge of several pages, whatever number
    it has. The title on the first page is larger than a head that repeats it."""
    edges = [_edges(page) for page in pages]
    counts = Counter(key for edge in edges for key in {_running(line) for line in edge})
    often = max(2.0, REPEATED * len(pages))
    return [
        line
        for page, edge in zip(pages, edges, strict=True)
        for line in page
        if not (line in edge and (counts[_running(line)] >= often or PRINTED.match(line.text)))
    ]


def _edges(page: Sequence[Line]) -> list[Line]:
    ordered = sorted(page, key=lambda line: line.y)
    return ordered if len(ordered) <= 2 * EDGE else ordered[:EDGE] + ordered[-EDGE:]


def _running(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.size)


def _joined(lines: Sequence[Line], count: int) -> tuple[str, tuple[int, ...]]:
    """The text, and where each of `count` pages starts in it; a page without text starts where the next one does."""
    usual, longest = _usual_gaps(lines), _longest(lines)
    hyphenated = {word.casefold() for line in lines for word in re.findall(r"\b\w+-\w+\b(?!-?\Z)", line.text)}
    starts: list[int] = []
    parts: list[str] = []
    length = 0
    for before, line in pairwise((None, *lines)):
        assert line is not None
        between = _between(before, line, usual, longest) if before else ""
        if before and between == " " and SPLIT.search(before.text):
            between = ""
            if _is_split(before.text, line.text) and not _keeps_hyphen(before.text, line.text, hyphenated):
                parts[-1], length = parts[-1][:-1], length - 1
        length += len(between)
        starts += [length] * (line.page + 1 - len(starts))
        parts += [between, line.text]
        length += len(line.text)
    return "".join(parts), (*starts, *[length] * (count - len(starts)))


def _usual_gaps(lines: Sequence[Line]) -> dict[int, float]:
    """The usual distance between lines, for each size of type."""
    gaps: dict[int, list[float]] = defaultdict(list)
    for before, line in pairwise(lines):
        gap = before.y - line.y
        if line.page == before.page and _same_size(before, line) and 0 < gap < 4 * line.size:
            gaps[round(line.size)].append(gap)
    return {size: median_low(found) for size, found in gaps.items()}


def _longest(lines: Sequence[Line]) -> Counter[tuple[int, int, int]]:
    """The characters of the longest line of each column: a page, a left edge, a size of type."""
    longest: Counter[tuple[int, int, int]] = Counter()
    for line in lines:
        longest[_column(line)] = max(longest[_column(line)], len(line.text))
    return longest


def _column(line: Line) -> tuple[int, int, int]:
    return line.page, round(line.x / 4), round(line.size)


def _between(before: Line, line: Line, usual: dict[int, float], longest: Counter[tuple[int, int, int]]) -> str:
    """What stands between two lines: a blank line between paragraphs, a line break before an item of a list, and
    a space where a sentence may run on."""
    if not _same_size(before, line) or _cut_short(before, line, longest[_column(before)]):
        return "\n\n"
    ended = bool(ENDED.search(before.text[-10:]))
    gap = before.y - line.y
    if line.page != before.page or gap < -line.size / 2:
        return "\n\n" if ended else " "  # over the end of a page, or of a column
    pitch = usual.get(round(line.size), 1.2 * line.size)
    if gap > WIDE * pitch or (gap > 2 * line.size and ended):
        return "\n\n"
    if LIST_ITEM.match(line.text) and (line.text[0] in BULLETS or (ended and not ABBREVIATED.search(before.text))):
        return "\n"  # "Dec." goes on with "31.", and a dash may stand in the middle of a sentence
    return "\n\n" if ended and line.size / 2 < line.x - before.x < 6 * line.size else " "


def _cut_short(before: Line, line: Line, longest: int) -> bool:
    """Whether the next word would have fitted, and nothing says that the sentence runs on all the same."""
    if line.text[0].islower() or before.text[-1] in ",;-":
        return False
    return len(before.text) + 1 + len(line.text.split()[0]) < FULL * longest


def _same_size(before: Line, line: Line) -> bool:
    return abs(before.size - line.size) <= 0.08 * max(before.size, line.size)


def _is_split(before: str, after: str) -> bool:
    """Whether a hyphen at a line's end only splits a word; that of "al-Araji" is the name's own."""
    return after[0].islower() and before[-2].islower()


def _keeps_hyphen(before: str, after: str, hyphenated: set[str]) -> bool:
    """Whether the hyphen is the word's own, since the text has the same word with it inside a line."""
    first, second = re.search(r"(\w+)\W\Z", before[-60:]), re.match(r"\w+", after)
    return bool(first and second and f"{first[1]}-{second[0]}".casefold() in hyphenated)


def _title(reader: PdfReader, first: Sequence[Line]) -> str | None:
    """The file's own title where the first page shows it: others are names of files and of templates."""
    information = reader.metadata
    title = " ".join(without_strays(str(information.title or "")).split()) if information else ""
    shown = " ".join(line.text for line in first)
    return title if title and title.casefold() in shown.casefold() else None
