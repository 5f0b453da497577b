"""The stand-in, for the tests of the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from held import Held


@pytest.fixture
def held() -> Iterator[Held]:
    """An assistant that is slow on demand; what still waits for it at the end goes on."""
    held = Held()
    yield held
    held.go_on.set()
