"""Whom a request comes from: what a proxy says is believed of those that --proxy names, and of nobody else."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import cheap
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from index.errors import SettingsError
from rag import Assistant
from ui.server.app import Site, create, start
from ui.server.opening import Opening
from ui.server.proxies import Forwarded, Proxies
from ui.server.who import address_of

PROXY, OTHER = "10.0.0.7", "192.0.2.9"
NEWS = "https://news.example.org"


@pytest.fixture(scope="module")
def app(seeds: Assistant) -> Iterator[object]:
    proxies = Proxies.of(["10.0.0.0/8", "::1"])
    site = Site(users=cheap.users(ann="correct horse"), domains=("news.example.org",), proxies=proxies)
    application = create(Opening.of(seeds), site)
    with TestClient(application):
        yield application


def client(app: object, peer: str, base: str = "http://127.0.0.1:7860") -> TestClient:
    return TestClient(app, base_url=base, client=(peer, 5))  # type: ignore[arg-type]


def guesses(client: TestClient, addresses: list[str]) -> list[int]:
    return [
        client.get("/api/status", auth=("bob", f"guess {number}"), headers={"x-forwarded-for": address}).status_code
        for number, address in enumerate(addresses)
    ]


def test_behind_a_named_proxy_each_person_counts_for_himself(app: object) -> None:
    behind = client(app, PROXY)
    assert guesses(behind, ["203.0.113.1"] * 7) == [401] * 5 + [429] * 2
    assert behind.get(
        "/api/status", auth=("ann", "correct horse"), headers={"x-forwarded-for": "203.0.113.2"}
    ).is_success


def test_behind_a_named_proxy_nobody_is_another_by_what_he_writes_himself(app: object) -> None:
    pretended = [f"198.51.100.{number}, 203.0.113.3" for number in range(7)]
    assert guesses(client(app, PROXY), pretended) == [401] * 5 + [429] * 2


def test_without_a_named_proxy_nobody_is_another(app: object) -> None:
    pretended = [f"198.51.100.{number}" for number in range(7)]
    assert guesses(client(app, OTHER), pretended) == [401] * 5 + [429] * 2


def test_a_real_server_believes_nobody_on_its_own_machine_either(seeds: Assistant) -> None:
    """uvicorn by itself would believe whoever asks from 127.0.0.1."""
    import httpx

    server = start(Opening.of(seeds), Site(users=cheap.users(ann="correct horse")))
    try:
        statuses = [
            httpx.get(
                f"{server.url}/api/status",
                auth=("bob", f"guess {number}"),
                headers={"x-forwarded-for": f"198.51.100.{number}"},
            ).status_code
            for number in range(7)
        ]
    finally:
        server.close()
    assert statuses == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    ("peer", "forwarded", "comes_from"),
    [
        (PROXY, [], PROXY),
        (PROXY, ["203.0.113.1"], "203.0.113.1"),
        (PROXY, ["203.0.113.1:4711"], "203.0.113.1"),
        (PROXY, ["[2001:db8::7]:4711"], "2001:db8::/64"),
        (PROXY, ["2001:db8::7"], "2001:db8::/64"),
        (PROXY, ["::ffff:203.0.113.1"], "203.0.113.1"),
        ("::ffff:10.0.0.7", ["203.0.113.1"], "203.0.113.1"),
        ("::1", ["203.0.113.1"], "203.0.113.1"),
        (PROXY, ["198.51.100.1, 203.0.113.1"], "203.0.113.1"),
        (PROXY, ["198.51.100.1", "203.0.113.1"], "203.0.113.1"),  # in two lines
        (PROXY, ["203.0.113.1, 10.1.1.1, 10.2.2.2"], "203.0.113.1"),  # through three proxies
        (PROXY, ["198.51.100.1, 203.0.113.1, 10.1.1.1"], "203.0.113.1"),
        (PROXY, ["10.1.1.1"], "10.1.1.1"),
        (PROXY, ["203.0.113.1, unknown"], PROXY),
        (PROXY, ["203.0.113.1, "], PROXY),
        (PROXY, ["'; drop table"], PROXY),
        (PROXY, ["203.0.113.1, nonsense, 10.1.1.1"], "10.1.1.1"),
        (OTHER, ["203.0.113.1"], OTHER),
        ("127.0.0.1", ["203.0.113.1"], "127.0.0.1"),
    ],
)
def test_the_last_address_that_is_no_proxys_is_whom_it_comes_from(
    peer: str, forwarded: list[str], comes_from: str
) -> None:
    seen = scope_of(peer, *[("x-forwarded-for", one) for one in forwarded])
    assert address_of(seen) == comes_from


def scope_of(peer: str, *headers: tuple[str, str]) -> Scope:
    """The scope of a request as the application sees it."""
    seen: list[Scope] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers]
    middleware = Forwarded(application, Proxies.of(["10.0.0.0/8", "::1"]))
    call = middleware({"type": "http", "scheme": "http", "client": (peer, 5), "headers": raw}, None, None)  # type: ignore[arg-type]
    with pytest.raises(StopIteration):
        call.send(None)  # type: ignore[attr-defined]
    return seen[0]


@given(st.sampled_from([PROXY, OTHER]), st.lists(st.text(max_size=40), max_size=3))
def test_whatever_is_forwarded_there_is_an_address(peer: str, forwarded: list[str]) -> None:
    assert address_of(scope_of(peer, *[("x-forwarded-for", one) for one in forwarded]))


def test_only_a_named_proxy_says_how_it_was_reached() -> None:
    headers = [("x-forwarded-proto", "https, http"), ("x-forwarded-for", "203.0.113.1"), ("forwarded", "for=x")]
    theirs, others = scope_of(PROXY, *headers), scope_of(OTHER, *headers)
    assert (theirs["scheme"], others["scheme"]) == ("https", "http")
    assert (theirs["headers"], others["headers"]) == ([(b"x-forwarded-proto", b"https")], [])
    assert scope_of(PROXY, ("x-forwarded-proto", "javascript"))["scheme"] == "http"


@pytest.mark.parametrize(
    "names", ["news.example.org", "news.example.org, 10.0.0.7:7860", "10.1.1.1, news.example.org"]
)
def test_the_page_behind_one_or_several_proxies_may_ask(app: object, names: str) -> None:
    headers = {"x-forwarded-host": names, "x-forwarded-for": "203.0.113.5", "origin": NEWS}
    ask = {"json": {"question": "Who said what?"}, "auth": ("ann", "correct horse"), "headers": headers}
    assert client(app, PROXY).post("/api/ask", **ask).status_code == 200  # type: ignore[arg-type]
    refused = client(app, OTHER).post("/api/ask", **ask)  # type: ignore[arg-type]
    assert refused.status_code == 403  # the header of one who is no proxy makes no other site ours
    assert "another site" in refused.json()["detail"]


def test_a_name_that_is_not_ours_is_refused_whoever_forwards_it(app: object) -> None:
    for peer in (PROXY, OTHER):
        for names in ("evil.example", "news.example.org, evil.example", "evil.example, news.example.org"):
            response = client(app, peer).get("/api/status", headers={"x-forwarded-host": names})
            assert response.status_code == 421, names


def test_behind_tls_the_cookie_is_for_tls_alone(app: object) -> None:
    headers = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.6"}
    for peer, secure in ((PROXY, True), ("192.0.2.10", False)):
        response = client(app, peer).get("/", auth=("ann", "correct horse"), headers=headers)
        assert response.headers["set-cookie"].endswith("; Secure") == secure


def test_a_proxy_on_this_machine_that_nobody_named_is_told_once(
    seeds: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "byline.connections")
    application = create(Opening.of(seeds))
    for peer in (OTHER, "127.0.0.1", "127.0.0.1"):
        client(application, peer).get("/api/status", headers={"x-forwarded-for": "203.0.113.1"})
    said = [record.getMessage() for record in caplog.records if record.name == "byline.connections"]
    assert len(said) == 1
    assert "name it with --proxy 127.0.0.1" in said[0]


@pytest.mark.parametrize("name", ["", "proxy.example.org", "10.0.0.1/8", "10.0.0.0/33", "*", "127.0.0.1:80"])
def test_a_proxy_is_named_by_address_or_network(name: str) -> None:
    with pytest.raises(SettingsError, match="is no address or network"):
        Proxies.of([name])


@pytest.mark.parametrize("name", ["0.0.0.0/0", "::/0"])
def test_everybody_is_no_proxy(name: str) -> None:
    with pytest.raises(SettingsError, match="would believe everybody"):
        Proxies.of([name])
