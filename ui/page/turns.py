"""One turn of a conversation as HTML: the question, and what stands under it."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from ui.page import export
from ui.render import LONGEST_QUESTION, one_line, printable, safe, shortened

if TYPE_CHECKING:
    from rag.types import Answer, State

ACTIONS = (
    '<div class="actions" role="group" aria-label="This answer">'
    '<button type="button" data-do="markdown">Copy as Markdown</button>'
    '<button type="button" data-do="text">Copy as text</button>'
    '<button type="button" data-do="edit">Edit the question</button>'
    '<button type="button" data-do="wrong" aria-expanded="false">Wrong answer?</button></div>'
)
WHAT: dict[State, str] = {
    "answered": "Answer; a number from 1 to 9 opens that source",
    "likely here": "Perhaps an answer: quotes of which one may answer",
    "not found": "No answer",
}
EDIT = (
    '<div class="actions" role="group" aria-label="This question">'
    '<button type="button" data-do="edit">Edit the question</button></div>'
)


def turn(question: str, body: str, anchor: str, *, asked: str = "", state: str = "done", extra: str = "") -> str:
    """One question and what stands under it. `asked` names the request that it replies to; `extra` are attributes."""
    shown = escape(shortened(question, LONGEST_QUESTION)) or "<em>(no question)</em>"
    return (
        f'<article class="turn" id="{anchor}" data-asked="{escape(asked)}" data-state="{state}"{extra} '
        f'aria-labelledby="{anchor}-asked"><h2 id="{anchor}-asked" dir="auto">{shown}</h2>{body}</article>'
    )


def answered(question: str, answer: Answer, body: str, anchor: str, asked: str = "") -> str:
    """The turn of an answer. It carries the answer, and how it reads as Markdown and as plain text."""
    carried = {
        "question": printable(question),
        "answer": json.dumps(kept(answer), ensure_ascii=False, separators=(",", ":")),
        "markdown": export.markdown(question, answer),
        "text": export.plain(question, answer),
    }
    extra = "".join(f' data-{name}="{escape(value)}"' for name, value in carried.items())
    what = WHAT[answer.state if answer.claims or answer.nearby else "not found"]
    reply = f'<div class="reply" tabindex="0" role="group" aria-label="{what}">{body}</div>'
    return turn(question, f"{reply}{ACTIONS}{_wrong(anchor)}", anchor, asked=asked, extra=extra)


def kept(answer: Answer) -> dict[str, Any]:
    """The answer as a dict without what a conversation does not need: of the passages, the paths of a refusal."""
    fields = answer.to_dict()
    first = {passage["path"]: passage for passage in reversed(fields["passages"])}
    order = dict.fromkeys(passage["path"] for passage in fields["passages"])
    fields["passages"] = [first[path] for path in order][:3] if answer.abstained else []
    return fields


def waiting(question: str, doing: str, anchor: str, asked: str) -> str:
    """The turn of a question that has no reply yet; `doing` is what goes on meanwhile."""
    body = f'<p class="waiting">{safe(one_line(doing))}<span aria-hidden="true">…</span></p>'
    return turn(question, f'<div class="reply">{body}</div>', anchor, asked=asked, state="waiting")


def failed(question: str, message: str, anchor: str, asked: str = "") -> str:
    """The turn of a question that gets no reply at all; why not, in one line."""
    body = f'<div class="problem"><p><b>No answer:</b> {safe(one_line(message))}</p></div>'
    extra = f' data-question="{escape(printable(question[: 10 * LONGEST_QUESTION]))}"'
    reply = f'<div class="reply" tabindex="0" role="group" aria-label="No answer">{body}</div>{EDIT}'
    return turn(question, reply, anchor, asked=asked, state="failed", extra=extra)


def _wrong(anchor: str) -> str:
    """The form in which a person says what would have been right."""
    return (
        f'<form class="wrong" hidden><label for="{anchor}-right">What would be right? '
        f'<span class="optional">(you may leave this empty)</span></label>'
        f'<textarea id="{anchor}-right" rows="2" maxlength="2000"></textarea>'
        "<p>It is written to a file on this machine, as a draft for the evaluation; nothing is sent anywhere.</p>"
        '<div class="buttons"><button type="submit" class="main">Save as a draft</button>'
        '<button type="button" data-do="unwrong">Cancel</button></div></form>'
    )
