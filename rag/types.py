"""What an answer is: frozen values that go to Python, the terminal, the page and JSON alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

DifferenceKind = Literal["number", "date", "name", "wording", "yes/no"]
State = Literal["answered", "likely here", "not found"]
"""What may be said of what was found: this is the answer; one of these may be; nothing near enough was found."""


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
    account: int = 1
    """The independent account that its article belongs to: `Account.number`."""

    @property
    def place(self) -> str:
        """Where a person finds the quote: "sub/a.txt:12", "b.pdf, page 3", "export.jsonl#4" or "c.html"."""
        return _place(self.path, self.line, self.page)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the answer and the numbers of the citations that stand behind it."""

    text: str
    citations: tuple[int, ...]
    short: tuple[int, int] | None = None
    """Where in `text` the words stand that answer by themselves, in code points; None where none could be told."""


@dataclass(frozen=True, slots=True)
class Account:
    """Articles that tell one story in copies or rewordings of each other: one witness, however many outlets."""

    number: int
    """From 1, in the order of the citations."""
    articles: tuple[str, ...]
    """The paths of those that the answer cites, in the order of the citations."""


@dataclass(frozen=True, slots=True)
class Value:
    """One of the things said where accounts differ."""

    text: str
    """In the words of the newest article that says it."""
    published: str | None
    """That article's ISO date; None where it has none."""
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What accounts say differently about the question."""

    kind: DifferenceKind
    what: str
    """What differs, in the words of the question or of the sentences ("US troops"); of a quote, its speaker."""
    values: tuple[Value, ...]
    """Newest first; what only undated articles say comes last."""
    heading: str = "Sources differ"
    """In Byline's own words, from a fixed template, what they differ on."""
    note: str = ""
    """The one of `Answer.notes` that says so, with the values."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """A sentence that may answer, where none is sure enough to be called the answer: `article_text[start:end] ==
    quote`, and so for the context."""

    path: str
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
    page: int | None
    """The page on which the quote starts, from 1; None where the file has no pages."""
    context: str
    """The quote with the sentences before and behind it in the article."""
    context_start: int
    """In code points from the beginning of the article's text."""

    @property
    def place(self) -> str:
        """Where a person finds the quote, as `Citation.place`."""
        return _place(self.path, self.line, self.page)


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage that was considered, with the scores that ranked it."""

    path: str
    start: int
    end: int
    score: float
    """The three others, weighted (`rag.retrieval.retrieve`): the order of retrieval."""
    lexical: float
    """The passage's BM25 divided by the best BM25 of this question, in 0..1."""
    article: float
    """The same of its whole article."""
    dense: float
    """Cosine of question and passage, in -1..1."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its evidence; or, where none is sure enough (`abstained`), no claims and no citations, but the
    quotes that may answer (`nearby`) or the titles of the nearest articles."""

    question: str
    understood_as: str
    """The question as it was answered: a follow-up is completed from the history."""
    text: str
    """Plain text with markers such as [1]; where nothing is claimed, the sentence that says so."""
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    short: str | None = None
    """The words of the first claim that answer by themselves; None where none could be told."""
    accounts: tuple[Account, ...] = ()
    """Who is cited: the independent accounts, each with its articles."""
    differences: tuple[Difference, ...] = ()
    """What the cited accounts say differently; each is also said in `notes`."""
    caution: str = ""
    """The one of `notes` that is to be read before the claims, that one may be disputed; "" where none is."""
    support: str = ""
    """The one of `notes` that says how many articles, and independent accounts, stand behind the first claim; ""
    where nothing is claimed."""
    missing: tuple[str, ...] = ()
    """Parts of the question that have no answer, where others have one."""
    notes: tuple[str, ...] = ()
    """Byline's own words about the answer, from fixed templates."""
    state: State = "answered"
    nearby: tuple[Nearby, ...] = ()
    """Quotes of which one may answer, the likeliest first; only where the state is "likely here"."""
    abstained: bool = False
    """Whether nothing is claimed: the state is another than "answered"."""
    refusal: str | None = None
    """What was looked for, in Byline's own words; None where something is claimed."""
    nearest: tuple[str, ...] = ()
    """Titles of the nearest articles, offered where nothing was found."""
    confidence: float = 0.0
    """0..1: how likely the first sentence shown is to answer the question."""
    passages: tuple[Retrieved, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict; `Answer.from_dict` gives the same answer back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Answer:
        """The answer that `to_dict` described. Raises TypeError on unknown or missing fields."""
        fields = dict(data)
        fields["claims"] = tuple(
            Claim(claim["text"], tuple(claim["citations"]), tuple(claim["short"]) if claim["short"] else None)
            for claim in fields.get("claims", ())
        )
        fields["citations"] = tuple(Citation(**citation) for citation in fields.get("citations", ()))
        fields["passages"] = tuple(Retrieved(**passage) for passage in fields.get("passages", ()))
        fields["accounts"] = tuple(
            Account(one["number"], tuple(one["articles"])) for one in fields.get("accounts", ())
        )
        fields["differences"] = tuple(
            Difference(**{**one, "values": tuple(_value(value) for value in one["values"])})
            for one in fields.get("differences", ())
        )
        fields["nearby"] = tuple(Nearby(**one) for one in fields.get("nearby", ()))
        for name in ("notes", "nearest", "missing"):
            fields[name] = tuple(fields.get(name, ()))
        return cls(**fields)


def _place(path: str, line: int | None, page: int | None) -> str:
    if page is not None:
        return f"{path}, page {page}"
    return path if line is None else f"{path}:{line}"


def _value(data: Mapping[str, Any]) -> Value:
    return Value(data["text"], data["published"], tuple(data["citations"]))
