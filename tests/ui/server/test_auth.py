"""Names and passwords: over every route, guessed only slowly, and nobody waits for long for those who guess."""

from __future__ import annotations

import base64
import http.client
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import cheap
import httpx
import pytest
import routes_of
from held import wait_for
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from rag import Assistant
from ui.server import attempts, auth, health, users
from ui.server.app import Site, create, start
from ui.server.attempts import Wrong
from ui.server.auth import COOKIE, Authenticated
from ui.server.opening import Opening
from ui.server.users import Users, UsersFile
from ui.server.who import address_of

OURS = "http://127.0.0.1:7860"
ANN = ("ann", "correct horse")
BOB = ("bob", "battery staple")
ASKED = {"detail": "Byline asks for a name and a password here"}


@pytest.fixture(scope="module")
def app(seeds: Assistant) -> Iterator[TestClient]:
    people = Users(
        {
            "ann": cheap.argon2(ANN[1]),
            "bob": cheap.htpasswd(BOB[1]),
            "Zoë": cheap.argon2("blåbærsyltetøy"),
            "li": cheap.argon2("x" * 8),
        }
    )
    with TestClient(create(Opening.of(seeds), Site(users=people)), base_url=OURS) as client:
        yield client


def layer(app: TestClient) -> Authenticated:
    layer = app.app.middleware_stack  # type: ignore[attr-defined]
    while not isinstance(layer, Authenticated):
        layer = layer.app
    return layer


@pytest.fixture
def client(app: TestClient) -> Iterator[TestClient]:
    """Nobody has come in or guessed anything yet."""
    layer(app)._attempts, layer(app)._known = attempts.Attempts(), auth.Known()
    app.cookies.clear()
    yield app
    app.cookies.clear()


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Each check that is made: the password and the hash."""
    made: list[tuple[str, str]] = []

    def is_right(password: str, hash: str) -> bool:
        made.append((password, hash))
        return right(password, hash)

    right = users.is_right
    monkeypatch.setattr(users, "is_right", is_right)
    return made


def status(client: TestClient, who: tuple[str, str], **headers: str) -> int:
    return client.get("/api/status", auth=who, headers=headers).status_code


def guesses(client: TestClient, count: int, name: str = "ann") -> list[int]:
    return [status(client, (name, f"guess {number}")) for number in range(count)]


def test_no_route_answers_without_a_name_and_password(client: TestClient) -> None:
    probes = {(method, path) for method in ("GET", "HEAD") for path in health.PATHS}
    every = routes_of.requests(client.app) - probes
    assert {("GET", "/"), ("POST", "/api/ask"), ("GET", "/docs"), ("POST", "/gradio_api/queue/join")} <= every
    assert len(every) > 80
    for method, path in [*sorted(every), ("GET", "/nothing"), ("POST", "/"), ("TRACE", "/"), ("GET", "//")]:
        response = client.request(method, path)
        assert response.status_code == 401, (method, path)
        assert response.headers["www-authenticate"] == 'Basic realm="Byline", charset="UTF-8"'
        assert method == "HEAD" or response.json() == ASKED
        assert "set-cookie" not in response.headers


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
    client.get("/", auth=ANN)
    assert client.cookies[COOKIE]
    assert client.get("/api/status").status_code == 401
    assert status(client, BOB) == 200
    assert status(client, ("bob", "guess")) == 401


def test_a_right_password_is_hashed_once(client: TestClient, checked: list[object]) -> None:
    assert [status(client, ANN) for _ in range(5)] == [200] * 5
    assert len(checked) == 2  # once of each kind that the users have


def test_of_sixty_wrong_ones_at_once_a_few_are_checked_and_the_others_are_told_at_once_to_wait(
    client: TestClient, checked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = users.is_right

    def slow(password: str, hash: str) -> bool:
        time.sleep(0.05)
        return counted(password, hash)

    monkeypatch.setattr(users, "is_right", slow)
    for names, few in ((["ann"] * 60, 5), ([f"name{number}" for number in range(60)], 10)):
        layer(client)._attempts = attempts.Attempts()
        checked.clear()
        answers: list[httpx.Response] = []

        def guess(name: str, number: int, answers: list[httpx.Response] = answers) -> None:
            answers.append(client.get("/api/status", auth=(name, f"guess {number}")))

        threads = [threading.Thread(target=guess, args=(name, number)) for number, name in enumerate(names)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert sorted(answer.status_code for answer in answers) == [401] * few + [429] * (60 - few)
        assert len({password for password, _ in checked}) == few
        for answer in answers:
            if answer.status_code == 429:
                assert 1 <= int(answer.headers["retry-after"]) <= 60
                assert re.fullmatch(r"too many wrong passwords: try again in \d+ seconds", answer.json()["detail"])


def test_what_a_page_asks_for_at_once_is_one_check(
    client: TestClient, checked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, go_on, statuses = users.is_right, threading.Event(), list[int]()

    def held(password: str, hash: str) -> bool:
        assert go_on.wait(20)
        return counted(password, hash)

    monkeypatch.setattr(users, "is_right", held)
    threads = [threading.Thread(target=lambda: statuses.append(status(client, ANN))) for _ in range(20)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(layer(client)._begun) == 1)
    go_on.wait(0.3)  # the others come meanwhile
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert statuses == [200] * 20
    assert len(checked) == 2


def test_right_passwords_do_not_count(client: TestClient, checked: list[object]) -> None:
    people = [ANN, BOB, ("li", "x" * 8)]
    for _ in range(10):
        layer(client)._known = auth.Known()  # as after a change of the file
        assert [status(client, who) for who in people] == [200] * 3
    assert guesses(client, 6) == [401] * 5 + [429]


def test_who_has_come_in_with_a_browser_is_not_delayed_by_who_guesses(client: TestClient) -> None:
    client.get("/", auth=ANN)
    cookie = f"{COOKIE}={client.cookies[COOKIE]}"
    client.cookies.clear()
    assert guesses(client, 7) == [401] * 5 + [429] * 2
    assert status(client, BOB) == 200  # another one behind the same address
    client.cookies.clear()
    assert guesses(client, 5, "eve") == [401] * 5
    assert status(client, ("li", "x" * 8)) == 429  # it has guessed at too many
    assert status(client, ANN, cookie=cookie) == 200
    assert status(client, ("ann", "guess"), cookie=cookie) == 429


def test_who_has_to_wait_does_not_learn_which_guess_is_right(client: TestClient) -> None:
    assert status(client, ANN) == 200  # what is known is compared quickly
    client.cookies.clear()
    assert guesses(client, 5) == [401] * 5
    assert status(client, ANN) == 429
    assert status(client, ("ann", "guess 6")) == 429


def test_a_cookie_is_the_users_own_and_kept_from_scripts_and_other_sites(client: TestClient) -> None:
    header = client.get("/", auth=ANN).headers["set-cookie"]
    assert re.fullmatch(rf"{COOKIE}=[0-9a-f]{{64}}; Path=/; HttpOnly; SameSite=Strict", header)
    assert guesses(client, 5, "bob") == [401] * 5
    assert status(client, BOB, cookie=header.split(";")[0]) == 429


def test_a_browser_gets_its_cookie_once_and_an_open_page_a_new_one_when_the_server_was_started_anew(
    client: TestClient,
) -> None:
    assert "set-cookie" in client.get("/config", auth=ANN).headers
    assert "set-cookie" not in client.get("/config", auth=ANN).headers
    assert "set-cookie" not in client.get("/static/x", auth=ANN, headers={"cookie": ""}).headers  # may be kept
    layer(client)._known = auth.Known()
    assert "set-cookie" in client.get("/config", auth=ANN).headers


def from_address(number: int) -> tuple[str, int]:
    return f"192.0.{number // 250}.{number % 250}", 5


def test_many_addresses_that_guess_one_password_do_not_delay_who_is_known_at_his(
    app: TestClient, client: TestClient
) -> None:
    def at(number: int) -> TestClient:
        return TestClient(app.app, base_url=OURS, client=from_address(number))

    assert status(at(0), ANN) == 200
    statuses = [guess for number in range(1, 25) for guess in guesses(at(number), 5)]
    assert statuses == [401] * 100 + [429] * 20
    assert status(at(30), ANN) == 429
    assert status(at(0), ANN) == 200
    assert status(at(30), BOB) == 200


def test_names_that_there_are_not_are_counted_as_those_that_there_are(client: TestClient) -> None:
    for name in ("ann", "nobody"):
        layer(client)._attempts = attempts.Attempts()
        assert guesses(client, 7, name) == [401] * 5 + [429] * 2


def test_the_wait_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    wrong = Wrong("5 per minute; 8 per hour")
    for _ in range(5):
        assert wrong.wait("a") == 0
        wrong.begin("a")
        wrong.end("a", wrong=True)
    assert wrong.wait("a") == 60
    now[0] += 61
    assert (wrong.wait("a"), wrong.wait("b")) == (0, 0)
    for _ in range(3):
        wrong.begin("a")
        wrong.end("a", wrong=True)
    assert wrong.wait("a") == pytest.approx(3600 - 61)


def test_only_so_many_that_guessed_are_remembered() -> None:
    wrong = Wrong("1 per hour", remembered=3)
    for number in range(500):
        wrong.begin(str(number))
        wrong.end(str(number), wrong=True)
    assert [wrong.wait(str(number)) > 0 for number in range(495, 500)] == [False, False, True, True, True]
    assert len(wrong._storage.events) <= 4
    assert len(wrong._begun) == 0


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        (("192.0.2.1", 5), "192.0.2.1"),
        (("2001:db8::1", 5), "2001:db8::/64"),
        (("::ffff:192.0.2.1", 5), "192.0.2.1"),
        (("fe80::1%eth0", 5), "fe80::/64"),
        (("testclient", 5), "testclient"),
        (("a:b", 5), "a:b"),
        (None, ""),
    ],
)
def test_addresses_of_one_household_are_one(client: tuple[str, int] | None, counted: str) -> None:
    assert address_of({"client": client}) == counted


KINDS: dict[str, Callable[[str], str]] = {
    "argon2": cheap.argon2,
    "argon2 of another cost": lambda password: cheap.Argon2Hasher(2, 8, 1).hash(password),
    "bcrypt": cheap.htpasswd,
    "bcrypt of another cost": lambda password: cheap.htpasswd(password, 5),
}


@settings(max_examples=30, deadline=None)
@given(kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=6), password=st.text(max_size=80))
def test_an_attempt_costs_the_same_whoever_is_named_and_whatever_is_typed(kinds: list[str], password: str) -> None:
    people = Users({f"user{number}": KINDS[kind](f"password {number}") for number, kind in enumerate(kinds)})
    made: list[str] = []
    right = users.is_right
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "is_right", lambda typed, hash: made.append(hash) or right(typed, hash))
        costs = []
        for name in [*(f"user{number}" for number in range(len(kinds))), "nobody"]:
            for typed in (password, "password 0"):
                made.clear()
                assert people.right(name, typed) == (name == "user0" and typed == "password 0")
                costs.append([people._kinds[hash] for hash in made])
    assert all(cost == costs[0] for cost in costs)
    assert len(costs[0]) == len(set(kinds))


def test_when_too_many_come_at_once_they_are_told_when_to_come_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer(client), "_checking", auth.Workers(size=1, room=0))
    response = client.get("/api/status", auth=ANN)
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json() == {"detail": "too many try to come in at once: try again in 5 seconds"}
    monkeypatch.setattr(layer(client), "_checking", auth.Workers(size=1))
    assert status(client, ANN) == 200


def test_whoever_is_removed_or_has_a_new_password_is_out_at_once(
    seeds: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users, "LOOK_SECONDS", 0.0)
    file = tmp_path / "users"
    bob = f"bob:{cheap.htpasswd(BOB[1])}\n"
    file.write_text(f"ann:{cheap.argon2(ANN[1])}\n{bob}")
    with TestClient(create(Opening.of(seeds), Site(users=UsersFile(file))), base_url=OURS) as client:
        assert client.get("/", auth=ANN).status_code == 200  # has its cookie, and is known
        assert status(client, BOB) == 200
        file.write_text(f"ann:{cheap.argon2('a new password')}\n{bob}")
        assert (status(client, ANN), status(client, ("ann", "a new password")), status(client, BOB)) == (
            401,
            200,
            200,
        )
        file.write_text(bob)
        assert (status(client, ("ann", "a new password")), status(client, BOB)) == (401, 200)
        file.write_text(f"ann:{cheap.argon2(ANN[1])}\n{bob}")
        assert status(client, ANN) == 200


def test_another_address_is_checked_next_and_not_behind_all_of_one(
    app: TestClient, client: TestClient, checked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, go_on = users.is_right, threading.Event()

    def held(password: str, hash: str) -> bool:
        assert go_on.wait(20)
        return counted(password, hash)

    monkeypatch.setattr(users, "is_right", held)
    bob = TestClient(app.app, base_url=OURS, client=from_address(1))
    bob.portal = client.portal  # one server's loop, as in life
    threads = [threading.Thread(target=status, args=(client, ("ann", f"guess {number}"))) for number in range(5)]
    for number, thread in enumerate([*threads, threading.Thread(target=status, args=(bob, BOB))]):
        thread.start()
        wait_for(lambda begun=number: len(layer(client)._begun) == begun + 1)  # type: ignore[misc]
        threads = threads if number < 5 else [*threads, thread]
    wait_for(lambda: layer(client)._checking.waiting == 5)  # one is being checked
    go_on.set()
    for thread in threads:
        thread.join(20)
    order = list(dict.fromkeys(password for password, _ in checked))
    assert order.index(BOB[1]) <= 2


@pytest.mark.slow
def test_another_persons_first_login_beside_sixty_wrong_ones_is_quick(seeds: Assistant) -> None:
    """With hashes as `byline password` makes them. Prints how long it took: about two checks."""
    from ui.server.passwords import hashed

    server = start(
        Opening.of(seeds), Site(users=Users({"ann": hashed(ANN[1]), "bob": hashed(BOB[1]), "li": hashed("x" * 8)}))
    )
    statuses: list[int] = []

    def asked(who: tuple[str, str], source: str) -> int:
        connection = http.client.HTTPConnection(server.url[7:], timeout=30, source_address=(source, 0))
        with closing(connection):
            basic = base64.b64encode(":".join(who).encode()).decode()
            connection.request("GET", "/api/status", headers={"authorization": f"Basic {basic}"})
            return connection.getresponse().status

    def guess(number: int) -> None:
        statuses.append(asked(("ann", f"guess {number}"), "127.0.0.1"))

    try:
        threads = [threading.Thread(target=guess, args=(number,)) for number in range(60)]
        for thread in threads:
            thread.start()
        begun = time.monotonic()
        came_in = [asked(BOB, "127.0.0.2")]
        print(f"bob came in after {time.monotonic() - begun:.2f} s")
        came_in.append(asked(("li", "x" * 8), "127.0.0.1"))  # at the guesser's own address
        print(f"li came in after {time.monotonic() - begun:.2f} s")
        for thread in threads:
            thread.join(30)
    finally:
        server.close()
    assert came_in == [200, 200]
    assert sorted(statuses) == [401] * 5 + [429] * 55
