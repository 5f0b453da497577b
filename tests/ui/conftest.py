"""One index of seeds/ for every test of the page and the terminal, and the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from index.settings import load
from rag import Assistant
from ui.screenshot import CHROMIUM, chromium


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of seeds/, up to date."""
    folder = tmp_path_factory.mktemp("seeds-index")
    Assistant(settings=load(index=folder)).close()
    return folder


@pytest.fixture(scope="session")
def seeds(seeds_index: Path) -> Iterator[Assistant]:
    """An assistant on seeds/ that claims more than it should: for what is done with an answer."""
    with Assistant(settings=load(index=seeds_index, bar=0.25, bold=0.0), sync=False) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The installed Chromium. For a module only: as long as it is driven, asyncio.run refuses to work."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: install Debian's chromium; the page is not tested without it")
    with sync_playwright() as playwright, chromium(playwright) as started:
        yield started
