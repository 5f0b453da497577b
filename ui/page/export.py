"""An answer to be taken along: as Markdown or as plain text, with its citations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ui import pieces
from ui.render import one_line, written_date

if TYPE_CHECKING:
    from rag.types import Answer, Citation, Claim, Nearby, Value

Shown = Callable[[str], str]
"""From words of an article or a question to how they are written in the export."""

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$&@!]|(?<=:)(?=//)|(?<=\bwww)\.|^(?:[-+]|\d+[.)])(?=\s)")
"""What Markdown might take for markup, a link or an address."""

_QUOTES = tuple('"“”„«»')
"""Marks that say by themselves that these are somebody's words."""


def markdown(question: str, answer: Answer) -> str:
    """Question, answer and sources as Markdown; of articles and question no character is markup."""
    return _joined(f"## {escaped(question) or '(no question)'}", _parts(answer, escaped, "**", "*"))


def plain(question: str, answer: Answer) -> str:
    """The same as plain text."""
    return _joined(one_line(question) or "(no question)", _parts(answer, one_line, "", ""))


def escaped(text: str) -> str:
    """The text on one line, so that Markdown shows every character of it and obeys none.

    >>> escaped("![x](http://a.example) 2*3")
    '\\\\!\\\\[x\\\\](http:\\\\//a.example) 2\\\\*3'
    """
    return _SPECIAL.sub(lambda found: _unmarked(found[0]), one_line(text))


def _unmarked(found: str) -> str:
    return f"{found[:-1]}\\{found[-1]}" if found[:1].isdigit() else f"\\{found}"


def _joined(heading: str, parts: Iterator[str]) -> str:
    return "\n\n".join((heading, *parts)) + "\n"


def _parts(answer: Answer, shown: Shown, bold: str, italic: str) -> Iterator[str]:
    if pieces.understood_otherwise(answer):
        yield f"{italic}Understood as: {shown(answer.understood_as)}{italic}"
    if answer.abstained or not answer.claims:
        yield shown(answer.text)
        yield from _listed("", [_nearby(one, shown, italic) for one in answer.nearby])
        yield from (shown(part) for part in (answer.refusal,) if part and not answer.nearby)
        yield from _listed(f"{bold}Nearest articles{bold}", [f"- {shown(title)}" for title in answer.nearest])
    told = pieces.told(answer)
    if told.caution:
        yield f"Byline: {shown(told.caution)}"
    for claim in answer.claims:
        yield " ".join([_claim(claim, shown, bold), *_numbers(claim.citations)])
    yield from (f"{bold}Not found:{bold} {shown(part)}" for part in answer.missing)
    for note in told.notes:
        yield f"Byline: {shown(note)}"
    for opening, difference in told.differences:
        values = [_value(value, difference.kind == "wording", shown, bold) for value in difference.values]
        yield from _listed(f"{bold}{shown(opening)}{bold}", values)
    yield from _listed(f"{bold}Sources{bold}", [_source(one, shown, italic) for one in answer.citations])


def _listed(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        if heading:
            yield heading
        yield "\n".join(lines)


def _numbers(citations: Sequence[int]) -> list[str]:
    return [f"[{number}]" for number in citations]


def _claim(claim: Claim, shown: Shown, bold: str) -> str:
    """The claim's text, the words that answer in bold; spaces beside them stay outside of the bold."""
    start, end = claim.short or (0, 0)
    before, short, after = claim.text[:start], claim.text[start:end], claim.text[end:]
    if not short.strip():
        return shown(claim.text)
    gap = " " if before[-1:].isspace() else "", " " if after[:1].isspace() else ""
    return f"{shown(before)}{gap[0]}{bold}{shown(short)}{bold}{gap[1]}{shown(after)}"


def _value(value: Value, quoted: bool, shown: Shown, bold: str) -> str:
    said = f"“{shown(value.text)}”" if quoted else f"{bold}{shown(value.text)}{bold}"
    date = shown(written_date(value.published) or "undated")
    return " ".join([f"- {said} ({date})", *_numbers(sorted(value.citations))])


def _source(citation: Citation, shown: Shown, italic: str) -> str:
    """Number, quote, and where it stands; its number is its own, whatever a list would count."""
    return f"- [{citation.number}] {_placed(citation, shown, italic)}"


def _nearby(one: Nearby, shown: Shown, italic: str) -> str:
    """A quote that may answer, and where it stands."""
    return f"- {_placed(one, shown, italic)}"


def _placed(one: Citation | Nearby, shown: Shown, italic: str) -> str:
    facts = [f"{italic}{shown(one.title)}{italic}", shown(one.outlet or "")]
    facts += [shown(written_date(one.published) or ""), shown(one.place)]
    quote = one.quote.strip()
    quoted = shown(quote) if quote[:1] in _QUOTES and quote[-1:] in _QUOTES else f"“{shown(quote)}”"
    return f"{quoted} — {', '.join(fact for fact in facts if fact)}"
