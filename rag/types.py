"""What an answer is: frozen values that go to Python, the terminal, the page and JSON alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words of one file: `article_text[start:end] == quote`."""

    number: int
    """Its marker in the answer's text, from 1."""
    path: str
    """Relative to the articles folder, with forward slashes."""
    title: str
    outlet: str | None
    published: str | None
    """ISO date, or None where the article does not say."""
    quote: str
    start: int
    """In code points from the beginning of the article's text; `end` is exclusive."""
    end: int
    line: int | None
    """The line of the file on which the quote starts, from 1; None where the file's lines are not its text's."""
    page: int | None = None
    """The page on which the quote starts, from 1; None where the file has no pages."""

    @property
    def place(self) -> str:
        """Where a person finds the quote: "sub/a.txt:12", "b.pdf, page 3", "export.jsonl#4" or "c.html"."""
        if self.page is not None:
            return f"{self.path}, page {self.page}"
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the answer and the numbers of the citations that stand behind it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage that was considered, with the scores that ranked it."""

    path: str
    start: int
    end: int
    score: float
    """The three others, weighted (`rag.retrieve`): the order of retrieval."""
    lexical: float
    """The passage's BM25 divided by the best BM25 of this question, in 0..1."""
    article: float
    """The same of its whole article."""
    dense: float
    """Cosine of question and passage, in -1..1."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its evidence, or a refusal (`abstained`), which has no claims or citations."""

    question: str
    understood_as: str
    """The question as it was answered: a follow-up is completed from the history."""
    text: str
    """Plain text with markers such as [1]; of a refusal, the sentence that says so."""
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    """Byline's own words about the answer, from fixed templates."""
    abstained: bool = False
    refusal: str | None = None
    """Why there is no answer; None where there is one."""
    nearest: tuple[str, ...] = ()
    """Titles of the nearest articles, offered with a refusal."""
    confidence: float = 0.0
    """0..1: how likely the first claim is to answer the question."""
    passages: tuple[Retrieved, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict; `Answer.from_dict` gives the same answer back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Answer:
        """The answer that `to_dict` described. Raises TypeError on unknown or missing fields."""
        fields = dict(data)
        fields["claims"] = tuple(
            Claim(**{**claim, "citations": tuple(claim["citations"])}) for claim in fields.get("claims", ())
        )
        fields["citations"] = tuple(Citation(**citation) for citation in fields.get("citations", ()))
        fields["passages"] = tuple(Retrieved(**passage) for passage in fields.get("passages", ()))
        for name in ("notes", "nearest"):
            fields[name] = tuple(fields.get(name, ()))
        return cls(**fields)
