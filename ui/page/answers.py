"""An Answer as HTML, by pure functions. Every word of a question or an article is escaped here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from ui import pieces
from ui.render import LONGEST_QUESTION, elements, one_line, paragraph, safe, shortened, time_element

if TYPE_CHECKING:
    from rag.types import Account, Answer, Citation, Claim, Difference, Nearby, Value

ArticleText = Callable[[str], str]
"""From a citation's path to the text of its file; "" where the file cannot be read now."""
Paragraph = tuple[str, str, str]
"""A citation's words with what stands before and after them: before, words, after."""
MOST_READ = 60_000_000
"""Characters of articles that are read for one request: three of the largest (`index.readers.files.MAX_BYTES`)."""


def paragraphs(answers: Iterable[Answer], text_of: ArticleText) -> Mapping[Citation, Paragraph]:
    """The citations of these answers in their paragraphs. Each article is read once, and none is kept.

    Quotes of articles beyond `MOST_READ` stand alone.
    """
    cited: dict[str, list[Citation]] = {}
    for answer in answers:
        for citation in answer.citations:
            cited.setdefault(citation.path, []).append(citation)
    found: dict[Citation, Paragraph] = {}
    read = 0
    for path, citations in cited.items():
        text = text_of(path) if read < MOST_READ else ""
        read += len(text)
        found.update((citation, paragraph(text, citation)) for citation in citations)
    return found


def reply(answer: Answer, quoted: Mapping[Citation, Paragraph], anchor: str) -> str:
    """The answer with its sources, or what may answer, or that nothing was found, as the body of one turn.

    `quoted` are its `paragraphs`; `anchor` is unique in the page.
    """
    if answer.state == "likely here":
        return _understood(answer) + _likely(answer) + _notes(answer.notes)
    if answer.abstained or not answer.claims:
        return _understood(answer) + _refusal(answer) + _notes(answer.notes)
    told, cited = pieces.told(answer), {one.number: one for one in answer.citations}
    differences = "".join(_difference(opening, one, cited, anchor) for opening, one in told.differences)
    notes = _notes([note for note in told.notes if note != told.accounts])
    return (
        f"{_understood(answer)}{_notes([told.caution] if told.caution else [])}"
        f"{_sentences(answer, cited, anchor)}{_missing(answer)}"
        f"{_accounts(told.accounts, answer, anchor)}{notes}{differences}{_sources(answer, quoted, anchor)}"
    )


def opens(citation: Citation | Nearby) -> str:
    """Attributes of a link that opens the citation's article at its words.

    The article's other citations are marked there too: the page finds them in the answer that the turn carries.
    """
    return f' data-article="{escape(citation.path)}" data-start="{citation.start}" data-end="{citation.end}"'


def _understood(answer: Answer) -> str:
    if not pieces.understood_otherwise(answer):
        return ""
    return (
        f'<p class="understood" dir="auto">Understood as: '
        f"<q>{safe(shortened(answer.understood_as, LONGEST_QUESTION))}</q></p>"
    )


Cited = Mapping[int, "Citation"]
"""The citations of an answer by their numbers."""


def _markers(numbers: Iterable[int], cited: Cited, anchor: str) -> str:
    """The numbers as links to their sources; [n] in the answer's own text is this."""
    links = (
        f'<a class="marker" href="#{anchor}-{number}"{opens(cited[number])} aria-label="Source {number}">{number}</a>'
        for number in numbers
        if number in cited
    )
    return f'<span class="markers">{"<wbr>".join(links)}</span>'


def _sentence(claim: Claim, cited: Cited, anchor: str) -> str:
    """One claim: the words that answer in bold, those that no article has there lighter."""
    parts = []
    for run in pieces.runs(claim, [cited[number] for number in claim.citations if number in cited]):
        text = f"<strong>{safe(run.text)}</strong>" if run.short else safe(run.text)
        parts.append(f'<span class="put-in">{text}</span>' if run.put_in else text)
    return "".join(parts) + _markers(claim.citations, cited, anchor)


def _sentences(answer: Answer, cited: Cited, anchor: str) -> str:
    """The first claim, which is the answer, in larger type; then the others as one paragraph."""
    written = [_sentence(claim, cited, anchor) for claim in answer.claims]
    lead = f'<p class="lead" dir="auto">{written[0]}</p>'
    return lead + (f'<p class="more" dir="auto">{" ".join(written[1:])}</p>' if written[1:] else "")


def _difference(opening: str, difference: Difference, cited: Cited, anchor: str) -> str:
    """What accounts say differently, side by side, in the order given: newest first."""
    values = elements("li", "", (_value(value, difference, cited, anchor) for value in difference.values))
    return f'<section class="difference"><h3 dir="auto">{safe(opening)}</h3><ul>{values}</ul></section>'


def _value(value: Value, difference: Difference, cited: Cited, anchor: str) -> str:
    """One of the things said: its words, its date, who says it."""
    said = safe(one_line(value.text))
    outlets = dict.fromkeys(cited[number].outlet for number in sorted(value.citations) if number in cited)
    facts = [
        time_element(value.published) or "<span>undated</span>",
        *(f"<span>{safe(one)}</span>" for one in outlets if one),
    ]
    return (
        f'<p class="said" dir="auto">{f"<q>{said}</q>" if difference.kind == "wording" else said}</p>'
        f'<p class="facts">{"".join(facts)}{_markers(sorted(value.citations), cited, anchor)}</p>'
    )


def _missing(answer: Answer) -> str:
    """The parts of the question that have no answer."""
    parts = (f"<b>Not found:</b> {safe(shortened(part, LONGEST_QUESTION))}" for part in answer.missing)
    return elements("p", ' class="missing" dir="auto"', parts)


def _notes(notes: Sequence[str]) -> str:
    """Byline's own words, set apart from the quoted ones."""
    return elements("p", ' class="note"', (f"<b>Byline:</b> {safe(note)}" for note in notes))


def _accounts(note: str, answer: Answer, anchor: str) -> str:
    """How many articles and accounts there are, and, unfolded, which of them copy each other."""
    if sum(len(account.articles) for account in answer.accounts) < 2:
        return _notes([note]) if note else ""
    firsts = {one.path: one for one in reversed(answer.citations)}
    tellers = elements("li", "", (_teller(account, firsts, anchor) for account in answer.accounts))
    return (
        f'<details class="tellers"><summary>{safe(note or "Who is cited")}</summary>'
        f"<p>Cited in this answer, each account once:</p><ul>{tellers}</ul></details>"
    )


def _teller(account: Account, firsts: Mapping[str, Citation], anchor: str) -> str:
    """One account: its articles as links to the first citation of each, and whether they copy each other."""
    links = []
    for one in (firsts[path] for path in account.articles if path in firsts):
        facts = " · ".join(part for part in (safe(one.outlet or ""), time_element(one.published)) if part)
        link = f'<a href="#{anchor}-{one.number}"{opens(one)} dir="auto">{safe(one_line(one.title))}</a>'
        links.append(link + (f' <span class="facts">{facts}</span>' if facts else ""))
    told = f": {len(links)} articles that copy or reword each other" if len(links) > 1 else ""
    return f'<p class="account-name">Account {account.number}{told}</p><ul>{elements("li", "", links)}</ul>'


def source(citation: Citation, quoted: Paragraph, anchor: str) -> str:
    """One citation as a card: whose words they are, where they stand, and the words in their paragraph."""
    before, quote, after = (safe(part) for part in quoted)
    facts = [
        *_facts_of("outlet", citation.outlet),
        time_element(citation.published),
        f'<span class="path">{safe(citation.place)}</span>',
    ]
    place = f"{anchor}-{citation.number}"
    return (
        f'<li class="source" id="{place}" tabindex="-1">'
        f'<span class="number" aria-hidden="true">{citation.number}</span>'
        f'<h4 dir="auto"><a href="#{place}"{opens(citation)}>{safe(one_line(citation.title))}</a></h4>'
        f'<p class="facts">{"".join(fact for fact in facts if fact)}</p>'
        f'<blockquote dir="auto">{before}<mark>{quote}</mark>{after}</blockquote></li>'
    )


def _facts_of(name: str, text: str | None) -> list[str]:
    """The text as an element of class `name`; nothing where there is no text."""
    return [f'<span class="{name}">{safe(one_line(text))}</span>'] if text else []


def _sources(answer: Answer, quoted: Mapping[Citation, Paragraph], anchor: str) -> str:
    """A card for each citation; those of one account stand together where there are several accounts."""
    groups = pieces.by_account(answer)
    articles = {account.number: len(account.articles) for account in answer.accounts}
    shown = []
    for number, citations in groups:
        cards = "".join(source(citation, quoted[citation], anchor) for citation in citations)
        name = f"Account {number}" if len(groups) > 1 else ""
        copies = f"{articles[number]} articles that copy or reword each other" if articles.get(number, 1) > 1 else ""
        label = " ".join(elements("span", "", [part]) for part in (name, copies) if part)
        shown.append(
            f'<section class="account{" wide" if len(citations) > 1 else ""}">'
            + (f'<p class="account-name">{label}</p>' if label else "")
            + f'<ol class="sources">{cards}</ol></section>'
        )
    return f'<h3 class="sources-title">Sources</h3><div class="accounts">{"".join(shown)}</div>'


def _likely(answer: Answer) -> str:
    """The quotes that may answer, each lighter than an answer and in its context."""
    quotes = elements("li", ' class="source"', map(_nearby, answer.nearby))
    return (
        '<div class="unsure"><h3>Likely here, not sure</h3>'
        f'<p class="lead">{safe(answer.text)}</p><ol class="sources">{quotes}</ol></div>'
    )


def _nearby(one: Nearby) -> str:
    """A quote that may answer, between the sentences around it, and where it stands."""
    at = one.start - one.context_start
    before, after = one.context[:at], one.context[at + len(one.quote) :]
    if one.context[at : at + len(one.quote)] != one.quote:  # sent back by a browser, and not as it was
        before = after = ""
    facts = [
        *_facts_of("outlet", one.outlet),
        time_element(one.published),
        f'<span class="path">{safe(one.place)}</span>',
    ]
    return (
        f'<blockquote dir="auto"><span class="around">{safe(before)}</span>{safe(one.quote)}'
        f'<span class="around">{safe(after)}</span></blockquote>'
        f'<h4 dir="auto"><a href="#"{opens(one)}>{safe(one_line(one.title))}</a></h4>'
        f'<p class="facts">{"".join(fact for fact in facts if fact)}</p>'
    )


def _refusal(answer: Answer) -> str:
    """That nothing was found: what was looked for, and the articles that come nearest, to open and read."""
    reason = answer.refusal if answer.refusal and answer.refusal not in answer.text else ""
    paths = list(dict.fromkeys(passage.path for passage in answer.passages))[: len(answer.nearest)]
    paths += [""] * (len(answer.nearest) - len(paths))
    nearest = elements("li", ' dir="auto"', map(_nearest, answer.nearest, paths))
    return (
        '<div class="refusal"><h3>Not found</h3>'
        f'<p class="lead">{safe(answer.text)}</p>'
        + (f'<p class="more">{safe(reason)}</p>' if reason else "")
        + (f'<div class="nearest"><h4>Nearest articles</h4><ul>{nearest}</ul></div>' if nearest else "")
        + "</div>"
    )


def _nearest(title: str, path: str) -> str:
    shown = safe(one_line(title))
    return f'<a href="#" data-article="{escape(path)}">{shown}</a>' if path else shown
