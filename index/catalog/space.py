"""What an article may take on the disk: a text made of very short lines would take three hundred times its size.

Measured in catalogs and vector stores of news and of texts made for it, with the packaged model: what is kept of a
sentence is a vector of 384 bytes, of a passage two vectors, the words, and a row in each of six tables, of a token
its 64 bytes and where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TIMES = 31
"""What its passages may take together, for each byte of the article. Its text, its words, and in how many articles
each of them stands, take up to 9 more, so that an article takes at most 40 times its size, and ALLOWANCE."""
ALLOWANCE = 512_000
"""Bytes that every article's passages may take besides. News takes 33 times its size, which leaves little room, and
a list of results, where each line is a sentence, more: of 4,000 articles of 2022 to 2025 the one that needs the most
of this is such a list of 14 kB, and needs 360,000."""
SENTENCE, PASSAGE = 450, 4000
"""Bytes on the disk of each, in catalog and vector store, with what SQLite's pages leave empty."""
TOKENS = 1.1
"""Bytes on the disk for each byte of a passage's token vectors."""


@dataclass(frozen=True, slots=True)
class Share:
    """The bytes that the passages of an article may take."""

    allowed: float

    @classmethod
    def of(cls, text: str) -> Share:
        """That of an article's text."""
        return cls(TIMES * len(text.encode("utf-8", "surrogatepass")) + ALLOWANCE)

    def fitting(self, sentences: Sequence[int], tokens: Sequence[int] | None = None) -> int:
        """How many of an article's passages, from the first, are within it.

        `sentences` is how many each of them has, `tokens` the bytes of its token vectors, where they are known.
        """
        taken = 0.0
        for number, count in enumerate(sentences):
            taken += PASSAGE + SENTENCE * count + (TOKENS * tokens[number] if tokens else 0)
            if taken > self.allowed:
                return number
        return len(sentences)


def over(kept: int, whole: int) -> str:
    """Why an article is indexed only so far, in sentences."""
    return (
        f"only the first {kept:,} of its {whole:,} sentences are indexed: they are so short that the index would "
        "take more than 40 times its size; put its lines together, or split the file"
    )
