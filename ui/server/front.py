"""The page's HTML as Gradio makes it, with our styles and scripts in it and nothing that runs beside them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.headers import POLICY, policy

_ABOUT_GRADIO = re.compile(r'\s*<(?:meta\s[^>]*?(?:og:|twitter:)[^>]*|link rel="manifest"[^>]*)>')
"""What Gradio tells other sites' previews, and a file that is not served."""
_SCRIPT = re.compile(r"<script(?=[\s>])")


def with_ours(html: str, head: str, nonce: str) -> str:
    """Gradio's HTML with our head in it: styles before its own are read, scripts before it builds the page.

    Every script in it carries the nonce; one that an article brought in has none, and does not run.
    """
    styles, begin, scripts = head.partition("<script")
    html = _ABOUT_GRADIO.sub("", html)
    html = html.replace("</head>", f"{styles}</head>", 1)
    at = html.rfind("</body>")
    html = f"{html[:at]}{begin}{scripts}{html[at:]}"
    return _SCRIPT.sub(f'<script nonce="{nonce}"', html)


class FrontPage:
    """ASGI middleware that finishes the page at "/"; `head` makes its styles and scripts as HTML."""

    def __init__(self, app: ASGIApp, head: Callable[[], str]) -> None:
        self.app, self.head = app, head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything else on as it is."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        plain = [one for one in scope["headers"] if one[0] != b"accept-encoding"]  # compressed, it could not be read
        start: Message = {}
        body = b""

        async def kept(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                body += message.get("body", b"")

        await self.app({**scope, "headers": plain}, receive, kept)
        if start.get("status") == 200:
            start, body = self._finished(start, body)
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _finished(self, start: Message, body: bytes) -> tuple[Message, bytes]:
        nonce = secrets.token_urlsafe(16)
        body = with_ours(body.decode(), self.head(), nonce).encode()
        headers = [one for one in start["headers"] if one[0] != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        headers.append((POLICY, policy(f"'nonce-{nonce}'", "'unsafe-eval'")))  # Gradio compiles event handlers
        return {**start, "headers": headers}, body
