"""The page in a real Chromium: one server for all its tests on the seeds, and a page that may ask no other host."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, WebError, expect

from rag import Assistant
from ui.screenshot import serving

OURS = {"127.0.0.1", "data", "blob"}
SLOWEST_MS = 60_000
"""A wait ends with its condition; only on a machine that does much else besides does it come near this."""
expect.set_options(timeout=SLOWEST_MS)


@pytest.fixture(scope="session")
def address(seeds: Assistant) -> Iterator[str]:
    """The page over the seeds."""
    with serving(seeds) as url:
        yield url


@pytest.fixture
def hosts() -> set[str]:
    """Every host that the page under test asked for something."""
    return set()


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for a module's tests: what Gradio consists of is read and compiled once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(SLOWEST_MS)
    yield context
    context.close()


@pytest.fixture
def window(shared: BrowserContext, hosts: set[str]) -> Iterator[BrowserContext]:
    """A browser that keeps nothing yet; a test fails where its pages asked another host or had an error."""
    errors: list[str] = []

    def asked(request: Request) -> None:
        hosts.add(urlsplit(request.url).hostname or urlsplit(request.url).scheme)

    def failed(error: WebError) -> None:
        errors.append(str(error.error))

    shared.on("request", asked)
    shared.on("weberror", failed)
    yield shared
    shared.clear_permissions()
    for page in shared.pages:
        page.evaluate("() => { try { localStorage.clear(); } catch {} }")
        page.close()
    shared.remove_listener("request", asked)
    shared.remove_listener("weberror", failed)
    assert hosts <= OURS
    assert errors == []


@pytest.fixture
def page(window: BrowserContext) -> Page:
    """An empty window."""
    return window.new_page()


@pytest.fixture
def alone(browser: Browser) -> Iterator[Page]:
    """A window of a browser that no other test uses, for what a browser takes its time to clear."""
    context = browser.new_context()
    context.set_default_timeout(SLOWEST_MS)
    yield context.new_page()
    context.close()
