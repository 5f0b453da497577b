"""Room for everybody: a connection that keeps others out by being slow, idle or one of too many is ended.

uvicorn has a limit for idle connections only, and one for all connections together, past which nobody is served.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Literal

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from ui.server.proxies import NO_PROXIES, Proxies
from ui.server.refusing import refuse
from ui.server.who import address_in, network_of, who_of

HANDLES_KEPT = 160
"""File handles for everything else: 40 are open once Byline is ready, and for a moment twice ACCEPTED come on top."""
ACCEPTED = 32
"""Connections that are taken before the first of them is looked at; more wait in the system's queue."""
STREAM = re.compile(r"/gradio_api/(queue/data|heartbeat)(?:/\w+)?")
"""What an open page listens to, for as long as it is open."""
log = logging.getLogger("byline.connections")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, one address and all of them together may take."""

    connections: int = 2_000
    """At once, fewer where the process may open only so many files. An idle one takes 13 kB."""
    address: int = 128
    """Connections of one address (of IPv6, of one /64 network), an office behind one router included."""
    streams: int = 48
    """Event streams of a kind that one user, or else one address, may hold: an open page has one or two."""
    header_seconds: float = 10.0
    """From the connection, or a further request's first byte, until all of the request's headers are there."""
    header_bytes: int = 65_536
    body_rate: int = 1_000
    """Bytes a second that a body must bring, and an answer's reader take: a tenth of what a bad mobile line does."""
    body_window: float = 15.0
    """Seconds over which that is measured: a line may fail for so long."""
    body_seconds: float = 600.0
    """For a whole body: 20 MB at 35 kB a second."""
    unread_seconds: float = 60.0
    """Seconds over which an answer's reader is measured."""
    idle_seconds: float = 75.0
    """Between two requests: longer than people think between two questions."""
    look_seconds: float = 1.0
    """How often all connections are looked at."""

    def within(self, handles: int) -> Limits:
        """These limits for a process that may open so many files.

        >>> small = Limits().within(256)
        >>> small.connections, small.address, small.streams
        (96, 24, 9)
        """
        connections = max(handles - HANDLES_KEPT, handles // 4)
        if connections >= self.connections:
            return self
        address = min(self.address, max(connections // 4, 3))
        return replace(self, connections=connections, address=address, streams=min(self.streams, address * 3 // 8))


DEFAULTS = Limits()


def handles_allowed(wanted: int = DEFAULTS.connections + HANDLES_KEPT) -> int:
    """How many files this process may open, after asking the system for up to `wanted`."""
    try:
        import resource
    except ImportError:  # Windows, which counts no sockets among the files
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    most = wanted if hard == unlimited else min(wanted, hard)
    if soft != unlimited and soft < most:
        with suppress(OSError, ValueError):  # macOS has a further limit, which it does not tell
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    return wanted if soft == unlimited else soft


class Room:
    """The open connections of one server, and who has to make room for whom."""

    def __init__(self, limits: Limits = DEFAULTS, proxies: Proxies = NO_PROXIES) -> None:
        """Many people come through one of the `proxies`, which may have as many connections as there are."""
        self.limits, self._proxies = limits, proxies
        self._of: dict[str, set[Connection]] = {}  # by address
        self._count = 0
        self._waiting: dict[Connection, None] = {}  # in the order in which they began to wait
        self._looking = False

    def __len__(self) -> int:
        return self._count

    def is_proxy(self, host: str) -> bool:
        """Whether the address is that of a proxy that was named."""
        return self._proxies.has(address_in(host))

    def enter(self, one: Connection) -> bool:
        """Counts a connection, in place of another where there is no room; False where none can be ended for it."""
        same = self._of.get(one.address, set())
        if len(same) >= self.limits.address and not one.proxied:
            room = self._ended(min(same & self._waiting.keys(), key=_waits_since, default=None))
        elif self._count >= self.limits.connections:
            fewer = 0 if one.proxied else len(same)
            room = self._ended(next(iter(self._waiting), None)) or self._ended(self._of_the_greediest(fewer))
        else:
            room = True
        if room:
            self._of.setdefault(one.address, set()).add(one)
            self._count += 1
            self.waits(one)
            self._look_later(one.loop)
        return room

    def leave(self, one: Connection) -> None:
        """Counts it no more."""
        self._waiting.pop(one, None)
        same = self._of.get(one.address, set())
        if one in same:
            same.discard(one)
            self._count -= 1
        if not same:
            self._of.pop(one.address, None)

    def waits(self, one: Connection) -> None:
        """From now on it waits for a request: those that wait longest are the first to make room."""
        self._waiting.pop(one, None)
        if one in self._of.get(one.address, ()):
            self._waiting[one] = None

    def works(self, one: Connection) -> None:
        """From now on it sends a body or is answered."""
        self._waiting.pop(one, None)

    def _of_the_greediest(self, fewer: int) -> Connection | None:
        """The longest open connection of whoever has most; None where that is not more than `fewer` and this one."""
        crowds = (same for same in self._of.values() if not next(iter(same)).proxied)
        crowd = max(crowds, key=len, default=set())
        return min(crowd, key=lambda one: one.opened) if len(crowd) > fewer + 1 else None

    def _ended(self, one: Connection | None) -> bool:
        if one:
            log.warning("ended a connection from %s: others needed the room", one.address)
            one.end()
        return one is not None

    def _look_later(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._looking:
            self._looking = True
            loop.call_later(self.limits.look_seconds, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._looking = False
        now = monotonic()
        for one in [one for same in self._of.values() for one in same]:
            one.end_if_slow(now)
        if self._of:
            self._look_later(loop)


def _waits_since(one: Connection) -> float:
    return one.since


class Connection(HttpToolsProtocol):
    """uvicorn's connection, which has a place in the room and is ended where it is too slow.

    What uvicorn does is done as before; here is only noted what is being received, and since when.
    """

    def __init__(
        self,
        room: Room,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.room, self.limits = room, room.limits
        self.address = ""
        """As it is counted (`network_of`)."""
        self._answered: RequestResponseCycle | None = None
        self.proxied = False
        """Whether it comes from a proxy, so that others' requests come on it, too."""
        self.opened = monotonic()
        self._receiving: Literal["headers", "body", ""] = "headers"  # "": between two requests
        self.since = self.opened
        """When what is being received, or the wait for the next request, began."""
        self._bytes = 0  # of headers, or of the body since `_measured`
        self._measured = self.opened
        self._unread = 0  # bytes of answers that were not taken at `_unread_since`
        self._unread_since = self.opened

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Finds a place for it, or ends it."""
        super().connection_made(transport)
        if self.client:
            self.address, self.proxied = network_of(self.client[0]), self.room.is_proxy(self.client[0])
        if not self.room.enter(self):
            log.warning("refused a connection from %s: there is no room for more", self.address)
            self._end_with(503, "Byline has too many connections: close some of its pages, or try again in a moment")

    def connection_lost(self, exc: Exception | None) -> None:
        """Gives its place back."""
        self.room.leave(self)
        self._stop_answering()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Counts headers."""
        before = self._receiving
        super().data_received(data)
        if before == self._receiving == "headers":
            self._bytes += len(data)
            if self._bytes > self.limits.header_bytes and not self.transport.is_closing():
                log.warning("ended a connection from %s: the headers were too long", self.address)
                self._end_with(431, f"the headers are longer than {self.limits.header_bytes:,} bytes: send fewer")

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        if self._receiving != "headers":  # a first request's time began with the connection
            self._begins("headers")
            if not self._answering():
                self.room.waits(self)
        self._bytes = 0

    def on_headers_complete(self) -> None:
        """The request is known, and its answer begins."""
        super().on_headers_complete()
        self._begins("body")
        self.room.works(self)

    def on_body(self, body: bytes) -> None:
        """Counts it."""
        self._bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The whole request is there."""
        super().on_message_complete()
        self._begins("")
        self._rests()

    def on_response_complete(self) -> None:
        """The whole answer is on its way."""
        super().on_response_complete()
        if not self._receiving:
            self.since = monotonic()
        self._rests()

    def resume_writing(self) -> None:
        """The reader of an answer took some of it."""
        super().resume_writing()
        self._unread_since = monotonic()

    def end_if_slow(self, now: float) -> None:
        """Ends it where it has taken longer than it may."""
        why = self._headers_slow(now) or self._body_slow(now) or self._answer_unread(now)
        if why:
            log.warning(f"ended a connection from %s: {why}", self.address)
            self._end_with(408, f"{why}: try again")
        elif self._at_rest() and not self._unread and now - self.since > self.limits.idle_seconds:
            self.end()

    def end(self) -> None:
        """Ends it at once; what was not taken of an answer is thrown away."""
        self.room.leave(self)
        self._stop_answering()
        self.transport.abort()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """An answer begins; of several requests sent at once, uvicorn's `cycle` is the last one."""
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def _stop_answering(self) -> None:
        """What is being answered hears that nobody listens, instead of writing to what is closed."""
        if self._answered and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()

    def _begins(self, what: Literal["headers", "body", ""]) -> None:
        self._receiving, self._bytes = what, 0
        self.since = self._measured = monotonic()

    def _rests(self) -> None:
        if self._at_rest():
            self.room.waits(self)

    def _at_rest(self) -> bool:
        return not self._receiving and not self._answering()

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _headers_slow(self, now: float) -> str:
        if self._receiving != "headers":
            return ""
        if self.flow.read_paused:  # the sender waits for us
            self.since = now
        return "the request did not come in time" if now - self.since > self.limits.header_seconds else ""

    def _body_slow(self, now: float) -> str:
        if self._receiving != "body":
            return ""
        if now - self.since > self.limits.body_seconds:
            return "the body took too long"
        if self.flow.read_paused or self.cycle.waiting_for_100_continue:  # the sender waits for us
            self._measured, self._bytes = now, 0
        elapsed = now - self._measured
        if elapsed < self.limits.body_window:
            return ""
        slow = self._bytes < self.limits.body_rate * elapsed
        self._measured, self._bytes = now, 0
        return "the body came too slowly" if slow else ""

    def _answer_unread(self, now: float) -> str:
        unread = self.transport.get_write_buffer_size()
        elapsed = now - self._unread_since
        if unread and elapsed < self.limits.unread_seconds and self._unread:
            return ""
        slow = unread and self._unread and self._unread - unread < self.limits.body_rate * elapsed
        self._unread, self._unread_since = unread, now
        return "nobody read the answer" if slow else ""

    def _end_with(self, status: int, detail: str) -> None:
        """Says why, where that can be heard: no answer has begun, and none is stuck."""
        silent = self.headers is None and status == 408  # it has not asked anything
        begun = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if silent or begun or self.transport.get_write_buffer_size():
            self.end()
            return
        self.room.leave(self)
        self.transport.write(_response(status, detail))
        self.transport.close()


def _response(status: int, detail: str) -> bytes:
    body = b'{"detail":"%s"}' % detail.encode()
    retry = b"retry-after: 2\r\n" if status == 503 else b""
    return (
        b"HTTP/1.1 %d \r\ncontent-type: application/json\r\ncontent-length: %d\r\n%sconnection: close\r\n\r\n%s"
        % (status, len(body), retry, body)
    )


class StreamLimit:
    """ASGI middleware that lets one user, or else one address, hold only so many event streams of a kind."""

    def __init__(self, app: ASGIApp, most: int = DEFAULTS.streams) -> None:
        self.app, self.most = app, most
        self._open: Counter[tuple[str, str]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 429 to one too many."""
        match = STREAM.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if not match:
            await self.app(scope, receive, send)
            return
        one = who_of(scope), match[1]
        if self._open[one] >= self.most:
            await refuse(
                send, 429, f"{self.most} pages of Byline are open already: close one, and load this one again"
            )
            return
        self._open[one] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._open[one] -= 1
            if not self._open[one]:
                del self._open[one]
