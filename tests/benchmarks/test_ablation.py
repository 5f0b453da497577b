"""Every rule can be switched off, and on again, and a question be asked meanwhile."""

import pytest

from benchmarks.quality.ablation import RULES, chance, switched_off
from rag import Assistant
from rag.question.query import analyse


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "ferry.txt").write_text("The ferry\n\nThe ferry sank on Monday. It had 19 people on board.", "utf-8")
    return Assistant(folder, index=tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_switched_off_and_on_again(name: str, assistant: Assistant) -> None:
    before = assistant.ask("How many people did the ferry have on board?")
    with switched_off(RULES[name]):
        assistant.ask("How many people did the ferry have on board?")
    assert assistant.ask("How many people did the ferry have on board?") == before


def test_what_is_switched_off_counts_for_nothing(assistant: Assistant) -> None:
    question = analyse("How many people did the ferry have on board?")
    before = assistant.find(question).ranked[0].score
    with switched_off(RULES["weight of passage"]):
        assert assistant.find(question).ranked[0].score < before


def test_the_sign_test_is_two_sided() -> None:
    assert chance(0, 0) == chance(3, 3) == 1.0
    assert chance(5, 0) == chance(0, 5) == pytest.approx(2 / 32)
