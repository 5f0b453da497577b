"""Slow, idle and many connections: they are ended, and people beside them are served as if they were not there."""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from held import wait_for
from hypothesis import given
from hypothesis import strategies as st

from rag import Assistant
from ui.server.app import Server, create, start
from ui.server.connections import DEFAULTS, Limits, Room
from ui.server.opening import Opening
from ui.server.port import bound
from ui.server.proxies import Proxies

ATTACKER, HONEST = "127.0.0.9", "127.0.0.2"
SHORT = Limits(
    connections=40,
    address=10,
    streams=3,
    header_seconds=1.0,
    body_window=1.0,
    body_seconds=3.0,
    unread_seconds=1.0,
    idle_seconds=2.0,
    look_seconds=0.05,
)
"""The limits, with seconds that a test can wait for."""
ASK = b'{"question": "How many US troops remain in Iraq?"}'


@pytest.fixture(scope="module")
def server(seeds: Assistant) -> Iterator[Server]:
    with served(seeds) as server:
        yield server


@contextmanager
def served(seeds: Assistant, **limits: float) -> Iterator[Server]:
    server = start(Opening.of(seeds), limits=replace(SHORT, **limits))  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.close()


def connected(server: Server | str, source: str) -> socket.socket:
    """A connection from an address of this machine's, which stands for a machine of its own."""
    address = urlsplit(server if isinstance(server, str) else server.url)
    return socket.create_connection((str(address.hostname), int(address.port or 0)), 10, source_address=(source, 0))


def request(path: str = "/api/status", body: bytes = b"", **headers: str) -> bytes:
    method = "POST" if body or headers else "GET"
    about = {"host": "127.0.0.1", "content-type": "application/json", **headers}
    if body:
        about.setdefault("content-length", str(len(body)))
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in about.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def rest(connection: socket.socket) -> bytes:
    """What still comes until the other side ends it."""
    read = b""
    try:
        while chunk := connection.recv(65_536):
            read += chunk
    except ConnectionError:
        pass
    return read


def status(answer: bytes) -> int:
    return int(answer.split()[1]) if answer else 0


def served_now(server: Server | str, source: str = HONEST, path: str = "/api/status", body: bytes = b"") -> int:
    """The status that a new connection gets for one request."""
    with closing(connected(server, source)) as connection:
        connection.sendall(request(path, body))
        return status(connection.recv(65_536))


def ended(connection: socket.socket) -> bool:
    """Whether the other side has ended it; what it sent before is passed over."""
    connection.settimeout(0.01)
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def dripped(connection: socket.socket, drop: bytes, pause: float = 0.02) -> float:
    """Sends a little at a time until the other side ends it; how many seconds that took, of five at most."""
    began = time.monotonic()
    while time.monotonic() - began < 5 and not ended(connection):
        with suppress(ConnectionError):
            connection.sendall(drop)
        time.sleep(pause)
    return time.monotonic() - began


@contextmanager
def streams(server: Server, source: str, count: int, kind: str = "heartbeat") -> Iterator[list[socket.socket]]:
    """Open event streams, as those of open pages."""
    with ExitStack() as stack:
        opened = []
        for number in range(count):
            connection = stack.enter_context(closing(connected(server, source)))
            opened.append(connection)
            connection.sendall(request(f"/gradio_api/{kind}/{source.replace('.', '')}x{number}"))
            assert b"ALIVE" in until(connection, b"ALIVE")
        yield opened


def until(connection: socket.socket, end: bytes) -> bytes:
    """What comes, up to what is waited for or the connection's end."""
    read = b""
    while end not in read and (chunk := connection.recv(65_536)):
        read += chunk
    return read


@pytest.mark.parametrize("begin", [b"", b"GET /api/status HTTP/1.1\r\nx: ", b"\r\n"])
def test_headers_that_come_a_byte_at_a_time_are_not_waited_for(server: Server, begin: bytes) -> None:
    with closing(connected(server, ATTACKER)) as slow:
        slow.sendall(begin)
        assert dripped(slow, b"\r\n" if begin == b"\r\n" else b"x") < 4
    assert served_now(server) == 200


def test_a_connection_that_asks_nothing_is_ended_and_one_that_asks_too_slowly_hears_why(server: Server) -> None:
    with closing(connected(server, ATTACKER)) as silent, closing(connected(server, ATTACKER)) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        assert rest(silent) == b""
        answer = rest(slow)
    assert status(answer) == 408
    assert json.loads(answer.split(b"\r\n\r\n")[1]) == {"detail": "the request did not come in time: try again"}


@pytest.mark.slow
def test_a_further_request_on_a_connection_has_a_time_of_its_own(server: Server) -> None:
    with closing(connected(server, HONEST)) as kept:
        for _ in range(2):
            kept.sendall(request())
            assert status(kept.recv(65_536)) == 200
            time.sleep(1.1)  # longer than headers may take, not longer than people think
        kept.sendall(b"GET /api")
        assert status(rest(kept)) == 408


def test_a_body_that_comes_a_byte_at_a_time_is_not_waited_for(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(connected(server, ATTACKER))) for _ in range(4)]
        for connection in slow:
            connection.sendall(request("/api/articles?name=a.txt", content_length="1000", content_type="x/y"))
            connection.sendall(request("/api/ask", content_length="1000"))
        assert served_now(server, path="/api/ask", body=ASK) == 200
        assert dripped(slow[0], b"x") < 4
        wait_for(lambda: all(map(ended, slow)))
    assert f"ended a connection from {ATTACKER}: the body came too slowly" in caplog.messages


@pytest.mark.slow
def test_a_body_that_is_slow_but_not_that_slow_is_waited_for_up_to_a_time(server: Server) -> None:
    with closing(connected(server, HONEST)) as steady:
        steady.sendall(request("/api/ask", content_length=str(len(ASK) + 3600)))
        for _ in range(12):
            steady.sendall(b" " * 300)
            time.sleep(0.09)
        steady.sendall(ASK)
        assert status(steady.recv(65_536)) == 200
    with closing(connected(server, ATTACKER)) as endless:
        endless.sendall(request("/api/ask", content_length="1000000"))
        assert 2.9 < dripped(endless, b" " * 100) < 5


@pytest.mark.slow
def test_a_fast_beginning_does_not_make_up_for_a_body_that_stops(server: Server) -> None:
    with closing(connected(server, ATTACKER)) as stopped:
        began = time.monotonic()
        stopped.sendall(request("/api/ask", content_length="1000000") + b" " * 500_000)
        rest(stopped)
        assert time.monotonic() - began < 2.9


@pytest.mark.slow
def test_a_connection_is_kept_idle_only_so_long_whatever_blank_lines_it_sends(server: Server) -> None:
    with closing(connected(server, HONEST)) as idle, closing(connected(server, ATTACKER)) as blank:
        for connection in (idle, blank):
            connection.sendall(request())
            assert status(connection.recv(65_536)) == 200
        assert dripped(blank, b"\r\n", pause=0.1) < 4
        assert ended(idle)


def test_headers_without_an_end_are_cut(server: Server) -> None:
    with closing(connected(server, ATTACKER)) as endless:
        answer = b""
        try:
            endless.sendall(b"GET / HTTP/1.1\r\n")
            for number in range(20_000):
                endless.sendall(b"x-%d: %s\r\n" % (number, b"y" * 100))
        except ConnectionError:
            pass
        answer = rest(endless)
    assert number < 15_000
    assert status(answer) in (431, 0)  # it may be lost where the sender goes on


@pytest.mark.slow
def test_who_does_not_read_the_answer_is_not_waited_for(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.bind((ATTACKER, 0))
        deaf.connect(("127.0.0.1", int(urlsplit(server.url).port or 0)))
        deaf.sendall(request("/docs/swagger-ui-bundle.js") * 8)
        kind = f"ended a connection from {ATTACKER}: nobody read the answer"
        wait_for(lambda: kind in caplog.messages)


@pytest.mark.slow
def test_who_reads_slowly_gets_all_of_it(server: Server) -> None:
    with closing(connected(server, HONEST)) as slow:
        slow.sendall(request("/docs/swagger-ui-bundle.js", connection="close").replace(b"POST", b"GET"))
        read = 0
        while chunk := slow.recv(60_000):
            read += len(chunk)
            time.sleep(0.05)
    assert read > 1_000_000


@pytest.mark.slow
def test_an_open_page_listens_for_longer_than_any_limit(server: Server) -> None:
    with streams(server, HONEST, 2) as listening:
        time.sleep(3.2)
        assert not any(map(ended, listening))


def test_idle_connections_keep_nobody_out_however_many_they_are(server: Server) -> None:
    with ExitStack() as stack:
        for number in range(10 * SHORT.connections):
            stack.enter_context(closing(connected(server, f"127.0.1.{number % 100 + 1}")))
            if number % 50 == 49:
                assert served_now(server) == 200
        assert served_now(server, path="/api/ask", body=ASK) == 200


@pytest.mark.slow
def test_with_256_files_allowed_a_thousand_connections_leave_the_index_enough(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ui.cli", "chat", "seeds", "--port", "0", "--index", str(tmp_path)]
    limited = f"ulimit -n 256; exec {shlex.join(command)}"
    with subprocess.Popen(["sh", "-c", limited], stderr=subprocess.PIPE, text=True) as process, ExitStack() as stack:
        stack.callback(process.kill)
        assert process.stderr
        url = process.stderr.readline().split()[3]
        assert "ready" in process.stderr.readline()
        events = list[str]()
        threading.Thread(target=events.extend, args=(process.stderr,), daemon=True).start()
        for number in range(1_000):
            stack.enter_context(closing(connected(url, f"127.0.1.{number % 100 + 1}")))
            if number % 100 == 99:
                assert served_now(url, path="/api/ask", body=ASK) == 200
                assert len(list(Path(f"/proc/{process.pid}/fd").iterdir())) < 220
        process.terminate()
        process.wait(20)
        wait_for(lambda: len(events) > 0)
    time_and_place = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ byline\.connections WARNING "
    assert re.match(time_and_place + r"ended a connection from 127\.0\.1\.\d+: others needed the room", events[0])
    assert len(events) < 10  # of a thousand that were ended


def test_one_address_makes_room_for_itself_only(seeds: Assistant) -> None:
    with served(seeds, header_seconds=60, idle_seconds=60) as server, ExitStack() as stack:
        kept = stack.enter_context(closing(connected(server, HONEST)))
        many = [stack.enter_context(closing(connected(server, ATTACKER))) for _ in range(SHORT.address + 3)]
        wait_for(lambda: list(map(ended, many)) == [True] * 3 + [False] * SHORT.address)
        assert not ended(kept)
        assert served_now(server, ATTACKER) == 200  # in place of its own fourth
        assert ended(many[3])


def test_an_address_that_is_busy_everywhere_gets_no_more_and_others_do(server: Server) -> None:
    with ExitStack() as stack:
        for _ in range(SHORT.address):
            connection = stack.enter_context(closing(connected(server, ATTACKER)))
            connection.sendall(request("/api/ask", content_length="1000000"))
        time.sleep(0.1)
        refused = stack.enter_context(closing(connected(server, ATTACKER)))
        answer = rest(refused)
        assert status(answer) == 503
        assert b"too many connections" in answer
        assert served_now(server) == 200


@pytest.mark.slow
def test_who_has_most_connections_makes_room_for_who_has_none(seeds: Assistant) -> None:
    with served(seeds, connections=12, address=10, streams=8, body_window=60) as server, ExitStack() as stack:
        greedy = stack.enter_context(streams(server, ATTACKER, 3))
        for number in range(9):
            connection = stack.enter_context(closing(connected(server, ATTACKER if number < 6 else "127.0.0.10")))
            connection.sendall(request("/api/ask", content_length="1000000"))
        time.sleep(0.1)
        assert served_now(server) == 200
        assert list(map(ended, greedy)) == [True, False, False]


def test_the_event_streams_of_one_address_are_counted_by_their_kind(server: Server) -> None:
    with streams(server, ATTACKER, SHORT.streams):
        assert served_now(server, ATTACKER, "/gradio_api/heartbeat/x") == 429
        assert served_now(server, HONEST, "/gradio_api/heartbeat/y") == 200
        assert served_now(server, ATTACKER) == 200
    wait_for(lambda: served_now(server, ATTACKER, "/gradio_api/heartbeat/x") == 200)


def test_through_a_proxy_that_is_named_come_as_many_as_there_is_room_for(seeds: Assistant) -> None:
    room = Room(SHORT, Proxies.of(["127.0.0.8", "::1", "10.0.0.0/8"]))
    assert room.is_proxy("10.1.2.3")
    assert room.is_proxy("::ffff:127.0.0.8")
    assert not room.is_proxy("fe80::1%eth0")
    assert not room.is_proxy(ATTACKER)
    server = Server(create(Opening.of(seeds)), bound("127.0.0.1", 0), room)
    server.start()
    with ExitStack() as stack:
        stack.callback(server.close)
        for _ in range(2 * SHORT.address):
            connection = stack.enter_context(closing(connected(server, "127.0.0.8")))
            connection.sendall(request("/api/ask", content_length="1000000"))
        assert served_now(server, "127.0.0.8") == 200


@given(st.integers(64, 10**6))
def test_however_few_files_may_be_opened_some_are_left_for_the_index(handles: int) -> None:
    limits = DEFAULTS.within(handles)
    assert 1 <= limits.streams * 2 < limits.address <= limits.connections <= DEFAULTS.connections
    assert handles - limits.connections >= min(128, handles // 2)
