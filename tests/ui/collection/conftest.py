"""A folder that tests may add to, with the page over it in a real Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from made_folders import SEEDS, opened
from playwright.sync_api import Browser, BrowserContext, Page, expect

from rag import Assistant
from ui.server.app import start
from ui.server.opening import Opening

HOSTILE = """---
title: "</title><img src=x onerror=alert(1)> **bold** [link](http://evil.example/) ${alert(2)}"
date: 2021-12-11
outlet: <script>alert(3)</script>
---

The harbour was quiet on Tuesday. </span><img src=http://evil.example/x.png onerror=alert(4)> About 140 people have
stopped work there, and nobody said why.
"""
HOSTILE_NAME = "a <b>&amp;' onclick=alert(5) #1.md"

SLOWEST_MS = 30_000
"""What a loaded machine may take for one step."""


@dataclass(frozen=True)
class Served:
    """The page, and the folder that it is about."""

    url: str
    folder: Path
    assistant: Assistant


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page over a copy of the seeds, with an article that means harm and a file that is none; it is followed."""
    folder = tmp_path_factory.mktemp("served")
    articles = Path(shutil.copytree(SEEDS, folder / "articles"))
    (articles / HOSTILE_NAME).write_text(HOSTILE, encoding="utf-8")
    (articles / "broken.pdf").write_bytes(b"%PDF-1.4 nothing of the kind")
    with pytest.MonkeyPatch.context() as patched, opened(articles, folder / "index") as assistant:
        patched.setenv("XDG_DATA_HOME", str(folder / "data"))
        opening = Opening.of(assistant)
        server = start(opening)
        opening.start()
        yield Served(server.url, articles, assistant)
        opening.close()
        server.close()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One window for the module: what the page consists of is fetched once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(SLOWEST_MS)
    expect.set_options(timeout=SLOWEST_MS)
    yield context
    expect.set_options(timeout=5_000)
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A tab of one's own; a test fails where it asked another host, had an error or was shown a dialog."""
    asked: set[str] = set()
    wrong: list[str] = []
    tab = window.new_page()
    tab.on("request", lambda request: asked.add(urlsplit(request.url).hostname or urlsplit(request.url).scheme))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    yield tab
    tab.close()
    assert asked <= {"127.0.0.1", "data", "blob"}
    assert wrong == []
