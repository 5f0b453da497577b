"""What the catalog holds, row by row, and how its columns are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.catalog.packing import unpack
from index.encoder import PassageVectors, Vectors
from index.types import Article, Passage

BAG = np.dtype([("stem", "<u4"), ("count", "<u2")])
"""A stem's number, and how often it stands in a text: MOST times or more where it is MOST."""
MOST = 0xFFFF


@dataclass(frozen=True, slots=True)
class FileState:
    """What decides whether a file has to be read again; sizes in bytes, sha256 of its bytes."""

    path: str
    size: int
    mtime_ns: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, or an article in it, that was skipped, or of which only the beginning is indexed, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with its vectors, as the catalog holds it."""

    id: int
    """Never given to another passage."""
    article: int
    path: str
    content: bytes
    """Names what was embedded; the same words behind the same title have the same."""
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]
    packed: tuple[bytes, bytes]
    """The vector of the passage, and those of its sentences."""

    @property
    def vectors(self) -> PassageVectors:
        """Unpacked anew each time: most passages are looked at without them."""
        return vectors_of(*self.packed)

    @property
    def sentence_vectors(self) -> Vectors:
        """Those of `vectors`, shape (sentences, dim)."""
        return unpack(self.packed[1], len(self.packed[0]) - 4)


@dataclass(frozen=True, slots=True)
class Stems:
    """The stems of a text, each with a space before and behind it: " stem " is counted as often as it stands."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a passage is ranked by."""

    id: int
    article: int
    path: str
    start: int
    vector: Vectors
    stems: Stems
    """Those of the article's title first."""


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage to be stored; `content` names what was embedded."""

    content: bytes
    passage: Passage
    vectors: PassageVectors


def counted(stems: Sequence[str], numbers: Mapping[str, int]) -> tuple[str, int, bytes]:
    """The stems of a text as they are stored: in order, their number, and how often each stands there."""
    bag = [(numbers[stem], min(count, MOST)) for stem, count in Counter(stems).items()]
    return f" {'  '.join(stems)} ", len(stems), np.array(bag, dtype=BAG).tobytes()


def article_of(row: tuple) -> Article:  # type: ignore[type-arg]
    """The article of a row of the columns that `Catalog` names."""
    path, text, title, published, outlet, url, pages = row
    return Article(path, text, title, published, outlet, url, pages=tuple(np.frombuffer(pages, np.int32).tolist()))


def passage_of(row: tuple) -> IndexedPassage:  # type: ignore[type-arg]
    """The passage of such a row."""
    id, article, path, content, start, end, spans, vector, sentences = row
    return IndexedPassage(id, article, path, content, start, end, spans_of(spans), (vector, sentences))


def vectors_of(passage: bytes, sentences: bytes, tokens: bytes = b"") -> PassageVectors:
    """Unpacked vectors of a passage and its sentences."""
    dim = len(passage) - 4
    return PassageVectors(unpack(passage, dim)[0], unpack(sentences, dim), tokens)


def spans_of(data: bytes) -> tuple[tuple[int, int], ...]:
    """(start, end) of each sentence."""
    return tuple((start, end) for start, end in np.frombuffer(data, dtype=np.int32).reshape(-1, 2).tolist())
