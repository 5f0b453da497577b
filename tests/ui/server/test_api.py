"""The API for programs, over the whole application: answers, follow-ups, articles, and each error's status."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from held import Held, wait_for
from starlette.testclient import TestClient

from rag import Answer, Assistant
from ui.server import api
from ui.server.app import create, start
from ui.server.opening import Opening
from ui.server.workers import Workers

QUESTION = "How many US troops remain in Iraq?"
OURS = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def client(seeds: Assistant) -> Iterator[TestClient]:
    with TestClient(create(Opening.of(seeds)), base_url=OURS) as client:
        yield client


@pytest.fixture
def opening(held: Held) -> Opening:
    opening = Opening.of(held)  # type: ignore[arg-type]
    opening.workers = Workers(size=1, room=1)
    return opening


@pytest.fixture
def breaking(opening: Opening) -> TestClient:
    """A client of an assistant that breaks on demand."""
    return TestClient(create(opening), base_url=OURS, raise_server_exceptions=False)


def told(response: Any) -> str:
    """The one line of an error."""
    body = response.json()
    assert list(body) == ["detail"]
    assert isinstance(body["detail"], str)
    assert "\n" not in body["detail"]
    return str(body["detail"])


def test_a_question_gets_the_assistants_answer_as_json(client: TestClient, seeds: Assistant) -> None:
    response = client.post("/api/ask", json={"question": QUESTION})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    answer = Answer.from_dict(response.json())
    assert answer == seeds.ask(QUESTION)
    assert answer.citations


def test_a_follow_up_is_understood_from_the_history_that_is_sent(client: TestClient) -> None:
    first = client.post("/api/ask", json={"question": QUESTION}).json()
    history = [{"question": QUESTION, "answer": first}]
    second = client.post("/api/ask", json={"question": "And in Syria?", "history": history}).json()
    assert "Syria" in second["understood_as"]
    assert "troops" in second["understood_as"]


def test_filters_and_length_are_the_assistants(client: TestClient, seeds: Assistant) -> None:
    limits = {"since": "2021", "until": "2021-12-31", "path": [seeds.articles()[0].path], "words": 15}
    sent = client.post("/api/ask", json={"question": QUESTION, **limits})
    assert Answer.from_dict(sent.json()) == seeds.ask(QUESTION, **limits)  # type: ignore[arg-type]


def test_a_refusal_is_an_answer(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "What is the recipe for sourdough bread?"})
    assert response.status_code == 200
    assert response.json()["abstained"] is True
    assert response.json()["citations"] == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the body: Field required"),
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "the body"),
        (b"null", "the body"),
        (json.dumps({}).encode(), "question: Field required"),
        (json.dumps({"question": 1}).encode(), "question"),
        (json.dumps({"question": "x", "wrods": 3}).encode(), "wrods"),
        (json.dumps({"question": "x", "words": 0}).encode(), "words"),
        (json.dumps({"question": "x", "outlet": {}}).encode(), "outlet"),
        (json.dumps({"question": "x", "history": [["q", {}]]}).encode(), "history.0"),
        (json.dumps({"question": "x" * 20_000}).encode(), "question"),
    ],
)
def test_a_body_of_another_form_is_a_422_that_says_where(client: TestClient, body: bytes, said: str) -> None:
    response = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert said in told(response)
    assert len(response.text) < 500


def test_a_body_that_no_parser_can_bear_is_a_400(client: TestClient) -> None:
    response = client.post("/api/ask", content=b"[" * 100_000, headers={"content-type": "application/json"})
    assert (response.status_code, told(response)) == (400, "There was an error parsing the body")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"question": "  "}, "the question is empty"),
        ({"question": "why " * 600}, "2,000"),
        ({"question": QUESTION, "since": "soon"}, "'soon' is no date"),
        ({"question": QUESTION, "outlet": "The Daily Nothing"}, "The Daily Nothing"),
        ({"question": QUESTION, "path": "../../etc/passwd"}, "passwd"),
        ({"question": QUESTION, "history": [{"question": "q", "answer": {"text": 1}}]}, "start a new conversation"),
    ],
)
def test_a_question_that_cannot_be_asked_is_a_400(client: TestClient, body: dict[str, Any], said: str) -> None:
    response = client.post("/api/ask", json=body)
    assert response.status_code == 400
    assert said in told(response)


def test_while_byline_starts_a_question_is_a_503_that_says_when_to_come_again() -> None:
    opening = Opening(lambda _: Assistant())  # not started
    client = TestClient(create(opening), base_url=OURS)
    for response in (client.post("/api/ask", json={"question": QUESTION}), client.get("/api/article?path=a.txt")):
        assert response.status_code == 503
        assert "Opening the index" in told(response)
        assert int(response.headers["retry-after"]) > 0
    assert client.get("/api/status").json() == {
        "ready": False,
        "doing": "Opening the index",
        "failed": None,
        "problem": None,
        "folder": "",
    }


def test_a_full_queue_is_a_503_and_a_question_that_takes_too_long_a_504(
    breaking: TestClient, opening: Opening, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "SECONDS", 0.3)
    statuses: list[int] = []
    slow = threading.Thread(
        target=lambda: statuses.append(breaking.post("/api/ask", json={"question": "slow"}).status_code)
    )
    slow.start()
    assert held.begun.acquire(timeout=20)
    opening.workers.put(lambda: None)  # takes the one place in the queue
    refused = breaking.post("/api/ask", json={"question": "quick"})
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (503, True)
    assert "ask again in a moment" in told(refused)
    slow.join(20)
    assert statuses == [504]


def test_whoever_hangs_up_takes_nobodys_turn(opening: Opening, held: Held) -> None:
    server = start(opening)
    host = urlsplit(server.url)
    body = b'{"question": "left"}'
    head = f"POST /api/ask HTTP/1.1\r\nhost: {host.netloc}\r\ncontent-type: application/json\r\n"
    busy = opening.workers.put(lambda: held.ask("slow"))
    assert held.begun.acquire(timeout=20)
    with socket.create_connection((host.hostname, host.port)) as caller:
        caller.sendall(head.encode() + f"content-length: {len(body)}\r\n\r\n".encode() + body)
        wait_for(lambda: opening.workers.waiting == 1)
    wait_for(lambda: opening.workers.waiting == 0)
    held.go_on.set()
    busy.future.result(20)
    assert held.asked == ["slow"]
    server.close()


def test_a_mistake_of_the_programs_own_is_a_500_without_a_traceback(breaking: TestClient) -> None:
    response = breaking.post("/api/ask", json={"question": "mistake"})
    assert response.status_code == 500
    assert told(response) == "something went wrong inside Byline; the terminal it runs in says what"


def test_a_damaged_index_is_a_500_that_names_no_way_to_it(breaking: TestClient) -> None:
    response = breaking.post("/api/ask", json={"question": "damaged"})
    assert response.status_code == 500
    assert told(response) == "the index index is damaged"


def test_an_article_is_the_text_that_citations_count_in(client: TestClient, seeds: Assistant) -> None:
    for citation in seeds.ask(QUESTION).citations:
        article = client.get("/api/article", params={"path": citation.path}).json()
        assert article["text"][citation.start : citation.end] == citation.quote
        assert (article["title"], article["outlet"], article["published"]) == (
            citation.title,
            citation.outlet,
            citation.published,
        )


@pytest.mark.parametrize("path", ["none.txt", "../pyproject.toml", "/etc/passwd", "a\x00b", "", "//host/share"])
def test_what_is_no_article_is_a_404(client: TestClient, path: str) -> None:
    response = client.get("/api/article", params={"path": path})
    assert response.status_code == 404
    assert "not in the index" in told(response)


@pytest.mark.parametrize(("url", "kept"), [("https://example.org/a", True), ("javascript:alert(1)", False)])
def test_only_web_addresses_are_given_as_an_articles_original(breaking: TestClient, url: str, kept: bool) -> None:
    assert breaking.get("/api/article", params={"path": url}).json()["url"] == (url if kept else None)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/ask", 405),
        ("PUT", "/api/ask", 405),
        ("POST", "/api/article", 405),
        ("GET", "/api/", 404),
        ("GET", "/api/nothing", 404),
        ("POST", "/api/ask/", 404),
        ("GET", "/docs/../api", 404),
    ],
)
def test_what_the_api_does_not_have_it_says_so(client: TestClient, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert told(response)


def test_the_description_for_programs_has_questions_answers_and_errors(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) >= {"/api/ask", "/api/article", "/api/status"}
    ask = described["paths"]["/api/ask"]["post"]
    assert ask["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Answer")
    assert set(ask["responses"]) == {"200", "400", "422", "500", "503", "504"}
    assert not re.search(r"gradio", json.dumps(described), re.IGNORECASE)
