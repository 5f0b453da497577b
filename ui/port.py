"""Whether the page can be served at an address, asked before anything slow is started."""

from __future__ import annotations

import errno
import socket

from index.errors import SettingsError


def free_port(host: str, port: int) -> int:
    """The port to serve on: `port`, or for 0 any free one.

    Raises SettingsError where another program has the port or the host is not this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise SettingsError(_explained(host, port, error)) from error


def _explained(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use by another program: choose another with --port, or --port 0 for any free one"
    if error.errno == errno.EACCES:
        return f"port {port} needs administrator rights: choose one above 1023 with --port"
    return f"cannot serve on host {host!r}: {error.strerror or error}; give an address of this machine with --host"
