"""Takes the README's picture of the page: `python -m ui.screenshot docs/page.png`.

Starts the real page on the seeds, asks a question in the installed Chromium and saves what a person sees.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.settings import CHECKOUT_SEEDS, load
from ui.port import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

    from rag import Assistant

CHROMIUM = "/usr/bin/chromium"
QUESTION = "When did combat end?"
FLAGS = (
    "--no-sandbox",  # Chromium refuses to run as root with it; the page is our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def serving(assistant: Assistant) -> Iterator[str]:
    """The page's address, on a free port of this machine, for as long as the context lasts."""
    from ui import chat

    page = chat.build(assistant)
    try:
        yield chat.start(page, "127.0.0.1", free_port("127.0.0.1", 0))
    finally:
        page.close(verbose=False)


def chromium(playwright: Playwright) -> Browser:
    """The installed Chromium, started for a page of our own."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


def picture(url: str, question: str, out: Path, *, width: int, height: int, scheme: str) -> None:
    """Asks the question on the page and saves the window as PNG."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, chromium(playwright) as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(url)
        page.get_by_role("textbox").fill(question)
        page.keyboard.press("Enter")
        page.locator("#thread .turn:not(:has(.waiting))").wait_for()
        page.wait_for_timeout(300)  # for the scroll to the answer
        page.screenshot(path=out)


def main() -> None:
    """Reads the command line and takes one picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--question", default=QUESTION)
    parser.add_argument("--articles", type=Path, default=CHECKOUT_SEEDS)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    given = parser.parse_args()
    from rag import Assistant

    with Assistant(settings=load(articles=given.articles)) as assistant, serving(assistant) as url:
        picture(url, given.question, given.out, width=given.width, height=given.height, scheme=given.scheme)
    print(given.out)


if __name__ == "__main__":
    main()
