"""A run is reported as a value, as JSON and as tables, and held to a gate."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace

import pytest
from rich.console import Console

from eval.facts import Fact, FactsError
from eval.report import Gate, Report, render
from eval.run import evaluate
from index.errors import QuestionError, SettingsError
from rag.question.filters import FilterError
from rag.types import Answer, Citation, Claim

NUMBER = Fact("troops", "How many?", "number", any_of=("2,500",), sources=("a.txt",), tags=("single",))
FOLLOW = Fact("follow", "And they?", "number", (("Q", "A"),), any_of=("1,000",), sources=("a.txt",))
NOTHING = Fact("nothing", "How [red]much[/]?", "unanswerable", abstain=True, tags=("near-miss",))


class Scripted:
    """Answers from a table, and remembers what it was asked."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts
        self.asked: list[tuple[str, object]] = []
        self.filters: dict[str, object] = {}

    def ask(self, question: str, history: tuple[tuple[str, str], ...] = (), **filters: object) -> Answer:
        self.asked.append((question, history))
        self.filters = filters
        text = self.texts.get(question.split()[0])
        if text is None:
            return Answer(question, question, "Nothing says so.", abstained=True, refusal="nothing near")
        cited = Citation(1, "a.txt", "A", None, None, text, 0, len(text), 1)
        return Answer(question, question, f"{text} [1]", (Claim(text, (1,)),), (cited,))


def report(gate: Gate | None = None, **texts: str) -> Report:
    return evaluate(Scripted(**texts), [NUMBER, FOLLOW, NOTHING], gate)


def printed(shown: Report) -> str:
    out = io.StringIO()
    Console(file=out, width=160, color_system=None).print(render(shown))
    return out.getvalue()


def test_every_fact_is_asked_once_in_order_with_its_history() -> None:
    assistant = Scripted()
    evaluate(assistant, [NUMBER, FOLLOW])
    assert assistant.asked == [("How many?", ()), ("And they?", (("Q", "A"),))]


def test_a_fact_is_asked_within_its_filters() -> None:
    assistant = Scripted()
    evaluate(assistant, [NUMBER])
    assert assistant.filters == {"since": None, "until": None, "outlet": None, "path": None}
    evaluate(assistant, [replace(NUMBER, since="2021", until="2022", outlet=("AP",), path=("a.txt",))])
    assert assistant.filters == {"since": "2021", "until": "2022", "outlet": ("AP",), "path": ("a.txt",)}


def test_a_filter_that_fits_no_article_names_its_fact() -> None:
    class Strict(Scripted):
        def ask(self, question: str, history: tuple[tuple[str, str], ...] = (), **filters: object) -> Answer:
            raise FilterError("no article is of 'AP'")

    with pytest.raises(FactsError, match="fact troops: no article is of 'AP'"):
        evaluate(Strict(), [NUMBER])


def test_a_run_without_failures_passes() -> None:
    shown = evaluate(Scripted(How="2,500 remain.", And="1,000 others."), [NUMBER, FOLLOW])
    assert shown.passed
    assert shown.failures == ()
    assert [one.milliseconds >= 0 for one in shown.results] == [True, True]


def test_a_failing_fact_fails_the_run_and_says_why() -> None:
    shown = report(And="2,000 others.")
    assert not shown.passed
    assert [(one.fact.id, one.reason) for one in shown.failures] == [
        ("troops", "not found: nothing near"),
        ("follow", "the first claim lacks '1,000': 2,000 others."),
    ]
    assert shown.misses == (
        "accuracy 0.333 is below the gate's 1.000",
        "citation precision 0.000 is below the gate's 0.950",
    )


def test_the_gate_can_be_lowered() -> None:
    assert report(Gate(accuracy=0.3, citation_precision=0), And="2,000 others.").passed


def test_a_just_missed_gate_does_not_read_as_reached() -> None:
    facts = [replace(NUMBER, id=str(number)) for number in range(2500)]
    shown = evaluate(Scripted(How="2,500 remain."), [*facts, FOLLOW])
    assert shown.misses == ("accuracy 0.999 is below the gate's 1.000",)


def test_an_undefined_measure_is_not_judged_but_a_run_of_nothing_fails() -> None:
    assert evaluate(Scripted(), [NOTHING]).passed
    assert evaluate(Scripted(), []).misses == ("accuracy is undefined: no facts were asked",)


def test_an_answer_to_the_unanswerable_fails_the_run_at_any_accuracy() -> None:
    shown = report(Gate(accuracy=0), How="2,500 remain.", And="1,000 others.")
    assert shown.misses == ("abstention recall 0.000 is below the gate's 1.000",)


@pytest.mark.parametrize("least", [-0.1, 1.1, 95, math.nan])
def test_a_gate_outside_0_to_1_is_refused(least: float) -> None:
    with pytest.raises(SettingsError, match="the gate's citation precision is"):
        Gate(citation_precision=least)


def test_a_question_that_cannot_be_asked_names_its_fact() -> None:
    class Refusing:
        def ask(self, question: str, history: tuple[tuple[str, str], ...] = (), **filters: object) -> Answer:
            raise QuestionError("the question is too long")

    with pytest.raises(FactsError, match="fact troops: the question is too long"):
        evaluate(Refusing(), [NUMBER])


def test_json_holds_the_verdict_the_scores_and_every_fact() -> None:
    data = json.loads(json.dumps(report(And="1,000 others.").to_dict()))
    assert data["passed"] is False
    assert data["gate"] == {"accuracy": 1.0, "citation_precision": 0.95, "abstention_recall": 1.0}
    assert data["scores"]["accuracy"]["hits"] == 2
    assert data["scores"]["citation_precision"] == {
        "value": 1.0,
        "hits": 1,
        "of": 1,
        "interval_95": pytest.approx([0.2065, 1.0], abs=1e-4),
    }
    assert set(data["scores"]) >= {"hit@1", "hit@4", "hit@10", "mrr@10", "latency_ms"}
    assert [fact["id"] for fact in data["facts"]] == ["troops", "follow", "nothing"]
    assert data["facts"][1]["cited"] == [{"path": "a.txt", "quote": "1,000 others."}]


def test_undefined_scores_are_null_in_json_and_a_dash_in_the_table() -> None:
    shown = evaluate(Scripted(), [NOTHING])
    assert shown.to_dict()["scores"]["citation_recall"]["value"] is None
    assert any("citation recall" in line and "–" in line for line in printed(shown).splitlines())


def test_the_tables_show_measures_kinds_tags_and_failures() -> None:
    text = printed(report(And="2,000 others."))
    for words in (
        "accuracy",
        "1/3",
        "MRR@10",
        "latency p95",
        "near-miss",
        "troops",
        "not found: nothing near",
        "failed",
    ):
        assert words in text
    assert "passed" in printed(evaluate(Scripted(), [NOTHING]))


def test_square_brackets_of_questions_and_answers_are_printed_as_they_are() -> None:
    shown = evaluate(Scripted(How="[bold]2,500[/bold] remain."), [NOTHING])
    assert "How [red]much[/]?" in printed(shown)
    assert "[bold]2,500[/bold] remain." in printed(shown)
