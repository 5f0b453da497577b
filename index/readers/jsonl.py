"""Exports of many articles, one JSON object a line (.jsonl, .ndjson), read a line at a time.

A line that cannot be used is reported as Unread and costs no other. The names of the fields are the caller's, or
those that exports usually have; a date is taken only where it is complete, an epoch or a compact date included.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from index.errors import ArticleError
from index.readers.files import MAX_BYTES, check_size, printable, unreadable, without_strays
from index.text.dates import parse_date
from index.types import Extracted, Unread

MAX_FILE = 4_000_000_000
"""Bytes; some millions of articles."""
ALL_WRONG = 100
"""A file of which so many lines at its beginning are no articles is no export: one error says more than a million."""
USUAL: dict[str, tuple[str, ...]] = {
    "text": (
        *("text", "body", "content", "article", "maintext", "main_text", "article_text", "articlebody", "full_text"),
        *("fulltext", "body_text", "bodytext", "plain_text", "plaintext", "story"),
    ),
    "title": ("title", "headline"),
    "published": (
        *("published", "published_at", "publishedat", "date_published", "datepublished", "date_publish"),
        *(
            "publication_date",
            "publish_date",
            "published_date",
            "pubdate",
            "pub_date",
            "date",
            "datetime",
            "timestamp",
        ),
    ),
    "outlet": (
        *(
            "outlet",
            "source",
            "publisher",
            "site",
            "site_name",
            "sitename",
            "publication",
            "newspaper",
            "source_name",
        ),
        *("source_domain", "domain"),
    ),
    "url": ("url", "link", "source_url", "web_url"),
}
"""Our name -> what exports call it, in lower case, the most usual first."""
COMPACT = re.compile(r"((?:16|17|18|19|20|21)\d\d)(\d\d)(\d\d)(?:T?\d{6}Z?)?")
EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
"""Seconds, or milliseconds, since 1970."""


def read(file: Path, path: str, fields: Mapping[str, str]) -> Iterator[Extracted | Unread]:
    """The articles of an export, and the records that are none. Raises ArticleError, also after some articles,
    where the file as a whole cannot be read on."""
    check_size(file, path, MAX_FILE)
    used = wrong = 0
    try:
        with file.open("rb") as opened:
            for number, line in _lines(opened):
                result = _record(line, number, path, fields)
                used, wrong = used + isinstance(result, Extracted), wrong + isinstance(result, Unread)
                if not used and wrong == ALL_WRONG:
                    raise ArticleError(
                        f"{printable(path)} has no article in its first {wrong} lines: it has to be one JSON object "
                        f"a line ({result.reason if isinstance(result, Unread) else ''})"
                    )
                yield result
    except OSError as error:
        raise unreadable(path, error) from error
    if not used and not wrong:
        raise ArticleError(f"{printable(path)} is empty: fill it or remove it.")


def _lines(opened: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """The lines that are not blank, numbered from 1; None for one that is too long to be held in memory."""
    number = 0
    while line := opened.readline(MAX_BYTES + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) <= MAX_BYTES:
            if line.strip():
                yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = opened.readline(MAX_BYTES)
        yield number, None


def _record(line: bytes | None, number: int, path: str, fields: Mapping[str, str]) -> Extracted | Unread:
    name = f"{path}#{number}"
    if line is None:
        problem = f"is longer than {MAX_BYTES / 1e6:.0f} MB: split it"
    else:
        try:
            found = _extracted(json.loads(line.decode("utf-8")), number, fields)
        except UnicodeDecodeError:
            found = "is not UTF-8: export it again as UTF-8"
        except (ValueError, RecursionError):
            found = "is no JSON: export it again with one JSON object a line"
        if isinstance(found, Extracted):
            return found
        problem = found
    return Unread(name, f"{printable(name)} {problem}.")


def _extracted(record: object, number: int, fields: Mapping[str, str]) -> Extracted | str:
    """What the record says, or what is wrong with it."""
    if not isinstance(record, dict):
        return "is no JSON object: export each article as an object with its text and title"
    text = _text(record, fields)
    if not text:
        named = fields.get("text")
        tried = f"{named!r}" if named else "any of " + ", ".join(USUAL["text"][:5])
        return f"has no text in {tried}: name the field that holds the text, or leave the record out"
    one = {kind: _line(record, kind, fields) for kind in ("title", "outlet", "url")}
    url = one["url"] if re.match(r"https?://\S+\Z", one["url"] or "") else None
    return Extracted(text, one["title"], _date(record, fields), one["outlet"], url, record=number)


def _values(record: dict[str, object], kind: str, fields: Mapping[str, str]) -> Iterator[object]:
    """The record's values of a kind, in the order in which they are to be tried."""
    if kind in fields:
        yield _at(record, fields[kind])
        return
    lowered = {key.lower(): value for key, value in reversed(record.items())}
    yield from (lowered[name] for name in USUAL[kind] if name in lowered)


def _at(record: dict[str, object], name: str) -> object:
    """The value of a field; a dot in its name goes into an object, unless a field has that very name."""
    if name in record:
        return record[name]
    first, _, rest = name.partition(".")
    inner = record.get(first)
    return _at(inner, rest) if rest and isinstance(inner, dict) else None


def _text(record: dict[str, object], fields: Mapping[str, str]) -> str | None:
    """The first text that is not blank; a list of paragraphs is joined."""
    for value in _values(record, "text", fields):
        whole = "\n\n".join(value) if isinstance(value, list) and all(isinstance(v, str) for v in value) else value
        if isinstance(whole, str) and (text := without_strays(whole)).strip():
            return text
    return None


def _line(record: dict[str, object], kind: str, fields: Mapping[str, str]) -> str | None:
    """The first value of a kind that is a string, or an object with a name, in one line."""
    for value in _values(record, kind, fields):
        named = value.get("name") if isinstance(value, dict) else value
        if isinstance(named, str) and (line := " ".join(without_strays(named).split())):
            return line
    return None


def _date(record: dict[str, object], fields: Mapping[str, str]) -> str | None:
    """The first date that is complete; MongoDB's exports wrap it in an object."""
    for value in _values(record, "published", fields):
        bare = value.get("$date") if isinstance(value, dict) else value
        if isinstance(bare, str | int | float) and not isinstance(bare, bool) and (day := _day(str(bare).strip())):
            return day
    return None


def _day(printed: str) -> str | None:
    if compact := COMPACT.fullmatch(printed):
        return parse_date("-".join(compact.groups()))
    if EPOCH.fullmatch(printed):
        seconds = float(printed) / (1 if len(printed.partition(".")[0]) <= 10 else 1000)
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return parse_date(printed[:100])
