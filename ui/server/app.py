"""One process: the page at /, its API below /api/, and nothing that neither of them needs."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import threading
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

# Read when gradio and huggingface_hub are imported: neither may report to anyone that Byline runs.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# Read when a page is made: after every event Gradio would sum up the last 10,000 for a summary that is not served.
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**12)
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"

import gradio as gr
import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from index.errors import SettingsError
from index.readers.files import MAX_BYTES
from ui.collection.routes import routes as collection
from ui.page import assets, blocks
from ui.server import api, docs, health
from ui.server.connections import ACCEPTED, DEFAULTS, Connection, Limits, Room, StreamLimit, handles_allowed
from ui.server.fairness import FairShare
from ui.server.front import FrontPage
from ui.server.gate import MEGABYTE, Gate, Larger
from ui.server.headers import PrivateHeaders
from ui.server.health import Probes
from ui.server.opening import Opening
from ui.server.port import bound
from ui.server.proxies import NO_PROXIES, Forwarded, Proxies
from ui.server.sites import OwnSiteOnly, names_of
from ui.server.streams import OwnStreams

if TYPE_CHECKING:
    from ui.server.auth import HasUsers

LARGER = (Larger("/api/articles", MAX_BYTES + MEGABYTE),)
"""A file that is added; its route says more exactly how large it may be."""
QUEUED = 1_024
"""Connections that the system keeps for us until we take them; others would have to come again a second later."""
START_SECONDS = 30.0
STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Site:
    """Where the server is reached and by whom."""

    host: str = "127.0.0.1"
    users: HasUsers | None = None
    """None: whoever reaches it may ask."""
    domains: tuple[str, ...] = ()
    """Further names by which browsers reach it, as behind a proxy."""
    upload: bool = True
    """Whether files may be added to the articles folder."""
    proxies: Proxies = NO_PROXIES
    """Those that are believed about whom a request comes from."""


def create(opening: Opening, site: Site = Site(), limits: Limits = DEFAULTS) -> FastAPI:
    """The whole application."""
    probes = health.routes(opening)
    app = FastAPI(
        title="Byline",
        description="Cited answers from a folder of news articles, or an honest refusal.",
        docs_url=None,
        redoc_url=None,
        middleware=_middleware(site, limits, probes),
    )
    app.include_router(api.routes(opening))
    app.include_router(docs.routes())
    app.include_router(probes)
    app.include_router(collection(opening, site.upload))
    api.nothing_else(app)
    api.tell_errors(app, opening)
    page = blocks.build(opening)
    gr.mount_gradio_app(
        app,
        page,
        "/",
        theme=blocks.theme(),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        show_error=False,
        max_file_size="1b",  # the gate refuses its upload route besides
    )
    app.state.page = page
    return app


def _middleware(site: Site, limits: Limits, probes: APIRouter) -> list[Middleware]:
    """What a request goes through, outermost first."""
    return [
        Middleware(PrivateHeaders),
        Middleware(Probes, routes=probes),
        Middleware(Forwarded, proxies=site.proxies),
        Middleware(OwnSiteOnly, names=names_of(site.host, site.domains)),
        *([_authenticated(site.users)] if site.users is not None else ()),
        Middleware(StreamLimit, most=limits.streams),
        Middleware(FairShare),
        Middleware(Gate, larger=LARGER),
        Middleware(OwnStreams),
        Middleware(FrontPage, head=assets.head),
    ]


def _authenticated(users: HasUsers) -> Middleware:
    from ui.server.auth import Authenticated  # and its libraries, which a page without passwords does without

    return Middleware(Authenticated, users=users)


class Server:
    """An application that is served in the background."""

    def __init__(self, app: FastAPI, listening: socket.socket, room: Room) -> None:
        self._listening = listening
        self._page: gr.Blocks = app.state.page
        self._streams: asyncio.Event = app.routes[-1].app.stop_event  # type: ignore[attr-defined]  # mounted last
        self.url = _url(*listening.getsockname()[:2])
        """Without a slash at its end."""
        config = uvicorn.Config(
            app,
            log_config=None,  # `ui.server.logs`
            log_level="error",
            access_log=False,  # what people ask is nobody's business
            proxy_headers=False,  # ui.server.proxies reads them, of the proxies that are named
            server_header=False,
            date_header=False,
            http=partial(Connection, room),  # type: ignore[arg-type]  # is called as a class is
            timeout_keep_alive=math.ceil(room.limits.idle_seconds),
            timeout_graceful_shutdown=int(STOP_SECONDS) - 2,
            backlog=ACCEPTED,
            ws="none",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="byline-server", daemon=True
        )

    def start(self) -> None:
        """Returns when it is served. Raises SettingsError where it cannot be."""
        self._thread.start()
        until = monotonic() + START_SECONDS
        while not self._server.started:
            self._thread.join(0.002)
            if not self._thread.is_alive() or monotonic() > until:
                raise SettingsError("the page cannot be served here: choose another address with --host and --port")
        self._listening.listen(QUEUED)  # uvicorn knows one number for those that wait and those taken at a time

    def visited(self) -> bool:
        """Whether anybody has asked it for anything."""
        return self._server.server_state.total_requests > 0

    def wait(self) -> None:
        """Returns when it has ended, which is by `close` or by KeyboardInterrupt."""
        while self._thread.is_alive():
            self._thread.join(1.0)  # without a limit, Windows would not hear Ctrl-C

    def close(self) -> None:
        """Ends it; answers that are being sent are not waited for for long."""
        self._page.is_running = False
        self._streams.set()  # an open page listens for as long as it is open
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)


def _url(host: str, port: int) -> str:
    """Where a browser on this machine finds it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def start(
    opening: Opening,
    site: Site = Site(),
    port: int = 0,
    listening: socket.socket | None = None,
    limits: Limits = DEFAULTS,
) -> Server:
    """Serves the page over `opening`, at a port or what `ui.server.port.bound` gave; `close()` ends it.

    Raises SettingsError where it cannot be served there.
    """
    listening = listening or bound(site.host, port)
    limits = limits.within(handles_allowed())
    server = Server(create(opening, site, limits), listening, Room(limits, site.proxies))
    server.start()
    return server
