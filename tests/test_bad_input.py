"""Bad input: one line that says what happened, to which file and what to do, and nothing lost of the rest."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_folders import BRIDGE, QUESTIONS, THREE, configured, environment, few, first, held, opened, write

from index.errors import BylineError, FolderError, QuestionError, StorageError
from index.store import Index
from index.sync import SyncReport
from rag import Assistant
from ui import cli

NOBODY = 65534


def one_line(error: BaseException | str, *parts: str) -> bool:
    """Whether an error is one readable line that holds these parts."""
    text = str(error)
    return text.isprintable() and 20 < len(text) < 400 and all(part in text for part in parts)


@pytest.fixture
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """No BYLINE_* variable of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("BYLINE_")]:
        monkeypatch.delenv(name)


def terminal(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of the byline command."""
    status = cli.run([str(argument) for argument in arguments])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


# --- folders ----------------------------------------------------------------------------------------------


def bad_folder(tmp_path: Path, kind: str) -> Path:
    folder = tmp_path / "bad"
    match kind:
        case "a file":
            folder.write_text(BRIDGE)
        case "empty":
            folder.mkdir()
        case "no articles":
            write(folder, {"README.md": BRIDGE, ".hidden.txt": BRIDGE, "photo.jpg": b"\xff\xd8"})
        case "a name of two lines":
            return tmp_path / "two\nlines"
    return folder


@pytest.mark.parametrize("kind", ["missing", "a file", "empty", "no articles", "a name of two lines"])
@pytest.mark.usefixtures("no_variables")
def test_a_folder_without_articles_is_one_line(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = bad_folder(tmp_path, kind)
    with pytest.raises(FolderError) as caught:
        opened(folder, tmp_path / "index")
    assert one_line(caught.value, "bad" if folder.name == "bad" else "two\\nlines")
    for command in (["index", folder], ["ask", QUESTIONS[0], "--articles", folder]):
        status, out, error = terminal(capsys, *command, "--index", tmp_path / "index")
        assert (status, out) == (2, "")
        assert one_line(error.removesuffix("\n"), "byline: ")


def test_a_folder_that_vanishes_costs_nothing_of_its_index(small: Path, tmp_path: Path) -> None:
    with opened(small, tmp_path / "index") as assistant:
        small.rename(tmp_path / "unmounted")
        with pytest.raises(FolderError):
            assistant.sync()
        assert len(assistant.articles()) == 3
        assert assistant.ask(QUESTIONS[0]).citations == ()  # no file, no quote
        (tmp_path / "unmounted").rename(small)
        assert assistant.sync().articles == 3
        assert assistant.ask(QUESTIONS[0]).citations


def test_asking_before_anything_is_indexed_says_to_index(small: Path, tmp_path: Path) -> None:
    with opened(small, tmp_path / "index", sync=False) as assistant, pytest.raises(FolderError) as caught:
        assistant.ask(QUESTIONS[0])
    assert one_line(caught.value, str(small), "byline index")


# --- files ------------------------------------------------------------------------------------------------

ODD_NAMES = ('it\'s "quoted".txt', "semi;colon & $(x) `y`.txt", "two\nlines.txt", "%s {0}.txt", "été 🚢.txt")
BAD_FILES = {
    "empty.txt": b"",
    "blank.txt": b" \n\t\r\n ",
    "marked.txt": b"\xef\xbb\xbf",
    "binary.txt": bytes(range(256)) * 20,
    "large.txt": b"The bridge opened. " * (50_000_000 // 19 + 1),
    "two\nbad lines.txt": b"\0",
}


@pytest.mark.usefixtures("no_variables")
def test_bad_files_are_listed_one_line_each_and_the_rest_answers(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(small, BAD_FILES)
    with opened(small, tmp_path / "index") as assistant:
        assert assistant.last_report is not None
        failed = {failure.path: failure.reason for failure in assistant.last_report.failed}
        assert set(failed) == set(BAD_FILES)
        for path, reason in failed.items():
            assert one_line(reason, path.replace("\n", "\\n")), reason
        assert "50 MB" in failed["large.txt"]
        assert all(first(assistant.ask(question)) for question in QUESTIONS)
    status, out, error = terminal(capsys, "index", small, "--index", tmp_path / "index")
    assert (status, out) == (0, "3 articles: failed 6\n")
    assert len(error.splitlines()) == len(BAD_FILES)
    assert all(line.startswith("byline: skipped ") and line.isprintable() for line in error.splitlines())


@contextmanager
def without_root() -> Iterator[None]:
    """Root may read everything: as nobody, permissions count."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that nobody may use too (pytest's own are root's alone)."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made).resolve()


@pytest.mark.skipif(not hasattr(os, "setresuid"), reason="permissions of this system work otherwise")
def test_an_unreadable_file_is_listed_skipped_and_read_once_it_may_be(open_folder: Path) -> None:
    folder = write(open_folder / "articles", THREE)
    index = Index(configured(folder, open_folder / "index"))
    assert index.encoder.read(BRIDGE).tokens.any()  # what a library loads from root's folders is loaded now
    index.sync()
    if os.geteuid() == 0:
        for path in (open_folder, *open_folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    (folder / "bridge.txt").chmod(0)
    with without_root():
        report = index.sync()
        assert [
            (failure.path, one_line(failure.reason, "bridge.txt", "Permission denied")) for failure in report.failed
        ] == [("bridge.txt", True)]
        assert report.articles == 3  # it may be back soon, and cannot be quoted meanwhile
        (folder / "bridge.txt").chmod(0o644)
        assert index.sync() == SyncReport(articles=3)
        folder.chmod(0)
        with pytest.raises(FolderError, match="cannot be read: check its permissions"):
            index.sync()
        folder.chmod(0o755)
        assert index.catalog.counts()[0] == 3
        index.settings.index_folder.chmod(0)
        with pytest.raises(StorageError) as caught:
            Index(index.settings)
        assert one_line(caught.value, str(index.settings.index_folder))
        index.settings.index_folder.chmod(0o755)


def test_files_with_odd_names_are_quoted_under_them(tmp_path: Path) -> None:
    folder = write(tmp_path / "articles", {name: f"{BRIDGE}\nFile {n}." for n, name in enumerate(ODD_NAMES)})
    with opened(folder, tmp_path / 'in\'dex "2"') as assistant:
        assert {article.path for article in assistant.articles()} == set(ODD_NAMES)
        answer = assistant.ask(QUESTIONS[0])
        assert {citation.path for citation in answer.citations} == set(ODD_NAMES)
        for name in ODD_NAMES:
            (folder / name).rename(folder / f"moved {name}")
        assert assistant.sync().moved == len(ODD_NAMES)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_a_name_that_is_not_text_is_listed_and_skipped(small: Path, tmp_path: Path) -> None:
    bad = os.fsencode(small) + b"/caf\xe9.txt"
    with open(bad, "wb") as file:  # noqa: PTH123 - bytes, as no Path can be
        file.write(BRIDGE.encode())
    with opened(small, tmp_path / "index") as assistant:
        for _ in range(2):
            report = assistant.sync()
            assert report.articles == 3
            assert [one_line(failure.reason, "caf", "UTF-8") for failure in report.failed] == [True]
        os.unlink(bad)  # noqa: PTH108
        assert assistant.sync().failed == ()


def test_one_bad_file_alone_is_reported_and_asking_says_that_nothing_is_indexed(tmp_path: Path) -> None:
    folder = write(tmp_path / "articles", {"empty.txt": ""})
    with opened(folder, tmp_path / "index") as assistant:
        assert assistant.last_report is not None
        assert [failure.path for failure in assistant.last_report.failed] == ["empty.txt"]
        with pytest.raises(FolderError):
            assistant.ask(QUESTIONS[0])


# --- questions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", "  \n ", "?!", "🚢", "why? " * 20_000, "x" * 100_000])
@pytest.mark.usefixtures("no_variables")
def test_a_question_that_is_none_is_one_line(
    question: str, assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(QuestionError) as caught:
        assistant.ask(question)
    assert one_line(caught.value, "question")
    index = assistant.settings.index_folder
    status, out, error = terminal(capsys, "ask", "--index", index, "--", question)
    assert (status, out) == (2, "")
    assert one_line(error.removesuffix("\n"), "byline: ")


@pytest.mark.parametrize(
    "question",
    [
        "米軍は何人イラクに残っていますか？",
        "Сколько войск осталось в Ираке?",
        "كم عدد القوات؟",
        "ⅷ ½ ²",
        "a\u0301 \u200d x",
        "n\ufffd",
    ],
)
def test_a_question_in_another_script_is_answered_or_refused(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert answer.abstained != bool(answer.citations)


@few(25)
@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_no_question_and_no_history_breaks_anything(assistant: Assistant, question: str, before: str) -> None:
    try:
        answer = assistant.ask(question, [(before, "They do.")])
    except BylineError as error:
        assert one_line(error)
    else:
        assert answer.abstained != bool(answer.citations)


@pytest.mark.parametrize("question", ["How many caf\udce9 troops?", "How many \ud83d troops?"])
def test_a_question_that_is_no_text_is_answered_or_refused_or_one_line(question: str, assistant: Assistant) -> None:
    try:
        assistant.ask(question).to_dict()
    except BylineError as error:
        assert one_line(error)


# --- the index --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_variables")
def test_a_damaged_index_is_one_line_and_exit_2(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "index" / "catalog.sqlite"
    write(tmp_path, {"index/catalog.sqlite": b"not a database " * 1000})
    with pytest.raises(StorageError) as caught:
        opened(small, tmp_path / "index")
    assert one_line(caught.value, str(file), "damaged", "byline index --rebuild")
    status, out, error = terminal(capsys, "ask", QUESTIONS[0], "--articles", small, "--index", tmp_path / "index")
    assert (status, out) == (2, "")
    assert one_line(error.removesuffix("\n"), str(file), "byline index --rebuild")


def test_an_index_with_any_page_destroyed_answers_rightly_or_says_that_it_is_damaged(
    small: Path, tmp_path: Path
) -> None:
    with opened(small, tmp_path / "index") as assistant:
        wanted = assistant.ask(QUESTIONS[0]).citations
        settings = assistant.settings
        with sqlite3.connect(settings.index_folder / "catalog.sqlite") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sound = (settings.index_folder / "catalog.sqlite").read_bytes()
    for page in range(1, len(sound) // 4096, 2):
        for leftover in settings.index_folder.glob("catalog.sqlite-*"):
            leftover.unlink()
        data = sound[: page * 4096] + b"\xa5" * 4096 + sound[(page + 1) * 4096 :]
        (settings.index_folder / "catalog.sqlite").write_bytes(data)
        try:
            with Assistant(settings=settings, sync=False) as damaged:
                answer = damaged.ask(QUESTIONS[0])
        except BylineError as error:
            assert one_line(error, str(settings.index_folder)), page
        else:
            assert set(answer.citations) <= set(wanted) or answer.citations, page


def test_a_damaged_vector_store_costs_no_answer(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.dense.EXACT", 1)
    with opened(small, tmp_path / "index") as assistant:
        settings = assistant.settings
        wanted = [assistant.ask(question).to_dict() for question in QUESTIONS]
    (settings.index_folder / "chroma" / "chroma.sqlite3").write_bytes(b"nothing of the kind" * 500)
    with Assistant(settings=settings, sync=False) as damaged:
        assert [damaged.ask(question).to_dict() for question in QUESTIONS] == wanted
        assert damaged.sync() == SyncReport(articles=3)  # makes it anew
        assert [damaged.ask(question).to_dict() for question in QUESTIONS] == wanted
    assert not (settings.index_folder / "chroma-damaged").exists()


@pytest.mark.parametrize("where", ["the catalog", "the vector store"])
def test_a_full_disk_is_one_line_and_costs_nothing_once_there_is_room(
    where: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(configured(small, tmp_path / "index"))
    index.sync()
    write(small, {"long.txt": "The long story\n\n" + "A road was built in the hills near Oslo in May. " * 900})
    with monkeypatch.context() as full:
        if where == "the catalog":
            pages = index.catalog.database.one("PRAGMA page_count")[0]
            index.catalog.database.execute(f"PRAGMA max_page_count = {pages + 4}")  # SQLite's own full disk
        else:

            def no_room(*_: object, **__: object) -> None:
                raise OSError(28, "No space left on device")

            full.setattr("chromadb.api.models.Collection.Collection.upsert", no_room)
        with pytest.raises(StorageError) as caught:
            index.sync()
    assert one_line(caught.value, str(tmp_path / "index"), "space left")
    stored = {"the catalog": 0, "the vector store": 1}[where]  # the catalog is written first
    assert len(index.catalog.articles()) == len(THREE) + stored
    index.close()
    index = Index(index.settings)
    assert index.sync().added == 1 - stored
    clean = Index(configured(small, tmp_path / "clean"))
    clean.sync()
    assert held(index) == held(clean)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount a small disk")
@pytest.mark.usefixtures("no_variables")
def test_a_disk_that_is_really_full_is_one_line_and_exit_2(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let its root mount")
    try:
        write(small, {"long.txt": "The long story\n\n" + "A road was built in the hills near Oslo in May. " * 2000})
        status, out, error = terminal(capsys, "index", small, "--index", disk / "index")
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
    assert (status, out) == (2, "")
    assert one_line(error.removesuffix("\n"), str(disk), "byline: "), error


# --- as a person meets it ---------------------------------------------------------------------------------


def test_no_error_of_the_terminal_is_a_traceback(tmp_path: Path) -> None:
    write(tmp_path, {"bad/catalog.sqlite": b"no database" * 999, "articles/a.txt": BRIDGE})
    commands = {
        "missing": ["index", "missing"],
        "bad": ["ask", "Why?", "--articles", "articles", "--index", "bad"],
        "no-such-model": [
            "ask",
            "Why?",
            "--articles",
            "articles",
            "--index",
            "new",
            "--bar",
            "7",
            "--model",
            "no-such-model",
        ],
    }
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", "ui.cli", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=environment(BYLINE_INDEX="index"),
        )
        for name, arguments in commands.items()
    }
    for name, process in running.items():
        out, error = process.communicate(timeout=60)
        assert (process.returncode, out) == (2, ""), name
        assert re.fullmatch(r"byline: [^\n]{20,400}\n", error), error
    shutil.rmtree(tmp_path / "index", ignore_errors=True)
