"""Folder -> files -> articles. The formats are in index/readers, one small module each.

A reader makes text of a file; everything behind it (metadata, sentences, roles) is the same for all formats. A
file that cannot be an article raises ArticleError, and never costs the rest of the folder; nor does a record of an
export cost the other records, nor a folder that cannot be opened the others.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path

from index.errors import ArticleError
from index.readers import NO_FIELDS, READERS, RECORDS, extract, readable
from index.readers.files import MAX_BYTES, printable
from index.text.boilerplate import find_boilerplate
from index.text.metadata import fallback_title, read_metadata
from index.text.sentences import split_sentences
from index.types import Article, Extracted, Role, Sentence, Unread

__all__ = [
    "MAX_BYTES",
    "READERS",
    "find_articles",
    "parse_article",
    "printable",
    "read_article",
    "read_articles",
]

NOT_ARTICLES = ("readme", "license", "licence")


def find_articles(folder: Path, unreadable: list[tuple[str, str]] | None = None) -> Iterator[Path]:
    """The article files under `folder`, sorted by path. Hidden files and folders, README* and LICENSE* are
    skipped; a link is followed only to what lies inside the folder, and each folder once.

    A folder inside that cannot be listed is appended to `unreadable`: its path relative to `folder`, with a slash
    at the end, and the reason.
    """
    closed = unreadable if unreadable is not None else []
    yield from sorted(_walk(folder, closed), key=lambda file: file.parts)  # paths do not sort alike on every system


def read_articles(file: Path, path: str, fields: Mapping[str, str] = NO_FIELDS) -> Iterator[Article | Unread]:
    """The articles in `file`, one at a time, and the records of it that are none; `path` is its name in errors and
    citations, relative to the folder, with slashes. `fields` gives an export's names of our text, title,
    published, outlet and url; a dot goes into an object ("body.plain").

    Raises ArticleError, in one line, when the file as a whole cannot be read, even after some of its articles.
    """
    for found in extract(file, path, fields):
        if isinstance(found, Unread):
            yield found
        else:
            yield parse_article(found, path if found.record is None else f"{path}#{found.record}")


def read_article(file: Path, path: str) -> Article:
    """The article in `file`, of a format that holds one. Raises ArticleError like read_articles."""
    if file.suffix.lower() in RECORDS:
        raise ArticleError(f"{printable(path)} holds many articles, not one: put it into the articles folder.")
    return next(parse_article(found, path) for found in extract(file, path) if isinstance(found, Extracted))


def parse_article(source: str | Extracted, path: str) -> Article:
    """The article that a text is: metadata, and every sentence with its role. What the file's format says of it
    goes before what its text says. Raises ArticleError if it is empty."""
    given = Extracted(source) if isinstance(source, str) else source
    text = given.text
    if not text.strip():
        raise ArticleError(f"{printable(path)} is empty: fill it or remove it.")
    held = read_metadata(text, given)
    title_start, title_end = held.title_span or (held.body_start, held.body_start)
    before = split_sentences(text, held.body_start, title_start)
    titles = [Sentence(*span, role="title") for span in split_sentences(text, title_start, title_end)]
    spans = before + split_sentences(text, title_end)
    skipped = find_boilerplate(text, spans, held.outlet)
    others = [Sentence(*span, role=_role(n in skipped)) for n, span in enumerate(spans)]
    sentences = (*others[: len(before)], *titles, *others[len(before) :])
    first = next((s for s in sentences if s.role == "body"), sentences[0] if sentences else None)
    fallback = fallback_title(text[first.start : first.end]) if first else printable(Path(path).stem)
    title = held.title or fallback
    return Article(path, text, title, held.published, held.outlet, held.url, sentences, given.pages)


def _role(boilerplate: bool) -> Role:
    return "boilerplate" if boilerplate else "body"


def _walk(folder: Path, closed: list[tuple[str, str]]) -> Iterator[Path]:
    """Article files in no order. Each folder is walked once, under its own name rather than a link's: ten folders
    that link to each other have millions of paths."""
    root = folder.resolve()
    waiting = deque([(folder, "", root)])
    linked: deque[tuple[Path, str, Path]] = deque()
    walked: set[Path] = set()
    while waiting or linked:
        inside, path, place = (waiting or linked).popleft()
        if place in walked:
            continue
        walked.add(place)
        for name, real in _entries(inside, path, place, closed):
            if not real.is_relative_to(root):
                continue
            if os.path.isdir(real):
                further = waiting if real == place / name else linked
                further.append((inside / name, f"{path}{name}/", real))
            elif readable(name) and not name.lower().startswith(NOT_ARTICLES) and real.is_file():
                yield inside / name


def _entries(folder: Path, path: str, place: Path, closed: list[tuple[str, str]]) -> Iterator[tuple[str, Path]]:
    """The names in a folder that really lies at `place`, and where what they name really lies."""
    reasons: set[str] = set()
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names sort alike on every system, paths do not
    except OSError as error:
        names, reasons = [], {error.strerror or type(error).__name__}
    for name in names:
        if name.startswith("."):
            continue
        try:
            linked = stat.S_ISLNK((folder / name).lstat().st_mode)
        except FileNotFoundError:
            continue
        except OSError as error:  # the whole path is too long, or the folder may be listed and not used
            reasons.add(error.strerror or type(error).__name__)
            continue
        real = _resolved(folder / name) if linked or os.name == "nt" else place / name  # Windows has other links too
        if real:
            yield name, real
    closed.extend((path or "/", reason) for reason in sorted(reasons))


def _resolved(link: Path) -> Path | None:
    try:
        return link.resolve(strict=True)
    except (OSError, RuntimeError):
        return None  # a link to nowhere, or to itself
