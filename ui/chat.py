"""The chat page; the only file that knows Gradio."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import BylineError, SettingsError
from index.watch import Watcher
from rag import Answer, Assistant
from ui import render
from ui.headers import PrivateHeaders

# Read when gradio and huggingface_hub are imported: neither may report to anyone that Byline runs.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr
from starlette.middleware import Middleware

STYLES = Path(__file__).with_name("page.css")
SCRIPT = Path(__file__).with_name("page.js")
SANS = ("-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "system-ui", "sans-serif")
MONO = ("ui-monospace", "SF Mono", "Menlo", "Consolas", "Liberation Mono", "monospace")
ICON = (
    "<link rel='icon' href=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='6' fill='%238c1d18'/><path d='M10 8h2v6h-2zm5 0h2v6h-2z' fill='white'/>"
    "<path d='M8 18h16v2H8zm0 4h11v2H8z' fill='white'/></svg>\">"
)
FOLLOW_SECONDS = 3
"""How often an open page looks whether its folder has changed."""
EVERY_OUTLET = ("all", "")
"""What the filter's list shows, and gives, where no outlet is chosen."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, its answer (None where there was an error), and both as they stand on the page."""

    question: str
    answer: Answer | None
    html: str


Conversation = tuple[Turn, ...]


def answered(assistant: Assistant, question: str, turns: Conversation, **limits: Any) -> Turn:
    """The turn that follows `turns`; a BylineError is a message in it. `limits` are those of `Assistant.ask`."""
    anchor = f"turn-{len(turns) + 1}"
    history = [(turn.question, turn.answer) for turn in turns if turn.answer is not None]
    try:
        answer = assistant.ask(question, history, **limits)
    except BylineError as error:
        return Turn(question, None, render.turn(question, render.problem(str(error)), anchor))
    body = render.reply(answer, _text_of(assistant), anchor)
    return Turn(question, answer, render.turn(question, body, anchor))


def _text_of(assistant: Assistant) -> render.ArticleText:
    def text_of(path: str) -> str:
        try:
            article = assistant.article(path)
        except BylineError:
            article = None
        return article.text if article else ""  # deleted a moment ago: the quote stands without its paragraph

    return text_of


def _asker(assistant: Assistant) -> Callable[..., Iterator[tuple[Any, ...]]]:
    """The page's one event: shows the question at once, then its answer."""

    def ask(
        question: str, turns: Conversation, since: str, until: str, outlet: str | None
    ) -> Iterator[tuple[Any, ...]]:
        shown = [turn.html for turn in turns]
        anchor = f"turn-{len(turns) + 1}"
        started = gr.update(visible=False)
        yield render.thread([*shown, render.turn(question, render.WAITING, anchor)]), turns, "", started, started
        try:
            limits = {"since": since, "until": until, "outlet": outlet}
            turn = answered(assistant, question, turns, **{name: of for name, of in limits.items() if of})
        except Exception:
            failed = render.problem("something went wrong inside Byline; the terminal it runs in says what")
            yield render.thread([*shown, render.turn(question, failed, anchor)]), turns, "", started, started
            raise
        yield render.thread([*shown, turn.html]), (*turns, turn), "", started, started

    return ask


def build(assistant: Assistant, watcher: Watcher | None = None) -> gr.Blocks:
    """The page over one assistant; each browser tab has a conversation of its own. Its head follows the folder."""
    page = gr.Blocks(title="Byline", analytics_enabled=False)
    with page:
        turns = gr.State(())
        head = _html(_masthead(assistant, watcher), "masthead")
        limits = _filter(assistant)
        invitation = _html(render.INVITATION, "invitation")
        with gr.Column(elem_id="examples") as examples:
            buttons = [gr.Button(question, elem_classes="example") for question in assistant.examples()]
        thread = _html(render.thread([]), "thread")
        with gr.Row(elem_id="composer"):
            box = gr.Textbox(
                placeholder="Ask about the articles",
                label="Your question",
                show_label=False,
                container=False,
                lines=1,
                max_lines=6,
                autofocus=True,
                scale=1,
            )
            button = gr.Button("Ask", variant="primary", scale=0, min_width=80, elem_id="ask")
        outputs = [thread, turns, box, invitation, examples]
        for trigger, question in [(box.submit, box), (button.click, box), *((b.click, b) for b in buttons)]:
            _wire(trigger, _asker(assistant), [question, turns, *limits], outputs)
        followed = _follower(assistant, watcher)
        for looked in (page.load, gr.Timer(FOLLOW_SECONDS).tick):
            looked(followed, inputs=head, outputs=head, show_progress="hidden", api_visibility="private")
    return page


def _filter(assistant: Assistant) -> list[Any]:
    """The fields that limit the articles, folded away: first day, last day, outlet."""
    with gr.Accordion("Filter", open=False, elem_id="filter") as folded, gr.Row():
        days = [
            gr.Textbox(label=label, placeholder="2021-12-09", max_lines=1, min_width=120)
            for label in ("From", "Until")
        ]
        outlet = gr.Dropdown(label="Outlet", choices=[EVERY_OUTLET], value="", min_width=120)

    def outlets() -> Any:
        return gr.update(choices=[EVERY_OUTLET, *_outlets(assistant)])

    folded.expand(outlets, outputs=outlet, show_progress="hidden", api_visibility="private")
    return [*days, outlet]


def _outlets(assistant: Assistant) -> list[str]:
    """Each outlet once, in order; "The Herald" and "Herald" are one, as they are to the filter."""
    known = sorted({article.outlet for article in assistant.articles() if article.outlet})
    return sorted({outlet.casefold().removeprefix("the "): outlet for outlet in known}.values(), key=str.casefold)


def _follower(assistant: Assistant, watcher: Watcher | None) -> Callable[[str], Any]:
    """What a page that stays open asks: has the folder changed?"""

    def followed(shown: str) -> Any:
        now = _masthead(assistant, watcher)
        return gr.skip() if now == shown else now

    return followed


def _masthead(assistant: Assistant, watcher: Watcher | None) -> str:
    status = assistant.status()
    failures = [(failure.path, failure.reason) for failure in status.failures]
    problem = watcher.problem if watcher else None
    return render.masthead(Path(status.folder).name, status.articles, failures, problem)


def _html(value: str, elem_id: str) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=None)


def _wire(trigger: Any, ask: Callable[..., Any], inputs: list[Any], outputs: list[Any]) -> None:
    asked = trigger(
        ask,
        inputs=inputs,
        outputs=outputs,
        show_progress="hidden",
        concurrency_limit=4,  # one slow question must not hold up the others
        concurrency_id="ask",
        api_visibility="private",
    )
    asked.then(None, js="() => window.bylineShowLast()", api_visibility="private")


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in the system's own fonts: nothing is fetched."""
    plain = gr.themes.Base(font=SANS, font_mono=MONO, text_size="md", radius_size="sm", neutral_hue="stone")
    # page.css has these colours too; here they keep the window from flashing white before it is read.
    return plain.set(body_background_fill="#fbfaf7", body_background_fill_dark="#161513")


def start(page: gr.Blocks, host: str, port: int) -> str:
    """Serves the page in the background and returns its address; `page.close()` ends it.

    Raises SettingsError where the port was taken since it was looked at.
    """
    _reach_without_proxy(host)
    head = f"{ICON}<style>{STYLES.read_text('utf-8')}</style><script>{SCRIPT.read_text('utf-8')}</script>"
    try:
        _, url, _ = page.launch(
            server_name=f"[{host}]" if ":" in host else host,
            server_port=port,
            theme=theme(),
            head=head,
            app_kwargs={"middleware": [Middleware(PrivateHeaders)]},
            prevent_thread_lock=True,
            share=False,
            inline=False,
            quiet=True,
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            mcp_server=False,
            pwa=False,
            max_file_size="1kb",  # the page takes no files, but Gradio's upload route is always there
        )
    except OSError as error:
        raise SettingsError(f"cannot serve on port {port}: choose another with --port") from error
    return url.rstrip("/")


def _reach_without_proxy(host: str) -> None:
    """Gradio asks its own server whether it is up; a proxy set for the web must not be asked that."""
    for name in ("NO_PROXY", "no_proxy"):
        known = os.environ.get(name, "")
        os.environ[name] = ",".join(filter(None, (known, "localhost", "127.0.0.1", "::1", host)))


def wait(page: gr.Blocks) -> None:
    """Returns only by KeyboardInterrupt, when the page has been closed."""
    try:
        threading.Event().wait()
    finally:
        page.close(verbose=False)
