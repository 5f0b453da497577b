"""An index of the three articles, for every test of what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_folders import configured

from index.store import Index


@pytest.fixture
def index(small: Path, tmp_path: Path) -> Iterator[Index]:
    """Of the folder `small`, up to date."""
    made = Index(configured(small, tmp_path / "index"))
    made.sync()
    yield made
    made.close()
