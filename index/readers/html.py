"""Saved web pages: the article's own text, without what stands around it (trafilatura).

Read in the helper process. The date is read here and not by htmldate, which trafilatura asks: it goes on to
dates in the running text and in addresses of pictures, and takes the day of a change for the day of publication.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from index.errors import ArticleError
from index.readers.files import printable, without_strays
from index.text.dates import date_of_line, parse_date
from index.text.sentences import words_of
from index.types import Extracted

DEPTH = 250
"""Elements inside each other; libxml2 reads no more, and trafilatura calls itself once for each."""
LONGEST_CELL = 300
"""Characters."""
DECLARED = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?charset|\?xml\b[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
PUBLISHED = words_of(
    """
    article:published_time article:published og:published_time og:article:published_time datepublished pubdate
    publishdate publish-date publish_date published published_time date-published publication_date
    publication-date dc.date dc.date.issued dc.date.created dcterms.date dcterms.issued dcterms.created
    citation_publication_date citation_date sailthru.date parsely-pub-date article.published
    article_date_original cxenseparse:recs:publishtime bt:pubdate date
    """
)
"""What pages call the day of publication in their head, in lower case. Names of changes are not among them."""
PLACES = re.compile(r"date|publish|posted|time-?stamp|dateline", re.IGNORECASE)
CHANGED = re.compile(r"updat|modif|edited|last", re.IGNORECASE)
DATED_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:[/-]|\Z)")
AROUND = [
    "//figcaption|//nav|//aside|//form|//button|//dialog|//noscript|//*[@role='navigation' or @role='dialog']",
]
"""XPaths of what is never an article's running text."""


def read(data: bytes, path: str) -> Extracted:
    """The page's main text, a blank line between paragraphs, and what its head says of it. Raises ArticleError
    where it has no main text."""
    try:
        import trafilatura
    except ImportError as error:
        raise ArticleError(
            f'{printable(path)} needs trafilatura to be read: run pip install trafilatura (Byline\'s extra "html").'
        ) from error
    tree = trafilatura.load_html(_whole(_decoded(data)))
    if tree is None:
        raise _no_text(path)
    _check_depth(tree, path)
    _unfold_layout(tree)
    page: Any = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        with_metadata=True,
        prune_xpath=AROUND,
        date_extraction_params={"extensive_search": False, "original_date": True, "max_date": "2200-12-31"},
    )
    lines = [" ".join(line.split()) for line in without_strays(page.text or "").splitlines()] if page else []
    text = "\n\n".join(line for line in lines if line.strip("|- "))
    if not text:
        raise _no_text(path)
    outlet = _outlet(page.sitename)
    return Extracted(text, _title(page.title, outlet), _published(tree, page.url), outlet, page.url)


def _no_text(path: str) -> ArticleError:
    return ArticleError(f"{printable(path)} has no main text: save the article's own page, or its text as .txt.")


def _decoded(data: bytes) -> str | bytes:
    """The page as text, or its bytes where only a guess can tell its encoding. What is UTF-8 throughout is UTF-8
    whatever it declares; Latin-1 is what browsers take it for, Windows-1252."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace").lstrip("\ufeff")
    declared = DECLARED.search(data[:4096])
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else ""):
        try:
            name = codecs.lookup(encoding).name
            return data.decode("cp1252" if name in ("iso8859-1", "ascii") else name)
        except (LookupError, ValueError):
            continue
    return data


def _whole(page: str | bytes) -> str | bytes:
    """The page with a root: trafilatura takes a lone paragraph for something else than HTML."""
    start: Any = page[:2000].lower()
    if isinstance(page, bytes):
        return page if b"<html" in start or b"<!doctype" in start else b"<html>" + page
    return page if "<html" in start or "<!doctype" in start else "<html>" + page


def _check_depth(tree: Any, path: str) -> None:
    from lxml.etree import iterwalk  # type: ignore[import-untyped]

    depth = deepest = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    if deepest > DEPTH:
        raise ArticleError(f"{printable(path)} is nested {deepest} elements deep: save its text as .txt.")


def _unfold_layout(tree: Any) -> None:
    """Makes blocks of tables that only lay out a page: one with a cell that is long is no table of figures."""
    outermost = []
    for cell in tree.iter("td"):  # each once: tables may stand in tables
        if len(cell.text_content()) > LONGEST_CELL:
            outermost += list(cell.iterancestors("table"))[-1:]
    for table in set(outermost):
        for element in table.iter("table", "tbody", "tr", "td"):
            element.tag = "div"


def _outlet(name: str | None) -> str | None:
    """The site's name; an address of its page at a social network is none."""
    line = " ".join(without_strays(name or "").split())
    return line if line and "/" not in line else None


def _title(title: str | None, outlet: str | None) -> str | None:
    """The title without the site's name, which pages put behind it."""
    line = " ".join(without_strays(title or "").split())
    behind = re.search(rf"\s+[-|–—·•:]\s+{re.escape(outlet)}\Z", line, re.IGNORECASE) if outlet else None
    return (line[: behind.start()] if behind else line) or None


def _published(tree: Any, url: str | None) -> str | None:
    """The day of publication as the page itself states it: in its head, in its data for search engines, in the
    one date that stands on the page as such, in its address; in that order."""
    for found in (_of_head(tree), _of_data(tree)):
        if day := next(filter(None, map(parse_date, found)), None):
            return day
    shown = set(_shown(tree))
    if len(shown) == 1:
        return shown.pop()
    dated = DATED_URL.search(url or "")
    return parse_date("-".join(dated.groups())) if dated else None


def _of_head(tree: Any) -> Iterator[str]:
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if name.lower() in PUBLISHED:
            yield (element.get("content") or element.get("datetime") or "")[:100]


def _of_data(tree: Any) -> Iterator[str]:
    """The dates in JSON-LD (schema.org/NewsArticle); of what has a headline, since a page describes videos too."""
    for element in tree.iter("script"):
        if element.get("type") != "application/ld+json":
            continue
        try:
            waiting: deque[object] = deque([json.loads(element.text or "", strict=False)])
        except (ValueError, RecursionError):
            continue
        while waiting:
            one = waiting.popleft()
            if isinstance(one, dict):
                if "headline" in one and isinstance(one.get("datePublished"), str):
                    yield one["datePublished"][:100]
                waiting += one.values()
            elif isinstance(one, list):
                waiting += one


def _shown(tree: Any) -> Iterator[str]:
    """Dates that stand on the page as such: <time>, or an element named for a date that holds nothing else."""
    for element in tree.iter("time", "span", "div", "p", "li"):
        names = " ".join(filter(None, map(element.get, ("class", "id", "itemprop", "pubdate"))))
        if (element.tag != "time" and not PLACES.search(names)) or len(element) > 3:
            continue
        line = " ".join(element.text_content()[:200].split())
        if CHANGED.search(names) or CHANGED.search(line):
            continue
        stamp = element.get("datetime") if element.tag == "time" else None
        if day := parse_date(stamp[:100]) if stamp else date_of_line(line):
            yield day
