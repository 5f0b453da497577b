"""Names and passwords: over every route, from a file whose mistakes are named, guessed only slowly."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import routes_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from index.errors import SettingsError
from rag import Assistant
from ui.server import auth, health
from ui.server.app import Site, create
from ui.server.auth import FREE, Throttle, Users, hashed, line_for, readable_by_others, users_from
from ui.server.opening import Opening
from ui.server.who import address_of

OURS = "http://127.0.0.1:7860"
ANN = ("ann", "correct horse")


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "COST", (10, 8, 1))


@pytest.fixture(scope="module")
def app(seeds: Assistant) -> Iterator[TestClient]:
    users = Users({"ann": "correct horse", "Zoë": "blåbærsyltetøy", "li:": "x" * 8})
    with TestClient(create(Opening.of(seeds), Site(users=users)), base_url=OURS) as client:
        yield client


@pytest.fixture
def client(app: TestClient) -> Iterator[TestClient]:
    """Nobody has guessed anything yet."""
    layer = app.app.middleware_stack  # type: ignore[attr-defined]
    while not isinstance(layer, auth.Authenticated):
        layer = layer.app
    layer.throttle = Throttle()
    yield app
    app.cookies.clear()


def test_no_route_answers_without_a_name_and_password(client: TestClient) -> None:
    probes = {(method, path) for method in ("GET", "HEAD") for path in health.PATHS}
    every = routes_of.requests(client.app) - probes
    assert {("GET", "/"), ("POST", "/api/ask"), ("GET", "/docs"), ("POST", "/gradio_api/queue/join")} <= every
    assert len(every) > 80
    for method, path in [*sorted(every), ("GET", "/nothing"), ("POST", "/"), ("TRACE", "/"), ("GET", "//")]:
        response = client.request(method, path)
        assert response.status_code == 401, (method, path)
        assert response.headers["www-authenticate"] == 'Basic realm="Byline", charset="UTF-8"'
        assert method == "HEAD" or response.json() == {"detail": "Byline asks for a name and a password here"}


def test_a_user_gets_the_page_the_api_and_its_description(client: TestClient) -> None:
    for path in ("/", "/config", "/api/status", "/docs", "/openapi.json", "/theme.css"):
        assert client.get(path, auth=ANN).status_code == 200, path
    asked = client.post("/api/ask", json={"question": "Who said what?"}, auth=ANN)
    assert asked.status_code == 200
    assert "correct horse" not in asked.text


def test_names_and_passwords_may_be_in_any_script(client: TestClient) -> None:
    def basic(pair: str) -> dict[str, str]:
        return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    assert client.get("/api/status", headers=basic("Zoë:blåbærsyltetøy")).status_code == 200
    assert client.get("/api/status", headers=basic("Zoe\u0308:blåbærsyltetøy")).status_code == 200  # decomposed


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Bearer Y29ycmVjdCBob3JzZQ==",
        "Basic " + base64.b64encode(b"ann").decode(),
        "Basic " + base64.b64encode(b"ann:").decode(),
        "Basic " + base64.b64encode(b":correct horse").decode(),
        "Basic " + base64.b64encode(b"ANN:correct horse").decode(),
        "Basic " + base64.b64encode(b"ann:correct horse ").decode(),
        "Basic " + base64.b64encode(b"ann:" + b"x" * 5000).decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
    ],
)
def test_what_is_not_quite_right_is_wrong(client: TestClient, header: str) -> None:
    assert client.get("/api/status", headers={"authorization": header}).status_code == 401


def test_credentials_in_the_address_or_a_cookie_count_for_nothing(client: TestClient) -> None:
    assert client.get("/api/status?user=ann&password=correct+horse").status_code == 401
    assert client.get("/api/status", headers={"cookie": "access-token=ann"}).status_code == 401


def test_guessing_is_slowed_down_and_does_not_lock_out_who_is_known(client: TestClient) -> None:
    assert client.get("/api/status", auth=ANN).status_code == 200
    statuses = [client.get("/api/status", auth=("ann", f"guess {n}")).status_code for n in range(FREE + 3)]
    assert statuses == [401] * FREE + [429] * 3
    waiting = client.get("/api/status", auth=("bob", "correct horse"))
    assert int(waiting.headers["retry-after"]) >= 1
    assert re.fullmatch(r"too many wrong passwords: try again in \d+ seconds", waiting.json()["detail"])
    assert client.get("/api/status", auth=ANN).status_code == 200


def test_the_wait_doubles_and_ends_with_the_right_password(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(auth, "monotonic", lambda: now[0])
    throttle, waits = Throttle(), []
    for _ in range(FREE + 12):
        throttle.wrong("192.0.2.1")
        waits.append(throttle.wait("192.0.2.1"))
        now[0] += waits[-1]
    assert waits[: FREE + 3] == [0.0] * (FREE - 1) + [1.0, 2.0, 4.0, 8.0]
    assert max(waits) == auth.WAIT_AT_MOST
    assert throttle.wait("192.0.2.2") == 0
    throttle.right("192.0.2.1")
    assert throttle.wait("192.0.2.1") == 0


def test_only_so_many_guessing_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "REMEMBERED", 3)
    throttle = Throttle()
    for number in range(5):
        for _ in range(FREE):
            throttle.wrong(f"192.0.2.{number}")
    assert [throttle.wait(f"192.0.2.{number}") > 0 for number in range(5)] == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("client", "counted"), [(("192.0.2.1", 5), "192.0.2.1"), (("2001:db8::1", 5), "2001:db8::/64"), (None, "")]
)
def test_addresses_of_one_household_are_one(client: tuple[str, int] | None, counted: str) -> None:
    assert address_of({"client": client}) == counted


def test_a_file_of_users_may_have_plain_and_hashed_passwords_and_comments(tmp_path: Path) -> None:
    file = tmp_path / "users.txt"
    file.write_text(
        f"\ufeff# who may ask\n\nann:correct horse\n  bob:{hashed('pass:with:colons')}\n\nZoë:blåbærsyltetøy\n",
        "utf-8",
    )
    users = users_from(file)
    assert users.right("ann", "correct horse", "a")
    assert users.right("bob", "pass:with:colons", "b")
    assert users.right("Zoë", "blåbærsyltetøy", "c")
    assert not users.right("ann", "pass:with:colons", "d")
    assert not users.right("eve", "correct horse", "e")
    assert not users.right("bob", file.read_text("utf-8").split("bob:")[1].split("\n")[0], "f")  # the hash itself
    assert [users.known(credentials) for credentials in "abcdef"] == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ann", "line 1 of {} is not of the form name:password"),
        ("# all\n:password", "line 2 of {} is not of the form"),
        ("ann:", "line 1 of {} has a password of fewer than 8 characters"),
        ("ann:short", "line 1 of {} has a password of fewer than 8 characters"),
        ("ann:correct horse\nann:another horse", "line 2 of {} names 'ann' again"),
        ("ann:" + "x" * 300, "line 1 of {} has a name or a password that is too long"),
        ("ann:correct\x00horse", "line 1 of {} has a name or a password that is too long or has unprintable"),
        ("ann:scrypt$1$2", "line 1 of {} has a damaged hash"),
        ("ann:scrypt$99$8$1$aaaa$aaaa", "line 1 of {} has a damaged hash"),
        ("ann:scrypt$15$8$3$!$!", "line 1 of {} has a damaged hash"),
        ("# nobody\n", "{} names no user"),
        ("", "{} names no user"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line_and_without_the_password(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "users.txt"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as error:
        users_from(file)
    assert str(error.value).startswith(said.format(file))
    assert "horse" not in str(error.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read the users in .*none\.txt: No such file"):
        users_from(tmp_path / "none.txt")
    with pytest.raises(SettingsError, match="cannot read the users"):
        users_from(tmp_path)
    (tmp_path / "latin").write_bytes(b"zo\xeb:password1")
    with pytest.raises(SettingsError, match="latin is not UTF-8"):
        users_from(tmp_path / "latin")


def test_a_file_that_others_may_read_is_told_from_one_that_they_may_not(tmp_path: Path) -> None:
    file = tmp_path / "users.txt"
    file.write_text("ann:correct horse")
    file.chmod(0o600)
    assert not readable_by_others(file)
    file.chmod(0o640)
    assert readable_by_others(file)


@settings(max_examples=20, deadline=None)
@example("cafe\u0301 noir")  # as some keyboards type it
@given(st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=8, max_size=40))
def test_a_line_that_was_made_is_read_again(password: str) -> None:
    name, _, secret = line_for("ann", password).partition(":")
    assert password not in secret or len(password) < 2
    users = Users({name: secret})
    assert users.right("ann", password, "x")
    assert not users.right("ann", password + "x", "y")


@pytest.mark.parametrize("name", ["", "a:b", "# ann", " ann", "a\nb"])
def test_a_name_that_a_line_cannot_have_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="this user"):
        line_for(name, "correct horse")


def test_two_hashes_of_one_password_differ() -> None:
    assert hashed("correct horse") != hashed("correct horse")
