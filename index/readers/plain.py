"""Plain files: .txt and .md, in UTF-8 or whatever their byte order mark or their bytes say."""

from __future__ import annotations

from index.errors import ArticleError
from index.readers.files import printable
from index.types import Extracted

MARKS = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""Byte order marks that name an encoding; the longer ones first, since one begins with another."""


def read(data: bytes, path: str) -> Extracted:
    """The file's own text, unchanged. Raises ArticleError where it is not text."""
    return Extracted(_text(data, path))


def _text(data: bytes, path: str) -> str:
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
