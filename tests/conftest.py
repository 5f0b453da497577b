"""The seeds and an assistant over them, for every test; other folders are written by made_folders."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from made_folders import SEEDS, THREE, opened, write

from index import store
from index.encoder import load_encoder
from rag import Assistant


@pytest.fixture(scope="session", autouse=True)
def _model_loaded_once() -> Iterator[None]:
    """One loaded model serves every index: loading it takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "load_encoder", cache(load_encoder))
        yield


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five real articles."""
    return SEEDS


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the seeds, with an index of its own."""
    with opened(SEEDS, tmp_path_factory.mktemp("index")) as over_seeds:
        yield over_seeds


@pytest.fixture(scope="session")
def telling(assistant: Assistant) -> Iterator[Assistant]:
    """One over the seeds that claims whatever it finds: for what an answer is like, not for when there is one."""
    with opened(SEEDS, assistant.settings.index_folder, sync=False, bar=0.0) as over_seeds:
        yield over_seeds


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder of three short articles that a test may change."""
    return write(tmp_path / "articles", THREE)
