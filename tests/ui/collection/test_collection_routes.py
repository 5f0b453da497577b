"""What the tab asks the server, on real folders: lists, mentions, the picture, files to add, wrong answers."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import made_answers
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from made_folders import THREE, opened, write

from eval.facts import load_facts
from index.errors import BylineError
from index.readers.files import MAX_BYTES
from rag import Assistant
from ui.collection import uploads
from ui.collection.drafts import NO_SOURCE
from ui.collection.routes import routes
from ui.server.api import tell_errors
from ui.server.opening import Opening

BYTES = {"content-type": "application/octet-stream"}
NEW = b"Tram to the fair\n\nThe tram to the fair runs every ten minutes from Monday on, the city said.\n"


def client_of(opening: Opening, **given: object) -> TestClient:
    app = FastAPI()
    app.include_router(routes(opening, **given))  # type: ignore[arg-type]
    tell_errors(app, opening)
    app.state.assistant = opening.get(0) if opening.ready else None
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("collection")
    files = {**THREE, "empty.txt": "", "news/copy.txt": THREE["bridge.txt"].replace("Friday", "that Friday")}
    with opened(write(folder / "articles", files), folder / "index") as over:
        yield over


@pytest.fixture
def folder(assistant: Assistant) -> Iterator[Path]:
    """The articles folder, emptied afterwards of what was added."""
    folder = assistant.settings.folder
    before = set(folder.rglob("*"))
    yield folder
    for file in set(folder.rglob("*")) - before:
        file.unlink()


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drafts") / "folder.jsonl"


@pytest.fixture(scope="module")
def client(assistant: Assistant, drafts: Path) -> TestClient:
    return client_of(Opening.of(assistant), drafts=drafts)


def added(client: TestClient, name: str, data: bytes = NEW) -> tuple[int, dict[str, object]]:
    response = client.post("/api/articles", params={"name": name}, content=data, headers=BYTES)
    return response.status_code, response.json()


# --- lists ------------------------------------------------------------------------------------------------------


def test_the_state_counts_what_the_index_holds(client: TestClient) -> None:
    state = client.get("/api/collection").json()
    assert (state["ready"], state["articles"], state["failures"]) == (True, 4, 1)
    assert (state["watching"], state["looked_seconds"]) == (False, None)  # nobody has begun to follow the folder
    assert state["upload"]["allowed"]
    assert ".pdf" in state["upload"]["types"]


def test_the_list_says_of_each_article_whether_it_is_still_what_was_read(client: TestClient, folder: Path) -> None:
    bridge = folder / "bridge.txt"
    before = bridge.stat()
    assert {row["state"] for row in client.get("/api/collection/articles").json()["rows"]} == {"indexed"}
    os.utime(bridge, ns=(before.st_atime_ns, before.st_mtime_ns + 10**9))
    states = {row["path"]: row["state"] for row in client.get("/api/collection/articles").json()["rows"]}
    assert states["bridge.txt"] == "changed"
    assert states["news/ferry.md"] == "indexed"
    (folder / "news/ferry.md").rename(folder / "news/away")
    states = {row["path"]: row["state"] for row in client.get("/api/collection/articles").json()["rows"]}
    (folder / "news/away").rename(folder / "news/ferry.md")
    assert states["news/ferry.md"] == "gone"


def test_what_could_not_be_read_comes_with_its_reason(client: TestClient) -> None:
    (row,) = client.get("/api/collection/failures").json()["rows"]
    assert row["path"] == "empty.txt"
    assert "empty" in row["reason"]
    assert "\n" not in row["reason"]


@pytest.mark.parametrize(
    "query", ["page=0", "sort=path", "order=up", "since=yesterday", "text=" + "x" * 201, "page=99999999999"]
)
def test_a_wrong_wish_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/api/collection/articles?{query}").status_code == 422


def test_a_page_beyond_the_last_is_empty_and_says_how_many_there_are(client: TestClient) -> None:
    data = client.get("/api/collection/articles?page=7").json()
    assert (data["rows"], data["pages"], data["total"]) == ([], 1, 4)


def test_mentions_are_counted_and_shown_in_their_context(client: TestClient, assistant: Assistant) -> None:
    data = client.get("/api/collection/mentions", params={"phrase": "THE BRIDGE"}).json()
    assert (data["total"], data["articles"]) == (2, 2)
    for group in data["groups"]:
        article = assistant.article(group["path"])
        assert article is not None
        for one in group["mentions"]:
            assert article.text[one["start"] : one["end"]] == one["words"] == "The bridge"
            assert one["after"].startswith(" in Oslo opened on")


def test_mentions_fill_pages_and_each_knows_the_others_of_its_article(tmp_path: Path) -> None:
    files = {
        "a.txt": "Buoys and bells\n\n" + "A bell rang. " * 120,
        "b.txt": "Bells again\n\nOne bell is left, he said.",
    }
    with opened(write(tmp_path / "articles", files), tmp_path / "index") as assistant:
        client = client_of(Opening.of(assistant))
        pages = [client.get(f"/api/collection/mentions?phrase=bell&page={page}").json() for page in (1, 2, 3, 9)]
    assert {(page["total"], page["articles"], page["pages"]) for page in pages} == {(121, 2, 3)}
    assert [sum(len(group["mentions"]) for group in page["groups"]) for page in pages] == [50, 50, 21, 21]
    starts = [
        (group["path"], one["start"]) for page in pages[:3] for group in page["groups"] for one in group["mentions"]
    ]
    assert len(set(starts)) == 121
    first = pages[0]["groups"][0]
    assert (first["total"], first["first"], len(first["mentions"][0]["marks"])) == (120, 1, 119)


@pytest.mark.parametrize("phrase", ["", "—", "a " * 30, "x" * 300])
def test_what_is_no_phrase_is_refused_in_one_line(client: TestClient, phrase: str) -> None:
    response = client.get("/api/collection/mentions", params={"phrase": phrase})
    assert response.status_code == 400
    assert "\n" not in response.json()["detail"]


def test_the_picture_gets_its_colours_once_the_accounts_are_known(client: TestClient) -> None:
    data = client.get("/api/collection/picture?width=900").json()
    for _ in range(200):
        if data["current"]:
            break
        data = client.get("/api/collection/picture?width=900").json()
    assert data["current"]
    assert data["accounts"] == 3
    assert data["svg"].count("dot account-1") == 2
    assert [key["articles"] for key in data["legend"]] == [2]


def test_while_byline_opens_the_state_says_what_it_does_and_lists_wait() -> None:
    opening = Opening(lambda progress: pytest.fail("not started"))
    client = client_of(opening)
    state = client.get("/api/collection").json()
    assert (state["ready"], state["doing"]) == (False, "Opening the index")
    for path in ("articles", "failures", "picture", "mentions?phrase=x"):
        assert client.get(f"/api/collection/{path}").status_code == 503
    assert added(client, "a.txt")[0] == 503


# --- files that are added ---------------------------------------------------------------------------------------


def test_a_file_is_put_into_the_folder_and_found_there_when_it_is_sent_again(
    client: TestClient, folder: Path
) -> None:
    assert added(client, "tram.txt") == (201, {"name": "tram.txt", "new": True})
    assert (folder / "tram.txt").read_bytes() == NEW
    assert added(client, "tram.txt") == (200, {"name": "tram.txt", "new": False})
    assert added(client, "other.txt", THREE["bridge.txt"].encode()) == (200, {"name": "bridge.txt", "new": False})
    assert not (folder / "other.txt").exists()


def test_nothing_is_overwritten_and_no_link_is_followed(client: TestClient, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (folder / "link.txt").symlink_to(outside)
    (folder / "nowhere.txt").symlink_to(tmp_path / "made-by-nobody.txt")
    assert added(client, "bridge.txt") == (201, {"name": "bridge (2).txt", "new": True})
    assert added(client, "link.txt", NEW + b"2")[1]["name"] == "link (2).txt"
    assert added(client, "nowhere.txt", NEW + b"3")[1]["name"] == "nowhere (2).txt"
    assert (folder / "bridge.txt").read_text() == THREE["bridge.txt"]
    assert outside.read_text() == "mine"
    assert not (tmp_path / "made-by-nobody.txt").exists()


@pytest.mark.parametrize("name", ["../../up.txt", "/etc/up.txt", "..\\up.txt", "\x00up.txt", "news/../../up.txt"])
def test_whatever_the_name_the_file_stays_in_the_folder(client: TestClient, folder: Path, name: str) -> None:
    before = set(folder.parent.rglob("*"))
    assert added(client, name)[1] == {"name": "up.txt", "new": True}
    assert set(folder.parent.rglob("*")) - before == {folder / "up.txt"}


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [("a.exe", NEW, 415), ("README.md", NEW, 415), ("a.txt", b"", 400), ("a.txt", b"x" * (MAX_BYTES + 1), 413)],
)
def test_a_refused_file_leaves_nothing_and_is_told_in_one_line(
    client: TestClient, folder: Path, name: str, data: bytes, status: int
) -> None:
    before = set(folder.rglob("*"))
    told, body = added(client, name, data)
    assert told == status
    assert "\n" not in str(body["detail"])
    assert set(folder.rglob("*")) == before


def test_a_file_that_does_not_say_how_long_it_is_is_stopped_where_it_is_too_long(
    client: TestClient, folder: Path
) -> None:
    before = set(folder.rglob("*"))
    chunks = (b"x" * 1_000_000 for _ in range(MAX_BYTES // 1_000_000 + 1))
    response = client.post("/api/articles?name=a.txt", content=chunks, headers=BYTES)
    assert response.status_code == 413
    assert set(folder.rglob("*")) == before


def test_a_form_of_another_site_cannot_send_a_file(client: TestClient, folder: Path) -> None:
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        response = client.post("/api/articles?name=a.txt", content=NEW, headers={"content-type": kind})
        assert response.status_code == 415
    assert not (folder / "a.txt").exists()


def test_where_nothing_may_be_added_nothing_is(assistant: Assistant, folder: Path) -> None:
    client = client_of(Opening.of(assistant), upload=False)
    assert added(client, "a.txt")[0] == 403
    assert not client.get("/api/collection").json()["upload"]["allowed"]
    assert not (folder / "a.txt").exists()


@pytest.mark.parametrize(
    ("number", "status", "told"),
    [(errno.ENOSPC, 507, "full"), (errno.EROFS, 403, "written"), (errno.EIO, 500, "could not")],
)
def test_a_disk_that_takes_no_more_is_told_in_one_line_without_a_path(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, status: int, told: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(folder / "a.txt"))

    monkeypatch.setattr(uploads.os, "fsync", fails)
    before = set(folder.rglob("*"))
    code, body = added(client, "a.txt")
    assert (code, told in str(body["detail"]), str(folder) in str(body)) == (status, True, False)
    assert set(folder.rglob("*")) == before


def test_a_disk_without_links_takes_files_too_and_overwrites_none(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(uploads.os, "link", none)
    assert added(client, "bridge.txt") == (201, {"name": "bridge (2).txt", "new": True})
    assert (folder / "bridge (2).txt").read_bytes() == NEW
    assert not list(folder.glob(".byline-*"))


def test_files_that_a_killed_process_left_on_their_way_are_cleared_away(client: TestClient, folder: Path) -> None:
    left = folder / uploads.PART.format("left")
    left.write_bytes(NEW)
    added(client, "a.txt")
    assert not left.exists()
    assert (folder / "a.txt").exists()


@pytest.mark.parametrize("jump", [-(10.0**6), 10.0**6])
def test_a_file_on_its_way_outlives_a_clock_that_jumps_and_whatever_is_added_beside_it(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    def slowly() -> Iterator[bytes]:
        yield NEW[:40]
        (part,) = folder.glob(uploads.PART.format("*"))
        now = time.time()
        os.utime(part, (now - jump, now - jump))
        monkeypatch.setattr(time, "time", lambda: now + jump)
        beside = client_of(Opening.of(assistant))
        assert added(beside, "beside.txt", NEW + b"beside")[0] == 201
        yield NEW[40:]

    assistant = client.app.state.assistant  # type: ignore[attr-defined]
    response = client.post("/api/articles?name=slow.txt", content=slowly(), headers=BYTES)
    assert (response.status_code, (folder / "slow.txt").read_bytes()) == (201, NEW)


def test_the_progress_of_added_files_is_told(client: TestClient, folder: Path) -> None:
    names = ["bridge.txt", "empty.txt", "not-yet.txt"]
    told = client.post("/api/articles/progress", json={"names": names}).json()
    assert (told["indexed"], told["waiting"]) == (1, 1)
    assert told["failed"][0]["name"] == "empty.txt"
    assert client.post("/api/articles/progress", json={"names": ["x"] * 101}).status_code == 422


# --- wrong answers ----------------------------------------------------------------------------------------------


def test_a_wrong_answer_is_drafted_and_only_the_terminal_learns_where(
    client: TestClient, drafts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = made_answers.ANSWER.to_dict()
    body = {
        "question": "How many?",
        "answer": answer,
        "expected": "150",
        "history": [{"question": "Who?", "answer": answer}],
    }
    response = client.post("/api/wrong", json=body)
    assert response.status_code == 201
    assert response.json()["saved_to"] == drafts.name
    assert str(drafts.parent) not in response.text
    assert str(drafts) in capsys.readouterr().err
    fact = load_facts(drafts)[-1]
    assert (fact.question, fact.any_of, len(fact.history)) == ("How many?", ("150",), 1)
    again = client.post("/api/wrong", json=body)
    assert (again.status_code, again.json()["new"]) == (200, False)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "change",
    [
        {"question": " "},
        {"answer": {}},
        {"answer": {"text": 1}},
        {"history": "x"},
        {"expected": "x" * 2_000},
        {"more": 1},
    ],
)
def test_what_is_no_wrong_answer_is_refused(client: TestClient, change: dict[str, object]) -> None:
    body = {"question": "How many?", "answer": made_answers.ANSWER.to_dict(), **change}
    response = client.post("/api/wrong", json=body)
    assert response.status_code in (400, 422)
    assert "\n" not in response.json()["detail"]


def test_a_file_that_the_collection_does_not_have_is_no_source_of_a_draft(client: TestClient, drafts: Path) -> None:
    forged = ("../../etc/passwd", "news/ferry.md", "x" * 5_000, "bridge.txt", "none.txt")
    answer = made_answers.ANSWER.to_dict()
    answer["citations"] = [{**answer["citations"][0], "path": path} for path in forged]
    response = client.post("/api/wrong", json={"question": "Whose?", "answer": answer})
    assert response.status_code == 201
    assert load_facts(drafts)[-1].any_source == ("news/ferry.md", "bridge.txt")
    answer["citations"] = answer["citations"][:1]
    client.post("/api/wrong", json={"question": "Whose else?", "answer": answer})
    assert load_facts(drafts)[-1].any_source == (NO_SOURCE,)


def test_drafts_of_one_address_are_counted_together(
    client: TestClient, drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"answer": made_answers.ANSWER.to_dict()}
    assert client.post("/api/wrong", json={"question": "First of some?", **body}).status_code == 201
    monkeypatch.setattr("ui.collection.drafts.MOST_EACH", 1)
    refused = client.post("/api/wrong", json={"question": "One too many?", **body})
    assert (refused.status_code, "of yours already" in refused.json()["detail"]) == (507, True)


def test_drafts_lie_where_no_rebuild_deletes_them(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.collection.drafts import drafts_file

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    file = drafts_file(assistant.settings)
    assert file.name == f"{assistant.settings.index_folder.name}.jsonl"
    for owned in (assistant.settings.index_folder, assistant.settings.folder):
        assert not file.is_relative_to(owned)
    if sys.platform == "linux":
        assert file.is_relative_to(tmp_path)


def test_an_error_of_the_index_is_one_line_without_a_path(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise BylineError(f"the index {assistant.settings.index_folder}/catalog.sqlite is damaged")

    monkeypatch.setattr("ui.collection.held.listed", broken)
    response = client_of(Opening.of(assistant)).get("/api/collection/articles")
    assert response.status_code == 500
    assert str(assistant.settings.index_folder.parent) not in response.text
