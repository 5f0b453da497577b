"""deploy/nginx.conf as it is, run by the real nginx on this machine in front of a real Byline."""

from __future__ import annotations

import datetime as dt
import http.client
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from made_folders import THREE, opened, write
from playwright.sync_api import Browser, expect

from index.readers.files import MAX_BYTES
from ui.server.app import Server, Site, start
from ui.server.connections import DEFAULTS
from ui.server.opening import Opening
from ui.server.port import free_port
from ui.server.proxies import Proxies

pytestmark = pytest.mark.slow
NGINX = "/usr/sbin/nginx"
CONF = Path("deploy/nginx.conf")
AROUND = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/byline.conf;
}}
"""
"""What Debian's /etc/nginx/nginx.conf is for a real one: it includes ours, and says nothing about Byline."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The articles, a folder that files may be added to."""
    return write(tmp_path_factory.mktemp("proxied") / "articles", THREE)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with opened(folder, folder.parent / "index") as assistant:
        server = start(Opening.of(assistant), Site(proxies=Proxies.of(["127.0.0.1"])))
        yield server
        server.close()


@pytest.fixture(scope="module")
def proxy(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """nginx's port."""
    port = free_port("127.0.0.1", 0)
    conf = CONF.read_text().replace("listen 80;", f"listen 127.0.0.1:{port};")
    with nginx(conf, server, tmp_path_factory.mktemp("nginx"), port):
        yield port


@contextmanager
def nginx(conf: str, server: Server, folder: Path, port: int) -> Iterator[None]:
    if not Path(NGINX).exists():
        pytest.fail(f"{NGINX} is missing: install Debian's nginx-light; deploy/nginx.conf is not tested without it")
    (folder / "byline.conf").write_text(conf.replace("127.0.0.1:7860", urlsplit(server.url).netloc))
    user = "user root;" if os.geteuid() == 0 else ""  # else its worker could not write into the test's folder
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            for _ in range(500):
                with closing(socket.socket()) as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, process.stderr.read() if process.stderr else ""
                time.sleep(0.01)
            yield
        finally:
            process.terminate()
            process.wait(20)


def ask(
    port: int, method: str, path: str, body: bytes = b"", source: str = "127.0.0.2", **headers: str
) -> tuple[int, bytes]:
    """Status and the body's begin; `source` is the address that it is asked from."""
    about = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))) as connection:
        connection.request(method, path, body or None, about)
        response = connection.getresponse()
        return response.status, response.read1(1_000)  # a stream has no end


def test_page_and_question_work_through_it(proxy: int, browser: Browser) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on("response", lambda response: refused.append(response.url) if response.status >= 400 else None)
    page.goto(f"http://127.0.0.1:{proxy}/")
    page.locator("#question").fill("When did the bridge in Oslo open?")
    page.locator("#question").press("Enter")
    expect(page.get_by_text("opened on Friday, 3 May 2019").first).to_be_visible(timeout=30_000)
    page.close()
    assert refused == []


def test_the_largest_file_is_added_through_it_and_a_larger_one_is_not(proxy: int, folder: Path) -> None:
    large = b"Ann said that it is large. " * (MAX_BYTES // 27)
    name = "/api/articles?name=large.txt"
    status, told = ask(proxy, "POST", name, large, content_type="application/octet-stream")
    assert status == 201, told
    assert (folder / "large.txt").stat().st_size == len(large)
    for more in (100_000, 2_000_000):  # refused by Byline, and by nginx
        status, _ = ask(proxy, "POST", name, large + b" " * more, content_type="application/octet-stream")
        assert status == 413


def test_what_a_client_says_about_its_own_address_is_not_believed(proxy: int) -> None:
    with ExitStack() as stack:
        for number in range(DEFAULTS.streams):
            connection = stack.enter_context(
                closing(socket.create_connection(("127.0.0.1", proxy), 20, ("127.0.0.3", 0)))
            )
            head = (
                f"GET /gradio_api/heartbeat/n{number} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 10.0.0.{number}"
            )
            connection.sendall(f"{head}\r\n\r\n".encode())
            assert b" 200 " in connection.recv(100)
        one_more = "/gradio_api/heartbeat/x"
        assert ask(proxy, "GET", one_more, source="127.0.0.3", X_Forwarded_For="10.1.1.1")[0] == 429
        assert ask(proxy, "GET", one_more, source="127.0.0.3", Forwarded="for=10.1.1.1")[0] == 429
        assert ask(proxy, "GET", "/api/status", source="127.0.0.3")[0] == 200
        assert ask(proxy, "GET", one_more, source="127.0.0.4")[0] == 200


def test_a_stream_is_passed_on_at_once(proxy: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", proxy), 5)) as listening:
        listening.sendall(b"GET /gradio_api/heartbeat/once HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        read = b""
        while b"ALIVE" not in read:  # else it times out
            read += listening.recv(1_000)


def test_a_name_that_is_not_ours_is_refused_through_it_too(proxy: int) -> None:
    assert ask(proxy, "GET", "/", Host="evil.example")[0] == 421
    assert ask(proxy, "GET", "/", X_Forwarded_Host="evil.example")[0] == 200  # taken away


def test_slow_headers_are_cut_and_others_served_meanwhile(proxy: int) -> None:
    began = time.monotonic()
    with closing(socket.create_connection(("127.0.0.1", proxy), 30, ("127.0.0.9", 0))) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
        slow.settimeout(0.5)
        while time.monotonic() - began < 25:
            try:
                if slow.recv(1_000) == b"":
                    break
            except TimeoutError:
                slow.sendall(b"x")
                assert ask(proxy, "GET", "/healthz") == (200, b"ok")
            except ConnectionError:
                break
    assert 9 < time.monotonic() - began < 20


def test_with_certificates_put_in_it_speaks_tls_and_nothing_else(server: Server, tmp_path: Path) -> None:
    plain, port = free_port("127.0.0.1", 0), free_port("127.0.0.1", 0)
    certified(tmp_path / "cert.pem", tmp_path / "key.pem")
    conf = CONF.read_text().replace("#tls ", "").replace("listen 80;", f"listen 127.0.0.1:{plain};")
    conf = conf.replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    conf = re.sub(r"/etc/letsencrypt\S+fullchain.pem", str(tmp_path / "cert.pem"), conf)
    conf = re.sub(r"/etc/letsencrypt\S+privkey.pem", str(tmp_path / "key.pem"), conf)
    with nginx(conf, server, tmp_path, port):
        trusting = ssl.create_default_context(cafile=tmp_path / "cert.pem")
        with closing(http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=trusting)) as connection:
            connection.request("GET", "/api/status", headers={"Origin": f"https://127.0.0.1:{port}"})
            assert connection.getresponse().status == 200
        assert ask(plain, "GET", "/api/status")[0] == 301


def certified(certificate: Path, key: Path) -> None:
    """Writes a certificate for 127.0.0.1 that is good for a day."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    built = (
        built.serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
    )
    own = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = built.add_extension(own, critical=False).sign(private, hashes.SHA256())
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
