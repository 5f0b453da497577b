"""/healthz and /readyz: what is told to whoever watches over Byline, without a password and without details."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cheap import users
from fastapi import FastAPI
from starlette.testclient import TestClient

from index.errors import FolderError
from rag import Assistant
from ui.server import health
from ui.server.app import Site, create
from ui.server.health import Probes
from ui.server.opening import Opening

OURS = "http://127.0.0.1:7860"
ALL_WELL = {"ready": True, "index": True, "watcher": True, "looked": True, "synced": True, "disk": True}


class Followed(Opening):
    """One whose watcher is as a test says."""

    watching = True
    last_looked: datetime | None = None
    problem: str | None = None


@pytest.fixture
def opening(seeds: Assistant) -> Followed:
    opening = Followed.of(seeds)
    assert isinstance(opening, Followed)
    opening.last_looked = datetime.now(UTC)
    return opening


@pytest.fixture
def client(opening: Followed) -> Iterator[TestClient]:
    """The probes alone, before an application that has nothing."""
    with TestClient(Probes(FastAPI(), health.routes(opening)), base_url=OURS) as client:
        yield client


@pytest.fixture(scope="module")
def whole(seeds: Assistant) -> Iterator[TestClient]:
    """The whole application, behind a password."""
    with TestClient(create(Opening.of(seeds), Site(users=users(ann="correct horse"))), base_url=OURS) as client:
        yield client


def ready(client: TestClient) -> tuple[int, dict[str, bool]]:
    response = client.get("/readyz")
    return response.status_code, response.json()


def test_a_probe_needs_no_password_and_no_name_of_ours(whole: TestClient) -> None:
    for host in ("127.0.0.1:7860", "10.0.0.7", "whatever.example", ""):
        response = whole.get("/healthz", headers={"host": host})
        assert (response.status_code, response.text) == (200, "ok")
        assert whole.get("/readyz", headers={"host": host}).json()["index"]
    assert whole.head("/healthz").status_code == 200
    for path in ("/api/status", "/healthz/", "/readyz/x", "//healthz"):
        assert whole.get(path).status_code == 401


def test_all_is_well_where_everything_is(client: TestClient) -> None:
    assert ready(client) == (200, ALL_WELL)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_can_only_be_read(client: TestClient, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        assert client.request(method, path, content=b"{").status_code == 405
    assert client.get(f"{path}?x=1").status_code == 200


def test_nothing_else_is_told_than_what_is_so(client: TestClient, opening: Followed) -> None:
    for path in ("/healthz", "/readyz"):
        text = client.get(path).text
        assert opening.folder not in text
        assert not any(character.isdigit() for character in text)


def test_a_watcher_that_died_or_looked_long_ago_is_told(client: TestClient, opening: Followed) -> None:
    opening.watching = False
    assert ready(client) == (503, {**ALL_WELL, "ready": False, "watcher": False})
    opening.watching = True
    for looked in (None, datetime.now(UTC) - timedelta(minutes=2)):
        opening.last_looked = looked
        assert ready(client) == (503, {**ALL_WELL, "ready": False, "looked": False})
    opening.doing = "Indexing: 3 of 100,000 articles"  # it takes long, and nothing is wrong
    assert ready(client) == (200, ALL_WELL)


def test_a_sync_that_failed_is_told(client: TestClient, opening: Followed) -> None:
    opening.problem = "articles holds 1 of the 5 articles that were in it"
    assert ready(client) == (503, {**ALL_WELL, "ready": False, "synced": False})
    opening.problem = None
    assert ready(client) == (200, ALL_WELL)


def test_a_disk_that_is_nearly_full_is_told_and_seldom_looked_at(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = list[Path]()

    def full(folder: Path) -> SimpleNamespace:
        looks.append(folder)
        return SimpleNamespace(free=1_000_000)

    monkeypatch.setattr(shutil, "disk_usage", full)
    for _ in range(50):
        assert ready(client) == (503, {**ALL_WELL, "ready": False, "disk": False})
    assert len(looks) == 1


def test_a_disk_that_does_not_answer_is_not_waited_for(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, looks = threading.Event(), list[Path]()

    def stuck(folder: Path) -> SimpleNamespace:
        looks.append(folder)
        answers.wait(20)
        return SimpleNamespace(free=10**12)

    monkeypatch.setattr(shutil, "disk_usage", stuck)
    monkeypatch.setattr(health, "DISK_SECONDS", 0.1)
    monkeypatch.setattr(health, "LOOK_SECONDS", 0.0)
    try:
        for _ in range(3):
            assert ready(client)[1]["disk"] is False
        assert len(looks) == 1
    finally:
        answers.set()


def test_while_byline_starts_and_where_it_cannot_it_is_alive_and_not_ready() -> None:
    goes_on = threading.Event()

    def fail(progress: object) -> Assistant:
        goes_on.wait(10)
        raise FolderError("the folder is gone")

    opening = Opening(fail)
    client = TestClient(Probes(FastAPI(), health.routes(opening)), base_url=OURS)
    opening.start()
    for _ in range(2):
        assert client.get("/healthz").status_code == 200
        status, told = ready(client)
        assert (status, told["ready"], told["index"]) == (503, False, False)
        goes_on.set()
        with pytest.raises(FolderError):
            opening.get(10)
    opening.close()


def test_both_are_described_for_programs(whole: TestClient) -> None:
    paths = whole.get("/openapi.json", auth=("ann", "correct horse")).json()["paths"]
    assert set(paths["/readyz"]["get"]["responses"]) == {"200", "503"}
    assert "/healthz" in paths
