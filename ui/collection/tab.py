"""The tab of the articles in Gradio: one element, which its script fills from ui/collection/routes.py."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.server.opening import Opening

MARKUP = Path(__file__).with_name("collection.html")


def tab(opening: Opening) -> None:
    """Puts the collection into the Gradio tab that is being built.

    Nothing is asked of `opening` here: the element asks for what it shows when a person opens the tab, and again when
    the index has changed.
    """
    import gradio as gr

    gr.HTML(MARKUP.read_text("utf-8"), apply_default_css=False, js_on_load=None)
