"""Drafts of facts: what eval can load, whole, once each, and only as many as a person can finish."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import made_answers
import pytest

from eval.facts import load_facts
from rag import Answer
from ui.collection import drafts
from ui.collection.drafts import NO_SOURCE, UNKNOWN, append, draft
from ui.collection.refusal import RefusedError

QUESTION = "How many US troops remain in Iraq?"
WRONG = made_answers.ANSWER
REFUSED = Answer(QUESTION, QUESTION, "These articles do not say.", abstained=True)


def test_a_draft_is_a_fact_that_eval_loads_and_that_a_person_has_to_finish(tmp_path: Path) -> None:
    file = tmp_path / "new" / "drafts.jsonl"
    append(file, draft(QUESTION, [("And before?", WRONG)], WRONG))
    append(file, draft(QUESTION, (), REFUSED, "about 2,500"))
    append(file, draft(QUESTION, (), WRONG, abstain=True))
    first, second, third = load_facts(file)
    assert first.any_of == (UNKNOWN,)
    assert first.any_source == tuple(dict.fromkeys(one.path for one in WRONG.citations))
    assert first.history == (("And before?", WRONG.text.strip()),)
    assert first.kind == "draft"
    assert first.tags[1].startswith("was answered: ")
    assert second.any_of == ("about 2,500",)
    assert second.any_source == (NO_SOURCE,)
    assert third.abstain
    assert not first.held_by(WRONG.text)


def test_the_same_draft_is_written_once(tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    made = [append(file, draft(QUESTION, (), WRONG, expected)) for expected in ("2,500", " 2,500 ", "3,000")]
    assert [one.new for one in made] == [True, False, True]
    assert len(load_facts(file)) == made[-1].drafts == 2


def test_drafts_of_many_at_once_are_all_there_and_whole(tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: append(file, draft(f"{QUESTION} {n}", (), WRONG)), range(40)))
    assert len(load_facts(file)) == 40
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".part"] == []


def test_what_a_person_wrote_into_the_file_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    written = '{"question": "Who?",   "id": "mine", "kind": "person", "any_of": ["she"], "sources": ["a.txt"]}'
    file.write_text(written + "\n\n{not finished", encoding="utf-8")
    append(file, draft(QUESTION, (), WRONG))
    lines = file.read_text("utf-8").splitlines()
    assert lines[:2] == [written, "{not finished"]
    assert json.loads(lines[2])["question"] == QUESTION


def test_a_full_file_takes_no_more_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 1)
    file = tmp_path / "drafts.jsonl"
    append(file, draft(QUESTION, (), WRONG))
    with pytest.raises(RefusedError, match="1 drafts already"):
        append(file, draft("Another?", (), WRONG))
    assert len(load_facts(file)) == 1


def test_one_person_fills_only_so_much_of_the_file_and_is_named_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_EACH", 2)
    file = tmp_path / "drafts.jsonl"
    for number in range(2):
        append(file, draft(f"{QUESTION} {number}", (), WRONG), "user:ann")
    with pytest.raises(RefusedError, match="2 drafts of yours already") as refused:
        append(file, draft("Another?", (), WRONG), "user:ann")
    assert refused.value.status == 507
    assert append(file, draft(f"{QUESTION} 1", (), WRONG), "user:bob").new is False
    assert append(file, draft("Another?", (), WRONG), "user:bob").new
    assert len(load_facts(file)) == 3
    assert "ann" not in file.read_text()


def test_a_draft_has_no_more_of_earlier_answers_and_of_sources_than_is_of_use(tmp_path: Path) -> None:
    cited = tuple(replace(made_answers.PAPER, path=f"{number}.txt") for number in range(300))
    long = replace(WRONG, text="x " * 40_000, citations=cited)
    fact = draft(QUESTION, [("Before?", long)] * 8, long)
    assert len(json.dumps(fact)) < 8 * (drafts.READ + 100) + 2_000
    assert fact["any_source"] == [f"{number}.txt" for number in range(drafts.MOST_SOURCES)]
    append(tmp_path / "drafts.jsonl", fact)
    assert len(load_facts(tmp_path / "drafts.jsonl")) == 1


def test_a_folder_that_cannot_be_written_is_told_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RefusedError) as refused:
        append(tmp_path / "file" / "drafts.jsonl", draft(QUESTION, (), WRONG))
    assert str(tmp_path) not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("question", "expected"), [("", ""), (" \n", ""), ("x" * 1001, ""), ("Who?", "x" * 1001)])
def test_what_is_no_question_or_endless_is_refused(question: str, expected: str) -> None:
    with pytest.raises(RefusedError):
        draft(question, (), WRONG, expected)
