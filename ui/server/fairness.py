"""Requests worked on at once: one user's many do not keep others waiting."""

from __future__ import annotations

import asyncio
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.refusing import refuse
from ui.server.who import who_of

EACH = 2
"""Requests of one user, or else one address, that are worked on at once, where the first of them is slow."""
SLOW_SECONDS = 0.5
"""After so long a request is slow, as a search through 10,000 articles. Most take milliseconds, and are worked on one
after the other: all share one interpreter, and who looks much would slow down who looks little."""
WAITING = 200
"""Requests of one user that may wait for that; a browser sends some 100 when it first loads the page."""
ELSEWHERE = re.compile(r"/(?:assets|static)/.*|/gradio_api/.*|/api/(?:ask|articles)")
"""Files, which cost nothing, and what has its own turns: questions (ui.server.workers) and files that are added."""


class FairShare:
    """ASGI middleware that works on one user's requests in the order in which they came, one or EACH at once."""

    def __init__(
        self, app: ASGIApp, each: int = EACH, waiting: int = WAITING, slow_seconds: float = SLOW_SECONDS
    ) -> None:
        self.app, self.waiting = app, waiting
        self._each, self._slow_seconds = each, slow_seconds
        self._of: dict[str, _Line] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes it on when its turn has come; 429 where too many wait already."""
        if scope["type"] != "http" or ELSEWHERE.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        who = who_of(scope)
        line = self._of.setdefault(who, _Line(self._each - 1))
        if line.count >= self.waiting:
            await refuse(send, 429, "too many requests are waiting: try again in a moment", [(b"retry-after", b"2")])
            return
        line.count += 1
        try:
            await line.turn.acquire()
            await self._work(line, scope, receive, send)
        finally:
            line.count -= 1
            if not line.count:
                self._of.pop(who, None)

    async def _work(self, line: _Line, scope: Scope, receive: Receive, send: Send) -> None:
        work = _Work(line)
        looking = asyncio.get_running_loop().call_later(self._slow_seconds, work.is_slow)

        async def sent(message: Message) -> None:
            work.ends()  # when the answer begins: a reader who takes it slowly holds nobody up
            await send(message)

        try:
            await self.app(scope, receive, sent)
        finally:
            looking.cancel()
            work.ends()


class _Line:
    """One user's requests."""

    def __init__(self, slow_room: int) -> None:
        self.turn = asyncio.Semaphore(1)
        self.count = 0
        self.slow_room = slow_room
        """How many more may be slow without keeping the next one waiting."""


class _Work:
    """One request that is worked on; it hands the turn on when it ends, or before that when it is slow."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        self._has_turn, self._is_slow, self._ended = True, False, False

    def is_slow(self) -> None:
        """Lets the next one begin, where there is room for a slow one."""
        if not self._ended and self._line.slow_room:
            self._line.slow_room -= 1
            self._is_slow = True
            self._hand_on()

    def ends(self) -> None:
        """It takes no room any more."""
        if not self._ended:
            self._ended = True
            self._line.slow_room += self._is_slow
            self._hand_on()

    def _hand_on(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._line.turn.release()
