"""What may be added: by each person at a time and in an hour, how fast, in all, and while the disks have room."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections import namedtuple
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from made_folders import THREE, opened, write

from index.errors import SettingsError
from index.readers.files import MAX_BYTES
from index.settings import load
from rag import Assistant
from ui.collection import intake
from ui.collection.intake import AT_ONCE, EACH, GRACE, INDEXED, PACE, SPARE, Hourly, Intake
from ui.collection.refusal import RefusedError
from ui.collection.routes import routes
from ui.collection.uploads import Stored
from ui.server.api import tell_errors
from ui.server.opening import Opening

BYTES = {"content-type": "application/octet-stream"}
NEW = b"Tram to the fair\n\nThe tram to the fair runs every ten minutes from Monday on, the city said.\n"
Usage = namedtuple("Usage", "total used free")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def over_three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("intake")
    with opened(write(folder / "articles", THREE), folder / "index") as assistant:
        yield assistant


@pytest.fixture
def assistant(over_three: Assistant) -> Iterator[Assistant]:
    """Its settings and its folder are afterwards as they were."""
    before, files = over_three.settings, set(over_three.settings.folder.rglob("*"))
    yield over_three
    over_three.settings = before
    for file in set(before.folder.rglob("*")) - files:
        file.unlink()


def given(assistant: Assistant, **settings: int) -> Opening:
    """An opening whose settings are these."""
    assistant.settings = replace(assistant.settings, **settings)  # type: ignore[arg-type]
    return Opening.of(assistant)


def client_of(opening: Opening) -> TestClient:
    """People are told apart by a header, as in front of it they are by passwords."""
    app = FastAPI()

    @app.middleware("http")
    async def named(request: Any, go_on: Any) -> Any:
        request.state.who = request.headers.get("x-who", "")
        return await go_on(request)

    app.include_router(routes(opening))
    tell_errors(app, opening)
    return TestClient(app, raise_server_exceptions=False)


def added(client: TestClient, name: str, data: bytes, who: str = "ann") -> Any:
    return client.post("/api/articles", params={"name": name}, content=data, headers={**BYTES, "x-who": who})


def told(response: Any) -> str:
    detail = str(response.json()["detail"])
    assert "\n" not in detail
    assert "/" not in detail
    return detail


def test_one_person_may_add_so_many_files_in_an_hour_and_others_add_theirs(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(given(assistant, uploads_files_hour=2))
    with caplog.at_level(logging.WARNING, "byline.uploads"):
        answers = [added(client, f"{n}.txt", NEW + bytes([65 + n])) for n in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 429]
    assert told(answers[2]) == "one person may add 2 files in an hour: try again in 30 minutes"
    assert 1_700 < int(answers[2].headers["retry-after"]) <= 1_801
    assert [record.getMessage() for record in caplog.records] == [
        "a file of user:ann was not taken: one person may add 2 files in an hour: try again in 30 minutes"
    ]
    assert added(client, "bobs.txt", NEW + b"bob", "bob").status_code == 201


def test_bytes_are_counted_as_they_come_and_a_file_that_is_refused_or_known_gives_none_back(
    assistant: Assistant,
) -> None:
    client = client_of(given(assistant, uploads_mb_hour=1))
    half = NEW * 4_400  # 418 kB
    assert added(client, "a.txt", half).status_code == 201
    assert added(client, "a.txt", half).status_code == 200
    refused = added(client, "c.txt", half)
    assert (refused.status_code, "1 MB in an hour" in told(refused)) == (429, True)
    assert added(client, "small.txt", NEW).status_code == 201
    assert added(client, "c.txt", half, "bob").status_code == 201


def test_an_hour_gives_all_of_it_back_and_half_an_hour_half(clock: Clock) -> None:
    share = Hourly(lambda: 100, clock)
    share.take("ann", 100)
    assert share.wait("ann", 1) == pytest.approx(36)
    assert share.wait("bob", 100) == 0
    clock.now += 1_800
    assert share.wait("ann", 50) == 0
    assert share.wait("ann", 60) == pytest.approx(360)
    clock.now += 1_800
    assert share.wait("ann", 1_000) == 0  # more than there ever is waits for all of it


def test_shares_of_many_people_are_forgotten_when_they_are_whole_again(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_PEOPLE", 10)
    share = Hourly(lambda: 100, clock)
    for number in range(100):
        clock.now += 60
        share.take(f"address:{number}", 10)
    assert len(share._taken) <= 12


def test_a_share_of_nothing_lets_nobody_add_anything(assistant: Assistant) -> None:
    assert added(client_of(given(assistant, uploads_mb_hour=0)), "a.txt", NEW).status_code == 429


def test_the_folder_may_hold_so_much_and_no_more(assistant: Assistant) -> None:
    client = client_of(given(assistant, uploads_mb=1))
    block = NEW * 5_000
    assert [added(client, f"{n}.txt", block + bytes([65 + n])).status_code for n in range(3)] == [201, 201, 507]
    refused = added(client, "d.txt", block + b"d", "bob")
    assert "may hold 1 MB" in told(refused)
    assert "retry-after" not in refused.headers
    assert not (assistant.settings.folder / "d.txt").exists()
    assert added(client, "e.txt", NEW).status_code == 201


@pytest.mark.parametrize("full", ["articles folder", "index"])
def test_a_disk_that_is_nearly_full_takes_no_file(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    low = assistant.settings.folder if full == "articles folder" else assistant.settings.index_folder
    need = SPARE + (1 if full == "articles folder" else INDEXED) * len(NEW)

    def usage(folder: Path) -> Usage:
        return Usage(10**12, 0, free if folder == low else 10**12)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    client = client_of(Opening.of(assistant))
    free = need - 1
    refused = added(client, "a.txt", NEW)
    assert (refused.status_code, f"the disk of the {full} is too full" in told(refused)) == (507, True)
    free = need
    assert added(client, "a.txt", NEW).status_code == 201


def test_files_that_are_not_indexed_yet_count_with_what_their_index_will_take(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, SPARE + INDEXED * 2 * len(NEW)))
    client = client_of(Opening.of(assistant))
    assert [added(client, f"{n}.txt", NEW + bytes([65 + n])).status_code for n in range(2)] == [201, 507]
    (assistant.settings.folder / "0.txt").unlink()
    assert added(client, "2.txt", NEW).status_code == 201


def test_one_person_has_a_few_files_on_their_way_and_keeps_nobody_else_out(assistant: Assistant) -> None:
    taking = Intake(Opening.of(assistant))
    places = [taking.place("ann", 10) for _ in range(EACH)]
    for place in places:
        place.__enter__()
    with pytest.raises(RefusedError, match="in a moment") as refused, taking.place("ann", 10):
        pass
    assert (refused.value.status, refused.value.retry_after) == (503, 2)
    others = [taking.place(f"user:{n}", 10) for n in range(AT_ONCE - EACH)]
    for place in others:
        place.__enter__()
    with pytest.raises(RefusedError), taking.place("zoe", 10):
        pass
    places[0].__exit__(None, None, None)
    with taking.place("zoe", 10):
        pass


class Drips:
    """A body of so many bytes a second, by a clock that a test moves."""

    def __init__(self, clock: Clock, rate: int, seconds: int) -> None:
        self.clock, self.rate, self.left = clock, rate, seconds

    def __aiter__(self) -> Drips:
        return self

    async def __anext__(self) -> bytes:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        self.clock.now += 1
        await asyncio.sleep(0.001)
        return b"x" * self.rate


def received(taking: Intake, body: AsyncIterator[bytes]) -> int:
    async def receive() -> int:
        with taking.place("ann", 10**6) as coming:
            return sum([len(chunk) async for chunk in taking.counted(coming, body)])

    return asyncio.run(receive())


def test_a_file_of_a_byte_a_second_is_given_up_and_one_that_comes_at_the_least_pace_is_not(
    assistant: Assistant, clock: Clock
) -> None:
    taking = Intake(Opening.of(assistant), clock)
    assert received(taking, Drips(clock, PACE, 100)) == 100 * PACE
    before = clock.now
    with pytest.raises(RefusedError, match="too slowly") as refused:
        received(taking, Drips(clock, 1, 10_000))
    assert refused.value.status == 408
    assert clock.now - before < GRACE + 3


def test_a_file_that_stops_coming_ends_with_its_time(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "GRACE", 0.1)

    async def stops() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(60)

    with pytest.raises(RefusedError, match="too slowly"):
        received(Intake(Opening.of(assistant)), stops())


def test_a_file_that_does_not_say_how_long_it_is_counts_as_the_largest_until_it_has_come(
    assistant: Assistant,
) -> None:
    taking = Intake(given(assistant, uploads_mb_hour=MAX_BYTES // 10**6))
    with taking.place("ann", None), pytest.raises(RefusedError, match="in an hour"), taking.place("ann", 1):
        pass
    with taking.place("ann", 1) as coming:
        taking.stored(coming, Stored("a.txt", True))


@pytest.mark.parametrize("name", ["uploads_mb", "uploads_mb_hour", "uploads_files_hour"])
def test_limits_of_uploads_are_settings(name: str) -> None:
    assert getattr(load(environ={f"BYLINE_{name.upper()}": "7"}), name) == 7
    for value in ("-1", "many", "9" * 500):
        with pytest.raises(SettingsError, match=name):
            load(environ={f"BYLINE_{name.upper()}": value})
