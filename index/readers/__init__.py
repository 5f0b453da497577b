"""Files become text: one small module a format, and the tables that give each suffix its reader.

A format is added by a module with `read(data, path) -> Extracted` and a line in READERS. What is parsed by a
large library, HTML, PDF and Word, is parsed in a helper process (`apart`), since a file may be made to harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from index.errors import ArticleError
from index.readers import jsonl, plain
from index.readers.files import printable, read_bytes
from index.readers.process import apart
from index.types import Extracted, Unread

READERS: dict[str, Callable[[bytes, str], Extracted]] = {
    ".txt": plain.read,
    ".md": plain.read,
    ".html": apart("html"),
    ".htm": apart("html"),
    ".pdf": apart("pdf"),
    ".docx": apart("docx"),
}
"""Suffix -> reader of a file that is one article: its bytes and its name for errors, to what it says."""
OWN_LINES = frozenset((".txt", ".md"))
"""Formats whose text is the file itself, so that a line of the text is a line of the file."""
RECORDS: dict[str, Callable[[Path, str, Mapping[str, str]], Iterator[Extracted | Unread]]] = {
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
}
"""Suffix -> reader of a file that holds many articles, which is never held in memory as a whole."""
NO_FIELDS: Mapping[str, str] = MappingProxyType({})


def readable(name: str) -> bool:
    """Whether a file of this name has a format with a reader."""
    suffix = Path(name).suffix.lower()
    return suffix in READERS or suffix in RECORDS


def extract(file: Path, path: str, fields: Mapping[str, str] = NO_FIELDS) -> Iterator[Extracted | Unread]:
    """What `file` holds: one text, or one for each record. `path` is its name in errors; `fields` gives the
    export's names of text, title, published, outlet and url. Raises ArticleError where the file cannot be used."""
    suffix = file.suffix.lower()
    if suffix in RECORDS:
        yield from RECORDS[suffix](file, path, fields)
    elif suffix in READERS:
        yield READERS[suffix](read_bytes(file, path), path)
    else:
        known = ", ".join((*READERS, *RECORDS))
        raise ArticleError(f"{printable(path)} has a format Byline cannot read: save it as one of {known}.")
