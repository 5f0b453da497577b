"""The byline command, run on seeds/ as a person runs it."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from rag.types import Answer
from ui import cli

QUESTION = "How many US troops remain in Iraq?"
UNANSWERED = "What is the recipe for sourdough bread?"
COMMANDS = ("chat", "password", "ask", "index", "status", "eval")
HEAVY = ("torch", "transformers", "chromadb", "gradio", "llama_index", "onnxruntime", "sentence_transformers")


@pytest.fixture(autouse=True)
def _index_of_seeds(seeds_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_INDEX", str(seeds_index))


def byline(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ui.cli", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}, timeout=60, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([command, "--help"]) == 0
    assert f"Example: byline {command}" in capsys.readouterr().out


def test_help_and_version_load_no_model_library() -> None:
    script = (
        "import sys; from ui.cli import run; run(['--help']); run(['ask', '--help']); run(['--version']);"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.endswith("LOADED []\n")


def test_an_answer_is_printed_with_its_citations(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["ask", QUESTION]) == 0
    shown = capsys.readouterr()
    answer, _, sources = shown.out.partition("\n\n")
    assert "2,500" in answer.split("[1]")[0]
    assert re.search(r"^\[1\] .+\n    .*\.txt:\d+ · account 1\n    │ .*2,500", sources, re.MULTILINE)
    assert "\x1b" not in shown.out
    assert shown.err == ""


def test_json_is_the_whole_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["ask", QUESTION, "--json"]) == 0
    answer = Answer.from_dict(json.loads(capsys.readouterr().out))
    assert answer.question == QUESTION
    assert answer.citations


def test_words_shortens_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["ask", QUESTION, "--json", "--words", "15"]) == 0
    answer = Answer.from_dict(json.loads(capsys.readouterr().out))
    assert sum(len(claim.text.split()) for claim in answer.claims) <= 15


def test_a_refusal_exits_0_and_offers_titles_without_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["ask", UNANSWERED]) == 0
    shown = capsys.readouterr().out
    assert "Nearest articles:\n  - " in shown
    assert "[1]" not in shown
    assert "│" not in shown


@pytest.mark.parametrize("question", ["", "   ", "why? " * 20_000])
def test_a_question_that_is_none_is_one_line_and_exit_2(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["ask", question]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(r"byline: .{10,300}\n", shown.err)


def test_a_missing_folder_is_one_line_and_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["index", str(tmp_path / "none"), "--index", str(tmp_path / "index")]) == 2
    shown = capsys.readouterr().err
    assert re.fullmatch(r"byline: .*none.*\n", shown)


def test_a_misspelt_setting_is_one_line_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYLINE_MODLE", "x")
    assert cli.run(["status"]) == 2
    assert re.fullmatch(r"byline: .*BYLINE_MODLE.*\n", capsys.readouterr().err)


def test_a_file_that_cannot_be_read_is_listed_and_the_rest_indexed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text(
        "A bridge in Oslo\n\nThe bridge in Oslo opened on Friday after two years of work."
    )
    (folder / "bad\x1b[31m.txt").write_bytes(bytes(range(256)) * 8)
    assert cli.run(["index", str(folder), "--index", str(tmp_path / "index")]) == 0
    shown = capsys.readouterr()
    assert "1 article" in shown.out
    assert re.fullmatch(r"byline: skipped bad.*\.txt: .+\n", shown.err)
    assert "\x1b" not in shown.err


def test_index_and_status_say_what_there_is(seeds_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["index"]) == 0
    assert capsys.readouterr().out == "5 articles: nothing changed\n"
    assert cli.run(["status"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^articles +5 in .*seeds$", shown, re.MULTILINE)
    assert re.search(rf"^index +[\d.]+ MB, \d+ kB an article, in {re.escape(str(seeds_index))}$", shown, re.MULTILINE)


def test_an_index_of_another_version_is_made_anew_by_every_command_that_brings_it_up_to_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "articles").mkdir()
    shutil.copy(next(Path("seeds").glob("001*.txt")), tmp_path / "articles")
    where = ["--index", str(tmp_path / "index")]
    assert cli.run(["index", str(tmp_path / "articles"), *where]) == 0
    with sqlite3.connect(tmp_path / "index" / "catalog.sqlite") as catalog:
        catalog.execute("UPDATE meta SET value = 'older' WHERE key = 'schema'")
    assert cli.run(["status", str(tmp_path / "articles"), *where]) == 2
    assert "--rebuild" in capsys.readouterr().err
    assert cli.run(["ask", QUESTION, "--articles", str(tmp_path / "articles"), *where]) == 0
    assert "2,500" in capsys.readouterr().out


def facts(folder: Path, *answers: str) -> str:
    lines = (
        {"id": f"troops-{n}", "question": QUESTION, "kind": "number", "any_of": [answer],
         "any_source": [path.name for path in Path("seeds").glob("*.txt")]}
        for n, answer in enumerate(answers)
    )  # fmt: skip
    (folder / "facts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(folder / "facts.jsonl")


def test_eval_exits_1_below_the_gate_and_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.json"
    file = facts(tmp_path, "2,500", "9,999")
    assert cli.run(["eval", "--facts", file, "--json", str(out)]) == 1
    assert "troops-1" in capsys.readouterr().out
    report = json.loads(out.read_text())
    assert report["passed"] is False
    assert report["scores"]["accuracy"]["value"] == 0.5
    assert cli.run(["eval", "--facts", file, "--gate", "0.5"]) == 0


def test_eval_of_other_articles_asks_for_their_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["eval", "--articles", str(tmp_path)]) == 2
    assert "--facts" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["eval", "--facts", facts(tmp_path, "2,500"), "--json", str(tmp_path / "no" / "r.json")]) == 2
    assert re.fullmatch(r"byline: cannot write .*\n", capsys.readouterr().err)


def test_a_port_that_is_taken_is_one_line_that_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.run(["chat", "--port", str(port)]) == 2
    assert re.fullmatch(rf"byline: port {port} is in use .*--port.*\n", capsys.readouterr().err)


def test_a_host_that_is_not_this_machine_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["chat", "--host", "192.0.2.1", "--port", "0"]) == 2
    assert re.fullmatch(r"byline: .*'192\.0\.2\.1'.*--host.*\n", capsys.readouterr().err)


@pytest.mark.slow
def test_a_reader_that_stops_reading_is_no_error() -> None:
    asked = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "ask", QUESTION], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert asked.stdout is not None
    assert asked.stderr is not None
    asked.stdout.close()
    error = asked.stderr.read()
    asked.stderr.close()
    asked.wait(60)
    assert error == b""


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_shows_on_a_terminal_unless_it_is_unwanted(environment: dict[str, str], coloured: bool) -> None:
    shown = on_a_terminal("ask", QUESTION, **environment)
    assert "2,500" in shown
    assert bool(re.search(r"\x1b\[[\d;]*3\dm", shown)) == coloured


def on_a_terminal(*arguments: str, **environment: str) -> str:
    ours, theirs = pty.openpty()
    known = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    asked = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", *arguments],
        stdout=theirs,
        stderr=theirs,
        env={**known, "TERM": "xterm-256color", "COLUMNS": "80", **environment},
    )
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            shown += os.read(ours, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
    os.close(ours)
    assert asked.wait(60) == 0
    return shown.decode()


def test_the_page_starts_behind_a_proxy_and_ctrl_c_ends_it_quietly_with_130() -> None:
    page = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "chat", "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"},
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # ignored where a shell started this behind it
    )
    assert page.stderr is not None
    first = page.stderr.readline()
    page.send_signal(signal.SIGINT)  # while the assistant is being opened
    out, rest = page.communicate(timeout=60)
    assert re.fullmatch(r"Byline is at http://127\.0\.0\.1:\d+ .*\n", first)
    assert (page.returncode, out) == (130, "")
    assert rest in ("", "Byline is ready: 5 articles in seeds\n")


def test_a_folder_that_lost_most_of_its_articles_is_an_error_until_yes_is_said(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = [str(small), "--index", str(tmp_path / "index")]
    assert cli.run(["index", *at]) == 0
    shutil.rmtree(small / "news")
    capsys.readouterr()
    assert cli.run(["index", *at]) == 2
    assert "run byline index --yes" in capsys.readouterr().err
    assert cli.run(["index", *at, "--rebuild"]) == 0  # to make it anew is asked for, and there is an article
    capsys.readouterr()
    (small / "bridge.txt").unlink()
    assert cli.run(["index", *at, "--rebuild"]) == 2
    assert cli.run(["index", *at, "--yes"]) == 0
    assert capsys.readouterr().out == "0 articles: deleted 1\n"


def test_an_interrupted_indexing_says_that_the_next_one_goes_on(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.store.Sync.run", interrupted)
    assert cli.run(["index", str(small), "--index", str(tmp_path / "index")]) == 130
    assert "the next run goes on from there" in capsys.readouterr().err


def test_an_index_of_another_model_says_that_it_is_made_anew(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = [str(small), "--index", str(tmp_path / "index")]
    assert cli.run(["index", *at]) == 0
    with sqlite3.connect(tmp_path / "index" / "catalog.sqlite") as catalog:
        catalog.execute("UPDATE meta SET value = 'another' WHERE key = 'model'")
    capsys.readouterr()
    assert cli.run(["index", *at]) == 0
    shown = capsys.readouterr()
    assert shown.out == "3 articles: added 3\n"
    assert "made with another, now all-MiniLM-L6-v2" in shown.err
