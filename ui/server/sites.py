"""Only our own page may ask: other sites in the same browser, under whatever name they reach us, may not."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.refusing import refuse

SAFE = ("GET", "HEAD")
FORWARDED_HOST = "x-forwarded-host"
"""By what name a proxy was reached; believed of those that --proxy names (ui.server.proxies)."""
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+?)\.?(?::\d{1,5})?", re.IGNORECASE | re.ASCII)
_ORIGIN = re.compile(r"https?://([^/]+)", re.IGNORECASE)


def names_of(host: str, domains: Iterable[str] = ()) -> frozenset[str]:
    """The names by which browsers may reach a server on `host`: its own, the machine's, and further `domains`."""
    own = {"localhost", host.casefold(), *(domain.casefold() for domain in domains)}
    machine = socket.gethostname().casefold()
    return frozenset(own if _loopback(host) else own | {machine, f"{machine}.local"})


def _loopback(host: str) -> bool:
    return host == "localhost" or (_address(host) is not None and ipaddress.ip_address(host).is_loopback)


def _address(name: str) -> str | None:
    """The name where it is a numeric address: no name server can have been made to point it at this machine."""
    try:
        return str(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return None


class OwnSiteOnly:
    """ASGI middleware that refuses names that are not ours (DNS rebinding) and what other sites' pages ask for."""

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self.app, self.names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what our own page, a program or a person asks."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})  # nothing here speaks it, and it is bound by no same-origin rule
            return
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if not self._ours(headers):
                await refuse(send, 421, "Byline is not reached by this name here: use the address it printed")
                return
            if not scope.get("state", {}).get("proxied"):  # what nobody vouches for may forbid, not allow
                scope = {**scope, "headers": [one for one in scope["headers"] if one[0] != FORWARDED_HOST.encode()]}
                headers = Headers(scope=scope)
            if _from_elsewhere(headers, scope["method"]):
                await refuse(send, 403, "another site's page may not ask Byline: open its own page")
                return
        await self.app(scope, receive, send)

    def _ours(self, headers: Headers) -> bool:
        asked = headers.getlist("host") + _forwarded(headers)
        return len(headers.getlist("host")) == 1 and all(map(self._named, asked))

    def _named(self, authority: str) -> bool:
        match = _AUTHORITY.fullmatch(authority.strip())
        return match is not None and (match[1].casefold() in self.names or _address(match[1]) is not None)


def _from_elsewhere(headers: Headers, method: str) -> bool:
    """Whether a page of another origin is behind the request. A link on it that a person follows is not."""
    site = headers.get("sec-fetch-site", "none")
    if site not in ("same-origin", "none"):
        return not (method in SAFE and headers.get("sec-fetch-mode") == "navigate")
    origin = headers.get("origin")
    if origin is None:
        return False
    match = _ORIGIN.fullmatch(origin)
    ours = [headers.get("host", ""), *_forwarded(headers)]
    return match is None or match[1].casefold() not in {authority.casefold() for authority in ours}


def _forwarded(headers: Headers) -> list[str]:
    """The names by which proxies were reached, outermost first; several proxies make one line or several of it."""
    names = ",".join(headers.getlist(FORWARDED_HOST)).split(",")
    return [name.strip() for name in names if name.strip()]
