"""What all readers need: a file's bytes within a limit, its name as errors print it, its text without strays."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from index.errors import ArticleError

MAX_BYTES = 20_000_000
"""A larger file is no article; it is reported without being read. No article's text has more characters."""
STRAY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
"""Control characters that no text has on purpose; PDF's fonts and careless exports leave them behind."""


def printable(path: str) -> str:
    """`path` in one line that can be printed anywhere: control characters, line ends and surrogates escaped."""
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else character
        for character in path
    )


def read_bytes(file: Path, path: str) -> bytes:
    """The bytes of a file of at most MAX_BYTES. Raises ArticleError."""
    check_size(file, path, MAX_BYTES)
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(data) > MAX_BYTES:
        raise ArticleError(f"{printable(path)} grew beyond {MAX_BYTES / 1e6:.0f} MB while being read: move it away.")
    return data


def check_size(file: Path, path: str, limit: int) -> None:
    """Raises ArticleError for a file of more than `limit` bytes, or one that is not there."""
    try:
        size = file.stat().st_size
    except OSError as error:
        raise unreadable(path, error) from error
    if size > limit:
        raise ArticleError(
            f"{printable(path)} is too large for an article ({size / 1e6:.0f} MB, the limit is "
            f"{limit / 1e6:.0f} MB): split it or move it away."
        )


def unreadable(path: str, error: OSError) -> ArticleError:
    """The error for a file that the system does not let us read."""
    reason = error.strerror or type(error).__name__
    return ArticleError(f"{printable(path)} cannot be read ({reason}): check that it is a file you may open.")


def without_strays(text: str) -> str:
    """`text` that can be stored as UTF-8 and printed: no control characters, no half of a surrogate pair."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return STRAY.sub(" ", whole)
