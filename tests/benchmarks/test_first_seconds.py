"""The measurement of the first seconds: one round of it, and its report."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speed.first_seconds import Seconds, measure, report

pytestmark = pytest.mark.slow


def test_a_round_gives_the_page_before_the_answer(tmp_path: Path) -> None:
    seconds = measure(1, index=tmp_path / "index")
    assert 0 < seconds.page[0] <= seconds.answer[0]
    assert seconds.empty[0] > 0


def test_the_report_has_medians_and_their_ratio() -> None:
    shown = report(Seconds((2.0, 4.0, 3.0), (3.0, 4.5, 4.0), (5.0, 6.0, 7.0)))
    assert "| empty Gradio page: command to page | 3.00 s | 2.00 to 4.00 s |" in shown
    assert "page: 1.33 times the empty page (at most 1.5)" in shown
