"""The values that flow out of the index: articles, and the sentences and passages inside them.

Offsets count Unicode code points into `Article.text`, the file's own text (its byte order mark, if
it has one, is not part of the text; line endings are kept as they are in the file).
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
class Article:
    """One article as its file tells it. What the file does not say is None, never guessed."""

    path: str
    """Relative to the articles folder, with forward slashes."""
    text: str
    title: str
    published: str | None = None
    """ISO date, YYYY-MM-DD."""
    outlet: str | None = None
    url: str | None = None
    sentences: tuple[Sentence, ...] = ()
    """Every sentence in order, boilerplate too."""
