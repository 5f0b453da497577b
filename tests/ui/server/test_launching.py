"""`byline chat`: what is refused before anything starts, and what is there before the assistant is."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import cheap
import pytest

from index.errors import FolderError, SettingsError
from index.settings import Settings, load
from rag import Assistant
from ui import cli
from ui.server.app import Site
from ui.server.launching import checked, serve
from ui.server.port import bound

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(small: Path, tmp_path: Path) -> Settings:
    return load(articles=small, index=tmp_path / "index", port=0)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_page_that_others_could_reach_demands_users_or_a_word_that_there_are_none(
    settings: Settings, host: str, tmp_path: Path
) -> None:
    settings = replace(settings, host=host)
    with pytest.raises(SettingsError, match=r"--auth .*--no-auth"):
        checked(settings, None, False)
    site, listening = checked(settings, None, True)
    listening.close()
    assert site.users is None
    (tmp_path / "users").write_text(f"ann:{cheap.argon2('correct horse')}")
    site, listening = checked(settings, tmp_path / "users", False)
    listening.close()
    assert site.users


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_a_page_for_this_machine_only_demands_nobody(settings: Settings, host: str) -> None:
    site, listening = checked(replace(settings, host=host), None, False)
    listening.close()
    assert site == Site(host)


def test_a_file_of_users_that_others_can_read_is_told(settings: Settings, tmp_path: Path) -> None:
    users, said = tmp_path / "users", list[str]()
    users.write_text(f"ann:{cheap.argon2('correct horse')}")
    for mode in (0o600, 0o644):
        users.chmod(mode)
        checked(settings, users, False, say=said.append)[1].close()
    assert said == [f"byline: other users of this machine can read {users}: keep it to yourself, as chmod 600 does"]


def test_two_opposite_words_are_an_error(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="opposite"):
        checked(settings, tmp_path, True)


def test_a_folder_that_is_none_is_told_before_anything_starts(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"none.*does not exist"):
        checked(replace(settings, articles=tmp_path / "none"), None, False)


def test_the_port_is_ours_from_then_on(settings: Settings) -> None:
    _, listening = checked(settings, None, False)
    with listening, pytest.raises(SettingsError, match=r"in use by another program.*--port"):
        bound("127.0.0.1", listening.getsockname()[1])


@pytest.mark.parametrize(
    "arguments", [["--host", "0.0.0.0"], ["--auth", "none"], ["--auth", "x", "--no-auth"], ["--proxy", "x"]]
)
def test_on_the_command_line_each_is_one_line_and_exit_2(
    arguments: list[str], small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["chat", str(small), "--port", "0", *arguments]) == 2
    assert re.fullmatch(r"byline: .{20,300}\n", capsys.readouterr().err)


def test_byline_password_prints_a_line_that_lets_its_user_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))
    assert cli.run(["password", "ann"]) == 0
    line = capsys.readouterr().out
    assert "correct horse" not in line
    (tmp_path / "users").write_text(line)
    from ui.server.users import users_from

    assert users_from(tmp_path / "users").right("ann", "correct horse")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert cli.run(["password", "ann"]) == 2
    assert "8 characters" in capsys.readouterr().err


def got(url: str) -> dict[str, object]:
    with urllib.request.urlopen(url, timeout=20) as response:
        return dict(json.load(response))


@contextmanager
def chatting(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`byline chat`, and its address."""
    command = [sys.executable, "-m", "ui.cli", "chat", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    first = process.stderr.readline()
    found = re.fullmatch(r"Byline is at (http://\S+) \(Ctrl-C ends it\)\n", first)
    try:
        assert found, first
        yield process, found[1]
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_the_page_is_there_first_and_the_assistant_behind_it(small: Path, tmp_path: Path) -> None:
    with chatting(str(small), "--index", str(tmp_path / "index")) as (process, url):
        assert urllib.request.urlopen(url, timeout=20).status == 200
        assert process.stderr
        assert process.stderr.readline() == f"Byline is ready: 3 articles in {small.name}\n"
        assert got(f"{url}/api/status")["ready"] is True
        process.send_signal(signal.SIGINT)
        out, rest = process.communicate(timeout=30)
        assert (process.returncode, out, rest) == (130, "", "")


def test_an_assistant_that_cannot_be_opened_ends_the_command_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with chatting(str(tmp_path / "empty"), "--index", str(tmp_path / "index")) as (process, _):
        _, rest = process.communicate(timeout=30)
        assert re.fullmatch(r"byline: no articles \(.*\) in .*empty: put some in, or name another folder\n", rest)
        assert process.returncode == 2


def test_an_open_page_hears_why_it_ends(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of `byline chat`, with an opening that fails when it is told to."""
    site, listening = checked(settings, None, False)
    said: list[str] = []
    at, fails, shown = threading.Event(), threading.Event(), threading.Event()

    def say(line: str) -> None:
        said.append(line)
        at.set()

    def open(_: object) -> Assistant:
        assert fails.wait(20)
        raise FolderError(f"no articles in {settings.folder}: put some in")

    monkeypatch.setattr("ui.server.launching.sleep", lambda _: shown.wait(20))
    errors: list[Exception] = []

    def run() -> None:
        try:
            serve(settings, site, listening, open, say)
        except FolderError as error:
            errors.append(error)

    serving = threading.Thread(target=run)
    serving.start()
    assert at.wait(20)
    url = said[0].split()[3]
    assert got(f"{url}/api/status")["doing"] == "Opening the index"
    fails.set()
    while not (failed := got(f"{url}/api/status")["failed"]):
        pass
    assert failed == f"no articles in {settings.folder.name}: put some in"
    shown.set()
    serving.join(20)
    assert str(errors[0]) == f"no articles in {settings.folder}: put some in"
    with pytest.raises((OSError, http.client.HTTPException)):
        got(f"{url}/api/status")
