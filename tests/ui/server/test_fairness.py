"""Many requests of one user at once: they wait for each other, and nobody else waits for them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from ui.server.fairness import EACH, FairShare


class Slow:
    """An application whose answers take as long as they are let."""

    def __init__(self) -> None:
        self.working: list[str] = []
        self.most = 0
        self.go = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.working.append(scope["client"][0])
        self.most = max(self.most, len(self.working))
        await self.go.wait()
        self.working.pop()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def asked(app: FairShare, address: str, path: str = "/api/article", unread: asyncio.Event | None = None) -> int:
    """The status of one request; its answer is not taken before `unread`."""
    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        elif unread:
            await unread.wait()

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "client": (address, 1), "headers": []}
    await app(scope, receive, send)
    return statuses[0]


def test_one_users_requests_are_worked_on_one_after_the_other_and_another_does_not_wait_for_them() -> None:
    async def run() -> None:
        slow = Slow()
        app = FairShare(slow)
        many = [asyncio.create_task(asked(app, "192.0.2.1")) for _ in range(20)]
        other = asyncio.create_task(asked(app, "192.0.2.2"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert slow.working.count("192.0.2.1") == 1
        assert slow.working.count("192.0.2.2") == 1
        slow.go.set()
        assert set(await asyncio.gather(*many, other)) == {200}
        assert slow.most == 2
        assert not app._of  # nothing is kept of who has gone

    asyncio.run(run())


def test_a_slow_request_keeps_the_users_next_one_waiting_for_a_moment_only() -> None:
    async def run() -> None:
        slow = Slow()
        app = FairShare(slow, slow_seconds=0.01)
        many = [asyncio.create_task(asked(app, "192.0.2.1")) for _ in range(20)]
        await asyncio.sleep(0.2)
        assert slow.working == ["192.0.2.1"] * EACH
        slow.go.set()
        assert set(await asyncio.gather(*many)) == {200}
        assert slow.most == EACH

    asyncio.run(run())


def test_an_answer_that_is_not_read_holds_nobody_up() -> None:
    async def run() -> None:
        slow = Slow()
        slow.go.set()
        app, never = FairShare(slow), asyncio.Event()
        unread = [asyncio.create_task(asked(app, "192.0.2.1", unread=never)) for _ in range(3 * EACH)]
        await asyncio.sleep(0.01)
        assert await asyncio.wait_for(asked(app, "192.0.2.1"), 1) == 200
        never.set()
        await asyncio.gather(*unread)

    asyncio.run(run())


def test_whoever_sends_too_many_is_told_so_at_once() -> None:
    async def run() -> None:
        slow = Slow()
        app = FairShare(slow, waiting=5)
        waiting = [asyncio.create_task(asked(app, "192.0.2.1")) for _ in range(5)]
        await asyncio.sleep(0)
        assert await asked(app, "192.0.2.1") == 429
        slow.go.set()
        assert set(await asyncio.gather(*waiting)) == {200}

    asyncio.run(run())


@pytest.mark.parametrize("path", ["/api/ask", "/assets/index.js", "/gradio_api/queue/data"])
def test_questions_and_streams_have_turns_of_their_own(path: str) -> None:
    async def run() -> None:
        slow = Slow()
        app = FairShare(slow)
        many = [asyncio.create_task(asked(app, "192.0.2.1", path)) for _ in range(3 * EACH)]
        await asyncio.sleep(0)
        assert len(slow.working) == 3 * EACH
        slow.go.set()
        await asyncio.gather(*many)

    asyncio.run(run())
