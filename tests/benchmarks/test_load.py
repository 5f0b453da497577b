"""The load measurement itself: a few people on a server of their own, and what counts as an error."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.servers import load

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of the seeds, laid out as the benchmark's."""
    folder = tmp_path_factory.mktemp("data")
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as out:
        for number, file in enumerate(sorted(Path("seeds").glob("*.txt"))):
            row = {"id": f"a{number}", "title": file.stem, "date": "2021/12/09", "text": file.read_text("utf-8")}
            out.write(json.dumps(row) + "\n")
    questions = ("How many US troops remain in Iraq?", "When did combat end?", "Who said what?")
    (folder / "queries.jsonl").write_text("".join(json.dumps({"question": one}) + "\n" for one in questions))
    return folder


def test_a_few_people_are_all_answered_by_a_server_that_ends_with_the_run(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "load.json"
    arguments = ["--people", "5", "--questions", "2", "--think", "0.1", "--alone", "3"]
    monkeypatch.setattr(load, "AT_MOST", 1_000.0)  # how fast this machine is now is no matter of a test
    monkeypatch.setattr("sys.argv", ["load", "--data", str(data), "--index", str(tmp_path / "index"),
                                     "--json", str(out), *arguments])  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        load.main()
    assert ended.value.code == 0
    found = json.loads(out.read_text())
    assert (found["people"], found["asked"], found["errors"]) == (5, 10, {})
    assert 0 < found["p50"] <= found["p95"] <= found["p99"]
    assert found["memory"][0] > 20
    assert "| errors | none |" in capsys.readouterr().out


@pytest.fixture
def failing() -> Iterator[str]:
    """A server that refuses every third question, and hangs up on every fourth."""
    count = iter(range(1, 1_000))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            number = next(count)
            self.rfile.read(int(self.headers["content-length"]))
            if number % 4 == 0:
                self.close_connection = True
                return
            self.send_response(503 if number % 3 == 0 else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_question_that_fails_is_counted_by_what_came_instead(failing: str) -> None:
    found = load.measure(failing, os.getpid(), ["Who?"], people=1, each=8, think=0, alone=1)
    assert found.errors == {"503": 3, "RemoteProtocolError": 2}  # of the 2nd to the 9th question
    assert not found.passed


def test_one_person_alone_who_gets_errors_ends_the_measurement(failing: str) -> None:
    with pytest.raises(RuntimeError, match="one person alone got errors"):
        load.measure(failing, os.getpid(), ["Who?"], people=1, each=1, think=0, alone=12)
