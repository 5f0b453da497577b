"""A proxy in front: which are believed about whom a request comes from, and by what name he reached it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import SettingsError
from ui.server.who import Address, address_in

Network = IPv4Network | IPv6Network
FORWARDED = re.compile(rb"x-forwarded-(?!host$).*|forwarded|x-real-ip|x-original-.*")
"""Headers by which proxies tell what they know. What the host is called is ui.server.sites' matter."""
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([\d.]+):\d+")
_log = logging.getLogger("byline.connections")


@dataclass(frozen=True, slots=True)
class Proxies:
    """Addresses and networks of the proxies that are believed."""

    networks: tuple[Network, ...] = ()

    @staticmethod
    def of(names: Iterable[str]) -> Proxies:
        """Of "127.0.0.1", "10.0.0.0/8". Raises SettingsError for what is neither address nor network."""
        return Proxies(tuple(map(_network, names)))

    def __iter__(self) -> Iterator[Network]:
        return iter(self.networks)

    def has(self, address: Address | None) -> bool:
        """Whether it is a proxy that is believed."""
        return address is not None and any(address in network for network in self.networks)

    def client(self, peer: str, forwarded: Iterable[str]) -> str:
        """Whom the request comes from, by X-Forwarded-For's values.

        Each proxy adds the address that it was asked from at the end, and whoever asks may have written anything
        before: the last address that is no proxy's is the one that can be believed.
        """
        client = peer
        for entry in reversed(",".join(forwarded).split(",")):
            address = _written(entry)
            if address is None:
                break
            client = str(address)
            if not self.has(address):
                break
        return client


NO_PROXIES = Proxies()


def _network(name: str) -> Network:
    try:
        network = ip_network(name.strip())
    except ValueError:
        raise SettingsError(f"--proxy {name} is no address or network: name it as 127.0.0.1 or 10.0.0.0/8") from None
    if network.prefixlen == 0:
        raise SettingsError(f"--proxy {name} would believe everybody: name the proxy's own address")
    return network


def _written(entry: str) -> Address | None:
    """The address in one entry of X-Forwarded-For, which may have a port."""
    entry = entry.strip()
    match = _WITH_PORT.fullmatch(entry)
    return address_in(match[1] or match[2] or "" if match else entry)


class Forwarded:
    """ASGI middleware that says whom a request behind a proxy comes from; `scope["state"]["proxied"]` is then true.

    From everybody else, such headers are taken away.
    """

    def __init__(self, app: ASGIApp, proxies: Proxies) -> None:
        self.app, self.proxies, self._said = app, proxies, False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes every request on, under its client's address."""
        if scope["type"] in ("http", "websocket"):
            scope = self._seen(scope, (scope.get("client") or ("", 0))[0])
        await self.app(scope, receive, send)

    def _seen(self, scope: Scope, peer: str) -> Scope:
        headers = Headers(scope=scope)
        address = address_in(peer)
        proxied = self.proxies.has(address)
        plain = [header for header in scope["headers"] if not FORWARDED.fullmatch(header[0])]
        scope = {**scope, "headers": plain, "state": {**scope.get("state", {}), "proxied": proxied}}
        if not proxied:
            if address and address.is_loopback and "x-forwarded-for" in headers:
                self._say_unnamed(peer)
            return scope
        scope["client"] = (self.proxies.client(peer, headers.getlist("x-forwarded-for")), 0)
        scheme = headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
        if scheme in ("http", "https"):
            scope["scheme"] = scheme
            plain.append((b"x-forwarded-proto", scheme.encode()))  # Gradio looks at this one
        return scope

    def _say_unnamed(self, peer: str) -> None:
        """Once: else whoever sends such headers would fill the log."""
        if not self._said:
            self._said = True
            _log.warning(
                "a proxy seems to stand in front of Byline at %s: name it with --proxy %s, else all people behind it "
                "count as one, and one who guesses passwords slows down all",
                peer,
                peer,
            )
