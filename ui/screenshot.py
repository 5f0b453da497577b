"""Takes the pictures of the page: `python -m ui.screenshot docs/`.

Starts the real page on the seeds, does in the installed Chromium what a person does, and saves what is seen.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from index.settings import CHECKOUT_SEEDS, load
from rag.reading.reader import PACKAGED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

    from rag import Assistant

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",  # Chromium refuses to run as root with it; the page is our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
COLOURS = 128
"""Colours of a picture: the page has few, and a file stays below 200 kB."""
WAIT_MS = 300
"""For what still moves after the last step, though motion is reduced: scrolling, and the caret."""


@contextmanager
def serving(assistant: Assistant) -> Iterator[str]:
    """The page's address, on a free port of this machine, for as long as the context lasts."""
    from ui.server.app import start
    from ui.server.opening import Opening

    opening = Opening.of(assistant)
    server = start(opening)
    opening.start()
    try:
        yield server.url
    finally:
        server.close()
        opening.close()


def chromium(playwright: Playwright) -> Browser:
    """The installed Chromium, started for a page of our own."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


def ask(page: Page, question: str) -> None:
    """Asks a question on an open page, and returns when its answer is there."""
    turns = page.locator("#thread .turn").count()
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    page.locator(f"#turn-{turns + 1}:not([data-state=waiting])").wait_for()


def open_source(page: Page, number: int) -> None:
    """Opens a source of the last answer in the side panel, and returns when its words are there."""
    page.locator(".turn").last.locator(f".marker >> text='{number}'").first.click()
    page.locator("#panel mark.cited").wait_for()


def _empty(page: Page) -> None:
    page.locator("#examples .example").first.wait_for()


def _answer(page: Page) -> None:
    ask(page, "How many US troops remain in Iraq?")


def _difference(page: Page) -> None:
    ask(page, "When did the coalition stop engaging in combat missions?")


def _likely(page: Page) -> None:
    ask(page, "When did combat end?")


def _refusal(page: Page) -> None:
    ask(page, "What is the recipe for sourdough bread?")


def _source(page: Page) -> None:
    _answer(page)
    open_source(page, 3)


def _collection(page: Page) -> None:
    page.get_by_role("tab", name="Articles").click()
    page.locator("#articles a[data-article]").first.wait_for()
    page.locator("#articles .legend button").first.wait_for()  # the accounts are worked out meanwhile


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: what is done before it is taken, and in which window."""

    name: str
    steps: Callable[[Page], None]
    dark: bool = False
    width: int = 1280
    height: int = 900


PICTURES = (
    Picture("page", _source),
    Picture("start", _empty),
    Picture("dark", _source, dark=True),
    Picture("phone", _answer, width=390, height=844),
    Picture("phone-source", _source, dark=True, width=390, height=844),
    Picture("difference", _difference),
    Picture("likely", _likely),
    Picture("likely-phone", _likely, dark=True, width=390, height=844),
    Picture("refusal", _refusal, height=640),
    Picture("collection", _collection),
)


def take(browser: Browser, url: str, picture: Picture, folder: Path) -> Path:
    """Takes one picture in a browser of its own and returns the PNG's path."""
    from PIL import Image

    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(url)
    page.locator("#question").wait_for()
    picture.steps(page)
    page.evaluate("document.activeElement.matches('textarea') && document.activeElement.blur()")
    page.wait_for_timeout(WAIT_MS)
    shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    context.close()
    path = folder / f"{picture.name}.png"
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def main() -> None:
    """Reads the command line and takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--only", choices=[one.name for one in PICTURES], nargs="+")
    parser.add_argument("--articles", type=Path, default=CHECKOUT_SEEDS)
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    from rag import Assistant

    with (
        Assistant(settings=load(articles=given.articles, reader=PACKAGED)) as assistant,
        serving(assistant) as url,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        for picture in PICTURES:
            if not given.only or picture.name in given.only:
                print(take(browser, url, picture, given.folder))


if __name__ == "__main__":
    main()
