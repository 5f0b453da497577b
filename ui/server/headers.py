"""Headers that keep a browser from asking any other machine, whatever stands in an article."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEPT = ("/assets/", "/static/", "/docs/")
"""What may be kept by a browser; everything else, such as answers and articles, may not."""
HEADERS = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
POLICY = b"content-security-policy"
_SHARING = (b"access-control-", b"server")
"""Headers that a response does not keep: other sites may read nothing, whatever Gradio allows them."""


def policy(*scripts: str) -> bytes:
    """A Content-Security-Policy; `scripts` are what may run beside files of our own, such as "'nonce-x'"."""
    rules = {
        "default-src": ("'none'",),
        "script-src": ("'self'", *scripts),
        "style-src": ("'self'", "'unsafe-inline'"),  # Gradio's components carry style attributes
        "img-src": ("'self'", "data:", "blob:"),
        "font-src": ("'self'", "data:"),
        "connect-src": ("'self'",),
        "base-uri": ("'self'",),
        "form-action": ("'self'",),
        "frame-ancestors": ("'none'",),
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items()).encode()


class PrivateHeaders:
    """ASGI middleware that adds `HEADERS` to every response, and a policy where it has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and the response back with the headers."""
        kept = scope.get("path", "").startswith(KEPT)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [one for one in message.get("headers", ()) if not one[0].lower().startswith(_SHARING)]
                names = {name.lower() for name, _ in headers}
                if POLICY not in names:
                    headers.append((POLICY, policy()))
                if b"cache-control" not in names:
                    headers.append((b"cache-control", b"private, max-age=3600" if kept else b"no-store"))
                message["headers"] = [*headers, *HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)
