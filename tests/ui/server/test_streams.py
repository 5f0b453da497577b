"""One person and another: nobody reads, fills or stops another's stream, and nobody's many tabs delay another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import cheap
import httpx
import pytest
from held import Held, wait_for
from starlette.testclient import TestClient

from rag import Assistant
from ui.server.app import Server, Site, create, start
from ui.server.opening import Opening
from ui.server.streams import NOT_YOURS, Owners

ANN, BOB = ("ann", "correct horse"), ("bob", "battery staple")


@pytest.fixture
def opening(held: Held) -> Opening:
    return Opening.of(held)  # type: ignore[arg-type]


@pytest.fixture
def server(held: Held, opening: Opening) -> Iterator[Server]:
    server = start(opening, Site(users=cheap.users(ann=ANN[1], bob=BOB[1])))
    yield server
    held.go_on.set()
    server.close()


def ask_event(server: Server) -> int:
    """Gradio's number of the page's event that asks."""
    return next(number for number, fn in server._page.fns.items() if any(name == "ask" for _, name in fn.targets))


def join(server: Server, who: tuple[str, str], session: str, question: str) -> httpx.Response:
    """What the page sends when somebody asks."""
    fn_index = ask_event(server)
    sent = {"asked": "1-1", "number": 1, "question": question, "history": [], "limits": {}}
    body = {
        "data": [], "event_data": {"sent": json.dumps(sent)}, "fn_index": fn_index, "session_hash": session,
        "trigger_id": server._page.fns[fn_index].targets[0][0],
    }  # fmt: skip
    return httpx.post(f"{server.url}/gradio_api/queue/join?", json=body, auth=who, timeout=20)


def heard(server: Server, who: tuple[str, str], session: str) -> str:
    """All that a stream says until it ends."""
    return httpx.get(f"{server.url}/gradio_api/queue/data?session_hash={session}", auth=who, timeout=30).text


def test_a_stream_is_read_filled_and_stopped_by_whom_it_was_opened_for_alone(server: Server, held: Held) -> None:
    event = join(server, ANN, "annspage", "slow secret").json()["event_id"]
    assert held.begun.acquire(timeout=20)
    assert join(server, BOB, "bobspage", "hello").status_code == 200
    cancel = {"session_hash": "annspage", "fn_index": ask_event(server), "event_id": event}

    def bob(method: str, path: str, body: Any = None) -> httpx.Response:
        return httpx.request(method, f"{server.url}/gradio_api/{path}", json=body, auth=BOB, timeout=20)

    for refused in (
        bob("GET", "queue/data?session_hash=annspage"),
        bob("GET", "heartbeat/annspage"),
        bob("POST", "cancel", cancel),
        bob("POST", "cancel", {**cancel, "session_hash": "bobspage"}),
        bob("POST", "cancel", {**cancel, "session_hash": "a-new-one"}),
        bob("POST", "cancel/", cancel),
        join(server, BOB, "annspage", "mine"),
    ):
        assert refused.status_code in (403, 404), refused.url
        assert refused.status_code == 404 or refused.json() == {"detail": NOT_YOURS}
    held.go_on.set()
    assert "slow secret" in heard(server, ANN, "annspage")
    assert "slow secret" not in heard(server, BOB, "bobspage")


def test_ones_own_question_can_be_stopped(server: Server, held: Held) -> None:
    event = join(server, ANN, "annspage", "slow").json()["event_id"]
    assert held.begun.acquire(timeout=20)
    body = {"session_hash": "annspage", "fn_index": ask_event(server), "event_id": event}
    stopped = httpx.post(f"{server.url}/gradio_api/cancel", json=body, auth=ANN, timeout=20)
    assert stopped.json() == {"success": True}
    assert "process_completed" in heard(server, ANN, "annspage")


def test_a_page_goes_on_when_its_address_changes_but_for_browsers_that_keep_no_cookies(seeds: Assistant) -> None:
    for people, cookies, moved in ((cheap.users(ann=ANN[1]), False, 200), (None, True, 200), (None, False, 403)):
        app = create(Opening.of(seeds), Site(users=people))
        here, there = (
            TestClient(app, client=(f"192.0.2.{host}", 5), base_url="http://127.0.0.1:7860") for host in (1, 2)
        )
        with here:
            if cookies:
                here.get("/")
                there.cookies = here.cookies
            assert joined(here, "page") == 200
            assert joined(there, "page") == moved
            assert joined(there, "loadedanew") == 200


def test_without_passwords_a_stream_is_one_browsers_and_not_all_behind_its_address(seeds: Assistant) -> None:
    app = create(Opening.of(seeds))
    one, other, without = (TestClient(app, base_url="http://127.0.0.1:7860") for _ in range(3))
    with one:
        given = one.get("/").headers["set-cookie"]
        assert re.fullmatch(r"byline-browser=[\w-]{22}; Path=/; HttpOnly; SameSite=Strict", given)
        assert "set-cookie" not in one.get("/").headers
        other.get("/")
        assert joined(one, "page") == 200
        assert (joined(other, "page"), joined(without, "page")) == (403, 403)
        without.cookies.set("byline-browser", "x")
        assert joined(without, "page") == 403
        assert joined(one, "page") == 200


def joined(client: TestClient, session: str) -> int:
    body = {"data": [], "fn_index": 0, "session_hash": session}
    return client.post("/gradio_api/queue/join", json=body, auth=ANN).status_code


NAMELESS = [
    *("", "{", "[]", "null", "{}", '{"session_hash": 7}', '{"session_hash": ["a"]}', '{"session_hash": ""}'),
    *("[" * 100_000, json.dumps({"session_hash": "x" * 65}), json.dumps({"session_hash": "../x"})),
]


@pytest.mark.parametrize("body", NAMELESS, ids=range(len(NAMELESS)))
def test_what_names_no_page_is_refused_in_one_line(client: TestClient, body: str) -> None:
    for path in ("queue/join", "cancel"):
        response = client.post(f"/gradio_api/{path}", content=body, headers={"content-type": "application/json"})
        assert response.status_code == 422
        assert response.json() == {"detail": "which page asks is missing: load the page anew"}


@pytest.fixture(scope="module")
def client(seeds: Assistant) -> Iterator[TestClient]:
    with TestClient(create(Opening.of(seeds)), base_url="http://127.0.0.1:7860") as client:
        yield client


def test_of_streams_only_so_many_are_remembered_and_ones_own_are_forgotten_first() -> None:
    owners = Owners(each=3, people=2)
    assert owners.is_of("anns", "ann")
    for number in range(50):
        assert owners.is_of(f"bobs{number}", "bob")
    assert not owners.is_of("anns", "bob")
    assert owners.is_of("bobs49", "bob")
    assert len(owners._owner) == 4
    for number in range(50):
        owners.is_of("page", f"person {number}")
        owners.is_of(f"page of {number}", f"person {number}")
    assert len(owners._owner) <= 6
    assert len(owners._streams) <= 2


def test_one_user_with_twenty_tabs_whose_questions_hang_does_not_delay_anothers(
    server: Server, held: Held, opening: Opening
) -> None:
    for number in range(20):
        assert join(server, ANN, f"tab{number}", f"slow {number}").status_code == 200
    wait_for(lambda: opening.workers.waiting == 18)  # two of hers are answered at a time
    assert join(server, BOB, "bobspage", "bobs only question").status_code == 200
    assert "bobs only question" in heard(server, BOB, "bobspage")
    assert opening.workers.waiting == 18
    held.go_on.set()
