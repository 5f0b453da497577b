"""The values that flow out of the index: articles, and the sentences and passages inside them.

Offsets count Unicode code points into `Article.text`: of a plain file its own text (its byte order mark, if
it has one, is not part of the text; line endings are kept as they are in the file), of another format the
text that its reader takes out of it, which is the same for the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["body", "title", "boilerplate"]
"""What a sentence is to a reader: only "body" and "title" sentences may be quoted as an answer."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span of an article: `article.text[start:end]` is the sentence, without surrounding space."""

    start: int
    end: int
    role: Role = "body"


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive whole sentences of one article, embedded and retrieved together."""

    start: int
    end: int
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a reader takes out of a file: the text, and what the format itself says of it."""

    text: str
    title: str | None = None
    published: str | None = None
    """ISO date, YYYY-MM-DD."""
    outlet: str | None = None
    url: str | None = None
    pages: tuple[int, ...] = ()
    """The offset in `text` at which each page starts; empty where the format has no pages."""
    record: int | None = None
    """The line of the file, counted from 1, where a file holds several articles."""


@dataclass(frozen=True, slots=True)
class Unread:
    """One record of a file with several articles that cannot be used; the other records can."""

    path: str
    """The file's path and the record's line: "sub/export.jsonl#12"."""
    reason: str
    """One line: what is wrong with which record, and what to do."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its file tells it. What the file does not say is None, never guessed."""

    path: str
    """Relative to the articles folder, with forward slashes; a record's ends in its line: "sub/export.jsonl#12"."""
    text: str
    title: str
    published: str | None = None
    """ISO date, YYYY-MM-DD."""
    outlet: str | None = None
    url: str | None = None
    sentences: tuple[Sentence, ...] = ()
    """Every sentence in order, boilerplate too."""
    pages: tuple[int, ...] = ()
    """The offset in `text` at which each page starts; empty where the format has no pages."""
