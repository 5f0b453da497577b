"""One test for each fact of eval/facts: NAME.jsonl holds what is known of the folder NAME/ beside eval/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.facts import Fact, load_facts
from eval.run import ask
from index.settings import load
from rag import Assistant

HERE = Path(__file__).resolve().parent
FACTS = [
    pytest.param(path.stem, fact, id=fact.id)
    for path in sorted((HERE / "facts").glob("*.jsonl"))
    for fact in load_facts(path)
]


@pytest.fixture(scope="session")
def assistant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over one folder, on the defaults, with an index of its own."""
    index = tmp_path_factory.mktemp("index")
    settings = load(environ={}, articles=HERE.parent / request.param, index=index)
    with Assistant(settings=settings) as opened:
        yield opened


@pytest.mark.parametrize(("assistant", "fact"), FACTS, indirect=["assistant"])
def test_fact(assistant: Assistant, fact: Fact) -> None:
    reason = ask(assistant, fact).reason
    if reason:
        pytest.fail(f"{fact.question} {reason}", pytrace=False)
