"""Folder -> files -> articles. Adding a format is one small reader and one line in READERS.

A reader makes text of a file's bytes; everything behind it (metadata, sentences, roles) is the same for all
formats. A file that cannot be an article raises ArticleError, and never costs the rest of the folder.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from index.boilerplate import find_boilerplate
from index.errors import ArticleError
from index.metadata import fallback_title, read_metadata
from index.sentences import split_sentences
from index.types import Article, Role, Sentence

MAX_BYTES = 20_000_000
"""A larger file is no article; it is reported without being read."""
NOT_ARTICLES = ("readme", "license", "licence")
MARKS = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""Byte order marks that name an encoding; the longer ones first, since one begins with another."""


def find_articles(folder: Path) -> Iterator[Path]:
    """The article files under `folder`, sorted by path. Hidden files and folders, README* and LICENSE* are
    skipped; a link is followed only to what lies inside the folder and is not one of its own parents."""
    root = folder.resolve()
    yield from _walk(folder, root, frozenset({root}))


def read_article(file: Path, path: str) -> Article:
    """The article in `file`; `path` is its name in errors and citations, relative to the folder, with slashes.

    Raises ArticleError, in one line, when the file cannot be read or is not an article.
    """
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise ArticleError(f"{printable(path)} has a format Byline cannot read: save it as .txt or .md.")
    return parse_article(reader(_read_bytes(file, path), path), path)


def parse_article(text: str, path: str) -> Article:
    """The article that `text` is: metadata, and every sentence with its role. Raises ArticleError if it is empty."""
    if not text.strip():
        raise ArticleError(f"{printable(path)} is empty: fill it or remove it.")
    held = read_metadata(text)
    title_start, title_end = held.title_span or (held.body_start, held.body_start)
    before = split_sentences(text, held.body_start, title_start)
    titles = [Sentence(*span, role="title") for span in split_sentences(text, title_start, title_end)]
    spans = before + split_sentences(text, title_end)
    skipped = find_boilerplate(text, spans, held.outlet)
    others = [Sentence(*span, role=_role(n in skipped)) for n, span in enumerate(spans)]
    sentences = (*others[: len(before)], *titles, *others[len(before) :])
    first = next((s for s in sentences if s.role == "body"), sentences[0] if sentences else None)
    fallback = fallback_title(text[first.start : first.end]) if first else printable(Path(path).stem)
    return Article(path, text, held.title or fallback, held.published, held.outlet, held.url, sentences)


def printable(path: str) -> str:
    """`path` in one line that can be printed anywhere: control characters, line ends and surrogates escaped."""
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else character
        for character in path
    )


def _role(boilerplate: bool) -> Role:
    return "boilerplate" if boilerplate else "body"


def _walk(folder: Path, root: Path, parents: frozenset[Path]) -> Iterator[Path]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names sort alike on every system, paths do not
    except OSError:
        return  # a subfolder that cannot be opened has no articles to offer
    for name in names:
        entry = folder / name
        if name.startswith("."):
            continue
        real = _resolved(entry)
        if real is None or not real.is_relative_to(root):
            continue
        if real.is_dir():
            if real not in parents:
                yield from _walk(entry, root, parents | {real})
        elif entry.suffix.lower() in READERS and not name.lower().startswith(NOT_ARTICLES) and real.is_file():
            yield entry


def _resolved(entry: Path) -> Path | None:
    try:
        return entry.resolve(strict=True) if entry.is_symlink() else entry.resolve()
    except (OSError, RuntimeError):
        return None  # a link to nowhere, or to itself


def _read_bytes(file: Path, path: str) -> bytes:
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise ArticleError(
                f"{printable(path)} is too large for an article ({size / 1e6:.0f} MB, the limit is "
                f"{MAX_BYTES / 1e6:.0f} MB): split it or move it away."
            )
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ArticleError(
            f"{printable(path)} cannot be read ({reason}): check that it is a file you may open."
        ) from error
    if len(data) > MAX_BYTES:
        raise ArticleError(f"{printable(path)} grew beyond {MAX_BYTES / 1e6:.0f} MB while being read: move it away.")
    return data


def _read_text(data: bytes, path: str) -> str:
    """The text of a plain file: UTF-8, or what its byte order mark or its bytes say. Raises ArticleError."""
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return _decoded(data, encoding, path)
    if _looks_binary(data):
        raise ArticleError(f"{printable(path)} holds binary data, not text: remove it or give it its own suffix.")
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(data, path)


def _decoded(data: bytes, encoding: str, path: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ArticleError(
            f"{printable(path)} begins as {encoding.upper()} but is damaged: save it again as UTF-8."
        ) from error


def _looks_binary(data: bytes) -> bool:
    """No text has NUL bytes, nor more than a few other control characters."""
    control = sum(data.count(code) for code in (*range(1, 9), *range(14, 32), 127) if code != 27)
    return b"\0" in data or control > len(data) / 50


def _guessed(data: bytes, path: str) -> str:
    from charset_normalizer import from_bytes  # a tenth of a second, and UTF-8 needs none

    best = from_bytes(data).best()
    if best is None:
        raise ArticleError(f"{printable(path)} is in an encoding Byline cannot recognise: save it as UTF-8.")
    return _decoded(data, best.encoding, path)


READERS: dict[str, Callable[[bytes, str], str]] = {".txt": _read_text, ".md": _read_text}
"""Suffix -> reader: a file's bytes and its name for errors, to its text."""
