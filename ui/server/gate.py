"""What may come in at all: of Gradio's many routes those that the page uses, and bodies of bounded size."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.refusing import refuse

OURS = re.compile(r"/(?:api|docs|page)/[^\0]*|/docs|/openapi\.json")
"""Routes of our own; each looks after itself."""
GRADIOS = {
    "GET": re.compile(
        r"/|/config|/theme\.css|/gradio_api/theme\.css|/(?:assets|static)/[\w./-]+|/favicon\.ico"
        r"|/gradio_api/(?:app_id|info|startup-events|queue/data|heartbeat/\w+)"
    ),
    "POST": re.compile(r"/gradio_api/(?:queue/join|cancel|reset)/?"),
}
"""What the page asks Gradio for. Its routes for files, uploads, proxying, recordings and components stay closed."""
ASKED_WITH = re.compile(rb"session_hash=\w+")
"""The only query that a route of Gradio's is given; another names files to be read ("?deep_link=")."""
MEGABYTE = 1_000_000
BODY = 2 * MEGABYTE
"""Eight turns of a conversation have some 100 kB."""


@dataclass(frozen=True, slots=True)
class Larger:
    """A route whose bodies may be larger."""

    path: str
    size: int
    """In bytes."""


class _TooLong(Exception):
    """The body is longer than it may be."""


class Gate:
    """ASGI middleware that answers 404 for every other route, and 413 for a body that is too long."""

    def __init__(self, app: ASGIApp, larger: tuple[Larger, ...] = ()) -> None:
        self.app, self.larger = app, {route.path: route.size for route in larger}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is known, with a body that ends where it may."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, method = scope["path"], scope["method"]
        if not OURS.fullmatch(path):
            known = GRADIOS.get("GET" if method == "HEAD" else method)
            if not known or not known.fullmatch(path) or ".." in path:
                await refuse(send, 404, "there is nothing here: the page is at /, its API is described at /docs")
                return
            query = scope["query_string"]
            scope = {**scope, "query_string": query if ASKED_WITH.fullmatch(query) else b""}
        await self._bounded(scope, receive, send, self.larger.get(path, BODY))

    async def _bounded(self, scope: Scope, receive: Receive, send: Send, size: int) -> None:
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdecimal() or int(told) > size:
            await _too_long(send, size)
            return
        read, begun, ended = 0, False, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > size:
                raise _TooLong
            return message

        async def sent(message: Message) -> None:
            nonlocal begun, ended
            if read > size and not begun:
                if not ended:  # whoever read the body made another error of it
                    ended = True
                    await _too_long(send, size)
                return
            begun = True
            await send(message)

        try:
            await self.app(scope, counted, sent)
        except _TooLong:
            if not begun and not ended:
                await _too_long(send, size)


async def _too_long(send: Send, size: int) -> None:
    close = [(b"connection", b"close")]  # what is left of the body is not read
    await refuse(send, 413, f"the request is longer than {size / MEGABYTE:,.0f} MB: send less", close)
