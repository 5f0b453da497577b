"""What is known of the best sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_folders import write

from rag import Assistant
from rag.asking.question import analyse
from rag.finding.signals import signals


@pytest.mark.parametrize(
    ("asked", "title", "cover"),
    [("politician", "Minister", 1.0), ("officer", "Colonel", 1.0), ("officer", "Minister", 0.75)],
)
def test_a_minister_is_a_politician_and_a_colonel_an_officer(
    asked: str, title: str, cover: float, tmp_path: Path
) -> None:
    write(tmp_path, {"a.txt": f"A new line.\n\n{title} Ann Lee gave a speech at the quay."})
    question = analyse(f"Which {asked} gave a speech at the quay?")
    with Assistant(tmp_path, index=tmp_path / "index") as assistant:
        best = assistant.find(question).voted[0].evidence
    assert signals(question, best, 1.0, {}).article == cover
