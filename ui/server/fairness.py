"""Requests worked on at once: one user's many do not keep others waiting."""

from __future__ import annotations

import asyncio
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.refusing import refuse
from ui.server.who import who_of

EACH = 2
"""Requests of one user, or else one address, that are worked on at once: as many as there are cores here. Each takes
milliseconds, but for looks at a very long article."""
WAITING = 200
"""Requests of one user that may wait for that; a browser sends some 100 when it first loads the page."""
ELSEWHERE = re.compile(r"/(?:assets|static)/.*|/gradio_api/.*|/api/(?:ask|articles)")
"""Files, which cost nothing, and what has its own turns: questions (ui.server.workers) and files that are added."""


class FairShare:
    """ASGI middleware that works on EACH requests of one user at once, in the order in which they came."""

    def __init__(self, app: ASGIApp, each: int = EACH, waiting: int = WAITING) -> None:
        self.app, self.each, self.waiting = app, each, waiting
        self._of: dict[str, _Line] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes it on when its turn has come; 429 where too many wait already."""
        if scope["type"] != "http" or ELSEWHERE.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        who = who_of(scope)
        line = self._of.setdefault(who, _Line(self.each))
        if line.count >= self.waiting:
            await refuse(send, 429, "too many requests are waiting: try again in a moment", [(b"retry-after", b"2")])
            return
        line.count += 1
        try:
            await self._in_turn(line, scope, receive, send)
        finally:
            line.count -= 1
            if not line.count:
                self._of.pop(who, None)

    async def _in_turn(self, line: _Line, scope: Scope, receive: Receive, send: Send) -> None:
        await line.turn.acquire()
        working = True

        def done() -> None:
            nonlocal working
            if working:
                working = False
                line.turn.release()

        async def sent(message: Message) -> None:
            done()  # the work is over when the answer begins: a reader who takes it slowly holds nobody up
            await send(message)

        try:
            await self.app(scope, receive, sent)
        finally:
            done()


class _Line:
    """One user's requests."""

    def __init__(self, each: int) -> None:
        self.turn = asyncio.Semaphore(each)
        self.count = 0
