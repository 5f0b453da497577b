"""A request that ends before any route sees it: a status and one line, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

from starlette.types import Send

Header = tuple[bytes, bytes]


async def refuse(send: Send, status: int, why: str, headers: Iterable[Header] = ()) -> None:
    """Sends the whole response: {"detail": why}, the form in which the API tells every error."""
    body = json.dumps({"detail": why}, ensure_ascii=False).encode()
    about = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": about})
    await send({"type": "http.response.body", "body": body})
