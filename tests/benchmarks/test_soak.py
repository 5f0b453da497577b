"""A minute of the soak: what a server holds does not grow with the changes of its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.servers.server import Held
from benchmarks.servers.soak import GROWTH, Look, Soak, report, soaked

pytestmark = pytest.mark.slow


def test_a_server_over_a_folder_that_changes_holds_no_more_after_a_minute(tmp_path: Path) -> None:
    soak = soaked(tmp_path, minutes=1, handles=256)
    failed = [
        kind for kind in soak.errors if "not done in time" not in kind
    ]  # how fast this machine is, is no test's
    assert not failed
    assert len(soak.changes) >= 15
    assert len(soak.asked) >= 30
    assert soak.opened >= 8
    for name in ("handles", "threads"):  # a minute says nothing of memory, which is still being filled
        assert soak.growth()[name] <= GROWTH[name], report(soak)


def test_growth_slow_changes_and_errors_are_problems() -> None:
    soak = Soak(minutes=4, handles_allowed=None)
    soak.looks = [Look(second, Held(400 + second, 10, 30 + second // 2, 4, 3)) for second in range(0, 240, 2)]
    soak.changes = [(10.0, 9.0), (200.0, 0.5), (210.0, 2.5)]
    soak.errors["question: 503"] += 2
    found = soak.problems()
    assert found[0].startswith("handles grew by")
    assert any(one.startswith("memory grew by") for one in found)
    assert "1 changes of the last quarter took over 2 s" in found
    assert "2 x question: 503" in found
    assert not any("threads" in one for one in found)
