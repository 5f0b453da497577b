"""The name under which a file that somebody sends is kept in the articles folder."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from index.readers import READERS, RECORDS, readable
from index.text.articles import NOT_ARTICLES
from ui.collection.refusal import RefusedError
from ui.render import shortened

LONGEST = 180
"""Bytes of a name: file systems take 255, and a number may be added."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(?=\.|$)", re.IGNORECASE)
"""What Windows takes for a device, whatever its suffix."""
_FORBIDDEN = re.compile(r'[<>:"|?*]')
"""On Windows."""


def safe_name(sent: str) -> str:
    """The last part of what was sent, fit to be a file's name on any system; letters of any script stay.

    Raises RefusedError where it has a format that is not read, or is that of a file that is never an article.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent[:2_000]))[-1]
    seen = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    name = " ".join(_FORBIDDEN.sub("_", seen).split()).strip(". ")
    if not readable(name):
        known = ", ".join((*READERS, *RECORDS))
        raise RefusedError(415, f"{shown(sent)} is of a format that Byline does not read: it reads {known}")
    stem, suffix = Path(name).stem.rstrip(". "), Path(name).suffix
    if name.lower().startswith(NOT_ARTICLES):
        raise RefusedError(415, f"{shown(sent)} would not be read as an article: give it a name of its own")
    if _DEVICE.match(stem):
        stem = "_" + stem
    return _cut(stem or "article", LONGEST - len(suffix.encode())) + suffix


def numbered(name: str, number: int) -> str:
    """The name with a number, from 2, before its suffix."""
    return f"{Path(name).stem} ({number}){Path(name).suffix}" if number > 1 else name


def shown(name: str) -> str:
    """The name as it is told."""
    return shortened(name, 80) or "the file"


def _cut(stem: str, most: int) -> str:
    """At most so many bytes of a stem, whole characters."""
    return stem.encode()[:most].decode(errors="ignore").rstrip(". ")
