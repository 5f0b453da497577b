"""Quotes of an article and who speaks: the mark of a quotation, the verb of saying, and the name beside it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.attribution.person_words import SAID
from rag.attribution.persons import TIED, Run, Span

QUOTED = "\x01"
"""Stands for every character inside quotation marks, so that nothing is read out of other people's words."""
_MARK = re.compile(r"[“”\"]")
_LATER = r"(?:(?:has|had|have|also|later|then|further|previously|recently|himself|herself)\s){0,2}"
_VERB = re.compile(rf"\b(?:{SAID})\b|\baccording to\b|\bAccording to\b")
_PRONOUN = re.compile(rf"\b(he|she|it|they|I|we)\s{_LATER}\Z", re.IGNORECASE)
_BETWEEN = re.compile(rf",?\s{_LATER}|,[^.;:“”\"]{{1,150}},\s{_LATER}")
_DESCRIBED = re.compile(r"\s(?:(?!(?:for|of|to|by|at|in|from|with|that|on)\b)[\w’'.&-]+\s){0,9}")
_INVERTED = re.compile(r"[,”\"?!][ \u00a0]\Z|[”\"] ?\Z")
_CLAUSE = re.compile(r"[^,;:—–“”\"()]*\Z")
_NO_SUBJECT = re.compile(
    rf"\b(?:for|of|to|by|at|in|from|with|on|about|against|between|than|who|which|whose|is|was|are|were|and|or|{SAID})\b",
    re.IGNORECASE,
)
"""Where this stands before a name, in its clause, another speaks ("a spokesman for Joe Biden said")."""
NAMES = 5
"""Names before a verb that are looked at."""
REACH = 170
"""Characters between a name and its verb at most ("John Brennan, commander of …, said")."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where a sentence says who speaks: by a name, by a pronoun, or neither ("police said")."""

    at: int
    run: Run | None = None
    pronoun: Span | None = None


def masked(text: str, sentences: Sequence[Span], paragraphs: Sequence[int]) -> tuple[str, list[Span]]:
    """The text with QUOTED for what stands inside quotation marks, and the spans of the quotes, marks included."""
    spans = list(_quotes(text, sentences, paragraphs))
    parts, at = [], 0
    for start, end in spans:
        closed = text[end - 1] in '”"' and end - start > 1
        inside = start + 1, end - 1 if closed else end
        parts += [text[at : inside[0]], QUOTED * (inside[1] - inside[0])]
        at = inside[1]
    return "".join(parts) + text[at:], spans


def _quotes(text: str, sentences: Sequence[Span], paragraphs: Sequence[int]) -> Iterator[Span]:
    """The quotes in order. One that nothing closes ends with its paragraph."""
    opened: int | None = None
    before = end = 0
    for number, (first, last) in zip(paragraphs, sentences, strict=True):
        if opened is not None and number != before:
            yield opened, end
            opened = None
        for found in _MARK.finditer(text, first, last):
            at, mark = found.start(), found.group()
            if mark == "“" or (mark == '"' and opened is None):
                opened = at if opened is None else opened
            elif mark in '”"' and opened is not None:
                yield opened, at + 1
                opened = None
        before, end = number, last
    if opened is not None:
        yield opened, end


def attributions(hidden: str, sentence: Span, runs: Sequence[Run]) -> list[Attribution]:
    """Who is said to speak in a sentence of the masked text, in order; `runs` are the sentence's names."""
    ends = [run.end for run in runs]
    return [_attribution(hidden, sentence, verb, runs, ends) for verb in _VERB.finditer(hidden, *sentence)]


def _attribution(
    hidden: str, sentence: Span, verb: re.Match[str], runs: Sequence[Run], ends: Sequence[int]
) -> Attribution:
    start = max(sentence[0], verb.start() - REACH)
    before = hidden[start : verb.start()]
    place = bisect_left(ends, verb.start() + 1)
    after = next((run for run in runs[place : place + NAMES] if not TIED.search(run.words[-1])), None)
    told = after and after.start - verb.end() <= REACH and _DESCRIBED.fullmatch(hidden, verb.end(), after.start)
    if verb.group().lower() == "according to":
        return Attribution(verb.start(), after if told else None)
    if pronoun := _PRONOUN.search(before):
        return Attribution(verb.start(), pronoun=(start + pronoun.start(1), start + pronoun.end(1)))
    for run in reversed(runs[max(0, place - NAMES) : place]):
        if run.end < start or not _BETWEEN.fullmatch(hidden, run.end, verb.start()):
            continue
        if run.standing != "other" or hidden[run.end : verb.start()].isspace():
            clause = _CLAUSE.search(hidden, max(sentence[0], run.start - REACH), run.start)
            spoken = clause is None or not _NO_SUBJECT.search(clause.group())
            return Attribution(verb.start(), run if spoken else None)
    if told and (_INVERTED.search(before) or not before.strip()):
        return Attribution(verb.start(), after)
    return Attribution(verb.start())
