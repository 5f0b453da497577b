"""An Answer as HTML, by pure functions. Every word of a question or an article is escaped here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from html import escape

from rag.types import Answer, Citation, Claim, Difference, Value
from ui import pieces

ArticleText = Callable[[str], str]
"""From a citation's path to the text of its file; "" where the file cannot be read any more."""

CONTEXT = 260
"""Characters shown on either side of the cited words, at most; a paragraph is seldom longer."""
LONGEST_QUESTION = 400
"""Characters of a question that are shown back; more would push the answer off the screen."""

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters: a terminal would obey them
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # and those that turn the direction of what follows
    "\ufeff\ufff9-\ufffb]"
)
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_PARAGRAPH_END = re.compile(r"\r?\n[ \t]*\r?\n")


def printable(text: str) -> str:
    """The text without characters that command a terminal or reorder what is read."""
    return UNSEEN.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """The text on one line, safe to print."""
    return " ".join(printable(text).split())


def shortened(text: str, longest: int) -> str:
    """The text on one line, cut at a word and given an ellipsis when longer than `longest` characters."""
    line = one_line(text[: 4 * longest])
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0].rstrip(" ,;:–—") + "…"


def written_date(iso: str | None) -> str | None:
    """An ISO date as a newspaper prints it, "9 December 2021"; what is no ISO date comes back as it is."""
    try:
        day = date.fromisoformat(iso or "")
    except ValueError:
        return one_line(iso) if iso else None
    return f"{day.day} {day:%B %Y}"


def why_skipped(path: str, reason: str) -> str:
    """The reason on one line, without the path where it begins with it."""
    return one_line(reason.removeprefix(path).lstrip(": "))


def paragraph(text: str, citation: Citation) -> tuple[str, str, str]:
    """The cited words and what stands before and after them in their paragraph.

    Where the text does not hold the quote any more, the quote stands alone.
    """
    start, end = citation.start, citation.end
    if text[start:end] != citation.quote:
        return "", citation.quote, ""
    opening = max((match.end() for match in _PARAGRAPH_END.finditer(text, 0, start)), default=0)
    closing = _PARAGRAPH_END.search(text, end)
    before = text[opening:start].lstrip()
    after = text[end : closing.start() if closing else len(text)].rstrip()
    return _last_words(before), citation.quote, _first_words(after)


def _last_words(text: str) -> str:
    if len(text) <= CONTEXT:
        return text
    return "… " + text[-CONTEXT:].split(None, 1)[-1]


def _first_words(text: str) -> str:
    if len(text) <= CONTEXT:
        return text
    return text[:CONTEXT].rsplit(None, 1)[0] + " …"


def _safe(text: str) -> str:
    return escape(printable(text))


def _elements(tag: str, attributes: str, texts: Iterable[str]) -> str:
    return "".join(f"<{tag}{attributes}>{text}</{tag}>" for text in texts)


def _date(published: str | None) -> str:
    written = written_date(published)
    return f'<time datetime="{escape(published or "")}">{_safe(written)}</time>' if written else ""


def source(citation: Citation, text: str, anchor: str) -> str:
    """One citation as a card: whose words they are, where they stand, and the words in their paragraph."""
    before, quote, after = (_safe(part) for part in paragraph(text, citation))
    facts = [
        _elements("span", ' class="outlet"', [_safe(citation.outlet)] if citation.outlet else []),
        _date(citation.published),
        f'<span class="path">{_safe(citation.place)}</span>',
    ]
    return (
        f'<li class="source" id="{anchor}-{citation.number}" tabindex="-1">'
        f'<span class="number" aria-hidden="true">{citation.number}</span>'
        f'<h4 dir="auto">{_safe(one_line(citation.title))}</h4>'
        f'<p class="facts">{"".join(fact for fact in facts if fact)}</p>'
        f'<blockquote dir="auto">{before}<mark>{quote}</mark>{after}</blockquote></li>'
    )


def _markers(numbers: Iterable[int], anchor: str) -> str:
    links = (
        f'<a class="marker" href="#{anchor}-{number}" aria-label="Source {number}">{number}</a>' for number in numbers
    )
    return f'<span class="markers">{"".join(links)}</span>'


def _sentence(claim: Claim, answer: Answer, anchor: str) -> str:
    """One claim: the words that answer in bold, those that no article has there lighter."""
    parts = []
    for run in pieces.runs(claim, answer.citations):
        text = f"<strong>{_safe(run.text)}</strong>" if run.short else _safe(run.text)
        parts.append(f'<span class="put-in">{text}</span>' if run.put_in else text)
    return "".join(parts) + _markers(claim.citations, anchor)


def _sentences(answer: Answer, anchor: str) -> str:
    """The first claim, which is the answer, in larger type; then the others as one paragraph."""
    written = [_sentence(claim, answer, anchor) for claim in answer.claims]
    lead = f'<p class="lead" dir="auto">{written[0]}</p>'
    return lead + (f'<p class="more" dir="auto">{" ".join(written[1:])}</p>' if written[1:] else "")


def _difference(opening: str, difference: Difference, answer: Answer, anchor: str) -> str:
    """What accounts say differently, side by side, in the order given: newest first."""
    values = _elements("li", "", (_value(value, difference, answer, anchor) for value in difference.values))
    return f'<section class="difference"><h3 dir="auto">{_safe(opening)}</h3><ul>{values}</ul></section>'


def _value(value: Value, difference: Difference, answer: Answer, anchor: str) -> str:
    """One of the things said: its words, its date, who says it."""
    said = _safe(one_line(value.text))
    outlets = {one.outlet: None for one in answer.citations if one.number in value.citations and one.outlet}
    facts = [_date(value.published) or "<span>undated</span>", *(f"<span>{_safe(one)}</span>" for one in outlets)]
    return (
        f'<p class="said" dir="auto">{f"<q>{said}</q>" if difference.kind == "wording" else said}</p>'
        f'<p class="facts">{"".join(facts)}{_markers(sorted(value.citations), anchor)}</p>'
    )


def _missing(answer: Answer) -> str:
    """The parts of the question that have no answer."""
    parts = (f"<b>Not in these articles:</b> {_safe(shortened(part, LONGEST_QUESTION))}" for part in answer.missing)
    return _elements("p", ' class="missing" dir="auto"', parts)


def _notes(notes: Sequence[str]) -> str:
    """Byline's own words, set apart from the quoted ones."""
    return _elements("p", ' class="note"', (f"<b>Byline:</b> {_safe(note)}" for note in notes))


def _sources(answer: Answer, text_of: ArticleText, anchor: str) -> str:
    """A card for each citation; those of one account stand together where there are several accounts."""
    groups = pieces.by_account(answer)
    articles = {account.number: len(account.articles) for account in answer.accounts}
    shown = []
    for number, citations in groups:
        cards = "".join(source(citation, text_of(citation.path), anchor) for citation in citations)
        name = f"Account {number}" if len(groups) > 1 else ""
        copies = f"{articles[number]} articles that copy or reword each other" if articles.get(number, 1) > 1 else ""
        label = " ".join(_elements("span", "", [part]) for part in (name, copies) if part)
        shown.append(
            f'<section class="account{" wide" if len(citations) > 1 else ""}">'
            + (f'<p class="account-name">{label}</p>' if label else "")
            + f'<ol class="sources">{cards}</ol></section>'
        )
    return f'<h3 class="sources-title">Sources</h3><div class="accounts">{"".join(shown)}</div>'


def _refusal(answer: Answer) -> str:
    """A refusal, without sources: the sentence, the reason, and the titles that come nearest."""
    reason = answer.refusal if answer.refusal and answer.refusal not in answer.text else ""
    nearest = _elements("li", ' dir="auto"', (_safe(one_line(title)) for title in answer.nearest))
    return (
        '<div class="refusal"><h3>Not in these articles</h3>'
        f'<p class="lead">{_safe(answer.text)}</p>'
        + (f'<p class="more">{_safe(reason)}</p>' if reason else "")
        + (f'<div class="nearest"><h3>Nearest articles</h3><ul>{nearest}</ul></div>' if nearest else "")
        + "</div>"
    )


def _understood(answer: Answer) -> str:
    if one_line(answer.understood_as) == one_line(answer.question):
        return ""
    return (
        f'<p class="understood">Understood as: <q>{_safe(shortened(answer.understood_as, LONGEST_QUESTION))}</q></p>'
    )


def reply(answer: Answer, text_of: ArticleText, anchor: str) -> str:
    """The answer with its sources, or the refusal, as the body of one turn. `anchor` is unique in the page."""
    if answer.abstained or not answer.claims:
        return _understood(answer) + _refusal(answer) + _notes(answer.notes)
    told = pieces.told(answer)
    differences = "".join(_difference(opening, one, answer, anchor) for opening, one in told.differences)
    return (
        f"{_understood(answer)}{_sentences(answer, anchor)}{_missing(answer)}{_notes(told.notes)}{differences}"
        f"{_sources(answer, text_of, anchor)}"
    )


def problem(message: str) -> str:
    """Why there is no reply at all: the one line of a BylineError, as the body of a turn."""
    return f'<div class="problem" role="alert"><p><b>No answer:</b> {_safe(one_line(message))}</p></div>'


WAITING = '<p class="waiting">Reading the articles<span aria-hidden="true">…</span></p>'
"""The body of a turn that has no reply yet."""


def turn(question: str, body: str, anchor: str) -> str:
    """One question and what stands under it."""
    asked = escape(shortened(question, LONGEST_QUESTION)) or "<em>(no question)</em>"
    return f'<section class="turn" id="{anchor}"><h2 dir="auto">{asked}</h2><div class="reply">{body}</div></section>'


def thread(turns: Sequence[str]) -> str:
    """The conversation; new turns are announced to screen readers."""
    return f'<div class="thread" role="log" aria-live="polite">{"".join(turns)}</div>'


def masthead(folder: str, articles: int, failures: Sequence[tuple[str, str]] = (), problem: str | None = None) -> str:
    """The page's head: what is asked, which files of it could not be read, and why changes are not followed."""
    count = f"{articles:,} article{'' if articles == 1 else 's'}"
    skipped = ""
    if failures:
        files = f"{len(failures):,} file{'' if len(failures) == 1 else 's'} skipped"
        items = _elements("li", "", (f"<b>{_safe(path)}</b> {_safe(one_line(reason))}" for path, reason in failures))
        skipped = f'<details class="skipped"><summary>{files}</summary><ul>{items}</ul></details>'
    collection = f'<p class="collection">{count} in <span class="folder">{_safe(one_line(folder))}</span></p>'
    warned = f'<p class="unfollowed">{_safe(one_line(problem))}</p>' if problem else ""
    return f'<header class="masthead"><h1>Byline</h1>{collection}{skipped}{warned}</header>'


INVITATION = (
    '<div class="invitation"><p class="lead">Ask what the articles say.</p>'
    '<p class="more">Every sentence of an answer is quoted from a source and shows its exact words. '
    "What the articles do not say, Byline does not answer.</p></div>"
)
"""What stands on the page before the first question."""
