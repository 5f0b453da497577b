"""Users and their passwords: HTTP Basic over everything that is served, with wrong passwords slowed down."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import SettingsError
from ui.server.refusing import refuse
from ui.server.who import address_of

SHORTEST = 8
"""Characters of a password."""
LONGEST = 200
"""Characters of a name or a password; more are not hashed."""
COST = (15, 8, 3)
"""scrypt's log2(N), r and p, one of the settings in OWASP's Password Storage Cheat Sheet: 32 MB and some 0.3 s."""
SCHEME = "scrypt"
FREE = 5
"""Wrong passwords from one address before it has to wait: 1 second, then twice as long each time."""
WAIT_AT_MOST = 300.0
REMEMBERED = 10_000
"""Addresses that had wrong passwords."""
_ASK = (b"www-authenticate", b'Basic realm="Byline", charset="UTF-8"')


def hashed(password: str) -> str:
    """The password as a line of the file may have it: "scrypt$15$8$3$SALT$HASH"."""
    salt = secrets.token_bytes(16)
    password = unicodedata.normalize("NFC", password)  # as it is when somebody comes in with it
    parts = (*map(str, COST), _text(salt), _text(_scrypt(password, salt, *COST)))
    return "$".join((SCHEME, *parts))


def line_for(name: str, password: str) -> str:
    """The line of the file for a user, with the password hashed. Raises SettingsError where it could not be read."""
    wrong = _wrong(name, ":", password, {}) or ("has a colon or a # where it may not" if _odd(name) else None)
    if wrong:
        raise SettingsError(f"this user {wrong}")
    return f"{name}:{hashed(password)}"


def _odd(name: str) -> bool:
    return ":" in name or name.startswith("#") or name != name.strip()


@dataclass(frozen=True, slots=True)
class _Secret:
    """What a password is compared with: scrypt's hash, or a keyed hash of one that the file has in plain."""

    salt: bytes
    hash: bytes
    cost: tuple[int, int, int] | None = None


class Users:
    """Names and passwords; no password is kept as it is."""

    def __init__(self, passwords: Mapping[str, str]) -> None:
        """`passwords` as the file has them, plain or hashed. Raises ValueError where a hash cannot be read."""
        self._key = secrets.token_bytes(32)  # of this process: what it keeps is of no use elsewhere
        self._secrets = {_same(name): self._secret(password) for name, password in passwords.items()}
        self._slow = any(secret.cost for secret in self._secrets.values())
        self._known: set[bytes] = set()

    def known(self, credentials: str) -> bool:
        """Whether these credentials were right before, without the cost of hashing."""
        return self._keyed(credentials) in self._known

    def right(self, name: str, password: str, credentials: str) -> bool:
        """Whether there is such a user; takes as long for a name that there is not."""
        nobody = _Secret(b"nobody", b"", COST if self._slow else None)
        secret = self._secrets.get(_same(name), nobody)
        password = unicodedata.normalize("NFC", password)
        hash = _scrypt(password, secret.salt, *secret.cost) if secret.cost else self._keyed(password)
        if not hmac.compare_digest(hash, secret.hash):
            return False
        self._known.add(self._keyed(credentials))
        return True

    def _secret(self, password: str) -> _Secret:
        if not password.startswith(f"{SCHEME}$"):
            return _Secret(b"", self._keyed(unicodedata.normalize("NFC", password)))
        _, n, r, p, salt, hash = password.split("$")
        cost = int(n), int(r), int(p)
        if not (10 <= cost[0] <= 20 and 1 <= cost[1] <= 32 and 1 <= cost[2] <= 16):
            raise ValueError("cost")
        return _Secret(base64.b64decode(salt, validate=True), base64.b64decode(hash, validate=True), cost)

    def _keyed(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")


def users_from(file: Path) -> Users:
    """The users of a file of lines "name:password", the password plain or as `byline password` prints it.

    Raises SettingsError, which names the file and the line, never the password.
    """
    passwords: dict[str, str] = {}
    for number, line in enumerate(_lines(file), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, colon, password = line.strip().partition(":")
        wrong = _wrong(name, colon, password, passwords)
        if wrong:
            raise SettingsError(f"line {number} of {file} {wrong}")
        passwords[_same(name)] = password
    if not passwords:
        raise SettingsError(f"{file} names no user: write lines such as name:password, or have byline password do it")
    return Users(passwords)


def readable_by_others(file: Path) -> bool:
    """Whether other users of this machine may read the file."""
    return os.name == "posix" and bool(file.stat().st_mode & 0o077)


def _wrong(name: str, colon: str, password: str, known: Mapping[str, str]) -> str | None:
    if not colon or not name:
        return "is not of the form name:password"
    if len(name) > LONGEST or len(password) > LONGEST or not f"{name}{password}".isprintable():
        return "has a name or a password that is too long or has unprintable characters"
    if _same(name) in known:
        return f"names {name!r} again: keep one of the two"
    if len(password) < SHORTEST:
        return f"has a password of fewer than {SHORTEST} characters: choose a longer one"
    try:
        Users({name: password})
    except ValueError:
        return "has a damaged hash: make it anew with byline password"
    return None


def _lines(file: Path) -> list[str]:
    try:
        with file.open("rb") as opened:
            return opened.read(1_000_000).decode("utf-8-sig").splitlines()
    except OSError as error:
        raise SettingsError(f"cannot read the users in {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8 text: save it as UTF-8") from error


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    text = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=2**n, r=r, p=p, maxmem=2 * 128 * r * 2**n, dklen=32)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Throttle:
    """How long an address that sent wrong passwords has to wait."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until the address may try again; 0 where it may now."""
        return max(0.0, self._wrong.get(address, (0, 0.0))[1] - monotonic())

    def wrong(self, address: str) -> None:
        """Counts one that was wrong."""
        count = self._wrong.pop(address, (0, 0.0))[0] + 1
        pause = min(2.0 ** (count - FREE), WAIT_AT_MOST) if count >= FREE else 0.0
        self._wrong[address] = count, monotonic() + pause
        while len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)

    def right(self, address: str) -> None:
        """Forgets those that were wrong."""
        self._wrong.pop(address, None)


class Authenticated:
    """ASGI middleware that passes on only what a known user sends; his name is `scope["state"]["who"]`."""

    def __init__(self, app: ASGIApp, users: Users) -> None:
        self.app, self.users, self.throttle = app, users, Throttle()
        self._hashing = anyio.Lock()  # guessing takes one core at most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 401 to whoever is not known, 429 to whoever guesses."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        address = address_of(scope)
        credentials = Headers(scope=scope).get("authorization", "")
        name, password = _read(credentials)
        if not self.users.known(credentials):
            wait = self.throttle.wait(address)
            if wait:
                seconds = f"{wait:.0f}" if wait >= 1 else "1"
                retry = (b"retry-after", seconds.encode())
                await refuse(send, 429, f"too many wrong passwords: try again in {seconds} seconds", [retry])
                return
            if not name or not await self._right(name, password, credentials):
                if name:
                    self.throttle.wrong(address)
                await refuse(send, 401, "Byline asks for a name and a password here", [_ASK])
                return
            self.throttle.right(address)
        scope.setdefault("state", {})["who"] = name
        await self.app(scope, receive, send)

    async def _right(self, name: str, password: str, credentials: str) -> bool:
        async with self._hashing:
            return await anyio.to_thread.run_sync(self.users.right, name, password, credentials)


def _read(credentials: str) -> tuple[str, str]:
    """Name and password of an Authorization header (RFC 7617); empty where it has none that could be right."""
    scheme, _, encoded = credentials.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > 8 * LONGEST:
        return "", ""
    try:
        raw = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return "", ""
    name, _, password = raw.decode("utf-8", "replace").partition(":")
    return (name, password) if len(name) <= LONGEST and 0 < len(password) <= LONGEST else ("", "")
