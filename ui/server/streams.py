"""A page's stream of answers belongs to whom it was opened for: nobody else can read it, add to it or stop it."""

from __future__ import annotations

import json
import re
import secrets
from collections import OrderedDict
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.refusing import refuse
from ui.server.who import who_of

EACH = 100
"""Streams of one person that are remembered, the last used: one for each open page, and each time it is loaded."""
PEOPLE = 500
"""People, or addresses, whose streams are remembered, the last that came."""
COOKIE = "byline-browser"
"""Where there are no passwords, a browser is known by it: its address may change, and others may share it."""
_TOKEN = re.compile(r"[\w-]{22,64}")
_QUEUE = re.compile(r"/gradio_api/(queue/join|queue/data|cancel|reset|heartbeat/(?P<session>[^/]*))/?")
_SESSION = re.compile(r"[\w-]{1,64}")
NOT_YOURS = "this page was opened by somebody else: load it anew"


class Owners:
    """Whose each stream is: whoever names it first."""

    def __init__(self, each: int = EACH, people: int = PEOPLE) -> None:
        self._owner: dict[str, str] = {}
        self._streams: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        self._each, self._people = each, people

    def is_of(self, session: str, who: str) -> bool:
        """Whether the stream is this person's, which it is from now on where it was nobody's."""
        if self._owner.setdefault(session, who) != who:
            return False
        streams = self._streams.setdefault(who, OrderedDict())
        self._streams.move_to_end(who)
        streams[session] = None
        streams.move_to_end(session)
        if len(streams) > self._each:  # his own oldest: nobody else's are forgotten for somebody who opens many
            del self._owner[streams.popitem(last=False)[0]]
        if len(self._streams) > self._people:
            for forgotten in self._streams.popitem(last=False)[1]:
                del self._owner[forgotten]
        return True


class OwnStreams:
    """ASGI middleware that refuses what names another person's stream; behind ui.server.gate, which bounds bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.owners = app, Owners()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what names a stream of one's own, and what names none."""
        route = _QUEUE.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if not route:
            await self.app(scope, receive, _with_cookie(scope, send) if _is_page(scope) else send)
            return
        if scope["method"] == "POST":
            body = await _read(receive)
            if body is None:
                return
            receive = _again(body, receive)
            session, event = _named(body)
        else:
            query = parse_qs(scope["query_string"].decode("latin-1"))
            session, event = route["session"] or query.get("session_hash", [""])[-1], ""
        if route[1] == "reset":  # does nothing, and names no stream
            await self.app(scope, receive, send)
        elif not _SESSION.fullmatch(session):
            await refuse(send, 422, "which page asks is missing: load the page anew")
        elif not self.owners.is_of(session, _owner(scope)) or _is_of_another(event, session, scope):
            await refuse(send, 403, NOT_YOURS)
        else:
            await self.app(scope, receive, send)


def _owner(scope: Scope) -> str:
    """The user; without passwords, the browser, or the address of one that keeps no cookies."""
    who = who_of(scope)
    token = _token(scope)
    return who if who.startswith("user:") or not token else f"browser:{token}"


def _token(scope: Scope) -> str:
    token = cookie_parser(Headers(scope=scope).get("cookie", "")).get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else ""


def _is_page(scope: Scope) -> bool:
    return scope["type"] == "http" and str(scope["path"]) == "/"


def _with_cookie(scope: Scope, send: Send) -> Send:
    """`send`, which gives a browser its cookie where it needs one and has none."""
    if who_of(scope).startswith("user:") or _token(scope):
        return send
    secure = "; Secure" if scope["scheme"] == "https" else ""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = f"{COOKIE}={secrets.token_urlsafe(16)}; Path=/; HttpOnly; SameSite=Strict{secure}"
            MutableHeaders(scope=message).append("set-cookie", given)
        await send(message)

    return sent


def _is_of_another(event: str, session: str, scope: Scope) -> bool:
    """Whether the event, by its id in Gradio, waits or is being answered in another stream."""
    events: dict[str, Any] = scope["app"].state.page._queue.event_ids_to_events
    return event in events and bool(events[event].session_hash != session)


def _named(body: bytes) -> tuple[str, str]:
    """The stream and the event that a body names; empty where it names none, as one that is no JSON."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(sent, dict):
        return "", ""
    session, event = sent.get("session_hash"), sent.get("event_id")
    return session if isinstance(session, str) else "", event if isinstance(event, str) else ""


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None where the client has gone before its end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """`receive`, which brings the body that was read, and then what comes after it."""
    read = False

    async def received() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return received
