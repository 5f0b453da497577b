"""One test for each fact of eval/facts: NAME.jsonl holds what is known of the folder NAME/ beside eval/."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
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
def assistant_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Assistant]]:
    """Gives the assistant over a folder, on the defaults and with an index of its own, opened once."""
    with ExitStack() as opened:

        @cache
        def open_assistant(folder: str) -> Assistant:
            index = tmp_path_factory.mktemp("index")
            settings = load(environ={}, articles=HERE.parent / folder, index=index)
            return opened.enter_context(Assistant(settings=settings))

        yield open_assistant


@pytest.mark.parametrize(("folder", "fact"), FACTS)
def test_fact(assistant_of: Callable[[str], Assistant], folder: str, fact: Fact) -> None:
    reason = ask(assistant_of(folder), fact).reason
    if reason:
        pytest.fail(f"{fact.question} {reason}", pytrace=False)
