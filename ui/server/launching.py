"""`byline chat`: what is checked first, the page next, and the assistant behind it."""

from __future__ import annotations

import faulthandler
import gc
import os
import socket
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from index.errors import BylineError, SettingsError
from ui.server.apart import Apart
from ui.server.heaps import few_heaps
from ui.server.logs import on_the_terminal
from ui.server.opening import Opening
from ui.server.port import bound

if TYPE_CHECKING:
    from index.settings import Settings
    from index.sync import Progress
    from rag import Assistant
    from ui.server.app import Site

SWITCH_SECONDS = 0.0005
"""How long a thread that computes may keep the others waiting. SQLite lets go of Python at every row, and at Python's
own 0.005 s whoever reads 2,000 rows beside somebody else's long computation would wait for up to ten seconds."""
END_SECONDS = 25.0
"""How long Ctrl-C may take: what is waited for has shorter limits of its own."""
TOLD_SECONDS = 5.0
"""How long an open page has to hear why it ends."""


def checked(
    settings: Settings,
    auth: Path | None,
    no_auth: bool,
    domains: tuple[str, ...] = (),
    upload: bool = True,
    proxies: tuple[str, ...] = (),
    say: Callable[[str], None] = print,
) -> tuple[Site, socket.socket]:
    """Where and for whom to serve, and the port, taken. A file of users that others can read is told.

    Raises FolderError where there is no folder, and SettingsError for a port or host that cannot be served on, users
    that cannot be read, a proxy that is no address, and a page that others could reach without a password that
    nobody said they may.
    """
    if not os.path.isdir(settings.folder):
        from index.scan import scan

        scan(settings.folder)  # says what is wrong
    if auth and no_auth:
        raise SettingsError("--auth and --no-auth say opposite things: keep one")
    from ui.server.proxies import Proxies

    believed = Proxies.of(proxies)
    listening = bound(settings.host, settings.port)
    if not (auth or no_auth or ip_address(listening.getsockname()[0]).is_loopback):
        listening.close()
        raise SettingsError(
            f"other machines can reach {settings.host}: name a file of users with --auth (byline password makes its "
            "lines), or let everyone in with --no-auth"
        )
    from ui.server.app import Site
    from ui.server.users import UsersFile, readable_by_others

    users = UsersFile(auth) if auth else None
    if auth and readable_by_others(auth):
        say(f"byline: other users of this machine can read {auth}: keep it to yourself, as chmod 600 does")
    return Site(settings.host, users, domains, upload, believed), listening


def serve(
    settings: Settings,
    site: Site,
    listening: socket.socket,
    open: Callable[[Progress], Assistant],
    say: Callable[[str], None],
) -> None:
    """Serves the page, then opens the assistant; returns only by KeyboardInterrupt, when both have been closed.

    Raises the BylineError that opening the assistant ended in, once an open page could show it.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    few_heaps()
    with on_the_terminal():
        _serve(Opening(open, settings, Apart(settings)), site, listening, say)


def _serve(opening: Opening, site: Site, listening: socket.socket, say: Callable[[str], None]) -> None:
    from ui.server.app import start

    server = start(opening, site, listening=listening)
    try:
        say(f"Byline is at {server.url} (Ctrl-C ends it)")
        if site.users is None and not ip_address(listening.getsockname()[0]).is_loopback:
            may = "ask, read and add files" if site.upload else "ask and read"
            say(f"byline: the page has no password: whoever can reach this machine can {may}")
        opening.start()
        _ready(opening, server.visited, say)
        gc.freeze()  # else Python looks all of it through every few pages, .2 s in which nobody is answered
        server.wait()
    finally:
        faulthandler.dump_traceback_later(END_SECONDS, exit=True)  # what hangs is ended, and its place told
        opening.close()
        server.close()
        faulthandler.cancel_dump_traceback_later()


def _ready(opening: Opening, visited: Callable[[], bool], say: Callable[[str], None]) -> None:
    try:
        articles = opening.get().status().articles
    except BylineError:
        if visited():
            sleep(TOLD_SECONDS)
        raise
    say(f"Byline is ready: {articles:,} article{'' if articles == 1 else 's'} in {opening.folder}")
