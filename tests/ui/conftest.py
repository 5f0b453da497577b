"""One index of seeds/ for every test of the page and the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.settings import load
from rag import Assistant


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of seeds/, up to date."""
    folder = tmp_path_factory.mktemp("seeds-index")
    Assistant(settings=load(index=folder)).close()
    return folder


@pytest.fixture(scope="session")
def seeds(seeds_index: Path) -> Iterator[Assistant]:
    """An assistant on seeds/."""
    with Assistant(settings=load(index=seeds_index), sync=False) as assistant:
        yield assistant
