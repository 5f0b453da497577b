"""Whom a request is counted for: the user who sent it, or else the address that it came from."""

from __future__ import annotations

from ipaddress import ip_network

from starlette.types import Scope


def who_of(scope: Scope) -> str:
    """A name for turns, quotas and streams: "user:NAME" behind a password, else "address:ADDRESS"."""
    name = scope.get("state", {}).get("who", "")
    return f"user:{name}" if name else f"address:{address_of(scope)}"


def address_of(scope: Scope) -> str:
    """The address of whoever sent it; of IPv6 the network that one household has, "2001:db8::/64"."""
    return network_of((scope.get("client") or ("", 0))[0])


def network_of(host: str) -> str:
    """The address as it is counted.

    >>> network_of("2001:db8::7"), network_of("192.0.2.7")
    ('2001:db8::/64', '192.0.2.7')
    """
    return str(ip_network(f"{host}/64", strict=False)) if ":" in host else host
