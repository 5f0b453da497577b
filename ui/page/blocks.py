"""The page in Gradio: what is on it, and which of its events the server answers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import monotonic
from typing import TYPE_CHECKING, Any

from ui.collection.tab import tab
from ui.page import assets, flow
from ui.page.frame import Frame, masthead
from ui.server.who import who_of
from ui.server.workers import ROOM, STUCK

# Read when gradio and huggingface_hub are imported: neither may report to anyone that Byline runs.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr

if TYPE_CHECKING:
    from ui.server.opening import Opening

SANS = ("-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "system-ui", "sans-serif")
MONO = ("ui-monospace", "SF Mono", "Menlo", "Consolas", "Liberation Mono", "monospace")
FOLLOW_SECONDS = 2
"""How often an open page looks what Byline is doing and whether its folder has changed."""
AT_ONCE = ROOM + STUCK + 50
"""Questions, and conversations to be shown again, that Gradio has in hand at a time: more than may wait for their
turn (`ui.server.workers`), so that one person's cannot keep another's out. Those that find no room there are told."""
LOOKS = 4
"""Looks at a time."""
EVENTS = 2 * AT_ONCE + LOOKS
"""Events in hand at a time: all of the above."""
WAITING = 500
"""Events that wait beside these: what each brings (`ui.server.gate.BODY`) is kept in memory until it is read."""
SHORT = 10_000
"""Characters of a stage that Gradio may keep though nobody reads it."""
UNREAD = 10.0
"""Seconds that a page has to read what it was sent. Gradio keeps what nobody reads, of up to 2,000 pages: answers
that were only asked for could fill the memory."""
MARK = "() => document.querySelector('.masthead')?.dataset.mark ?? ''"
"""What an open page sends when it looks: which head it shows."""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(opening: Opening) -> gr.Blocks:
    """The page over an assistant that may still be opening. Conversations are kept by the browser, none here."""
    frame = Frame(opening)
    page = gr.Blocks(title="Byline", analytics_enabled=False)
    page.max_threads = EVENTS  # 40 by itself: so many slow questions would stop everything on every page
    page.queue(max_size=WAITING)
    with page:
        empty = masthead(opening.folder, None)  # what it says is asked for as soon as the page is there
        head = _html(empty, "masthead", "byline.head(element); watch('value', () => byline.head(element))")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask", id="ask", elem_id="ask"):
                _html(assets.html("conversation.html"), "conversation")
                _ask(opening, page)
            with gr.Tab("Articles", id="articles", elem_id="articles"):
                tab(opening)
        for looked in (page.load, gr.Timer(FOLLOW_SECONDS).tick):
            looked(_followed(frame), head, head, js=MARK, trigger_mode="once", concurrency_limit=LOOKS, **QUIET)
    return page


def _ask(opening: Opening, page: gr.Blocks) -> None:
    """The box for questions, and the places where turns arrive before the script puts them into the conversation."""
    desk = _html(
        assets.html("composer.html"), "desk", "byline.wireDesk(element, trigger) || ['ask', 'restore', 'stop']"
    )
    arriving = _html("", "arriving", "watch('value', () => byline.arrived(element))")
    restored = _html("", "restored", "watch('value', () => byline.restored(element))")

    async def replies(event: gr.EventData, request: gr.Request) -> AsyncGenerator[Any, None]:
        async for stage in _read(page, request, flow.replies(opening, flow.sent(event._data), _who(request))):
            yield stage

    async def again(event: gr.EventData, request: gr.Request) -> AsyncGenerator[Any, None]:
        async for stage in _read(page, request, flow.again(opening, flow.sent(event._data), _who(request))):
            yield stage

    asking = desk.ask(replies, None, arriving, concurrency_limit=AT_ONCE, trigger_mode="multiple", **QUIET)
    asking.failure(None, js="() => byline.lost()", **QUIET)
    desk.stop(None, cancels=[asking], **QUIET)
    desk.restore(again, None, restored, trigger_mode="multiple", concurrency_limit=AT_ONCE, **QUIET)


async def _read(
    page: gr.Blocks, request: gr.Request, stages: AsyncGenerator[str | None, None]
) -> AsyncGenerator[Any, None]:
    """The stages as Gradio takes them: a long one is given only to whoever has read those before it."""
    async with aclosing(stages):
        async for stage in stages:
            if stage is None:
                yield gr.skip()
            elif len(stage) < SHORT or await _reads(page, request.session_hash or ""):
                yield stage
            else:
                return


async def _reads(page: gr.Blocks, session: str) -> bool:
    """Whether the page with this stream reads what it is sent, as it does a moment after it has asked."""
    until = monotonic() + UNREAD
    while messages := page._queue.pending_messages_per_session.get(session):
        if messages.empty():
            return True
        if monotonic() > until:
            break
        await asyncio.sleep(0.02)
    return False


def _who(request: gr.Request) -> str:
    return who_of(request.request.scope) if request.request else ""


def _followed(frame: Frame) -> Any:
    def followed(shown: str) -> Any:
        now = frame.head()
        return gr.skip() if f'data-mark="{shown}"' in now else now

    return followed


def _html(value: str, elem_id: str, script: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=script)


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in the system's own fonts: nothing is fetched."""
    plain = gr.themes.Base(font=SANS, font_mono=MONO, text_size="md", radius_size="sm", neutral_hue="stone")
    # base.css has these colours too; here they keep the window from flashing white before it is read.
    return plain.set(body_background_fill="#fbfaf7", body_background_fill_dark="#161513")
