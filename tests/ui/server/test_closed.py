"""What nobody gets: other routes, other files, other sites, endless bodies, and the way to any folder."""

from __future__ import annotations

import http.client
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import routes_of
from starlette.testclient import TestClient

from rag import Assistant
from ui.server.app import Server, Site, create, start
from ui.server.front import with_ours
from ui.server.gate import BODY
from ui.server.opening import Opening
from ui.server.sites import names_of

OURS = "http://127.0.0.1:7860"
OF_THE_PAGE = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/config"),
    ("GET", "/theme.css"),
    ("GET", "/gradio_api/theme.css"),
    ("GET", "/assets/x"),
    ("GET", "/static/x"),
    ("GET", "/favicon.ico"),
    ("GET", "/gradio_api/app_id"),
    ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/startup-events"),
    ("GET", "/gradio_api/queue/data"),
    ("GET", "/gradio_api/heartbeat/x"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
    ("POST", "/gradio_api/reset/"),
}
"""What is open of Gradio: what the page in a browser asks for."""


@pytest.fixture(scope="module")
def client(seeds: Assistant) -> Iterator[TestClient]:
    with TestClient(create(Opening.of(seeds)), base_url=OURS) as client:
        yield client


@pytest.fixture(scope="module")
def server(seeds: Assistant) -> Iterator[Server]:
    server = start(Opening.of(seeds))
    yield server
    server.close()


def asked(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    """Status and body of a request whose path is sent as it is, dots and all."""
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)) as connection:
        connection.putrequest(method, path, skip_host="host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")


def test_of_gradios_routes_only_those_that_the_page_uses_are_open(client: TestClient) -> None:
    gradios = {
        (method, path)
        for method, path in routes_of.requests(client.app)
        if not path.startswith(("/api/", "/docs", "/openapi.json", "/healthz", "/readyz"))
    }
    assert len(gradios) > 60
    for method, path in sorted(gradios - OF_THE_PAGE):
        response = client.request(method, path)
        assert response.status_code == 404, (method, path)
        assert method == "HEAD" or "there is nothing here" in response.text, (method, path)


SECRETS = ["/etc/passwd", "pyproject.toml", "seeds", "ui/server/auth.py"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "route",
    [
        "/gradio_api/file={}",
        "/gradio_api/file%3D{}",
        "//gradio_api/file={}",
        "/gradio_api/file/{}",
        "/gradio_api/../gradio_api/file={}",
        "/file={}",
        "/assets/{}",
        "/assets/..%2f..%2f..%2f..%2f{}",
        "/assets/%2e%2e/%2e%2e/%2e%2e/{}",
        "/assets/..\\..\\{}",
        "/static/../../../../{}",
        "/static//{}",
        "/docs/../{}",
        "/docs/..%2f..%2f{}",
        "/svelte/../../{}",
        "/custom_component/x/client/..%2f/{}",
        "/api/article?path=../{}",
    ],
)
def test_no_route_leads_to_a_file(server: Server, route: str, secret: str) -> None:
    for name in {secret, str(Path(secret).absolute()), str(Path(secret).absolute()).lstrip("/")}:
        status, body = asked(server, route.format(name))
        assert status in (403, 404), route
        assert not re.search(r"root:|\[project\]|import ", body)


def test_another_sessions_file_is_not_served(server: Server, tmp_path: Path) -> None:
    import tempfile

    folder = Path(tempfile.gettempdir()) / "gradio" / "0123abcd"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "byline-test.txt"
    file.write_text("the secret")
    try:
        for route in ("/gradio_api/file={}", "/gradio_api/file=0123abcd/{}", "/file={}"):
            status, body = asked(server, route.format(file))
            assert (status, "secret" in body) == (404, False)
    finally:
        file.unlink()
        folder.rmdir()


def test_a_link_in_the_articles_folder_leads_to_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The launch code is 4711.\n", encoding="utf-8")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "own.txt").write_text("The harbour opened on Monday.\n", encoding="utf-8")
    (tmp_path / "articles" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "articles" / "out").symlink_to(tmp_path)
    with (
        Assistant(tmp_path / "articles", index=tmp_path / "index") as assistant,
        TestClient(create(Opening.of(assistant)), base_url=OURS) as client,
    ):
        assert client.get("/api/article", params={"path": "own.txt"}).status_code == 200
        for path in ("link.txt", "out/secret.txt", "../secret.txt"):
            answer = client.get("/api/article", params={"path": path})
            assert (answer.status_code, "4711" in answer.text) == (404, False)
            by_gradio = client.get(f"/gradio_api/file={tmp_path / 'articles' / path}")
            assert (by_gradio.status_code, "4711" in by_gradio.text) == (404, False)


@pytest.mark.parametrize("path", ["/gradio_api/proxy={}", "/gradio_api/file={}", "/gradio_api/proxy=x/{}"])
def test_nothing_is_fetched_for_a_caller(server: Server, path: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inner:
        inner.settimeout(0.2)
        status, _ = asked(server, path.format(f"http://127.0.0.1:{inner.getsockname()[1]}/"))
        assert status == 404
        with pytest.raises(TimeoutError):
            inner.accept()


@pytest.mark.parametrize(
    "query", ["deep_link=..%2f..%2fx", "page=..", "deep_link=0123456789abcdef", "__theme=dark", "x" * 3000]
)
def test_the_page_reads_nothing_by_its_address(client: TestClient, query: str) -> None:
    plain, asked = client.get("/config"), client.get(f"/config?{query}")
    assert asked.status_code == 200
    assert asked.json()["components"] == plain.json()["components"]


ABSOLUTE = re.compile(r"(?<![\w.:/])/(?:home|root|work|tmp|usr|opt|var|private|Users)/\w|[A-Z]:\\\\")


def test_no_response_has_an_absolute_path_in_it(client: TestClient, seeds: Assistant) -> None:
    article = seeds.articles()[0].path
    seen = [
        client.get(path)
        for path in ("/", "/config", "/gradio_api/info", "/docs", "/openapi.json", "/api/status", "/theme.css", "/x")
    ]
    seen += [client.get("/api/article", params={"path": path}) for path in (article, "/work/x", "../x")]
    seen += [client.post("/api/ask", json={"question": question}) for question in ("Who said what?", "")]
    seen += [client.post("/gradio_api/queue/join", json=body) for body in ({}, {"session_hash": "x", "fn_index": 99})]
    for response in seen:
        assert not ABSOLUTE.search(response.text), response.url
        for private in (seeds.status().index, str(Path.home()), sys.prefix, str(Path.cwd())):
            assert private not in response.text, response.url


def test_a_body_that_is_too_long_is_not_read(client: TestClient, server: Server) -> None:
    said_so = client.post("/api/ask", content=b"x" * (BODY + 1))
    assert said_so.status_code == 413
    assert said_so.json()["detail"] == "the request is longer than 2 MB: send less"

    def endless() -> Iterator[bytes]:
        for _ in range(BODY // 100_000 + 2):
            yield b"x" * 100_000

    assert client.post("/api/ask", content=endless()).status_code == 413
    assert client.post("/gradio_api/queue/join", content=endless()).status_code == 413
    assert client.post("/api/ask", content=b"{}", headers={"content-length": "many"}).status_code == 413
    status, _ = asked(server, "/api/ask", "POST", **{"content-length": str(BODY + 1)})
    assert status == 413


def test_a_body_that_never_ends_is_answered_before_it_does(server: Server) -> None:
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)) as connection:
        connection.putrequest("POST", "/api/ask")
        connection.putheader("transfer-encoding", "chunked")
        connection.endheaders()
        for _ in range(BODY // 100_000 + 1):
            connection.send(b"186a0\r\n" + b"x" * 100_000 + b"\r\n")
        assert connection.getresponse().status == 413


@pytest.mark.parametrize("path", ["/", "/api/status", "/nothing", "/docs", "/theme.css", "/gradio_api/file=x"])
def test_every_response_keeps_the_browser_to_this_machine(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert headers["cache-control"] == "no-store"
    assert not {name for name in headers if name.startswith("access-control") or name == "server"}


def test_gradios_own_files_may_be_kept_by_the_browser(client: TestClient) -> None:
    script = re.search(r'src="\./(assets/index-[\w-]+\.js)"', client.get("/").text)
    assert script
    assert "max-age" in client.get(f"/{script[1]}").headers["cache-control"]


def test_each_page_has_a_policy_of_its_own_that_names_its_scripts(client: TestClient) -> None:
    nonces = set()
    for response in (client.get("/"), client.get("/")):
        nonce = re.search(r"'nonce-([\w-]{20,})'", response.headers["content-security-policy"])
        assert nonce
        assert response.text.count("<script") == response.text.count(f'<script nonce="{nonce[1]}"')
        nonces.add(nonce[1])
    assert len(nonces) == 2


def test_the_page_names_no_other_site(client: TestClient) -> None:
    html = client.get("/").text
    outside = set(re.findall(r'(?:src|href|content)="(https?:[^"]*)"', html))
    assert outside == set()
    assert "manifest" not in html


def test_styles_stand_in_the_head_and_scripts_before_the_body_ends() -> None:
    html = "<html><head><script>a</script></head><body>text</body></html>"
    assert with_ours(html, "<style>s</style><script>b</script>", "N") == (
        '<html><head><script nonce="N">a</script><style>s</style></head>'
        '<body>text<script nonce="N">b</script></body></html>'
    )


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:7860", "localhost:9", "LOCALHOST", "[::1]:80", "192.168.0.7:7860", "localhost.:80"],
)
def test_our_own_names_are_answered(server: Server, host: str) -> None:
    assert asked(server, "/api/status", host=host)[0] == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost.evil.example",
     "127.0.0.1@evil.example", "127.0.0.1:80:80", "", "[::1", "1e3", "xn--lcalhost-n8a"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/api/status", "/gradio_api/queue/join", "/assets/x"])
def test_a_name_that_another_site_made_point_here_is_refused(server: Server, host: str, path: str) -> None:
    status, body = asked(server, path, host=host)
    assert status in (400, 421), body
    assert "Byline" in body or status == 400


def test_a_name_in_a_proxys_header_is_checked_too(server: Server) -> None:
    assert asked(server, "/", **{"x-forwarded-host": "evil.example"})[0] == 421


def test_the_names_of_a_server_that_others_reach() -> None:
    machine = socket.gethostname().casefold()
    assert names_of("127.0.0.1") == {"localhost", "127.0.0.1"}
    assert machine in names_of("0.0.0.0")
    assert "news.example.org" in names_of("127.0.0.1", ["News.example.org"])


def test_a_further_domain_is_answered(seeds: Assistant) -> None:
    app = create(Opening.of(seeds), Site(domains=("news.example.org",)))
    client = TestClient(app, base_url="https://news.example.org")
    ours = {"origin": "https://news.example.org"}
    assert client.get("/api/status").status_code == 200
    assert client.post("/api/ask", json={"question": "x"}, headers=ours).status_code == 200


def test_where_nobody_may_add_files_none_is_taken(seeds: Assistant) -> None:
    client = TestClient(create(Opening.of(seeds), Site(upload=False)), base_url=OURS)
    headers = {"content-type": "application/octet-stream"}
    response = client.post("/api/articles?name=a.txt", content=b"text", headers=headers)
    assert response.status_code == 403
    assert "cannot be added" in response.text


FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://localhost:7860"},
    {"origin": "http://127.0.0.1:8080"},
    {"origin": "http://127.0.0.1:7860.evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": OURS},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/api/ask", "/api/articles", "/api/wrong", "/gradio_api/queue/join"])
def test_another_sites_page_cannot_send_anything(client: TestClient, headers: dict[str, str], path: str) -> None:
    response = client.post(path, json={"question": "Who said what?"}, headers=headers)
    assert response.status_code == 403
    assert "another site" in response.json()["detail"]


def test_another_sites_page_cannot_read_but_its_links_lead_here(client: TestClient) -> None:
    assert client.get("/api/status", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get("/api/status", headers={"origin": "https://evil.example"}).status_code == 403
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=followed).status_code == 200


def test_our_own_page_and_programs_may_ask(client: TestClient) -> None:
    for headers in ({}, {"origin": OURS}, {"origin": OURS, "sec-fetch-site": "same-origin"}):
        assert client.post("/api/ask", json={"question": "Who said what?"}, headers=headers).status_code == 200


def test_a_preflight_of_another_site_allows_nothing(client: TestClient) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for path in ("/api/ask", "/gradio_api/queue/join"):
        response = client.options(path, headers=headers)
        assert response.status_code == 403
        assert not [name for name in response.headers if name.startswith("access-control")]
