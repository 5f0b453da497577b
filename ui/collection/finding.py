"""Mentions of a phrase with the words around them, a page at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from index.catalog.listing import named
from index.search.mentions import Mentioned, Phrase, mentions, phrase
from ui.collection.refusal import RefusedError
from ui.render import one_line, printable, written_date

if TYPE_CHECKING:
    from index.catalog.catalog import Catalog
    from index.catalog.database import Database

PAGE = 50
"""Mentions on a page."""
AROUND = 90
"""Characters shown on either side."""
MARKED = 300
"""Other mentions of an article that are marked in it: the nearest ones."""
KEPT = 8
"""Phrases whose mentions are kept, so that the next page is there at once."""
AT_ONCE = 2
"""Phrases that are looked for at a time: each keeps a core busy."""


class Mentions:
    """Finds every mention of a phrase; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._kept: OrderedDict[tuple[str, tuple[str, ...]], list[Mentioned]] = OrderedDict()

    def page(self, catalog: Catalog, database: Database, text: str, number: int) -> dict[str, Any]:
        """One page, from 1, JSON-ready, and how many mentions there are in how many articles.

        Raises PhraseError where there is nothing to look for; RefusedError where too many are looking.
        """
        wanted = phrase(text)
        changes = catalog.recall("changes") or ""
        found = self._found(database, changes, wanted)
        total = sum(len(one.spans) for one in found)
        pages = max(1, -(-total // PAGE))
        number = min(max(number, 1), pages)
        return {
            "phrase": " ".join(text.split()),
            "changes": changes,
            "total": total,
            "articles": len(found),
            "page": number,
            "pages": pages,
            "groups": _groups(catalog, database, found, (number - 1) * PAGE),
        }

    def _found(self, database: Database, changes: str, wanted: Phrase) -> list[Mentioned]:
        key = changes, wanted.words
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        with self._turn():
            found = mentions(database, wanted)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._room.acquire(timeout=10):
            raise RefusedError(503, "many people are looking for something: try again in a moment")
        try:
            yield
        finally:
            self._room.release()


def _groups(catalog: Catalog, database: Database, found: Sequence[Mentioned], skip: int) -> list[dict[str, Any]]:
    """The mentions of one page by article, with the words around them."""
    chosen: list[tuple[Mentioned, int, int]] = []
    left = PAGE
    for one in found:
        if skip < len(one.spans):
            until = min(len(one.spans), skip + left)
            chosen.append((one, skip, until))
            left -= until - skip
        skip = max(0, skip - len(one.spans))
        if not left:
            break
    ids = [one.article for one, _, _ in chosen]
    texts = {number: article.text for number, article in catalog.articles_of(ids).items()}
    articles = named(database, ids)
    return [
        {
            "path": articles[one.article].path,
            "title": one_line(articles[one.article].title),
            "outlet": one_line(articles[one.article].outlet or ""),
            "date": written_date(articles[one.article].published) or "",
            "total": len(one.spans),
            "first": first + 1,
            "mentions": _mentions(texts[one.article], one.spans.tolist(), first, until),
        }
        for one, first, until in chosen
        if one.article in articles and one.article in texts
    ]


def _mentions(text: str, spans: list[list[int]], first: int, until: int) -> list[dict[str, Any]]:
    """So many of an article's mentions, each with the words around it; `spans` are those of all."""
    return [_mention(text, spans, number) for number in range(first, until)]


def _mention(text: str, spans: list[list[int]], number: int) -> dict[str, Any]:
    first = max(0, min(number - MARKED // 2, len(spans) - MARKED - 1))
    marks = spans[first : first + MARKED + 1]
    start, end = marks.pop(number - first)
    before, after = _flat(text[max(0, start - AROUND) : start]), _flat(text[end : end + AROUND])
    return {
        "start": start,
        "end": end,
        "before": before if start <= AROUND else "… " + (before.lstrip().partition(" ")[2] or before),
        "words": one_line(text[start:end]),
        "after": after if end + AROUND >= len(text) else (after.rstrip().rpartition(" ")[0] or after) + " …",
        "marks": marks,
    }


def _flat(text: str) -> str:
    """On one line; a space at either end is one still."""
    flat = " ".join(printable(text).split())
    opening = " " if flat and text[:1].isspace() else ""
    return opening + flat + (" " if flat and text[-1:].isspace() else "")
