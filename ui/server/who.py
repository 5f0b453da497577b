"""Whom a request is counted for: the user who sent it, or else the address that it came from."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.types import Scope

Address = IPv4Address | IPv6Address


def who_of(scope: Scope) -> str:
    """A name for turns, quotas and streams: "user:NAME" behind a password, else "address:ADDRESS"."""
    name = scope.get("state", {}).get("who", "")
    return f"user:{name}" if name else f"address:{address_of(scope)}"


def address_of(scope: Scope) -> str:
    """The address of whoever sent it; of IPv6 the network that one household has, "2001:db8::/64"."""
    return network_of((scope.get("client") or ("", 0))[0])


def network_of(host: str) -> str:
    """The address as it is counted.

    >>> network_of("2001:db8::7"), network_of("192.0.2.7"), network_of("::ffff:192.0.2.7")
    ('2001:db8::/64', '192.0.2.7', '192.0.2.7')
    """
    address = address_in(host)
    if address is None:
        return host
    return str(ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


def address_in(host: str) -> Address | None:
    """The address that a text is: IPv4 in IPv6's clothes is IPv4, and no zone is kept; None where it is none."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
