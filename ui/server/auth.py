"""HTTP Basic over everything that is served: whom a request is of, with guessing slowed down and bounded."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import logging
import secrets
import time
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.attempts import Attempt, Attempts
from ui.server.headers import KEPT
from ui.server.refusing import Header, refuse
from ui.server.users import LONGEST, Users
from ui.server.who import address_of
from ui.server.workers import TooManyError, Workers

COOKIE = "byline-came-in"
ROOM = 80
"""Attempts that may wait to be checked; each takes .1 to .2 s, so the last of them waits 8 to 16 s."""
ROOM_EACH = 10
"""The same, of one address; addresses take turns."""
FULL_SECONDS = 5
"""After how long to try again when there is no room."""
ADDRESSES_EACH = 20
"""Addresses at which a user is known."""
_ASK = (b"www-authenticate", b'Basic realm="Byline", charset="UTF-8"')
_log = logging.getLogger("byline.passwords")


class HasUsers(Protocol):
    """Users, or a file of them (ui.server.users)."""

    def now(self) -> Users:
        """Those that there are now."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is answered instead of the page."""

    status: int
    why: str
    headers: tuple[Header, ...] = ()


ASKED = Refusal(401, "Byline asks for a name and a password here", (_ASK,))


@dataclass(slots=True)
class _Known:
    """A user who has come in: what his right credentials are compared with instead of hashing them again."""

    hash: str
    """Of the users file; with another one there he is not known any longer."""
    keyed: bytes
    addresses: OrderedDict[str, None] = field(default_factory=OrderedDict)


class Known:
    """Who has come in since the process began; of passwords it keeps a keyed hash, whose key nobody else has."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._users: dict[str, _Known] = {}

    def add(self, attempt: Attempt, hash: str) -> None:
        """The attempt was right, by this hash."""
        known = self._users.get(attempt.name)
        if known is None or known.hash != hash:
            known = self._users[attempt.name] = _Known(hash, self._keyed("password", attempt.name, attempt.password))
        known.addresses[attempt.address] = None
        known.addresses.move_to_end(attempt.address)
        if len(known.addresses) > ADDRESSES_EACH:
            known.addresses.popitem(last=False)

    def is_right(self, attempt: Attempt, hash: str | None) -> bool:
        """Whether the password was right before, and still is."""
        known = self._users.get(attempt.name)
        keyed = self._keyed("password", attempt.name, attempt.password)
        return known is not None and known.hash == hash and hmac.compare_digest(known.keyed, keyed)

    def is_at(self, attempt: Attempt) -> bool:
        """Whether the user came in from this address."""
        known = self._users.get(attempt.name)
        return known is not None and attempt.address in known.addresses

    def cookie(self, name: str, hash: str) -> str:
        """What a browser shows of having come in: it lets nobody in without the password, and ends with it.

        Nobody else can make it, so that whoever shows it need not wait for what others guess.
        """
        return self._keyed("cookie", name, hash).hex()

    def _keyed(self, *parts: str) -> bytes:
        return hmac.digest(self._key, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256")


class Authenticated:
    """ASGI middleware that passes on only what a known user sends; his name is `scope["state"]["who"]`."""

    def __init__(self, app: ASGIApp, users: HasUsers) -> None:
        self.app, self.users = app, users
        self._attempts, self._known = Attempts(), Known()
        self._checking = Workers(size=1, room=ROOM, room_each=ROOM_EACH)  # guessing delays nobody's answers for long
        self._begun: dict[Attempt, asyncio.Task[Refusal | None]] = {}
        self._said_full = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 401 to whoever is not known, 429 to whoever guesses, 503 where too many come at once."""
        if scope["type"] == "lifespan":
            try:
                await self.app(scope, receive, send)
            finally:
                self._checking.close()
            return
        headers = Headers(scope=scope)
        name, password = _read(headers.get("authorization", ""))
        attempt = Attempt(name, password, address_of(scope))
        cookie = _cookie(headers)
        refusal = await self._refusal(attempt, cookie) if name else ASKED
        if refusal:
            await refuse(send, refusal.status, refusal.why, refusal.headers)
            return
        scope.setdefault("state", {})["who"] = name
        await self.app(scope, receive, self._with_cookie(scope, name, cookie, send))

    async def _refusal(self, attempt: Attempt, cookie: str) -> Refusal | None:
        """Why the attempt does not come in; None where it does."""
        hash = self.users.now().hash_of(attempt.name)
        was_right = self._known.is_right(attempt, hash)
        if was_right and hmac.compare_digest(cookie.encode(), self._known.cookie(attempt.name, hash or "").encode()):
            return None
        if attempt in self._begun:  # a page asks for several things at once
            return await asyncio.shield(self._begun[attempt])
        # Before what is known is looked at: else who has to wait would learn at once which guess is right.
        wait = self._attempts.wait(attempt, self._known.is_at(attempt))
        if wait:
            return _slowed(wait)
        if was_right and hash:
            self._known.add(attempt, hash)
            return None
        self._attempts.begin(attempt)
        checking = self._begun[attempt] = asyncio.create_task(self._checked(attempt))
        checking.add_done_callback(lambda _: self._begun.pop(attempt, None))
        return await asyncio.shield(checking)

    async def _checked(self, attempt: Attempt) -> Refusal | None:
        """Checks the password in a thread; the attempt, which has begun, is over then."""
        users, wrong = self.users.now(), False
        try:
            job = self._checking.put(lambda: users.right(attempt.name, attempt.password), attempt.address)
            wrong = not await asyncio.wrap_future(job.future)
        except TooManyError:
            return self._full()
        finally:
            self._attempts.end(attempt, wrong)
        hash = users.hash_of(attempt.name)
        if wrong or hash is None or hash != self.users.now().hash_of(attempt.name):
            self._say_wrong(attempt)
            return ASKED
        self._known.add(attempt, hash)
        return None

    def _say_wrong(self, attempt: Attempt) -> None:
        """Without the name: people type passwords there, too."""
        wait = self._attempts.wait(attempt)
        waits = f", which has to wait for {wait:.0f} seconds" if wait > 1 else ""
        _log.warning("a wrong name or password from %s%s", attempt.address, waits)

    def _full(self) -> Refusal:
        if time.monotonic() - self._said_full > 60:
            self._said_full = time.monotonic()
            _log.warning("too many try to come in at once: some are refused for now (said once a minute)")
        why = f"too many try to come in at once: try again in {FULL_SECONDS} seconds"
        return Refusal(503, why, ((b"retry-after", str(FULL_SECONDS).encode()),))

    def _with_cookie(self, scope: Scope, name: str, cookie: str, send: Send) -> Send:
        """`send`, which gives a browser the cookie that it lacks; a page may have been open before the server was."""
        value = self._known.cookie(name, self.users.now().hash_of(name) or "")
        if cookie == value or scope["path"].startswith(KEPT):
            return send
        secure = "; Secure" if scope["scheme"] == "https" else ""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict{secure}"
                MutableHeaders(scope=message).append("set-cookie", given)
            await send(message)

        return sent


def _slowed(wait: float) -> Refusal:
    seconds = f"{max(wait, 1.0):.0f}"
    why = f"too many wrong passwords: try again in {seconds} seconds"
    return Refusal(429, why, ((b"retry-after", seconds.encode()),))


def _cookie(headers: Headers) -> str:
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


def _read(credentials: str) -> tuple[str, str]:
    """Name and password of an Authorization header (RFC 7617); empty where it has none that could be right."""
    scheme, _, encoded = credentials.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > 8 * LONGEST:
        return "", ""
    try:
        raw = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return "", ""
    text = unicodedata.normalize("NFC", raw.decode("utf-8", "replace"))  # keyboards differ in how they type accents
    name, _, password = text.partition(":")
    return (name, password) if len(name) <= LONGEST and 0 < len(password) <= LONGEST else ("", "")
