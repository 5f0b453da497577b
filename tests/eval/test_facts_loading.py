"""Facts files are read whole or refused with one line that names the file and the line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.facts import Fact, FactsError, load_facts
from index.errors import BylineError

GOOD = {"id": "a", "question": "How many?", "kind": "number", "any_of": ["2,500"], "sources": ["a.txt"]}


def write(folder: Path, *lines: object) -> Path:
    path = folder / "facts.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def test_every_key_of_a_line_becomes_a_field(tmp_path: Path) -> None:
    line = {
        **GOOD,
        "history": [["Who?", "He. [1]"]],
        "all_of": ["troops"],
        "any_source": ["b.txt"],
        "also": ["c.txt"],
        "short": ["2,500"],
        "attributed": ["He"],
        "differs": ["2020", "2021"],
        "missing": ["cost"],
        "accounts": 2,
        "since": "2021-12",
        "until": "2022",
        "outlet": ["AP"],
        "path": ["a.txt"],
        "tags": ["single"],
    }
    assert load_facts(write(tmp_path, line)) == (
        Fact(
            id="a",
            question="How many?",
            kind="number",
            history=(("Who?", "He. [1]"),),
            all_of=("troops",),
            any_of=("2,500",),
            sources=("a.txt",),
            any_source=("b.txt",),
            also=("c.txt",),
            short=("2,500",),
            attributed=("He",),
            differs=("2020", "2021"),
            missing=("cost",),
            accounts=2,
            since="2021-12",
            until="2022",
            outlet=("AP",),
            path=("a.txt",),
            tags=("single",),
        ),
    )


def test_empty_lines_and_a_byte_order_mark_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n\r\n")
    assert [fact.id for fact in load_facts(path)] == ["a"]


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps({**GOOD, "question": "How\u2028many?"}, ensure_ascii=False))
    assert load_facts(path)[0].question == "How\u2028many?"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{not json", "not JSON at column 2"),
        ("[" * 100_000, "nested too deeply"),
        (["a"], "a fact is a JSON object"),
        ({**GOOD, "answer": "2,500"}, "unknown key 'answer': the keys are id, question"),
        ({**GOOD, "id": ""}, "id must be a text"),
        ({**GOOD, "question": None}, "question must be a text"),
        ({**GOOD, "any_of": "2,500"}, "any_of must be a list of texts"),
        ({**GOOD, "any_of": [""]}, "any_of must be a list of texts"),
        ({**GOOD, "history": [["only a question"]]}, "history must be a list of"),
        ({**GOOD, "history": [["Who?", None]]}, "history must be a list of"),
        ({**GOOD, "abstain": 1}, "abstain must be true or false"),
        ({**GOOD, "abstain": True}, "a fact to abstain from has no answer"),
        ({"id": "b", "question": "How?", "kind": "x", "abstain": True, "differs": ["2"]}, "has no answer"),
        ({"id": "b", "question": "How?", "kind": "x", "abstain": True, "accounts": 1}, "has no answer"),
        ({**GOOD, "short": "2,500"}, "short must be a list of texts"),
        ({**GOOD, "attributed": [1]}, "attributed must be a list of texts"),
        ({**GOOD, "differs": [""]}, "differs must be a list of texts"),
        ({**GOOD, "missing": {}}, "missing must be a list of texts"),
        ({**GOOD, "accounts": 0}, "accounts must be a whole number"),
        ({**GOOD, "accounts": True}, "accounts must be a whole number"),
        ({**GOOD, "since": "in July"}, 'since must be a date such as "2021-12-09"'),
        ({**GOOD, "until": 2021}, "until must be a date"),
        ({**GOOD, "outlet": "AP"}, "outlet must be a list of texts"),
        ({**GOOD, "path": [None]}, "path must be a list of texts"),
        ({**GOOD, "any_of": []}, "say what the answer must hold"),
        ({**GOOD, "sources": []}, "name the files that must be cited"),
        (GOOD, "the id 'a' is taken"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: object, says: str) -> None:
    path = write(tmp_path, GOOD, "", line)
    with pytest.raises(FactsError) as caught:
        load_facts(path)
    assert str(caught.value).startswith(f"{path}:3: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_not_utf_8_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b"\n{\xff")
    with pytest.raises(FactsError, match=r"facts\.jsonl:2: not UTF-8"):
        load_facts(path)


def test_a_missing_file_a_folder_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    for path, says in [
        (tmp_path / "none.jsonl", "cannot read the facts file"),
        (tmp_path, "cannot read the facts file"),
        (tmp_path / "empty.jsonl", "holds no facts"),
    ]:
        with pytest.raises(FactsError, match=says) as caught:
            load_facts(path)
        assert str(path) in str(caught.value)


def test_a_facts_error_is_one_of_bylines_errors() -> None:
    assert issubclass(FactsError, BylineError)


@pytest.mark.parametrize("text", ["Daesh’s  last “CITY” fell", 'daesh\'s last\n"city" fell'])
def test_quotes_case_and_white_space_do_not_matter(text: str) -> None:
    assert Fact("a", "?", "thing", any_of=('Daesh\'s last "city"',)).held_by(text)


def test_all_strings_of_all_of_and_one_of_any_of_are_needed() -> None:
    fact = Fact("a", "?", "place", all_of=("Syria", "Iraq"), any_of=("2014", "2017"))
    assert fact.held_by("Syria and Iraq, in 2014")
    assert not fact.held_by("Syria and Iraq")
    assert not fact.held_by("Syria, in 2014")
