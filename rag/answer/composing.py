"""What was found, put into an answer: claims with citations, who says so, what differs, what is missing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from index.readers import OWN_LINES
from index.types import Article
from rag.answer.claims import by_another, leads, same, support
from rag.attribution.brackets import Attributed, Replacement, sourced, verified
from rag.attribution.persons import runs
from rag.choosing.choice import Choice
from rag.differences import found as differences
from rag.finder import Finding
from rag.question.intent import Intent
from rag.question.kinds import PLACES, Kind
from rag.ranking.evidence import Evidence
from rag.ranking.voting import UNVOTED, WEIGHTS, Candidate, Voted
from rag.types import Account, Answer, Citation, Claim, Retrieved
from rag.writers import Draft, Writer

CLAIMS = 4
"""Sentences of an answer at most, for each of its parts."""
SEVERAL: frozenset[Intent] = frozenset(("list", "overview", "comparison"))
"""What several sentences may answer in one answer, ..."""
TOLD_OFTEN: frozenset[Kind] = frozenset(("quote", "reason"))
"""... and what somebody says, and why: mostly more than once. Else the first sentence stands alone."""
DISPUTED = "What [{}] says may be denied, doubted, corrected or overtaken by [{}]: read both."
"""A caution: the sentence that answers, and the one that may dispute it, by their citations."""
ALSO = 12
"""Others who are quoted, named in a note."""
OFFERED = 8
"""Sentences offered to the writer, which leaves out what does not fit."""
BESIDE = 2
"""Words beside a name in brackets that say nothing more: "the park [Yosemite National Park]"."""
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_OWNS = re.compile(r"(?:\]['’]s?|['’]s?\])\s\w")
"""A name in brackets whose something is told of: "[Ann Lee]’s deputy"."""
_LINE_END = re.compile(r"\r\n|\r|\n")
Disputing = Callable[[Evidence], Evidence | None]
"""What disputes a sentence: `rag.finder.Finder.disputing`."""
Numbered = Callable[[Iterable[str]], Mapping[str, int]]
"""The account of each path, from 1, in the order of the paths: `rag.accounts.groups.Accounts.numbered`."""


def compose(
    asked: str,
    understood: str,
    choice: Choice,
    words: int,
    writer: Writer,
    numbered: Numbered,
    disputing: Disputing,
) -> Answer:
    """The answer in at most `words` words from what was chosen for each part of the question."""
    citations = _Citations()
    claims: list[Claim] = []
    notes: list[str] = []
    supported: list[str] = []
    cautions: list[str] = []
    told: list[differences.Found] = []
    for one, certain in zip(choice.found, choice.bold, strict=True):
        drafts = _drafts(one, words // len(choice.found), writer)
        disputes = _disputes(drafts, words, writer, disputing) if one.signals else [None] * len(drafts)
        behind = support(one.query, [draft.lead.evidence for draft in drafts], one.ranked)
        # No words of its sentence by themselves say how, or what came of it.
        named = certain and one.query.kind not in (*UNVOTED, "clause")
        for draft, against, evidence in zip(drafts, disputes, behind, strict=True):
            marked = one.speakers or (named and draft is drafts[0] and not against)
            claims.append(_claim(draft, evidence, citations, marked, one.query.kind))
            if against:
                claims.append(_claim(against, [against.lead.evidence], citations, False, one.query.kind))
                cautions.append(DISPUTED.format(*(claim.citations[0] for claim in claims[-2:])))
        supported.append(said_by(behind[0], numbered) if one.signals else gathered(behind, numbered))
        notes.append(supported[-1])
        if one.speakers:
            shown = [draft.lead for draft in drafts]
            notes += also_quoted([voted for voted in one.voted if voted not in shown], citations)
        else:
            told += differences.find(one.query, one.ranked)
        notes += one.notes
    differing = tuple(differences.difference(one, citations.of) for one in told)
    notes += [one.note for one in differing]
    cited, accounts = _by_account(citations.all, numbered)
    text = " ".join(claim.text + "".join(f" [{n}]" for n in claim.citations) for claim in claims)
    short = claims[0].text[slice(*claims[0].short)] if claims[0].short else None
    return Answer(
        asked,
        understood,
        text,
        tuple(claims),
        cited,
        short,
        accounts,
        differing,
        " ".join(cautions),
        supported[0],
        notes=tuple(dict.fromkeys([*([" ".join(cautions)] if cautions else []), *notes])),
        confidence=choice.sure,
        passages=retrieved(choice.found),
    )


def _drafts(found: Finding, words: int, writer: Writer) -> list[Draft]:
    """The sentences that answer one part: where one thing is asked for, one of each account that is as sure; else
    several, but behind the first none that gives another's words than were asked for."""
    asked = found.query
    if found.signals is None or asked.asks in SEVERAL or asked.kind in TOLD_OFTEN:
        drafts = writer.write(leads(asked, found.voted, OFFERED), words, CLAIMS)
        return drafts[:1] + [draft for draft in drafts[1:] if not by_another(asked, draft.attributed)]
    told = [found.voted[0]]
    for other in (one.voted[0] for one in found.apart):
        if not any(same(asked, one.evidence, other.evidence) for one in told):
            told.append(other)
    return writer.write(told, words, CLAIMS)


def _disputes(drafts: Sequence[Draft], words: int, writer: Writer, disputing: Disputing) -> list[Draft | None]:
    """For each draft what disputes its sentence in the same article, and is not among the drafts itself."""
    shown = {(draft.lead.evidence.article.path, draft.start) for draft in drafts}
    found: list[Draft | None] = []
    for draft in drafts:
        other = disputing(draft.lead.evidence)
        new = other is not None and (other.article.path, other.start) not in shown
        found.append(writer.write([Voted(other, (), {})], words, 1)[0] if other and new else None)
        if other:
            shown.add((other.article.path, other.start))
    return found


def retrieved(found: Sequence[Finding]) -> tuple[Retrieved, ...]:
    """The passages that were considered."""
    return tuple(
        Retrieved(h.passage.path, h.passage.start, h.passage.end, h.score, h.lexical, h.article, h.dense)
        for one in found
        for h in one.hits
    )


def said_by(claim: Sequence[Evidence], numbered: Numbered) -> str:
    """Byline's own words on how many articles, and independent accounts, stand behind a claim."""
    of = numbered(one.article.path for one in claim)
    count = len(set(of.values()))
    if len(of) == 1:
        return "One article says this."
    if count == 1:
        return f"{len(of)} articles say this, one account: they are copies or rewordings of each other."
    return f"{len(of)} articles, {count} independent accounts, say this."


def gathered(claims: Sequence[Sequence[Evidence]], numbered: Numbered) -> str:
    """The same of an overview, whose sentences say different things."""
    of = numbered(one.article.path for claim in claims for one in claim)
    if len(of) == 1:
        return "This is from one article."
    return f"This is gathered from {len(of)} articles, {len(set(of.values()))} independent accounts."


def also_quoted(others: Sequence[Voted], citations: _Citations) -> list[str]:
    """Byline's own words on who else is quoted, each cited."""
    named = []
    for one in others[:ALSO]:
        name = one.words[0]
        cited = citations.of(one.evidence)
        named.append(f"{one.evidence.text[name.start : name.end]} [{cited}]")
    more = [f"{len(others) - ALSO} more"] if len(others) > ALSO else []
    return [f"Also quoted: {', '.join([*named, *more])}."] if named else []


class _Citations:
    """Numbered in the order in which they are read; a place is cited once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._line_ends: dict[str, list[int]] = {}
        self.all: list[Citation] = []

    def at(self, article: Article, start: int, end: int) -> int:
        key = article.path, start, end
        if key not in self._numbers:
            self._numbers[key] = len(self.all) + 1
            if article.path not in self._line_ends:
                self._line_ends[article.path] = [found.end() for found in _LINE_END.finditer(article.text)]
            self.all.append(cite(len(self.all) + 1, article, start, end, self._line_ends[article.path]))
        return self._numbers[key]

    def of(self, evidence: Evidence) -> int:
        """Of a whole sentence, or of the part of it that is cited already."""
        for (path, start, end), number in self._numbers.items():
            if path == evidence.article.path and start == evidence.start and end <= evidence.end:
                return number
        return self.at(evidence.article, evidence.start, evidence.end)


def _claim(draft: Draft, behind: Sequence[Evidence], citations: _Citations, marked: bool, kind: Kind) -> Claim:
    """The draft as it is read; `behind` it stand its own sentence and those that say the same."""
    lead = behind[0]
    told = checked(draft.attributed, lead.article, draft.start, draft.end)
    numbers = [citations.at(lead.article, draft.start, draft.end)]
    numbers += [citations.at(lead.article, *span) for span in told.sources]
    numbers += [citations.of(one) for one in behind[1:]]
    best = draft.lead.short() if marked else None
    if best and best.weight <= WEIGHTS["other"] and not _named(best, told):
        best = None  # "American" says not who
    if best and kind in PLACES and _person(draft.lead.evidence.text, best):
        best = None
    short = moved(best.start, best.end, told) if best and lead.start + best.end <= draft.end else None
    if kind == "person" and marked and not best:  # whom "she" stands for
        short = next((moved(one.start, one.end, told) for one in told.replaced if _subject(draft, one)), None)
    return Claim(told.text, tuple(dict.fromkeys(numbers)), short)


def _person(text: str, best: Candidate) -> bool:
    """Whether words of a sentence are a person's name, which says not where."""
    found = runs(text, [(0, len(text))])
    return any(run.standing == "person" and run.start < best.end and best.start < run.end for run in found)


def _named(best: Candidate, told: Attributed) -> bool:
    """Whether words of the quote are a name that was put in in full."""
    return any(best.start < one.end and one.start < best.end for one in told.replaced)


def _subject(draft: Draft, one: Replacement) -> bool:
    """Whether a name was put in for a pronoun that somebody does something."""
    quote = draft.lead.evidence.article.text[draft.start : draft.end]
    return quote[one.start : one.end].lower() in ("he", "she")


def checked(told: Attributed, article: Article, start: int, end: int) -> Attributed:
    """The sentence with its brackets where they hold what they should; else the quote as it was printed."""
    quote = article.text[start:end]
    good = verified(told.text, quote, told.replaced) and sourced(article, told.replaced)
    return told if good else Attributed(quote, (), ())


def moved(start: int, end: int, told: Attributed) -> tuple[int, int] | None:
    """Where words of a quote stand once names are put into it; the name alone where next to nothing stands beside
    it."""
    shift = inside = 0
    named: tuple[int, int] | None = None
    for one in told.replaced:
        put = len(one.name) + (3 if one.start == one.end else 2)  # brackets, and a space where nothing gives way
        if one.end <= start:
            shift += put - (one.end - one.start)
        elif one.start < end:
            at = one.start + shift + inside + 1
            named = named or (at, at + len(one.name.removesuffix("’s").removesuffix(":")))
            inside += put - (one.end - one.start)
    whole = start + shift, end + shift + inside
    beside = _BRACKETS.sub(" ", told.text[slice(*whole)]).split()
    alone = len(beside) <= BESIDE and not _OWNS.search(told.text, *whole)
    return named if named and alone else whole


def _by_account(
    citations: Sequence[Citation], numbered: Numbered
) -> tuple[tuple[Citation, ...], tuple[Account, ...]]:
    """The citations with their accounts, and the accounts with their articles."""
    of = numbered(citation.path for citation in citations)
    articles: dict[int, list[str]] = {}
    for path, number in of.items():
        articles.setdefault(number, []).append(path)
    accounts = tuple(Account(number, tuple(paths)) for number, paths in sorted(articles.items()))
    return tuple(replace(citation, account=of[citation.path]) for citation in citations), accounts


def cite(number: int, article: Article, start: int, end: int, line_ends: Sequence[int]) -> Citation:
    """The citation of a span of an article; `line_ends` are the places at which its lines end."""
    line = line_of(article, start, line_ends)
    page = page_of(article, start)
    quote = article.text[start:end]
    about = article.path, article.title, article.outlet, article.published
    return Citation(number, *about, quote, start, end, line, page)


def line_of(article: Article, start: int, line_ends: Sequence[int] | None = None) -> int | None:
    """The line of an article's file on which a place stands, from 1; None where its lines are not its text's."""
    if Path(article.path).suffix.lower() not in OWN_LINES:
        return None
    ends = [found.end() for found in _LINE_END.finditer(article.text)] if line_ends is None else line_ends
    return 1 + bisect_right(ends, start)


def page_of(article: Article, start: int) -> int | None:
    """The page on which a place stands, from 1; None where the file has no pages."""
    return bisect_right(article.pages, start) if article.pages else None
