"""For whoever watches over Byline, such as a load balancer: whether it runs, and whether it is of use now.

Answered before anybody is asked for a password or a name of ours: a probe comes by number, or with no Host at all.
What is told is the same for everybody, and nothing of the articles is.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import anyio
import anyio.to_thread
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.opening import Opening
from ui.server.refusing import refuse

PATHS = ("/healthz", "/readyz")
LOOKED = timedelta(seconds=60)
"""The folder is looked at every two seconds; one that is on a slow network drive takes longer."""
LOW_DISK = 500_000_000
"""Bytes: what an index of some 10,000 articles takes. With less, the next change may not find room."""
LOOK_SECONDS = 5.0
"""How often the disk is looked at, however often somebody asks."""
DISK_SECONDS = 2.0
"""A drive that does not answer for so long is counted as full."""


class Ready(BaseModel):
    """What has to be so for questions to be answered from the folder as it is now."""

    ready: bool = Field(description="All of the others.")
    index: bool = Field(description="The index is open, and questions are answered.")
    watcher: bool = Field(description="Changes of the folder are followed.")
    looked: bool = Field(description="The folder was looked at within the last minute, or is being indexed.")
    synced: bool = Field(description="The last sync did not fail.")
    disk: bool = Field(description="The index's disk has room.")


class Disk:
    """Whether a folder's disk has room, looked at seldom and never waited for."""

    def __init__(self, folder: Callable[[], Path | None]) -> None:
        self._folder = folder
        self._began = -LOOK_SECONDS
        self._look: asyncio.Future[int] | None = None

    async def room(self) -> bool:
        """True also where there is no folder yet."""
        folder = self._folder()
        if folder is None:
            return True
        if self._look is None or (self._look.done() and monotonic() - self._began >= LOOK_SECONDS):
            self._began = monotonic()
            own = anyio.CapacityLimiter(1)  # the threads that routes share may all be busy
            look = anyio.to_thread.run_sync(_free, folder, limiter=own, abandon_on_cancel=True)
            self._look = asyncio.ensure_future(look)
        await asyncio.wait({self._look}, timeout=DISK_SECONDS)  # one look at a time, whoever waits for it
        return self._look.done() and self._look.result() >= LOW_DISK


def _free(folder: Path) -> int:
    """Bytes; none where the disk cannot be looked at."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def routes(opening: Opening) -> APIRouter:
    """The two routes; `Probes` answers them, and /openapi.json describes them."""
    router = APIRouter(tags=["health"])
    disk = Disk(lambda: opening.get(0).settings.index_folder if opening.ready else None)

    @router.get("/healthz", response_class=PlainTextResponse)
    async def healthz() -> PlainTextResponse:
        """Whether the process answers: "ok". Needs no password."""
        return PlainTextResponse("ok")

    @router.get("/readyz", response_model=Ready, responses={503: {"model": Ready, "description": "Not ready."}})
    async def readyz() -> JSONResponse:
        """Whether questions are answered from the folder as it is now, and if not, what is missing. No password."""
        parts = {
            "index": opening.ready,
            "watcher": opening.watching,
            "looked": _recent(opening),
            "synced": opening.ready and opening.problem is None,
            "disk": await disk.room(),
        }
        ready = all(parts.values())
        return JSONResponse({"ready": ready, **parts}, 200 if ready else 503)

    return router


def _recent(opening: Opening) -> bool:
    looked = opening.last_looked
    return opening.ready and (bool(opening.doing) or (looked is not None and datetime.now(UTC) - looked <= LOOKED))


class Probes:
    """ASGI middleware that answers these two paths itself, before any other is asked who it is."""

    def __init__(self, app: ASGIApp, routes: APIRouter) -> None:
        self.app, self.health = app, FastAPI(openapi_url=None)
        self.health.include_router(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything else on."""
        if scope["type"] != "http" or scope["path"] not in PATHS:
            await self.app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await refuse(send, 405, f"{scope['path']} is only read: use GET", [(b"allow", b"GET, HEAD")])
        else:
            await self.health({**scope, "method": "GET", "headers": []}, receive, send)
