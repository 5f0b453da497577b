"""The address that the page is served on, taken before anything slow is started."""

from __future__ import annotations

import errno
import os
import socket

from index.errors import SettingsError


def bound(host: str, port: int) -> socket.socket:
    """A socket that has the port, or for 0 any free one; it listens once it is served.

    Raises SettingsError where another program has the port or the host is not this machine.
    """
    opened = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        opened = socket.socket(family, kind, protocol)
        if os.name == "posix":  # elsewhere it would let two programs have one port
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(0)  # two programs may be bound to a port on which neither listens yet
    except OSError as error:
        if opened:
            opened.close()
        raise SettingsError(_explained(host, port, error)) from error
    return opened


def free_port(host: str, port: int) -> int:
    """The port to serve on: `port`, or for 0 any free one. Raises SettingsError as `bound`."""
    with bound(host, port) as probe:
        return int(probe.getsockname()[1])


def _explained(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use by another program: choose another with --port, or --port 0 for any free one"
    if error.errno == errno.EACCES:
        return f"port {port} needs administrator rights: choose one above 1023 with --port"
    return f"cannot serve on host {host!r}: {error.strerror or error}; give an address of this machine with --host"
